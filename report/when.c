/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * when.c - dates and times as people write them: ISO 8601, and the words
 * that git taught everyone.  Hand-written: strptime(3) knows the locale.
 */
#include "report/when.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "store/base/text.h"
#include "store/base/utc.h"

/* Exactly n digits. */
static bool take_digits(const char **s, int n, int *ret)
{
	int value = 0;

	for (int i = 0; i < n; i++) {
		if (!kd_is_digit((*s)[i]))
			return false;
		value = value * 10 + ((*s)[i] - '0');
	}
	*s += n;
	*ret = value;
	return true;
}

static bool take_char(const char **s, char c)
{
	if (**s != c)
		return false;
	(*s)++;
	return true;
}

static int days_of_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30,
		                    31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

static bool valid_date(int year, int month, int day)
{
	if (year < 1970 || month < 1 || month > 12)
		return false;
	return day >= 1 && day <= days_of_month(year, month);
}

/* hh:mm, with :ss and a fraction where they follow. */
static bool take_time(const char **s, struct tm *tm)
{
	if (!take_digits(s, 2, &tm->tm_hour) || !take_char(s, ':') ||
	    !take_digits(s, 2, &tm->tm_min))
		return false;
	if (take_char(s, ':')) {
		if (!take_digits(s, 2, &tm->tm_sec))
			return false;
		if (take_char(s, '.')) {
			if (!kd_is_digit(**s))
				return false;
			while (kd_is_digit(**s))
				(*s)++;
		}
	}
	return tm->tm_hour < 24 && tm->tm_min < 60 && tm->tm_sec <= 60;
}

/* Z, +hh:mm, +hhmm, +hh, or nothing: local time. */
static bool take_zone(const char **s, bool *ret_local, int64_t *ret_offset)
{
	int sign = 1;
	int hours = 0;
	int minutes = 0;

	*ret_local = false;
	*ret_offset = 0;
	while (take_char(s, ' '))
		;
	if (**s == '\0') {
		*ret_local = true;
		return true;
	}
	if (take_char(s, 'Z') || take_char(s, 'z'))
		return true;
	if (take_char(s, '-'))
		sign = -1;
	else if (!take_char(s, '+'))
		return false;
	if (!take_digits(s, 2, &hours))
		return false;
	if (take_char(s, ':') || **s != '\0') {
		if (!take_digits(s, 2, &minutes))
			return false;
	}
	*ret_offset = (int64_t)sign * (hours * 3600 + minutes * 60);
	return hours < 24 && minutes < 60;
}

static enum kd_when parse_iso(const char *s, int64_t *ret)
{
	struct tm tm = { .tm_isdst = -1 };
	int year, month, day;
	bool local = true;
	int64_t offset = 0;

	if (!take_digits(&s, 4, &year) || !take_char(&s, '-') ||
	    !take_digits(&s, 2, &month) || !take_char(&s, '-') ||
	    !take_digits(&s, 2, &day))
		return KD_WHEN_NONE;
	if (!valid_date(year, month, day))
		return KD_WHEN_BAD;
	if (*s != '\0') {
		if (!take_char(&s, 'T') && !take_char(&s, 't') &&
		    !take_char(&s, ' '))
			return KD_WHEN_BAD;
		if (!take_time(&s, &tm) || !take_zone(&s, &local, &offset) ||
		    *s != '\0')
			return KD_WHEN_BAD;
	}
	tm.tm_year = year - 1900;
	tm.tm_mon = month - 1;
	tm.tm_mday = day;
	*ret = local ? (int64_t)mktime(&tm) : kd_utc_seconds(&tm) - offset;
	return KD_WHEN_OK;
}

/* now, with its local calendar fields moved back by what back holds. */
static enum kd_when go_back(int64_t now, const struct tm *back, int64_t *ret)
{
	time_t t = (time_t)now;
	struct tm tm;

