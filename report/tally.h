/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tally.h - who and how often: counting for the two tables.
 */
#ifndef KD_REPORT_TALLY_H
#define KD_REPORT_TALLY_H

#include <stddef.h>

#include "report/doc.h"
#include "store/base/arena.h"

struct kd_tally_item {
	const char *key;   /* what is counted as one */
	const char *label; /* how it is shown: the last one given for key */
	size_t count;
};

struct kd_tally {
	struct kd_arena *arena;
	struct kd_tally_item *items; /* n given, later n_top summed up */
	size_t n;
	size_t max;
};

/* Room for up to max single counts.  items is NULL when out of memory. */
void kd_tally_init(struct kd_tally *tally, struct kd_arena *arena, size_t max);

/* Count label once under key; both are borrowed. */
void kd_tally_add(struct kd_tally *tally, const char *key, const char *label);

/*
 * Sum up: items[0] to items[result - 1] are the most counted keys, at most
 * top of them; equal counts stand in reverse byte order of their labels,
 * as in the published digest.
 */
size_t kd_tally_finish(struct kd_tally *tally, size_t top);

/* The rows of kd_tally_finish() into table: the count, and the label in a
 * column named key. */
void kd_tally_table(struct kd_tally *tally, size_t top, const char *key,
                    struct kd_doc *doc, struct kd_node *table);

#endif /* KD_REPORT_TALLY_H */
