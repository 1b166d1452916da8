/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * repack_shrink.c - see repack.h: the room that is left over.
 *
 * It knows pages, and no table but by its ends.
 */
#include <stdlib.h>

#include "store/import.h"
#include "store/repack_internal.h"

enum {
	SHRINK_MS = 60,  /* a transaction; its commit comes on top */
	LOOK_EACH = 16,  /* pages */
	INCREMENTAL = 2, /* what PRAGMA auto_vacuum says */
	STEPS = 500,     /* of SQLite's machine between two looks */
	/* What can be made anew while nobody notices: 0.2 s. */
	WHOLE_MAX = 24 << 20,
};

static enum kd_status find_ends(struct kd_repack *r, int64_t *ret_last,
                                struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;
	bool found = false;

	st = kd_stmt_open(r->store, KD_STMT_GET_UNPACKED_ENDS, &cur, err);
	if (st != KD_OK)
		return st;
	st = kd_stmt_next(&cur, &found, err);
	if (st == KD_OK && found) {
		if (r->first == 0)
			r->first = kd_stmt_int(&cur, 0);
		*ret_last = kd_stmt_int(&cur, 1);
	}
	kd_stmt_close(&cur);
	return st;
}

enum kd_status kd_repack_measure(struct kd_repack *repack, struct kd_error *err)
{
	struct kd_repack_counts *counts = &repack->counts;
	struct kd_store *store = repack->store;
	int64_t last = 0;
	int pages = 0;
	int unused = 0;
	int size = 0;
	enum kd_status st;

	st = find_ends(repack, &last, err);
	if (st == KD_OK)
		st = kd_db_pragma(store, "PRAGMA page_size", &size, err);
	if (st == KD_OK)
		st = kd_db_pragma(store, "PRAGMA page_count", &pages, err);
	if (st == KD_OK)
		st = kd_db_pragma(store, "PRAGMA freelist_count", &unused, err);
	if (st != KD_OK)
		return st;
	counts->bytes = (uint64_t)size * (uint64_t)pages;
	counts->free = (uint64_t)size * (uint64_t)unused;
	if (repack->after >= repack->first && last >= repack->after) {
		counts->total = (uint64_t)(last - repack->first + 1);
		counts->done = (uint64_t)(repack->after - repack->first + 1);
	}
	return KD_OK;
}

static enum kd_status move_pages(struct kd_repack *r, struct kd_error *err)
{
	int64_t until_ms = kd_monotonic_ms() + SHRINK_MS;
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;
	bool more = true;
	int n = 0;

	st = kd_stmt_open(r->store, KD_STMT_GIVE_BACK, &cur, err);
	if (st != KD_OK)
		return st;
	while (st == KD_OK && more) {
		st = kd_stmt_next(&cur, &more, err);
		if (++n % LOOK_EACH == 0 && (kd_monotonic_ms() >= until_ms ||
		                             kd_store_is_wanted(r->store)))
			break;
	}
	kd_stmt_close(&cur);
	return st;
}

static enum kd_status shrink_some(struct kd_repack *r, bool *ret_more,
                                  struct kd_error *err)
{
	uint64_t before = r->counts.free;
	enum kd_status st;

	st = kd_repack_begin(r, err);
	if (st == KD_OK)
		st = move_pages(r, err);
	st = kd_repack_end(r, st, err);
	if (st == KD_OK)
		st = kd_repack_measure(r, err);
	*ret_more = r->counts.free > 0 && r->counts.free < before;
	return st;
}

static int is_wanted(void *payload)
{
	return kd_store_is_wanted(payload);
}

/* Give up, and leave all as it is, as soon as someone wants to write. */
static enum kd_status make_anew(struct kd_repack *r, struct kd_error *err)
{
	static const char sql[] = "PRAGMA auto_vacuum = INCREMENTAL; VACUUM";
	struct kd_store *store = r->store;
	enum kd_status st;
	int code;

	kd_store_set_deadline(store, kd_monotonic_ms() + r->wait_ms);
	st = kd_store_hold(store, err);
	if (st != KD_OK)
		return st;
	sqlite3_progress_handler(store->db, STEPS, is_wanted, store);
	code = sqlite3_exec(store->db, sql, NULL, NULL, NULL);
	sqlite3_progress_handler(store->db, 0, NULL, NULL);
	if (code != SQLITE_OK && (code & 0xff) != SQLITE_INTERRUPT &&
	    (code & 0xff) != SQLITE_BUSY)
		st = kd_store_fail(store, code, "make anew", err);
	kd_store_let_go(store);
	if (st == KD_OK)
		st = kd_repack_measure(r, err);
	return st;
}

enum kd_status kd_repack_shrink(struct kd_repack *repack, bool *ret_more,
                                struct kd_error *err)
{
	const struct kd_repack_counts *counts = &repack->counts;
	enum kd_status st;
	int how = 0;

	*ret_more = false;
	st = kd_repack_measure(repack, err);
	if (st == KD_OK)
		st = kd_db_pragma(repack->store, "PRAGMA auto_vacuum", &how,
		                  err);
	if (st != KD_OK || counts->free == 0)
		return st;
	if (how == INCREMENTAL)
		return shrink_some(repack, ret_more, err);
	if (repack->tried || counts->bytes - counts->free > WHOLE_MAX)
		return KD_OK;
	repack->tried = true;
	return make_anew(repack, err);
}
