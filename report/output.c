/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * output.c - to get finished output out, whole, and to know that it is.
 * Every error is looked at, that of the last close too: a marker moves on
 * the strength of this.
 */
#include "report/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	NAME_TRIES = 100,
	BUFFER_SIZE = 64 << 10,
	TAKEN_MS = 5, /* between two looks at a pipe that is being read */
};

static enum kd_status not_written(const char *name, int errnum,
                                  struct kd_error *err)
{
	bool full = kd_status_of_errno(errnum) == KD_NOSPACE;

	return kd_fail_errno(err, full ? KD_NOSPACE : KD_IO, errnum,
	                     "%s was not written", name);
}

/* 0 or an errno. */
static int write_all(int fd, struct kd_bytes data)
{
	while (data.size > 0) {
		ssize_t n = write(fd, data.data, data.size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		data.data += n;
		data.size -= (size_t)n;
	}
	return 0;
}

/* What cannot be synced (a pipe, a terminal) need not be. */
static int sync_file(int fd)
{
	if (fsync(fd) == 0 || errno == EINVAL || errno == EROFS ||
	    errno == ENOTSUP)
		return 0;
	return errno;
}

/*
 * A pipe takes 64 kB before anyone reads: a whole digest can be written and
 * its reader go away with the first line.  0 when all of it was taken, EPIPE
 * when the reader left some.
 */
static int wait_taken(int fd)
{
	struct pollfd reader = { .fd = fd };
	struct stat sb;
	int left = 0;

	if (fstat(fd, &sb) != 0 || !S_ISFIFO(sb.st_mode))
		return 0;
	for (;;) {
		if (ioctl(fd, FIONREAD, &left) != 0)
			return errno;
		if (left == 0)
			return 0;
		/* A pipe does not tell when it runs empty, but at once when
		 * nobody reads any more. */
		if (poll(&reader, 1, TAKEN_MS) < 0 && errno != EINTR)
			return errno;
		if ((reader.revents & POLLERR) != 0)
			return EPIPE;
	}
}

struct kd_output {
	const char *path; /* as it was given; of messages */
	int fd;
	bool standard;
	bool gone; /* the reader of standard output */
	/* Of a file that is written beside path: */
	char *real;
	const char *base; /* its own name, a piece of real */
	int dir;          /* -1: it is written to as it is */
	char name[64];    /* while it is written */
	char *buffer;
	size_t used;
};

/* A new file in dir; its name is for the caller to rename or remove. */
static int open_beside(int dir, char *name, size_t size)
{
	for (int i = 0; i < NAME_TRIES; i++) {
		int fd;

		(void)snprintf(name, size, ".kvmdigest-%ld-%d.tmp",
		               (long)getpid(), i);
		fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		            0666);
		if (fd >= 0 || errno != EEXIST)
			return fd;
	}
	return -1;
}

/* The directory of path, and what it is called there.  0 or an errno. */
static int open_dir(struct kd_output *output, bool is_there)
{
	const char *parent;
	char *slash;

	output->real =
		is_there ? realpath(output->path, NULL) : strdup(output->path);
	if (output->real == NULL)
		return errno;
	slash = strrchr(output->real, '/');
	output->base = slash != NULL ? slash + 1 : output->real;
	parent = slash != NULL ? output->real : ".";
	if (slash == output->real)
		parent = "/";
	else if (slash != NULL)
		*slash = '\0';
	if (output->base[0] == '\0')
		return EISDIR;
	output->dir = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return output->dir < 0 ? errno : 0;
}

/* old: what stands there, or NULL.  0 or an errno. */
static int open_new(struct kd_output *output, const struct stat *old)
{
	int errnum = open_dir(output, old != NULL);

	if (errnum != 0)
		return errnum;
	output->fd =
		open_beside(output->dir, output->name, sizeof(output->name));
	if (output->fd < 0) {
		output->name[0] = '\0';
		return errno;
	}
	if (old != NULL && fchmod(output->fd, old->st_mode & 07777) != 0)
		return errno;
	return 0;
}

