/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * place.h - the directory that a store lies in, and whether it may.
 *
 * Knows files only, no database.
 */
#ifndef KD_STORE_PLACE_H
#define KD_STORE_PLACE_H

#include <stdbool.h>
#include <stdint.h>

#include "store/base/error.h"

struct kd_place {
	char *path;            /* of the store, without symbolic links; owned */
	const char *base;      /* its last component; points into path */
	int dir_fd;            /* of its directory; owned */
	const char *shared_fs; /* "NFS" and the like, or NULL: other hosts may
	                        * not see our locks and memory there */
};

/* Of nothing: what kd_place_clear() leaves alone. */
#define KD_PLACE_INIT                                                          \
	{                                                                      \
		.path = NULL, .base = NULL, .dir_fd = -1, .shared_fs = NULL    \
	}

/*
 * Find the directory of the store at path, which is absolute, and open it.
 * make: with mode 0700 where it is missing, parents too.
 *
 * KD_NOTFOUND  there is no such directory
 * KD_PERM      it is another user's, or others may write to it
 * On KD_OK the caller clears ret with kd_place_clear().
 */
KD_MUST_CHECK
enum kd_status kd_place_open(const char *path, bool make, struct kd_place *ret,
                             struct kd_error *err);
void kd_place_clear(struct kd_place *place);

/*
 * The same for a file that is to become a copy of a store: its directory
 * may be anyone's.  KD_IO when there is none.
 */
KD_MUST_CHECK
enum kd_status kd_place_find(const char *path, struct kd_place *ret,
                             struct kd_error *err);

/*
 * Is there a file of the store's name with suffix behind it?  *ret_size is
 * its size, -1 when there is none.  KD_CORRUPT when it is no regular file.
 */
KD_MUST_CHECK
enum kd_status kd_place_look(const struct kd_place *place, const char *suffix,
                             int64_t *ret_size, struct kd_error *err);

/* base or path with suffix behind it, for the caller to free(); NULL when
 * out of memory. */
char *kd_place_name(const char *base, const char *suffix);

/* "NFS" and the like when f_type of statfs(2) is of a file system whose
 * locks other hosts may not see; else NULL. */
const char *kd_place_shared_fs(uint64_t f_type);

#endif /* KD_STORE_PLACE_H */
