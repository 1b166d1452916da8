/* SPDX-License-Identifier: GPL-2.0-or-later */
/* story_said.h - the part of a story that others tell: replies, trailers,
 * notices.  For story.c alone. */
#ifndef KD_REPORT_STORY_SAID_H
#define KD_REPORT_STORY_SAID_H

#include "report/story.h"

/* Add it to a story whose patches are there. */
KD_MUST_CHECK
enum kd_status kd_story_add_said(const struct kd_view *view, kd_seq upto,
                                 enum kd_story_depth depth,
                                 struct kd_story *story, struct kd_error *err);

#endif /* KD_REPORT_STORY_SAID_H */
