/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * when.h - dates and times as people write them.
 *
 * Knows the time zone (TZ), no clock: "now" comes from the caller.
 */
#ifndef KD_REPORT_WHEN_H
#define KD_REPORT_WHEN_H

#include <stdint.h>

enum kd_when {
	KD_WHEN_NONE, /* does not look like a time */
	KD_WHEN_BAD,  /* looks like one, but there is no such time */
	KD_WHEN_OK,
};

/*
 * Understood, without regard to case:
 *
 *   2025-03-18            00:00 of that day
 *   2025-03-18T06:00      T or a blank; seconds may follow; then nothing
 *                         (local time), Z, or an offset: +01:00 +0100 +01
 *   now
 *   today, yesterday      00:00 of that day
 *   2 days ago            minutes, hours, days, weeks, months, years; days
 *                         and longer keep the time of day; 2.days.ago too
 *
 * *ret is set on KD_WHEN_OK only.
 */
enum kd_when kd_when_parse(const char *text, int64_t now, int64_t *ret);

enum { KD_WHEN_SIZE = 32 };

/* "2025-03-18 20:59:17 +0100", local; "-" for a time without a year of
 * four digits. */
void kd_when_format(int64_t when, char ret[KD_WHEN_SIZE]);

#endif /* KD_REPORT_WHEN_H */
