/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * block.c - see block.h.
 *
 * Nothing of a block is believed: sizes are looked at before room is made,
 * and a place in it before it is read.
 */
#include "store/block.h"

#include <stdlib.h>
#include <string.h>

#include <zstd.h>

#include "store/hash.h"

/* Where a message is. */
struct spot {
	int64_t block;
	uint64_t start, size;
	bool has_text;
	uint64_t text_size;
	unsigned char sha256[KD_HASH_SIZE];
};

static enum kd_status find(struct kd_store *store, int64_t variant,
                           struct spot *ret, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	struct kd_bytes hash;
	enum kd_status st;
	bool found = false;

	st = kd_stmt_open(store, KD_STMT_GET_PACKED, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, variant);
	st = kd_stmt_next(&cur, &found, err);
	if (st == KD_OK && !found)
		st = kd_fail(err, KD_NOTFOUND, "there is no such message");
	if (st == KD_OK) {
		*ret = (struct spot){
			.block = kd_stmt_int(&cur, 0),
			.start = (uint64_t)kd_stmt_int(&cur, 1),
			.size = (uint64_t)kd_stmt_int(&cur, 2),
			.has_text = !kd_stmt_is_null(&cur, 3),
			.text_size = (uint64_t)kd_stmt_int(&cur, 3),
		};
		hash = kd_stmt_blob(&cur, 4);
		if (hash.size == KD_HASH_SIZE)
			memcpy(ret->sha256, hash.data, KD_HASH_SIZE);
	}
	kd_stmt_close(&cur);
	return st;
}

static enum kd_status unpack(const struct kd_store *store, uint64_t size,
                             struct kd_bytes data, struct kd_block *ret,
                             struct kd_error *err)
{
	size_t n;

	if (size == 0 || size > KD_BLOCK_MAX ||
	    ZSTD_getFrameContentSize(data.data, data.size) != size)
		return kd_raw_fail(store, err);
	ret->data = malloc(size);
	if (ret->data == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	n = ZSTD_decompress(ret->data, size, data.data, data.size);
	if (ZSTD_isError(n) == 0 && n == size) {
		ret->size = n;
		return KD_OK;
	}
	free(ret->data);
	ret->data = NULL;
	return kd_raw_fail(store, err);
}

enum kd_status kd_block_open(struct kd_store *store, int64_t id,
                             struct kd_block *ret, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;
	bool found = false;

	*ret = (struct kd_block){ .id = id };
	st = kd_stmt_open(store, KD_STMT_GET_BLOCK, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, id);
	st = kd_stmt_next(&cur, &found, err);
	if (st == KD_OK && !found)
		st = kd_raw_fail(store, err);
	if (st == KD_OK)
		st = unpack(store, (uint64_t)kd_stmt_int(&cur, 0),
		            kd_stmt_blob(&cur, 1), ret, err);
	kd_stmt_close(&cur);
	return st;
}

/* A block never changes, so that the last one can be kept. */
static enum kd_status have(struct kd_store *store, int64_t id,
                           struct kd_error *err)
{
	struct kd_block block;
	enum kd_status st;

	if (store->block.id == id && store->block.data != NULL)
		return KD_OK;
	st = kd_block_open(store, id, &block, err);
	if (st != KD_OK)
		return st;
	free(store->block.data);
	store->block = block;
	return KD_OK;
}

/* size bytes from start on of the block at hand. */
static enum kd_status copy(const struct kd_store *store, uint64_t start,
                           uint64_t size, struct kd_arena *arena,
                           struct kd_bytes *ret, struct kd_error *err)
{
	const struct kd_block *block = &store->block;
	char *data;

	if (start > block->size || size > block->size - start)
		return kd_raw_fail(store, err);
	data = kd_arena_strndup(arena, block->data + start, size);
	if (data == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	ret->data = data;
	ret->size = size;
	return KD_OK;
}

enum kd_status kd_block_raw(struct kd_store *store, int64_t variant,
                            bool checked, struct kd_arena *arena,
                            struct kd_bytes *ret, struct kd_error *err)
{
	unsigned char hash[KD_HASH_SIZE];
	struct spot spot = { .block = 0 };
	enum kd_status st;

	st = find(store, variant, &spot, err);
	if (st == KD_OK)
		st = have(store, spot.block, err);
	if (st == KD_OK)
		st = copy(store, spot.start, spot.size, arena, ret, err);
	if (st != KD_OK || !checked)
		return st;
	kd_hash(*ret, hash);
	if (memcmp(hash, spot.sha256, KD_HASH_SIZE) != 0)
		return kd_raw_fail(store, err);
	return KD_OK;
}

enum kd_status kd_block_text(struct kd_store *store, int64_t variant,
                             struct kd_arena *arena, struct kd_bytes *ret,
                             struct kd_error *err)
{
	struct spot spot = { .block = 0 };
	enum kd_status st;

	st = find(store, variant, &spot, err);
	if (st == KD_OK && !spot.has_text)
		st = kd_fail(err, KD_NOTFOUND, "there is no such text");
	if (st == KD_OK)
		st = have(store, spot.block, err);
	if (st != KD_OK)
		return st;
	if (spot.start > KD_BLOCK_MAX || spot.size > KD_BLOCK_MAX)
		return kd_raw_fail(store, err);
	return copy(store, spot.start + spot.size, spot.text_size, arena, ret,
	            err);
}
