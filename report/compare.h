/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compare.h - what became of each patch of a story in the story after it.
 */
#ifndef KD_REPORT_COMPARE_H
#define KD_REPORT_COMPARE_H

#include "report/changes.h"
#include "report/story.h"

/* As kd_changes_find(); the rows are the arena's of after. */
KD_MUST_CHECK
enum kd_status kd_story_compare(const struct kd_story *before,
                                const struct kd_story *after,
                                struct kd_change_list *ret,
                                struct kd_error *err);

#endif /* KD_REPORT_COMPARE_H */
