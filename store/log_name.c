/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * log_name.c - is the name of the log on stable storage?
 *
 * The transactions of a log that a power cut leaves without a name are lost.
 * Once its directory was synced that cannot be any more, for as long as it is
 * the same file; which file it was is noted in the lock.  The note itself is
 * not synced: one that is lost costs another sync, and one that is there is
 * true.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/internal.h"
#include "store/lock.h"

/* What tells the log from any other that had its name: a number of a file is
 * given again, but not with the same time of birth.  Notes are of one size. */
static bool identify(const struct kd_store *store,
                     char note[static KD_LOCK_NOTE_SIZE])
{
	char *name = kd_place_name(store->place.base, "-wal");
	struct statx stx;
	int n;

	if (name == NULL)
		return false;
	n = statx(store->place.dir_fd, name, AT_SYMLINK_NOFOLLOW,
	          STATX_INO | STATX_BTIME, &stx);
	free(name);
	if (n != 0 || (stx.stx_mask & STATX_INO) == 0 ||
	    (stx.stx_mask & STATX_BTIME) == 0)
		return false;
	n = snprintf(note, KD_LOCK_NOTE_SIZE, "log %020llu born %020lld.%09u\n",
	             (unsigned long long)stx.stx_ino,
	             (long long)stx.stx_btime.tv_sec,
	             (unsigned int)stx.stx_btime.tv_nsec);
	return n > 0 && n < KD_LOCK_NOTE_SIZE;
}

bool kd_log_is_named(const struct kd_store *store)
{
	char note[KD_LOCK_NOTE_SIZE];

	return identify(store, note) && kd_lock_has_note(store->lock_fd, note);
}

void kd_log_note_name(struct kd_store *store)
{
	char note[KD_LOCK_NOTE_SIZE];

	if (!store->lean || store->log.named || !identify(store, note))
		return;
	/* SQLite's own sync of it does not say whether it failed. */
	if (fsync(store->place.dir_fd) == 0)
		kd_lock_put_note(store->lock_fd, note);
	store->log.named = true; /* or once is enough for this process */
}
