/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * command_mark.c - mark, markers, unmark: names for positions.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/command.h"
#include "report/line.h"
#include "report/output.h"
#include "report/point.h"
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

/* A marker, and the message that it stands at. */
struct placed {
	const struct kd_marker *marker;
	const char *id;
	char when[KD_WHEN_SIZE]; /* it arrived */
	const char *title;
	int64_t newer; /* messages behind it */
};

enum {
	NAME_WIDTH = 20,                           /* a longer one sticks out */
	MINUTES_SIZE = sizeof("2025-03-18T20:59"), /* what is shown of a time */
	DAY_SIZE = sizeof("2025-03-18") - 1,
	ID_WIDTH = 8,
};

static enum kd_status place(const struct kd_view *view, struct placed *ret,
                            struct kd_error *err)
{
	struct kd_posted posted;
	struct kd_found found;
	enum kd_status st;

	st = kd_view_id_at(view, ret->marker->seq, &ret->id, err);
	if (st != KD_OK)
		return st;
	if (strcmp(ret->id, "start") == 0) {
		(void)snprintf(ret->when, sizeof(ret->when), "-");
		ret->title = "(before the first message)";
		return KD_OK;
	}
	st = kd_store_find_id(view->store, ret->id, &view->scope, &found, err);
	if (st == KD_OK)
		st = kd_store_get(view->store, found.message, view->arena,
		                  &posted, err);
	if (st != KD_OK)
		return st;
	kd_when_format(posted.received, ret->when);
	ret->when[MINUTES_SIZE - 1] = '\0';
	ret->when[DAY_SIZE] = 'T'; /* one word, and a POINT */
	ret->title = posted.msg.subject.full;
	return KD_OK;
}

/* Count from one marker to the next, so that each message is counted once
 * however many markers there are.  n of them, by position. */
static enum kd_status count_newer(const struct kd_view *view,
                                  struct placed *placed, size_t n,
                                  struct kd_error *err)
{
	struct kd_range range = { .upto = INT64_MAX };
	enum kd_status st = KD_OK;
	int64_t newer = 0;

	for (size_t i = n; i > 0 && st == KD_OK; i--) {
		int64_t count = 0;

		range.after = placed[i - 1].marker->seq;
		st = kd_store_count(view->store, &view->scope, range, &count,
		                    err);
		newer += count;
		placed[i - 1].newer = newer;
		range.upto = range.after;
	}
	return st;
}

static void put_marker(const struct kd_view *view, const struct placed *placed,
                       size_t name_width, size_t newer_width, FILE *out)
{
	struct kd_arena *arena = view->arena;
	const char *newer = kd_arena_printf(arena, "%*" PRId64 " newer",
	                                    (int)newer_width, placed->newer);
	struct kd_line line = { .out = out,
		                .width = view->env->look.width,
		                .ascii = view->env->look.ascii };
	size_t size = strlen(placed->marker->name);

	kd_line_put(&line, arena, kd_bytes_of(placed->marker->name),
	            size > name_width ? 0 : name_width);
	kd_line_put(&line, arena, kd_bytes_of(placed->id),
	            strlen(placed->id) > ID_WIDTH ? 0 : ID_WIDTH);
	kd_line_put(&line, arena, kd_bytes_of(placed->when), MINUTES_SIZE - 1);
	kd_line_put(&line, arena, kd_bytes_of(newer), 0);
	kd_line_end(&line, arena, kd_bytes_of(placed->title));
}

static enum kd_status list_markers(const struct kd_view *view,
                                   const struct kd_marker *markers, size_t n,
                                   FILE *out, struct kd_error *err)
{
	struct placed *placed = kd_arena_array(view->arena, n, sizeof(*placed));
	enum kd_status st = KD_OK;
	size_t name_width = 0;
	size_t newer_width;

	if (placed == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	for (size_t i = 0; i < n && st == KD_OK; i++) {
		size_t size = strlen(markers[i].name);

		placed[i].marker = &markers[i];
		st = place(view, &placed[i], err);
		if (size > name_width && size <= NAME_WIDTH)
			name_width = size;
	}
	if (st == KD_OK)
		st = count_newer(view, placed, n, err);
	if (st != KD_OK || n == 0)
		return st;
	newer_width = (size_t)snprintf(NULL, 0, "%" PRId64, placed[0].newer);
	for (size_t i = 0; i < n; i++)
		put_marker(view, &placed[i], name_width, newer_width, out);
	return kd_arena_failed(view->arena)
	               ? kd_fail(err, KD_NOMEM, "out of memory")
	               : KD_OK;
}

enum kd_status kd_command_markers(const struct kd_env *env,
                                  const struct kd_options *options,
                                  struct kd_error *err)
{
	struct kd_arena *arena = kd_arena_new();
	struct kd_view view = { .store = NULL };
	struct kd_bytes data = { .data = NULL };
	struct kd_marker *markers = NULL;
	char *text = NULL;
	FILE *out = NULL;
	enum kd_status st;
	size_t n = 0;

	if (arena == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	st = kd_view_open(env, options->list, KD_STORE_READ, arena, &view, err);
	if (st == KD_OK)
		st = kd_store_markers(view.store, arena, &markers, &n, err);
	if (st != KD_OK)
		goto out;
	if (n == 0)
		(void)snprintf(env->note, KD_NOTE_SIZE,
		               "no markers yet: `kvmdigest-report mark NAME` "
		               "sets one");
	out = open_memstream(&text, &data.size);
	st = out == NULL ? kd_fail(err, KD_NOMEM, "out of memory")
	                 : list_markers(&view, markers, n, out, err);
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
