/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * inbody.h - the header lines that open the body of a forwarded patch.
 *
 * Of use to body.c only.
 */
#ifndef KD_MDA_INBODY_H
#define KD_MDA_INBODY_H

#include "store/base/arena.h"
#include "store/base/text.h"

struct kd_inbody {
	const char *from; /* unfolded, not yet decoded; NULL: not there */
	const char *subject;
	const char *date;
};

/*
 * Read them off the start of text (LF line ends).  The result is where the
 * text proper begins, leading empty lines left out.  Look for lack of
 * memory with kd_arena_failed().
 */
size_t kd_inbody_read(struct kd_bytes text, struct kd_arena *arena,
                      struct kd_inbody *ret);

#endif /* KD_MDA_INBODY_H */
