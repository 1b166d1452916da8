/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mbox_summary.h - what was written as an mbox, in words. */
#ifndef KD_REPORT_MBOX_SUMMARY_H
#define KD_REPORT_MBOX_SUMMARY_H

#include <stdio.h>

#include "report/mbox_series.h"

struct kd_mbox_summary {
	const struct kd_mbox_series *series;
	const char *asked;       /* the version that the POINT is of, where that
	                          * is another one; or NULL */
	const char *base_commit; /* or NULL */
	const char *file;        /* of -o; NULL: standard output */
	const char *id;          /* of the series, for the command line */
	bool cover;              /* it was written, too */
	bool trailers;           /* they were wanted */
};

/* Say it, in lines for a person, to out. */
void kd_mbox_summary_print(FILE *out, const struct kd_mbox_summary *summary);

#endif /* KD_REPORT_MBOX_SUMMARY_H */
