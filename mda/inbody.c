/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * inbody.c - From:, Subject: and Date: at the very start of a body.
 *
 * It follows git's mailinfo.c, handle_commit_msg() and
 * check_inbody_header(), line by line.
 */
#include "mda/inbody.h"

#include <string.h>

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* ">From <40 hex digits> Mon Sep 17 00:00:00 2001" */
static bool is_separator(struct kd_bytes line)
{
	static const char date[] = " Mon Sep 17 00:00:00 2001";
	const size_t name = strlen(">From "), hash = 40;

	if (!kd_bytes_starts(line, ">From ") ||
	    line.size != name + hash + strlen(date))
		return false;
	for (size_t i = name; i < name + hash; i++)
		if (strchr("0123456789abcdef", line.data[i]) == NULL)
			return false;
	return memcmp(line.data + name + hash, date, strlen(date)) == 0;
}

/* The value of the header that starts at line, with the lines that
 * continue it, which are taken off *rest. */
static char *take_value(struct kd_arena *arena, struct kd_bytes line,
                        size_t name_size, struct kd_bytes *rest)
{
	struct kd_bytes whole, part, more = *rest;
	size_t size = 0, at = 0;
	char *value;

	while (rest->size > 0 && kd_is_blank(rest->data[0]))
		(void)kd_next_line(rest, &part);
	value = kd_arena_alloc(arena, line.size + more.size - rest->size + 1);
	if (value == NULL)
		return NULL;
	part = (struct kd_bytes){ line.data + name_size,
		                  line.size - name_size };
	more.size -= rest->size;
	do {
		memcpy(value + size, part.data, part.size);
		size += part.size;
	} while (kd_next_line(&more, &part));
	for (size_t i = 0; i < size; i++)
		if (value[i] == '\r') /* one that ends no line */
			value[i] = ' ';
	whole = kd_trim((struct kd_bytes){ value, size });
	if (whole.size == 0)
		return NULL;
	at = (size_t)(whole.data - value);
	value[at + whole.size] = '\0';
	return value + at;
}

/* Which header line this is: an index into names, or N_NAMES. */
enum { NAME_FROM, NAME_SUBJECT, NAME_DATE, N_NAMES };
static const char *const names[] = { "From:", "Subject:", "Date:" };

static size_t name_of(struct kd_bytes line)
{
	size_t i = 0;

	while (i < N_NAMES && !kd_bytes_starts_nocase(line, names[i]))
		i++;
	return i;
}

static bool is_title(struct kd_bytes line)
{
	return kd_bytes_starts(line, "[PATCH]") && line.size > 7 &&
	       is_space(line.data[7]);
}

/* Take one header line off *rest.  False: line is none. */
static bool take_header(struct kd_bytes line, struct kd_bytes *rest,
                        struct kd_arena *arena, bool seen[N_NAMES],
                        const char *values[N_NAMES])
{
	struct kd_bytes none = { line.data, 0 };
	size_t i = name_of(line);

	if (is_separator(line))
		return true;
	if (is_title(line)) {
		values[NAME_SUBJECT] = take_value(arena, line, 0, &none);
		seen[NAME_SUBJECT] = true;
		return true;
	}
	if (i == N_NAMES || seen[i]) /* the same one twice: prose */
		return false;
	seen[i] = true;
	values[i] = take_value(arena, line, strlen(names[i]), rest);
	return true;
}

size_t kd_inbody_read(struct kd_bytes text, struct kd_arena *arena,
                      struct kd_inbody *ret)
{
	const char *values[N_NAMES] = { NULL };
	bool seen[N_NAMES] = { false }, ends = false;
	struct kd_bytes rest = text, line;
	size_t start = 0;

	while (kd_next_line(&rest, &line)) {
		if (line.size == 0) {
			if (ends)
				break;
			start = text.size - rest.size;
			continue;
		}
		if (!take_header(line, &rest, arena, seen, values))
			break;
		/* An empty line ends headers, but not those two lines that
		 * only look like some. */
		ends = name_of(line) < N_NAMES;
		start = text.size - rest.size;
	}
	ret->from = values[NAME_FROM];
	ret->subject = values[NAME_SUBJECT];
	ret->date = values[NAME_DATE];

	rest = (struct kd_bytes){ text.data + start, text.size - start };
	while (kd_next_line(&rest, &line) && kd_trim(line).size == 0)
		start = text.size - rest.size;
	return start;
}
