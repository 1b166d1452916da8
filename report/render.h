/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * render.h - a doc in a format.  Each renderer has its escaping inside;
 * none of them knows the store or which section a node is of.
 */
#ifndef KD_REPORT_RENDER_H
#define KD_REPORT_RENDER_H

#include <stdio.h>

#include "report/doc.h"
#include "store/base/error.h"

/* Write doc to out.  KD_NOMEM, also when out has failed. */
typedef enum kd_status kd_render_fn(const struct kd_doc *doc, FILE *out,
                                    struct kd_error *err);

/* Plain text, as one reads it in a terminal or a mail. */
kd_render_fn kd_render_text;

#endif /* KD_REPORT_RENDER_H */
