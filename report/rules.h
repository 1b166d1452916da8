/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rules.h - which messages somebody wants to read of; match.h finds them.
 */
#ifndef KD_REPORT_RULES_H
#define KD_REPORT_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Borrowed; n of them. */
struct kd_texts {
	const char *const *texts;
	size_t n;
};

struct kd_rules {
	struct kd_texts paths;  /* kd_glob_path() */
	struct kd_texts people; /* a piece of "Name <email>" of the author or
	                         * the sender, without regard to case */
	struct kd_texts words;  /* a piece of the subject, the same */
	/* None but these series; n_series 0: any. */
	const int64_t *series;
	size_t n_series;
	/* One of each sort must match; else one of any sort is enough. */
	bool all_sorts;
};

/* There is nothing to match. */
bool kd_rules_empty(const struct kd_rules *rules);

#endif /* KD_REPORT_RULES_H */
