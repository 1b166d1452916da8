/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * group.h - the patches of a range, put together: what was posted as one
 * series stands as one.
 */
#ifndef KD_REPORT_GROUP_H
#define KD_REPORT_GROUP_H

#include "report/row.h"

/* A series, or a single patch. */
struct kd_group {
	int64_t series; /* of the store; 0: a single */
	kd_seq newest;  /* where it stands in the digest */
	/* Of a format that tells of series, as known at the end of the range,
	 * else NULL: "v6", and "applied 3/5" or "". */
	const char *version;
	const char *mark;
	bool star; /* it concerns the reader */
	/* n of them in order of number, then of arrival: the cover letter,
	 * where it is in the range, is the first.  At least one. */
	const struct kd_posted *const *rows;
	size_t n;
};

/*
 * Group the patches and cover letters among rows; others are passed over.
 * *ret has the groups, newest first; it is the arena's.
 */
KD_MUST_CHECK
enum kd_status kd_group_build(struct kd_arena *arena,
                              const struct kd_posted *const *rows, size_t n,
                              struct kd_group **ret, size_t *ret_n,
                              struct kd_error *err);

#endif /* KD_REPORT_GROUP_H */
