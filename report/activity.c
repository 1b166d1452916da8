/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * activity.c - how much went on in a range.  Counts by sorting.
 */
#include "report/activity.h"

#include <stdlib.h>

#include "report/given.h"
#include "report/group.h"
#include "report/row.h"
#include "report/takings.h"

static int by_address(const void *a, const void *b)
{
	const struct kd_person *x = a;
	const struct kd_person *y = b;

	return kd_strcmp_nocase(x->email != NULL ? x->email : "",
	                        y->email != NULL ? y->email : "");
}

static enum kd_status count_people(const struct kd_view *view,
                                   const struct kd_posted *const *posted,
                                   size_t n, struct kd_activity *ret,
                                   struct kd_error *err)
{
	struct kd_person *people =
		kd_arena_array(view->arena, n, sizeof(*people));
	size_t used = 0;

	if (people == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	for (size_t i = 0; i < n; i++) {
		if (posted[i]->msg.kind != KD_KIND_BOT)
			people[used++] =
				kd_view_person(view, &posted[i]->msg.sender);
	}
	if (used > 1)
		qsort(people, used, sizeof(*people), by_address);
	for (size_t i = 0; i < used; i++)
		ret->people +=
			i == 0 || by_address(&people[i - 1], &people[i]) != 0;
	return KD_OK;
}

static enum kd_status count_reviews(const struct kd_view *view,
                                    const struct kd_posted *const *posted,
                                    size_t n, struct kd_activity *ret,
                                    struct kd_error *err)
{
	struct kd_given *given = NULL;
	enum kd_status st;

	st = kd_given_find(view, posted, n, &given, &n, err);
	if (st != KD_OK)
		return st;
	for (size_t i = 0; i < n; i++)
		ret->reviews += ((given[i].tags & KD_TAG_REVIEWED) != 0) +
		                ((given[i].tags & KD_TAG_ACKED) != 0) +
		                ((given[i].tags & KD_TAG_TESTED) != 0);
	return KD_OK;
}

static int by_unit(const void *a, const void *b)
{
	const struct kd_taking *x = a;
	const struct kd_taking *y = b;

	if (x->unit != y->unit)
		return x->unit < y->unit ? -1 : 1;
	return (x->taken < y->taken) - (x->taken > y->taken);
}

/* Of two trees that took of one series, the one that took most counts. */
static enum kd_status count_applied(const struct kd_view *view,
                                    const struct kd_posted *const *posted,
                                    size_t n, struct kd_activity *ret,
                                    struct kd_error *err)
{
	struct kd_taking *takings = NULL;
	size_t used = 0;
	enum kd_status st;

	st = kd_takings_find(view, posted, n, &takings, &n, err);
	if (st != KD_OK)
		return st;
	for (size_t i = 0; i < n; i++) {
		if (takings[i].fate >= KD_FATE_QUEUED &&
		    takings[i].fate <= KD_FATE_MERGED)
			takings[used++] = takings[i];
	}
	if (used > 1)
		qsort(takings, used, sizeof(*takings), by_unit);
	for (size_t i = 0; i < used; i++) {
		if (i == 0 || takings[i].unit != takings[i - 1].unit)
			ret->applied += takings[i].taken;
	}
	return KD_OK;
}

enum kd_status kd_activity_measure(const struct kd_view *view,
                                   const struct kd_posted *const *posted,
                                   size_t n, struct kd_activity *ret,
                                   struct kd_error *err)
{
	struct kd_group *groups = NULL;
	size_t n_groups = 0;
	enum kd_status st;

	*ret = (struct kd_activity){ .messages = (int64_t)n };
	for (size_t i = 0; i < n; i++)
		ret->patches += posted[i]->msg.kind == KD_KIND_PATCH;
	st = kd_group_build(view->arena, posted, n, &groups, &n_groups, err);
	ret->series = (int64_t)n_groups;
	if (st == KD_OK)
		st = count_people(view, posted, n, ret, err);
	if (st == KD_OK)
		st = count_reviews(view, posted, n, ret, err);
	if (st == KD_OK)
		st = count_applied(view, posted, n, ret, err);
	return st;
}
