/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * series_query.c - series and their versions, as readers ask for them.
 */
#include <stdlib.h>
#include <string.h>

#include "store/series_internal.h"

/* A later release may know more than this one. */
static enum kd_evidence read_evidence(const struct kd_cursor *cur, int column)
{
	int64_t evidence = kd_stmt_int(cur, column);

	if (evidence < 0 || evidence >= KD_EVIDENCE_COUNT)
		return KD_EVIDENCE_PATCHES;
	return (enum kd_evidence)evidence;
}

/* Goes over the columns in the order of ROW in statements_series.c. */
static void read_row(const struct kd_cursor *cur, struct kd_series *ret)
{
	*ret = (struct kd_series){
		.series = kd_stmt_int(cur, 0),
		.head = kd_stmt_int(cur, 1),
		.message_id = kd_stmt_text(cur, 2),
		.title = kd_stmt_text(cur, 3),
		.project = kd_stmt_text(cur, 4),
		.poster = { kd_stmt_given(cur, 5), kd_stmt_given(cur, 6) },
		.version = (int)kd_stmt_int(cur, 7),
		.revision = (int)kd_stmt_int(cur, 8),
		.total = kd_stmt_number_or_none(cur, 9),
		.received = (int)kd_stmt_int(cur, 10),
		.has_cover = kd_stmt_int(cur, 11) != 0,
		.rfc = kd_stmt_int(cur, 12) != 0,
		.resend = kd_stmt_int(cur, 13) != 0,
		.has_date = !kd_stmt_is_null(cur, 14),
		.date = kd_stmt_int(cur, 14),
		.seq = kd_stmt_int(cur, 15),
		.received_at = kd_stmt_int(cur, 16),
		.change_id = kd_stmt_text(cur, 17),
		.previous = kd_stmt_int(cur, 18),
		.evidence = read_evidence(cur, 19),
		.next = kd_stmt_int(cur, 20),
	};
}

/* Run an opened and bound cursor, and close it. */
static enum kd_status each_row(struct kd_cursor *cur, kd_series_fn *fn,
                               void *payload, struct kd_error *err)
{
	struct kd_series row;
	enum kd_status st = KD_OK;
	bool more = true;

	while (st == KD_OK && more) {
		st = kd_stmt_next(cur, &more, err);
		if (st != KD_OK || !more)
			break;
		read_row(cur, &row);
		st = fn(&row, payload, err);
	}
	kd_stmt_close(cur);
	return st;
}

enum kd_status kd_store_each_series(struct kd_store *store,
                                    const struct kd_scope *scope,
                                    struct kd_range range, kd_series_fn *fn,
                                    void *payload, struct kd_error *err)
{
	static const enum kd_stmt of_kind[] = {
		[KD_SCOPE_LIST] = KD_STMT_EACH_ROW_OF_LIST,
		[KD_SCOPE_ALL] = KD_STMT_EACH_ROW_OF_ALL,
		[KD_SCOPE_NONE] = KD_STMT_EACH_ROW_OF_NONE,
	};
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	st = kd_query_open(store, scope, range, of_kind, &cur, err);
	return st == KD_OK ? each_row(&cur, fn, payload, err) : st;
}

/* What kd_store_series() waits for. */
struct keeper {
	struct kd_arena *arena;
	struct kd_series *ret;
	bool found;
};

static enum kd_status keep(const struct kd_series *row, void *payload,
                           struct kd_error *err)
{
	struct keeper *keeper = payload;
	struct kd_arena *arena = keeper->arena;
	struct kd_series *ret = keeper->ret;

	*ret = *row;
	ret->message_id = kd_arena_strdup(arena, row->message_id);
	ret->title = kd_arena_strdup(arena, row->title);
	ret->project = kd_arena_strdup(arena, row->project);
	ret->poster.name = kd_arena_strdup(arena, row->poster.name);
	ret->poster.email = kd_arena_strdup(arena, row->poster.email);
	ret->change_id = kd_arena_strdup(arena, row->change_id);
	keeper->found = true;
	if (kd_arena_failed(arena))
		return kd_fail(err, KD_NOMEM, "out of memory");
	return KD_OK;
}

/* which: the statement that reads it. */
static enum kd_status get(struct kd_store *store, enum kd_stmt which,
                          int64_t series, struct kd_arena *arena,
                          struct kd_series *ret, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	struct kd_series row = { .series = 0 };
	struct keeper keeper = { .arena = arena, .ret = &row };
	enum kd_status st;

	st = kd_stmt_open(store, which, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, series);
	st = each_row(&cur, keep, &keeper, err);
	if (st == KD_OK && !keeper.found)
		st = kd_fail(err, KD_NOTFOUND, "there is no such series");
	if (st == KD_OK)
		*ret = row;
	return st;
}

enum kd_status kd_store_series(struct kd_store *store, int64_t series,
                               struct kd_arena *arena, struct kd_series *ret,
                               struct kd_error *err)
{
	return get(store, KD_STMT_GET_ROW, series, arena, ret, err);
}

/* Oldest first. */
static int compare_rows(const void *a, const void *b)
{
	const struct kd_series *x = a;
	const struct kd_series *y = b;

	if (x->version != y->version)
		return x->version < y->version ? -1 : 1;
	if (x->revision != y->revision)
		return x->revision < y->revision ? -1 : 1;
	if (x->has_date != y->has_date)
		return x->has_date ? 1 : -1;
	if (x->has_date && x->date != y->date)
		return x->date < y->date ? -1 : 1;
	return strcmp(x->message_id, y->message_id);
}

enum kd_status kd_store_versions(struct kd_store *store, int64_t series,
                                 struct kd_arena *arena, struct kd_series **ret,
                                 size_t *ret_n, struct kd_error *err)
{
	struct kd_ids ids = { .n = 0 };
	struct kd_cursor cur = KD_CURSOR_INIT;
	struct kd_series *rows;
	enum kd_status st;
	size_t i;

	st = kd_ids_add(&ids, arena, series, err);
	for (i = 0; i < ids.n && st == KD_OK; i++) {
		st = kd_stmt_open(store, KD_STMT_LIST_TIED, &cur, err);
		if (st != KD_OK)
			return st;
		kd_stmt_bind_int(&cur, ids.ids[i]);
		st = kd_ids_read(&cur, &ids, arena, KD_VERSIONS_MAX, err);
	}
	if (st != KD_OK)
		return st;
	rows = kd_arena_array(arena, ids.n, sizeof(*rows));
	if (rows == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	for (i = 0; i < ids.n && st == KD_OK; i++)
		st = get(store, KD_STMT_GET_VERSION, ids.ids[i], arena,
		         &rows[i], err);
	if (st != KD_OK)
		return st;
	if (ids.n > 1)
		qsort(rows, ids.n, sizeof(*rows), compare_rows);
	*ret = rows;
	*ret_n = ids.n;
	return KD_OK;
}

enum kd_status kd_store_has_posted(struct kd_store *store, const char *email,
                                   kd_seq upto, bool *ret, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	size_t size = strlen(email);
	int64_t there = 0;
	enum kd_status st;
	char *key;

	/* as table series has it */
	key = malloc(size + 1);
	if (key == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	for (size_t i = 0; i <= size; i++)
		key[i] = kd_lower(email[i]);
	st = kd_stmt_open(store, KD_STMT_HAS_POSTED, &cur, err);
	if (st == KD_OK) {
		kd_stmt_bind_text(&cur, key);
		kd_stmt_bind_int(&cur, upto);
		st = kd_stmt_number(&cur, 0, &there, err);
	}
	*ret = there != 0;
	free(key);
	return st;
}
