/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ink.h - colour in text, where the reader wants some. */
#ifndef KD_REPORT_INK_H
#define KD_REPORT_INK_H

#include <stdio.h>

#include "report/render.h"

/* What is in colour, by its meaning. */
enum kd_ink {
	KD_INK_PLAIN,
	KD_INK_HEADING, /* bold */
	KD_INK_ID,      /* yellow, as git's commits */
	KD_INK_ADDED,   /* green */
	KD_INK_REMOVED, /* red */
	KD_INK_STATE,   /* cyan */
	KD_INK_STAR,    /* bold yellow */
};

/* Text in it; its sanitizing is the caller's. */
void kd_ink_put(FILE *out, const struct kd_look *look, enum kd_ink ink,
                struct kd_bytes text);

/* For a terminal that shows nothing else: any other character is one '?'. */
void kd_ink_ascii(FILE *out, struct kd_bytes text);

#endif /* KD_REPORT_INK_H */
