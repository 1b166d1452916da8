/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * query.c - ranges of messages, series, single ones.
 */
#include <string.h>

#include "store/facts.h"

enum kd_status kd_store_begin_read(struct kd_store *store, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	st = kd_stmt_do(store, KD_STMT_BEGIN_READ, err);
	if (st != KD_OK)
		return st;
	/* The view begins with the first question, not before. */
	st = kd_stmt_open(store, KD_STMT_GET_STORE_ID, &cur, err);
	if (st == KD_OK)
		st = kd_stmt_run(&cur, err);
	if (st != KD_OK)
		kd_store_rollback(store);
	return st;
}

void kd_store_end_read(struct kd_store *store)
{
	kd_store_rollback(store);
}

/* Open one of three statements, for whichever scope it is, and bind the
 * list. */
static enum kd_status open_in_scope(struct kd_store *store,
                                    const struct kd_scope *scope,
                                    const enum kd_stmt of_kind[3],
                                    struct kd_cursor *ret, struct kd_error *err)
{
	enum kd_status st;

	st = kd_stmt_open(store, of_kind[scope->kind], ret, err);
	if (st != KD_OK)
		return st;
	if (scope->kind == KD_SCOPE_LIST)
		kd_stmt_bind_text(ret, scope->list_id);
	else
		kd_stmt_bind_null(ret);
	return KD_OK;
}

enum kd_status kd_query_open(struct kd_store *store,
                             const struct kd_scope *scope,
                             struct kd_range range,
                             const enum kd_stmt of_kind[3],
                             struct kd_cursor *ret, struct kd_error *err)
{
	enum kd_status st = open_in_scope(store, scope, of_kind, ret, err);

	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(ret, range.after);
	kd_stmt_bind_int(ret, range.upto);
	return KD_OK;
}

enum kd_status kd_store_count(struct kd_store *store,
                              const struct kd_scope *scope,
                              struct kd_range range, int64_t *ret,
                              struct kd_error *err)
{
	static const enum kd_stmt of_kind[] = {
		[KD_SCOPE_LIST] = KD_STMT_COUNT_OF_LIST,
		[KD_SCOPE_ALL] = KD_STMT_COUNT_OF_ALL,
		[KD_SCOPE_NONE] = KD_STMT_COUNT_OF_NONE,
	};
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	st = kd_query_open(store, scope, range, of_kind, &cur, err);
	return st == KD_OK ? kd_stmt_number(&cur, 0, ret, err) : st;
}

enum kd_status kd_store_each(struct kd_store *store,
                             const struct kd_scope *scope,
                             struct kd_range range, kd_posted_fn *fn,
                             void *payload, struct kd_error *err)
{
	static const enum kd_stmt of_kind[] = {
		[KD_SCOPE_LIST] = KD_STMT_EACH_OF_LIST,
		[KD_SCOPE_ALL] = KD_STMT_EACH_OF_ALL,
		[KD_SCOPE_NONE] = KD_STMT_EACH_OF_NONE,
	};
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	st = kd_query_open(store, scope, range, of_kind, &cur, err);
	return st == KD_OK ? kd_posted_each(&cur, fn, payload, err) : st;
}

enum kd_status kd_store_each_of_series(struct kd_store *store, int64_t series,
                                       kd_seq upto, kd_posted_fn *fn,
                                       void *payload, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	st = kd_stmt_open(store, KD_STMT_EACH_OF_SERIES, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, series);
	kd_stmt_bind_int(&cur, upto);
	return kd_posted_each(&cur, fn, payload, err);
}

static enum kd_status read_member(const struct kd_cursor *cur, int64_t series,
                                  struct kd_posted *ret, struct kd_error *err)
{
	struct kd_message *msg = &ret->msg;

	*ret = (struct kd_posted){
		.message = kd_stmt_int(cur, 0),
		.variant = kd_stmt_int(cur, 1),
		.seq = kd_stmt_int(cur, 2),
		.series = series,
		.answered = kd_stmt_int(cur, 10) != 0,
	};
	msg->kind = kd_store_kind(kd_stmt_int(cur, 3));
	msg->subject.title = kd_stmt_text(cur, 4);
	msg->subject.number = kd_stmt_number_or_none(cur, 5);
	msg->subject.total = kd_stmt_number_or_none(cur, 6);
	msg->has_diffstat = !kd_stmt_is_null(cur, 7);
	msg->diffstat.files = kd_stmt_int(cur, 7);
	msg->diffstat.insertions = kd_stmt_int(cur, 8);
	msg->diffstat.deletions = kd_stmt_int(cur, 9);
	/* never NULL in the table */
	if (msg->subject.title == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	return KD_OK;
}

enum kd_status kd_store_each_member(struct kd_store *store, int64_t series,
                                    kd_seq upto, kd_posted_fn *fn,
                                    void *payload, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	struct kd_posted row;
	enum kd_status st;
	bool more = true;

	st = kd_stmt_open(store, KD_STMT_EACH_MEMBER, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, series);
	kd_stmt_bind_int(&cur, upto);
	while (st == KD_OK && more) {
		st = kd_stmt_next(&cur, &more, err);
		if (st == KD_OK && more)
			st = read_member(&cur, series, &row, err);
		if (st == KD_OK && more)
			st = fn(&row, payload, err);
	}
	kd_stmt_close(&cur);
	return st;
}

/* What kd_store_get() waits for. */
struct keeper {
	struct kd_arena *arena;
	struct kd_posted *ret;
	bool found;
};

static enum kd_status keep(const struct kd_posted *row, void *payload,
                           struct kd_error *err)
{
	struct keeper *keeper = payload;

