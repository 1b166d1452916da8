/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * body.h - the parts of the text of a patch mail.
 *
 *   [in-body headers] commit message, trailers "---" notes, diffstat,
 *   diff, signature
 *
 * Pure: text in, pieces of it out, in linear time.  The rules are those of
 * git mailinfo, with patchwork and b4 behind it (mail-rules I2, B5 to B9).
 */
#ifndef KD_MDA_BODY_H
#define KD_MDA_BODY_H

#include "store/base/arena.h"
#include "store/base/error.h"
#include "store/record.h"

enum { KD_BODY_LINES_MAX = 200000 }; /* the rest is not looked at */

/*
 * The spans are whole lines with their line ends.  Blank lines at their
 * ends, and "---" lines between them, belong to none; they stand in order,
 * so that what there is of commit, notes and stat can be printed as one.
 */
struct kd_body {
	/* In-body headers, unfolded, not yet decoded; NULL: not there. */
	const char *from;
	const char *subject;
	const char *date;
	struct kd_span commit;
	struct kd_span notes;
	struct kd_span stat;
	bool has_diff;     /* a diff that a patch program would apply */
	bool has_diffstat; /* diffstat below is known */
	struct kd_diffstat diffstat; /* from the diff where there is one, else
	                              * from the "N files changed" line */
	/* The same from that line alone. */
	bool has_summary;
	struct kd_diffstat summary;
	/* Of the diff: as the fields of struct kd_message of these names. */
	struct kd_diffstat counted;
	const char *const *paths;
	size_t n_paths;
	bool has_patch_id;
	unsigned char patch_id[KD_PATCH_ID_SIZE];
	bool limited; /* over KD_BODY_LINES_MAX, KD_DIFF_FILES_MAX, or the
	               * limits of paths */
};

/*
 * Take text apart (UTF-8, LF line ends).  reply: the mail answers another,
 * so that "---" is no separator and quoted diffs are none of its own.
 * diff: further text with the patch when that is an attachment of its own
 * (may be empty).  ret's strings are the arena's.
 * KD_NOMEM is the only failure.
 */
KD_MUST_CHECK
enum kd_status kd_body_parse(struct kd_bytes text, struct kd_bytes diff,
                             bool reply, struct kd_arena *arena,
                             struct kd_body *ret, struct kd_error *err);

#endif /* KD_MDA_BODY_H */
