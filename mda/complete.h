/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * complete.h - what may stand at the end of a command line of the hook, for
 * the completion of the shells; store/base/typed.h says how.
 */
#ifndef KD_MDA_COMPLETE_H
#define KD_MDA_COMPLETE_H

#include "store/base/typed.h"
#include "store/store.h"

/* A command line up to the cursor. */
struct kd_mda_typed {
	struct kd_typed typed;
	bool imports;     /* --import was written */
	const char *conf; /* -c, as written; NULL: not given */
};

/* words: what stands behind the program's name, n of them. */
void kd_mda_complete_read(char *const *words, size_t n,
                          struct kd_mda_typed *ret);

/* Write to out what the word at the cursor may become, one to a line; the
 * line ":files" says that names of files may stand there.  n_lists: of the
 * configuration. */
void kd_mda_complete_write(const struct kd_mda_typed *line,
                           const struct kd_list *lists, size_t n_lists,
                           FILE *out);

#endif /* KD_MDA_COMPLETE_H */
