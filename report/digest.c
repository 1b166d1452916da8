/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * digest.c - rows of the store -> sections -> document -> a format.  The
 * rows are read once; knows neither options nor where the output goes.
 */
#include "report/digest.h"

#include <stddef.h>

#include "report/story.h"

struct link {
	const struct kd_posted *row;
	struct link *next;
};

struct collection {
	struct kd_arena *arena;
	struct link *first, *last;
	size_t n;
	size_t n_patches; /* of them, what the sections of patches look at */
	bool all;         /* wanted are those, too, that are no patches */
	size_t n_messages;
	int64_t until; /* when the last one arrived */
};

/* Not only what parses as a patch: the published layout lists all whose
 * subject begins with a bracket. */
static bool is_for_patches(const struct kd_posted *row)
{
	return kd_row_is_patch(row) || row->msg.subject.full[0] == '[';
}

static enum kd_status collect(const struct kd_posted *row, void *payload,
                              struct kd_error *err)
{
	struct collection *all = payload;
	struct link *link;

	all->n_messages++;
	all->until = row->received;
	if (!all->all && !is_for_patches(row))
		return KD_OK;
	link = kd_arena_alloc(all->arena, sizeof(*link));
	if (link != NULL)
		link->row = kd_row_copy(all->arena, row);
	if (link == NULL || link->row == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory for the digest");
	if (all->last != NULL)
		all->last->next = link;
	else
		all->first = link;
	all->last = link;
	all->n++;
	all->n_patches += is_for_patches(row);
	return KD_OK;
}

/* The version and the mark of a group.  Its story has an arena of its own:
 * little of it is kept. */
static enum kd_status tell(const struct kd_view *view, kd_seq upto,
                           struct kd_group *group, struct kd_error *err)
{
	const struct kd_posted *row = group->rows[0];
	struct kd_arena *arena;
	struct kd_story story = { .arena = NULL };
	struct kd_error why = KD_ERROR_INIT;
	enum kd_status st;

	if (row->series == 0)
		return KD_OK;
	arena = kd_arena_new();
	if (arena == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	story.arena = arena;
	st = kd_story_tell(view, row->series, upto, KD_STORY_FATE, &story,
	                   &why);
	if (st != KD_OK) {
		/* Of mail that an older release stored nothing is known, until
		 * --reparse has been over it. */
		if (st == KD_NOTFOUND)
			st = KD_OK;
		else
			*err = why;
		goto out;
	}
	/* A patch without a number may stand in a series of others. */
	if (group->series == 0 && story.series.total != KD_NUMBER_NONE)
		goto out;
	group->version = kd_version_format(view->arena, story.series.version,
	                                   story.series.revision);
	if (story.standing.state >= KD_STATE_SUPERSEDED)
		group->mark = kd_arena_strdup(
			view->arena, kd_state_text(arena, &story.standing));
	if (kd_arena_failed(arena))
		st = kd_fail(err, KD_NOMEM, "out of memory");
out:
	kd_arena_free(arena);
	return st;
}

static enum kd_status tell_all(const struct kd_view *view, kd_seq upto,
                               struct kd_group *groups, size_t n,
                               struct kd_error *err)
{
	enum kd_status st = KD_OK;

	for (size_t i = 0; i < n && st == KD_OK; i++)
		st = tell(view, upto, &groups[i], err);
	return st;
}

static enum kd_status put_in_rows(const struct collection *all,
                                  struct kd_section_ctx *ret,
                                  struct kd_error *err)
{
	const struct kd_posted **rows =
		kd_arena_array(all->arena, all->n_patches, sizeof(void *));
	const struct kd_posted **posted =
		kd_arena_array(all->arena, all->n, sizeof(void *));

	if (rows == NULL || posted == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory for the digest");
	for (const struct link *link = all->first; link; link = link->next) {
		if (is_for_patches(link->row))
			rows[ret->n_rows++] = link->row;
		posted[ret->n_posted++] = link->row;
	}
	ret->rows = rows;
	ret->posted = all->all ? posted : NULL;
	if (!all->all)
		ret->n_posted = 0;
	ret->until = all->until;
	return KD_OK;
}

static enum kd_status read_rows(const struct kd_view *view, bool tells,
                                struct collection *all,
                                struct kd_section_ctx *ret,
                                struct kd_error *err)
{
	struct kd_group *groups = NULL;
	enum kd_status st;

