/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * spool_dirs.h - the directories of the spool, for the files of the spool
 * alone.  Knows no format of a file.
 */
#ifndef KD_STORE_SPOOL_DIRS_H
#define KD_STORE_SPOOL_DIRS_H

#include <stdbool.h>

#include "store/base/error.h"
#include "store/place.h"

enum kd_spool_dir { KD_SPOOL_TMP, KD_SPOOL_NEW, KD_SPOOL_BAD };
enum { KD_SPOOL_DIRS = 3 };

struct kd_spool_dirs {
	struct kd_place place;
	int root;
	int fds[KD_SPOOL_DIRS];
};

#define KD_SPOOL_DIRS_INIT                                                     \
	{                                                                      \
		.place = KD_PLACE_INIT, .root = -1, .fds = { -1, -1, -1 }      \
	}

/*
 * Open the spool of the store at store_path.  make: what is not there is
 * made, the directory of the store included; else it is KD_NOTFOUND.  The
 * names are not synced.  On KD_OK the caller clears ret.
 */
KD_MUST_CHECK
enum kd_status kd_spool_dirs_open(const char *store_path, bool make,
                                  struct kd_spool_dirs *ret,
                                  struct kd_error *err);
void kd_spool_dirs_clear(struct kd_spool_dirs *dirs);

/* Put the names of the directories, and of what is in new, on stable
 * storage. */
KD_MUST_CHECK
enum kd_status kd_spool_dirs_sync(const struct kd_spool_dirs *dirs,
                                  struct kd_error *err);

/* False stops. */
typedef bool kd_spool_name_fn(int dir_fd, const char *name, void *payload);

/* Call fn for each file of one directory; hidden ones are none. */
KD_MUST_CHECK
enum kd_status kd_spool_dirs_each(const struct kd_spool_dirs *dirs,
                                  enum kd_spool_dir which, kd_spool_name_fn *fn,
                                  void *payload, struct kd_error *err);

/* "DOING a file in STORE-spool: " and errno. */
enum kd_status kd_spool_fail(const struct kd_spool_dirs *dirs,
                             const char *doing, struct kd_error *err);

#endif /* KD_STORE_SPOOL_DIRS_H */
