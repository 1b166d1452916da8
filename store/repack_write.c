/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * repack_write.c - see repack.h: a block is written, read back, compared
 * with what lies in rows now, and takes their place, in one transaction.
 */
#include <stdlib.h>
#include <string.h>

#include "store/hash.h"
#include "store/import.h"
#include "store/repack_internal.h"

enum kd_status kd_repack_rows(struct kd_store *store, int64_t variant,
                              struct kd_arena *arena,
                              struct kd_repack_rows *ret, struct kd_error *err)
{
	enum kd_status st;

	*ret = (struct kd_repack_rows){ .raw = { .data = NULL } };
	st = kd_raw_read(store, KD_STMT_GET_RAW, variant, arena, &ret->raw,
	                 err);
	if (st == KD_OK && ret->raw.data != NULL)
		st = kd_raw_read(store, KD_STMT_GET_DECODED, variant, arena,
		                 &ret->text, err);
	return st;
}

static bool is_same(const char *here, struct kd_bytes there)
{
	return there.data == NULL || memcmp(here, there.data, there.size) == 0;
}

/*
 * Are the rows of the item still what is in the block, which was read back
 * from the database?  Its hash has to be that of what comes out.
 */
static enum kd_status compare(struct kd_repack *r,
                              const struct kd_repack_item *item,
                              const struct kd_block *block,
                              struct kd_arena *arena, bool *ret_same,
                              struct kd_error *err)
{
	const char *here = block->data + item->start;
	const struct kd_bytes out = { here, item->size };
	unsigned char hash[KD_HASH_SIZE];
	struct kd_repack_rows rows;
	enum kd_status st;

	st = kd_repack_rows(r->store, item->variant, arena, &rows, err);
	if (st != KD_OK)
		return st;
	*ret_same = rows.raw.data != NULL && rows.raw.size == item->size &&
	            is_same(here, rows.raw) &&
	            (rows.text.data != NULL) == item->has_text &&
	            rows.text.size == item->text_size &&
	            is_same(here + item->size, rows.text);
	kd_hash(out, hash);
	if (memcmp(hash, item->sha256, KD_HASH_SIZE) != 0)
		return kd_raw_fail(r->store, err);
	return KD_OK;
}

static enum kd_status add_block(struct kd_repack *r, size_t packed_size,
                                int64_t *ret, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st =
		kd_stmt_open(r->store, KD_STMT_ADD_BLOCK, &cur, err);

	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, (int64_t)r->size);
	kd_stmt_bind_blob(&cur, r->packed, packed_size);
	st = kd_stmt_run(&cur, err);
	*ret = sqlite3_last_insert_rowid(r->store->db);
	return st;
}

static enum kd_status drop(struct kd_store *store, enum kd_stmt which,
                           int64_t variant, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st = kd_stmt_open(store, which, &cur, err);

	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, variant);
	return kd_stmt_run(&cur, err);
}

/* The item is in the block from here on, and nowhere else. */
static enum kd_status move(struct kd_repack *r,
                           const struct kd_repack_item *item, int64_t block,
                           struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	st = kd_stmt_open(r->store, KD_STMT_ADD_PACKED, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, item->variant);
	kd_stmt_bind_int(&cur, block);
	kd_stmt_bind_int(&cur, (int64_t)item->start);
	kd_stmt_bind_int(&cur, (int64_t)item->size);
	if (item->has_text)
		kd_stmt_bind_int(&cur, (int64_t)item->text_size);
	else
		kd_stmt_bind_null(&cur);
	kd_stmt_bind_blob(&cur, item->sha256, KD_HASH_SIZE);
	st = kd_stmt_run(&cur, err);
	if (st == KD_OK)
		st = drop(r->store, KD_STMT_DROP_RAW, item->variant, err);
	if (st == KD_OK && item->has_text)
		st = drop(r->store, KD_STMT_DROP_DECODED, item->variant, err);
	return st;
}

/* All that the transaction does; *ret_same is false where others were
 * quicker. */
static enum kd_status write_rows(struct kd_repack *r, size_t packed_size,
                                 struct kd_arena *arena, bool *ret_same,
                                 struct kd_error *err)
{
	struct kd_block block = { .data = NULL };
	enum kd_status st;
	int64_t id = 0;
	size_t i;

	*ret_same = true;
	st = add_block(r, packed_size, &id, err);
	if (st == KD_OK)
		st = kd_block_open(r->store, id, &block, err);
	if (st == KD_OK && (block.size != r->size ||
	                    memcmp(block.data, r->bytes, r->size) != 0))
		st = kd_raw_fail(r->store, err);
	for (i = 0; i < r->n && st == KD_OK && *ret_same; i++)
		st = compare(r, &r->items[i], &block, arena, ret_same, err);
	free(block.data);
	for (i = 0; i < r->n && st == KD_OK && *ret_same; i++)
		st = move(r, &r->items[i], id, err);
	return st;
}

enum kd_status kd_repack_write(struct kd_repack *r, size_t packed_size,
                               struct kd_arena *arena, bool *ret_same,
                               struct kd_error *err)
{
	enum kd_status st;

	*ret_same = true;
	st = kd_repack_begin(r, err);
	if (st == KD_OK)
		st = write_rows(r, packed_size, arena, ret_same, err);
	if (st == KD_OK && !*ret_same) {
		kd_store_rollback(r->store);
		kd_store_let_go(r->store);
		return KD_OK;
	}
	st = kd_repack_end(r, st, err);
	if (st == KD_OK) {
		r->counts.messages += r->n;
		r->counts.blocks++;
	}
	return st;
}
