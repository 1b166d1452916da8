/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * row.h - a message of the range, as the sections see it.
 */
#ifndef KD_REPORT_ROW_H
#define KD_REPORT_ROW_H

#include <stdbool.h>

#include "store/store.h"

/* A copy of row that lives as long as arena: the strings that a digest
 * prints, no prefixes, no references, no text.  NULL: out of memory. */
const struct kd_posted *kd_row_copy(struct kd_arena *arena,
                                    const struct kd_posted *row);

/* A patch or a cover letter: what the digest is about. */
bool kd_row_is_patch(const struct kd_posted *row);

/* Its place in its series: 0 for a cover letter; KD_NUMBER_NONE when the
 * subject says none. */
int kd_row_number(const struct kd_posted *row);

/* "New", "v6" or "v5.1".  NULL: out of memory. */
const char *kd_version_format(struct kd_arena *arena, int version,
                              int revision);

/* The same, of what the subject says. */
const char *kd_row_version(struct kd_arena *arena, const struct kd_posted *row);

/* "[kvm-unit-tests] [RFC] title": what is said before it that is not in
 * the title.  project may be NULL.  NULL: out of memory. */
const char *kd_title_format(struct kd_arena *arena, const char *project,
                            bool rfc, bool resend, const char *title);

/* Its name, or else its address. */
const char *kd_person_short(const struct kd_person *person);

/* A copy in lower case; s may be NULL: then NULL. */
char *kd_lower_copy(struct kd_arena *arena, const char *s);

/* The same for one person: the address, in whatever case; of one without an
 * address who the name says.  NULL: out of memory. */
const char *kd_person_key(struct kd_arena *arena,
                          const struct kd_person *person);

/* For qsort() and bsearch() of int64_t. */
int kd_by_number(const void *a, const void *b);

/* Of an automatic sender: "tip-bot2", also where it says for whom it is;
 * of one without a name what stands before the "@".  NULL: out of memory. */
const char *kd_person_robot(struct kd_arena *arena,
                            const struct kd_person *person);

/* "Name <email>", or what there is of it.  NULL: out of memory. */
const char *kd_person_format(struct kd_arena *arena,
                             const struct kd_person *person);

/* The same address, without regard to case. */
bool kd_person_same(const struct kd_person *a, const struct kd_person *b);

#endif /* KD_REPORT_ROW_H */
