/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * command_mark.c - mark, markers, unmark: names for positions.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "report/command.h"
#include "report/output.h"
#include "report/point.h"
#include "report/render.h"
#include "report/when.h"

static enum kd_status say(const char *line, struct kd_error *err)
{
	bool gone = false;

	if (line == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	return kd_output_write(NULL, kd_bytes_of(line), false, &gone, err);
}

static enum kd_status set_marker(const struct kd_view *view, const char *name,
                                 kd_seq seq, const char **ret_said,
                                 struct kd_error *err)
{
	struct kd_error why = KD_ERROR_INIT;
	struct kd_marker marker;
	const char *from = NULL;
	const char *to = NULL;
	enum kd_status st;
	bool existed;
	kd_seq was = 0;

	st = kd_store_marker(view->store, name, &marker, &why);
	if (st != KD_OK && st != KD_NOTFOUND) {
		*err = why;
		return st;
	}
	existed = st == KD_OK;
	if (existed) {
		was = marker.seq;
		st = kd_view_id_at(view, was, &from, err);
		if (st != KD_OK)
			return st;
	}
	st = kd_view_id_at(view, seq, &to, err);
	if (st != KD_OK)
		return st;
	st = kd_store_move_marker(view->store, name, existed ? &was : NULL, seq,
	                          view->env->now, err);
	if (st != KD_OK)
		return st;
	*ret_said = existed ? kd_arena_printf(view->arena,
	                                      "%s moved from %s to %s\n", name,
	                                      from, to)
	                    : kd_arena_printf(view->arena, "%s set to %s\n",
	                                      name, to);
	return KD_OK;
}

enum kd_status kd_command_mark(const struct kd_env *env,
                               const struct kd_options *options,
                               struct kd_error *err)
{
	const char *name = options->args[0];
	struct kd_arena *arena = NULL;
	struct kd_view view = { .store = NULL };
	struct kd_point point;
	const char *said = NULL;
	enum kd_status st;

	st = kd_marker_name_check(name, err);
	if (st != KD_OK)
		return st;
	arena = kd_arena_new();
	if (arena == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	st = kd_view_open(env, options->list, KD_STORE_WRITE, arena, &view,
	                  err);
	if (st == KD_OK)
		st = kd_point_resolve(&view,
		                      options->n_args > 1 ? options->args[1]
		                                          : "latest",
		                      &point, err);
	if (st == KD_OK)
		st = set_marker(&view, name, point.seq, &said, err);
	kd_view_close(&view);
	if (st == KD_OK)
		st = say(said, err);
	kd_arena_free(arena);
	return st;
}

static enum kd_status drop(const struct kd_view *view, const char *name,
                           const char **ret_said, struct kd_error *err)
{
	struct kd_error why = KD_ERROR_INIT;
	struct kd_marker marker;
	const char *id = NULL;
	enum kd_status st;

	st = kd_store_marker(view->store, name, &marker, &why);
	if (st == KD_NOTFOUND)
		return kd_fail(err, KD_NOTFOUND,
		               "no marker '%s'; `kvmdigest-report markers` "
		               "lists the markers",
		               name);
	if (st != KD_OK) {
		*err = why;
		return st;
	}
	st = kd_view_id_at(view, marker.seq, &id, err);
	if (st == KD_OK)
		st = kd_store_drop_marker(view->store, name, err);
	if (st == KD_OK)
		*ret_said = kd_arena_printf(
			view->arena, "%s removed, it was at %s\n", name, id);
	return st;
}

enum kd_status kd_command_unmark(const struct kd_env *env,
                                 const struct kd_options *options,
                                 struct kd_error *err)
{
	struct kd_arena *arena = kd_arena_new();
	struct kd_view view = { .store = NULL };
	const char *said = NULL;
	enum kd_status st;

