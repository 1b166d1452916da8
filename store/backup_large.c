/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * backup_large.c - the files of large messages go into a copy, too: each is
 * read and compared with its name, for that is its hash.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/backup_internal.h"
#include "store/disk.h"
#include "store/hash.h"
#include "store/large.h"
#include "store/large_list.h"

enum {
	HEX_SIZE = 2 * KD_HASH_SIZE,
	PIECE = 1 << 20,
};

static const char large_suffix[] = "-large";

/* The directory beside the database of place: -1 where there is none that
 * is ours. */
static int open_large(const struct kd_place *place)
{
	char *name = kd_place_name(place->base, large_suffix);
	struct stat sb;
	int fd = -1;

	if (name != NULL)
		fd = openat(place->dir_fd, name,
		            O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	free(name);
	if (fd >= 0 && (fstat(fd, &sb) != 0 || sb.st_uid != geteuid())) {
		(void)close(fd);
		fd = -1;
	}
	return fd;
}

/* Is it a name that we give? */
static bool is_ours(const char *name)
{
	return strncmp(name, "tmp-", 4) == 0 ||
	       (strlen(name) == HEX_SIZE &&
	        strspn(name, "0123456789abcdef") == HEX_SIZE);
}

/* Remove all that is not in wanted, and the directory when it is empty. */
static void remove_large(const struct kd_place *place,
                         const struct kd_large_list *wanted)
{
	char *name = kd_place_name(place->base, large_suffix);
	int fd = open_large(place);
	const struct dirent *entry;
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		if (is_ours(entry->d_name) &&
		    !kd_large_list_has(wanted, entry->d_name))
			(void)kd_disk.unlinkat(fd, entry->d_name, 0);
	}
	if (dir != NULL)
		(void)closedir(dir);
	else if (fd >= 0)
		(void)close(fd);
	/* fails where there is something in it */
	if (name != NULL)
		(void)kd_disk.unlinkat(place->dir_fd, name, AT_REMOVEDIR);
	free(name);
}

void kd_backup_large_drop(struct kd_backup *backup)
{
	const struct kd_large_list none = { .hex = NULL };

	remove_large(&backup->copy.place, &none);
}

void kd_backup_large_prune(struct kd_backup *backup)
{
	remove_large(&backup->place, &backup->large);
}

/* --- Copying ----------------------------------------------------------- */

/* false: it cannot be read to its end. */
static bool read_piece(int fd, char *piece, ssize_t *ret_size)
{
	do {
		*ret_size = read(fd, piece, PIECE);
	} while (*ret_size < 0 && errno == EINTR);
	return *ret_size >= 0;
}

/* *ret_good: it could be read, and is what its name says. */
static enum kd_status copy_file(struct kd_backup *backup, int fd,
                                const char *name, char *piece, bool *ret_good,
                                struct kd_error *err)
{
	unsigned char hash[KD_HASH_SIZE];
	char hex[HEX_SIZE + 1];
	struct kd_large *large = NULL;
	uint64_t copied = 0;
	enum kd_status st;
	ssize_t size = 1;

	*ret_good = false;
	st = kd_large_begin_copy(backup->copy.place.path, &large, err);
	if (st != KD_OK)
		return st;
	while (st == KD_OK && size > 0 && read_piece(fd, piece, &size))
		st = kd_large_write(
			large, (struct kd_bytes){ piece, (size_t)size }, err);
	if (st == KD_TOOBIG || size < 0) {
		kd_large_abort(large); /* none of ours */
		return KD_OK;
	}
	if (st == KD_OK)
		st = kd_large_commit(large, hash, &copied, err);
	if (st != KD_OK) {
		kd_large_abort(large);
		return st;
	}
	kd_hash_hex(hash, KD_HASH_SIZE, hex);
	*ret_good = strcmp(hex, name) == 0;
	return KD_OK;
}

static enum kd_status copy_named(struct kd_backup *backup, int dir_fd,
                                 const char *name, char *piece,
                                 struct kd_error *err)
{
	bool is_good = false;
	enum kd_status st = KD_OK;
	struct stat sb;
	int fd = -1;

	if (dir_fd >= 0)
		fd = openat(dir_fd, name,
		            O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0 && fstat(fd, &sb) == 0 && S_ISREG(sb.st_mode))
		st = copy_file(backup, fd, name, piece, &is_good, err);
	if (fd >= 0)
		(void)close(fd);
	backup->counts.large += is_good;
	backup->counts.missing += !is_good;
	return st;
}

enum kd_status kd_backup_large(struct kd_backup *backup, struct kd_error *err)
{
	const struct kd_large_list *list = &backup->large;
	enum kd_status st;
	char *piece;
	int fd;

	st = kd_large_list_read(&backup->copy, &backup->large, err);
	if (st != KD_OK || list->n == 0)
		return st;
	piece = malloc(PIECE);
	if (piece == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	fd = open_large(&backup->store->place);
	for (size_t i = 0; i < list->n && st == KD_OK; i++)
		st = copy_named(backup, fd, list->hex[i], piece, err);
	if (fd >= 0)
		(void)close(fd);
	free(piece);
	return st;
}

/* --- Their names ------------------------------------------------------- */

static enum kd_status not_named(const struct kd_backup *backup,
                                struct kd_error *err)
{
	return kd_fail_errno(err, kd_status_of_errno(errno), errno, "make %s%s",
	                     backup->place.path, large_suffix);
}

/* Opens the directory that they go to, which is made. */
static enum kd_status make_large(struct kd_backup *backup, int *ret,
                                 struct kd_error *err)
{
	const struct kd_place *place = &backup->place;
	char *name = kd_place_name(place->base, large_suffix);
	enum kd_status st = KD_OK;

	if (name == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	if (kd_disk.mkdirat(place->dir_fd, name, 0700) != 0 && errno != EEXIST)
		st = not_named(backup, err);
	if (st == KD_OK) {
		errno = EPERM;
		*ret = open_large(place);
		if (*ret < 0)
			st = not_named(backup, err);
	}
	free(name);
	return st;
}

static bool is_there(int dir_fd, const char *name)
{
	struct stat sb;

	return fstatat(dir_fd, name, &sb, AT_SYMLINK_NOFOLLOW) == 0;
}

/* What is not there was missing; all that was copied has to be. */
static enum kd_status move_all(struct kd_backup *backup, int from, int to,
                               struct kd_error *err)
{
	const struct kd_large_list *list = &backup->large;
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++) {
		if (kd_disk.renameat(from, list->hex[i], to, list->hex[i]) !=
		            0 &&
		    errno != ENOENT)
			return not_named(backup, err);
		n += is_there(to, list->hex[i]);
	}
	errno = ENOENT;
	if (n < backup->counts.large)
		return not_named(backup, err);
	if (kd_disk.fsync(to) != 0 || kd_disk.fsync(backup->place.dir_fd) != 0)
		return not_named(backup, err);
	return KD_OK;
}

enum kd_status kd_backup_large_publish(struct kd_backup *backup,
                                       struct kd_error *err)
{
	enum kd_status st;
	int to = -1;
	int from;

	if (backup->counts.large == 0)
		return KD_OK;
	from = open_large(&backup->copy.place);
	if (from < 0)
		return not_named(backup, err);
	st = make_large(backup, &to, err);
	if (st == KD_OK) {
		st = move_all(backup, from, to, err);
		(void)close(to);
	}
	(void)close(from);
	if (st == KD_OK)
		kd_backup_large_drop(backup);
	return st;
}
