/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lock.h - the file beside the store in front of which writers queue.
 *
 * The kernel's queue is fair and costs no polling.  Only creation relies
 * on it; between writers SQLite's own locks decide.  Once the store has
 * its name, the file holds the store's id in one line, so that a store
 * that went missing is told from one that never was.  A second line may be
 * there: which log it was whose name is on stable storage (log_name.c).
 */
#ifndef KD_STORE_LOCK_H
#define KD_STORE_LOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "store/base/error.h"
#include "store/place.h"

/*
 * Take the lock; *ret is a descriptor, closing it gives the lock back.
 * KD_BUSY when deadline_ms of kd_monotonic_ms() passes first.
 */
KD_MUST_CHECK
enum kd_status kd_lock_take(const struct kd_place *place, int64_t deadline_ms,
                            int *ret, struct kd_error *err);

/*
 * Does another process wait for the lock that fd holds?  Those who wait
 * hold a lock of another sort on the file's second byte.  On a file system
 * that other hosts share the two sorts would meet: there nobody is seen.
 */
bool kd_lock_is_wanted(int fd);

/* Does the lock file say that there is a store? */
KD_MUST_CHECK
enum kd_status kd_lock_is_marked(int fd, bool *ret, struct kd_error *err);

enum { KD_LOCK_NOTE_SIZE = 80 }; /* with a line end and a NUL */

/*
 * Is this the second line of the lock file?  Who finds that it is not, or
 * cannot be read, is as well off as before the note was made.
 */
bool kd_lock_has_note(int fd, const char *note);

/* Let it be; nothing is synced, and what fails shows in the above. */
void kd_lock_put_note(int fd, const char *note);

/* Let it say so, on stable storage. */
KD_MUST_CHECK
enum kd_status kd_lock_mark(int fd, const char *id, struct kd_error *err);

#endif /* KD_STORE_LOCK_H */
