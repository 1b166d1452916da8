/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mboxrd.h - mail as an mboxrd, from which its exact bytes can be had
 * again.  Pure: bytes in, bytes out. */
#ifndef KD_REPORT_MBOXRD_H
#define KD_REPORT_MBOXRD_H

#include <stdint.h>

#include "store/base/arena.h"
#include "store/base/text.h"

enum { KD_FROM_LINE_SIZE = 512 };

/* "From author@example.org Mon Nov 10 17:16:44 2025\n" (UTC) into ret.  An
 * address that would not stand there, or none, is MAILER-DAEMON. */
void kd_mboxrd_from(const char *email, int64_t when,
                    char ret[KD_FROM_LINE_SIZE]);

/*
 * Take the next piece of a message off *rest: *ret is to be written, with a
 * ">" before it where *ret_quote says so.  False at the end.
 */
bool kd_mboxrd_next(struct kd_bytes *rest, struct kd_bytes *ret,
                    bool *ret_quote);

#endif /* KD_REPORT_MBOXRD_H */
