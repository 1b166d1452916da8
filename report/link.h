/* SPDX-License-Identifier: GPL-2.0-or-later */
/* link.h - where a message can be read: the archive's template filled in. */
#ifndef KD_REPORT_LINK_H
#define KD_REPORT_LINK_H

#include "store/base/arena.h"

/*
 * archive with each "%s" replaced by the Message-ID, percent-encoded as
 * public-inbox reads it.  NULL: no archive, a Message-ID that the store
 * made up itself, or out of memory.
 */
char *kd_link_make(struct kd_arena *arena, const char *archive,
                   const char *message_id);

#endif /* KD_REPORT_LINK_H */
