/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * repack.h - kept messages moved into larger blocks, and the room that they
 * leave given back, while others go on writing.
 *
 * Continues store.h.
 */
#ifndef KD_STORE_REPACK_H
#define KD_STORE_REPACK_H

#include "store/store.h"

struct kd_repack;

struct kd_repack_counts {
	uint64_t messages; /* that were packed */
	uint64_t blocks;   /* into so many */
	uint64_t damaged;  /* that cannot be read, and were left alone */
	/* How much of what has been looked at; total 0: not known yet. */
	uint64_t done, total;
	uint64_t bytes; /* of the store's file now, its log not counted */
	uint64_t free;  /* of them in use for nothing */
};

struct kd_repack_opts {
	int64_t wait_ms;   /* for others to give way, each time */
	size_t block_size; /* bytes unpacked; 0: what is best */
};

/*
 * Begin: store is of KD_STORE_WRITE and stays the caller's; its lock is
 * given back, and taken for each transaction.  opts is borrowed for the
 * call.  On KD_OK the caller frees *ret.
 */
KD_MUST_CHECK
enum kd_status kd_repack_new(struct kd_store *store,
                             const struct kd_repack_opts *opts,
                             struct kd_repack **ret, struct kd_error *err);
void kd_repack_free(struct kd_repack *repack); /* NULL is allowed */

/*
 * Pack one block, in one transaction; *ret_more: there may be another.
 * Only a full one is made: of what is left of the newest mail the next run
 * makes one, when more has come.  Before the old copy of a message goes,
 * the block that was written has been unpacked and compared with it.
 *
 * KD_CORRUPT, KD_BUG: what was written is not what comes out of it, or the
 *             store is damaged; nothing was changed
 * KD_BUSY, KD_NOSPACE, KD_IO ...: as kd_store_add(); what was packed
 *             before stays packed
 */
KD_MUST_CHECK
enum kd_status kd_repack_step(struct kd_repack *repack, bool *ret_more,
                              struct kd_error *err);

/*
 * Give a little of what is free back to the file system; *ret_more: there
 * may be more.  A store of an old release cannot give back in pieces: it is
 * made anew as a whole where that is quick and nobody waits; else what is
 * free stays, for mail that comes.
 */
KD_MUST_CHECK
enum kd_status kd_repack_shrink(struct kd_repack *repack, bool *ret_more,
                                struct kd_error *err);

/* What was done until now; the repack's. */
const struct kd_repack_counts *kd_repack_counts(const struct kd_repack *repack);

#endif /* KD_STORE_REPACK_H */
