/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * patchid.h - the id of a diff, by which git knows it again when it was
 * sent a second time: blanks and line numbers play no part.
 *
 * Pure: text in, bytes out, in one pass and without memory.
 */
#ifndef KD_MDA_PATCHID_H
#define KD_MDA_PATCHID_H

#include "store/base/text.h"
#include "store/record.h"

/*
 * What git patch-id --stable (2.39) prints first of text (LF line ends):
 * KD_PATCH_ID_SIZE bytes into ret.  False: it prints nothing, as there is
 * no line that begins with "diff ".
 */
bool kd_patchid(struct kd_bytes text, unsigned char *ret);

#endif /* KD_MDA_PATCHID_H */
