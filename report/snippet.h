/* SPDX-License-Identifier: GPL-2.0-or-later */
/* snippet.h - the line of a message that shows why it was found. */
#ifndef KD_REPORT_SNIPPET_H
#define KD_REPORT_SNIPPET_H

#include "report/query.h"

/*
 * The first line of text that has a word or phrase of the query, without
 * blanks around it; empty when none has one (it was found in the subject,
 * across lines, or with other accents).
 */
struct kd_bytes kd_snippet(struct kd_bytes text, const struct kd_query *query);

#endif /* KD_REPORT_SNIPPET_H */
