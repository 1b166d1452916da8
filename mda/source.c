/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * source.c - which kind of source it is, and one message in a file, which
 * is the simplest.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mda/source_internal.h"

struct kd_source {
	const struct kd_source_class *class;
	void *self;
	char *path; /* as it was given */
};

static const struct {
	const char *name;
	enum kd_source_format format;
} formats[] = {
	{ "auto", KD_SOURCE_AUTO },       { "mboxo", KD_SOURCE_MBOXO },
	{ "mboxrd", KD_SOURCE_MBOXRD },   { "mboxcl", KD_SOURCE_MBOXCL },
	{ "maildir", KD_SOURCE_MAILDIR }, { "mh", KD_SOURCE_MH },
	{ "message", KD_SOURCE_MESSAGE }, { "git", KD_SOURCE_GIT },
};

const char *kd_source_format_name(size_t i)
{
	return i < sizeof(formats) / sizeof(formats[0]) ? formats[i].name
	                                                : NULL;
}

enum kd_status kd_source_format_find(const char *name,
                                     enum kd_source_format *ret,
                                     struct kd_error *err)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (strcmp(name, formats[i].name) == 0) {
			*ret = formats[i].format;
			return KD_OK;
		}
	}
	return kd_fail(err, KD_USAGE,
	               "--format %s: there are auto, mboxo, mboxrd, mboxcl, "
	               "maildir, mh, message, git",
	               name);
}

/* --- One message ----------------------------------------------------------- */

struct message {
	int fd; /* -1: it was read */
	const char *path;
	char *data;
};

enum kd_status kd_source_slurp(int fd, const char *name, char **ret,
                               size_t *ret_size, int64_t *ret_time,
                               struct kd_error *err)
{
	enum kd_status st = KD_OK;
	struct stat meta;
	size_t used = 0, room;
	char *data = NULL;
	ssize_t n = 1;

	if (fstat(fd, &meta) != 0)
		st = kd_fail_errno(err, KD_IO, errno, "%s", name);
	else if (!S_ISREG(meta.st_mode))
		st = kd_fail(err, KD_NOTMAIL, "%s: no regular file", name);
	else if (meta.st_size > KD_SOURCE_MAIL_MAX)
		st = kd_fail(err, KD_TOOBIG, "%s: over %d MiB", name,
		             KD_SOURCE_MAIL_MAX >> 20);
	if (st != KD_OK)
		goto out;
	room = (size_t)meta.st_size + 1;
	data = malloc(room);
	if (data == NULL) {
		st = kd_fail(err, KD_NOMEM, "out of memory");
		goto out;
	}
	while (n != 0 && used < room) {
		n = read(fd, data + used, room - used);
		if (n > 0)
			used += (size_t)n;
		else if (n < 0 && errno != EINTR) {
			st = kd_fail_errno(err, KD_IO, errno, "%s", name);
			goto out;
		}
	}
	if (used == room) {
		st = kd_fail(err, KD_IO, "%s: it grows while it is read", name);
		goto out;
	}
	*ret = data;
	*ret_size = used;
	*ret_time = meta.st_mtime;
	data = NULL;
out:
	free(data);
	(void)close(fd);
	return st;
}

static enum kd_status next_message(void *self, struct kd_source_mail *ret,
                                   bool *more, struct kd_error *err)
{
	struct message *m = self;
	enum kd_status st;

	*ret = (struct kd_source_mail){ .where = m->path, .done = 1 };
	*more = m->fd >= 0;
	if (!*more)
		return KD_OK;
	st = kd_source_slurp(m->fd, m->path, &m->data, &ret->raw.size,
	                     &ret->file_time, err);
	m->fd = -1;
	ret->raw.data = m->data;
	ret->too_long = st == KD_TOOBIG;
	return ret->too_long ? KD_OK : st;
}

static uint64_t total_message(void *self)
{
	(void)self;
	return 1;
}

static const char *position_message(void *self)
{
	(void)self;
	return NULL;
}

static void close_message(void *self)
{
	struct message *m = self;

	if (m->fd >= 0)
		(void)close(m->fd);
	free(m->data);
	free(m);
}

const struct kd_source_class kd_source_message = {
	.next = next_message,
	.total = total_message,
	.most = total_message,
	.position = position_message,
	.close = close_message,
};

enum kd_status kd_source_open_message(const struct kd_source_opening *opening,
                                      void **ret, struct kd_error *err)
{
	struct message *m = calloc(1, sizeof(*m));

	if (m == NULL) {
		(void)close(opening->fd);
		return kd_fail(err, KD_NOMEM, "out of memory");
	}
	m->fd = opening->fd;
	m->path = opening->path;
	*ret = m;
	return KD_OK;
}

/* --- Which one
 * ----------------------------------------------------------------- */

static enum kd_status unreadable(const struct kd_source_opening *opening,
                                 struct kd_error *err)
{
	return kd_fail_errno(err, kd_status_of_errno(errno), errno, "%s",
	                     opening->path);
}

static enum kd_status has_entry(const struct kd_source_opening *opening,
                                const char *name, bool *ret,
                                struct kd_error *err)
{
	struct stat meta;

	*ret = fstatat(opening->fd, name, &meta, 0) == 0;
	if (*ret || errno == ENOENT || errno == ENOTDIR)
		return KD_OK;
	return unreadable(opening, err);
}

/* Has it all of names, which end with NULL? */
static enum kd_status has_all(const struct kd_source_opening *opening,
                              const char *const *names, bool *ret,
                              struct kd_error *err)
{
	enum kd_status st = KD_OK;

	*ret = true;
	for (; *names != NULL && *ret && st == KD_OK; names++)
		st = has_entry(opening, *names, ret, err);
	return st;
}

