/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * repack.c - see repack.h: what goes into a block, and how.
 *
 * A block is read and packed without the lock, which takes long, and then
 * written and checked under it, which does not.  What was read may have
 * changed until then: so it is read once more, and where it differs all of
 * it is done anew.
 */
#include <stdlib.h>
#include <string.h>

#include <zstd.h>

#include "store/arrive.h"
#include "store/hash.h"
#include "store/import.h"
#include "store/repack_internal.h"

/* Of zstd.  On an archive of 53 MB: 3 gives 22.2 kB blocks of 100 kB of
 * mail in 0.4 s, 9 gives 20.4 in 2.5 s, 12 as much in 4 s. */
enum { LEVEL = 9 };
/* In a block the same is far apart: the table is the level's own, not that
 * for a single message. */
enum { HASH_LOG = 0 };

enum {
	ROW_SIZE = 64, /* of a message beside its bytes: must be won */
	ONE_PART = 4,  /* of a block: longer messages gain little there */
};

enum kd_status kd_repack_new(struct kd_store *store,
                             const struct kd_repack_opts *opts,
                             struct kd_repack **ret, struct kd_error *err)
{
	/* Room that becomes free need not be wiped: the same mail stays in
	 * the store. */
	static const char no_wipe[] = "PRAGMA secure_delete = OFF";
	struct kd_repack *r = calloc(1, sizeof(*r));
	enum kd_status st = KD_OK;

	if (r == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	r->store = store;
	r->wait_ms = opts->wait_ms;
	r->room = KD_BLOCK_MAX;
	if (opts->block_size > 0 && opts->block_size < KD_BLOCK_MAX)
		r->room = opts->block_size;
	r->one_max = r->room / ONE_PART;
	r->packed_room = ZSTD_compressBound(KD_BLOCK_MAX);
	r->ctx = ZSTD_createCCtx();
	r->bytes = malloc(KD_BLOCK_MAX);
	r->packed = malloc(r->packed_room);
	if (r->ctx == NULL || r->bytes == NULL || r->packed == NULL ||
	    !kd_pack_settings(r->ctx, LEVEL, HASH_LOG))
		st = kd_fail(err, KD_NOMEM, "out of memory");
	if (st == KD_OK)
		st = kd_db_exec(store, no_wipe, "open", err);
	if (st == KD_OK)
		st = kd_repack_measure(r, err);
	kd_store_let_go(store);
	if (st == KD_OK)
		*ret = r;
	else
		kd_repack_free(r);
	return st;
}

void kd_repack_free(struct kd_repack *repack)
{
	if (repack == NULL)
		return;
	(void)ZSTD_freeCCtx(repack->ctx);
	free(repack->bytes);
	free(repack->packed);
	free(repack);
}

const struct kd_repack_counts *kd_repack_counts(const struct kd_repack *repack)
{
	return &repack->counts;
}

enum kd_status kd_repack_begin(struct kd_repack *repack, struct kd_error *err)
{
	struct kd_store *store = repack->store;
	enum kd_status st;

	kd_store_set_deadline(store, kd_monotonic_ms() + repack->wait_ms);
	st = kd_store_hold(store, err);
	if (st != KD_OK)
		return st;
	return kd_stmt_do(store, KD_STMT_BEGIN_WRITE, err);
}

enum kd_status kd_repack_end(struct kd_repack *repack, enum kd_status st,
                             struct kd_error *err)
{
	if (st == KD_OK)
		st = kd_stmt_do(repack->store, KD_STMT_COMMIT, err);
	if (st != KD_OK)
		kd_store_rollback(repack->store);
	kd_store_let_go(repack->store);
	return st;
}

/* --- What goes into a block ------------------------------------------ */

/* A message that could go into it. */
struct candidate {
	int64_t variant;
	uint64_t size, text_size;
	uint64_t old_size; /* of both, as they lie now */
};

static enum kd_status next_candidate(struct kd_repack *r, struct candidate *ret,
                                     bool *ret_found, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	st = kd_stmt_open(r->store, KD_STMT_NEXT_UNPACKED, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, r->after);
	kd_stmt_bind_int(&cur, (int64_t)r->one_max);
	st = kd_stmt_next(&cur, ret_found, err);
	if (st == KD_OK && *ret_found)
		*ret = (struct candidate){
			.variant = kd_stmt_int(&cur, 0),
			.size = (uint64_t)kd_stmt_int(&cur, 1),
			.text_size = (uint64_t)kd_stmt_int(&cur, 2),
			.old_size = (uint64_t)kd_stmt_int(&cur, 3),
		};
	kd_stmt_close(&cur);
	return st;
}

static void append(struct kd_repack *r, struct kd_bytes bytes)
{
	if (bytes.data != NULL)
		memcpy(r->bytes + r->size, bytes.data, bytes.size);
	r->size += bytes.size;
}

/* It has room for it. */
static enum kd_status put_in(struct kd_repack *r,
                             const struct candidate *candidate,
                             struct kd_arena *arena, struct kd_error *err)
{
	struct kd_repack_item *item = &r->items[r->n];
	struct kd_error why = KD_ERROR_INIT;
	struct kd_repack_rows rows;
	enum kd_status st;

