/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * notes.h - what the author says that changed in a version: the list below
 * "Changes in v7:" and the like.  Pure: text in, lines out.
 */
#ifndef KD_REPORT_NOTES_H
#define KD_REPORT_NOTES_H

#include <stddef.h>

#include "store/base/arena.h"
#include "store/base/text.h"

enum { KD_NOTES_MAX = 3 };

struct kd_notes {
	const char *notes[KD_NOTES_MAX]; /* the first ones, each one line */
	size_t n;                        /* of all of them */
};

/*
 * The notes on `version` in text, a cover letter or what stands below the
 * "---" of a patch.  Headings are understood as people write them:
 * "Changes in v7", "v7 changes:", "Changes since v6", "v6 -> v7", "v7:".
 * The strings are the arena's.  KD_NOMEM.
 */
KD_MUST_CHECK
enum kd_status kd_notes_find(struct kd_arena *arena, struct kd_bytes text,
                             int version, struct kd_notes *ret,
                             struct kd_error *err);

#endif /* KD_REPORT_NOTES_H */
