/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * disk.h - what a power cut leaves behind: a log of all that a process did
 * to the files below one directory, and any disk that it could have made.
 *
 * The rule is the strict one of POSIX: a write is there for certain after
 * fsync() of its file, a name after fsync() of its directory, and of the
 * rest any part, in pieces of 512 bytes.  Knows no store and no SQLite:
 * calls.c takes the place of the libc's calls for both.
 */
#ifndef KD_TESTS_FAULT_DISK_H
#define KD_TESTS_FAULT_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Syncs that the disk forgets, to prove that the test would see it. */
enum disk_liar {
	DISK_HONEST,
	DISK_NO_SYNC,        /* none is done */
	DISK_NO_LOG_SYNC,    /* none of a file *-wal */
	DISK_NO_DIR_SYNC,    /* none of a directory */
	DISK_NO_FILE_SYNC,   /* none of what is no directory */
	DISK_NO_NEW_SYNC,    /* none of the directory where the spool waits */
	DISK_NO_SPOOLED_SYNC /* none of a file of the spool */
};

struct disk;

/* Log what happens below root, which is absolute and resolved; what it
 * holds now is on the disk.  One at a time; disk_free() frees it. */
struct disk *disk_begin(const char *root, enum disk_liar liar);
void disk_stop(void);
void disk_free(struct disk *disk);

/* The promise `what` was made just now. */
void disk_ack(int what);

/* How many steps there are, and the promises that stood after `steps`. */
size_t disk_steps(const struct disk *disk);
bool disk_acked(const struct disk *disk, size_t steps, int what);

/* Put below `to`, which is emptied first, one of the disks that a cut after
 * `steps` can leave; the same for the same seed. */
void disk_cut(const struct disk *disk, size_t steps, uint64_t seed,
              const char *to);

/* --- For calls.c: where nothing is logged, they do nothing ------------- */

bool disk_is_on(void);
/* The number of the file at path, which is new if it was not known, or -1
 * when it is not below the root. */
int disk_opened(const char *path, bool is_dir);
void disk_wrote(int file, int64_t offset, const void *data, size_t size);
void disk_truncated(int file, int64_t size);
void disk_synced(int file);
void disk_linked(const char *from, const char *to);
void disk_unlinked(const char *path);
void disk_renamed(const char *from, const char *to);

/* splitmix64 */
uint64_t disk_random(uint64_t *state);

#endif /* KD_TESTS_FAULT_DISK_H */