static enum kd_status is_git(const struct kd_source_opening *opening, bool *ret,
                             struct kd_error *err)
{
	static const char *const kinds[][4] = { { "git/0.git", NULL },
		                                { ".git", NULL },
		                                { "HEAD", "objects", "refs",
		                                  NULL } };
	enum kd_status st = KD_OK;

	*ret = false;
	for (size_t i = 0;
	     i < sizeof(kinds) / sizeof(kinds[0]) && !*ret && st == KD_OK; i++)
		st = has_all(opening, kinds[i], ret, err);
	return st;
}

/* A file that begins as an mbox does, or may not be looked at first.  One
 * that cannot be read must not pass for a single message. */
static enum kd_status is_mbox(const struct kd_source_opening *opening,
                              const struct stat *meta, bool *ret,
                              struct kd_error *err)
{
	char start[1024];
	struct kd_bytes rest = { start, 0 }, line = { start, 0 };
	int64_t when;
	ssize_t n;

	*ret = true;
	if (!S_ISREG(meta->st_mode))
		return KD_OK;
	do
		n = pread(opening->fd, start, sizeof(start), 0);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return unreadable(opening, err);
	rest.size = (size_t)n;
	while (kd_next_line(&rest, &line) && line.size == 0)
		continue;
	*ret = kd_mbox_from_line(line, &when);
	return KD_OK;
}

/* Without --format: which of GIT, MAILDIR (any directory), MBOXRD (any
 * mbox) and MESSAGE it is. */
static enum kd_status guess(const struct kd_source_opening *opening,
                            const struct stat *meta, enum kd_source_format *ret,
                            struct kd_error *err)
{
	bool dir = S_ISDIR(meta->st_mode);
	enum kd_status st;
	bool is;

	st = dir ? is_git(opening, &is, err) : is_mbox(opening, meta, &is, err);
	if (dir)
		*ret = is ? KD_SOURCE_GIT : KD_SOURCE_MAILDIR;
	else
		*ret = is ? KD_SOURCE_MBOXRD : KD_SOURCE_MESSAGE;
	return st;
}

/* What the opening is of.  KD_USAGE where --format says what it is not. */
static enum kd_status choose(const struct kd_source_opening *opening,
                             const struct kd_source_class **ret_class,
                             kd_source_opener **ret, struct kd_error *err)
{
	enum kd_source_format format = opening->format;
	bool dir_format = format == KD_SOURCE_MAILDIR ||
	                  format == KD_SOURCE_MH || format == KD_SOURCE_GIT;
	enum kd_status st = KD_OK;
	struct stat meta;

	if (fstat(opening->fd, &meta) != 0)
		return unreadable(opening, err);
	if (format == KD_SOURCE_AUTO)
		st = guess(opening, &meta, &format, err);
	else if (S_ISDIR(meta.st_mode) != dir_format)
		st = kd_fail(err, KD_USAGE,
		             "%s: %s directory, and --format says otherwise",
		             opening->path,
		             S_ISDIR(meta.st_mode) ? "it is a" : "it is no");
	if (format == KD_SOURCE_GIT) {
		*ret_class = &kd_source_git;
		*ret = kd_source_open_git;
	} else if (format == KD_SOURCE_MAILDIR || format == KD_SOURCE_MH) {
		*ret_class = &kd_source_dir;
		*ret = kd_source_open_dir;
	} else if (format == KD_SOURCE_MESSAGE) {
		*ret_class = &kd_source_message;
		*ret = kd_source_open_message;
	} else {
		*ret_class = &kd_source_mbox;
		*ret = kd_source_open_mbox;
	}
	return st;
}

static enum kd_status open_file(const char *path, int *ret,
                                struct kd_error *err)
{
	if (strcmp(path, "-") == 0)
		*ret = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	else
		*ret = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (*ret < 0)
		return kd_fail_errno(err, kd_status_of_errno(errno), errno,
		                     "%s", path);
	return KD_OK;
}

enum kd_status kd_source_open(const char *path, enum kd_source_format format,
                              const char *resume, struct kd_source **ret,
                              struct kd_error *err)
{
	struct kd_source *s = calloc(1, sizeof(*s));
	struct kd_source_opening opening = { .fd = -1,
		                             .format = format,
		                             .resume = resume };
	kd_source_opener *opener = kd_source_open_message;
	enum kd_status st;

	if (s != NULL)
		s->path = strdup(path);
	if (s == NULL || s->path == NULL) {
		free(s);
		return kd_fail(err, KD_NOMEM, "out of memory");
	}
	opening.path = s->path;
	st = open_file(path, &opening.fd, err);
	if (st == KD_OK)
		st = choose(&opening, &s->class, &opener, err);
	if (st != KD_OK) {
		if (opening.fd >= 0)
			(void)close(opening.fd);
		goto fail;
	}
	st = opener(&opening, &s->self, err);
	if (st != KD_OK)
		goto fail;
	*ret = s;
	return KD_OK;
fail:
	free(s->path);
	free(s);
	return st;
}

void kd_source_close(struct kd_source *source)
{
	if (source == NULL)
		return;
	source->class->close(source->self);
	free(source->path);
	free(source);
}

enum kd_status kd_source_next(struct kd_source *source,
                              struct kd_source_mail *ret, bool *more,
                              struct kd_error *err)
{
	return source->class->next(source->self, ret, more, err);
}

uint64_t kd_source_total(struct kd_source *source)
{
	return source->class->total(source->self);
}

uint64_t kd_source_most(struct kd_source *source)
{
	return source->class->most(source->self);
}

const char *kd_source_position(struct kd_source *source)
{
	return source->class->position(source->self);
}