static int open_path(struct kd_output *output)
{
	struct stat old;

	if (output->path == NULL || strcmp(output->path, "-") == 0) {
		output->path = "standard output";
		output->standard = true;
		output->fd = STDOUT_FILENO;
		return 0;
	}
	if (stat(output->path, &old) != 0)
		return errno == ENOENT ? open_new(output, NULL) : errno;
	if (S_ISREG(old.st_mode))
		return open_new(output, &old);
	/* what is there and is no regular file */
	output->fd = open(output->path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	return output->fd < 0 ? errno : 0;
}

enum kd_status kd_output_open(const char *path, struct kd_output **ret,
                              struct kd_error *err)
{
	struct kd_output *output = calloc(1, sizeof(*output));
	enum kd_status st;
	int errnum;

	if (output != NULL)
		output->buffer = malloc(BUFFER_SIZE);
	if (output == NULL || output->buffer == NULL) {
		free(output);
		return kd_fail(err, KD_NOMEM, "out of memory");
	}
	output->path = path;
	output->fd = -1;
	output->dir = -1;
	errnum = open_path(output);
	if (errnum == 0) {
		*ret = output;
		return KD_OK;
	}
	st = not_written(output->path, errnum, err);
	kd_output_drop(output);
	return st;
}

void kd_output_drop(struct kd_output *output)
{
	if (output->fd >= 0 && !output->standard)
		(void)close(output->fd);
	if (output->name[0] != '\0')
		(void)unlinkat(output->dir, output->name, 0);
	if (output->dir >= 0)
		(void)close(output->dir);
	free(output->real);
	free(output->buffer);
	free(output);
}

/* A reader of standard output may go away. */
static enum kd_status put_all(struct kd_output *output, struct kd_bytes data,
                              struct kd_error *err)
{
	int errnum = output->gone ? 0 : write_all(output->fd, data);

	if (errnum == EPIPE && output->standard) {
		output->gone = true;
		errnum = 0;
	}
	return errnum == 0 ? KD_OK : not_written(output->path, errnum, err);
}

static enum kd_status flush(struct kd_output *output, struct kd_error *err)
{
	struct kd_bytes data = { output->buffer, output->used };

	output->used = 0;
	return put_all(output, data, err);
}

enum kd_status kd_output_put(struct kd_output *output, struct kd_bytes data,
                             struct kd_error *err)
{
	enum kd_status st = KD_OK;

	if (data.size > BUFFER_SIZE - output->used)
		st = flush(output, err);
	if (st == KD_OK && data.size > BUFFER_SIZE)
		return put_all(output, data, err);
	if (st != KD_OK)
		return st;
	if (data.size > 0)
		memcpy(output->buffer + output->used, data.data, data.size);
	output->used += data.size;
	return KD_OK;
}

bool kd_output_is_gone(const struct kd_output *output)
{
	return output->gone;
}

/* Close it, and put it where it belongs.  0 or an errno. */
static int finish(struct kd_output *output, bool taken)
{
	int errnum = sync_file(output->fd);

	if (errnum == 0 && output->standard && taken)
		errnum = wait_taken(output->fd);
	/* Standard output that failed is left open, as ever. */
	if (errnum != 0 && output->standard)
		return errnum;
	if (close(output->fd) != 0 && errnum == 0)
		errnum = errno;
	output->fd = -1;
	if (output->dir < 0 || errnum != 0)
		return errnum;
	if (renameat(output->dir, output->name, output->dir, output->base) != 0)
		return errno;
	output->name[0] = '\0';
	return sync_file(output->dir);
}

enum kd_status kd_output_close(struct kd_output *output, bool taken,
                               bool *ret_gone, struct kd_error *err)
{
	enum kd_status st = flush(output, err);
	int errnum = 0;

	if (st == KD_OK && !output->gone)
		errnum = finish(output, taken);
	if (errnum == EPIPE && output->standard)
		output->gone = true;
	else if (errnum != 0)
		st = not_written(output->path, errnum, err);
	*ret_gone = output->gone;
	kd_output_drop(output);
	return st;
}

enum kd_status kd_output_write(const char *path, struct kd_bytes data,
                               bool taken, bool *ret_gone, struct kd_error *err)
{
	struct kd_output *output = NULL;
	enum kd_status st;

	*ret_gone = false;
	st = kd_output_open(path, &output, err);
	if (st != KD_OK || output == NULL)
		return st;
	st = put_all(output, data, err);
	if (st == KD_OK)
		return kd_output_close(output, taken, ret_gone, err);
	kd_output_drop(output);
	return st;
}
