/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * people.c - the files that say who is who, read into memory.  What they
 * mean is mailmap.c's and employers.c's.
 */
#include "report/people.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MAX = 16 << 20 }; /* bytes; git's own has 200 kB */

static enum kd_status read_all(struct kd_arena *arena, int fd,
                               struct kd_bytes *ret, struct kd_error *err)
{
	struct stat info;
	size_t size = 0;
	char *data;

	if (fstat(fd, &info) != 0)
		return kd_fail_errno(err, KD_CONFIG, errno, "cannot be read");
	if (!S_ISREG(info.st_mode) || info.st_size > FILE_MAX)
		return kd_fail(
			err, KD_CONFIG,
			"a regular file of at most %d bytes was expected",
			FILE_MAX);
	data = kd_arena_alloc(arena, (size_t)info.st_size);
	if (data == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	while (size < (size_t)info.st_size) {
		ssize_t n = read(fd, data + size, (size_t)info.st_size - size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return kd_fail_errno(err, KD_CONFIG, errno,
			                     "cannot be read");
		if (n == 0)
			break;
		size += (size_t)n;
	}
	*ret = (struct kd_bytes){ data, size };
	return KD_OK;
}

static enum kd_status read_file(struct kd_arena *arena, const char *key,
                                const char *path, struct kd_bytes *ret,
                                struct kd_error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	enum kd_status st;

	if (fd < 0)
		return kd_fail_errno(err, KD_CONFIG, errno,
		                     "%s: %s cannot be read", key, path);
	st = read_all(arena, fd, ret, err);
	if (st != KD_OK)
		kd_error_prefix(err, "%s: %s", key, path);
	(void)close(fd);
	return st;
}

static void warn_of(FILE *warn, const char *path, const struct kd_badlines *bad,
                    const char *what)
{
	if (bad->n == 1)
		(void)fprintf(warn, "kvmdigest-report: %s:%zu: %s\n", path,
		              bad->first, what);
	else if (bad->n > 1)
		(void)fprintf(warn,
		              "kvmdigest-report: %s:%zu: %s; so are %zu "
		              "more lines\n",
		              path, bad->first, what, bad->n - 1);
}

enum kd_status kd_people_read(struct kd_people *people, const char *mailmap,
                              const char *employers, FILE *warn,
                              struct kd_error *err)
{
	struct kd_badlines bad = { .n = 0 };
	enum kd_status st = KD_OK;
	struct kd_bytes text = { .data = NULL };

	if (mailmap != NULL) {
		st = read_file(people->arena, "report.mailmap", mailmap, &text,
		               err);
		if (st == KD_OK)
			st = kd_mailmap_parse(people->arena, text,
			                      &people->mailmap, &bad, err);
		if (st != KD_OK)
			return st;
		warn_of(warn, mailmap, &bad,
		        "passed over, no line like \"Name <address>\"");
	}
	if (employers != NULL) {
		st = read_file(people->arena, "report.employers", employers,
		               &text, err);
		if (st == KD_OK)
			st = kd_employers_parse(people->arena, text,
			                        &people->employers, &bad, err);
		if (st != KD_OK)
			return st;
		warn_of(warn, employers, &bad,
		        "passed over, no line like \"example.org  Name\", or "
		        "a domain where anybody can have an address");
	}
	return st;
}