	st = kd_repack_rows(r->store, candidate->variant, arena, &rows, &why);
	if (st == KD_CORRUPT)
		r->counts.damaged++;
	if (st != KD_OK && st != KD_CORRUPT)
		return kd_fail(err, st, "%s", why.text);
	if (st != KD_OK || rows.raw.data == NULL ||
	    rows.raw.size != candidate->size ||
	    rows.text.size != candidate->text_size)
		return KD_OK;
	*item = (struct kd_repack_item){
		.variant = candidate->variant,
		.start = r->size,
		.size = rows.raw.size,
		.has_text = rows.text.data != NULL,
		.text_size = rows.text.size,
	};
	kd_hash(rows.raw, item->sha256);
	append(r, rows.raw);
	append(r, rows.text);
	r->old_size += candidate->old_size;
	r->n++;
	return KD_OK;
}

/* Put in what comes next until there is no room for more. */
static enum kd_status fill(struct kd_repack *r, struct kd_arena *arena,
                           struct kd_error *err)
{
	struct candidate next;
	enum kd_status st = KD_OK;
	bool found = true;

	r->n = 0;
	r->size = 0;
	r->old_size = 0;
	r->full = false;
	for (;;) {
		st = next_candidate(r, &next, &found, err);
		if (st != KD_OK || !found)
			return st;
		r->full = r->n == KD_BLOCK_MESSAGES ||
		          (next.size + next.text_size <= r->one_max &&
		           next.size + next.text_size > r->room - r->size);
		if (r->full)
			return KD_OK;
		r->after = next.variant;
		if (next.size + next.text_size > r->one_max)
			continue;
		st = put_in(r, &next, arena, err);
		if (st != KD_OK)
			return st;
	}
}

static enum kd_status read_block(struct kd_repack *r, struct kd_arena *arena,
                                 struct kd_error *err)
{
	enum kd_status st;

	kd_store_set_deadline(r->store, kd_monotonic_ms() + r->wait_ms);
	st = kd_store_begin_read(r->store, err);
	if (st != KD_OK)
		return st;
	st = fill(r, arena, err);
	kd_store_end_read(r->store);
	return st;
}

enum kd_status kd_repack_step(struct kd_repack *repack, bool *ret_more,
                              struct kd_error *err)
{
	struct kd_arena *arena = kd_arena_new();
	uint64_t damaged = repack->counts.damaged;
	int64_t after = repack->after;
	bool same = true;
	enum kd_status st;
	size_t size;

	*ret_more = false;
	if (arena == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	st = read_block(repack, arena, err);
	if (st != KD_OK || !repack->full)
		goto out;
	*ret_more = true;
	size = ZSTD_compress2(repack->ctx, repack->packed, repack->packed_room,
	                      repack->bytes, repack->size);
	if (ZSTD_isError(size) != 0)
		st = kd_fail(err, KD_NOMEM, "zstd: %s",
		             ZSTD_getErrorName(size));
	else if (size + repack->n * ROW_SIZE < repack->old_size)
		st = kd_repack_write(repack, size, arena, &same, err);
	if (!same) {
		repack->after = after;
		repack->counts.damaged = damaged;
	}
	if (st == KD_OK)
		st = kd_repack_measure(repack, err);
out:
	kd_arena_free(arena);
	return st;
}