	if (localtime_r(&t, &tm) == NULL)
		return KD_WHEN_BAD;
	tm.tm_mday -= back->tm_mday;
	tm.tm_mon -= back->tm_mon;
	tm.tm_year -= back->tm_year;
	if (back->tm_hour != 0) {
		tm.tm_hour = 0;
		tm.tm_min = 0;
		tm.tm_sec = 0;
	}
	tm.tm_isdst = -1;
	*ret = (int64_t)mktime(&tm);
	return KD_WHEN_OK;
}

/* s is "unit ago", in the singular or plural. */
static bool is_unit(const char *s, const char *unit)
{
	size_t n = strlen(unit);

	if (strncmp(s, unit, n) != 0)
		return false;
	s += n;
	if (*s == 's')
		s++;
	return strcmp(s, " ago") == 0;
}

static enum kd_when parse_ago(const char *s, int64_t now, int64_t *ret)
{
	struct tm back = { .tm_mday = 0 };
	int n = 0;
	int digits = 0;

	for (; kd_is_digit(*s) && digits < 6; s++, digits++)
		n = n * 10 + (*s - '0');
	if (digits == 0 || !take_char(&s, ' '))
		return KD_WHEN_NONE;
	if (is_unit(s, "minute")) {
		*ret = now - (int64_t)n * 60;
		return KD_WHEN_OK;
	}
	if (is_unit(s, "hour")) {
		*ret = now - (int64_t)n * 3600;
		return KD_WHEN_OK;
	}
	if (is_unit(s, "day"))
		back.tm_mday = n;
	else if (is_unit(s, "week"))
		back.tm_mday = n * 7;
	else if (is_unit(s, "month"))
		back.tm_mon = n;
	else if (is_unit(s, "year"))
		back.tm_year = n;
	else
		return KD_WHEN_NONE;
	return go_back(now, &back, ret);
}

/* Lower case, and one blank for each run of blanks, dots and underscores:
 * 2.days.ago needs no quotes in a shell. */
static bool squeeze(const char *text, char *ret, size_t size)
{
	size_t n = 0;

	for (; *text != '\0'; text++) {
		bool gap = kd_is_blank(*text) || *text == '.' || *text == '_';

		if (gap && (n == 0 || ret[n - 1] == ' '))
			continue;
		if (n + 1 >= size)
			return false;
		ret[n] = ' ';
		if (!gap)
			ret[n] = kd_lower(*text);
		n++;
	}
	if (n > 0 && ret[n - 1] == ' ')
		n--;
	ret[n] = '\0';
	return n > 0;
}

static enum kd_when parse_words(const char *text, int64_t now, int64_t *ret)
{
	const struct tm today = { .tm_hour = 1 };
	const struct tm yesterday = { .tm_hour = 1, .tm_mday = 1 };
	char words[64] = "";

	if (!squeeze(text, words, sizeof(words)))
		return KD_WHEN_NONE;
	if (strcmp(words, "now") == 0) {
		*ret = now;
		return KD_WHEN_OK;
	}
	if (strcmp(words, "today") == 0)
		return go_back(now, &today, ret);
	if (strcmp(words, "yesterday") == 0)
		return go_back(now, &yesterday, ret);
	return parse_ago(words, now, ret);
}

enum kd_when kd_when_parse(const char *text, int64_t now, int64_t *ret)
{
	enum kd_when when = parse_iso(text, ret);

	if (when == KD_WHEN_NONE)
		when = parse_words(text, now, ret);
	/* "100 years ago" is before all mail, and a time that can be shown */
	if (when == KD_WHEN_OK && *ret < 0)
		*ret = 0;
	return when;
}

void kd_when_format(int64_t when, char ret[KD_WHEN_SIZE])
{
	time_t t = (time_t)when;
	struct tm tm;

	if (localtime_r(&t, &tm) != NULL && tm.tm_year < 10000 - 1900 &&
	    strftime(ret, KD_WHEN_SIZE, "%Y-%m-%d %H:%M:%S %z", &tm) > 0)
		return;
	(void)snprintf(ret, KD_WHEN_SIZE, "-");
}
