/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * record.h - a whole message: parse.h, subject.h and body.h put together,
 * and what the header scan knows when the parser dies.
 */
#ifndef KD_MDA_RECORD_H
#define KD_MDA_RECORD_H

#include "store/base/arena.h"
#include "store/base/error.h"
#include "store/record.h"

/*
 * All that can be known of the message in raw.  Runs in the child.  received
 * is the hook's clock: a Date outside 1990 to two days after it is none.
 * A message that GMime does not know as one comes out as by
 * kd_record_fallback() with KD_PARSE_UNPARSED.  KD_NOMEM is the only
 * failure.  ret's pointers are the arena's, or raw's.
 */
KD_MUST_CHECK
enum kd_status kd_record_build(struct kd_bytes raw, int64_t received,
                               struct kd_arena *arena, struct kd_message *ret,
                               struct kd_error *err);

/*
 * What our own header scan knows: Message-ID, From, Subject, Date as bytes
 * made UTF-8, no encoded words undone; no text.  Runs in the parent, so it
 * uses nothing of GMime's.  KD_NOMEM is the only failure.
 */
KD_MUST_CHECK
enum kd_status kd_record_fallback(struct kd_bytes raw, int64_t received,
                                  enum kd_parse_status status,
                                  struct kd_arena *arena,
                                  struct kd_message *ret, struct kd_error *err);

#endif /* KD_MDA_RECORD_H */
