/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * people.h - the files that say who is who: report.mailmap and
 * report.employers, read.
 */
#ifndef KD_REPORT_PEOPLE_H
#define KD_REPORT_PEOPLE_H

#include <stdio.h>

#include "report/employers.h"
#include "report/mailmap.h"

struct kd_people {
	struct kd_arena *arena; /* the caller's; owns the two */
	struct kd_mailmap *mailmap;
	struct kd_employers *employers;
};

/*
 * Read what is named; a name may be NULL: then there is none.  What is no
 * line of such a file is told in one line for each file, to `warn`.
 * KD_CONFIG: a file cannot be read.
 */
KD_MUST_CHECK
enum kd_status kd_people_read(struct kd_people *people, const char *mailmap,
                              const char *employers, FILE *warn,
                              struct kd_error *err);

#endif /* KD_REPORT_PEOPLE_H */
