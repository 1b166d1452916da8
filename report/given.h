/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * given.h - who gave which tag to which patch by the replies among some
 * messages.
 */
#ifndef KD_REPORT_GIVEN_H
#define KD_REPORT_GIVEN_H

#include "report/state.h"
#include "report/view.h"

/* Tags of one person to one patch, or to all of a series by its cover
 * letter. */
struct kd_given {
	struct kd_person who; /* by the mailmap */
	const char *key;      /* the same for one person */
	int64_t target;
	int64_t series; /* of target; what is in none has a number of its own,
	                 * below 0 */
	unsigned int tags;
};

/*
 * Of n messages those that give tags: only what the sender himself says
 * counts, and each tag to a patch once.  In order of key, then target; all
 * of it is the view's arena's.
 */
KD_MUST_CHECK
enum kd_status kd_given_find(const struct kd_view *view,
                             const struct kd_posted *const *posted, size_t n,
                             struct kd_given **ret, size_t *ret_n,
                             struct kd_error *err);

#endif /* KD_REPORT_GIVEN_H */
