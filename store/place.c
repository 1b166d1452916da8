/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * place.c - see place.h.
 *
 * SQLite refuses a symbolic link in any component of a path when it is
 * told to follow none, so the directory is resolved first, once.
 */
#include "store/place.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

const char *kd_place_shared_fs(uint64_t f_type)
{
	/* statfs(2); the numbers are part of the kernel's interface. */
	static const struct {
		uint64_t type;
		const char *name;
	} table[] = {
		{ 0x6969, "NFS" },      { 0xFF534D42, "CIFS" },
		{ 0x517B, "SMB" },      { 0xFE534D42, "SMB" },
		{ 0x65735546, "FUSE" },
	};
	/* It is a signed word on some machines. */
	uint64_t type = f_type & 0xFFFFFFFF;
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (table[i].type == type)
			return table[i].name;
	}
	return NULL;
}

char *kd_place_name(const char *base, const char *suffix)
{
	char *name = NULL;

	if (asprintf(&name, "%s%s", base, suffix) < 0)
		return NULL;
	return name;
}

/* The name of a new directory must survive a power cut too. */
static enum kd_status sync_parent(const char *dir, struct kd_error *err)
{
	char *up = kd_place_name(dir, "/..");
	enum kd_status st = KD_OK;
	int fd = -1;

	if (up == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	fd = open(up, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) != 0)
		st = kd_fail_errno(err, kd_status_of_errno(errno), errno,
		                   "sync the directory above %s", dir);
	if (fd >= 0)
		(void)close(fd);
	free(up);
	return st;
}

static enum kd_status make_dir(const char *dir, struct kd_error *err)
{
	if (mkdir(dir, 0700) == 0)
		return sync_parent(dir, err);
	if (errno == EEXIST)
		return KD_OK;
	return kd_fail_errno(err, kd_status_of_errno(errno), errno,
	                     "make the directory %s", dir);
}

/* As mkdir -p.  dir is changed on the way and put right again. */
static enum kd_status make_dirs(char *dir, struct kd_error *err)
{
	enum kd_status st;
	char *slash;

	if (access(dir, F_OK) == 0)
		return KD_OK;
	for (slash = strchr(dir + 1, '/'); slash != NULL;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		st = access(dir, F_OK) == 0 ? KD_OK : make_dir(dir, err);
		*slash = '/';
		if (st != KD_OK)
			return st;
	}
	return make_dir(dir, err);
}

static enum kd_status check_dir(int fd, const char *dir, struct kd_error *err)
{
	struct stat sb;

