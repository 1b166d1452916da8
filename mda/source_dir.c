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

struct file {
	const char *name; /* its path below the directory */
	const char *why; /* it is a directory that was not gone into; or NULL */
};

struct dir {
	int fd;
	const char *path;
	bool maildir;
	struct kd_arena *arena; /* owns the names */
	struct file *files;
	size_t n, room, at;
	char *data; /* of the message handed out last */
	char where[WHERE_SIZE];
};

static const char *join(struct dir *d, const char *below, const char *name)
{
	return kd_arena_printf(d->arena, "%s%s%s", below,
	                       below[0] == '\0' ? "" : "/", name);
}

/* Both are the arena's; why may be NULL. */
static enum kd_status add_file(struct dir *d, const char *name, const char *why,
                               struct kd_error *err)
{
	struct file *files = d->files;
	size_t room = d->room == 0 ? 1024 : d->room * 2;

	if (d->n == d->room) {
		files = realloc(files, room * sizeof(*files));
		if (files == NULL)
			return kd_fail(err, KD_NOMEM, "out of memory");
		d->files = files;
		d->room = room;
	}
	if (kd_arena_failed(d->arena))
		return kd_fail(err, KD_NOMEM, "out of memory");
	d->files[d->n++] = (struct file){ .name = name, .why = why };
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
	const char *path = join(d, below, name);
	enum kd_status st;

	if (path == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	st = list(d, path, depth + 1, &why);
	if (st == KD_OK || st == KD_NOMEM)
		return st == KD_OK ? KD_OK : kd_fail(err, st, "%s", why.text);
	return add_file(d, path, kd_arena_strdup(d->arena, why.text), err);
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
		return errno == ENOENT
		               ? KD_OK
		               : add_file(d, join(d, below, name), NULL, err);
	if (!S_ISDIR(meta.st_mode))
		return add_file(d, join(d, below, name), NULL, err);
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
		             "%s/%s: more than %d directories deep: name it "
		             "as a source of its own",
		             d->path, below, DEPTH_MAX);
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
	const struct file *x = a, *y = b;

	return strverscmp(x->name, y->name);
}

static int by_base(const void *a, const void *b)
{
	const struct file *x = a, *y = b;
	int order = strverscmp(base_of(x->name), base_of(y->name));

	return order != 0 ? order : strcmp(x->name, y->name);
}

static void strip_from_line(struct kd_bytes *raw)
{
	struct kd_bytes rest = *raw, line;
	int64_t when;

	if (kd_next_line(&rest, &line) && kd_mbox_from_line(line, &when))
		*raw = rest;
}

static enum kd_status read_file(struct dir *d, const struct file *file,
                                struct kd_source_mail *ret)
{
	int fd;

	if (file->why != NULL)
		return kd_fail(&ret->why, KD_NOTMAIL, "%s", file->why);
	fd = openat(d->fd, file->name,
	            O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return kd_fail_errno(&ret->why, kd_status_of_errno(errno),
		                     errno, "%s", d->where);
	return kd_source_slurp(fd, d->where, &d->data, &ret->raw.size,
	                       &ret->file_time, &ret->why);
}

static enum kd_status next(void *self, struct kd_source_mail *ret, bool *more,
                           struct kd_error *err)
{
	struct dir *d = self;
	const struct file *file;
	enum kd_status st;

	free(d->data);
	d->data = NULL;
	*ret = (struct kd_source_mail){ .where = d->where };
	*more = d->at < d->n;
	if (!*more)
		return KD_OK;
	file = &d->files[d->at++];
	ret->done = d->at;
	(void)snprintf(d->where, sizeof(d->where), "%s/%s", d->path,
	               file->name);
	st = read_file(d, file, ret);
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
	free(d->files);
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
		qsort(d->files, d->n, sizeof(*d->files),
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
