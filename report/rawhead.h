/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rawhead.h - a header field of a message as it came. */
#ifndef KD_REPORT_RAWHEAD_H
#define KD_REPORT_RAWHEAD_H

#include "store/base/arena.h"
#include "store/base/text.h"

/*
 * The first field of that name in the header of raw (without regard to
 * case), as it stands: folds, encoded words and all.  NULL: there is none,
 * or out of memory.
 */
const char *kd_rawhead_get(struct kd_arena *arena, struct kd_bytes raw,
                           const char *name);

#endif /* KD_REPORT_RAWHEAD_H */
