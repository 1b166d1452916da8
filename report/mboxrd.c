/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mboxrd.c - the quoting of an mboxrd, and the line that begins a message
 * in it.  Knows nothing of mail.
 */
#include "report/mboxrd.h"

#include <string.h>
#include <time.h>

void kd_mboxrd_from(const char *email, int64_t when,
                    char ret[KD_FROM_LINE_SIZE])
{
	/* readers know four digits */
	static const int64_t last = 253402300799; /* 9999-12-31 */
	time_t t = when < 0 ? 0 : (time_t)(when > last ? last : when);
	struct kd_bytes who = kd_bytes_of(email);
	char text[32] = "";
	struct tm tm = { .tm_mday = 1 };

	for (size_t i = 0; i < who.size; i++)
		if (who.data[i] <= ' ' || who.data[i] >= 127)
			who.size = 0;
	if (who.size == 0 || who.size > KD_FROM_LINE_SIZE / 2)
		who = kd_bytes_of("MAILER-DAEMON");
	/* in English whatever the locale: only LC_ALL=C is ever set */
	(void)gmtime_r(&t, &tm);
	(void)strftime(text, sizeof(text), "%a %b %e %H:%M:%S %Y", &tm);
	(void)snprintf(ret, KD_FROM_LINE_SIZE, "From %.*s %s\n", (int)who.size,
	               who.data, text);
}

/* ">", any number of times, and "From " */
static bool is_from(struct kd_bytes line)
{
	while (line.size > 0 && line.data[0] == '>') {
		line.data++;
		line.size--;
	}
	return kd_bytes_starts(line, "From ");
}

/* All up to the next line that needs a ">": found by the word, so that
 * megabytes without one cost nothing. */
bool kd_mboxrd_next(struct kd_bytes *rest, struct kd_bytes *ret,
                    bool *ret_quote)
{
	struct kd_bytes ahead = *rest;

	*ret = *rest;
	if (rest->size == 0)
		return false;
	*ret_quote = is_from(*rest);
	while (ahead.size > 0) {
		const char *lf = memchr(ahead.data, '\n', ahead.size);
		size_t size;

		if (lf == NULL)
			break;
		size = (size_t)(lf - ahead.data) + 1;
		ahead.data += size;
		ahead.size -= size;
		if (is_from(ahead)) {
			ret->size = rest->size - ahead.size;
			break;
		}
	}
	rest->data += ret->size;
	rest->size -= ret->size;
	return true;
}
