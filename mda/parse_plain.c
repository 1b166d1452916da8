/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * parse_plain.c - plain text as mail carries it to plain text as it is
 * read: line ends, NULs, format=flowed (mail-rules B2, B4).
 */
#include "mda/parse_internal.h"

#include <string.h>

struct kd_bytes kd_plain_clean(struct kd_arena *arena, struct kd_bytes in)
{
	size_t n = 0;
	char *out;

	if (in.size == 0 || (memchr(in.data, '\r', in.size) == NULL &&
	                     memchr(in.data, '\0', in.size) == NULL))
		return in;
	out = kd_arena_room(arena, in.size);
	if (out == NULL)
		return (struct kd_bytes){ NULL, 0 };
	for (size_t i = 0; i < in.size; i++) {
		if (in.data[i] == '\0')
			continue;
		if (in.data[i] == '\r' && i + 1 < in.size &&
		    in.data[i + 1] == '\n')
			continue;
		out[n++] = in.data[i];
	}
	return (struct kd_bytes){ out, n };
}

/* How deep a line is quoted. */
static size_t quote_depth(struct kd_bytes line)
{
	size_t i = 0;

	while (i < line.size && line.data[i] == '>')
		i++;
	return i;
}

/* The line behind its quote marks, the blank that stuffs it taken off. */
static struct kd_bytes unstuffed(struct kd_bytes line, size_t depth)
{
	line.data += depth;
	line.size -= depth;
	if (line.size > 0 && line.data[0] == ' ') {
		line.data++;
		line.size--;
	}
	return line;
}

static void add_quotes(struct kd_out *out, struct kd_bytes line, size_t depth)
{
	if (depth == 0)
		return;
	kd_out_add(out, (struct kd_bytes){ line.data, depth });
	kd_out_add(out, kd_bytes_of(" "));
}

void kd_plain_unflow(struct kd_out *out, struct kd_bytes in, bool delsp)
{
	struct kd_bytes line;
	struct kd_bytes text;
	size_t open = SIZE_MAX; /* quote depth of the paragraph that is open */
	size_t depth;

	while (kd_next_line(&in, &line)) {
		depth = quote_depth(line);
		text = unstuffed(line, depth);
		if (open != SIZE_MAX &&
		    (open != depth || kd_bytes_equal_nocase(text, "-- ") ||
		     kd_bytes_equal_nocase(line, "-- "))) {
			kd_out_add(out, kd_bytes_of("\n"));
			open = SIZE_MAX;
		}
		if (open == SIZE_MAX)
			add_quotes(out, line, depth);
		open = SIZE_MAX;
		if (!kd_bytes_equal_nocase(text, "-- ") && text.size > 0 &&
		    text.data[text.size - 1] == ' ') {
			text.size -= delsp ? 1 : 0;
			open = depth;
		}
		kd_out_add(out, text);
		if (open == SIZE_MAX)
			kd_out_add(out, kd_bytes_of("\n"));
	}
	if (open != SIZE_MAX)
		kd_out_add(out, kd_bytes_of("\n"));
}
