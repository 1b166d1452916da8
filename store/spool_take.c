/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * spool_take.c - messages come out of the spool again: which, in what
 * order, and where their files go.
 */
#include "store/spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/disk.h"
#include "store/hash.h"
#include "store/spool_dirs.h"

enum { RANDOM_SIZE = 8 };

struct entry {
	char *name;
	int tries;
};

struct kd_spool {
	struct kd_spool_dirs dirs;
	struct entry *entries; /* n of them, in a block for capacity */
	size_t n;
	size_t capacity;
	size_t next;
	bool no_memory;
};

/* --- The names -------------------------------------------------------- */

/* ".2" at the end of a name: it has failed twice. */
static int tries_of(const char *name)
{
	size_t len = strlen(name);

	if (len < 3 || name[len - 2] != '.' || name[len - 1] < '1' ||
	    name[len - 1] > '9')
		return 0;
	return name[len - 1] - '0';
}

static int compare(const void *a, const void *b)
{
	const struct entry *x = a;
	const struct entry *y = b;

	if (x->tries != y->tries)
		return x->tries < y->tries ? -1 : 1;
	return strcmp(x->name, y->name);
}

static bool take_name(int dir_fd, const char *name, void *payload)
{
	struct kd_spool *spool = payload;
	size_t capacity = spool->capacity == 0 ? 64 : 2 * spool->capacity;
	struct entry entry = { .tries = tries_of(name) };
	struct entry *entries = spool->entries;

	(void)dir_fd;
	if (spool->n == spool->capacity) {
		entries = reallocarray(entries, capacity, sizeof(*entries));
		if (entries != NULL) {
			spool->entries = entries;
			spool->capacity = capacity;
		}
	}
	entry.name = strdup(name);
	if (entries == NULL || entry.name == NULL) {
		free(entry.name);
		spool->no_memory = true;
		return false;
	}
	spool->entries[spool->n++] = entry;
	return true;
}

/* Every delivery asks, and next to none finds anything: ask for little. */
static bool is_empty(const char *store_path)
{
	char *path = kd_place_name(store_path, "-spool/new");
	const struct dirent *entry;
	DIR *dir;

	if (path == NULL)
		return false;
	dir = opendir(path);
	free(path);
	if (dir == NULL)
		return errno == ENOENT;
	do {
		entry = readdir(dir);
	} while (entry != NULL && entry->d_name[0] == '.');
	(void)closedir(dir);
	return entry == NULL;
}

static enum kd_status list_names(struct kd_spool *spool, struct kd_error *err)
{
	enum kd_status st;

	st = kd_spool_dirs_each(&spool->dirs, KD_SPOOL_NEW, take_name, spool,
	                        err);
	if (st == KD_OK && spool->no_memory)
		st = kd_fail(err, KD_NOMEM, "no memory for the spool");
	if (st == KD_OK && spool->n > 0)
		qsort(spool->entries, spool->n, sizeof(*spool->entries),
		      compare);
	return st;
}

enum kd_status kd_spool_open(const char *store_path, struct kd_spool **ret,
                             struct kd_error *err)
{
	struct kd_spool *spool = calloc(1, sizeof(*spool));
	enum kd_status st = KD_OK;

	if (spool == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	spool->dirs = (struct kd_spool_dirs)KD_SPOOL_DIRS_INIT;
	if (!is_empty(store_path)) {
		st = kd_spool_dirs_open(store_path, true, &spool->dirs, err);
		if (st == KD_OK)
			st = list_names(spool, err);
	}
	if (st == KD_OK)
		*ret = spool;
	else
		kd_spool_close(spool);
	return st;
}

void kd_spool_close(struct kd_spool *spool)
{
	if (spool == NULL)
		return;
	for (size_t i = 0; i < spool->n; i++)
		free(spool->entries[i].name);
	free(spool->entries);
	kd_spool_dirs_clear(&spool->dirs);
	free(spool);
}

bool kd_spool_next(struct kd_spool *spool)
{
	if (spool->next >= spool->n)
		return false;
	spool->next++;
	return true;
}

static const struct entry *current(const struct kd_spool *spool)
{
	return &spool->entries[spool->next - 1];
}

int kd_spool_tries(const struct kd_spool *spool)
{
	return current(spool)->tries;
}

/* --- The files -------------------------------------------------------- */

static enum kd_status read_all(const struct kd_spool *spool, int fd,
                               size_t size, struct kd_arena *arena,
                               struct kd_bytes *ret, struct kd_error *err)
{
	char *data = kd_arena_alloc(arena, size);
	size_t used = 0;
	ssize_t n = 1;

