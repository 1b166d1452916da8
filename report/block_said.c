/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * block_said.c - who said what of which patch: one field for each kind of
 * trailer, people with the patches that they mean.
 */
#include "report/block.h"

#include <stdlib.h>
#include <string.h>

#include "report/phrase.h"
#include "report/row.h"

enum { PEOPLE_MAX = 12 }; /* named for one kind of trailer */

static int compare_texts(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return (a != NULL) - (b != NULL);
	return kd_strcmp_nocase(a, b);
}

static int compare_people(const struct kd_said *x, const struct kd_said *y)
{
	int order = compare_texts(x->who.email, y->who.email);

	if (order != 0 || x->who.email != NULL)
		return order;
	return compare_texts(x->who.name, y->who.name);
}

/* What is counted first; then by trailer, by person, by patch. */
static int by_person(const void *a, const void *b)
{
	const struct kd_said *x = a;
	const struct kd_said *y = b;
	int order;

	if (x->counted != y->counted)
		return x->counted ? -1 : 1;
	order = compare_texts(x->name, y->name);
	if (order == 0)
		order = compare_people(x, y);
	if (order == 0)
		order = compare_texts(x->sender.email, y->sender.email);
	return order != 0 ? order
	                  : (x->index > y->index) - (x->index < y->index);
}

static bool is_like(const struct kd_said *x, const struct kd_said *y)
{
	return x->counted == y->counted &&
	       compare_texts(x->name, y->name) == 0 &&
	       compare_people(x, y) == 0 &&
	       (x->counted ||
	        compare_texts(x->sender.email, y->sender.email) == 0);
}

/* " (1-3, 5)" for what one person says of the patches; "" where that is all
 * of a single. */
static const char *which(const struct kd_story *story, struct kd_arena *arena,
                         const struct kd_said *said, size_t n)
{
	bool *flags = kd_arena_array(arena, story->n, sizeof(bool));
	size_t n_set = 0;

	if (story->series.total == KD_NUMBER_NONE || flags == NULL)
		return "";
	for (size_t i = 0; i < n; i++) {
		if (said[i].index == KD_INDEX_COVER)
			return " (all)";
		n_set += !flags[said[i].index];
		flags[said[i].index] = true;
	}
	if (n_set == story->n)
		return " (all)";
	return kd_arena_printf(arena, " (%s)",
	                       kd_phrase_numbers(arena, flags, story->n));
}

static void add_uncounted(const struct kd_story *story, struct kd_doc *doc,
                          struct kd_node *entry, const struct kd_said *said,
                          size_t n)
{
	struct kd_arena *arena = doc->arena;
	const char *who = kd_person_short(&said->who);
	const char *sender = kd_person_short(&said->sender);

	/* Of one name, the addresses are what differs. */
	if (kd_strcmp_nocase(who, sender) == 0) {
		who = kd_person_format(arena, &said->who);
		sender = kd_person_format(arena, &said->sender);
	}
	kd_doc_puts(doc, entry, KD_NODE_FIELD, "not-counted",
	            kd_arena_printf(arena, "%s: %s, sent by %s%s", said->name,
	                            who ? who : "", sender ? sender : "",
	                            which(story, arena, said, n)));
}

static const char *add_person(const struct kd_story *story,
                              struct kd_arena *arena, const char *text,
                              const struct kd_said *said, size_t n)
{
	return kd_arena_printf(arena, "%s%s %s%s",
	                       text != NULL ? text : said->name,
	                       text != NULL ? "," : ":",
	                       kd_person_short(&said->who),
	                       which(story, arena, said, n));
}

/* said[0] to said[n - 1] are of one trailer. */
static void add_trailer(const struct kd_story *story, struct kd_doc *doc,
                        struct kd_node *entry, const struct kd_said *said,
                        size_t n)
{
	const char *text = NULL;
	size_t n_people = 0;
	size_t end;

	for (size_t i = 0; i < n; i = end) {
		for (end = i + 1; end < n && is_like(&said[i], &said[end]);)
			end++;
		if (!said[i].counted)
			add_uncounted(story, doc, entry, &said[i], end - i);
		else if (n_people++ < PEOPLE_MAX)
			text = add_person(story, doc->arena, text, &said[i],
			                  end - i);
	}
	if (n_people > PEOPLE_MAX && text != NULL)
		text = kd_arena_printf(doc->arena, "%s and %zu more", text,
		                       n_people - PEOPLE_MAX);
	if (text != NULL)
		kd_doc_puts(doc, entry, KD_NODE_FIELD, "said", text);
}

void kd_block_said(const struct kd_story *story, struct kd_doc *doc,
                   struct kd_node *entry)
{
	struct kd_said *said = story->said;
	size_t n = story->n_said;
	size_t end;

	if (n > 0)
		qsort(said, n, sizeof(*said), by_person);
	for (size_t i = 0; i < n; i = end) {
		for (end = i + 1;
		     end < n && said[end].counted == said[i].counted &&
		     compare_texts(said[i].name, said[end].name) == 0;)
			end++;
		add_trailer(story, doc, entry, &said[i], end - i);
	}
}
