/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wire.h - a parsed message as bytes: what the child says to its parent.
 *
 * The reader trusts nothing: the child may have been taken over by the
 * mail that it parsed.
 */
#ifndef KD_MDA_WIRE_H
#define KD_MDA_WIRE_H

#include "store/base/arena.h"
#include "store/base/error.h"
#include "store/record.h"

enum {
	/* bytes of everything but the decoded text */
	KD_WIRE_FIELDS_MAX = 1 << 20,
	KD_WIRE_MAX = KD_WIRE_FIELDS_MAX + KD_TEXT_MAX,
};

/*
 * Write msg; *ret is the arena's.  A string that is over its limit is cut,
 * or left out where half of it would name something else; of a list what
 * is over its limits is left out; and the status becomes KD_PARSE_LIMITED.
 * KD_NOMEM; KD_BUG when msg has no Message-ID
 * or subject, or more text than KD_TEXT_MAX.
 */
KD_MUST_CHECK
enum kd_status kd_wire_encode(const struct kd_message *msg,
                              struct kd_arena *arena, struct kd_bytes *ret,
                              struct kd_error *err);

/*
 * Read what a child wrote about raw.  Every length, enum, span, count and
 * every string's UTF-8 is checked; KD_BUG when anything does not hold.
 * ret's pointers are the arena's; text may point into wire.
 */
KD_MUST_CHECK
enum kd_status kd_wire_decode(struct kd_bytes wire, struct kd_bytes raw,
                              struct kd_arena *arena, struct kd_message *ret,
                              struct kd_error *err);

#endif /* KD_MDA_WIRE_H */
