/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * state.h - where a series stands.  Pure: facts in, state out.  What the
 * mail does not say is not guessed.
 */
#ifndef KD_REPORT_STATE_H
#define KD_REPORT_STATE_H

#include <stdbool.h>
#include <stddef.h>

#include "store/base/arena.h"
#include "store/record.h"

/* What somebody says of a patch in a trailer; bits. */
enum kd_tag {
	KD_TAG_REVIEWED = 1,
	KD_TAG_ACKED = 2,
	KD_TAG_TESTED = 4,
};

/* "Reviewed-by" -> KD_TAG_REVIEWED; "Reviewed-and-tested-by" has two of
 * them; 0: it says nothing of the kind. */
unsigned int kd_tag_of(const char *trailer);

/* What is known of one patch, whether it came or not. */
struct kd_patch_facts {
	bool came;
	unsigned int tags; /* given to it, or to its cover letter */
	/* The farthest that it got on its way: NONE, QUEUED, APPLIED or
	 * MERGED; a stable tree is another way. */
	enum kd_fate fate;
	bool stable;
	bool failed; /* it did not apply to a stable tree */
};

struct kd_state_facts {
	const struct kd_patch_facts *patches; /* n, all that there should be */
	size_t n;
	size_t n_replies; /* by others than who posted it, and no bots */
	int next_version; /* that replaces it; 0: none */
	int next_revision;
};

enum kd_state {
	KD_STATE_NEW,          /* nobody has said anything */
	KD_STATE_UNDER_REVIEW, /* somebody has */
	KD_STATE_REVIEWED,     /* every patch is reviewed or acked */
	KD_STATE_SUPERSEDED,
	KD_STATE_QUEUED, /* some or all patches are */
	KD_STATE_APPLIED,
	KD_STATE_MERGED,
};

struct kd_standing {
	enum kd_state state;
	size_t n_patches;
	size_t n_queued; /* each patch counts once, where it got farthest */
	size_t n_applied;
	size_t n_merged;
	size_t n_stable;
	size_t n_failed;
	size_t n_reviewed; /* have the tag */
	size_t n_acked;
	size_t n_tested;
	bool superseded; /* also where some of it was taken */
	int next_version;
	int next_revision;
};

struct kd_standing kd_state_of(const struct kd_state_facts *facts);

/* "superseded by v7", "applied 3/5", "merged 2/5, applied 3/5".  NULL: out
 * of memory. */
const char *kd_state_text(struct kd_arena *arena,
                          const struct kd_standing *standing);

/* "reviewed 5/11, tested 1/11": what the state does not say; "" when there
 * is none.  NULL: out of memory. */
const char *kd_tags_text(struct kd_arena *arena,
                         const struct kd_standing *standing);

#endif /* KD_REPORT_STATE_H */
