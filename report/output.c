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

static enum kd_status write_stdout(struct kd_bytes data, bool taken,
                                   bool *ret_gone, struct kd_error *err)
{
	int errnum = write_all(STDOUT_FILENO, data);

	if (errnum == 0)
		errnum = sync_file(STDOUT_FILENO);
	if (errnum == 0 && taken)
		errnum = wait_taken(STDOUT_FILENO);
	if (errnum == 0 && close(STDOUT_FILENO) != 0)
		errnum = errno;
	if (errnum == EPIPE) {
		*ret_gone = true;
		return KD_OK;
	}
	return errnum == 0 ? KD_OK
	                   : not_written("standard output", errnum, err);
}

/* Into what is there and is no regular file. */
static enum kd_status write_direct(const char *path, struct kd_bytes data,
                                   struct kd_error *err)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	int errnum;

	if (fd < 0)
		return not_written(path, errno, err);
	errnum = write_all(fd, data);
	if (errnum == 0)
		errnum = sync_file(fd);
	if (close(fd) != 0 && errnum == 0)
		errnum = errno;
	return errnum == 0 ? KD_OK : not_written(path, errnum, err);
}

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

/* 0 or an errno.  old: what stands there, or NULL. */
static int replace(int dir, const char *base, const struct stat *old,
                   struct kd_bytes data)
{
	char name[64];
	int errnum = 0;
	int fd = open_beside(dir, name, sizeof(name));

	if (fd < 0)
		return errno;
	if (old != NULL && fchmod(fd, old->st_mode & 07777) != 0)
		errnum = errno;
	if (errnum == 0)
		errnum = write_all(fd, data);
	if (errnum == 0)
		errnum = sync_file(fd);
	if (close(fd) != 0 && errnum == 0)
		errnum = errno;
	if (errnum == 0 && renameat(dir, name, dir, base) != 0)
		errnum = errno;
	if (errnum != 0) {
		(void)unlinkat(dir, name, 0);
		return errnum;
	}
	return sync_file(dir);
}

static enum kd_status write_file(const char *path, const struct stat *old,
                                 struct kd_bytes data, struct kd_error *err)
{
	char *real = old != NULL ? realpath(path, NULL) : strdup(path);
	enum kd_status st = KD_OK;
	const char *base, *parent;
	char *slash;
	int dir = -1;
	int errnum;

	if (real == NULL)
		return not_written(path, errno, err);
	slash = strrchr(real, '/');
	base = slash != NULL ? slash + 1 : real;
	parent = slash != NULL ? real : ".";
	if (slash == real)
		parent = "/";
	else if (slash != NULL)
		*slash = '\0';
	if (base[0] == '\0') {
		st = not_written(path, EISDIR, err);
		goto out;
	}
	dir = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0) {
		st = not_written(path, errno, err);
		goto out;
	}
	errnum = replace(dir, base, old, data);
	if (errnum != 0)
		st = not_written(path, errnum, err);
out:
	if (dir >= 0)
		(void)close(dir);
	free(real);
	return st;
}

enum kd_status kd_output_write(const char *path, struct kd_bytes data,
                               bool taken, bool *ret_gone, struct kd_error *err)
{
	struct stat old;

	*ret_gone = false;
	if (path == NULL || strcmp(path, "-") == 0)
		return write_stdout(data, taken, ret_gone, err);
	if (stat(path, &old) == 0)
		return S_ISREG(old.st_mode) ? write_file(path, &old, data, err)
		                            : write_direct(path, data, err);
	if (errno != ENOENT)
		return not_written(path, errno, err);
	return write_file(path, NULL, data, err);
}
