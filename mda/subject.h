/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * subject.h - what the subject of a kernel mail says.
 *
 * Pure: text in, fields out, in linear time.  The rules are those of
 * patchwork, b4 and git where they agree (mail-rules S1 to S7).
 */
#ifndef KD_MDA_SUBJECT_H
#define KD_MDA_SUBJECT_H

#include "store/base/arena.h"
#include "store/base/error.h"
#include "store/record.h"

/*
 * Take apart a subject that is already decoded and unfolded (UTF-8).
 * has_diff: the mail carries a diff or diffstat, so that a counter in
 * brackets without PATCH counts.  ret's strings are the arena's.
 * KD_NOMEM is the only failure.
 */
KD_MUST_CHECK
enum kd_status kd_subject_parse(const char *subject, bool has_diff,
                                struct kd_arena *arena, struct kd_subject *ret,
                                struct kd_error *err);

#endif /* KD_MDA_SUBJECT_H */
