/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * repack_internal.h - what the files of --repack share.
 */
#ifndef KD_STORE_REPACK_INTERNAL_H
#define KD_STORE_REPACK_INTERNAL_H

#include "store/block.h"
#include "store/repack.h"

/* A message of the block that is being made. */
struct kd_repack_item {
	int64_t variant;
	size_t start, size; /* in the block */
	bool has_text;      /* its decoded text is right behind it */
	size_t text_size;
	unsigned char sha256[KD_HASH_SIZE];
};

struct kd_repack {
	struct kd_store *store;
	int64_t wait_ms;
	size_t room;    /* of a block */
	size_t one_max; /* of a message and its text */
	void *ctx;      /* a ZSTD_CCtx */
	char *bytes;    /* KD_BLOCK_MAX of them, size are in use */
	char *packed;   /* packed_room of them */
	size_t packed_room;
	size_t size;
	uint64_t old_size; /* what the items take now */
	struct kd_repack_item items[KD_BLOCK_MESSAGES];
	size_t n;
	bool full;
	int64_t after; /* all up to this variant was looked at */
	int64_t first; /* the first one that there was */
	bool tried;    /* to make the store anew as a whole */
	struct kd_repack_counts counts;
};

/* Take the lock and begin to write; kd_repack_end() is called in any case:
 * with what went wrong until then, it commits or undoes. */
KD_MUST_CHECK
enum kd_status kd_repack_begin(struct kd_repack *repack, struct kd_error *err);
KD_MUST_CHECK
enum kd_status kd_repack_end(struct kd_repack *repack, enum kd_status st,
                             struct kd_error *err);

/* A message as it lies in rows of its own; data is NULL of what has none:
 * of its bytes when it is in a block already. */
struct kd_repack_rows {
	struct kd_bytes raw, text;
};

KD_MUST_CHECK
enum kd_status kd_repack_rows(struct kd_store *store, int64_t variant,
                              struct kd_arena *arena,
                              struct kd_repack_rows *ret, struct kd_error *err);

/* Put the items into the store, packed as packed_size bytes of packed.  Not
 * ret_same: others were quicker, and nothing was changed. */
KD_MUST_CHECK
enum kd_status kd_repack_write(struct kd_repack *repack, size_t packed_size,
                               struct kd_arena *arena, bool *ret_same,
                               struct kd_error *err);

/* Look how large the store is. */
KD_MUST_CHECK
enum kd_status kd_repack_measure(struct kd_repack *repack,
                                 struct kd_error *err);

#endif /* KD_STORE_REPACK_INTERNAL_H */
