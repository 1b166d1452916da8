/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * command_series.c - the series of a range: what came of each, who has
 * looked at it, where it stands.  Newest first.
 */
#include <stdio.h>

#include "report/block.h"
#include "report/command.h"
#include "report/point.h"
#include "report/print.h"
#include "store/series.h"

struct link {
	int64_t series;
	struct link *older;
};

struct series {
	struct kd_arena *arena;
	struct link *newest;
};

static enum kd_status collect(const struct kd_series *row, void *payload,
                              struct kd_error *err)
{
	struct series *all = payload;
	struct link *link = kd_arena_alloc(all->arena, sizeof(*link));

	if (link == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	link->series = row->series;
	link->older = all->newest;
	all->newest = link;
	return KD_OK;
}

/* Each story has an arena of its own: there may be many, and a line is
 * little of it. */
static enum kd_status add_series(const struct kd_view *view, int64_t series,
                                 struct kd_doc *doc, struct kd_error *err)
{
	struct kd_arena *arena = kd_arena_new();
	struct kd_story story = { .arena = NULL };
	enum kd_status st;

	if (arena == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	story.arena = arena;
	st = kd_story_tell(view, series, KD_SEQ_MAX, KD_STORY_ALL, &story, err);
	if (st == KD_OK)
		st = kd_block_line(view, &story, doc, err);
	if (st == KD_OK && kd_arena_failed(arena))
		st = kd_fail(err, KD_NOMEM, "out of memory");
	kd_arena_free(arena);
	return st;
}

static enum kd_status build(const struct kd_view *view,
                            const struct kd_resolved *range, struct kd_doc *doc,
                            struct kd_error *err)
{
	struct series all = { .arena = view->arena };
	enum kd_status st;

	st = kd_store_each_series(view->store, &view->scope, range->range,
	                          collect, &all, err);
	for (const struct link *link = all.newest; link && st == KD_OK;
	     link = link->older)
		st = add_series(view, link->series, doc, err);
	if (st == KD_OK && all.newest == NULL)
		kd_doc_puts(doc, NULL, KD_NODE_PARA, NULL,
		            "No series in this range.");
	return st;
}

enum kd_status kd_command_series(const struct kd_env *env,
                                 const struct kd_options *options,
                                 struct kd_error *err)
{
	struct kd_arena *arena = kd_arena_new();
	struct kd_doc doc = { .arena = arena };
	struct kd_view view = { .store = NULL };
	struct kd_resolved range;
	enum kd_status st;

	if (arena == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	st = kd_view_open(env, options->list, KD_STORE_READ, arena, &view, err);
	if (st == KD_OK)
		st = kd_range_resolve(&view, options->args[0], &range, err);
	if (st != KD_OK)
		goto out;
	if (range.no_marker)
		(void)snprintf(env->note, KD_NOTE_SIZE,
		               "no marker 'last' yet: this is what arrived in "
		               "the last 24 hours; `digest --advance` sets it");
	st = build(&view, &range, &doc, err);
	if (st == KD_OK)
		st = kd_print(&doc, &env->look, options->output, err);
out:
	kd_view_close(&view);
	kd_arena_free(arena);
	return st;
}
