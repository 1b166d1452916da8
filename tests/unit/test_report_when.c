/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_report_when.c - dates and times as people write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "report/when.h"

/* 2025-03-30 12:00:00 UTC; in Berlin it is 14:00, summer time since the
 * morning. */
static const int64_t now = 1743336000;

struct row {
	const char *zone;
	const char *text;
	enum kd_when expect;
	int64_t when;
};

static const struct row rows[] = {
	{ "UTC", "2025-03-18", KD_WHEN_OK, 1742256000 },
	{ "UTC", "2025-03-18T06:00", KD_WHEN_OK, 1742277600 },
	{ "UTC", "2025-03-18 06:00", KD_WHEN_OK, 1742277600 },
	{ "UTC", "2025-03-18T06:00:30", KD_WHEN_OK, 1742277630 },
	{ "UTC", "2025-03-18T06:00:30.75Z", KD_WHEN_OK, 1742277630 },
	{ "UTC", "2025-03-18T06:00Z", KD_WHEN_OK, 1742277600 },
	{ "UTC", "2025-03-18t06:00z", KD_WHEN_OK, 1742277600 },
	{ "UTC", "2025-03-18 06:00:00 +0100", KD_WHEN_OK, 1742274000 },
	{ "UTC", "2025-03-18T06:00-08:00", KD_WHEN_OK, 1742306400 },
	{ "UTC", "2025-03-18T06:00+05", KD_WHEN_OK, 1742259600 },
	{ "UTC", "2024-02-29", KD_WHEN_OK, 1709164800 },
	{ "UTC", "1970-01-01", KD_WHEN_OK, 0 },
	{ "Europe/Berlin", "2025-03-18", KD_WHEN_OK, 1742252400 },
	{ "Europe/Berlin", "2025-03-18T06:00", KD_WHEN_OK, 1742274000 },
	{ "Europe/Berlin", "2025-03-18T06:00Z", KD_WHEN_OK, 1742277600 },
	{ "Europe/Berlin", "2025-07-01T00:00", KD_WHEN_OK, 1751320800 },

	{ "UTC", "now", KD_WHEN_OK, 1743336000 },
	{ "UTC", "NOW", KD_WHEN_OK, 1743336000 },
	{ "UTC", "today", KD_WHEN_OK, 1743292800 },
	{ "UTC", "yesterday", KD_WHEN_OK, 1743206400 },
	{ "Europe/Berlin", "today", KD_WHEN_OK, 1743289200 },
	{ "Europe/Berlin", "yesterday", KD_WHEN_OK, 1743202800 },
	{ "UTC", "1 minute ago", KD_WHEN_OK, 1743335940 },
	{ "UTC", "90 minutes ago", KD_WHEN_OK, 1743330600 },
	{ "UTC", "18 hours ago", KD_WHEN_OK, 1743271200 },
	{ "UTC", "2 days ago", KD_WHEN_OK, 1743163200 },
	{ "UTC", "2.days.ago", KD_WHEN_OK, 1743163200 },
	{ "UTC", " 2  Days_ago ", KD_WHEN_OK, 1743163200 },
	/* The same time of day, across the change of the clocks. */
	{ "Europe/Berlin", "1 day ago", KD_WHEN_OK, 1743253200 },
	{ "UTC", "1 week ago", KD_WHEN_OK, 1742731200 },
	{ "UTC", "2 weeks ago", KD_WHEN_OK, 1742126400 },
	{ "UTC", "3 months ago", KD_WHEN_OK, 1735560000 },
	{ "UTC", "1 year ago", KD_WHEN_OK, 1711800000 },
	{ "UTC", "99999 days ago", KD_WHEN_OK, 0 },
	{ "UTC", "999 years ago", KD_WHEN_OK, 0 },

	{ "UTC", "2025-02-29", KD_WHEN_BAD, 0 },
	{ "UTC", "2025-13-01", KD_WHEN_BAD, 0 },
	{ "UTC", "2025-00-01", KD_WHEN_BAD, 0 },
	{ "UTC", "2025-01-32", KD_WHEN_BAD, 0 },
	{ "UTC", "1969-12-31", KD_WHEN_BAD, 0 },
	{ "UTC", "2025-03-18T24:00", KD_WHEN_BAD, 0 },
	{ "UTC", "2025-03-18T06:60", KD_WHEN_BAD, 0 },
	{ "UTC", "2025-03-18T6:00", KD_WHEN_BAD, 0 },
	{ "UTC", "2025-03-18T06", KD_WHEN_BAD, 0 },
	{ "UTC", "2025-03-18T06:00X", KD_WHEN_BAD, 0 },
	{ "UTC", "2025-03-18T06:00+1", KD_WHEN_BAD, 0 },
	{ "UTC", "2025-03-18T06:00+01:", KD_WHEN_BAD, 0 },
	{ "UTC", "2025-03-18T06:00+99:00", KD_WHEN_BAD, 0 },
	{ "UTC", "2025-03-18T06:00Zulu", KD_WHEN_BAD, 0 },
	{ "UTC", "2025-03-18T06:00:00.", KD_WHEN_BAD, 0 },
	{ "UTC", "2025-03-18T06:00:00.xZ", KD_WHEN_BAD, 0 },
	{ "UTC", "2025-03-18T06:00:0", KD_WHEN_BAD, 0 },
	{ "UTC", "2025-03-18x", KD_WHEN_BAD, 0 },

	{ "UTC", "", KD_WHEN_NONE, 0 },
	{ "UTC", " ", KD_WHEN_NONE, 0 },
	{ "UTC", "2025", KD_WHEN_NONE, 0 },
	{ "UTC", "20250318", KD_WHEN_NONE, 0 },
	{ "UTC", "last", KD_WHEN_NONE, 0 },
	{ "UTC", "days ago", KD_WHEN_NONE, 0 },
	{ "UTC", "2 days", KD_WHEN_NONE, 0 },
	{ "UTC", "2 dayss ago", KD_WHEN_NONE, 0 },
	{ "UTC", "2 fortnights ago", KD_WHEN_NONE, 0 },
	{ "UTC", "-2 days ago", KD_WHEN_NONE, 0 },
	{ "UTC", "1234567 days ago", KD_WHEN_NONE, 0 },
	{ "UTC", "2 days ago or so", KD_WHEN_NONE, 0 },
};

