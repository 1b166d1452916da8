/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * line.c - one line of a list, in columns.  Knows no messages.
 */
#include "report/line.h"

#include <string.h>

#include "report/ink.h"

enum {
	GAP = 2,
	END_MIN = 16, /* what a line ends with is never cut shorter */
};

static const char cut_mark[] = "...";

/* The longest start of b of no more than columns. */
static struct kd_bytes cut(struct kd_bytes b, size_t columns)
{
	struct kd_bytes ret = { b.data, 0 };
	size_t used = 0;
	size_t pos = 0;

	while (pos < b.size) {
		struct kd_bytes c = { b.data + pos, 0 };
		size_t next = pos;

		(void)kd_utf8_next(b, &next);
		c.size = next - pos;
		used += kd_columns(c);
		if (used > columns)
			break;
		pos = next;
		ret.size = pos;
	}
	return ret;
}

static void put(struct kd_line *line, struct kd_bytes b)
{
	if (line->ascii)
		kd_ink_ascii(line->out, b);
	else
		(void)fwrite(b.data, 1, b.size, line->out);
	line->used += kd_columns(b);
}

/* Put at most columns of text. */
static void put_cut(struct kd_line *line, struct kd_arena *arena,
                    struct kd_bytes text, size_t columns)
{
	struct kd_bytes b = kd_bytes_of(kd_sanitized(arena, text, false));
	size_t mark = strlen(cut_mark);

	if (kd_columns(b) <= columns) {
		put(line, b);
		return;
	}
	put(line, cut(b, columns > mark ? columns - mark : 0));
	put(line, kd_bytes_of(cut_mark));
}

void kd_line_indent(struct kd_line *line, size_t n)
{
	for (size_t i = 0; i < n; i++)
		(void)fputc(' ', line->out);
	line->used += n;
}

void kd_line_put(struct kd_line *line, struct kd_arena *arena,
                 struct kd_bytes text, size_t columns)
{
	size_t start = line->used;

	put_cut(line, arena, text, columns > 0 ? columns : SIZE_MAX);
	if (line->used - start < columns)
		kd_line_indent(line, columns - (line->used - start));
	kd_line_indent(line, GAP);
}

void kd_line_end(struct kd_line *line, struct kd_arena *arena,
                 struct kd_bytes text)
{
	size_t room = line->width > line->used ? line->width - line->used : 0;

	put_cut(line, arena, text, room > END_MIN ? room : END_MIN);
	(void)fputc('\n', line->out);
}
