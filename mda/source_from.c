/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * source_from.c - is this the line that begins a message in an mbox?
 *
 * "From author@example.org Thu Nov 24 18:22:48 1986", with a zone before or
 * behind the year, without seconds, with day and month the other way round.
 * RFC 4155 is strict, the programs that write mailboxes are not.
 */
#include <string.h>
#include <time.h>

#include "mda/source_internal.h"
#include "store/base/utc.h"

enum { WORDS_MAX = 16 };

static size_t split(struct kd_bytes line, struct kd_bytes words[WORDS_MAX])
{
	size_t n = 0, i = 0;

	while (n < WORDS_MAX) {
		size_t start;

		while (i < line.size && kd_is_blank(line.data[i]))
			i++;
		start = i;
		while (i < line.size && !kd_is_blank(line.data[i]))
			i++;
		if (i == start)
			break;
		words[n++] = (struct kd_bytes){ line.data + start, i - start };
	}
	return n;
}

/* All of word as a number of least to most digits. */
static bool number(struct kd_bytes word, size_t least, size_t most, int *ret)
{
	if (word.size < least || word.size > most)
		return false;
	*ret = 0;
	for (size_t i = 0; i < word.size; i++) {
		if (!kd_is_digit(word.data[i]))
			return false;
		*ret = *ret * 10 + (word.data[i] - '0');
	}
	return true;
}

static bool month(struct kd_bytes word, int *ret)
{
	static const char *const names[] = { "Jan", "Feb", "Mar", "Apr",
		                             "May", "Jun", "Jul", "Aug",
		                             "Sep", "Oct", "Nov", "Dec" };

	for (int i = 0; i < 12; i++) {
		if (kd_bytes_equal_nocase(word, names[i])) {
			*ret = i;
			return true;
		}
	}
	return false;
}

/* "18:22:48", "9:05" */
static bool clock_time(struct kd_bytes word, struct tm *ret)
{
	const char *colon = memchr(word.data, ':', word.size);
	struct kd_bytes hour, minute, second = { "00", 2 };
	size_t at;

	if (colon == NULL)
		return false;
	at = (size_t)(colon - word.data);
	hour = (struct kd_bytes){ word.data, at };
	minute = (struct kd_bytes){ colon + 1, word.size - at - 1 };
	colon = memchr(minute.data, ':', minute.size);
	if (colon != NULL) {
		at = (size_t)(colon - minute.data);
		second = (struct kd_bytes){ colon + 1, minute.size - at - 1 };
		minute.size = at;
	}
	return number(hour, 1, 2, &ret->tm_hour) && ret->tm_hour < 24 &&
	       number(minute, 2, 2, &ret->tm_min) && ret->tm_min < 60 &&
	       number(second, 2, 2, &ret->tm_sec) && ret->tm_sec <= 60;
}

/* Seconds east of Greenwich of "+0100"; 0 of all else. */
static int64_t zone(struct kd_bytes word)
{
	int digits;

	if (word.size != 5 || (word.data[0] != '+' && word.data[0] != '-') ||
	    !number((struct kd_bytes){ word.data + 1, 4 }, 4, 4, &digits))
		return 0;
	digits = (digits / 100 * 60 + digits % 100) * 60;
	return word.data[0] == '-' ? -digits : digits;
}

/* What stands around the clock time, words[i]. */
static bool around(const struct kd_bytes *words, size_t n, size_t i,
                   struct tm *ret, int64_t *ret_east)
{
	int year = 0;

	if (!(month(words[i - 2], &ret->tm_mon) &&
	      number(words[i - 1], 1, 2, &ret->tm_mday)) &&
	    !(month(words[i - 1], &ret->tm_mon) &&
	      number(words[i - 2], 1, 2, &ret->tm_mday)))
		return false;
	if (ret->tm_mday < 1 || ret->tm_mday > 31)
		return false;
	*ret_east = 0;
	for (size_t k = i + 1; k < n && k <= i + 3; k++) {
		if (year == 0 && number(words[k], 4, 4, &year))
			continue;
		if (*ret_east == 0)
			*ret_east = zone(words[k]);
	}
	ret->tm_year = year - 1900;
	return year >= 1970;
}

bool kd_mbox_from_line(struct kd_bytes line, int64_t *ret_time)
{
	const int64_t least = 631152000; /* 1990: mboxrd@z says 1970 */
	struct kd_bytes words[WORDS_MAX];
	struct tm tm = { .tm_isdst = 0 };
	int64_t east;
	size_t n;

	*ret_time = 0;
	if (!kd_bytes_starts(line, "From "))
		return false;
	while (line.size > 0 && strchr("\r\n", line.data[line.size - 1]))
		line.size--;
	n = split(line, words);
	for (size_t i = 3; i < n; i++) {
		if (!clock_time(words[i], &tm) ||
		    !around(words, n, i, &tm, &east))
			continue;
		*ret_time = kd_utc_seconds(&tm) - east;
		if (*ret_time < least)
			*ret_time = 0;
		return true;
	}
	return false;
}
