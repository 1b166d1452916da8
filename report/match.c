/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * match.c - rules against messages.  What was found out of a series is
 * kept: the members of one ask the same question.
 */
#include "report/match.h"

#include <stdlib.h>
#include <string.h>

#include "report/glob.h"
#include "report/row.h"

struct known {
	int64_t series;
	bool matches;
};

struct kd_matcher {
	const struct kd_view *view;
	const struct kd_rules *rules;
	kd_seq upto;
	struct known *known; /* n_known, by series */
	size_t n_known;
	size_t room;
};

/* Which sorts of rules have matched. */
struct found {
	const struct kd_matcher *matcher;
	bool path;
	bool person;
	bool word;
};

bool kd_rules_empty(const struct kd_rules *rules)
{
	return rules->paths.n + rules->people.n + rules->words.n +
	               rules->n_series ==
	       0;
}

enum kd_status kd_matcher_new(const struct kd_view *view,
                              const struct kd_rules *rules, kd_seq upto,
                              struct kd_matcher **ret, struct kd_error *err)
{
	struct kd_matcher *matcher =
		kd_arena_alloc(view->arena, sizeof(*matcher));

	if (matcher == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	matcher->view = view;
	matcher->rules = rules;
	matcher->upto = upto;
	*ret = matcher;
	return KD_OK;
}

static bool contains(const char *text, const char *piece)
{
	struct kd_bytes rest = kd_bytes_of(text);

	for (; rest.size > 0; rest.data++, rest.size--) {
		if (kd_bytes_starts_nocase(rest, piece))
			return true;
	}
	return piece[0] == '\0';
}

static bool contains_any(const char *text, const struct kd_texts *pieces)
{
	for (size_t i = 0; text != NULL && i < pieces->n; i++) {
		if (contains(text, pieces->texts[i]))
			return true;
	}
	return false;
}

static bool is_person(const struct found *found, struct kd_arena *arena,
                      const struct kd_person *who)
{
	const struct kd_texts *people = &found->matcher->rules->people;
	struct kd_person known = kd_view_person(found->matcher->view, who);

	return people->n > 0 &&
	       (contains_any(kd_person_format(arena, who), people) ||
	        contains_any(kd_person_format(arena, &known), people));
}

static bool is_path(const struct kd_texts *globs, const struct kd_message *msg)
{
	for (size_t i = 0; i < msg->n_paths; i++) {
		for (size_t j = 0; j < globs->n; j++) {
			if (kd_glob_path(globs->texts[j], msg->paths[i]))
				return true;
		}
	}
	return false;
}

/* One message; what it has many of comes into an arena of its own. */
static enum kd_status look_at(const struct kd_posted *row, void *payload,
                              struct kd_error *err)
{
	struct found *found = payload;
	const struct kd_matcher *matcher = found->matcher;
	struct kd_arena *arena = kd_arena_new();
	struct kd_message details = { .n_paths = 0 };
	enum kd_status st = KD_OK;

	if (arena == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	if (matcher->rules->paths.n > 0)
		st = kd_store_details(matcher->view->store, row->variant, arena,
		                      &details, err);
	found->path |= is_path(&matcher->rules->paths, &details);
	found->person |= is_person(found, arena, &row->msg.author) ||
	                 is_person(found, arena, &row->msg.sender);
	found->word |=
		contains_any(row->msg.subject.full, &matcher->rules->words);
	if (st == KD_OK && kd_arena_failed(arena))
		st = kd_fail(err, KD_NOMEM, "out of memory");
	kd_arena_free(arena);
	return st;
}

static bool judge(const struct found *found, int64_t series)
{
	const struct kd_rules *rules = found->matcher->rules;
	bool wanted = rules->n_series == 0;

	for (size_t i = 0; i < rules->n_series; i++)
		wanted = wanted || rules->series[i] == series;
	if (!wanted)
		return false;
	if (rules->all_sorts)
		return (found->path || rules->paths.n == 0) &&
		       (found->person || rules->people.n == 0) &&
		       (found->word || rules->words.n == 0);
	return found->path || found->person || found->word;
}

/* Where series is among the known, or would be. */
static size_t place_of(const struct kd_matcher *matcher, int64_t series)
{
	size_t low = 0;
	size_t high = matcher->n_known;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (matcher->known[middle].series < series)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static enum kd_status keep(struct kd_matcher *matcher, size_t at,
                           struct known known, struct kd_error *err)
{
	struct known *grown = matcher->known;

	if (matcher->n_known == matcher->room) {
		matcher->room = matcher->room == 0 ? 64 : 2 * matcher->room;
		grown = kd_arena_array(matcher->view->arena, matcher->room,
		                       sizeof(*grown));
		if (grown == NULL)
			return kd_fail(err, KD_NOMEM, "out of memory");
		if (matcher->n_known > 0)
			memcpy(grown, matcher->known,
			       matcher->n_known * sizeof(*grown));
		matcher->known = grown;
	}
	memmove(&grown[at + 1], &grown[at],
	        (matcher->n_known - at) * sizeof(*grown));
	grown[at] = known;
	matcher->n_known++;
	return KD_OK;
}

static enum kd_status match_series(struct kd_matcher *matcher, int64_t series,
                                   bool *ret, struct kd_error *err)
{
	size_t at = place_of(matcher, series);
	struct found found = { .matcher = matcher };
	enum kd_status st;

	if (at < matcher->n_known && matcher->known[at].series == series) {
		*ret = matcher->known[at].matches;
		return KD_OK;
	}
	st = kd_store_each_of_series(matcher->view->store, series,
	                             matcher->upto, look_at, &found, err);
	if (st != KD_OK)
		return st;
	*ret = judge(&found, series);
	return keep(matcher, at, (struct known){ series, *ret }, err);
}

/* What it answers, or says the fate of. */
static enum kd_status series_about(const struct kd_matcher *matcher,
                                   int64_t message, int64_t *ret,
                                   struct kd_error *err)
{
	struct kd_arena *arena = kd_arena_new();
	struct kd_posted about;
	enum kd_status st;

	if (arena == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	st = kd_store_get(matcher->view->store, message, arena, &about, err);
	if (st == KD_OK)
		*ret = about.series;
	kd_arena_free(arena);
	return st;
}

enum kd_status kd_match(struct kd_matcher *matcher, const struct kd_posted *row,
                        bool *ret, struct kd_error *err)
{
	struct found found = { .matcher = matcher };
	int64_t series = row->series;
	enum kd_status st = KD_OK;

	*ret = false;
	if (matcher == NULL || kd_rules_empty(matcher->rules))
		return KD_OK;
	if (series == 0 && row->about != 0)
		st = series_about(matcher, row->about, &series, err);
	if (st == KD_OK && series != 0)
		st = match_series(matcher, series, ret, err);
	if (st != KD_OK || *ret)
		return st;
	/* A reply counts also by what it is itself. */
	if (row->series == 0) {
		st = look_at(row, &found, err);
		*ret = st == KD_OK && judge(&found, series);
	}
	return st;
}
