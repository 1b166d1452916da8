/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * block.h - stories in a document: as one of many, or in full with the
 * versions before and after.
 */
#ifndef KD_REPORT_BLOCK_H
#define KD_REPORT_BLOCK_H

#include "report/doc.h"
#include "report/story.h"

/* One of a list of series: who, what, where it stands. */
KD_MUST_CHECK
enum kd_status kd_block_line(const struct kd_view *view,
                             const struct kd_story *story, struct kd_doc *doc,
                             struct kd_error *err);

/* Who said what of it: fields of entry. */
void kd_block_said(const struct kd_story *story, struct kd_doc *doc,
                   struct kd_node *entry);

/* A series with all its versions, newest first: what each changed, who
 * reviewed what, where it stands. */
KD_MUST_CHECK
enum kd_status kd_block_versions(const struct kd_view *view, int64_t series,
                                 struct kd_doc *doc, struct kd_error *err);

/* Where a patch stands that is a part of a series, or that was posted
 * once and alone: fields of entry. */
KD_MUST_CHECK
enum kd_status kd_block_member(const struct kd_view *view,
                               const struct kd_posted *posted,
                               struct kd_doc *doc, struct kd_node *entry,
                               struct kd_error *err);

#endif /* KD_REPORT_BLOCK_H */
