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
	size_t n_messages; /* all of the range */
};

static enum kd_status collect(const struct kd_posted *row, void *payload,
                              struct kd_error *err)
{
	struct collection *all = payload;
	struct link *link;

	all->n_messages++;
	if (!kd_row_is_patch(row) && row->msg.subject.full[0] != '[')
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

static enum kd_status read_rows(const struct kd_view *view,
                                struct kd_range range, bool tells,
                                struct kd_section_ctx *ret,
                                size_t *ret_messages, struct kd_error *err)
{
	struct kd_arena *arena = view->arena;
	struct collection all = { .arena = arena };
	const struct kd_posted **rows;
	struct kd_group *groups = NULL;
	enum kd_status st;
	size_t n = 0;

	st = kd_store_each(view->store, &view->scope, range, collect, &all,
	                   err);
	if (st != KD_OK)
		return st;
	rows = kd_arena_array(arena, all.n, sizeof(void *));
	if (rows == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory for the digest");
	for (const struct link *link = all.first; link; link = link->next)
		rows[n++] = link->row;
	st = kd_group_build(arena, rows, n, &groups, &ret->n_groups, err);
	if (st == KD_OK && tells)
		st = tell_all(view, range.upto, groups, ret->n_groups, err);
	ret->groups = groups;
	ret->rows = rows;
	ret->n_rows = n;
	*ret_messages = all.n_messages;
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

enum kd_status kd_digest_write(const struct kd_digest *digest,
                               const struct kd_view *view,
                               const struct kd_resolved *range, FILE *out,
                               struct kd_error *err)
{
	struct kd_section_ctx ctx = {
		.view = view,
		.range = range->range,
		.top = digest->top,
		.messages = digest->messages,
	};
	struct kd_doc doc = {
		.arena = view->arena,
		.list = view->title,
		.from = range->from,
		.to = range->to,
	};
	size_t n_messages = 0;
	enum kd_status st;

	st = read_rows(view, range->range, digest->format->tells, &ctx,
	               &n_messages, err);
	if (st != KD_OK)
		return st;
	if (digest->format->tells && ctx.n_groups == 0) {
		say_empty(&doc, n_messages);
		return digest->format->render(&doc, out, err);
	}
	for (size_t i = 0; i < KD_SECTION_COUNT; i++) {
		if (!digest->sections[i] || !digest->format->build[i])
			continue;
		st = digest->format->build[i](&ctx, &doc, err);
		if (st != KD_OK)
			return st;
	}
	return digest->format->render(&doc, out, err);
}