	st = kd_store_each(view->store, &view->scope, ret->range, collect, all,
	                   err);
	if (st == KD_OK)
		st = put_in_rows(all, ret, err);
	if (st == KD_OK)
		st = kd_group_build(all->arena, ret->rows, ret->n_rows, &groups,
		                    &ret->n_groups, err);
	if (st == KD_OK && tells)
		st = tell_all(view, ret->range.upto, groups, ret->n_groups,
		              err);
	ret->groups = groups;
	return st;
}

static void say_empty(struct kd_doc *doc, size_t n_messages)
{
	const char *text = "No messages in this range.";

	if (n_messages == 1)
		text = "1 message in this range, and it is no patch.";
	else if (n_messages > 1)
		text = kd_arena_printf(doc->arena,
		                       "%zu messages in this range, none of "
		                       "them a patch.",
		                       n_messages);
	kd_doc_puts(doc, NULL, KD_NODE_PARA, NULL, text);
}

static void say_how_much(const struct kd_section_ctx *ctx, size_t n_messages,
                         struct kd_doc *doc)
{
	int64_t patches = 0;

	for (size_t i = 0; i < ctx->n_rows; i++)
		patches += ctx->rows[i]->msg.kind == KD_KIND_PATCH;
	kd_doc_number(doc, NULL, KD_NODE_FIGURE, "messages",
	              (int64_t)n_messages);
	kd_doc_number(doc, NULL, KD_NODE_FIGURE, "patches", patches);
	kd_doc_number(doc, NULL, KD_NODE_FIGURE, "series",
	              (int64_t)ctx->n_groups);
}

/* What the digest is to have, in its order: where none was chosen what the
 * format usually has, or else all for which there is what it needs. */
static enum kd_status choose(const struct kd_digest *digest,
                             const struct kd_env *env, struct kd_digest *ret,
                             struct kd_error *err)
{
	*ret = *digest;
	if (digest->n_sections > 0)
		return KD_OK;
	if (digest->format->usual != NULL)
		return kd_digest_set_sections(ret, digest->format->usual, err);
	for (size_t i = 0; i < kd_n_sections; i++) {
		if (kd_sections[i].build != kd_section_employers ||
		    env->employers != NULL)
			ret->sections[ret->n_sections++] = &kd_sections[i];
	}
	return KD_OK;
}

/* Where there is no patch, what looks at patches has nothing to say. */
static enum kd_status build(const struct kd_digest *digest,
                            const struct kd_section_ctx *ctx,
                            struct kd_doc *doc, struct kd_error *err)
{
	bool classic = digest->format->classic;

	for (size_t i = 0; i < digest->n_sections; i++) {
		const struct kd_section *section = digest->sections[i];
		kd_build_fn *fn = classic ? section->classic : section->build;
		enum kd_status st;

		if (fn == NULL ||
		    (!classic && ctx->n_groups == 0 && !section->posted))
			continue;
		st = fn(ctx, doc, err);
		if (st != KD_OK)
			return st;
	}
	return KD_OK;
}

enum kd_status kd_digest_write(const struct kd_digest *digest,
                               const struct kd_view *view,
                               const struct kd_resolved *range, FILE *out,
                               struct kd_error *err)
{
	struct kd_section_ctx ctx = {
		.view = view,
		.range = range->range,
		.top = digest->top,
		.waiting_days = digest->waiting_days,
		.messages = digest->messages,
	};
	struct kd_doc doc = {
		.arena = view->arena,
		.list = view->title,
		.from = range->from,
		.to = range->to,
	};
	struct collection all = { .arena = view->arena };
	struct kd_digest chosen;
	enum kd_status st;

	st = choose(digest, view->env, &chosen, err);
	if (st != KD_OK)
		return st;
	for (size_t i = 0; i < chosen.n_sections; i++)
		all.all = all.all || chosen.sections[i]->posted;
	st = read_rows(view, !digest->format->classic, &all, &ctx, err);
	if (st != KD_OK)
		return st;
	say_how_much(&ctx, all.n_messages, &doc);
	if (!digest->format->classic && ctx.n_groups == 0)
		say_empty(&doc, all.n_messages);
	st = build(&chosen, &ctx, &doc, err);
	if (st != KD_OK)
		return st;
	return digest->format->render(&doc, &digest->look, out, err);
}
