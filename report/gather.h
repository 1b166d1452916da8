/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gather.h - the messages of a range for the sections of a digest.
 */
#ifndef KD_REPORT_GATHER_H
#define KD_REPORT_GATHER_H

#include "report/match.h"
#include "report/section.h"

/* Rules are borrowed, for as long as the sections work, and may be NULL. */
struct kd_gather {
	bool posted;                  /* every message, not the patches alone */
	bool tells;                   /* what became of each group is wanted */
	const struct kd_rules *only;  /* nothing else is in the digest */
	const struct kd_rules *watch; /* these get a star */
};

/*
 * Fill in the rows, groups, matcher and time of ctx, whose view and range
 * are set; *ret_messages: how many messages the range has, whatever the
 * filters say.  All of it is the view's arena's.
 */
KD_MUST_CHECK
enum kd_status kd_gather(const struct kd_gather *what,
                         struct kd_section_ctx *ctx, size_t *ret_messages,
                         struct kd_error *err);

#endif /* KD_REPORT_GATHER_H */
