/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * show_about.h - what `show` says of a message beside itself: the series
 * that it is of, what a reply is about, what became of a pull request.
 */
#ifndef KD_REPORT_SHOW_ABOUT_H
#define KD_REPORT_SHOW_ABOUT_H

#include "report/doc.h"
#include "report/view.h"

/* What stands before the message: all versions of a series, of its cover
 * letter or of what stands for one; a pull request. */
KD_MUST_CHECK
enum kd_status kd_show_before(const struct kd_view *view,
                              const struct kd_posted *posted,
                              struct kd_doc *doc, struct kd_error *err);

/* Fields of entry, the message itself: of a patch its series, of a reply
 * or notice what it is about and what it says of that. */
KD_MUST_CHECK
enum kd_status kd_show_about(const struct kd_view *view,
                             const struct kd_posted *posted, struct kd_doc *doc,
                             struct kd_node *entry, struct kd_error *err);

#endif /* KD_REPORT_SHOW_ABOUT_H */
