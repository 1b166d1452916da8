/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mbox_series.c - which patches make up the version of a series that is
 * asked for.  Knows postings, no trailers and no bytes of mail.
 */
#include "report/mbox_series.h"

#include <string.h>

#include "report/row.h"

/* All postings, and what of them is wanted. */
struct choice {
	const struct kd_view *view;
	struct kd_series *versions; /* n, oldest first */
	size_t n;
	int version;
	int revision;
	size_t chosen;
};

static const char no_memory[] = "out of memory";

static int size_of(const struct kd_series *series)
{
	return series->total < 1 ? 1 : series->total;
}

static const char *name_of(struct kd_arena *arena,
                           const struct kd_series *series)
{
	return series->version == 1 && series->revision == 0
	               ? "v1"
	               : kd_version_format(arena, series->version,
	                                   series->revision);
}

/* v5.1 of some patches of v5: no version by itself. */
static bool is_amendment(const struct choice *choice, size_t i)
{
	const struct kd_series *later = &choice->versions[i];

	for (size_t k = 0; k < choice->n; k++) {
		const struct kd_series *whole = &choice->versions[k];

		if (whole->version == later->version &&
		    whole->revision < later->revision && !later->has_cover &&
		    later->received < size_of(whole))
			return true;
	}
	return false;
}

/* "3", "v3", "v5.1" */
static enum kd_status read_version(const char *text, struct choice *choice,
                                   struct kd_error *err)
{
	enum { MOST = 10000 };
	const char *s = text[0] == 'v' || text[0] == 'V' ? text + 1 : text;
	int *part = &choice->version;
	bool digit = false;

	choice->version = 0;
	choice->revision = 0;
	for (; *s != '\0'; s++) {
		if (*s == '.' && digit && part == &choice->version) {
			part = &choice->revision;
			digit = false;
			continue;
		}
		digit = kd_is_digit(*s) && *part < MOST;
		if (!digit)
			break;
		*part = *part * 10 + (*s - '0');
	}
	if (digit && *s == '\0')
		return KD_OK;
	return kd_fail(err, KD_USAGE,
	               "--reroll %s: a version was expected, as 3, v3 or v5.1",
	               text);
}

static enum kd_status no_such_version(const struct choice *choice,
                                      const char *reroll, struct kd_error *err)
{
	struct kd_arena *arena = choice->view->arena;
	const char *names = "";
	const char *last = "";

	for (size_t i = 0; i < choice->n && names != NULL; i++) {
		const char *name = name_of(arena, &choice->versions[i]);

		if (name != NULL && strcmp(name, last) != 0)
			names = kd_arena_printf(arena, "%s%s%s", names,
			                        names[0] != '\0' ? ", " : "",
			                        name);
		last = name != NULL ? name : last;
	}
	return kd_fail(err, KD_NOTFOUND,
	               "--reroll %s: the store has no such version of that "
	               "series; it has: %s",
	               reroll, names != NULL ? names : "");
}

/* Find the posting, without those that only amend it. */
static enum kd_status choose(struct choice *choice, const char *reroll,
                             struct kd_error *err)
{
	bool exact = false;
	size_t i = choice->n;
	enum kd_status st;

	if (reroll == NULL) {
		while (i > 1 && is_amendment(choice, i - 1))
			i--;
		choice->chosen = i - 1;
		choice->version = choice->versions[i - 1].version;
		choice->revision = INT32_MAX;
		return KD_OK;
	}
	st = read_version(reroll, choice, err);
	if (st != KD_OK)
		return st;
	for (size_t k = 0; k < choice->n; k++) {
		const struct kd_series *series = &choice->versions[k];

		if (series->version != choice->version ||
		    series->revision > choice->revision)
			continue;
		exact = exact || series->revision == choice->revision;
		if (i == choice->n || !is_amendment(choice, k))
			i = k;
	}
	if (!exact)
		return no_such_version(choice, reroll, err);
	choice->chosen = i;
	return KD_OK;
}