	*keeper->ret = *row;
	keeper->found = true;
	return kd_posted_keep(keeper->ret, keeper->arena, err);
}

enum kd_status kd_store_get(struct kd_store *store, int64_t message,
                            struct kd_arena *arena, struct kd_posted *ret,
                            struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	struct kd_posted row = { .message = 0 };
	struct keeper keeper = { .arena = arena, .ret = &row };
	enum kd_status st;

	st = kd_stmt_open(store, KD_STMT_GET_POSTED, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, message);
	st = kd_posted_each(&cur, keep, &keeper, err);
	if (st == KD_OK && !keeper.found)
		st = kd_fail(err, KD_NOTFOUND, "there is no such message");
	if (st == KD_OK)
		*ret = row;
	return st;
}

enum kd_status kd_store_variant(struct kd_store *store, int64_t message, int n,
                                int64_t *ret, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;
	bool more = true;
	int i = 0;

	st = kd_stmt_open(store, KD_STMT_LIST_VARIANTS, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, message);
	while (st == KD_OK && more && i < n) {
		st = kd_stmt_next(&cur, &more, err);
		i++;
	}
	if (st == KD_OK && (!more || n < 1))
		st = kd_fail(err, KD_NOTFOUND, "the message has no variant %d",
		             n);
	if (st == KD_OK)
		*ret = kd_stmt_int(&cur, 0);
	kd_stmt_close(&cur);
	return st;
}

kd_seq kd_store_start(void)
{
	return 0;
}

static enum kd_status last_in_scope(struct kd_store *store,
                                    const struct kd_scope *scope, kd_seq upto,
                                    struct kd_found *ret, struct kd_error *err)
{
	static const enum kd_stmt of_kind[] = {
		[KD_SCOPE_LIST] = KD_STMT_LAST_OF_LIST,
		[KD_SCOPE_ALL] = KD_STMT_LAST_OF_ALL,
		[KD_SCOPE_NONE] = KD_STMT_LAST_OF_NONE,
	};
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;
	bool found = false;

	st = open_in_scope(store, scope, of_kind, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, upto);
	st = kd_stmt_next(&cur, &found, err);
	if (st == KD_OK && !found)
		st = kd_fail(err, KD_NOTFOUND,
		             "no message had arrived by then");
	if (st == KD_OK) {
		ret->seq = kd_stmt_int(&cur, 0);
		ret->message = kd_stmt_int(&cur, 1);
	}
	kd_stmt_close(&cur);
	return st;
}

enum kd_status kd_store_latest(struct kd_store *store,
                               const struct kd_scope *scope, kd_seq *ret,
                               struct kd_error *err)
{
	struct kd_error none = KD_ERROR_INIT;
	struct kd_found found = { .seq = 0 };
	enum kd_status st;

	st = last_in_scope(store, scope, INT64_MAX, &found, &none);
	if (st == KD_NOTFOUND) {
		*ret = kd_store_start();
		return KD_OK;
	}
	if (st != KD_OK)
		return kd_fail(err, st, "%s", none.text);
	*ret = found.seq;
	return KD_OK;
}

enum kd_status kd_store_find_seq(struct kd_store *store, kd_seq seq,
                                 const struct kd_scope *scope,
                                 struct kd_found *ret, struct kd_error *err)
{
	return last_in_scope(store, scope, seq, ret, err);
}

enum kd_status kd_store_at_time(struct kd_store *store, int64_t when,
                                kd_seq *ret, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	st = kd_stmt_open(store, KD_STMT_LAST_BY_TIME, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, when);
	return kd_stmt_number(&cur, kd_store_start(), ret, err);
}

enum kd_status kd_store_lists(struct kd_store *store, struct kd_arena *arena,
                              struct kd_list **ret, size_t *ret_n,
                              struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	size_t n = 0, room = 0;
	enum kd_status st;
	bool more = true;

	*ret = NULL;
	*ret_n = 0;
	st = kd_stmt_open(store, KD_STMT_LIST_LISTS, &cur, err);
	while (st == KD_OK && more) {
		st = kd_stmt_next(&cur, &more, err);
		if (st != KD_OK || !more)
			break;
		if (n == room) {
			struct kd_list *old = *ret;

			room = 2 * room + 4;
			*ret = kd_arena_array(arena, room, sizeof(**ret));
			if (*ret != NULL && n > 0)
				memcpy(*ret, old, n * sizeof(**ret));
		}
		if (*ret != NULL)
			(*ret)[n++] = (struct kd_list){
				.name = kd_arena_strdup(arena,
				                        kd_stmt_text(&cur, 0)),
				.id = kd_arena_strdup(arena,
				                      kd_stmt_text(&cur, 1)),
			};
		if (kd_arena_failed(arena))
			st = kd_fail(err, KD_NOMEM, "out of memory");
	}
	kd_stmt_close(&cur);
	*ret_n = n;
	return st;
}