	if (data == NULL)
		return kd_fail(err, KD_NOMEM, "no memory for the spool");
	while (used < size && n != 0) {
		n = read(fd, data + used, size - used);
		if (n < 0 && errno != EINTR)
			return kd_spool_fail(&spool->dirs, "read", err);
		if (n > 0)
			used += (size_t)n;
	}
	ret->data = data;
	ret->size = used;
	return KD_OK;
}

/* Opened, and a file that may be read. */
static enum kd_status open_file(const struct kd_spool *spool, int *ret,
                                size_t *ret_size, struct kd_error *err)
{
	const char *name = current(spool)->name;
	struct stat sb = { .st_size = 0 };
	int fd;

	fd = openat(spool->dirs.fds[KD_SPOOL_NEW], name,
	            O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	/* a symbolic link, a socket */
	if (fd < 0 && errno != ELOOP && errno != ENXIO)
		return kd_spool_fail(&spool->dirs, "open", err);
	if (fd >= 0 && fstat(fd, &sb) != 0) {
		enum kd_status st = kd_spool_fail(&spool->dirs, "look at", err);

		(void)close(fd);
		return st;
	}
	if (fd < 0 || !S_ISREG(sb.st_mode) || sb.st_size <= 0 ||
	    sb.st_size > KD_SPOOL_FILE_MAX) {
		if (fd >= 0)
			(void)close(fd);
		return kd_fail(err, KD_CORRUPT, "%s-spool/new/%s is no message",
		               spool->dirs.place.path, name);
	}
	*ret = fd;
	*ret_size = (size_t)sb.st_size;
	return KD_OK;
}

enum kd_status kd_spool_read(const struct kd_spool *spool,
                             struct kd_arena *arena, struct kd_spool_mail *ret,
                             struct kd_error *err)
{
	struct kd_bytes all = { .data = NULL };
	enum kd_status st;
	size_t size = 0;
	int fd = -1;

	st = open_file(spool, &fd, &size, err);
	if (st != KD_OK)
		return st;
	st = read_all(spool, fd, size, arena, &all, err);
	(void)close(fd);
	if (st != KD_OK)
		return st;
	st = kd_spool_parse(all, arena, ret, err);
	if (st != KD_OK)
		kd_error_prefix(err, "%s-spool/new/%s", spool->dirs.place.path,
		                current(spool)->name);
	return st;
}

/* --- Where a file goes ------------------------------------------------ */

enum kd_status kd_spool_remove(const struct kd_spool *spool,
                               struct kd_error *err)
{
	if (kd_disk.unlinkat(spool->dirs.fds[KD_SPOOL_NEW],
	                     current(spool)->name, 0) != 0 &&
	    errno != ENOENT)
		return kd_spool_fail(&spool->dirs, "remove", err);
	return KD_OK;
}

/* A name that nothing in bad has. */
static enum kd_status free_name(const struct kd_spool *spool, char *name,
                                size_t size, struct kd_error *err)
{
	unsigned char bytes[RANDOM_SIZE];
	char hex[2 * RANDOM_SIZE + 1];
	struct stat sb;

	if (fstatat(spool->dirs.fds[KD_SPOOL_BAD], name, &sb,
	            AT_SYMLINK_NOFOLLOW) != 0)
		return KD_OK;
	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		return kd_spool_fail(&spool->dirs, "name", err);
	kd_hash_hex(bytes, sizeof(bytes), hex);
	(void)snprintf(name, size, "%.200s.%s", current(spool)->name, hex);
	return KD_OK;
}

static enum kd_status move(const struct kd_spool *spool, enum kd_spool_dir to,
                           const char *name, struct kd_error *err)
{
	const int *fds = spool->dirs.fds;

	if (kd_disk.renameat(fds[KD_SPOOL_NEW], current(spool)->name, fds[to],
	                     name) != 0) {
		if (errno == ENOENT)
			return KD_OK; /* someone else took it */
		return kd_spool_fail(&spool->dirs, "rename", err);
	}
	/* in bad first: it may be in both, never in none */
	if (kd_disk.fsync(fds[to]) != 0 ||
	    (to != KD_SPOOL_NEW && kd_disk.fsync(fds[KD_SPOOL_NEW]) != 0))
		return kd_spool_fail(&spool->dirs, "sync the name of", err);
	return KD_OK;
}

/* The name with the count of tries behind it. */
static void tried_name(const struct entry *entry, int tries, char *ret,
                       size_t size)
{
	int len = (int)strlen(entry->name) - (entry->tries > 0 ? 2 : 0);

	(void)snprintf(ret, size, "%.*s.%d", len > 250 ? 250 : len, entry->name,
	               tries);
}

enum kd_status kd_spool_blame(const struct kd_spool *spool, bool *ret_bad,
                              struct kd_error *err)
{
	int tries = current(spool)->tries + 1;
	char name[NAME_MAX + 1];
	enum kd_status st = KD_OK;
	bool bad = tries >= KD_SPOOL_TRIES_MAX;

	if (tries > 9)
		tries = 9;
	tried_name(current(spool), tries, name, sizeof(name));
	if (bad)
		st = free_name(spool, name, sizeof(name), err);
	if (st == KD_OK)
		st = move(spool, bad ? KD_SPOOL_BAD : KD_SPOOL_NEW, name, err);
	if (st == KD_OK)
		*ret_bad = bad;
	return st;
}

enum kd_status kd_spool_put_aside(const struct kd_spool *spool,
                                  struct kd_error *err)
{
	char name[NAME_MAX + 1];
	enum kd_status st;

	(void)snprintf(name, sizeof(name), "%s", current(spool)->name);
	st = free_name(spool, name, sizeof(name), err);
	if (st == KD_OK)
		st = move(spool, KD_SPOOL_BAD, name, err);
	return st;
}
