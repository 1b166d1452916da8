/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * svg.h - small pictures of numbers, inline in HTML.  Each says in words
 * what it shows; none needs a style sheet.  They know no documents.
 */
#ifndef KD_REPORT_SVG_H
#define KD_REPORT_SVG_H

#include <stdint.h>
#include <stdio.h>

#include "store/base/arena.h"
#include "store/base/text.h"

/* A bar as long as number is, of at most max; both at least 0. */
void kd_svg_bar(FILE *out, int64_t number, int64_t max);

/* A bar in two parts, as long as a change is large: by the logarithm, on
 * one scale for all, so that they can be compared. */
void kd_svg_diffstat(FILE *out, int64_t insertions, int64_t deletions);

/* A number at a place on an axis. */
struct kd_svg_point {
	const char *at; /* may be NULL */
	int64_t number;
};

/* The first of the highest; NULL: there is none. */
const struct kd_svg_point *kd_svg_highest(const struct kd_svg_point *points,
                                          size_t n);

/* Columns side by side, n of them; title says what they show.
 * id is of letters and digits, and once in the page. */
void kd_svg_columns(FILE *out, struct kd_arena *arena, const char *id,
                    struct kd_bytes title, const struct kd_svg_point *points,
                    size_t n);

#endif /* KD_REPORT_SVG_H */
