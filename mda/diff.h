/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * diff.h - find diffs and diffstats in text, count what they change,
 * and name the files.
 *
 * Pure: text in, numbers and names out, in one pass.
 */
#ifndef KD_MDA_DIFF_H
#define KD_MDA_DIFF_H

#include "store/base/arena.h"
#include "store/base/text.h"
#include "store/record.h"

enum { KD_DIFF_FILES_MAX = 2000 }; /* more are counted, but not all kept */

struct kd_diff {
	bool found;   /* there is something that git apply would apply */
	size_t start; /* where it begins, "Index: " and the like included */
	struct kd_diffstat stat;  /* as git apply --numstat counts it */
	const char *const *paths; /* of the files, as git apply --numstat names
	                           * them: the new names, or of what is
	                           * deleted the old; in order, each once */
	size_t n_paths;
	bool limited; /* over KD_DIFF_FILES_MAX files, KD_PATHS_MAX or
	               * KD_PATHS_SIZE_MAX */
};

/*
 * Look through text (LF line ends) for diffs as git apply does: what is
 * between them is passed over.  A hunk that breaks off counts as far as it
 * goes, where git apply would refuse it all.  The paths are the arena's: look
 * for lack of memory with kd_arena_failed().
 */
void kd_diff_scan(struct kd_bytes text, struct kd_arena *arena,
                  struct kd_diff *ret);

/*
 * The last diffstat of text: the lines " path | 3 ++-" together with the
 * line "N files changed" that ends them.  False: there is no such line.
 */
bool kd_diffstat_find(struct kd_bytes text, struct kd_span *ret,
                      struct kd_diffstat *ret_stat);

#endif /* KD_MDA_DIFF_H */
