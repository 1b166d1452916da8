/* SPDX-License-Identifier: GPL-2.0-or-later */
/* text_table.h - a table as plain text.  For render_text.c alone. */
#ifndef KD_REPORT_TEXT_TABLE_H
#define KD_REPORT_TEXT_TABLE_H

#include <stdio.h>

#include "report/render.h"

/* Write it to out; longer cells stick out, nothing is cut. */
void kd_text_table(const struct kd_doc *doc, const struct kd_look *look,
                   const struct kd_node *node, FILE *out);

#endif /* KD_REPORT_TEXT_TABLE_H */
