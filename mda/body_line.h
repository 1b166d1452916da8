/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * body_line.h - lines that part a body: rules, scissors, footers.
 *
 * Of use to body.c only.  Each looks at a line once.
 */
#ifndef KD_MDA_BODY_LINE_H
#define KD_MDA_BODY_LINE_H

#include "store/base/text.h"

/* "---" and nothing but blanks. */
bool kd_is_line_rule(struct kd_bytes line);

/* git's mailinfo.c, patchbreak(): here the commit message ends. */
bool kd_is_line_break(struct kd_bytes line);

/* git's mailinfo.c, is_scissors_line(): "-- >8 --" and the like. */
bool kd_is_line_scissors(struct kd_bytes line);

/* Here a signature or the footer of a list begins; rest is what follows. */
bool kd_is_line_end_of_text(struct kd_bytes line, struct kd_bytes rest);

#endif /* KD_MDA_BODY_LINE_H */
