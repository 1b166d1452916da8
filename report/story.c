/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * story.c - what the store knows of one posting of a series: its patches,
 * what stands in their place where they did not come, and the version
 * after it.  What others said of them is in story_said.c.
 */
#include "report/story.h"

#include <stdlib.h>

#include "report/row.h"
#include "report/story_said.h"
#include "store/series.h"

static int index_of(const struct kd_story *story, int number)
{
	if (story->series.total == KD_NUMBER_NONE)
		return 0;
	if (number < 1 || (size_t)number > story->n)
		return KD_INDEX_COVER;
	return number - 1;
}

/* Of two for one place, the one that came first has it. */
static enum kd_status take_member(const struct kd_posted *row, void *payload,
                                  struct kd_error *err)
{
	struct kd_story *story = payload;
	const struct kd_posted *copy;
	int index = index_of(story, kd_row_number(row));

	if (!kd_row_is_patch(row))
		return KD_OK;
	if (row->msg.kind != KD_KIND_COVER &&
	    (index == KD_INDEX_COVER || story->patches[index].row != NULL)) {
		story->n_extra++;
		return KD_OK;
	}
	if (row->msg.kind == KD_KIND_COVER && story->cover != NULL)
		return KD_OK;
	copy = kd_row_copy(story->arena, row);
	if (copy == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	if (row->msg.kind == KD_KIND_COVER) {
		story->cover = copy;
	} else {
		story->patches[index].row = copy;
		story->facts[index].came = true;
	}
	return KD_OK;
}

/* Of a fate little of each patch is read: a digest asks for many. */
static enum kd_status gather(const struct kd_view *view, kd_seq upto,
                             enum kd_story_depth depth, struct kd_story *story,
                             struct kd_error *err)
{
	bool single = story->series.total == KD_NUMBER_NONE;

	story->n = single || story->series.total < 1
	                   ? 1
	                   : (size_t)story->series.total;
	story->patches =
		kd_arena_array(story->arena, story->n, sizeof(*story->patches));
	story->facts =
		kd_arena_array(story->arena, story->n, sizeof(*story->facts));
	if (story->patches == NULL || story->facts == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	for (size_t i = 0; i < story->n; i++)
		story->patches[i].number = single ? KD_NUMBER_NONE : (int)i + 1;
	if (depth == KD_STORY_FATE)
		return kd_store_each_member(view->store, story->series.series,
		                            upto, take_member, story, err);
	return kd_store_each_of_series(view->store, story->series.series, upto,
	                               take_member, story, err);
}

static bool is_later(const struct kd_series *a, const struct kd_series *b)
{
	if (a->version != b->version)
		return a->version > b->version;
	return a->revision > b->revision;
}

/* v5.1 of one patch does not replace v5 as a whole. */
static bool replaces(const struct kd_series *later,
                     const struct kd_series *series)
{
	return !later->resend && is_later(later, series) &&
	       (later->version != series->version ||
	        later->total >= series->total);
}

static enum kd_status find_next(const struct kd_view *view, kd_seq upto,
                                struct kd_story *story, struct kd_error *err)
{
	struct kd_series *versions = NULL;
	enum kd_status st;
	size_t n = 0;

	if (story->series.next == 0)
		return KD_OK;
	st = kd_store_versions(view->store, story->series.series, story->arena,
	                       &versions, &n, err);
	if (st != KD_OK)
		return st;
	for (size_t i = n; i > 0 && story->next.series == 0; i--) {
		if (versions[i - 1].seq <= upto &&
		    replaces(&versions[i - 1], &story->series))
			story->next = versions[i - 1];
	}
	return KD_OK;
}

/* Do the titles stand in the order of the patches?  A shortlog sorts by
 * author. */
static bool are_in_order(const struct kd_story *story,
                         const struct kd_message *cover)
{
	if (cover->n_titles != story->n)
		return false;
	for (size_t i = 0; i < story->n; i++) {
		const struct kd_posted *row = story->patches[i].row;

		if (row != NULL && kd_strcmp_nocase(row->msg.subject.title,
		                                    cover->titles[i]) != 0)
			return false;
	}
	return true;
}

static int by_title(const void *a, const void *b)
{
	const struct kd_titled *x = a;
	const struct kd_titled *y = b;
	int order = kd_strcmp_nocase(x->title, y->title);

	return order != 0 ? order
	                  : (x->index > y->index) - (x->index < y->index);
}

/* Sort the titles that are known so far. */
static enum kd_status sort_titles(struct kd_story *story, struct kd_error *err)
{
	if (story->titled == NULL)
		story->titled = kd_arena_array(story->arena, story->n,
		                               sizeof(*story->titled));
	if (story->titled == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	story->n_titled = 0;
	for (size_t i = 0; i < story->n; i++) {
		const struct kd_story_patch *patch = &story->patches[i];
		const char *title = patch->row != NULL
		                            ? patch->row->msg.subject.title
		                            : patch->title;

		if (title != NULL)
			story->titled[story->n_titled++] =
				(struct kd_titled){ title, (int)i };
	}
	if (story->n_titled > 0)
		qsort(story->titled, story->n_titled, sizeof(*story->titled),
		      by_title);
	return KD_OK;
}

int kd_story_find(const struct kd_story *story, const char *title)
{
	size_t low = 0;
	size_t high = story->n_titled;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (kd_strcmp_nocase(story->titled[middle].title, title) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < story->n_titled &&
	    kd_strcmp_nocase(story->titled[low].title, title) == 0)
		return story->titled[low].index;
	return KD_INDEX_COVER;
}

/* What the patches that did not come are called. */
static enum kd_status name_missing(const struct kd_message *cover,
                                   struct kd_story *story, struct kd_error *err)
{
	bool in_order = are_in_order(story, cover);
	size_t n_missing = 0;
	size_t missing = 0;

