/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * phrase_changes.c - what changed from one version to the next, in words.
 * Knows no layout.
 */
#include "report/phrase.h"
#include "store/series.h"

enum { TITLES_MAX = 2 }; /* where more changed, numbers must do */

/* What makes a row one of a kind of them. */
enum kind {
	UNCHANGED,
	CHANGED,
	NEW,
	MOVED,
	UNKNOWN,
	RENAMED,
	DROPPED,
	N_KINDS
};

static bool is_of(const struct kd_change_row *row, enum kind kind)
{
	const bool is[N_KINDS] = {
		[UNCHANGED] = row->kind == KD_CHANGE_NONE && !row->moved,
		[CHANGED] = row->kind == KD_CHANGE_DIFF,
		[NEW] = row->kind == KD_CHANGE_NEW,
		[MOVED] = row->moved,
		[UNKNOWN] = row->kind == KD_CHANGE_UNKNOWN,
		[RENAMED] = row->renamed,
		[DROPPED] = row->kind == KD_CHANGE_DROPPED,
	};

	return is[kind];
}

/* Are all its patches known, if only by their titles? */
static bool is_known(const struct kd_story *story)
{
	for (size_t i = 0; i < story->n; i++) {
		if (!story->facts[i].came && story->patches[i].title == NULL)
			return false;
	}
	return true;
}

/* One version against another. */
struct comparison {
	struct kd_arena *arena;
	const struct kd_story *before;
	const struct kd_story *after;
	const struct kd_change_list *changes;
};

/* The number of a row's patch in the version that is spoken of. */
static int number_of(const struct kd_change_row *row, enum kind kind)
{
	return kind == DROPPED ? row->before->number : row->after->number;
}

/* "1-2" of a kind; "" when there are none.  *ret_n: how many. */
static const char *numbers(const struct comparison *all, enum kind kind,
                           size_t *ret_n)
{
	size_t n = kind == DROPPED ? all->before->n : all->after->n;
	bool *flags = kd_arena_array(all->arena, n, sizeof(bool));

	*ret_n = 0;
	for (size_t i = 0; flags != NULL && i < all->changes->n; i++) {
		const struct kd_change_row *row = &all->changes->rows[i];
		int number;

		if (!is_of(row, kind))
			continue;
		number = number_of(row, kind);
		++*ret_n;
		if (number >= 1 && (size_t)number <= n)
			flags[number - 1] = true;
	}
	return flags != NULL ? kd_phrase_numbers(all->arena, flags, n) : "";
}

/* "1-2 unchanged; 3 changed" */
static const char *count_kinds(const struct comparison *all)
{
	static const char *const words[] = { "unchanged", "changed", "new",
		                             "moved", "not to compare" };
	const char *text = "";
	size_t n;

	for (enum kind kind = UNCHANGED; kind < RENAMED; kind++) {
		const char *which = numbers(all, kind, &n);
		const char *word = words[kind];

		if (kind == NEW && !is_known(all->before))
			word = "without a match";
		if (n > 0)
			text = kd_phrase_join(all->arena, text, "; ",
			                      kd_arena_printf(all->arena,
			                                      "%s %s", which,
			                                      word));
	}
	return text;
}

/* Few of a kind are named by their titles before. */
static const char *add_named(const struct comparison *all, enum kind kind,
                             const char *version, const char *text)
{
	const char *word = kind == DROPPED ? "dropped" : "was";
	const char *gap = version[0] != '\0' ? " " : "";
	const char *which;
	size_t n;

	which = numbers(all, kind, &n);
	if (n > TITLES_MAX)
		return kd_phrase_join(
			all->arena, text, "; ",
			kd_arena_printf(all->arena, "%s%s%s %s", version, gap,
		                        which,
		                        kind == DROPPED ? word : "renamed"));
	for (size_t i = 0; i < all->changes->n && n > 0; i++) {
		const struct kd_change_row *row = &all->changes->rows[i];
		const char *number = "";

		if (!is_of(row, kind))
			continue;
		if (row->before->number != KD_NUMBER_NONE)
			number = kd_arena_printf(all->arena, "%d ",
			                         number_of(row, kind));
		text = kd_phrase_join(
			all->arena, text, "; ",
			kd_arena_printf(all->arena, "%s%s%s%s \"%s\"", version,
		                        gap, number, word, row->before->title));
	}
	return text;
}

/* A single has no numbers to speak of. */
static const char *of_single(const struct kd_change_list *changes)
{
	for (size_t i = 0; i < changes->n; i++) {
		if (changes->rows[i].kind == KD_CHANGE_NONE)
			return "the same diff";
		if (changes->rows[i].kind == KD_CHANGE_DIFF)
			return "another diff";
	}
	return "another patch";
}

static const char *doubt(enum kd_evidence evidence)
{
	switch (evidence) {
	case KD_EVIDENCE_TITLE:
		return " (by its title)";
	case KD_EVIDENCE_PATCHES:
		return " (by its patches)";
	case KD_EVIDENCE_NONE:
	case KD_EVIDENCE_CHANGE_ID:
	case KD_EVIDENCE_LINK:
	case KD_EVIDENCE_THREAD:
		break;
	}
	return "";
}

static bool is_same(const struct kd_change_list *changes)
{
	for (size_t i = 0; i < changes->n; i++) {
		if (changes->rows[i].kind != KD_CHANGE_NONE ||
		    changes->rows[i].moved || changes->rows[i].renamed)
			return false;
	}
	return true;
}

const char *kd_phrase_changes(struct kd_arena *arena,
                              const struct kd_story *before,
                              const struct kd_story *after,
                              const struct kd_change_list *changes)
{
	const struct comparison all = { arena, before, after, changes };
	const char *version = kd_phrase_version(arena, &before->series);
	const char *text;

	if (version == NULL || !kd_story_came(before) || !kd_story_came(after))
		return "";
	if (after->series.resend)
		return kd_arena_printf(arena, "%s sent again", version);
	if (after->series.total == KD_NUMBER_NONE) {
		text = of_single(changes);
	} else if (is_same(changes)) {
		text = "the same patches";
	} else {
		text = count_kinds(&all);
		if (is_known(after))
			text = add_named(&all, DROPPED, version, text);
		text = add_named(&all, RENAMED, "", text);
	}
	return kd_arena_printf(arena, "since %s%s: %s", version,
	                       doubt(after->series.evidence), text);
}
