/* SPDX-License-Identifier: GPL-2.0-or-later */
/* print.h - a document as text, to where -o says. */
#ifndef KD_REPORT_PRINT_H
#define KD_REPORT_PRINT_H

#include "report/render.h"

/* As kd_render_text() and kd_output_write() fail. */
KD_MUST_CHECK
enum kd_status kd_print(const struct kd_doc *doc, const struct kd_look *look,
                        const char *path, struct kd_error *err);

#endif /* KD_REPORT_PRINT_H */
