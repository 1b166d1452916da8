/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * notice_list.c - the patches that a notice lists (mail-rules T10).
 *
 * One line each, and lines below it; whose notice it is does not matter.
 */
#include "mda/notice.h"

#include <string.h>

#include "mda/words.h"

enum {
	TITLE_LINES_MAX = 3, /* of a wrapped title */
	NUMBER_DIGITS_MAX = 4,
};

void kd_taken_add(struct kd_taken_list *list, int number, const char *title,
                  struct kd_bytes commit)
{
	const struct kd_reading *in = list->in;
	size_t size = title == NULL ? 0 : strlen(title);

	if (list->n == KD_TITLES_MAX ||
	    size > KD_TITLES_SIZE_MAX - list->size) {
		in->msg->status = KD_PARSE_LIMITED;
		return;
	}
	if (list->taken == NULL)
		list->taken = kd_arena_array(in->arena, KD_TITLES_MAX,
		                             sizeof(*list->taken));
	if (list->taken == NULL)
		return;
	list->taken[list->n++] = (struct kd_taken){
		.number = number,
		.title = title,
		.commit = commit.size == 0 ? NULL
		                           : kd_line_dup(in->arena, commit),
	};
	list->size += size;
}

static int read_number(struct kd_bytes digits)
{
	int ret = 0;

	if (digits.size == 0 || digits.size > NUMBER_DIGITS_MAX)
		return KD_NUMBER_NONE;
	for (size_t i = 0; i < digits.size; i++)
		ret = ret * 10 + (digits.data[i] - '0');
	return ret;
}

/* The 1 of "1/5" in what brackets hold: "net,v2,1/5". */
static int read_counter(struct kd_bytes prefix)
{
	while (prefix.size > 0) {
		struct kd_bytes part = prefix, rest;
		size_t i = 0, n = 0;

		while (i < prefix.size && prefix.data[i] != ',' &&
		       !kd_is_blank(prefix.data[i]))
			i++;
		part.size = i;
		prefix = kd_from(prefix, i + (i < prefix.size ? 1 : 0));
		while (n < part.size && kd_is_digit(part.data[n]))
			n++;
		rest = kd_from(part, n);
		part.size = n;
		if (n == 0 || rest.size < 2 || rest.data[0] != '/' ||
		    !kd_is_digit(rest.data[1]))
			continue;
		return read_number(part);
	}
	return KD_NUMBER_NONE;
}

/* "[1/5] title" or "- [net,v2] title"; false: line is none. */
static bool read_item(struct kd_bytes line, int *ret_number,
                      struct kd_bytes *ret_title)
{
	const char *close;
	bool bullet;

	line = kd_trim(line);
	bullet = kd_bytes_starts(line, "- [");
	if (bullet)
		line = kd_from(line, 2);
	if (!kd_bytes_starts(line, "["))
		return false;
	close = memchr(line.data, ']', line.size);
	if (close == NULL)
		return false;
	*ret_title = kd_trim(kd_from(line, (size_t)(close + 1 - line.data)));
	line = (struct kd_bytes){ line.data + 1,
		                  (size_t)(close - line.data) - 1 };
	*ret_number = read_counter(line);
	return ret_title->size > 0 && (bullet || *ret_number >= 0);
}

/* "(no commit info)", "(no matching commit)" */
static bool is_no_commit(struct kd_bytes line)
{
	return kd_bytes_starts_nocase(line, "(no ");
}

/* A line that names a commit and no more. */
static struct kd_bytes commit_of(struct kd_bytes line)
{
	struct kd_bytes rest = kd_trim(line), url;

	if (kd_take_nocase(&rest, "merge commit:") ||
	    kd_take_nocase(&rest, "commit:") ||
	    kd_take_nocase(&rest, "commit ") ||
	    kd_take_nocase(&rest, "commit-id:")) {
		rest = kd_trim(rest);
		rest.size = kd_hex_size(rest);
		return kd_find_hex(rest);
	}
	url = kd_find_url(rest);
	if (url.size > 0 && url.data == rest.data &&
	    (kd_find(url, "/c/") != NULL || kd_find(url, "commit") != NULL ||
	     kd_find(url, "?id=") != NULL))
		return kd_find_hex(url);
	return (struct kd_bytes){ line.data, 0 };
}

/* What is below an item: more of its title, and its commit.  *rest moves
 * behind that. */
static void take_below(struct kd_bytes *title, struct kd_bytes *commit,
                       struct kd_bytes *rest)
{
	struct kd_bytes ahead = *rest, line, whole = *title, ignored;
	int number;

	for (int n = 0; n < TITLE_LINES_MAX; n++) {
		if (!kd_next_line(&ahead, &line) || kd_trim(line).size == 0 ||
		    !kd_is_blank(line.data[0]) || is_no_commit(kd_trim(line)) ||
		    read_item(line, &number, &ignored))
			return;
		*commit = commit_of(line);
		if (commit->size > 0) {
			*title = whole;
			*rest = ahead;
			return;
		}
		line = kd_trim(line);
		whole.size = (size_t)(line.data + line.size - whole.data);
	}
}

void kd_taken_read_items(struct kd_taken_list *list, struct kd_bytes text)
{
	struct kd_bytes line, title;
	int number;

	while (kd_next_line(&text, &line)) {
		struct kd_bytes commit = { NULL, 0 };

		if (!read_item(line, &number, &title))
			continue;
		take_below(&title, &commit, &text);
		kd_taken_add(list, number,
		             kd_line_squeeze(list->in->arena, title), commit);
	}
}

void kd_taken_read_commits(struct kd_taken_list *list, struct kd_bytes text)
{
	struct kd_bytes line;

	while (kd_next_line(&text, &line)) {
		struct kd_bytes commit = commit_of(line);

		if (!kd_is_quoted(line) && commit.size > 0)
			kd_taken_add(list, KD_NUMBER_NONE, NULL, commit);
	}
}

static int take_number(struct kd_bytes *rest)
{
	struct kd_bytes digits = *rest;
	size_t n = 0;

	while (n < digits.size && kd_is_digit(digits.data[n]))
		n++;
	digits.size = n;
	*rest = kd_from(*rest, n);
	return read_number(digits);
}

void kd_taken_read_numbers(struct kd_taken_list *list, struct kd_bytes text)
{
	static const struct kd_bytes none = { NULL, 0 };
	bool range = false;
	int last = 0;

	while (text.size > 0) {
		int number;

		if (!kd_is_digit(text.data[0])) {
			range = range || text.data[0] == '-' ||
			        kd_bytes_starts_nocase(text, "to ");
			text = kd_from(text, 1);
			continue;
		}
		number = take_number(&text);
		if (number < 0)
			return;
		if (!range || number <= last)
			last = number - 1;
		for (int i = last + 1; i <= number; i++) {
			if (list->n == KD_TITLES_MAX)
				return;
			kd_taken_add(list, i, NULL, none);
		}
		last = number;
		range = false;
	}
}
