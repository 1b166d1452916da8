/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * source_mbox.c - mailboxes in one file: mboxo, mboxrd, mboxcl (RFC 4155,
 * and the mbox(5) of qmail for the family).
 *
 * Read in pieces, so that it may be a pipe and of any size; no more than
 * one message is in memory.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mda/source_mbox.h"

enum { TAIL = 4096 }; /* bytes before a position that must agree */

/* --- Quoting ------------------------------------------------------------- */

/* How many ">" stand before "From " at the start of line; 0: it is not
 * quoted. */
static size_t quoting(struct kd_bytes line)
{
	size_t n = 0;

	while (n < line.size && line.data[n] == '>')
		n++;
	if (line.size - n < 5 || memcmp(line.data + n, "From ", 5) != 0)
		return 0;
	return n;
}

/* Take one ">" off each line that has them before "From ". */
static enum kd_status unquote(struct kd_mbox *m, struct kd_bytes *raw,
                              struct kd_error *err)
{
	struct kd_bytes rest = *raw;
	size_t used = 0, n, size;
	const char *lf;
	char *out;

	if (memmem(raw->data, raw->size, ">From ", 6) == NULL)
		return KD_OK;
	out = malloc(raw->size);
	if (out == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	while (rest.size > 0) {
		lf = memchr(rest.data, '\n', rest.size);
		size = lf == NULL ? rest.size : (size_t)(lf - rest.data) + 1;
		n = quoting((struct kd_bytes){ rest.data, size });
		if (n > 1 && m->format == KD_SOURCE_MBOXO)
			n = 0;
		if (n > 0) {
			rest.data++;
			rest.size--;
			size--;
		}
		memcpy(out + used, rest.data, size);
		used += size;
		rest.data += size;
		rest.size -= size;
	}
	m->unquoted = out;
	*raw = (struct kd_bytes){ out, used };
	return KD_OK;
}

/* --- Messages ------------------------------------------------------------ */

/* The message from `from` to `to`, without the blank line that ends it. */
static enum kd_status hand_out(struct kd_mbox *m, size_t from, size_t to,
                               bool counted, struct kd_source_mail *ret,
                               struct kd_error *err)
{
	size_t blank = kd_mbox_blank_before(m, to);
	bool exact = counted && m->format != KD_SOURCE_MBOXCL;

	if (m->dropped || to - from > KD_SOURCE_MAIL_MAX) {
		ret->too_long = true;
		return KD_OK;
	}
	/* of an empty message the line that ends its header is needed */
	if (to - from > blank)
		to -= blank;
	ret->raw = kd_mbox_ahead(m, from);
	ret->raw.size = to - from;
	/* with counts nothing had to be quoted, unless it says so */
	return exact ? KD_OK : unquote(m, &ret->raw, err);
}

static enum kd_status next(void *self, struct kd_source_mail *ret, bool *more,
                           struct kd_error *err)
{
	struct kd_mbox *m = self;
	struct kd_bytes line;
	enum kd_status st;
	bool counted;
	size_t end;

	free(m->unquoted);
	m->unquoted = NULL;
	m->dropped = false;
	*ret = (struct kd_source_mail){ .where = m->where };
	st = kd_mbox_want(m, KD_FROM_LINE_MAX + 2, err);
	while (st == KD_OK && m->n == 0 && m->end > m->begin &&
	       strchr("\r\n", m->buf[m->begin]) != NULL)
		kd_mbox_skip(m, 1);
	if (st != KD_OK)
		return st;
	*more = m->end > m->begin;
	if (!*more)
		return KD_OK;
	if (!kd_mbox_line_at(m, 0, &line) ||
	    !kd_mbox_from_line(line, &ret->time))
		return kd_fail(err, KD_NOTMAIL,
		               "%s: no mbox: no \"From \" line at byte %llu",
		               m->path, (unsigned long long)m->offset);
	ret->has_time = ret->time > 0;
	(void)snprintf(m->where, sizeof(m->where), "%s, message %llu", m->path,
	               (unsigned long long)++m->n);
	st = kd_mbox_find_end(m, line.size, &counted, &end, err);
	if (st == KD_OK)
		st = hand_out(m, line.size, end, counted, ret, err);
	if (st != KD_OK)
		return st;
	kd_mbox_skip(m, end);
	ret->done = m->offset;
	return st;
}

/* --- Positions ------------------------------------------------------------ */

/* A sum over the bytes that end at offset; false: they cannot be read. */
static bool tail_sum(const struct kd_mbox *m, uint64_t offset, uint64_t *ret)
{
	unsigned char tail[TAIL];
	size_t size = offset < TAIL ? (size_t)offset : TAIL;
	ssize_t n = pread(m->fd, tail, size, (off_t)(offset - size));

	*ret = UINT64_C(14695981039346656037); /* FNV-1a */
	for (ssize_t i = 0; i < n; i++)
		*ret = (*ret ^ tail[i]) * UINT64_C(1099511628211);
	return n == (ssize_t)size;
}

static const char *position(void *self)
{
	struct kd_mbox *m = self;
	uint64_t sum;

	if (m->total == 0 || !tail_sum(m, m->offset, &sum))
		return NULL;
	(void)snprintf(m->position, sizeof(m->position), "%llu %016llx",
	               (unsigned long long)m->offset, (unsigned long long)sum);
	return m->position;
}

/* Go to where an earlier run was, if the file before it is the same. */
static void resume(struct kd_mbox *m, const char *position)
{
	unsigned long long offset, was;
	char *end = NULL;
	uint64_t sum;

	offset = strtoull(position, &end, 10);
	if (end == position || *end != ' ')
		return;
	was = strtoull(end + 1, NULL, 16);
	if (offset > m->total || !tail_sum(m, offset, &sum) || sum != was ||
	    lseek(m->fd, (off_t)offset, SEEK_SET) != (off_t)offset)
		return;
	m->offset = offset;
}

static uint64_t total(void *self)
{
	return ((struct kd_mbox *)self)->total;
}

/* Nobody writes mails that short, but a few. */
static uint64_t most(void *self)
{
	enum { SHORT = 256, FEW = 10000 };
	const struct kd_mbox *m = self;

	return m->total == 0 ? 0 : m->total / SHORT + FEW;
}

static void close_mbox(void *self)
{
	struct kd_mbox *m = self;

	(void)close(m->fd);
	free(m->unquoted);
	free(m->buf);
	free(m);
}

enum kd_status kd_source_open_mbox(const struct kd_source_opening *opening,
                                   void **ret, struct kd_error *err)
{
	struct kd_mbox *m = calloc(1, sizeof(*m));
	struct stat meta;

	if (m == NULL) {
		(void)close(opening->fd);
		return kd_fail(err, KD_NOMEM, "out of memory");
	}
	m->fd = opening->fd;
	m->path = opening->path;
	m->format = opening->format;
	if (fstat(m->fd, &meta) == 0 && S_ISREG(meta.st_mode))
		m->total = (uint64_t)meta.st_size;
	if (m->total > 0 && opening->resume != NULL)
		resume(m, opening->resume);
	*ret = m;
	return KD_OK;
}

const struct kd_source_class kd_source_mbox = {
	.next = next,
	.total = total,
	.most = most,
	.position = position,
	.close = close_mbox,
};
