/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * terminal.h - what standard output is, and what it can show.
 */
#ifndef KD_REPORT_TERMINAL_H
#define KD_REPORT_TERMINAL_H

#include <stdbool.h>

#include "report/render.h"
#include "store/base/error.h"

/* What --color may be; NULL ends it. */
extern const char *const kd_color_words[];

/*
 * Fill in ret.  color: --color as it was written, "always", "never" or
 * "auto"; NULL: auto, which is a terminal that is not dumb, and no NO_COLOR
 * that is set and not empty (no-color.org).  to_file: the output goes to a
 * file.  What is no terminal gets KD_WIDTH columns, and all of UTF-8.
 *
 * *ret_terminal: it is one that can hold a pager.
 * KD_USAGE  color is something else
 */
KD_MUST_CHECK
enum kd_status kd_terminal_look(const char *color, bool to_file,
                                struct kd_look *ret, bool *ret_terminal,
                                struct kd_error *err);

#endif /* KD_REPORT_TERMINAL_H */