static enum kd_status tell(const struct choice *choice, int64_t series,
                           struct kd_arena *arena, struct kd_story **ret,
                           struct kd_error *err)
{
	struct kd_story *story = kd_arena_alloc(arena, sizeof(*story));

	if (story == NULL)
		return kd_fail(err, KD_NOMEM, no_memory);
	story->arena = arena;
	*ret = story;
	return kd_story_tell(choice->view, series, KD_SEQ_MAX, KD_STORY_ALL,
	                     story, err);
}

/* What is to be asked for once, however many patches it is for. */
static struct kd_mbox_givens *givens_of(struct kd_mbox_series *series,
                                        int64_t message)
{
	struct kd_mbox_givens **end = &series->givens;

	while (*end != NULL && (*end)->message != message)
		end = &(*end)->next;
	if (*end == NULL)
		*end = kd_arena_alloc(series->arena, sizeof(**end));
	if (*end != NULL)
		(*end)->message = message;
	return *end;
}

static void ask_for(struct kd_mbox_series *series, struct kd_mbox_patch *patch,
                    const struct kd_posted *row)
{
	struct kd_mbox_givens *givens;

	if (row == NULL || patch->n_givens == KD_MBOX_GIVENS_MAX)
		return;
	givens = givens_of(series, row->message);
	if (givens != NULL)
		patch->givens[patch->n_givens++] = givens;
}

/* patch is the one at index of story. */
static void take(struct kd_mbox_series *series, struct kd_mbox_patch *patch,
                 const struct kd_story *story, size_t index, const char *from)
{
	patch->row = story->patches[index].row;
	patch->title = patch->row->msg.subject.title;
	patch->from = from;
	patch->n_givens = 0;
	ask_for(series, patch, patch->row);
	ask_for(series, patch, story->cover);
}

static enum kd_status take_all(struct kd_mbox_series *series,
                               struct kd_error *err)
{
	const struct kd_story *story = series->story;

	series->n = story->n;
	series->patches = kd_arena_array(series->arena, series->n,
	                                 sizeof(*series->patches));
	if (series->patches == NULL)
		return kd_fail(err, KD_NOMEM, no_memory);
	for (size_t i = 0; i < series->n; i++) {
		struct kd_mbox_patch *patch = &series->patches[i];

		patch->number = story->patches[i].number;
		patch->title = story->patches[i].title;
		if (story->patches[i].row != NULL)
			take(series, patch, story, i, NULL);
	}
	return KD_OK;
}

/* v5.1: patches of it in the place of those of v5. */
static enum kd_status amend(const struct choice *choice,
                            const struct kd_series *later,
                            struct kd_mbox_series *series, struct kd_error *err)
{
	const char *name = name_of(series->arena, later);
	struct kd_story *story = NULL;
	enum kd_status st;

	st = tell(choice, later->series, series->arena, &story, err);
	for (size_t i = 0; st == KD_OK && story != NULL && i < story->n; i++) {
		const struct kd_posted *row = story->patches[i].row;
		int index = (int)i;

		if (row == NULL)
			continue;
		if (story->n != series->n || later->total < 1)
			index = kd_story_find(series->story,
			                      row->msg.subject.title);
		if (index != KD_INDEX_COVER)
			take(series, &series->patches[index], story, i, name);
	}
	return st;
}

static enum kd_status amend_all(const struct choice *choice,
                                struct kd_mbox_series *series,
                                struct kd_error *err)
{
	const struct kd_series *base = &choice->versions[choice->chosen];
	enum kd_status st = KD_OK;

	for (size_t i = 0; i < choice->n && st == KD_OK; i++) {
		const struct kd_series *later = &choice->versions[i];

		if (later->version == base->version &&
		    later->revision > base->revision &&
		    later->revision <= choice->revision &&
		    is_amendment(choice, i))
			st = amend(choice, later, series, err);
	}
	return st;
}

static bool has_holes(const struct kd_mbox_series *series)
{
	for (size_t i = 0; i < series->n; i++)
		if (series->patches[i].row == NULL)
			return true;
	return false;
}

