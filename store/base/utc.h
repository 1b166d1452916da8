/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * utc.h - a date of the calendar as a time, without the time zones of the
 * machine.
 */
#ifndef KD_STORE_BASE_UTC_H
#define KD_STORE_BASE_UTC_H

#include <stdint.h>
#include <time.h>

/*
 * Seconds since 1970 of a date and time in UTC, as timegm() counts them: the
 * Gregorian calendar without leap seconds, in both directions; day, hour,
 * minute and second may be too large, and go on into what follows.  tm_mon
 * must be a month, 0 to 11; what else struct tm has is not looked at.
 *
 * timegm() is not used because it reads the machine's time zone first, from
 * a file: in a process that reads one mail that is a fiftieth of its time.
 */
int64_t kd_utc_seconds(const struct tm *tm);

#endif /* KD_STORE_BASE_UTC_H */
