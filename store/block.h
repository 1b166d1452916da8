/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * block.h - what raw.c, repack.c and add.c share: messages that are packed
 * as one.  It knows no more of them than their bytes.
 */
#ifndef KD_STORE_BLOCK_H
#define KD_STORE_BLOCK_H

#include "store/internal.h"

enum {
	/* Who wants one message unpacks all of the block: half a
	 * millisecond.  Twice as long would take 7 % less room. */
	KD_BLOCK_MAX = 512 << 10, /* bytes unpacked; the schema says so too */
	KD_BLOCK_MESSAGES = 128,
};

/*
 * The bytes of a variant out of its block, into the arena; checked: against
 * their own hash, too, and not only against the checksum of the block.
 * KD_NOTFOUND when it is in none, KD_CORRUPT.
 */
KD_MUST_CHECK
enum kd_status kd_block_raw(struct kd_store *store, int64_t variant,
                            bool checked, struct kd_arena *arena,
                            struct kd_bytes *ret, struct kd_error *err);

/* The same of its decoded text; KD_NOTFOUND also when that lies elsewhere
 * or there is none. */
KD_MUST_CHECK
enum kd_status kd_block_text(struct kd_store *store, int64_t variant,
                             struct kd_arena *arena, struct kd_bytes *ret,
                             struct kd_error *err);

/*
 * What comes out of the block id as it stands in the database, into ret,
 * which the caller frees.  KD_CORRUPT.
 */
KD_MUST_CHECK
enum kd_status kd_block_open(struct kd_store *store, int64_t id,
                             struct kd_block *ret, struct kd_error *err);

/* --- raw.c ------------------------------------------------------------ */

/* Unpack what a statement finds that reads a row of raw or decoded; data of
 * *ret is NULL where there is none. */
KD_MUST_CHECK
enum kd_status kd_raw_read(struct kd_store *store, enum kd_stmt which,
                           int64_t variant, struct kd_arena *arena,
                           struct kd_bytes *ret, struct kd_error *err);

/* "The bytes of a message are not those that were stored." */
enum kd_status kd_raw_fail(const struct kd_store *store, struct kd_error *err);

#endif /* KD_STORE_BLOCK_H */
