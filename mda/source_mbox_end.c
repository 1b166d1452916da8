/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * source_mbox_end.c - the bytes of an mbox in pieces, and where a message
 * in it ends.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mda/source_mbox.h"

static const size_t piece_size = 256 << 10;

/* --- Bytes -------------------------------------------------------------- */

struct kd_bytes kd_mbox_ahead(const struct kd_mbox *m, size_t from)
{
	return (struct kd_bytes){ m->buf + m->begin + from,
		                  m->end - m->begin - from };
}

static enum kd_status make_room(struct kd_mbox *m, struct kd_error *err)
{
	size_t used = m->end - m->begin;
	size_t size = m->size * 2;
	char *buf;

	if (m->begin > 0 && m->size - used >= piece_size) {
		memmove(m->buf, m->buf + m->begin, used);
	} else {
		if (size < used + 2 * piece_size)
			size = used + 2 * piece_size;
		buf = malloc(size);
		if (buf == NULL)
			return kd_fail(err, KD_NOMEM, "out of memory");
		if (used > 0)
			memcpy(buf, m->buf + m->begin, used);
		free(m->buf);
		m->buf = buf;
		m->size = size;
	}
	m->begin = 0;
	m->end = used;
	return KD_OK;
}

/* Read on behind what is there. */
static enum kd_status fill(struct kd_mbox *m, struct kd_error *err)
{
	enum kd_status st = KD_OK;
	ssize_t n;

	if (m->size - m->end < piece_size)
		st = make_room(m, err);
	if (st != KD_OK)
		return st;
	do
		n = read(m->fd, m->buf + m->end, m->size - m->end);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return kd_fail_errno(err, kd_status_of_errno(errno), errno,
		                     "%s", m->path);
	m->at_end = n == 0;
	m->end += (size_t)n;
	return KD_OK;
}

enum kd_status kd_mbox_want(struct kd_mbox *m, size_t size,
                            struct kd_error *err)
{
	enum kd_status st = KD_OK;

	while (st == KD_OK && m->end - m->begin < size && !m->at_end)
		st = fill(m, err);
	return st;
}

void kd_mbox_skip(struct kd_mbox *m, size_t size)
{
	m->begin += size;
	m->offset += size;
}

/* --- Where a message ends --------------------------------------------------- */

bool kd_mbox_line_at(const struct kd_mbox *m, size_t at, struct kd_bytes *ret)
{
	struct kd_bytes rest = kd_mbox_ahead(m, at);
	const char *lf = memchr(rest.data, '\n', rest.size);

	if (lf != NULL)
		rest.size = (size_t)(lf - rest.data) + 1;
	*ret = rest;
	return lf != NULL || m->at_end || rest.size > KD_FROM_LINE_MAX;
}

size_t kd_mbox_blank_before(const struct kd_mbox *m, size_t at)
{
	const char *s = m->buf + m->begin;
	size_t size = 0;

	if (at > 0 && s[at - 1] == '\n')
		size = at > 1 && s[at - 2] == '\r' ? 2 : 1;
	if (size == 0 || (at > size && s[at - size - 1] != '\n'))
		return 0;
	return size;
}

/* Does a message begin at `at`?  *ret_known: enough is there to say. */
static bool begins_at(const struct kd_mbox *m, size_t at, bool *ret_known)
{
	struct kd_bytes line;
	int64_t when;

	*ret_known = kd_mbox_line_at(m, at, &line);
	return *ret_known && kd_mbox_from_line(line, &when);
}

/* Of a message that is too long nothing is needed but what stands before
 * the next one. */
static void drop(struct kd_mbox *m, size_t *at)
{
	enum { KEEP = 8 };

	if (*at <= KD_SOURCE_MAIL_MAX + piece_size)
		return;
	kd_mbox_skip(m, *at - KEEP);
	*at = KEEP;
	m->dropped = true;
}

/* The next "From " line behind a blank one, from `at` on; at the end of the
 * file that is the end. */
static enum kd_status find_end(struct kd_mbox *m, size_t at, size_t *ret,
                               struct kd_error *err)
{
	enum kd_status st = KD_OK;
	bool known = true;

	for (;;) {
		struct kd_bytes rest = kd_mbox_ahead(m, at);
		const char *hit = memmem(rest.data, rest.size, "\nFrom ", 6);
		size_t start;

		if (hit == NULL && m->at_end) {
			*ret = m->end - m->begin;
			return KD_OK;
		}
		if (hit == NULL) {
			/* the needle may lie across the border */
			at += rest.size < 6 ? 0 : rest.size - 5;
			drop(m, &at);
			st = fill(m, err);
			if (st != KD_OK)
				return st;
			continue;
		}
		start = at + (size_t)(hit - rest.data) + 1;
		if (kd_mbox_blank_before(m, start) > 0 &&
		    begins_at(m, start, &known)) {
			*ret = start;
			return KD_OK;
		}
		if (known)
			at = start;
		else
			st = fill(m, err);
		if (st != KD_OK)
			return st;
	}
}

/* The number in a Content-Length field of the header at `at`; *ret_body:
 * where the header ends.  False: there is none. */
static bool content_length(struct kd_bytes rest, size_t *ret_body,
                           uint64_t *ret)
{
	static const char name[] = "Content-Length:";
	size_t size = rest.size;
	struct kd_bytes line;
	bool found = false;

	while (kd_next_line(&rest, &line) && line.size > 0) {
		if (found || !kd_bytes_starts_nocase(line, name))
			continue;
		line.data += sizeof(name) - 1;
		line.size -= sizeof(name) - 1;
		line = kd_trim(line);
		*ret = 0;
		for (size_t i = 0; i < line.size && kd_is_digit(line.data[i]) &&
		                   *ret < KD_SOURCE_MAIL_MAX;
		     i++)
			*ret = *ret * 10 + (uint64_t)(line.data[i] - '0');
		found = line.size > 0 && kd_is_digit(line.data[0]);
	}
	*ret_body = size - rest.size;
	return found;
}

/* By its Content-Length: only where a message, or nothing, follows. */
static enum kd_status find_counted_end(struct kd_mbox *m, size_t at,
                                       bool *found, size_t *ret,
                                       struct kd_error *err)
{
	enum { HEADER = 64 << 10 };
	struct kd_bytes line;
	enum kd_status st;
	uint64_t length = 0;
	size_t body, end;
	bool known = false;

	*found = false;
	st = kd_mbox_want(m, at + HEADER, err);
	if (st != KD_OK ||
	    !content_length(kd_mbox_ahead(m, at), &body, &length) ||
	    length > KD_SOURCE_MAIL_MAX)
		return st;
	end = at + body + (size_t)length;
	st = kd_mbox_want(m, end + KD_FROM_LINE_MAX + 2, err);
	if (st != KD_OK || end > m->end - m->begin)
		return st;
	line = kd_mbox_ahead(m, end);
	if (line.size > 0 && line.data[0] == '\r')
		end++;
	if (end < m->end - m->begin && m->buf[m->begin + end] == '\n')
		end++;
	*found = end == m->end - m->begin || begins_at(m, end, &known);
	*ret = end;
	return KD_OK;
}

enum kd_status kd_mbox_find_end(struct kd_mbox *m, size_t at, bool *counted,
                                size_t *ret, struct kd_error *err)
{
	enum kd_status st = KD_OK;

	*counted = false;
	if (m->format == KD_SOURCE_AUTO || m->format == KD_SOURCE_MBOXCL)
		st = find_counted_end(m, at, counted, ret, err);
	if (st != KD_OK || *counted)
		return st;
	return find_end(m, at, ret, err);
}
