/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * utc.c - see utc.h.
 */
#include "store/base/utc.h"

#include <stdbool.h>

enum {
	CYCLE_YEARS = 400, /* after which the calendar repeats */
	CYCLE_DAYS = 146097,
	EPOCH_DAYS = 719468, /* from the first of March of year 0 to 1970 */
};

/* Of years that begin in March, so that the leap day is their last. */
static int64_t days_before(int64_t year, int month)
{
	int64_t cycle = year >= 0 ? year / CYCLE_YEARS
	                          : (year - CYCLE_YEARS + 1) / CYCLE_YEARS;
	int64_t in_cycle = year - cycle * CYCLE_YEARS;

	/* from March on the months have 31, 30, 31, 30, 31 days, and again */
	return cycle * CYCLE_DAYS + in_cycle * 365 + in_cycle / 4 -
	       in_cycle / 100 + (153 * month + 2) / 5;
}

int64_t kd_utc_seconds(const struct tm *tm)
{
	/* January and February are the last months of the year before */
	bool is_late = tm->tm_mon < 2;
	int64_t year = (int64_t)tm->tm_year + 1900 - (is_late ? 1 : 0);
	int month = is_late ? tm->tm_mon + 10 : tm->tm_mon - 2;
	int64_t days = days_before(year, month) + tm->tm_mday - 1 - EPOCH_DAYS;

	return ((days * 24 + tm->tm_hour) * 60 + tm->tm_min) * 60 + tm->tm_sec;
}
