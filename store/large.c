/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * large.c - see large.h.
 *
 * Written, synced, renamed, and the directory synced: without the last a
 * power cut takes the name away.
 */
#include "store/large.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <nettle/sha2.h>

#include "store/disk.h"
#include "store/hash.h"
#include "store/place.h"

enum {
	HEX_SIZE = 2 * KD_HASH_SIZE,
	RANDOM_SIZE = 8,
	RANDOM_HEX = 2 * RANDOM_SIZE,
	/* No reading of a message takes that long: whoever began such a
	 * file is dead. */
	STALE_S = 24 * 60 * 60,
};

static const char temporary[] = "tmp-";

struct kd_large {
	struct kd_place place;
	int dir_fd;
	int fd;
	char name[sizeof(temporary) + RANDOM_HEX];
	struct sha256_ctx hash;
	uint64_t size;
};

static enum kd_status fail(const struct kd_place *place, const char *doing,
                           struct kd_error *err)
{
	return kd_fail_errno(err, kd_status_of_errno(errno), errno,
	                     "%s a file in %s-large", doing, place->path);
}

static enum kd_status open_dir(const struct kd_place *place, bool make,
                               int *ret, struct kd_error *err)
{
	char *name = kd_place_name(place->base, "-large");
	enum kd_status st = KD_OK;

	if (name == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	if (make && kd_disk.mkdirat(place->dir_fd, name, 0700) != 0 &&
	    errno != EEXIST)
		st = fail(place, "make room for", err);
	if (st == KD_OK) {
		*ret = openat(place->dir_fd, name,
		              O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (*ret < 0)
			st = fail(place, "look for", err);
	}
	free(name);
	return st;
}

static void remove_if_stale(int dir_fd, const char *name)
{
	struct stat sb;

	if (strncmp(name, temporary, sizeof(temporary) - 1) == 0 &&
	    fstatat(dir_fd, name, &sb, AT_SYMLINK_NOFOLLOW) == 0 &&
	    time(NULL) - sb.st_mtime > STALE_S)
		(void)kd_disk.unlinkat(dir_fd, name, 0);
}

/* What killed deliveries left behind takes room; failing to remove it is
 * no reason to turn a message down. */
static void remove_stale(int dir_fd)
{
	int fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const struct dirent *entry;
	DIR *dir;

	if (fd < 0)
		return;
	dir = fdopendir(fd);
	if (dir == NULL) {
		(void)close(fd);
		return;
	}
	while ((entry = readdir(dir)) != NULL)
		remove_if_stale(dir_fd, entry->d_name);
	(void)closedir(dir);
}

static enum kd_status open_file(struct kd_large *large, struct kd_error *err)
{
	unsigned char bytes[RANDOM_SIZE];

	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		return fail(&large->place, "name", err);
	memcpy(large->name, temporary, sizeof(temporary));
	kd_hash_hex(bytes, sizeof(bytes), large->name + sizeof(temporary) - 1);
	large->fd =
		kd_disk.openat(large->dir_fd, large->name,
	                       O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
	if (large->fd < 0)
		return fail(&large->place, "make", err);
	return KD_OK;
}

static enum kd_status begin(const char *path, bool is_copy,
                            struct kd_large **ret, struct kd_error *err)
{
	struct kd_large *large = calloc(1, sizeof(*large));
	enum kd_status st;

	if (large == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	large->place = (struct kd_place)KD_PLACE_INIT;
	large->dir_fd = -1;
	large->fd = -1;
	sha256_init(&large->hash);
	st = is_copy ? kd_place_find(path, &large->place, err)
	             : kd_place_open(path, true, &large->place, err);
	if (st == KD_OK)
		st = open_dir(&large->place, true, &large->dir_fd, err);
	if (st == KD_OK) {
		remove_stale(large->dir_fd);
		st = open_file(large, err);
	}
	if (st == KD_OK)
		*ret = large;
	else
		kd_large_abort(large);
	return st;
}

enum kd_status kd_large_begin(const char *store_path, struct kd_large **ret,
                              struct kd_error *err)
{
	return begin(store_path, false, ret, err);
}

enum kd_status kd_large_begin_copy(const char *path, struct kd_large **ret,
                                   struct kd_error *err)
{
	return begin(path, true, ret, err);
}

enum kd_status kd_large_write(struct kd_large *large, struct kd_bytes piece,
                              struct kd_error *err)
{
	struct kd_bytes rest = piece;
	ssize_t n;

	if (piece.size > KD_LARGE_MAX - large->size)
		return kd_fail(err, KD_TOOBIG,
		               "the message is longer than %d MiB",
		               KD_LARGE_MAX >> 20);
	while (rest.size > 0) {
		n = kd_disk.write(large->fd, rest.data, rest.size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail(&large->place, "write", err);
		rest.data += n;
		rest.size -= (size_t)n;
	}
	sha256_update(&large->hash, piece.size, (const uint8_t *)piece.data);
	large->size += piece.size;
	return KD_OK;
}

static void free_large(struct kd_large *large)
{
	if (large->fd >= 0)
		(void)close(large->fd);
	if (large->dir_fd >= 0)
		(void)close(large->dir_fd);
	kd_place_clear(&large->place);
	free(large);
}

enum kd_status kd_large_commit(struct kd_large *large,
                               unsigned char ret_sha256[KD_HASH_SIZE],
                               uint64_t *ret_size, struct kd_error *err)
{
	unsigned char hash[KD_HASH_SIZE];
	char name[HEX_SIZE + 1];
	struct sha256_ctx ctx = large->hash;

	sha256_digest(&ctx, SHA256_DIGEST_SIZE, hash);
	kd_hash_hex(hash, KD_HASH_SIZE, name);
	if (kd_disk.fsync(large->fd) != 0)
		return fail(&large->place, "sync", err);
	/* one that is there already holds the same bytes */
	if (kd_disk.renameat(large->dir_fd, large->name, large->dir_fd, name) !=
	    0)
		return fail(&large->place, "name", err);
	/* The directory may be new, and another's who has not synced it. */
	if (kd_disk.fsync(large->dir_fd) != 0 ||
	    kd_disk.fsync(large->place.dir_fd) != 0)
		return fail(&large->place, "sync the name of", err);
	memcpy(ret_sha256, hash, KD_HASH_SIZE);
	*ret_size = large->size;
	free_large(large);
	return KD_OK;
}

void kd_large_abort(struct kd_large *large)
{
	if (large == NULL)
		return;
	/* gone already where only the last sync of a commit failed */
	if (large->fd >= 0)
		(void)kd_disk.unlinkat(large->dir_fd, large->name, 0);
	free_large(large);
}

static enum kd_status read_all(int fd, const char *path, uint64_t size,
                               struct kd_arena *arena, struct kd_bytes *ret,
                               struct kd_error *err)
{
	char *data = kd_arena_alloc(arena, size + 1);
	size_t used = 0;
	ssize_t n;

	if (data == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	while (used < size) {
		n = read(fd, data + used, size - used);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return kd_fail_errno(err, KD_IO, errno, "read %s",
			                     path);
		if (n == 0)
			break;
		used += (size_t)n;
	}
	ret->data = data;
	ret->size = used;
	return KD_OK;
}

static enum kd_status read_file(const char *path,
                                const unsigned char sha256[KD_HASH_SIZE],
                                uint64_t size, struct kd_arena *arena,
                                struct kd_bytes *ret, struct kd_error *err)
{
	unsigned char hash[KD_HASH_SIZE];
	struct kd_bytes bytes = { .data = NULL };
	enum kd_status st = KD_OK;
	struct stat sb;
	int fd;

	fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return kd_fail_errno(err, KD_CORRUPT, errno,
		                     "open the message %s", path);
	if (fstat(fd, &sb) != 0 || !S_ISREG(sb.st_mode) ||
	    (uint64_t)sb.st_size != size || size > KD_LARGE_MAX)
		st = kd_fail(err, KD_CORRUPT, "%s is damaged", path);
	if (st == KD_OK)
		st = read_all(fd, path, size, arena, &bytes, err);
	if (st == KD_OK) {
		kd_hash(bytes, hash);
		if (memcmp(hash, sha256, KD_HASH_SIZE) != 0)
			st = kd_fail(err, KD_CORRUPT, "%s is damaged", path);
	}
	if (st == KD_OK)
		*ret = bytes;
	(void)close(fd);
	return st;
}

enum kd_status kd_large_read(const char *store_path,
                             const unsigned char sha256[KD_HASH_SIZE],
                             uint64_t size, struct kd_arena *arena,
                             struct kd_bytes *ret, struct kd_error *err)
{
	char name[HEX_SIZE + 1];
	char *path;

	kd_hash_hex(sha256, KD_HASH_SIZE, name);
	path = kd_arena_printf(arena, "%s-large/%s", store_path, name);
	if (path == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	return read_file(path, sha256, size, arena, ret, err);
}
