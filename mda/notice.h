/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * notice.h - the patches that a notice lists, while they are gathered.
 *
 * Of use to notice.c and notice_list.c only.
 */
#ifndef KD_MDA_NOTICE_H
#define KD_MDA_NOTICE_H

#include "mda/reading.h"

struct kd_taken_list {
	const struct kd_reading *in;
	struct kd_taken *taken;
	size_t n;
	size_t size; /* of all titles */
};

/* One patch; title and commit may be NULL.  Over the limits: left out, and
 * the message is limited. */
void kd_taken_add(struct kd_taken_list *list, int number, const char *title,
                  struct kd_bytes commit);

/* "[1/5] title", with the commit on the line below: b4, patchwork. */
void kd_taken_read_items(struct kd_taken_list *list, struct kd_bytes text);

/* Commits alone: "commit: 1a2b3c4", a link to one. */
void kd_taken_read_commits(struct kd_taken_list *list, struct kd_bytes text);

/* "1-3 and 5": patches of those numbers. */
void kd_taken_read_numbers(struct kd_taken_list *list, struct kd_bytes text);

#endif /* KD_MDA_NOTICE_H */
