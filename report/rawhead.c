/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rawhead.c - a header field of a message as it came: for a variant, of
 * which the report has the bytes and the text, no record.  No parser: it
 * finds a line and those that continue it.
 */
#include "report/rawhead.h"

#include <string.h>

static bool is_field(struct kd_bytes line, const char *name)
{
	size_t n = strlen(name);

	return line.size > n && line.data[n] == ':' &&
	       kd_bytes_starts_nocase(line, name);
}

const char *kd_rawhead_get(struct kd_arena *arena, struct kd_bytes raw,
                           const char *name)
{
	const char *start = NULL;
	const char *end = NULL;
	struct kd_bytes line;

	while (kd_next_line(&raw, &line) && line.size > 0) {
		if (start != NULL && !kd_is_blank(line.data[0]))
			break;
		if (start == NULL && is_field(line, name))
			start = line.data + strlen(name) + 1;
		if (start != NULL)
			end = line.data + line.size;
	}
	if (start == NULL)
		return NULL;
	line = kd_trim((struct kd_bytes){ start, (size_t)(end - start) });
	return kd_arena_strndup(arena, line.data, line.size);
}
