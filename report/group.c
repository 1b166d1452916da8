/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * group.c - the patches of a range, put together.  Which messages make a
 * series is the store's knowledge; here they are only sorted.
 */
#include "report/group.h"

#include <stdlib.h>

/* The series that a row stands in, or 0.  Without a number it has no
 * place in one: it stands alone rather than be lost. */
static int64_t series_of(const struct kd_posted *row)
{
	return kd_row_number(row) >= 0 ? row->series : 0;
}

static int by_series(const void *a, const void *b)
{
	const struct kd_posted *x = *(const struct kd_posted *const *)a;
	const struct kd_posted *y = *(const struct kd_posted *const *)b;
	int64_t series_x = series_of(x);
	int64_t series_y = series_of(y);

	if (series_x != series_y)
		return series_x < series_y ? -1 : 1;
	if (series_x != 0 && kd_row_number(x) != kd_row_number(y))
		return kd_row_number(x) < kd_row_number(y) ? -1 : 1;
	return (x->seq > y->seq) - (x->seq < y->seq);
}

static int by_newest(const void *a, const void *b)
{
	const struct kd_group *x = a;
	const struct kd_group *y = b;

	return (x->newest < y->newest) - (x->newest > y->newest);
}

enum kd_status kd_group_build(struct kd_arena *arena,
                              const struct kd_posted *const *rows, size_t n,
                              struct kd_group **ret, size_t *ret_n,
                              struct kd_error *err)
{
	const struct kd_posted **sorted =
		kd_arena_array(arena, n, sizeof(void *));
	struct kd_group *groups = kd_arena_array(arena, n, sizeof(*groups));
	size_t n_sorted = 0;
	size_t n_groups = 0;

	if (sorted == NULL || groups == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory for the digest");
	for (size_t i = 0; i < n; i++) {
		if (kd_row_is_patch(rows[i]))
			sorted[n_sorted++] = rows[i];
	}
	if (n_sorted > 0)
		qsort(sorted, n_sorted, sizeof(void *), by_series);
	for (size_t i = 0; i < n_sorted; i++) {
		int64_t series = series_of(sorted[i]);
		struct kd_group *group;

		if (n_groups == 0 || series == 0 ||
		    groups[n_groups - 1].series != series) {
			groups[n_groups].series = series;
			groups[n_groups].rows = &sorted[i];
			n_groups++;
		}
		group = &groups[n_groups - 1];
		group->n++;
		if (group->newest < sorted[i]->seq)
			group->newest = sorted[i]->seq;
	}
	if (n_groups > 0)
		qsort(groups, n_groups, sizeof(*groups), by_newest);
	*ret = groups;
	*ret_n = n_groups;
	return KD_OK;
}
