/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * raw.c - the bytes of messages and their texts, packed and unpacked.
 *
 * What comes out is what went in, or KD_CORRUPT: zstd's own checksum or a
 * SHA-256 stands over each.
 */
#include <stdlib.h>
#include <string.h>

#include <zstd.h>

#include "store/arrive.h"
#include "store/block.h"
#include "store/hash.h"
#include "store/internal.h"
#include "store/large.h"

static size_t compress(struct kd_bytes bytes, char *out, size_t room)
{
	ZSTD_CCtx *ctx = ZSTD_createCCtx();
	size_t n = 0;

	if (ctx == NULL)
		return 0;
	if (kd_pack_settings(ctx, KD_PACK_LEVEL, KD_PACK_HASH_LOG))
		n = ZSTD_compress2(ctx, out, room, bytes.data, bytes.size);
	if (ZSTD_isError(n) != 0)
		n = 0;
	(void)ZSTD_freeCCtx(ctx);
	return n;
}

enum kd_status kd_raw_pack(struct kd_bytes bytes, struct kd_packed *ret,
                           struct kd_error *err)
{
	/* no room for what would be no smaller */
	char *out = malloc(bytes.size + 1);
	size_t n = 0;

	if (out == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	if (bytes.size > 0)
		n = compress(bytes, out, bytes.size);
	*ret = (struct kd_packed){ .size = bytes.size };
	if (n == 0) {
		free(out);
		ret->codec = KD_CODEC_NONE;
		ret->data = bytes;
		ret->has_sha256 = true;
		kd_hash(bytes, ret->sha256);
		return KD_OK;
	}
	ret->codec = KD_CODEC_ZSTD;
	ret->owned = out;
	ret->data.data = out;
	ret->data.size = n;
	return KD_OK;
}

void kd_raw_close(struct kd_store *store)
{
	(void)ZSTD_freeDCtx(store->unzip);
	store->unzip = NULL;
}

void kd_raw_clear(struct kd_packed *packed)
{
	free(packed->owned);
	packed->owned = NULL;
}

enum kd_status kd_raw_fail(const struct kd_store *store, struct kd_error *err)
{
	return kd_fail(err, KD_CORRUPT,
	               "the store %s is damaged: the bytes of a message are "
	               "not those that were stored",
	               store->place.path);
}

static enum kd_status copy_plain(const struct kd_store *store,
                                 const struct kd_packed *packed,
                                 struct kd_arena *arena, struct kd_bytes *ret,
                                 struct kd_error *err)
{
	unsigned char hash[KD_HASH_SIZE];
	char *copy;

	kd_hash(packed->data, hash);
	if (packed->size != packed->data.size || !packed->has_sha256 ||
	    memcmp(hash, packed->sha256, KD_HASH_SIZE) != 0)
		return kd_raw_fail(store, err);
	copy = kd_arena_strndup(arena,
	                        packed->data.size == 0 ? "" : packed->data.data,
	                        packed->data.size);
	if (copy == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	ret->data = copy;
	ret->size = packed->data.size;
	return KD_OK;
}

static enum kd_status unzip(struct kd_store *store,
                            const struct kd_packed *packed,
                            struct kd_arena *arena, struct kd_bytes *ret,
                            struct kd_error *err)
{
	char *out;
	size_t n;

