/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * arrive.h - what add.c, arrive.c, pack.c and import.c share: one message
 * inside of a transaction that may be of many.
 */
#ifndef KD_STORE_ARRIVE_H
#define KD_STORE_ARRIVE_H

#include "store/internal.h"

struct kd_packer;

/* --- add.c ------------------------------------------------------------ */

/* Delivered mail is numbered from here; imports of old mail go below. */
enum { KD_FIRST_SEQ = 100000000 };

/* Where an import puts old mail. */
struct kd_front {
	int64_t boundary; /* mail that is older goes there */
	kd_seq next;      /* the number of the next one */
	kd_seq last;
	int64_t floor;   /* when the message before `next` arrived, and */
	int64_t ceiling; /* the one behind `last`: between them all times are */
};

/* What many messages have in common that one transaction adds. */
struct kd_bulk {
	struct kd_front front;
	struct kd_changes *changes; /* of series; who has it settles them */
};

/* What kd_store_add() does inside of its transaction; bulk may be NULL. */
KD_MUST_CHECK
enum kd_status kd_add_one(struct kd_store *store,
                          const struct kd_arriving *arriving,
                          struct kd_bulk *bulk, enum kd_added *ret,
                          struct kd_error *err);

/*
 * What is known may not be on the disk yet: who brought it can have been
 * killed behind the write and before the sync, and those who open the store
 * next find it in the log all the same.  It was not acknowledged then; now
 * it will be.
 */
KD_MUST_CHECK
enum kd_status kd_sync_known(const struct kd_store *store,
                             struct kd_error *err);

/* --- arrive.c ----------------------------------------------------------- */

/* Has the message arrived in list; where list is 0, in any? */
KD_MUST_CHECK
enum kd_status kd_arrive_known(struct kd_store *store, int64_t list,
                               int64_t message, bool *ret,
                               struct kd_error *err);

/* Give in->message its position in list. */
KD_MUST_CHECK
enum kd_status kd_arrive(struct kd_store *store, int64_t list,
                         const struct kd_incoming *in, struct kd_error *err);

/* --- pack.c ------------------------------------------------------------ */

/* Level 2 of zstd: 3770 of 8889 bytes a message.  3 has 3723 and takes a
 * quarter more time; 1 takes as long at this size. */
enum { KD_PACK_LEVEL = 2 };

/* By itself zstd takes, and clears, a table of 128 KB for 6 KB of mail; with
 * this one all of a list becomes larger by 1 in 400. */
enum { KD_PACK_HASH_LOG = 12 };

/* Set up a ZSTD_CCtx; hash_log 0 is the level's own.  false: out of memory. */
bool kd_pack_settings(void *ctx, int level, int hash_log);

/* Is packed one frame of as many bytes, and smaller?  The bytes themselves
 * are not compared: they are believed, of our own process. */
bool kd_pack_is_of(struct kd_bytes packed, struct kd_bytes bytes);

/* kd_raw_pack() with packer, or as it is where that is NULL. */
KD_MUST_CHECK
enum kd_status kd_pack(struct kd_packer *packer, struct kd_bytes bytes,
                       struct kd_packed *ret, struct kd_error *err);

#endif /* KD_STORE_ARRIVE_H */
