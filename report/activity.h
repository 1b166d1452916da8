/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * activity.h - how much went on: messages counted in several ways.
 */
#ifndef KD_REPORT_ACTIVITY_H
#define KD_REPORT_ACTIVITY_H

#include "report/view.h"

struct kd_activity {
	int64_t messages;
	int64_t people; /* who wrote, robots aside, by the mailmap */
	int64_t patches;
	int64_t series;  /* single patches, too */
	int64_t reviews; /* tags given, see given.h */
	int64_t applied; /* patches and pull requests that were taken, each
	                  * once; stable trees aside */
};

KD_MUST_CHECK
enum kd_status kd_activity_measure(const struct kd_view *view,
                                   const struct kd_posted *const *posted,
                                   size_t n, struct kd_activity *ret,
                                   struct kd_error *err);

#endif /* KD_REPORT_ACTIVITY_H */
