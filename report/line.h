/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * line.h - one line of a list, in columns and no wider than the reader's
 * terminal.  All of it passes the sanitizer.
 */
#ifndef KD_REPORT_LINE_H
#define KD_REPORT_LINE_H

#include <stdbool.h>
#include <stdio.h>

#include "store/base/text.h"

struct kd_line {
	FILE *out;
	size_t width; /* columns of the whole line */
	bool ascii;   /* as in struct kd_look */
	size_t used;
};

/*
 * Put text and two blanks; columns: cut or filled up to as many, 0: as it
 * is.  Memory comes from the arena; ask it at the end whether it failed.
 */
void kd_line_put(struct kd_line *line, struct kd_arena *arena,
                 struct kd_bytes text, size_t columns);

/* Put n blanks. */
void kd_line_indent(struct kd_line *line, size_t n);

/* Put what there is room for, and the line's end. */
void kd_line_end(struct kd_line *line, struct kd_arena *arena,
                 struct kd_bytes text);

#endif /* KD_REPORT_LINE_H */
