/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * shortlog.c - the patches that a cover letter or pull request announces:
 * the indented titles below "Name (3):", as git shortlog prints them.
 */
#include "mda/reading.h"

#include <string.h>

#include "mda/shortlog.h"
#include "mda/words.h"

bool kd_shortlog_is_head(struct kd_bytes line)
{
	size_t i;

	if (line.size < 6 || kd_is_blank(line.data[0]) || kd_is_quoted(line) ||
	    !kd_ends_nocase(line, "):"))
		return false;
	i = line.size - 2;
	while (i > 0 && kd_is_digit(line.data[i - 1]))
		i--;
	return i < line.size - 2 && i > 2 && line.data[i - 1] == '(' &&
	       line.data[i - 2] == ' ';
}

struct list {
	const struct kd_reading *in;
	const char **titles;
	size_t n;
	size_t size;
};

static void add(struct list *list, const char *title)
{
	const struct kd_reading *in = list->in;
	size_t size = title == NULL ? 0 : strlen(title);

	if (size == 0)
		return;
	if (list->n == KD_TITLES_MAX ||
	    size > KD_TITLES_SIZE_MAX - list->size) {
		in->msg->status = KD_PARSE_LIMITED;
		return;
	}
	if (list->titles == NULL)
		list->titles = kd_arena_array(in->arena, KD_TITLES_MAX,
		                              sizeof(*list->titles));
	if (list->titles == NULL)
		return;
	list->titles[list->n++] = title;
	list->size += size;
}

static size_t indent_of(struct kd_bytes line)
{
	size_t n = 0;

	while (n < line.size && kd_is_blank(line.data[n]))
		n++;
	return n;
}

/* One title, with the lines that are indented deeper than its first. */
static const char *take_title(struct kd_bytes line, struct kd_bytes *rest,
                              struct kd_arena *arena)
{
	size_t indent = indent_of(line);
	struct kd_bytes ahead = *rest, next;
	struct kd_bytes whole = line;

	while (kd_next_line(&ahead, &next) && kd_trim(next).size > 0 &&
	       indent_of(next) > indent) {
		whole.size = (size_t)(next.data + next.size - whole.data);
		*rest = ahead;
	}
	return kd_line_squeeze(arena, whole);
}

enum kd_status kd_shortlog_read(const struct kd_reading *in,
                                struct kd_error *err)
{
	struct kd_bytes rest = in->text, line;
	struct list list = { .in = in };
	bool within = false;

	if (in->msg->kind != KD_KIND_COVER && in->msg->kind != KD_KIND_PULL)
		return KD_OK;
	/* People edit the list and leave its count: it ends where it ends. */
	while (kd_next_line(&rest, &line)) {
		bool title = within && line.size > 0 &&
		             kd_is_blank(line.data[0]) &&
		             kd_trim(line).size > 0;

		if (title)
			add(&list, take_title(line, &rest, in->arena));
		within = title || kd_shortlog_is_head(line);
	}
	in->msg->titles = list.titles;
	in->msg->n_titles = list.n;
	if (kd_arena_failed(in->arena))
		return kd_fail(err, KD_NOMEM, "read shortlog: out of memory");
	return KD_OK;
}