/* "v2 3/7" in answer to 3/7 of v1 and nothing more: the others are those of
 * v1 (mail-rules T8). */
static enum kd_status fill(const struct choice *choice,
                           struct kd_mbox_series *series, struct kd_error *err)
{
	const struct kd_story *story = series->story;

	for (size_t n = 0; n < choice->n && has_holes(series); n++) {
		const struct kd_series *now = &story->series;
		struct kd_story *before = NULL;
		const char *name;
		enum kd_status st;

		if (now->has_cover || now->previous == 0 ||
		    now->evidence != KD_EVIDENCE_THREAD)
			break;
		st = tell(choice, now->previous, series->arena, &before, err);
		if (st != KD_OK || before == NULL)
			return st;
		if (before->n != series->n)
			break;
		name = name_of(series->arena, &before->series);
		for (size_t i = 0; i < series->n; i++)
			if (series->patches[i].row == NULL &&
			    before->patches[i].row != NULL)
				take(series, &series->patches[i], before, i,
				     name);
		story = before;
	}
	return KD_OK;
}

static bool is_same_patch(const struct kd_posted *a, const struct kd_posted *b)
{
	return a != NULL && b != NULL && a->msg.has_patch_id &&
	       b->msg.has_patch_id &&
	       memcmp(a->msg.patch_id, b->msg.patch_id, KD_PATCH_ID_SIZE) == 0;
}

/* What was said of a patch holds for the same one sent again. */
static enum kd_status look_back(const struct choice *choice,
                                struct kd_mbox_series *series,
                                struct kd_error *err)
{
	const struct kd_story *story = series->story;
	enum kd_status st = KD_OK;

	for (size_t n = 0; n < choice->n && st == KD_OK; n++) {
		struct kd_story *before = NULL;

		if (!story->series.resend || story->series.previous == 0)
			break;
		st = tell(choice, story->series.previous, series->arena,
		          &before, err);
		if (st != KD_OK || before == NULL)
			return st;
		for (size_t i = 0; i < series->n; i++) {
			struct kd_mbox_patch *patch = &series->patches[i];

			if (i >= before->n ||
			    !is_same_patch(patch->row, before->patches[i].row))
				continue;
			ask_for(series, patch, before->patches[i].row);
			ask_for(series, patch, before->cover);
		}
		story = before;
	}
	return st;
}

enum kd_status kd_mbox_series_find(const struct kd_view *view, int64_t series,
                                   const char *reroll,
                                   struct kd_mbox_series *ret,
                                   struct kd_error *err)
{
	struct choice choice = { .view = view };
	const struct kd_series *chosen;
	enum kd_status st;

	st = kd_store_versions(view->store, series, ret->arena,
	                       &choice.versions, &choice.n, err);
	if (st == KD_OK && choice.n == 0)
		st = kd_fail(err, KD_NOTFOUND, "there is no such series");
	if (st == KD_OK)
		st = choose(&choice, reroll, err);
	if (st != KD_OK)
		return st;
	chosen = &choice.versions[choice.chosen];
	ret->version = name_of(ret->arena, chosen);
	if (choice.versions[choice.n - 1].version != chosen->version)
		ret->newest =
			name_of(ret->arena, &choice.versions[choice.n - 1]);
	st = tell(&choice, chosen->series, ret->arena, &ret->story, err);
	if (st == KD_OK)
		st = take_all(ret, err);
	if (st == KD_OK)
		st = amend_all(&choice, ret, err);
	if (st == KD_OK)
		st = fill(&choice, ret, err);
	if (st == KD_OK)
		st = look_back(&choice, ret, err);
	if (st == KD_OK && kd_arena_failed(ret->arena))
		st = kd_fail(err, KD_NOMEM, no_memory);
	for (size_t i = 0; st == KD_OK && i < ret->n; i++)
		ret->n_came += ret->patches[i].row != NULL;
	return st;
}
