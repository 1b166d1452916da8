/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * parse_charset.c - bytes of any charset to UTF-8 (mail-rules B3).
 */
#include "mda/parse_internal.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

enum {
	CHARSET_NAME_MAX = 40,
	/* No charset takes more than two bytes where UTF-8 takes one, but
	 * for two, and what they lose then is the end of a huge text. */
	INPUT_MAX = 2 * KD_TEXT_MAX,
};

/* True for charsets that are UTF-8, and names that say nothing. */
static bool is_utf8_name(const char *charset)
{
	static const char *const names[] = {
		"",        "utf-8",           "utf8",     "us-ascii",
		"ascii",   "ansi_x3.4-1968",  "8bit",     "unknown-8bit",
		"default", "default_charset", "x-unknown"
	};

	if (charset == NULL)
		return true;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (kd_strcmp_nocase(charset, names[i]) == 0)
			return true;
	}
	return false;
}

/* True for charsets in which bytes below 0x80 are ASCII. */
static bool is_ascii_name(const char *charset)
{
	static const char *const families[] = {
		"iso-8859-", "windows-", "cp125", "koi8-", "gb2312",
		"gbk",       "gb18030",  "euc-",  "latin"
	};
	struct kd_bytes name = kd_bytes_of(charset);

	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		if (kd_bytes_starts_nocase(name, families[i]))
			return true;
	}
	return false;
}

/* A NUL is none here: no text of ours may have one. */
static bool is_ascii(struct kd_bytes b)
{
	for (size_t i = 0; i < b.size; i++) {
		if (b.data[i] == '\0' || (unsigned char)b.data[i] >= 0x80)
			return false;
	}
	return true;
}

bool kd_charset_is_utf8(struct kd_bytes content, const char *charset)
{
	if (is_utf8_name(charset))
		return kd_utf8_valid(content);
	return is_ascii_name(charset) && is_ascii(content);
}

/* The name goes to iconv_open(3), to which some characters mean more. */
static bool is_safe_name(const char *charset)
{
	size_t size = strlen(charset);

	for (size_t i = 0; i < size; i++) {
		if (!kd_is_alpha(charset[i]) && !kd_is_digit(charset[i]) &&
		    strchr("-_:+", charset[i]) == NULL)
			return false;
	}
	return size > 0 && size <= CHARSET_NAME_MAX;
}

/*
 * All of in into out, which has room bytes.  False: it does not fit (errno
 * E2BIG) or is not of this charset.  A character cut off at the end of in
 * is let go.
 */
static bool convert_all(iconv_t cd, struct kd_bytes in, char *out, size_t room,
                        size_t *ret)
{
	/* iconv(3) takes char ** but does not write through it. */
	union {
		const char *in;
		char *out;
	} from = { .in = in.data };
	size_t in_left = in.size;
	size_t out_left = room;

	(void)iconv(cd, NULL, NULL, NULL, NULL);
	if (iconv(cd, &from.out, &in_left, &out, &out_left) == (size_t)-1 &&
	    errno != EINVAL)
		return false;
	if (iconv(cd, NULL, NULL, &out, &out_left) == (size_t)-1)
		return false;
	*ret = room - out_left;
	return true;
}

static bool by_iconv(struct kd_arena *arena, const char *charset,
                     struct kd_bytes in, struct kd_bytes *ret)
{
	size_t room = in.size + in.size / 2 + 64;
	iconv_t cd = iconv_open("UTF-8", charset);
	bool done = false;
	char *out;
	size_t size;

	/* iconv_t is a pointer, and this the failure that POSIX names. */
	if (cd == (iconv_t)-1)
		return false;
	do {
		out = kd_arena_room(arena, room);
		if (out == NULL)
			break;
		errno = 0;
		done = convert_all(cd, in, out, room, &size);
		room *= 2;
	} while (!done && errno == E2BIG);
	(void)iconv_close(cd);
	if (done)
		*ret = (struct kd_bytes){ out, size };
	return done;
}

struct kd_bytes kd_charset_decode(struct kd_arena *arena,
                                  struct kd_bytes content, const char *charset,
                                  bool *cut)
{
	struct kd_bytes ret;

	if (content.size > INPUT_MAX) {
		content.size = INPUT_MAX;
		*cut = true;
	}
	if (!is_utf8_name(charset) && is_safe_name(charset) &&
	    by_iconv(arena, charset, content, &ret))
		return ret;

	content = kd_plain_clean(arena, content);
	if (content.size > KD_TEXT_MAX) {
		content.size = kd_utf8_cut(content, KD_TEXT_MAX);
		*cut = true;
	}
	if (kd_utf8_valid(content))
		return content;
	if (by_iconv(arena, "CP1252", content, &ret) ||
	    by_iconv(arena, "ISO-8859-1", content, &ret))
		return ret;
	return kd_bytes_of(kd_utf8_force(arena, content));
}
