/* SPDX-License-Identifier: GPL-2.0-or-later */
/* badlines.h - lines of a file of the user's that say nothing: passed over,
 * and told once. */
#ifndef KD_REPORT_BADLINES_H
#define KD_REPORT_BADLINES_H

#include <stddef.h>

struct kd_badlines {
	size_t n;
	size_t first; /* number of the first of them; lines count from 1 */
};

/* One more, in order of lines. */
static inline void kd_badlines_add(struct kd_badlines *bad, size_t line)
{
	if (bad->n++ == 0)
		bad->first = line;
}

#endif /* KD_REPORT_BADLINES_H */
