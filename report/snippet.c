/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * snippet.c - the line of a message that shows why it was found.
 */
#include "report/snippet.h"

#include <string.h>

static bool is_letter(char c)
{
	return kd_is_alpha(c) || kd_is_digit(c) || (c & 0x80) != 0;
}

static void skip(struct kd_bytes *b, bool letters)
{
	while (b->size > 0 && is_letter(b->data[0]) == letters) {
		b->data++;
		b->size--;
	}
}

static struct kd_bytes take_word(struct kd_bytes *b)
{
	struct kd_bytes ret = *b;

	skip(b, true);
	ret.size -= b->size;
	return ret;
}

/* Do the words of needle begin hay, whatever stands between them?  prefix:
 * the last one may go on. */
static bool begins(struct kd_bytes hay, struct kd_bytes needle, bool prefix)
{
	for (;;) {
		struct kd_bytes word, there;

		skip(&needle, false);
		if (needle.size == 0)
			return true;
		skip(&hay, false);
		word = take_word(&needle);
		there = take_word(&hay);
		skip(&needle, false);
		if (prefix && needle.size == 0 && there.size > word.size)
			there.size = word.size;
		if (!kd_bytes_same_nocase(word, there))
			return false;
	}
}

static bool contains(struct kd_bytes hay, struct kd_bytes needle, bool prefix)
{
	for (skip(&hay, false); hay.size > 0; skip(&hay, false)) {
		if (begins(hay, needle, prefix))
			return true;
		skip(&hay, true);
	}
	return false;
}

/* What of a term can be looked for in a text; empty: nothing. */
static struct kd_bytes needle_of(const struct kd_search_term *term)
{
	struct kd_bytes ret = kd_bytes_of(term->text);

	if (term->without || term->field != KD_SEARCH_ANYWHERE)
		ret.size = 0;
	skip(&ret, false);
	return ret;
}

struct kd_bytes kd_snippet(struct kd_bytes text, const struct kd_query *query)
{
	struct kd_bytes line;

	for (size_t i = 0; i < query->n_terms; i++) {
		struct kd_bytes needle = needle_of(&query->terms[i]);
		struct kd_bytes rest = text;

		while (needle.size > 0 && kd_next_line(&rest, &line)) {
			if (contains(line, needle, query->terms[i].prefix))
				return kd_trim(line);
		}
	}
	return (struct kd_bytes){ text.data, 0 };
}
