/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * source_dir.c - directories with one message in each file: Maildir, MH,
 * or any other, with what lies below it.
 *
 * Names are data: files are opened below their directory, through no link,
 * and none that is not a regular file.  Only the names are kept in memory.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mda/source_internal.h"
#include "store/base/arena.h"

enum { DEPTH_MAX = 32, WHERE_SIZE = 4200 };

struct dir {
	int fd;
	const char *path;
	bool maildir;
	struct kd_arena *arena; /* owns the names */
	const char **names;     /* paths below the directory */
	size_t n, room, at;
	char *data; /* of the message handed out last */
	char where[WHERE_SIZE];
};

static enum kd_status add_name(struct dir *d, const char *below,
                               const char *name, struct kd_error *err)
{
	const char **names = d->names;
	size_t room = d->room == 0 ? 1024 : d->room * 2;

	if (d->n == d->room) {
		names = realloc(names, room * sizeof(*names));
		if (names == NULL)
			return kd_fail(err, KD_NOMEM, "out of memory");
		d->names = names;
		d->room = room;
	}
	d->names[d->n] = kd_arena_printf(d->arena, "%s%s%s", below,
	                                 below[0] == '\0' ? "" : "/", name);
	if (d->names[d->n] == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	d->n++;
	return KD_OK;
}

static enum kd_status list(struct dir *d, const char *below, int depth,
                           struct kd_error *err);

/* What is in a directory below; one that cannot be gone into is a name that
 * is no message, and said to be so in its turn. */
static enum kd_status list_below(struct dir *d, const char *below,
                                 const char *name, int depth,
                                 struct kd_error *err)
{
	struct kd_error why = KD_ERROR_INIT;
	enum kd_status st;
	char *path;

	path = kd_arena_printf(d->arena, "%s%s%s", below,
	                       below[0] == '\0' ? "" : "/", name);
	if (path == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	st = list(d, path, depth + 1, &why);
	if (st == KD_OK || st == KD_NOMEM)
		return st == KD_OK ? KD_OK : kd_fail(err, st, "%s", why.text);
	return add_name(d, below, name, err);
}

/* A file is taken, a directory gone into.  Hidden names are not mail:
 * .mh_sequences, .git, subfolders of a Maildir.  What is neither is taken
 * too, so that it is named as what it is. */
static enum kd_status take(struct dir *d, int dir_fd, const char *below,
                           const char *name, int depth, struct kd_error *err)
{
	struct stat meta;

	if (name[0] == '.')
		return KD_OK;
	if (fstatat(dir_fd, name, &meta, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT ? KD_OK : add_name(d, below, name, err);
	if (!S_ISDIR(meta.st_mode))
		return add_name(d, below, name, err);
	return d->maildir ? KD_OK : list_below(d, below, name, depth, err);
}

/* The names in the directory `below`. */
static enum kd_status list(struct dir *d, const char *below, int depth,
                           struct kd_error *err)
{
	int fd = openat(d->fd, below[0] == '\0' ? "." : below,
	                O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	enum kd_status st = KD_OK;
	const struct dirent *entry;

	if (dir == NULL) {
		st = kd_fail_errno(err, kd_status_of_errno(errno), errno,
		                   "%s/%s", d->path, below);
		if (fd >= 0)
			(void)close(fd);
		return st;
	}
	if (depth > DEPTH_MAX)
		st = kd_fail(err, KD_TOOBIG,
		             "%s/%s: more than %d directories deep", d->path,
		             below, DEPTH_MAX);
	while (st == KD_OK) {
		errno = 0;
		entry = readdir(dir);
		if (entry == NULL)
			break;
		st = take(d, fd, below, entry->d_name, depth, err);
	}
	if (st == KD_OK && errno != 0)
		st = kd_fail_errno(err, KD_IO, errno, "%s/%s", d->path, below);
	(void)closedir(dir);
	return st;
}

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

/* By numbers as by letters: MH counts, Maildir begins with the time. */
static int by_path(const void *a, const void *b)
{
	return strverscmp(*(const char *const *)a, *(const char *const *)b);
}

static int by_base(const void *a, const void *b)
{
	const char *x = *(const char *const *)a;
	const char *y = *(const char *const *)b;
	int order = strverscmp(base_of(x), base_of(y));

	return order != 0 ? order : strcmp(x, y);
}

static void strip_from_line(struct kd_bytes *raw)
{
	struct kd_bytes rest = *raw, line;
	int64_t when;

	if (kd_next_line(&rest, &line) && kd_mbox_from_line(line, &when))
		*raw = rest;
}

static enum kd_status next(void *self, struct kd_source_mail *ret, bool *more,
                           struct kd_error *err)
{
	struct dir *d = self;
	enum kd_status st = KD_NOTFOUND;
	const char *name;
	int fd;

	free(d->data);
	d->data = NULL;
	*ret = (struct kd_source_mail){ .where = d->where };
	*more = d->at < d->n;
	if (!*more)
		return KD_OK;
	name = d->names[d->at++];
	ret->done = d->at;
	(void)snprintf(d->where, sizeof(d->where), "%s/%s", d->path, name);
	fd = openat(d->fd, name,
	            O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (fd >= 0)
		st = kd_source_slurp(fd, d->where, &d->data, &ret->raw.size,
		                     &ret->file_time, &ret->why);
	else
		st = kd_fail_errno(&ret->why, kd_status_of_errno(errno), errno,
		                   "%s", d->where);
	if (st == KD_NOMEM) {
		*err = ret->why;
		return st;
	}
	ret->too_long = st == KD_TOOBIG;
	ret->unreadable = st != KD_OK && st != KD_TOOBIG;
	ret->raw.data = d->data;
	if (st == KD_OK)
		strip_from_line(&ret->raw);
	else
		ret->raw = (struct kd_bytes){ NULL, 0 };
	return KD_OK;
}

static uint64_t total(void *self)
{
	return ((struct dir *)self)->n;
}

/* What is known is passed over quickly, and a name says nothing of what
 * else is new. */
static const char *position(void *self)
{
	(void)self;
	return NULL;
}

static void close_dir(void *self)
{
	struct dir *d = self;

	(void)close(d->fd);
	kd_arena_free(d->arena);
	free(d->names);
	free(d->data);
	free(d);
}

static bool is_maildir(int fd)
{
	struct stat meta;

	return fstatat(fd, "cur", &meta, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISDIR(meta.st_mode) &&
	       fstatat(fd, "new", &meta, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISDIR(meta.st_mode);
}

enum kd_status kd_source_open_dir(const struct kd_source_opening *opening,
                                  void **ret, struct kd_error *err)
{
	struct dir *d = calloc(1, sizeof(*d));
	enum kd_status st;

	if (d == NULL) {
		(void)close(opening->fd);
		return kd_fail(err, KD_NOMEM, "out of memory");
	}
	d->fd = opening->fd;
	d->path = opening->path;
	d->maildir = opening->format != KD_SOURCE_MH && is_maildir(d->fd);
	d->arena = kd_arena_new();
	if (d->arena == NULL)
		st = kd_fail(err, KD_NOMEM, "out of memory");
	else if (opening->format == KD_SOURCE_MAILDIR && !d->maildir)
		st = kd_fail(err, KD_NOTMAIL,
		             "%s: no Maildir: there is no cur and new in it",
		             d->path);
	else if (d->maildir)
		st = list(d, "cur", 1, err);
	else
		st = list(d, "", 0, err);
	if (st == KD_OK && d->maildir)
		st = list(d, "new", 1, err);
	if (st != KD_OK) {
		close_dir(d);
		return st;
	}
	if (d->n > 0)
		qsort(d->names, d->n, sizeof(*d->names),
		      d->maildir ? by_base : by_path);
	*ret = d;
	return KD_OK;
}

const struct kd_source_class kd_source_dir = {
	.next = next,
	.total = total,
	.most = total,
	.position = position,
	.close = close_dir,
};
