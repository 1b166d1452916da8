/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * backup_internal.h - what the files of a backup share.
 */
#ifndef KD_STORE_BACKUP_INTERNAL_H
#define KD_STORE_BACKUP_INTERNAL_H

#include "store/backup.h"
#include "store/internal.h"
#include "store/large_list.h"

struct kd_backup {
	struct kd_store *store;
	const struct kd_backup_opts *opts;
	struct kd_backup_counts counts;
	struct kd_place place;      /* of the copy, by its name */
	struct kd_store copy;       /* the copy, while it has another name */
	int fd;                     /* of that file, and the lock on it */
	struct kd_large_list large; /* that it has need of */
};

/* --- backup_place.c: files and names ----------------------------------- */

/*
 * May it be written there?  Then make an empty file under another name,
 * lock it, and remove what a process that died has left.  On failure
 * nothing was changed.  kd_backup_drop() in any case.
 */
KD_MUST_CHECK
enum kd_status kd_backup_begin(struct kd_backup *backup, struct kd_error *err);

/* All of it is in its files: give them their names, on stable storage. */
KD_MUST_CHECK
enum kd_status kd_backup_publish(struct kd_backup *backup,
                                 struct kd_error *err);

/* Remove what has no name yet, and give back what backup holds. */
void kd_backup_drop(struct kd_backup *backup);

/* --- backup_large.c: the files of large messages ------------------------ */

/* Copy those that the store has need of now. */
KD_MUST_CHECK
enum kd_status kd_backup_large(struct kd_backup *backup, struct kd_error *err);

/* Put them where they are looked for; all of them are wanted. */
KD_MUST_CHECK
enum kd_status kd_backup_large_publish(struct kd_backup *backup,
                                       struct kd_error *err);

/* Remove those that the copy, which has its name now, has no need of. */
void kd_backup_large_prune(struct kd_backup *backup);

/* Remove those that have no name yet. */
void kd_backup_large_drop(struct kd_backup *backup);

#endif /* KD_STORE_BACKUP_INTERNAL_H */
