/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * spool_dirs.c - see spool_dirs.h.
 */
#include "store/spool_dirs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/disk.h"

static const char *const names[] = {
	[KD_SPOOL_TMP] = "tmp",
	[KD_SPOOL_NEW] = "new",
	[KD_SPOOL_BAD] = "bad",
};

enum kd_status kd_spool_fail(const struct kd_spool_dirs *dirs,
                             const char *doing, struct kd_error *err)
{
	return kd_fail_errno(err, kd_status_of_errno(errno), errno,
	                     "%s a file in %s-spool", doing, dirs->place.path);
}

static enum kd_status open_dir(const struct kd_spool_dirs *dirs, int in,
                               const char *name, bool make, int *ret,
                               struct kd_error *err)
{
	if (make && kd_disk.mkdirat(in, name, 0700) != 0 && errno != EEXIST)
		return kd_spool_fail(dirs, "make room for", err);
	*ret = openat(in, name,
	              O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (*ret < 0)
		return kd_spool_fail(dirs, "look for", err);
	return KD_OK;
}

static enum kd_status open_all(struct kd_spool_dirs *dirs, bool make,
                               struct kd_error *err)
{
	char *name = kd_place_name(dirs->place.base, "-spool");
	enum kd_status st;

	if (name == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	st = open_dir(dirs, dirs->place.dir_fd, name, make, &dirs->root, err);
	for (int i = 0; i < KD_SPOOL_DIRS && st == KD_OK; i++) {
		st = open_dir(dirs, dirs->root, names[i], make, &dirs->fds[i],
		              err);
		if (st == KD_NOTFOUND && !make)
			st = KD_OK; /* one of them alone: then it is empty */
	}
	free(name);
	return st;
}

enum kd_status kd_spool_dirs_open(const char *store_path, bool make,
                                  struct kd_spool_dirs *ret,
                                  struct kd_error *err)
{
	struct kd_spool_dirs dirs = KD_SPOOL_DIRS_INIT;
	enum kd_status st;

	st = kd_place_open(store_path, make, &dirs.place, err);
	if (st == KD_OK)
		st = open_all(&dirs, make, err);
	if (st == KD_OK)
		*ret = dirs;
	else
		kd_spool_dirs_clear(&dirs);
	return st;
}

void kd_spool_dirs_clear(struct kd_spool_dirs *dirs)
{
	for (int i = 0; i < KD_SPOOL_DIRS; i++)
		if (dirs->fds[i] >= 0)
			(void)close(dirs->fds[i]);
	if (dirs->root >= 0)
		(void)close(dirs->root);
	kd_place_clear(&dirs->place);
	*dirs = (struct kd_spool_dirs)KD_SPOOL_DIRS_INIT;
}

/*
 * All of them, whoever made them: one that is there may have been made a
 * moment ago, by another who has not synced it yet.
 */
enum kd_status kd_spool_dirs_sync(const struct kd_spool_dirs *dirs,
                                  struct kd_error *err)
{
	int up = openat(dirs->place.dir_fd, "..",
	                O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum kd_status st = KD_OK;

	/* A directory above that may not be read was there before. */
	if (kd_disk.fsync(dirs->fds[KD_SPOOL_NEW]) != 0 ||
	    kd_disk.fsync(dirs->root) != 0 ||
	    kd_disk.fsync(dirs->place.dir_fd) != 0 ||
	    (up >= 0 && kd_disk.fsync(up) != 0))
		st = kd_spool_fail(dirs, "sync the name of", err);
	if (up >= 0)
		(void)close(up);
	return st;
}

enum kd_status kd_spool_dirs_each(const struct kd_spool_dirs *dirs,
                                  enum kd_spool_dir which, kd_spool_name_fn *fn,
                                  void *payload, struct kd_error *err)
{
	int fd;
	const struct dirent *entry;
	enum kd_status st = KD_OK;
	DIR *dir = NULL;

	if (dirs->fds[which] < 0)
		return KD_OK;
	fd = openat(dirs->fds[which], ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		dir = fdopendir(fd);
	if (dir == NULL) {
		st = kd_spool_fail(dirs, "look for", err);
		if (fd >= 0)
			(void)close(fd);
		return st;
	}
	do {
		errno = 0;
		entry = readdir(dir);
	} while (entry != NULL &&
	         (entry->d_name[0] == '.' ||
	          fn(dirs->fds[which], entry->d_name, payload)));
	if (entry == NULL && errno != 0)
		st = kd_spool_fail(dirs, "look for", err);
	(void)closedir(dir);
	return st;
}
