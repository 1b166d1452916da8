/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * import.c - many messages of an archive in one transaction, and how far
 * the archive was read.
 *
 * Mail from before the store's oldest message goes to a block of numbers in
 * front of that, so that no position that anyone has noted moves.
 */
#include "store/import.h"

#include "store/arrive.h"
#include "store/lock.h"
#include "store/schema.h"
#include "store/series_internal.h"

enum {
	BLOCK_MAX = 10000000, /* numbers in front, for one import */
	BLOCK_PART = 8,       /* of those that are left, where the archive
	                       * does not say how long it is */
};

/* A row of the table. */
struct state {
	bool there;
	bool running;
	struct kd_front front;
};

void kd_store_let_go(struct kd_store *store)
{
	kd_store_abandon(store);
}

enum kd_status kd_store_hold(struct kd_store *store, struct kd_error *err)
{
	int version = 0;
	enum kd_status st;

	if (store->lock_fd >= 0)
		return KD_OK;
	st = kd_lock_take(&store->place, store->deadline_ms, &store->lock_fd,
	                  err);
	if (st != KD_OK)
		return st;
	/* a newer release may have been here in the meantime */
	st = kd_db_pragma(store, "PRAGMA user_version", &version, err);
	if (st == KD_OK && version != kd_schema_version)
		st = kd_fail(err, KD_SCHEMA,
		             "the store %s was brought to schema %d while this "
		             "program ran: run it again",
		             store->place.path, version);
	return st;
}

static enum kd_status open_row(struct kd_store *store, enum kd_stmt which,
                               const struct kd_import *import,
                               struct kd_cursor *ret, struct kd_error *err)
{
	enum kd_status st = kd_stmt_open(store, which, ret, err);

	if (st != KD_OK)
		return st;
	kd_stmt_bind_text(ret, import->source);
	kd_stmt_bind_text(ret, import->how);
	return KD_OK;
}

enum kd_status kd_store_import_position(struct kd_store *store,
                                        const struct kd_import *import,
                                        struct kd_arena *arena,
                                        const char **ret, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;
	bool found = false;

	*ret = NULL;
	st = open_row(store, KD_STMT_GET_IMPORT, import, &cur, err);
	if (st == KD_OK)
		st = kd_stmt_next(&cur, &found, err);
	if (st == KD_OK && found && !kd_stmt_is_null(&cur, 0)) {
		*ret = kd_arena_strdup(arena, kd_stmt_text(&cur, 0));
		if (*ret == NULL)
			st = kd_fail(err, KD_NOMEM, "out of memory");
	}
	kd_stmt_close(&cur);
	return st;
}

static enum kd_status read_state(struct kd_store *store,
                                 const struct kd_import *import,
                                 struct state *ret, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	*ret = (struct state){ .there = false };
	st = open_row(store, KD_STMT_GET_IMPORT, import, &cur, err);
	if (st == KD_OK)
		st = kd_stmt_next(&cur, &ret->there, err);
	if (st == KD_OK && ret->there) {
		ret->running = kd_stmt_int(&cur, 1) != 0;
		ret->front.boundary = kd_stmt_int(&cur, 2);
		ret->front.next = kd_stmt_int(&cur, 3);
		ret->front.last = kd_stmt_int(&cur, 4);
	}
	kd_stmt_close(&cur);
	return st;
}

/* Two columns of the only row; the first is NULL, or there is no row: not
 * found. */
struct row {
	bool found;
	int64_t first, second;
};

/* seq: its parameter; NULL: it has none. */
static enum kd_status ask(struct kd_store *store, enum kd_stmt which,
                          const kd_seq *seq, struct row *ret,
                          struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st = kd_stmt_open(store, which, &cur, err);

	*ret = (struct row){ .found = false };
	if (st == KD_OK && seq != NULL)
		kd_stmt_bind_int(&cur, *seq);
	if (st == KD_OK)
		st = kd_stmt_next(&cur, &ret->found, err);
	if (st == KD_OK && ret->found) {
		ret->found = !kd_stmt_is_null(&cur, 0);
		ret->first = kd_stmt_int(&cur, 0);
		ret->second = kd_stmt_int(&cur, 1);
	}
	kd_stmt_close(&cur);
	return st;
}

static kd_seq room_for(const struct kd_import *import, kd_seq left)
{
	kd_seq room = BLOCK_MAX;

	if (left < 0)
		return 0;
	if (import->most == 0 && left / BLOCK_PART < room)
		room = left / BLOCK_PART;
	if (import->most > 0 && import->most < BLOCK_MAX)
		room = (kd_seq)import->most;
	return room < left ? room : left;
}

/* An import begins: everything that is in the store now is behind it. */
static enum kd_status begin(struct kd_store *store,
                            const struct kd_import *import,
                            struct kd_front *ret, struct kd_error *err)
{
	kd_seq lowest = KD_FIRST_SEQ;
	struct row oldest, front;
	enum kd_status st;

