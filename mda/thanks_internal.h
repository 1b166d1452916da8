/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * thanks_internal.h - what thanks.c and thanks_words.c share.
 */
#ifndef KD_MDA_THANKS_INTERNAL_H
#define KD_MDA_THANKS_INTERNAL_H

#include <stdbool.h>

#include "store/base/text.h"

/* Take what stands there of signs off *rest. */
void kd_skip_signs(struct kd_bytes *rest, const char *signs);

/* Take a list of numbers, "1-3 and 5", off *rest; empty when there is none.
 * "6.1" and "5.15" are versions of the kernel. */
struct kd_bytes kd_thanks_numbers(struct kd_bytes *rest);

struct kd_tree {
	struct kd_bytes name;
	bool sure; /* it looks like one */
};

/* The tree that the rest of a sentence names: "to my kvm-ppc-next branch"
 * is kvm-ppc-next. */
void kd_thanks_tree(struct kd_bytes rest, struct kd_tree *ret);

/* Does the rest of a sentence, behind its verb, begin with "the review tags"
 * or "Author's Reviewed-by"?  That is what a poster takes over into the next
 * version of his own. */
bool kd_thanks_is_of_tags(struct kd_bytes object);

#endif /* KD_MDA_THANKS_INTERNAL_H */