	for (size_t i = 0; i < story->n; i++) {
		if (story->patches[i].row != NULL)
			continue;
		missing = i;
		n_missing++;
		if (in_order)
			story->patches[i].title = cover->titles[i];
	}
	if (n_missing == 0 || in_order)
		return KD_OK;
	story->loose = kd_arena_array(story->arena, cover->n_titles,
	                              sizeof(*story->loose));
	if (story->loose == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	for (size_t i = 0; i < cover->n_titles; i++) {
		if (kd_story_find(story, cover->titles[i]) == KD_INDEX_COVER)
			story->loose[story->n_loose++] = cover->titles[i];
	}
	if (story->n_loose == 1 && n_missing == 1) {
		story->patches[missing].title = story->loose[0];
		story->n_loose = 0;
	}
	return KD_OK;
}

static enum kd_status add_announced(const struct kd_view *view,
                                    struct kd_story *story,
                                    struct kd_error *err)
{
	struct kd_message cover = { .n_titles = 0 };
	enum kd_status st;

	if (story->cover == NULL)
		return KD_OK;
	st = kd_store_details(view->store, story->cover->variant, story->arena,
	                      &cover, err);
	if (st != KD_OK || cover.n_titles == 0)
		return st;
	st = name_missing(&cover, story, err);
	return st == KD_OK ? sort_titles(story, err) : st;
}

static void judge(struct kd_story *story)
{
	const struct kd_state_facts facts = {
		.patches = story->facts,
		.n = story->n,
		.n_replies = story->n_replies,
		.next_version = story->next.version,
		.next_revision = story->next.revision,
	};

	story->standing = kd_state_of(&facts);
}

enum kd_status kd_story_tell(const struct kd_view *view, int64_t series,
                             kd_seq upto, enum kd_story_depth depth,
                             struct kd_story *ret, struct kd_error *err)
{
	enum kd_status st;

	st = kd_store_series(view->store, series, ret->arena, &ret->series,
	                     err);
	if (st == KD_OK)
		st = gather(view, upto, depth, ret, err);
	if (st != KD_OK || depth == KD_STORY_PATCHES)
		return st;
	st = find_next(view, upto, ret, err);
	if (st == KD_OK)
		st = sort_titles(ret, err);
	if (st == KD_OK && depth == KD_STORY_ALL)
		st = add_announced(view, ret, err);
	if (st == KD_OK)
		st = kd_story_add_said(view, upto, depth, ret, err);
	if (st == KD_OK && kd_arena_failed(ret->arena))
		st = kd_fail(err, KD_NOMEM, "out of memory");
	if (st == KD_OK)
		judge(ret);
	return st;
}

const struct kd_event *kd_story_evidence(const struct kd_story *story)
{
	enum kd_fate wanted = KD_FATE_NONE;

	if (story->standing.n_merged > 0)
		wanted = KD_FATE_MERGED;
	else if (story->standing.n_applied > 0)
		wanted = KD_FATE_APPLIED;
	else if (story->standing.n_queued > 0)
		wanted = KD_FATE_QUEUED;
	for (size_t i = 0; i < story->n_events; i++) {
		if (wanted != KD_FATE_NONE && story->events[i].fate == wanted)
			return &story->events[i];
	}
	return NULL;
}

const struct kd_posted *kd_story_head(const struct kd_story *story)
{
	if (story->cover != NULL)
		return story->cover;
	for (size_t i = 0; i < story->n; i++) {
		if (story->patches[i].row != NULL)
			return story->patches[i].row;
	}
	return NULL;
}

bool kd_story_came(const struct kd_story *story)
{
	for (size_t i = 0; i < story->n; i++) {
		if (story->facts[i].came)
			return true;
	}
	return false;
}