	st = ask(store, KD_STMT_OLDEST_ARRIVAL, NULL, &oldest, err);
	if (st == KD_OK)
		st = ask(store, KD_STMT_LOWEST_FRONT, NULL, &front, err);
	if (st != KD_OK)
		return st;
	if (oldest.found && oldest.first < lowest)
		lowest = oldest.first;
	if (front.found && front.first < lowest)
		lowest = front.first;
	ret->boundary = oldest.found ? oldest.second : import->now;
	/* where none is left all goes behind the end */
	ret->next = lowest - room_for(import, lowest - 2);
	ret->last = lowest - 1;
	return KD_OK;
}

/* What the times of the block must lie between. */
static enum kd_status find_bounds(struct kd_store *store,
                                  struct kd_front *front, struct kd_error *err)
{
	struct row before, behind;
	enum kd_status st;

	st = ask(store, KD_STMT_ARRIVED_BEFORE, &front->next, &before, err);
	if (st == KD_OK)
		st = ask(store, KD_STMT_ARRIVED_BEHIND, &front->last, &behind,
		         err);
	if (st != KD_OK)
		return st;
	front->floor = before.found ? before.first : INT64_MIN;
	front->ceiling = behind.found ? behind.first : INT64_MAX;
	return KD_OK;
}

static enum kd_status put_state(struct kd_store *store,
                                const struct kd_import_batch *batch, bool all,
                                const struct state *old,
                                const struct kd_front *front,
                                struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	bool running = !all || !batch->ends;
	enum kd_status st;

	/* nothing to note of an archive that is read again and again */
	if (old->there && old->running == running &&
	    old->front.next == front->next && (!all || batch->position == NULL))
		return KD_OK;
	st = open_row(store, KD_STMT_PUT_IMPORT, batch->import, &cur, err);
	if (st != KD_OK)
		return st;
	/* NULL leaves the one that is there */
	kd_stmt_bind_text(&cur, all ? batch->position : NULL);
	kd_stmt_bind_int(&cur, running);
	kd_stmt_bind_int(&cur, front->boundary);
	kd_stmt_bind_int(&cur, front->next);
	kd_stmt_bind_int(&cur, front->last);
	return kd_stmt_run(&cur, err);
}

/* Versions are settled when so many patches have come: those of a series
 * mostly come together, and what they change is the same. */
enum { SETTLE_AFTER = 64 };

static enum kd_status settle(struct kd_store *store, struct kd_changes *changes,
                             struct kd_error *err)
{
	enum kd_status st = kd_versions_settle(store, changes, err);

	kd_arena_free(changes->arena);
	*changes = (struct kd_changes){ .arena = kd_arena_new() };
	if (st == KD_OK && changes->arena == NULL)
		st = kd_fail(err, KD_NOMEM, "out of memory");
	return st;
}

/* The rows from *at on, which is where it is. */
static enum kd_status add_rows(struct kd_store *store,
                               const struct kd_import_batch *batch,
                               struct kd_bulk *bulk, size_t *at,
                               enum kd_added *ret, struct kd_error *err)
{
	enum kd_status st = KD_OK;

	while (st == KD_OK && *at < batch->n) {
		if (batch->rows[*at].msg != NULL)
			st = kd_add_one(store, &batch->rows[*at], bulk,
			                &ret[*at], err);
		if (st != KD_OK)
			return st;
		++*at;
		if (bulk->changes->n_links >= SETTLE_AFTER)
			st = settle(store, bulk->changes, err);
		if (kd_monotonic_ms() >= batch->until_ms)
			break;
	}
	if (st == KD_OK)
		st = settle(store, bulk->changes, err);
	/* that is no row's fault */
	if (st != KD_OK)
		*at = batch->n;
	return st;
}

/* All that the transaction does. */
static enum kd_status add_all(struct kd_store *store,
                              const struct kd_import_batch *batch, size_t *at,
                              enum kd_added *ret, struct kd_error *err)
{
	struct kd_changes changes = { .arena = kd_arena_new() };
	struct kd_bulk bulk = { .changes = &changes };
	struct state state;
	enum kd_status st = KD_OK;

	if (changes.arena == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	st = read_state(store, batch->import, &state, err);
	bulk.front = state.front;
	if (st == KD_OK && !state.running)
		st = begin(store, batch->import, &bulk.front, err);
	if (st == KD_OK)
		st = find_bounds(store, &bulk.front, err);
	if (st == KD_OK)
		st = add_rows(store, batch, &bulk, at, ret, err);
	if (st == KD_OK)
		st = put_state(store, batch, *at == batch->n, &state,
		               &bulk.front, err);
	kd_arena_free(changes.arena);
	return st;
}

enum kd_status kd_store_import(struct kd_store *store,
                               const struct kd_import_batch *batch, size_t *at,
                               enum kd_added *ret, struct kd_error *err)
{
	int changes = sqlite3_total_changes(store->db);
	size_t now_at = *at;
	enum kd_status st;

	st = kd_stmt_do(store, KD_STMT_BEGIN_WRITE, err);
	if (st == KD_OK)
		st = add_all(store, batch, &now_at, ret, err);
	if (st == KD_OK)
		st = kd_db_commit_bulk(store, batch->ends, err);
	if (st != KD_OK)
		kd_store_rollback(store);
	else if (batch->ends && sqlite3_total_changes(store->db) == changes)
		st = kd_sync_known(store, err);
	/* on failure the row that it is the fault of */
	*at = now_at;
	return st;
}