	if (fstat(fd, &sb) != 0)
		return kd_fail_errno(err, KD_IO, errno, "look at %s", dir);
	if (sb.st_uid != geteuid())
		return kd_fail(err, KD_PERM,
		               "%s belongs to user %lu and this is user %lu: "
		               "keep the store in a directory of your own",
		               dir, (unsigned long)sb.st_uid,
		               (unsigned long)geteuid());
	if ((sb.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return kd_fail(err, KD_PERM,
		               "others may write to %s: chmod go-w %s", dir,
		               dir);
	return KD_OK;
}

static enum kd_status open_dir(const char *dir, struct kd_place *ret,
                               struct kd_error *err)
{
	struct statfs fs;

	ret->dir_fd =
		open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (ret->dir_fd < 0)
		return kd_fail_errno(err, kd_status_of_errno(errno), errno,
		                     "open the directory %s", dir);
	if (fstatfs(ret->dir_fd, &fs) != 0)
		return kd_fail_errno(err, KD_IO, errno, "look at %s", dir);
	ret->shared_fs = kd_place_shared_fs((uint64_t)fs.f_type);
	return KD_OK;
}

/* dir: the directory part of path, as it was given. */
static enum kd_status resolve(const char *dir, const char *base,
                              struct kd_place *ret, struct kd_error *err)
{
	char *real = realpath(dir, NULL);
	enum kd_status st;

	if (real == NULL && errno == ENOENT)
		return kd_fail(err, KD_NOTFOUND, "there is no directory %s",
		               dir);
	if (real == NULL)
		return kd_fail_errno(err, kd_status_of_errno(errno), errno,
		                     "find the directory %s", dir);
	if (asprintf(&ret->path, "%s/%s", strcmp(real, "/") == 0 ? "" : real,
	             base) < 0) {
		ret->path = NULL;
		st = kd_fail(err, KD_NOMEM, "out of memory");
		goto out;
	}
	ret->base = strrchr(ret->path, '/') + 1;
	st = open_dir(real, ret, err);
out:
	free(real);
	return st;
}

/* The directory part of path, for the caller to free; NULL: out of memory. */
static char *dir_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

static bool is_file_path(const char *path)
{
	const char *slash = strrchr(path, '/');

	return path[0] == '/' && slash != NULL && slash[1] != '\0' &&
	       strlen(path) < PATH_MAX;
}

enum kd_status kd_place_open(const char *path, bool make, struct kd_place *ret,
                             struct kd_error *err)
{
	struct kd_place place = KD_PLACE_INIT;
	enum kd_status st = KD_OK;
	char *dir;

	if (!is_file_path(path))
		return kd_fail(err, KD_USAGE,
		               "the store must be named as an absolute path "
		               "to a file, not %s",
		               path);
	dir = dir_of(path);
	if (dir == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	if (make)
		st = make_dirs(dir, err);
	if (st == KD_OK)
		st = resolve(dir, strrchr(path, '/') + 1, &place, err);
	if (st == KD_NOTFOUND)
		st = kd_fail(err, st, "there is no store at %s", path);
	if (st == KD_OK)
		st = check_dir(place.dir_fd, dir, err);
	if (st == KD_OK)
		*ret = place;
	else
		kd_place_clear(&place);
	free(dir);
	return st;
}

enum kd_status kd_place_find(const char *path, struct kd_place *ret,
                             struct kd_error *err)
{
	struct kd_place place = KD_PLACE_INIT;
	enum kd_status st;
	char *dir;

	if (!is_file_path(path))
		return kd_fail(err, KD_USAGE,
		               "%s: the name of a file was expected", path);
	dir = dir_of(path);
	if (dir == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	st = resolve(dir, strrchr(path, '/') + 1, &place, err);
	if (st == KD_NOTFOUND)
		st = kd_fail(err, KD_IO,
		             "%s was not written: there is no "
		             "directory %s",
		             path, dir);
	if (st == KD_OK)
		*ret = place;
	else
		kd_place_clear(&place);
	free(dir);
	return st;
}

void kd_place_clear(struct kd_place *place)
{
	if (place->dir_fd >= 0)
		(void)close(place->dir_fd);
	free(place->path);
	*place = (struct kd_place)KD_PLACE_INIT;
}

enum kd_status kd_place_look(const struct kd_place *place, const char *suffix,
                             int64_t *ret_size, struct kd_error *err)
{
	char *name = kd_place_name(place->base, suffix);
	enum kd_status st = KD_OK;
	struct stat sb;

	if (name == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	if (fstatat(place->dir_fd, name, &sb, AT_SYMLINK_NOFOLLOW) == 0) {
		if (S_ISREG(sb.st_mode))
			*ret_size = (int64_t)sb.st_size;
		else
			st = kd_fail(err, KD_CORRUPT,
			             "%s%s is not a kvmdigest store: it is %s",
			             place->path, suffix,
			             S_ISLNK(sb.st_mode) ? "a symbolic link"
			                                 : "no regular file");
	} else if (errno == ENOENT) {
		*ret_size = -1;
	} else {
		st = kd_fail_errno(err, kd_status_of_errno(errno), errno,
		                   "look at %s%s", place->path, suffix);
	}
	free(name);
	return st;
}
