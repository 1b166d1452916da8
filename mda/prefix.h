/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * prefix.h - what the words in the brackets of a subject mean.
 *
 * Of use to subject.c only.
 */
#ifndef KD_MDA_PREFIX_H
#define KD_MDA_PREFIX_H

#include "store/record.h"

struct kd_prefix {
	struct kd_bytes word;
	size_t group; /* which pair of brackets it stands in, from 0 */
};

struct kd_prefixes {
	struct kd_prefix words[KD_PREFIXES_MAX]; /* further ones are ignored */
	size_t n;
};

/*
 * Fill in version, versioned, revision, number, total and the flags of ret
 * from the words (mail-rules S3 to S6).  has_diff as for
 * kd_subject_parse().
 *
 * *ret_project is empty or the word that names a project: in a subject
 * that is a patch, RFC or pull, the first word up to its brackets that
 * looks like a name and is neither a flag of ours, nor a tree or branch
 * ("net-next", "for-linus", "tip"), nor a kernel version, nor one of the
 * plain words that people put there.
 */
void kd_prefixes_read(const struct kd_prefixes *words, bool has_diff,
                      struct kd_subject *ret, struct kd_bytes *ret_project);

#endif /* KD_MDA_PREFIX_H */
