/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * diff_name.h - the names of the files that a diff changes.
 *
 * Of use to diff.c only.  It follows git's apply.c: git_header_name(),
 * find_name_traditional() and guess_p_value().
 */
#ifndef KD_MDA_DIFF_NAME_H
#define KD_MDA_DIFF_NAME_H

#include "store/base/arena.h"
#include "store/base/text.h"
#include "store/record.h"

/* What the header of one file says, each behind its word; size 0: it does
 * not stand there. */
struct kd_diff_header {
	struct kd_bytes git;      /* "diff --git " */
	struct kd_bytes old_file; /* "--- " */
	struct kd_bytes new_file; /* "+++ " */
	struct kd_bytes target;   /* "rename to ", "copy to " */
};

/* The names that were found so far, in order, each once. */
struct kd_diff_names {
	struct kd_arena *arena;
	const char **names; /* room for KD_PATHS_MAX, once there is one */
	size_t n;
	size_t size;     /* of all of them, bytes */
	uint16_t *table; /* by hash: which of them, from 1; 0: none */
	bool flat;       /* files of one directory: nothing to strip */
	bool limited;    /* over KD_PATHS_MAX or KD_PATHS_SIZE_MAX */
};

/* Add the name of one file: its new one, or when it is deleted its old
 * one.  Look for lack of memory with kd_arena_failed(). */
void kd_diff_names_add(struct kd_diff_names *names,
                       const struct kd_diff_header *header);

#endif /* KD_MDA_DIFF_NAME_H */
