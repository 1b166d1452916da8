/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * backup_place.c - the names of a copy: what may be replaced, what a copy
 * is called until it is whole, and how it gets its name.
 *
 * Until then it is path-new, locked by whoever writes it, so that one that
 * nobody locks was left by a process that died.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/backup_internal.h"
#include "store/disk.h"

static const char new_suffix[] = "-new";

static enum kd_status not_written(const struct kd_backup *backup,
                                  struct kd_error *err)
{
	enum kd_status st = kd_status_of_errno(errno);

	return kd_fail_errno(err, st == KD_NOSPACE ? st : KD_IO, errno,
	                     "%s was not written", backup->opts->path);
}

static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* What stands there under the copy's name with suffix behind it; false:
 * nothing, or nothing that can be seen. */
static bool look(const struct kd_backup *backup, const char *suffix,
                 struct stat *ret)
{
	char *name = kd_place_name(backup->place.base, suffix);
	bool found = name != NULL && fstatat(backup->place.dir_fd, name, ret,
	                                     AT_SYMLINK_NOFOLLOW) == 0;

	free(name);
	return found;
}

/* --- What may be written ---------------------------------------------- */

/* Is it the store, under whatever name, or a file of it? */
static bool is_of_store(const struct kd_backup *backup)
{
	static const char *const suffixes[] = {
		"",        "-wal",   "-shm",   "-journal", "-lock",
		"-search", "-large", "-spool", "-new",
	};
	const struct kd_place *store = &backup->store->place;
	const char *base = backup->place.base;
	size_t size = strlen(store->base);
	struct stat mine, its;
	size_t i;

	if (fstatat(store->dir_fd, store->base, &its, 0) == 0 &&
	    fstatat(backup->place.dir_fd, base, &mine, 0) == 0 &&
	    is_same(&mine, &its))
		return true;
	if (fstat(store->dir_fd, &its) != 0 ||
	    fstat(backup->place.dir_fd, &mine) != 0 || !is_same(&mine, &its) ||
	    strncmp(base, store->base, size) != 0)
		return false;
	for (i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
		if (strcmp(base + size, suffixes[i]) == 0)
			return true;
	return false;
}

/* A log beside it would be played into the copy; a lock says that mail is
 * delivered there. */
static enum kd_status check_unused(const struct kd_backup *backup,
                                   struct kd_error *err)
{
	const char *path = backup->opts->path;
	const char *found = NULL;
	struct stat sb;

	if (look(backup, "-wal", &sb) && sb.st_size > 0)
		found = "-wal";
	else if (look(backup, "-journal", &sb) && sb.st_size > 0)
		found = "-journal";
	else if (look(backup, "-lock", &sb))
		found = "-lock";
	if (found == NULL)
		return KD_OK;
	return kd_fail(err, KD_IO,
	               "%s was not written: there is %s%s, as of a store "
	               "that is in use",
	               path, path, found);
}

static enum kd_status check_old(const struct kd_backup *backup,
                                const struct stat *sb, struct kd_error *err)
{
	const char *path = backup->opts->path;
	struct kd_store_peek peek;
	enum kd_status st;

	if (!backup->opts->replace)
		return kd_fail(err, KD_IO,
		               "%s was not written: it is there already, and "
		               "only --force replaces it",
		               path);
	if (S_ISREG(sb->st_mode) && sb->st_size == 0)
		return KD_OK;
	st = S_ISREG(sb->st_mode) ? kd_store_peek(path, &peek, err) : KD_OK;
	if (st == KD_OK && (!S_ISREG(sb->st_mode) || !peek.ours))
		st = kd_fail(err, KD_IO,
		             "%s was not written: what is there is no copy of "
		             "a store",
		             path);
	return st;
}

/* Under the lock.  was_left: somebody died here before. */
static enum kd_status check_target(struct kd_backup *backup, bool was_left,
                                   struct kd_error *err)
{
	const char *path = backup->opts->path;
	struct stat sb;
	enum kd_status st;

	if (look(backup, "", &sb)) {
		st = check_old(backup, &sb, err);
		return st == KD_OK ? check_unused(backup, err) : st;
	}
	st = check_unused(backup, err);
	if (st != KD_OK || !look(backup, "-large", &sb))
		return st;
	if (was_left)
		kd_backup_large_prune(backup);
	else if (!backup->opts->replace)
		return kd_fail(err, KD_IO,
		               "%s was not written: %s-large is there without "
		               "it, and only --force replaces that",
		               path, path);
	return KD_OK;
}

/* --- The file under its other name ------------------------------------- */

/* It is ours, and it has its name still. */
static bool is_good(const struct kd_backup *backup, int fd)
{
	struct stat mine, named;

	return fstat(fd, &mine) == 0 && S_ISREG(mine.st_mode) &&
	       mine.st_uid == geteuid() && look(backup, new_suffix, &named) &&
	       is_same(&mine, &named);
}

/* Opens it, or makes it; -1 and errno. */
static int open_new(const struct kd_backup *backup, bool *ret_left)
{
	const struct kd_place *copy = &backup->copy.place;
	const int flags = O_RDWR | O_NOFOLLOW | O_CLOEXEC;
	int fd;

	*ret_left = false;
	fd = openat(copy->dir_fd, copy->base, flags | O_CREAT | O_EXCL, 0600);
	if (fd >= 0 || errno != EEXIST)
		return fd;
	*ret_left = true;
	return openat(copy->dir_fd, copy->base, flags);
}

static enum kd_status lock_new(struct kd_backup *backup, bool *ret_left,
                               struct kd_error *err)
{
	int fd = open_new(backup, ret_left);
	enum kd_status st = KD_OK;

	if (fd < 0)
		return not_written(backup, err);
	if (flock(fd, LOCK_EX | LOCK_NB) != 0 || !is_good(backup, fd))
		st = kd_fail(err, KD_BUSY,
		             "%s was not written: another process writes "
		             "%s%s, or it is another user's",
		             backup->opts->path, backup->opts->path,
		             new_suffix);
	if (st == KD_OK)
		backup->fd = fd;
	else
		(void)close(fd);
	return st;
}

enum kd_status kd_backup_begin(struct kd_backup *backup, struct kd_error *err)
{
	const char *path = backup->opts->path;
	bool was_left = false;
	enum kd_status st;
	char *name;

	backup->fd = -1;
	backup->place = (struct kd_place)KD_PLACE_INIT;
	backup->copy.place = (struct kd_place)KD_PLACE_INIT;
	st = kd_place_find(path, &backup->place, err);
	if (st == KD_OK && is_of_store(backup))
		st = kd_fail(err, KD_USAGE,
		             "%s is the store itself, or a file of it: name "
		             "another one",
		             path);
	if (st != KD_OK)
		return st;
	name = kd_place_name(path, new_suffix);
	if (name == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	st = kd_place_find(name, &backup->copy.place, err);
	free(name);
	if (st == KD_OK)
		st = lock_new(backup, &was_left, err);
	if (st == KD_OK)
		st = check_target(backup, was_left, err);
	if (st == KD_OK && ftruncate(backup->fd, 0) != 0)
		st = not_written(backup, err);
	if (st != KD_OK)
		return st;
	kd_backup_large_drop(backup);
	return kd_db_remove_logs(&backup->place, backup->copy.place.base, err);
}

/* --- Its name --------------------------------------------------------- */

/* 0, or -1 and errno. */
static int give_name(const struct kd_backup *backup)
{
	int dir = backup->place.dir_fd;
	const char *from = backup->copy.place.base;
	const char *to = backup->place.base;
	struct stat sb;

	if (!backup->opts->replace) {
		if (renameat2(dir, from, dir, to, RENAME_NOREPLACE) == 0)
			return 0;
		/* not every file system knows how to */
		if (errno != EINVAL)
			return -1;
		if (look(backup, "", &sb)) {
			errno = EEXIST;
			return -1;
		}
	}
	return kd_disk.renameat(dir, from, dir, to);
}

enum kd_status kd_backup_publish(struct kd_backup *backup, struct kd_error *err)
{
	struct stat sb;
	enum kd_status st;

	/* Nobody else may name large files until the last of an older copy
	 * are gone.  Where there is no such lock, it is done without. */
	(void)flock(backup->place.dir_fd, LOCK_EX);
	st = kd_backup_large_publish(backup, err);
	/* Those of an older copy, both empty, for who reads that still. */
	if (st == KD_OK)
		st = kd_db_remove_logs(&backup->place, backup->place.base, err);
	if (st == KD_OK && give_name(backup) != 0)
		st = not_written(backup, err);
	if (st != KD_OK && !look(backup, "", &sb)) {
		/* without it they are nobody's */
		kd_large_list_clear(&backup->large);
		kd_backup_large_prune(backup);
	}
	if (st == KD_OK && kd_disk.fsync(backup->place.dir_fd) != 0)
		st = not_written(backup, err);
	if (st != KD_OK)
		return st;
	(void)close(backup->fd);
	backup->fd = -1;
	kd_backup_large_prune(backup);
	return KD_OK;
}

void kd_backup_drop(struct kd_backup *backup)
{
	struct kd_error why;

	kd_db_close(&backup->copy);
	if (backup->fd >= 0) {
		kd_backup_large_drop(backup);
		/* What cannot be removed now, the next one removes. */
		if (kd_db_remove_logs(&backup->place, backup->copy.place.base,
		                      &why) == KD_OK)
			(void)kd_disk.unlinkat(backup->place.dir_fd,
			                       backup->copy.place.base, 0);
		(void)close(backup->fd);
	}
	kd_place_clear(&backup->copy.place);
	kd_place_clear(&backup->place);
}
