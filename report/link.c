/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * link.c - where a message can be read.  Knows URLs, neither lists nor the
 * store.
 */
#include "report/link.h"

#include <stdbool.h>
#include <string.h>

#include "store/base/text.h"

/* RFC 3986 pchar: what may stand in a path as it is.  "/" may not: an id
 * with one would name another page. */
static bool is_plain(char c)
{
	return c != '\0' && (kd_is_alpha(c) || kd_is_digit(c) ||
	                     strchr("-._~!$&'()*+,;=:@", c) != NULL);
}

static void put_escaped(char **out, const char *s)
{
	static const char hex[] = "0123456789ABCDEF";

	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		if (is_plain(*s)) {
			*(*out)++ = *s;
			continue;
		}
		*(*out)++ = '%';
		*(*out)++ = hex[c >> 4];
		*(*out)++ = hex[c & 0xf];
	}
}

char *kd_link_make(struct kd_arena *arena, const char *archive,
                   const char *message_id)
{
	size_t size;
	size_t holes = 0;
	char *link, *out;

	if (archive == NULL || archive[0] == '\0' ||
	    strncmp(message_id, "sha256:", 7) == 0)
		return NULL;
	for (const char *s = strstr(archive, "%s"); s != NULL;
	     s = strstr(s + 2, "%s"))
		holes++;
	size = strlen(archive) + holes * 3 * strlen(message_id) + 1;
	link = kd_arena_alloc(arena, size);
	if (link == NULL)
		return NULL;
	out = link;
	while (*archive != '\0') {
		if (archive[0] == '%' && archive[1] == 's') {
			put_escaped(&out, message_id);
			archive += 2;
		} else {
			*out++ = *archive++;
		}
	}
	*out = '\0';
	return link;
}
