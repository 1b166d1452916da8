/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * spool.h - messages that the store cannot take now: one file for each.
 *
 * They lie in <store>-spool/{tmp,new,bad}.  A file is written in tmp, waits
 * in new, and lies in bad when it is none of ours or fails again and again;
 * what lies there is for a person to look at and is never removed.  No
 * database and no lock is needed to put one there.
 */
#ifndef KD_STORE_SPOOL_H
#define KD_STORE_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/base/arena.h"
#include "store/base/error.h"
#include "store/base/text.h"
#include "store/record.h"

enum {
	KD_SPOOL_FILES_MAX = 10000,   /* in all three directories */
	KD_SPOOL_BYTES_MAX = 1 << 30, /* of all of them */
	KD_SPOOL_FILE_MAX = 64 << 20, /* bytes; a longer one is none of ours */
	KD_SPOOL_TRIES_MAX = 3,       /* that a file may fail: then it is bad */
	KD_SPOOL_LIST_MAX = 255,      /* bytes of a List-Id */
};

/*
 * How a file begins.  Its first line is this, then RECEIVED, LIST (a
 * List-Id, or "-") and SIZE, with single blanks between them; of a large
 * message the SHA-256 and the size of its file, too.  SIZE bytes follow.
 */
#define KD_SPOOL_MAGIC "kvmdigest-spool 1"

struct kd_spool_mail {
	struct kd_bytes raw; /* the exact bytes, as they came */
	int64_t received;    /* when the hook read it */
	const char *list_id; /* NULL: of no list */
	/* As in struct kd_arriving: raw is the header block. */
	bool large;
	unsigned char large_sha256[KD_HASH_SIZE];
	uint64_t size;
};

/*
 * Put a message there.  On KD_OK it is on stable storage.  The store at
 * store_path, which is absolute, need not be there; its directory is made
 * as kd_store_open() makes it.
 *
 * KD_PERM     as of kd_store_open()
 * KD_NOSPACE  the disk is full, or the spool is
 * KD_TOOBIG   raw is over KD_SPOOL_FILE_MAX
 */
KD_MUST_CHECK
enum kd_status kd_spool_put(const char *store_path,
                            const struct kd_spool_mail *mail,
                            struct kd_error *err);

struct kd_spool_count {
	size_t waiting; /* in new */
	size_t bad;
};

/* Both are 0 where there is no spool. */
KD_MUST_CHECK
enum kd_status kd_spool_count(const char *store_path,
                              struct kd_spool_count *ret, struct kd_error *err);

/*
 * One line for a person when something waits or is bad, with what to do
 * about it; else false.  What cannot be looked at gives a line, too.
 */
bool kd_spool_warning(const char *store_path, char *ret, size_t size);

/* --- Taking them out ------------------------------------------------- */

/*
 * The files that waited when it was opened: those that failed least first,
 * and the oldest of them first.  Under the lock of the store; without it
 * two may take the same file, which is harmless.
 */
struct kd_spool;

/* Where there is no spool, it is an empty one, and nothing is made.  On
 * KD_OK the caller closes *ret. */
KD_MUST_CHECK
enum kd_status kd_spool_open(const char *store_path, struct kd_spool **ret,
                             struct kd_error *err);
void kd_spool_close(struct kd_spool *spool); /* NULL is allowed */

/* Step to the next file; at first to the first.  False at the end. */
bool kd_spool_next(struct kd_spool *spool);

/* How often the current file has failed already. */
int kd_spool_tries(const struct kd_spool *spool);

/*
 * Read the current file; what ret points to is the arena's.
 *
 * KD_NOTFOUND  it is gone: someone else took it
 * KD_CORRUPT   it is none of ours
 * KD_IO, KD_PERM, KD_NOMEM: it could not be read
 */
KD_MUST_CHECK
enum kd_status kd_spool_read(const struct kd_spool *spool,
                             struct kd_arena *arena, struct kd_spool_mail *ret,
                             struct kd_error *err);

/* The bytes of a file; ret points into them.  KD_CORRUPT, KD_NOMEM. */
KD_MUST_CHECK
enum kd_status kd_spool_parse(struct kd_bytes all, struct kd_arena *arena,
                              struct kd_spool_mail *ret, struct kd_error *err);

/* The current file is in the store, on stable storage: remove it. */
KD_MUST_CHECK
enum kd_status kd_spool_remove(const struct kd_spool *spool,
                               struct kd_error *err);

/* The current file has failed for its own sake: note that in its name.
 * *ret_bad: it was once too often, and it lies in bad now. */
KD_MUST_CHECK
enum kd_status kd_spool_blame(const struct kd_spool *spool, bool *ret_bad,
                              struct kd_error *err);

/* The current file will never be stored: put it into bad. */
KD_MUST_CHECK
enum kd_status kd_spool_put_aside(const struct kd_spool *spool,
                                  struct kd_error *err);

#endif /* KD_STORE_SPOOL_H */
