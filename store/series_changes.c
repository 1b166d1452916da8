/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * series_changes.c - sets of row ids, and the list of what has changed of
 * series on the way from their members to their versions.
 */
#include <string.h>

#include "store/series_internal.h"

enum kd_status kd_ids_add(struct kd_ids *ids, struct kd_arena *arena,
                          int64_t id, struct kd_error *err)
{
	int64_t *more;

	if (ids->n == ids->room) {
		more = kd_arena_array(arena, 2 * ids->room + 8, sizeof(*more));
		if (more == NULL)
			return kd_fail(err, KD_NOMEM, "out of memory");
		if (ids->n > 0)
			memcpy(more, ids->ids, ids->n * sizeof(*more));
		ids->ids = more;
		ids->room = 2 * ids->room + 8;
	}
	ids->ids[ids->n++] = id;
	return KD_OK;
}

bool kd_ids_have(const struct kd_ids *ids, int64_t id)
{
	size_t i;

	for (i = 0; i < ids->n; i++) {
		if (ids->ids[i] == id)
			return true;
	}
	return false;
}

enum kd_status kd_ids_put(struct kd_ids *ids, struct kd_arena *arena,
                          int64_t id, size_t max, struct kd_error *err)
{
	if (id == 0 || ids->n >= max || kd_ids_have(ids, id))
		return KD_OK;
	return kd_ids_add(ids, arena, id, err);
}

enum kd_status kd_ids_read(struct kd_cursor *cursor, struct kd_ids *ret,
                           struct kd_arena *arena, size_t max,
                           struct kd_error *err)
{
	enum kd_status st = KD_OK;
	bool more = true;

	while (st == KD_OK && more) {
		st = kd_stmt_next(cursor, &more, err);
		if (st == KD_OK && more)
			st = kd_ids_put(ret, arena, kd_stmt_int(cursor, 0), max,
			                err);
	}
	kd_stmt_close(cursor);
	return st;
}

enum kd_status kd_series_run(struct kd_store *store, enum kd_stmt which,
                             int64_t a, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	st = kd_stmt_open(store, which, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, a);
	return kd_stmt_run(&cur, err);
}

enum kd_status kd_series_run_two(struct kd_store *store, enum kd_stmt which,
                                 int64_t a, int64_t b, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	st = kd_stmt_open(store, which, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, a);
	kd_stmt_bind_int(&cur, b);
	return kd_stmt_run(&cur, err);
}

enum kd_status kd_changes_add_title(struct kd_changes *changes,
                                    const struct kd_title *title,
                                    struct kd_error *err)
{
	struct kd_title *more = changes->titles;
	size_t i;

	if (title->poster == NULL || title->key == NULL)
		return KD_OK;
	for (i = 0; i < changes->n_titles; i++) {
		if (strcmp(more[i].poster, title->poster) != 0 ||
		    strcmp(more[i].key, title->key) != 0)
			continue;
		if (title->from < more[i].from)
			more[i].from = title->from;
		return KD_OK;
	}
	if (changes->n_titles == changes->room) {
		more = kd_arena_array(changes->arena, 2 * changes->room + 4,
		                      sizeof(*more));
		if (more == NULL)
			return kd_fail(err, KD_NOMEM, "out of memory");
		if (changes->n_titles > 0)
			memcpy(more, changes->titles,
			       changes->n_titles * sizeof(*more));
		changes->titles = more;
		changes->room = 2 * changes->room + 4;
	}
	more += changes->n_titles;
	more->poster = kd_arena_strdup(changes->arena, title->poster);
	more->key = kd_arena_strdup(changes->arena, title->key);
	more->from = title->from;
	if (more->poster == NULL || more->key == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	changes->n_titles++;
	return KD_OK;
}

enum kd_status kd_changes_note_title(struct kd_store *store,
                                     struct kd_changes *changes, int64_t series,
                                     struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	struct kd_title title;
	enum kd_status st;
	bool found = false;

	st = kd_stmt_open(store, KD_STMT_GET_TITLE, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, series);
	st = kd_stmt_next(&cur, &found, err);
	if (st == KD_OK && found) {
		title.poster = kd_stmt_text(&cur, 0);
		title.key = kd_stmt_text(&cur, 1);
		title.from = kd_stmt_int(&cur, 2);
		st = kd_changes_add_title(changes, &title, err);
	}
	kd_stmt_close(&cur);
	return st;
}

enum kd_status kd_changes_sign(struct kd_store *store,
                               struct kd_changes *changes, int64_t message,
                               const struct kd_message *msg,
                               struct kd_error *err)
{
	int64_t sign;
	enum kd_status st;
	char *key;

	if (msg->kind != KD_KIND_PATCH || msg->sender.email == NULL)
		return KD_OK;
	key = kd_versions_key(changes->arena, msg->subject.title);
	if (key == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	sign = kd_versions_sign(msg->sender.email, key);
	st = kd_ids_add(&changes->signs, changes->arena, sign, err);
	if (st != KD_OK)
		return st;
	return kd_series_run_two(store, KD_STMT_ADD_LIKENESS, sign, message,
	                         err);
}