static void set_zone(const char *zone)
{
	assert_int_equal(setenv("TZ", zone, 1), 0);
	tzset();
}

static void test_parse_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		int64_t when = -1;
		enum kd_when got;

		set_zone(row->zone);
		got = kd_when_parse(row->text, now, &when);
		if (got != row->expect ||
		    (got == KD_WHEN_OK && when != row->when))
			fail_msg("'%s' in %s: %d, %lld", row->text, row->zone,
			         (int)got, (long long)when);
	}
}

/* Where the calendar ends nothing is some days ago. */
static void test_parse_at_the_end_of_time(void **state)
{
	int64_t when = 0;

	(void)state;
	set_zone("UTC");
	assert_int_equal(kd_when_parse("2 days ago", INT64_MAX, &when),
	                 KD_WHEN_BAD);
}

static void test_parse_overlong(void **state)
{
	char text[4096];
	int64_t when = 0;

	(void)state;
	memset(text, '9', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(kd_when_parse(text, now, &when), KD_WHEN_NONE);
	memset(text, ' ', sizeof(text) - 1);
	assert_int_equal(kd_when_parse(text, now, &when), KD_WHEN_NONE);
}

static void test_format_zones(void **state)
{
	char text[KD_WHEN_SIZE];

	(void)state;
	set_zone("UTC");
	kd_when_format(1742277600, text);
	assert_string_equal(text, "2025-03-18 06:00:00 +0000");
	set_zone("Europe/Berlin");
	kd_when_format(1742277600, text);
	assert_string_equal(text, "2025-03-18 07:00:00 +0100");
	kd_when_format(INT64_MAX, text);
	assert_string_equal(text, "-");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse_rows),
		cmocka_unit_test(test_parse_at_the_end_of_time),
		cmocka_unit_test(test_parse_overlong),
		cmocka_unit_test(test_format_zones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
