/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * section_revisions.c - new versions of known series that were posted in
 * the range, and what changed since the version before.
 */
#include "report/section.h"

#include <inttypes.h>

#include "report/compare.h"
#include "report/lead.h"
#include "report/phrase.h"
#include "report/row.h"

enum { DAY = 24 * 60 * 60 };

/* "12 days after v2" */
static const char *after_text(struct kd_arena *arena,
                              const struct kd_series *before,
                              const struct kd_series *after)
{
	int64_t days = (after->received_at - before->received_at) / DAY;
	const char *version = kd_phrase_version(arena, before);

	if (version == NULL || days < 0)
		return "";
	if (days == 0)
		return kd_arena_printf(arena, "within a day of %s", version);
	return kd_arena_printf(arena, "%" PRId64 " day%s after %s", days,
	                       days == 1 ? "" : "s", version);
}

static int64_t count_of(const struct kd_change_list *changes,
                        enum kd_change kind)
{
	int64_t n = 0;

	for (size_t i = 0; i < changes->n; i++)
		n += changes->rows[i].kind == kind;
	return n;
}

static void add_counts(const struct kd_change_list *changes, struct kd_doc *doc,
                       struct kd_node *entry)
{
	static const struct {
		const char *key;
		enum kd_change kind;
	} counts[] = {
		{ "unchanged", KD_CHANGE_NONE },
		{ "changed", KD_CHANGE_DIFF },
		{ "new", KD_CHANGE_NEW },
		{ "dropped", KD_CHANGE_DROPPED },
	};

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		kd_doc_number(doc, entry, KD_NODE_FIGURE, counts[i].key,
		              count_of(changes, counts[i].kind));
}

static void add(struct kd_doc *doc, struct kd_node *entry, const char *key,
                const char *text)
{
	if (text == NULL || text[0] != '\0')
		kd_doc_puts(doc, entry, KD_NODE_FIELD, key,
		            kd_arena_strdup(doc->arena, text));
}

static enum kd_status add_entry(const struct kd_section_ctx *ctx,
                                const struct kd_story *before,
                                const struct kd_story *after,
                                struct kd_node *self, struct kd_doc *doc,
                                struct kd_error *err)
{
	const struct kd_series *series = &after->series;
	struct kd_person poster = kd_view_person(ctx->view, &series->poster);
	struct kd_change_list changes = { .n = 0 };
	struct kd_node *entry;
	enum kd_status st;

	st = kd_story_compare(before, after, &changes, err);
	if (st != KD_OK)
		return st;
	entry = kd_doc_puts(
		doc, self, KD_NODE_ENTRY, kd_phrase_version(doc->arena, series),
		kd_title_format(doc->arena, series->project, series->rfc,
	                        series->resend, series->title));
	if (entry != NULL)
		entry->brief = true;
	add(doc, entry, "received", kd_phrase_received(after));
	add(doc, entry, "poster", kd_person_short(&poster));
	add(doc, entry, "after",
	    after_text(doc->arena, &before->series, series));
	add(doc, entry, "changes",
	    kd_phrase_changes(doc->arena, before, after, &changes));
	if (kd_story_came(before) && kd_story_came(after))
		add_counts(&changes, doc, entry);
	return kd_lead_to(ctx->view, entry, series->head, series->message_id,
	                  err);
}

static enum kd_status tell(const struct kd_section_ctx *ctx,
                           const struct kd_series *series, struct kd_node *self,
                           struct kd_doc *doc, struct kd_error *err)
{
	struct kd_arena *arena = kd_arena_new();
	struct kd_story before = { .arena = arena };
	struct kd_story after = { .arena = arena };
	enum kd_status st;

	if (arena == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	st = kd_story_tell(ctx->view, series->previous, ctx->range.upto,
	                   KD_STORY_PATCHES, &before, err);
	if (st == KD_OK)
		st = kd_story_tell(ctx->view, series->series, ctx->range.upto,
		                   KD_STORY_PATCHES, &after, err);
	if (st == KD_OK)
		st = add_entry(ctx, &before, &after, self, doc, err);
	if (st == KD_OK && kd_arena_failed(arena))
		st = kd_fail(err, KD_NOMEM, "out of memory");
	kd_arena_free(arena);
	return st;
}

static bool is_new_version(const struct kd_section_ctx *ctx,
                           const struct kd_group *group,
                           const struct kd_series *series)
{
	/* One whose last patch came late is not posted anew. */
	if (series->previous == 0 || series->seq <= ctx->range.after)
		return false;
	/* A patch without a number may stand in a series of others. */
	return group->series != 0 || series->head == group->rows[0]->message;
}

static enum kd_status look_at(const struct kd_section_ctx *ctx,
                              const struct kd_group *group,
                              struct kd_node *self, struct kd_doc *doc,
                              struct kd_error *err)
{
	int64_t id = group->rows[0]->series;
	struct kd_arena *arena = kd_arena_new();
	struct kd_error why = KD_ERROR_INIT;
	struct kd_series series = { .series = 0 };
	const struct kd_node *had = self != NULL ? self->last : NULL;
	enum kd_status st;

	if (arena == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	st = kd_store_series(ctx->view->store, id, arena, &series, &why);
	if (st == KD_NOTFOUND)
		st = KD_OK;
	else if (st != KD_OK)
		*err = why;
	else if (is_new_version(ctx, group, &series))
		st = tell(ctx, &series, self, doc, err);
	if (self != NULL && self->last != had)
		self->last->star = group->star;
	kd_arena_free(arena);
	return st;
}

enum kd_status kd_section_revisions(const struct kd_section_ctx *ctx,
                                    struct kd_doc *doc, struct kd_error *err)
{
	struct kd_node *self =
		kd_doc_puts(doc, NULL, KD_NODE_SECTION, "revisions",
	                    "New versions, and what changed");
	enum kd_status st = KD_OK;

	for (size_t i = 0; i < ctx->n_groups && st == KD_OK; i++) {
		/* A single patch is a group without a series, but the
		 * store's series of one. */
		if (ctx->groups[i].rows[0]->series != 0)
			st = look_at(ctx, &ctx->groups[i], self, doc, err);
	}
	if (st == KD_OK && self != NULL && self->first == NULL)
		kd_doc_puts(doc, self, KD_NODE_PARA, NULL,
		            "Nobody posted a new version.");
	return st;
}
