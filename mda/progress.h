/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * progress.h - how far a long job is, on standard error: a bar on a
 * terminal, a line each ten seconds elsewhere.  It knows no job.
 */
#ifndef KD_MDA_PROGRESS_H
#define KD_MDA_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kd_progress {
	bool quiet;
	bool terminal;
	bool drawn; /* a bar stands in the line */
	int64_t start_ms, last_ms;
};

/* The job begins now; quiet: nobody wants to see it. */
void kd_progress_begin(struct kd_progress *progress, bool quiet);

/* So many messages are through, and so much of what there is; total 0:
 * nobody knows how much that is.  To be called often. */
void kd_progress_show(struct kd_progress *progress, uint64_t messages,
                      uint64_t done, uint64_t total);

/* Take the bar away, for a line that is to stand there. */
void kd_progress_wipe(struct kd_progress *progress);

/* Since it began, as "12.3", into ret. */
void kd_progress_seconds(const struct kd_progress *progress, char *ret,
                         size_t size);

#endif /* KD_MDA_PROGRESS_H */
