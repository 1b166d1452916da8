/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_utc.c - the calendar is the one that the C library has.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/base/utc.h"

static int64_t utc(int year, int month, int day, int hour, int minute,
                   int second)
{
	const struct tm tm = {
		.tm_year = year - 1900,
		.tm_mon = month - 1,
		.tm_mday = day,
		.tm_hour = hour,
		.tm_min = minute,
		.tm_sec = second,
	};

	return kd_utc_seconds(&tm);
}

static void test_dates_that_people_know(void **state)
{
	(void)state;
	assert_int_equal(utc(1970, 1, 1, 0, 0, 0), 0);
	assert_int_equal(utc(1969, 12, 31, 23, 59, 59), -1);
	assert_int_equal(utc(2000, 2, 29, 12, 0, 0), 951825600);
	assert_int_equal(utc(2038, 1, 19, 3, 14, 8), INT64_C(2147483648));
	assert_int_equal(utc(1, 1, 1, 0, 0, 0), INT64_C(-62135596800));
	assert_int_equal(utc(0, 2, 29, 0, 0, 0), INT64_C(-62162121600));
}

static void test_each_day_is_that_of_timegm(void **state)
{
	(void)state;
	for (int year = 0; year <= 9999;
	     year += year < 1890 || year > 2110 ? 89 : 1) {
		for (int month = 0; month < 12; month++) {
			for (int day = 1; day <= 31; day++) {
				struct tm tm = {
					.tm_year = year - 1900,
					.tm_mon = month,
					.tm_mday = day,
					.tm_hour = day % 25,
					.tm_min = day * 2,
					.tm_sec = day * 2,
				};
				int64_t got = kd_utc_seconds(&tm);

				assert_int_equal(got, timegm(&tm));
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dates_that_people_know),
		cmocka_unit_test(test_each_day_is_that_of_timegm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
