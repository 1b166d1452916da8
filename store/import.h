/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * import.h - the store for those who bring much mail at once, out of an
 * archive.
 */
#ifndef KD_STORE_IMPORT_H
#define KD_STORE_IMPORT_H

#include "store/store.h"

/* zstd as the store uses it, for those who pack many messages.  NULL: out
 * of memory. */
struct kd_packer;
struct kd_packer *kd_packer_new(void);
void kd_packer_free(struct kd_packer *packer); /* NULL is allowed */

/* Pack bytes into out; returns the size, 0 when it would be no smaller, or
 * there is no room. */
size_t kd_packer_pack(struct kd_packer *packer, struct kd_bytes bytes,
                      char *out, size_t room);

/* An archive that mail comes from.  All is borrowed. */
struct kd_import {
	const char *source; /* its name, the same in each run */
	const char *how;    /* what else decides what its mail becomes: a change
	                     * of it begins anew */
	uint64_t most;      /* messages it can have; 0: nobody knows */
	int64_t now;        /* wall clock */
};

/* Where the archive is to be read from: what the last batch said; NULL:
 * from its beginning. */
KD_MUST_CHECK
enum kd_status kd_store_import_position(struct kd_store *store,
                                        const struct kd_import *import,
                                        struct kd_arena *arena,
                                        const char **ret, struct kd_error *err);

/* Messages in order of the archive. */
struct kd_import_batch {
	const struct kd_import *import;
	const struct kd_arriving *rows; /* one with msg NULL is passed over */
	size_t n;
	const char *position; /* of the archive behind them, or NULL */
	bool ends;            /* the archive has no more: when that was
	                       * added, all is on stable storage; until then
	                       * a power cut may take back whole transactions,
	                       * with their positions */
	int64_t until_ms;     /* the transaction is to end by then */
};

/*
 * Add the rows from *at on in one transaction that ends after the last, or
 * after the first that is done at until_ms or later; ret has room for n,
 * *at is behind what was done.  received of a row is the archive's: mail
 * from before the oldest message that the store had as the import began
 * goes in front of it, all else behind the end; a little later, where time
 * would not go up with position.  On failure nothing was done, and *at is
 * the row that was in hand; KD_BUG and KD_TOOBIG are its own fault.
 */
KD_MUST_CHECK
enum kd_status kd_store_import(struct kd_store *store,
                               const struct kd_import_batch *batch, size_t *at,
                               enum kd_added *ret, struct kd_error *err);

/*
 * Give the lock to others while there is nothing to write, and take it
 * again: for those who stay for long.  KD_SCHEMA when a newer release
 * upgraded the store in between.
 */
void kd_store_let_go(struct kd_store *store);
KD_MUST_CHECK
enum kd_status kd_store_hold(struct kd_store *store, struct kd_error *err);

#endif /* KD_STORE_IMPORT_H */