	/* before room is made: a damaged size may be of any size */
	if (ZSTD_getFrameContentSize(packed->data.data, packed->data.size) !=
	    packed->size)
		return kd_raw_fail(store, err);
	out = kd_arena_room(arena, packed->size);
	if (out == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	/* kept, for it is large: from one to the next it would be given back
	 * to the kernel, and made of zeroes again */
	if (store->unzip == NULL)
		store->unzip = ZSTD_createDCtx();
	if (store->unzip == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	n = ZSTD_decompressDCtx(store->unzip, out, packed->size,
	                        packed->data.data, packed->data.size);
	if (ZSTD_isError(n) != 0 || n != packed->size)
		return kd_raw_fail(store, err);
	ret->data = out;
	ret->size = n;
	return KD_OK;
}

static enum kd_status unpack(struct kd_store *store, int64_t codec,
                             const struct kd_packed *packed,
                             struct kd_arena *arena, struct kd_bytes *ret,
                             struct kd_error *err)
{
	switch (codec) {
	case KD_CODEC_NONE:
		return copy_plain(store, packed, arena, ret, err);
	case KD_CODEC_ZSTD:
		return unzip(store, packed, arena, ret, err);
	case KD_CODEC_FILE:
		if (!packed->has_sha256)
			break;
		return kd_large_read(store->place.path, packed->sha256,
		                     packed->size, arena, ret, err);
	default:
		break;
	}
	return kd_raw_fail(store, err);
}

enum kd_status kd_raw_read(struct kd_store *store, enum kd_stmt which,
                           int64_t variant, struct kd_arena *arena,
                           struct kd_bytes *ret, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	struct kd_packed packed = { .codec = KD_CODEC_NONE };
	struct kd_bytes hash;
	enum kd_status st;
	bool found = false;

	*ret = (struct kd_bytes){ .data = NULL };
	st = kd_stmt_open(store, which, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, variant);
	st = kd_stmt_next(&cur, &found, err);
	if (st != KD_OK || !found)
		goto out;
	packed.size = (uint64_t)kd_stmt_int(&cur, 1);
	packed.data = kd_stmt_blob(&cur, 2);
	hash = kd_stmt_blob(&cur, 3);
	if (hash.size == KD_HASH_SIZE) {
		packed.has_sha256 = true;
		memcpy(packed.sha256, hash.data, KD_HASH_SIZE);
	}
	st = unpack(store, kd_stmt_int(&cur, 0), &packed, arena, ret, err);
out:
	kd_stmt_close(&cur);
	return st;
}

/* Say which message it is that is damaged. */
static enum kd_status name_it(struct kd_store *store, int64_t variant,
                              enum kd_status st, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	bool found = false;

	if (st != KD_CORRUPT || err == NULL)
		return st;
	if (kd_stmt_open(store, KD_STMT_GET_NAME, &cur, NULL) != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, variant);
	if (kd_stmt_next(&cur, &found, NULL) == KD_OK && found)
		kd_error_prefix(err, "<%.100s>", kd_stmt_text(&cur, 0));
	kd_stmt_close(&cur);
	return st;
}

/* What is in no row of its own is in a block; in this order, for it moves
 * from the one to the other. */
static enum kd_status read_raw(struct kd_store *store, int64_t variant,
                               bool checked, struct kd_arena *arena,
                               struct kd_bytes *ret, struct kd_error *err)
{
	enum kd_status st;

	st = kd_raw_read(store, KD_STMT_GET_RAW, variant, arena, ret, err);
	if (st == KD_OK && ret->data == NULL)
		st = kd_block_raw(store, variant, checked, arena, ret, err);
	return st;
}

enum kd_status kd_store_raw(struct kd_store *store, int64_t variant,
                            struct kd_arena *arena, struct kd_bytes *ret,
                            struct kd_error *err)
{
	return name_it(store, variant,
	               read_raw(store, variant, true, arena, ret, err), err);
}

/* The text of its own that a message has. */
static enum kd_status read_decoded(struct kd_store *store, int64_t variant,
                                   struct kd_arena *arena, struct kd_bytes *ret,
                                   struct kd_error *err)
{
	enum kd_status st;

	st = kd_raw_read(store, KD_STMT_GET_DECODED, variant, arena, ret, err);
	if (st == KD_OK && ret->data == NULL)
		st = kd_block_text(store, variant, arena, ret, err);
	return st;
}

/* size bytes at offset of the raw ones.  Of a message in a block its own
 * hash is left alone, for the block has a checksum: a digest reads many. */
static enum kd_status read_piece(struct kd_store *store, int64_t variant,
                                 struct kd_span piece, struct kd_arena *arena,
                                 struct kd_bytes *ret, struct kd_error *err)
{
	struct kd_bytes raw = { .data = NULL };
	enum kd_status st;

	st = read_raw(store, variant, false, arena, &raw, err);
	if (st != KD_OK)
		return st;
	if (piece.offset > raw.size || piece.size > raw.size - piece.offset)
		return kd_raw_fail(store, err);
	ret->data = raw.data + piece.offset;
	ret->size = piece.size;
	return KD_OK;
}

enum kd_status kd_store_text(struct kd_store *store, int64_t variant,
                             struct kd_arena *arena, struct kd_bytes *ret,
                             struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	struct kd_span piece = { .offset = 0 };
	enum kd_status st;
	bool found = false;
	bool in_raw = false;

	st = kd_stmt_open(store, KD_STMT_GET_TEXT_PLACE, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, variant);
	st = kd_stmt_next(&cur, &found, err);
	if (st == KD_OK && !found)
		st = kd_fail(err, KD_NOTFOUND, "there is no such message");
	if (st == KD_OK) {
		in_raw = !kd_stmt_is_null(&cur, 0);
		piece.offset = (size_t)kd_stmt_int(&cur, 0);
		piece.size = (size_t)kd_stmt_int(&cur, 1);
	}
	kd_stmt_close(&cur);
	if (st != KD_OK)
		return st;
	if (piece.size == 0) {
		ret->data = "";
		ret->size = 0;
		return KD_OK;
	}
	st = in_raw ? read_piece(store, variant, piece, arena, ret, err)
	            : read_decoded(store, variant, arena, ret, err);
	return name_it(store, variant, st, err);
}
