/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * phrase.h - facts of a story in words, as a line of the report has them.
 * Strings are the story's arena's; NULL: out of memory.
 */
#ifndef KD_REPORT_PHRASE_H
#define KD_REPORT_PHRASE_H

#include "report/changes.h"
#include "report/story.h"
#include "store/series.h"

/* text and more, with mark between them where both say something. */
const char *kd_phrase_join(struct kd_arena *arena, const char *text,
                           const char *mark, const char *more);

/* "v1", "v6", "v5.1" */
const char *kd_phrase_version(struct kd_arena *arena,
                              const struct kd_series *series);

/* "2025-09-01", when it was posted */
const char *kd_phrase_date(struct kd_arena *arena, bool has_date, int64_t date,
                           int64_t received);

/* "5/7", and "5/7+1" where more came */
const char *kd_phrase_received(const struct kd_story *story);

/* "1-3, 5" for the numbers whose flag is set; flags[0] is of 1. */
const char *kd_phrase_numbers(struct kd_arena *arena, const bool *flags,
                              size_t n);

/* "4 "KVM: demo: Title", 7-9"; "" when all of it came. */
const char *kd_phrase_missing(const struct kd_story *story);

/* Its state, with who says so, when and where. */
KD_MUST_CHECK
enum kd_status kd_phrase_state(const struct kd_view *view,
                               const struct kd_story *story, const char **ret,
                               struct kd_error *err);

/* "since v3: 1-2 unchanged; 3 changed; 4 new; v3 2 dropped "KVM: ..."".
 * Nothing is called new or dropped that may only not have come; "" where
 * nothing of one of them came. */
const char *kd_phrase_changes(struct kd_arena *arena,
                              const struct kd_story *before,
                              const struct kd_story *after,
                              const struct kd_change_list *changes);

#endif /* KD_REPORT_PHRASE_H */
