/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mbox_body.c - the body of a mail on the wire, as git mailsplit and
 * mailinfo read it.  It decodes nothing.
 */
#include "report/mbox_body.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

bool kd_mbox_next(struct kd_bytes *rest, struct kd_bytes *ret,
                  const char **ret_eol)
{
	const char *start = rest->data;
	size_t size = rest->size;

	if (!kd_next_line(rest, ret))
		return false;
	size -= rest->size;
	if (start[size - 1] != '\n')
		*ret_eol = "";
	else
		*ret_eol = size > 1 && start[size - 2] == '\r' ? "\r\n" : "\n";
	ret->size = size - strlen(*ret_eol);
	return true;
}

/* Goes a line of quoted-printable on in the next one? */
static bool is_joined(struct kd_bytes line, enum kd_transfer transfer)
{
	return transfer == KD_TRANSFER_QP && line.size > 0 &&
	       line.data[line.size - 1] == '=';
}

size_t kd_mbox_line_at(struct kd_bytes body, enum kd_transfer transfer,
                       size_t n)
{
	struct kd_bytes rest = body, line;
	const char *eol;

	while (n > 0 && kd_mbox_next(&rest, &line, &eol)) {
		if (!is_joined(line, transfer) && eol[0] != '\0')
			n--;
	}
	return n == 0 ? body.size - rest.size : SIZE_MAX;
}

size_t kd_mbox_line_ends(struct kd_bytes body, enum kd_transfer transfer)
{
	struct kd_bytes line;
	const char *eol;
	size_t n = 0;

	while (kd_mbox_next(&body, &line, &eol))
		n += !is_joined(line, transfer) && eol[0] != '\0';
	return n;
}

static bool is_hex(char c)
{
	return kd_is_digit(c) || (kd_lower(c) >= 'a' && kd_lower(c) <= 'f');
}

/* "=3D" at data + i. */
static bool is_escape(struct kd_bytes line, size_t i)
{
	return line.data[i] == '=' && line.size - i > 2 &&
	       is_hex(line.data[i + 1]) && is_hex(line.data[i + 2]);
}

static size_t qp_size(struct kd_bytes line)
{
	size_t n = 0;

	for (size_t i = 0; i < line.size; i++, n++)
		i += is_escape(line, i) ? 2 : 0;
	return n;
}

static size_t base64_size(struct kd_bytes body)
{
	size_t n = 0;

	for (size_t i = 0; i < body.size; i++) {
		char c = body.data[i];

		n += kd_is_alpha(c) || kd_is_digit(c) || c == '+' || c == '/';
	}
	return n / 4 * 3 + (n % 4 > 1 ? n % 4 - 1 : 0);
}

size_t kd_mbox_decoded_size(struct kd_bytes body, enum kd_transfer transfer)
{
	struct kd_bytes line;
	const char *eol;
	size_t n = 0;

	if (transfer == KD_TRANSFER_BASE64)
		return base64_size(body);
	while (kd_mbox_next(&body, &line, &eol)) {
		n += transfer == KD_TRANSFER_QP ? qp_size(line) : line.size;
		n += eol[0] != '\0';
		n -= is_joined(line, transfer) ? 2 : 0;
	}
	return n;
}

bool kd_mbox_is_ascii(struct kd_bytes body, enum kd_transfer transfer)
{
	for (size_t i = 0; i < body.size; i++) {
		if ((body.data[i] & 0x80) != 0)
			return false;
		if (transfer == KD_TRANSFER_QP && is_escape(body, i) &&
		    strchr("89abcdefABCDEF", body.data[i + 1]) != NULL)
			return false;
	}
	return true;
}

/* Of the byte at i of line: 1, or 3 when it must be encoded. */
static size_t width_in_qp(struct kd_bytes line, size_t i, size_t column)
{
	char c = line.data[i];

	line.data += i;
	line.size -= i;
	if (c == ' ' || c == '\t')
		return line.size > 1 ? 1 : 3;
	/* nothing may look like the first line of a mail */
	if (column == 0 && kd_bytes_starts(line, "From "))
		return 3;
	return c > ' ' && c < 127 && c != '=' ? 1 : 3;
}

char *kd_mbox_put_qp(char *out, struct kd_bytes line, const char *eol)
{
	static const char hex[] = "0123456789ABCDEF";
	enum { COLUMNS = 73 }; /* with an escape and the "=" behind: 76 */
	size_t column = 0;

	for (size_t i = 0; i < line.size; i++) {
		unsigned char c = (unsigned char)line.data[i];
		size_t width = width_in_qp(line, i, column);

		if (column + width > COLUMNS) {
			out = stpcpy(out, "=\n");
			column = 0;
			width = width_in_qp(line, i, column);
		}
		column += width;
		if (width == 1) {
			*out++ = (char)c;
			continue;
		}
		*out++ = '=';
		*out++ = hex[c >> 4];
		*out++ = hex[c & 15];
	}
	return stpcpy(out, eol);
}

/*
 * As in git's builtin/mailsplit.c: "From ", and a time with a year behind
 * it somewhere.
 */
bool kd_mbox_is_from(struct kd_bytes line)
{
	const char *first = line.data + 5;
	const char *colon;
	char year[12];
	size_t size;

	if (line.size < 19 || !kd_bytes_starts(line, "From "))
		return false;
	colon = memrchr(first, ':', line.size - 6);
	if (colon == NULL || colon - first < 4 ||
	    (size_t)(line.data + line.size - colon) < 4)
		return false;
	if (!kd_is_digit(colon[-4]) || !kd_is_digit(colon[-2]) ||
	    !kd_is_digit(colon[-1]) || !kd_is_digit(colon[1]) ||
	    !kd_is_digit(colon[2]))
		return false;
	size = (size_t)(line.data + line.size - colon) - 3;
	if (size >= sizeof(year))
		size = sizeof(year) - 1;
	memcpy(year, colon + 3, size);
	year[size] = '\0';
	return strtol(year, NULL, 10) > 90;
}
