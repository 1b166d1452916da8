/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * classify.h - what kind of mail a message is (interface.md, mail-rules I7,
 * S6, B13, T6, T10).  Pure: no MIME, no clock.
 */
#ifndef KD_MDA_CLASSIFY_H
#define KD_MDA_CLASSIFY_H

#include "mda/headers.h"
#include "store/base/text.h"
#include "store/record.h"

/*
 * The kind of msg, whose subject, sender and diff fields are filled in;
 * text is its text, headers its header block.  Of several kinds that fit
 * the first of bot, applied, pull, forward, reply, cover, patch, other.
 */
enum kd_kind kd_classify(const struct kd_message *msg, struct kd_bytes text,
                         const struct kd_headers *headers);

#endif /* KD_MDA_CLASSIFY_H */
