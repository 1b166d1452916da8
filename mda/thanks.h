/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * thanks.h - a person's word that patches were taken: "Applied to next,
 * thanks!", "Queued 1-3 for 6.1."
 *
 * Of use to classify.c and to notice.c.  Pure, in linear time.
 */
#ifndef KD_MDA_THANKS_H
#define KD_MDA_THANKS_H

#include "store/base/text.h"
#include "store/record.h"

struct kd_thanks {
	enum kd_fate fate;
	struct kd_bytes tree;     /* or empty: none is named */
	struct kd_bytes sentence; /* from its verb on */
	struct kd_bytes numbers;  /* "1-3 and 5", of patches; or empty */
};

/*
 * Find the sentence in the answer text, which sender wrote.  A verb alone
 * proves nothing: thanks, a tree, numbers of patches or commits must go
 * with it; and what someone says so of a mail of his own, a tree or
 * commits.  False: there is none.
 */
bool kd_thanks_find(struct kd_bytes text, const struct kd_person *sender,
                    struct kd_thanks *ret);

#endif /* KD_MDA_THANKS_H */
