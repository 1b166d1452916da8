/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stmt.c - running the statements of statements.c.
 */
#include <assert.h>
#include <stddef.h>

#include "store/internal.h"

static enum kd_status fail(const struct kd_cursor *cursor, int code,
                           struct kd_error *err)
{
	return kd_store_fail(cursor->store, code,
	                     kd_statement(cursor->which)->doing, err);
}

enum kd_status kd_stmt_open(struct kd_store *store, enum kd_stmt which,
                            struct kd_cursor *ret, struct kd_error *err)
{
	struct kd_cursor cur = { .store = store, .which = which };
	int code;

	assert(ret->stmt == NULL);
	if (store->stmts[which] == NULL) {
		code = sqlite3_prepare_v3(store->db, kd_statement(which)->sql,
		                          -1, SQLITE_PREPARE_PERSISTENT,
		                          &store->stmts[which], NULL);
		if (code != SQLITE_OK)
			return fail(&cur, code, err);
	}
	/* A function that is called for each row must not ask the question
	 * that its rows come from. */
	if (sqlite3_stmt_busy(store->stmts[which]) != 0)
		return kd_fail(err, KD_BUG, "%s: it is being done already",
		               kd_statement(which)->doing);
	cur.stmt = store->stmts[which];
	*ret = cur;
	return KD_OK;
}

void kd_stmt_close(struct kd_cursor *cursor)
{
	if (cursor->stmt == NULL)
		return;
	/* says again what the last step said */
	(void)sqlite3_reset(cursor->stmt);
	(void)sqlite3_clear_bindings(cursor->stmt);
	cursor->stmt = NULL;
}

static void note(struct kd_cursor *cursor, int code)
{
	if (cursor->code == SQLITE_OK)
		cursor->code = code;
}

void kd_stmt_bind_int(struct kd_cursor *cursor, int64_t value)
{
	note(cursor, sqlite3_bind_int64(cursor->stmt, ++cursor->bound, value));
}

void kd_stmt_bind_null(struct kd_cursor *cursor)
{
	note(cursor, sqlite3_bind_null(cursor->stmt, ++cursor->bound));
}

void kd_stmt_bind_text(struct kd_cursor *cursor, const char *s)
{
	note(cursor, sqlite3_bind_text(cursor->stmt, ++cursor->bound, s, -1,
	                               SQLITE_STATIC));
}

void kd_stmt_bind_blob(struct kd_cursor *cursor, const void *data, size_t size)
{
	/* no pointer would be NULL, not a blob of no bytes */
	note(cursor,
	     sqlite3_bind_blob64(cursor->stmt, ++cursor->bound,
	                         size == 0 ? "" : data, size, SQLITE_STATIC));
}

enum kd_status kd_stmt_next(struct kd_cursor *cursor, bool *ret,
                            struct kd_error *err)
{
	bool nomem = cursor->store != NULL && cursor->store->nomem;
	int code = nomem ? SQLITE_NOMEM : cursor->code;

	if (code == SQLITE_OK)
		code = sqlite3_step(cursor->stmt);
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		return fail(cursor, code, err);
	*ret = code == SQLITE_ROW;
	return KD_OK;
}

enum kd_status kd_stmt_run(struct kd_cursor *cursor, struct kd_error *err)
{
	enum kd_status st;
	bool more = true;

	do {
		st = kd_stmt_next(cursor, &more, err);
	} while (st == KD_OK && more);
	kd_stmt_close(cursor);
	return st;
}

enum kd_status kd_stmt_number(struct kd_cursor *cursor, int64_t absent,
                              int64_t *ret, struct kd_error *err)
{
	enum kd_status st;
	bool found = false;

	st = kd_stmt_next(cursor, &found, err);
	if (st == KD_OK)
		*ret = found && !kd_stmt_is_null(cursor, 0)
		               ? kd_stmt_int(cursor, 0)
		               : absent;
	kd_stmt_close(cursor);
	return st;
}

enum kd_status kd_stmt_do(struct kd_store *store, enum kd_stmt which,
                          struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	st = kd_stmt_open(store, which, &cur, err);
	if (st != KD_OK)
		return st;
	return kd_stmt_run(&cur, err);
}

bool kd_stmt_is_null(const struct kd_cursor *cursor, int column)
{
	return sqlite3_column_type(cursor->stmt, column) == SQLITE_NULL;
}

int64_t kd_stmt_int(const struct kd_cursor *cursor, int column)
{
	return sqlite3_column_int64(cursor->stmt, column);
}

/* What is there and cannot be had, for lack of memory, must not pass for
 * what is not there: no step follows that would succeed. */
const char *kd_stmt_text(const struct kd_cursor *cursor, int column)
{
	const unsigned char *s = sqlite3_column_text(cursor->stmt, column);

	if (s != NULL || kd_stmt_is_null(cursor, column))
		return (const char *)s;
	cursor->store->nomem = true;
	return "";
}

struct kd_bytes kd_stmt_blob(const struct kd_cursor *cursor, int column)
{
	struct kd_bytes ret;

	/* in this order, as SQLite asks for */
	ret.data = sqlite3_column_blob(cursor->stmt, column);
	ret.size = (size_t)sqlite3_column_bytes(cursor->stmt, column);
	/* Out of memory: it still knows how much it would have been.  As
	 * above, that must not pass for a hash that is not there. */
	if (ret.data == NULL && ret.size > 0) {
		cursor->store->nomem = true;
		ret.size = 0;
	}
	return ret;
}

int kd_stmt_number_or_none(const struct kd_cursor *cursor, int column)
{
	return kd_stmt_is_null(cursor, column)
	               ? KD_NUMBER_NONE
	               : (int)kd_stmt_int(cursor, column);
}

const char *kd_stmt_given(const struct kd_cursor *cursor, int column)
{
	const char *s = kd_stmt_text(cursor, column);

	return s == NULL || s[0] == '\0' ? NULL : s;
}

char *kd_stmt_keep(const struct kd_cursor *cursor, struct kd_arena *arena,
                   int column)
{
	return kd_arena_strdup(arena, kd_stmt_text(cursor, column));
}

void kd_store_rollback(struct kd_store *store)
{
	/* Some errors end the transaction by themselves; of the others a
	 * ROLLBACK cannot fail in a way that leaves it open. */
	if (store->db != NULL && sqlite3_get_autocommit(store->db) == 0)
		(void)sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
}
