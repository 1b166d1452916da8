/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * command_digest.c - the digest: read, render to memory, write, and only
 * then move the marker.  A failure costs a repeat, never a hole.
 */
#include <stdio.h>
#include <stdlib.h>

#include "report/command.h"
#include "report/digest.h"
#include "report/output.h"
#include "store/series.h"

/* What --advance found in the view that the digest was made of. */
struct advance {
	const char *name; /* NULL: not asked for */
	bool existed;
	kd_seq was;
	kd_seq to;
};

static enum kd_status read_marker(const struct kd_view *view,
                                  struct advance *advance, struct kd_error *err)
{
	struct kd_error why = KD_ERROR_INIT;
	struct kd_marker marker;
	enum kd_status st;

	if (advance->name == NULL)
		return KD_OK;
	st = kd_store_marker(view->store, advance->name, &marker, &why);
	if (st == KD_NOTFOUND)
		return KD_OK;
	if (st != KD_OK) {
		*err = why;
		return st;
	}
	advance->existed = true;
	advance->was = marker.seq;
	return KD_OK;
}

/* A handle of its own: the lock is held for the move alone, and no
 * delivery waits while a digest is made. */
static enum kd_status move_marker(const struct kd_env *env,
                                  const struct kd_options *options,
                                  const struct advance *advance,
                                  struct kd_error *err)
{
	struct kd_arena *arena;
	struct kd_view view = { .store = NULL };
	enum kd_status st;

	if (advance->existed && advance->was == advance->to)
		return KD_OK;
	arena = kd_arena_new();
	if (arena == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	st = kd_view_open(env, options->list, KD_STORE_WRITE, arena, &view,
	                  err);
	if (st == KD_OK)
		st = kd_store_move_marker(view.store, advance->name,
		                          advance->existed ? &advance->was
		                                           : NULL,
		                          advance->to, env->now, err);
	if (st != KD_OK)
		kd_error_prefix(err, "the marker '%s' stays where it was",
		                advance->name);
	kd_view_close(&view);
	kd_arena_free(arena);
	return st;
}

/* The series that a POINT is of, in all its versions. */
static enum kd_status only_series(const struct kd_view *view, const char *text,
                                  struct kd_digest *digest,
                                  struct kd_error *err)
{
	struct kd_series *versions;
	int64_t series = 0;
	int64_t *ids;
	size_t n;
	enum kd_status st = kd_point_series(view, text, &series, err);

	if (st == KD_OK)
		st = kd_store_versions(view->store, series, view->arena,
		                       &versions, &n, err);
	if (st != KD_OK)
		return st;
	ids = kd_arena_array(view->arena, n, sizeof(*ids));
	if (ids == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	for (size_t i = 0; i < n; i++)
		ids[i] = versions[i].series;
	digest->only.series = ids;
	digest->only.n_series = n;
	return KD_OK;
}

static enum kd_status make(const struct kd_env *env,
                           const struct kd_options *options,
                           struct kd_digest *digest, FILE *out,
                           struct advance *advance, struct kd_error *err)
{
	struct kd_arena *arena = kd_arena_new();
	struct kd_view view = { .store = NULL };
	struct kd_resolved range;
	enum kd_status st;

	if (arena == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	st = kd_view_open(env, options->list, KD_STORE_READ, arena, &view, err);
	if (st != KD_OK)
		goto out;
	st = kd_range_resolve(&view, options->args[0], &range, err);
	if (st != KD_OK)
		goto out;
	if (range.no_marker)
		(void)snprintf(env->note, KD_NOTE_SIZE,
		               "no marker 'last' yet: this is what arrived in "
		               "the last 24 hours; with --advance the next "
		               "digest goes on from here");
	advance->to = range.range.upto;
	st = read_marker(&view, advance, err);
	if (st == KD_OK && options->series != NULL)
		st = only_series(&view, options->series, digest, err);
	digest->watch = env->watch;
	digest->look = env->look;
	if (st == KD_OK)
		st = kd_digest_write(digest, &view, &range, out, err);
out:
	kd_view_close(&view);
	kd_arena_free(arena);
	return st;
}

static enum kd_status set_up(const struct kd_options *options,
                             struct kd_digest *ret, struct kd_error *err)
{
	enum kd_status st;

	ret->top = options->top;
	ret->waiting_days = options->waiting_days;
	ret->only = (struct kd_rules){
		.paths = { options->paths.words, options->paths.n },
		.people = { options->authors.words, options->authors.n },
		.words = { options->subjects.words, options->subjects.n },
		.all_sorts = true,
	};
	st = kd_digest_set_format(ret, options->format, err);
	if (st == KD_OK)
		st = kd_digest_set_messages(ret, options->messages, err);
	if (st == KD_OK)
		st = kd_digest_set_sections(ret, options->sections, err);
	if (st == KD_OK && options->advance != NULL)
		st = kd_marker_name_check(options->advance, err);
	return st;
}

enum kd_status kd_command_digest(const struct kd_env *env,
                                 const struct kd_options *options,
                                 struct kd_error *err)
{
	struct advance advance = { .name = options->advance };
	struct kd_digest digest = { .format = NULL };
	struct kd_bytes data = { .data = NULL };
	char *text = NULL;
	bool gone = false;
	FILE *out = NULL;
	enum kd_status st;

	st = set_up(options, &digest, err);
	if (st != KD_OK)
		return st;
	out = open_memstream(&text, &data.size);
	if (out == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	st = make(env, options, &digest, out, &advance, err);
	if (fclose(out) != 0 && st == KD_OK)
		st = kd_fail(err, KD_NOMEM, "out of memory for the digest");
	if (st != KD_OK)
		goto out;
	data.data = text;
	st = kd_output_write(options->output, data, advance.name != NULL, &gone,
	                     err);
	if (st == KD_OK && !gone && advance.name != NULL)
		st = move_marker(env, options, &advance, err);
out:
	free(text);
	return st;
}
