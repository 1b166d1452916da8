/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lead.h - the way from a line of a digest to its message.
 */
#ifndef KD_REPORT_LEAD_H
#define KD_REPORT_LEAD_H

#include "report/section.h"

/* Let node, a row or an entry, lead to the message.  Its strings are the
 * view's arena's; node may be NULL, as of kd_doc_add(). */
KD_MUST_CHECK
enum kd_status kd_lead_to(const struct kd_view *view, struct kd_node *node,
                          int64_t message, const char *message_id,
                          struct kd_error *err);

/* The same to a message of the range, or one that is like it; with a star
 * where it concerns the reader. */
KD_MUST_CHECK
enum kd_status kd_lead_to_row(const struct kd_section_ctx *ctx,
                              struct kd_node *node, const struct kd_posted *row,
                              struct kd_error *err);

#endif /* KD_REPORT_LEAD_H */
