/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * takings.h - what notices among some messages say went in: by tree, each
 * series once.
 */
#ifndef KD_REPORT_TAKINGS_H
#define KD_REPORT_TAKINGS_H

#include "report/view.h"

/* What one tree took of one series, single patch or pull request. */
struct kd_taking {
	const char *tree; /* or NULL: it is not named */
	enum kd_fate fate;
	const struct kd_posted *notice; /* the first that says so */
	int64_t unit; /* the series; below 0: of what is in none */
	const char *title;
	const char *project; /* or NULL: the kernel */
	int64_t taken;       /* patches of it */
	int64_t total;       /* 0: it is not known how many there are */
};

/*
 * Of n messages those that say what became of patches.  By tree, those
 * that are not named last, then in order of arrival; the array is the view's
 * arena's.
 */
KD_MUST_CHECK
enum kd_status kd_takings_find(const struct kd_view *view,
                               const struct kd_posted *const *posted, size_t n,
                               struct kd_taking **ret, size_t *ret_n,
                               struct kd_error *err);

#endif /* KD_REPORT_TAKINGS_H */
