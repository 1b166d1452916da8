/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gather.c - what a digest is made of: the messages of the range that the
 * filters leave, read once, its patches in groups, and what is known of
 * each group.  Knows no section and no format.
 */
#include "report/gather.h"

#include <stddef.h>
#include <stdlib.h>

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

static void append(struct collection *all, struct link *link)
{
	link->next = NULL;
	if (all->last != NULL)
		all->last->next = link;
	else
		all->first = link;
	all->last = link;
	all->n++;
	all->n_patches += is_for_patches(link->row);
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
	append(all, link);
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

/* Take out what the filters do not speak of. */
static enum kd_status filter(struct collection *all, struct kd_matcher *filter,
                             struct kd_error *err)
{
	struct link *link = all->first;
	struct link *next;

	all->first = NULL;
	all->last = NULL;
	all->n = 0;
	all->n_patches = 0;
	for (; link != NULL; link = next) {
		bool matches;
		enum kd_status st = kd_match(filter, link->row, &matches, err);

		if (st != KD_OK)
			return st;
		next = link->next;
		if (matches)
			append(all, link);
	}
	return KD_OK;
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

/* What concerns the reader comes first, in the order that it has. */
static enum kd_status mark_stars(struct kd_matcher *watch, size_t n,
                                 struct kd_group *groups,
                                 struct kd_arena *arena, struct kd_error *err)
{
	struct kd_group *sorted = kd_arena_array(arena, n, sizeof(*sorted));
	size_t n_sorted = 0;

	if (sorted == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory for the digest");
	for (size_t i = 0; i < n; i++) {
		enum kd_status st = kd_match(watch, groups[i].rows[0],
		                             &groups[i].star, err);

		if (st != KD_OK)
			return st;
		if (groups[i].star)
			sorted[n_sorted++] = groups[i];
	}
	for (size_t i = 0; i < n; i++) {
		if (!groups[i].star)
			sorted[n_sorted++] = groups[i];
	}
	for (size_t i = 0; i < n; i++)
		groups[i] = sorted[i];
	return KD_OK;
}

/* KD_OK with *ret NULL where there are no rules. */
static enum kd_status set_matcher(const struct kd_section_ctx *ctx,
                                  const struct kd_rules *rules,
                                  struct kd_matcher **ret, struct kd_error *err)
{
	*ret = NULL;
	if (rules == NULL || kd_rules_empty(rules))
		return KD_OK;
	return kd_matcher_new(ctx->view, rules, ctx->range.upto, ret, err);
}

enum kd_status kd_gather(const struct kd_gather *what,
                         struct kd_section_ctx *ctx, size_t *ret_messages,
                         struct kd_error *err)
{
	const struct kd_view *view = ctx->view;
	struct collection all = { .arena = view->arena, .all = what->posted };
	struct kd_group *groups = NULL;
	struct kd_matcher *only;
	enum kd_status st;

	st = kd_store_each(view->store, &view->scope, ctx->range, collect, &all,
	                   err);
	if (st == KD_OK)
		st = set_matcher(ctx, what->only, &only, err);
	if (st == KD_OK && only != NULL)
		st = filter(&all, only, err);
	if (st == KD_OK)
		st = put_in_rows(&all, ctx, err);
	if (st == KD_OK)
		st = kd_group_build(all.arena, ctx->rows, ctx->n_rows, &groups,
		                    &ctx->n_groups, err);
	if (st == KD_OK && what->tells)
		st = tell_all(view, ctx->range.upto, groups, ctx->n_groups,
		              err);
	if (st == KD_OK)
		st = set_matcher(ctx, what->watch, &ctx->watch, err);
	if (st == KD_OK && ctx->watch != NULL)
		st = mark_stars(ctx->watch, ctx->n_groups, groups, all.arena,
		                err);
	ctx->groups = groups;
	*ret_messages = all.n_messages;
	return st;
}
