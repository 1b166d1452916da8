/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * backup.h - a copy of the store as of one moment, while mail arrives.
 *
 * The copy is a store of its own: put at the store's place, with the
 * directory of its large messages, it is the store.  The spool is no part
 * of it.
 */
#ifndef KD_STORE_BACKUP_H
#define KD_STORE_BACKUP_H

#include "store/store.h"

/* How far it is, in bytes; called often.  checking: the copy is read, and
 * nobody knows how much is left. */
typedef void kd_backup_progress_fn(bool checking, int64_t done, int64_t total,
                                   void *payload);

struct kd_backup_opts {
	const char *path; /* of the copy, absolute; borrowed for the call */
	bool replace;     /* a copy that is there already */
	kd_backup_progress_fn *progress; /* or NULL */
	void *payload;
};

struct kd_backup_counts {
	int64_t messages; /* contents of messages that are in the copy */
	int64_t bytes;    /* of its database */
	size_t large;     /* files of large messages */
	size_t missing;   /* those that could not be read, or are damaged */
};

/*
 * Copy the store, which was opened to read and is not being read.  What was
 * stored before the call is in the copy, which is read and checked before
 * it gets its name.  What goes wrong leaves path as it was; a process that
 * dies leaves path-new, which the next one removes.
 *
 * With the log no delivery waits for it.  With a rollback journal it gives
 * way to deliveries at first, and lets them wait when it would never end.
 *
 * A large message whose file cannot be read is counted as missing, and the
 * copy is made without it; one that an earlier copy at path had is kept.
 *
 * KD_IO, KD_NOSPACE  the copy was not written; there is something at path,
 *                    which replace does not say or is no copy of a store
 * KD_USAGE           path is the store, or one of its files
 * KD_BUSY            another process writes a copy to path
 * KD_CORRUPT         the store is damaged
 */
KD_MUST_CHECK
enum kd_status kd_store_backup(struct kd_store *store,
                               const struct kd_backup_opts *opts,
                               struct kd_backup_counts *ret,
                               struct kd_error *err);

#endif /* KD_STORE_BACKUP_H */
