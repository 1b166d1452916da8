/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_mbox.c - any bytes as a mailbox, in each of its formats: reading
 * comes to an end, hands out no more than there is, and goes on from each of
 * its positions as if it had not stopped.
 */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mda/source.h"
#include "tests/fuzz/fuzz.h"

enum { INPUT_MAX = 64 << 10, MAILS_MAX = 64 };

struct reading {
	uint64_t hashes[MAILS_MAX];
	size_t n;
	char position[64]; /* behind the first message */
};

static uint64_t hash(struct kd_bytes b)
{
	uint64_t ret = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < b.size; i++)
		ret = (ret ^ (unsigned char)b.data[i]) *
		      UINT64_C(1099511628211);
	return ret;
}

static void read_all(const char *path, enum kd_source_format format,
                     const char *resume, struct kd_bytes in,
                     struct reading *ret)
{
	struct kd_error err = KD_ERROR_INIT;
	struct kd_source *source = NULL;
	struct kd_source_mail mail;
	enum kd_status st;
	uint64_t done = 0;
	size_t size = 0;
	bool more = true;

	ret->n = 0;
	ret->position[0] = '\0';
	if (kd_source_open(path, format, resume, &source, &err) != KD_OK)
		return;
	while (more) {
		st = kd_source_next(source, &mail, &more, &err);
		if (st != KD_OK) {
			kd_fuzz_error(&err, KD_NOTMAIL);
			break;
		}
		if (!more)
			break;
		CHECK(mail.done > done && mail.done <= in.size);
		done = mail.done;
		size += mail.raw.size;
		CHECK(size <= in.size);
		if (ret->n < MAILS_MAX)
			ret->hashes[ret->n++] = hash(mail.raw);
		if (ret->n == 1)
			(void)snprintf(ret->position, sizeof(ret->position),
			               "%s", kd_source_position(source));
	}
	kd_source_close(source);
}

void kd_fuzz_one(struct kd_bytes in)
{
	static const enum kd_source_format formats[] = { KD_SOURCE_MBOXO,
		                                         KD_SOURCE_MBOXRD,
		                                         KD_SOURCE_MBOXCL };
	static struct reading all, rest;
	char path[64];
	int fd;

	if (in.size > INPUT_MAX)
		in.size = INPUT_MAX;
	if (in.size == 0)
		return;
	fd = memfd_create("mbox", MFD_CLOEXEC);
	CHECK(fd >= 0 && write(fd, in.data, in.size) == (ssize_t)in.size);
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		read_all(path, formats[i], NULL, in, &all);
		if (all.n < 2 || all.n == MAILS_MAX)
			continue;
		read_all(path, formats[i], all.position, in, &rest);
		CHECK(rest.n == all.n - 1);
		CHECK(memcmp(rest.hashes, all.hashes + 1,
		             rest.n * sizeof(rest.hashes[0])) == 0);
	}
	(void)close(fd);
}
