/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * marker.c - positions that have a name.
 *
 * Moving one is compare and set, so that of two digests that end at the
 * same time one is told that the other was first.
 */
#include <string.h>

#include "store/internal.h"

static enum kd_status find(struct kd_store *store, const char *name,
                           bool *ret_found, struct kd_marker *ret,
                           struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	*ret_found = false;
	st = kd_stmt_open(store, KD_STMT_GET_MARKER, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_text(&cur, name);
	st = kd_stmt_next(&cur, ret_found, err);
	if (st == KD_OK && *ret_found) {
		ret->name = name;
		ret->seq = kd_stmt_int(&cur, 0);
		ret->set_at = kd_stmt_int(&cur, 1);
	}
	kd_stmt_close(&cur);
	return st;
}

static enum kd_status no_marker(const char *name, struct kd_error *err)
{
	return kd_fail(err, KD_NOTFOUND, "there is no marker %s", name);
}

enum kd_status kd_store_marker(struct kd_store *store, const char *name,
                               struct kd_marker *ret, struct kd_error *err)
{
	struct kd_marker marker = { .name = name };
	enum kd_status st;
	bool found;

	st = find(store, name, &found, &marker, err);
	if (st == KD_OK && !found)
		st = no_marker(name, err);
	if (st == KD_OK)
		*ret = marker;
	return st;
}

static enum kd_status move(struct kd_store *store, const char *name,
                           const kd_seq *expect, kd_seq seq, int64_t now,
                           struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	struct kd_marker marker = { .name = name };
	enum kd_status st;
	bool found;

	st = find(store, name, &found, &marker, err);
	if (st != KD_OK)
		return st;
	if (found != (expect != NULL) ||
	    (found && expect != NULL && marker.seq != *expect))
		return kd_fail(err, KD_BUSY,
		               "the marker %s was moved by someone else in the "
		               "meantime",
		               name);
	st = kd_stmt_open(store, KD_STMT_PUT_MARKER, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_text(&cur, name);
	kd_stmt_bind_int(&cur, seq);
	kd_stmt_bind_int(&cur, now);
	return kd_stmt_run(&cur, err);
}

enum kd_status kd_store_move_marker(struct kd_store *store, const char *name,
                                    const kd_seq *expect, kd_seq seq,
                                    int64_t now, struct kd_error *err)
{
	size_t len = strlen(name);
	enum kd_status st;

	if (len == 0 || len > KD_MARKER_NAME_MAX || seq < 0)
		return kd_fail(err, KD_USAGE,
		               "a marker's name is 1 to %d characters long",
		               KD_MARKER_NAME_MAX);
	st = kd_stmt_do(store, KD_STMT_BEGIN_WRITE, err);
	if (st == KD_OK)
		st = move(store, name, expect, seq, now, err);
	if (st == KD_OK)
		st = kd_stmt_do(store, KD_STMT_COMMIT, err);
	if (st != KD_OK)
		kd_store_rollback(store);
	return st;
}

static enum kd_status drop(struct kd_store *store, const char *name,
                           struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	st = kd_stmt_open(store, KD_STMT_DROP_MARKER, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_text(&cur, name);
	st = kd_stmt_run(&cur, err);
	if (st == KD_OK && sqlite3_changes(store->db) == 0)
		st = no_marker(name, err);
	return st;
}

enum kd_status kd_store_drop_marker(struct kd_store *store, const char *name,
                                    struct kd_error *err)
{
	enum kd_status st;

	st = kd_stmt_do(store, KD_STMT_BEGIN_WRITE, err);
	if (st == KD_OK)
		st = drop(store, name, err);
	if (st == KD_OK)
		st = kd_stmt_do(store, KD_STMT_COMMIT, err);
	if (st != KD_OK)
		kd_store_rollback(store);
	return st;
}

struct marker_list {
	struct kd_marker *items;
	size_t n;
	size_t room;
};

static enum kd_status append(struct marker_list *list,
                             const struct kd_cursor *cur,
                             struct kd_arena *arena, struct kd_error *err)
{
	struct kd_marker *items = list->items;
	size_t room = list->room == 0 ? 16 : 2 * list->room;

	if (list->n == list->room) {
		items = kd_arena_array(arena, room, sizeof(*items));
		if (items == NULL)
			return kd_fail(err, KD_NOMEM, "out of memory");
		if (list->n > 0)
			memcpy(items, list->items, list->n * sizeof(*items));
		list->items = items;
		list->room = room;
	}
	items += list->n++;
	items->seq = kd_stmt_int(cur, 0);
	items->set_at = kd_stmt_int(cur, 1);
	items->name = kd_arena_strdup(arena, kd_stmt_text(cur, 2));
	if (items->name == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	return KD_OK;
}

enum kd_status kd_store_markers(struct kd_store *store, struct kd_arena *arena,
                                struct kd_marker **ret, size_t *ret_n,
                                struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	struct marker_list list = { .n = 0 };
	enum kd_status st;
	bool more = true;

	st = kd_stmt_open(store, KD_STMT_LIST_MARKERS, &cur, err);
	while (st == KD_OK && more) {
		st = kd_stmt_next(&cur, &more, err);
		if (st == KD_OK && more)
			st = append(&list, &cur, arena, err);
	}
	kd_stmt_close(&cur);
	if (st != KD_OK)
		return st;
	*ret = list.items;
	*ret_n = list.n;
	return KD_OK;
}