	if (arena == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	st = kd_view_open(env, options->list, KD_STORE_WRITE, arena, &view,
	                  err);
	if (st == KD_OK)
		st = drop(&view, options->args[0], &said, err);
	kd_view_close(&view);
	if (st == KD_OK)
		st = say(said, err);
	kd_arena_free(arena);
	return st;
}

/* How many messages lie behind each marker, in one pass. */
struct behind {
	const struct kd_marker *markers; /* n of them, by position */
	size_t n;
	size_t *counts;
};

static enum kd_status count_behind(const struct kd_posted *row, void *payload,
                                   struct kd_error *err)
{
	struct behind *behind = payload;

	(void)err;
	for (size_t i = 0; i < behind->n && behind->markers[i].seq < row->seq;
	     i++)
		behind->counts[i]++;
	return KD_OK;
}

static enum kd_status list_markers(const struct kd_view *view,
                                   struct kd_doc *doc, struct kd_error *err)
{
	struct kd_marker *markers = NULL;
	struct behind behind = { .markers = NULL };
	struct kd_range range = { .after = 0 };
	struct kd_node *table;
	enum kd_status st;

	st = kd_store_markers(view->store, view->arena, &markers, &behind.n,
	                      err);
	if (st != KD_OK || behind.n == 0)
		return st;
	behind.markers = markers;
	behind.counts =
		kd_arena_array(view->arena, behind.n, sizeof(*behind.counts));
	if (behind.counts == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	range.after = markers[0].seq;
	st = kd_store_latest(view->store, &view->scope, &range.upto, err);
	if (st == KD_OK && range.upto > range.after)
		st = kd_store_each(view->store, &view->scope, range,
		                   count_behind, &behind, err);
	table = kd_doc_puts(doc, NULL, KD_NODE_TABLE, NULL, NULL);
	for (size_t i = 0; i < behind.n && st == KD_OK; i++) {
		struct kd_node *row =
			kd_doc_puts(doc, table, KD_NODE_ROW, NULL, NULL);
		char when[KD_WHEN_SIZE];
		const char *id = NULL;

		st = kd_view_id_at(view, markers[i].seq, &id, err);
		kd_when_format(markers[i].set_at, when);
		kd_doc_puts(doc, row, KD_NODE_CELL, "name", markers[i].name);
		kd_doc_puts(doc, row, KD_NODE_CELL, "id", id);
		kd_doc_puts(doc, row, KD_NODE_CELL, "set",
		            kd_arena_printf(doc->arena, "set %s", when));
		kd_doc_puts(doc, row, KD_NODE_CELL, "newer",
		            kd_arena_printf(doc->arena, "%zu newer",
		                            behind.counts[i]));
	}
	return st;
}

enum kd_status kd_command_markers(const struct kd_env *env,
                                  const struct kd_options *options,
                                  struct kd_error *err)
{
	struct kd_arena *arena = kd_arena_new();
	struct kd_doc doc = { .arena = arena };
	struct kd_view view = { .store = NULL };
	struct kd_bytes data = { .data = NULL };
	const struct kd_look look = { .width = 0 };
	char *text = NULL;
	FILE *out = NULL;
	enum kd_status st;

	if (arena == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	st = kd_view_open(env, options->list, KD_STORE_READ, arena, &view, err);
	if (st == KD_OK)
		st = list_markers(&view, &doc, err);
	if (st != KD_OK)
		goto out;
	if (doc.first == NULL)
		(void)snprintf(env->note, KD_NOTE_SIZE,
		               "no markers yet: `kvmdigest-report mark NAME` "
		               "sets one");
	out = open_memstream(&text, &data.size);
	st = out == NULL ? kd_fail(err, KD_NOMEM, "out of memory")
	                 : kd_render_text(&doc, &look, out, err);
	if (out != NULL && fclose(out) != 0 && st == KD_OK)
		st = kd_fail(err, KD_NOMEM, "out of memory");
	if (st == KD_OK)
		st = say(text, err);
out:
	free(text);
	kd_view_close(&view);
	kd_arena_free(arena);
	return st;
}
