/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * versions.c - what must be settled anew when series have changed: versions
 * that are not said, and all that may have one of them before it.
 */
#include <stdlib.h>
#include <string.h>

#include "store/series_internal.h"

enum {
	LISTED_MAX = 2000, /* members looked at, and what points to them */
	/* Whoever sends a patch of the same name again later than this, and
	 * says no version, means another one. */
	REPOST_S = 180 * 24 * 60 * 60,
};

/* So much that what comes at once is settled as well as one by one. */
static size_t work_max(const struct kd_changes *changes)
{
	return KD_WORK_MAX * (changes->n_links > 0 ? changes->n_links : 1);
}

/* --- Versions that are not said ---------------------------------------- */

static int compare_dates(const void *a, const void *b)
{
	const struct kd_posting *x = a;
	const struct kd_posting *y = b;

	if (x->has_date != y->has_date)
		return x->has_date ? -1 : 1;
	if (x->has_date && x->date != y->date)
		return x->date < y->date ? -1 : 1;
	return strcmp(x->message_id, y->message_id);
}

/* The version of what was posted under the same title after others. */
static enum kd_status infer(struct kd_store *store, struct kd_postings *all,
                            size_t i, int *ret, struct kd_arena *arena,
                            struct kd_error *err)
{
	const struct kd_posting *s = &all->rows[i];
	enum kd_likeness likeness = KD_LIKENESS_UNKNOWN;
	const struct kd_posting *c = NULL;
	enum kd_status st;
	size_t j;

	*ret = 1;
	for (j = i; j-- > 0 && c == NULL;) {
		if (all->rows[j].rfc == s->rfc &&
		    kd_posting_is_before(&all->rows[j], s) &&
		    kd_str_same(all->rows[j].project, s->project))
			c = &all->rows[j];
	}
	if (c == NULL || s->date - c->date > REPOST_S)
		return KD_OK;
	st = kd_postings_compare(store, c, s, arena, &likeness, err);
	if (st != KD_OK)
		return st;
	if (s->again || likeness == KD_LIKENESS_SAME)
		*ret = c->version;
	else if (!c->said && likeness == KD_LIKENESS_NONE)
		*ret = c->version + 1;
	return KD_OK;
}

static enum kd_status settle_title(struct kd_store *store,
                                   struct kd_changes *changes,
                                   const struct kd_title *title,
                                   struct kd_ids *work, struct kd_error *err)
{
	struct kd_postings all = { .n = 0 };
	int version = 0;
	size_t first = 0;
	enum kd_status st;
	size_t i;

	st = kd_postings_titled(store, title, &all, changes->arena, err);
	if (st != KD_OK)
		return st;
	if (all.n > 1)
		qsort(all.rows, all.n, sizeof(*all.rows), compare_dates);
	while (first < all.n && all.rows[first].has_date &&
	       all.rows[first].date < title->from)
		first++;
	for (i = first; i < all.n && st == KD_OK; i++) {
		struct kd_posting *row = &all.rows[i];

		st = kd_ids_put(work, changes->arena, row->series,
		                work_max(changes), err);
		if (st != KD_OK || row->said)
			continue;
		st = infer(store, &all, i, &version, changes->arena, err);
		if (st != KD_OK || version == row->version)
			continue;
		row->version = version;
		st = kd_series_run_two(store, KD_STMT_PUT_VERSION, row->series,
		                       version, err);
		if (st == KD_OK)
			st = kd_ids_put(&changes->facts, changes->arena,
			                row->series, work_max(changes), err);
	}
	return st;
}

/* --- What hangs on what changed ---------------------------------------- */

static enum kd_status list(struct kd_store *store, enum kd_stmt which,
                           int64_t key, struct kd_ids *ret,
                           struct kd_arena *arena, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	st = kd_stmt_open(store, which, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, key);
	return kd_ids_read(&cur, ret, arena, LISTED_MAX, err);
}

static enum kd_status list_of_series(struct kd_store *store,
                                     struct kd_changes *changes, int64_t series,
                                     struct kd_ids *work, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	struct kd_postings self = { .n = 0 };
	struct kd_title title;
	enum kd_status st;

	st = kd_ids_put(work, changes->arena, series, work_max(changes), err);
	if (st == KD_OK)
		st = list(store, KD_STMT_LIST_NEXT, series, work,
		          changes->arena, err);
	if (st == KD_OK)
		st = kd_postings_add(store, series, &self, changes->arena, err);
	if (st != KD_OK || self.n == 0)
		return st;
	title.poster = self.rows[0].poster;
	title.key = self.rows[0].title_key;
	title.from = self.rows[0].date;
	st = kd_changes_add_title(changes, &title, err);
	if (st != KD_OK || self.rows[0].change_id == NULL)
		return st;
	st = kd_stmt_open(store, KD_STMT_LIST_BY_CHANGE, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_text(&cur, self.rows[0].change_id);
	return kd_ids_read(&cur, work, changes->arena, work_max(changes), err);
}

/* Those that point to a series whose facts changed, or are like it. */
static enum kd_status list_of_facts(struct kd_store *store,
                                    struct kd_changes *changes,
                                    struct kd_ids *work, struct kd_error *err)
{
	struct kd_arena *arena = changes->arena;
	enum kd_status st = KD_OK;
	size_t i;

	for (i = 0; i < changes->facts.n && st == KD_OK; i++) {
		st = list(store, KD_STMT_LIST_MEMBERS, changes->facts.ids[i],
		          &changes->messages, arena, err);
		if (st == KD_OK)
			st = kd_versions_list_alike(
				store, changes->facts.ids[i], work, arena, err);
		if (st == KD_OK)
			st = list_of_series(store, changes,
			                    changes->facts.ids[i], work, err);
	}
	for (i = 0; i < changes->messages.n && st == KD_OK; i++) {
		st = list(store, KD_STMT_LIST_LINKING, changes->messages.ids[i],
		          work, arena, err);
		if (st == KD_OK)
			st = list(store, KD_STMT_LIST_ANSWERING,
			          changes->messages.ids[i], work, arena, err);
	}
	for (i = 0; i < changes->signs.n && st == KD_OK; i++)
		st = list(store, KD_STMT_LIST_BY_SIGN, changes->signs.ids[i],
		          work, arena, err);
	return st;
}

enum kd_status kd_versions_settle(struct kd_store *store,
                                  struct kd_changes *changes,
                                  struct kd_error *err)
{
	struct kd_ids work = { .n = 0 };
	enum kd_status st = KD_OK;
	size_t i;

	for (i = 0; i < changes->series.n && st == KD_OK; i++)
		st = list_of_series(store, changes, changes->series.ids[i],
		                    &work, err);
	for (i = 0; i < changes->n_titles && st == KD_OK; i++)
		st = settle_title(store, changes, &changes->titles[i], &work,
		                  err);
	if (st == KD_OK)
		st = list_of_facts(store, changes, &work, err);
	for (i = 0; i < work.n && i < work_max(changes) && st == KD_OK; i++)
		st = kd_versions_settle_one(store, changes->arena, work.ids[i],
		                            err);
	return st;
}
