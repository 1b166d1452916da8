/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * parse_guard.c - what GMime may see of a mail (reliability 3, 3.1).
 *
 * GMime recurses over nested address groups until the stack ends, and
 * compares each line that begins with "--" with every open boundary.  So
 * raw bytes are measured here before it sees them.  It knows no GMime.
 */
#include "mda/parse_internal.h"

#include <string.h>

#include "mda/fields.h"

enum {
	BOUNDARIES_MAX = KD_MIME_PARTS_MAX,
	/* "--" lines times boundaries: some 100 ms of GMime's time. */
	COMPARISONS_MAX = 32 << 20,
};

struct boundaries {
	struct kd_bytes values[BOUNDARIES_MAX];
	size_t n;
	bool full;
};

static bool is_address_name(struct kd_bytes name)
{
	static const char *const names[] = { "From",
		                             "To",
		                             "Cc",
		                             "Bcc",
		                             "Sender",
		                             "Reply-To",
		                             "Resent-To",
		                             "Resent-From",
		                             "Resent-Cc",
		                             "Resent-Bcc",
		                             "Resent-Sender",
		                             "Resent-Reply-To",
		                             "Mail-Followup-To",
		                             "X-Original-From" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (kd_bytes_equal_nocase(name, names[i]))
			return true;
	}
	return false;
}

bool kd_guard_addresses(const struct kd_headers *headers)
{
	struct kd_header field;
	size_t pos = 0;

	while (kd_headers_next(headers, &pos, &field)) {
		if (is_address_name(field.name) &&
		    !kd_field_addresses_ok(field.value))
			return false;
	}
	return true;
}

/* b from its first byte that is no blank, line end or comment. */
static struct kd_bytes skip_blanks(struct kd_bytes b)
{
	size_t depth = 0;
	size_t i = 0;

	for (; i < b.size; i++) {
		if (b.data[i] == '(')
			depth++;
		else if (depth > 0 && b.data[i] == ')')
			depth--;
		else if (depth == 0 && strchr(" \t\r\n", b.data[i]) == NULL)
			break;
		else if (depth > 0 && b.data[i] == '\\')
			i++;
	}
	if (i > b.size)
		i = b.size;
	return (struct kd_bytes){ b.data + i, b.size - i };
}

/* How far a parameter may be from its name, in blanks and comments. */
enum { PARAMETER_REACH = 256, BOUNDARY_MAX = 1024 };

/*
 * The value of a boundary parameter, b being what is behind its name.
 * What we cannot read for sure (RFC 2231 pieces, encoded words, escapes)
 * comes out empty: each "--" line begins with that.
 */
static bool boundary_value(struct kd_bytes b, struct kd_bytes *ret)
{
	bool far = b.size > PARAMETER_REACH + BOUNDARY_MAX;
	const char *shut;
	size_t i = 0;

	*ret = (struct kd_bytes){ b.data, 0 };
	if (b.size > 0 && b.data[0] == '*')
		return true;
	if (far)
		b.size = PARAMETER_REACH + BOUNDARY_MAX;
	b = skip_blanks(b);
	if (b.size == 0 || b.data[0] != '=')
		return false;
	b = skip_blanks((struct kd_bytes){ b.data + 1, b.size - 1 });
	if (b.size > 0 && b.data[0] == '"') {
		b.data++;
		b.size--;
		shut = b.size == 0 ? NULL : memchr(b.data, '"', b.size);
		i = shut == NULL ? 0 : (size_t)(shut - b.data);
	} else {
		while (i < b.size &&
		       strchr(" \t\r\n;,()<>\"", b.data[i]) == NULL)
			i++;
	}
	if (far && i == b.size)
		i = 0;
	b.size = i;
	if (i > 0 && !kd_bytes_starts(b, "=?") &&
	    memchr(b.data, '\\', i) == NULL && memchr(b.data, '\n', i) == NULL)
		*ret = kd_trim(b);
	return true;
}

/* Collect what b declares as boundaries; each place counts. */
static void find_boundaries(struct kd_bytes b, struct boundaries *ret)
{
	static const char word[] = "boundary";
	const size_t size = sizeof(word) - 1;
	struct kd_bytes value;

	for (size_t i = 0; i + size <= b.size; i++) {
		struct kd_bytes at = { b.data + i, b.size - i };

		if (kd_lower(at.data[0]) != 'b' ||
		    !kd_bytes_starts_nocase(at, word))
			continue;
		i += size - 1;
		at.data += size;
		at.size -= size;
		if (!boundary_value(at, &value))
			continue;
		if (ret->n == BOUNDARIES_MAX) {
			ret->full = true;
			return;
		}
		ret->values[ret->n++] = value;
	}
}

static bool is_boundary_line(struct kd_bytes line,
                             const struct boundaries *boundaries)
{
	for (size_t i = 0; i < boundaries->n; i++) {
		struct kd_bytes value = boundaries->values[i];

		if (line.size - 2 >= value.size &&
		    (value.size == 0 ||
		     memcmp(line.data + 2, value.data, value.size) == 0))
			return true;
	}
	return false;
}

/* False when the boundary lines of body are too many, or the lines that
 * must be looked at to know. */
static bool few_boundary_lines(struct kd_bytes body,
                               const struct boundaries *boundaries)
{
	struct kd_bytes line;
	size_t compared = 0;
	size_t n = 0;

	while (kd_next_line(&body, &line)) {
		if (!kd_bytes_starts(line, "--"))
			continue;
		compared += boundaries->n;
		if (is_boundary_line(line, boundaries))
			n++;
		if (n > KD_MIME_BOUNDARY_LINES_MAX ||
		    compared > COMPARISONS_MAX)
			return false;
	}
	return true;
}

/* The lines of *rest, line being the first of them, that are one field. */
static struct kd_bytes whole_field(struct kd_bytes line, struct kd_bytes *rest)
{
	const char *start = line.data;
	const char *end = line.data + line.size;

	while (rest->size > 0 && kd_is_blank(rest->data[0]) &&
	       kd_next_line(rest, &line))
		end = line.data + line.size;
	return (struct kd_bytes){ start, (size_t)(end - start) };
}

/* False when a field of a message within the message may kill GMime. */
static bool nested_addresses_ok(struct kd_bytes body)
{
	enum { NAME_MAX_SIZE = 32 };
	struct kd_bytes line;

	while (kd_next_line(&body, &line)) {
		size_t reach =
			line.size < NAME_MAX_SIZE ? line.size : NAME_MAX_SIZE;
		const char *colon = NULL;
		struct kd_bytes name = line;

		if (reach > 0)
			colon = memchr(line.data, ':', reach);
		if (colon == NULL)
			continue;
		name.size = (size_t)(colon - line.data);
		if (is_address_name(kd_trim(name)) &&
		    !kd_field_addresses_ok(whole_field(line, &body)))
			return false;
	}
	return true;
}

bool kd_guard_body(struct kd_bytes body, struct kd_bytes content_type)
{
	struct boundaries boundaries = { .n = 0 };

	if (content_type.size == 0 ||
	    kd_bytes_starts_nocase(kd_trim(content_type), "text/"))
		return true;
	find_boundaries(content_type, &boundaries);
	find_boundaries(body, &boundaries);
	return !boundaries.full && few_boundary_lines(body, &boundaries) &&
	       nested_addresses_ok(body);
}
