/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * value.c - which strings are good for what, and how it is said when one
 * is not.  Knows no key and no file format.
 */
#include "conf/internal.h"

#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum {
	NAME_MAX_BYTES = 64,
	ID_MAX_BYTES = 255,
	ADDRESS_MAX_BYTES = 254, /* RFC 5321, 4.5.3.1.3 */
	ARCHIVE_MAX_BYTES = 1000,
	/* Leaves room for what the store puts behind its name. */
	PATH_MAX_BYTES = PATH_MAX - 256,
};

enum kd_status kd_conf_wrong(struct kd_error *err, const struct kd_conf_at *at,
                             const char *expected, const char *found_fmt, ...)
{
	char found[256];
	va_list args;

	va_start(args, found_fmt);
	if (vsnprintf(found, sizeof(found), found_fmt, args) < 0)
		found[0] = '\0';
	va_end(args);
	return kd_fail(err, KD_CONFIG, "%s:%u: %s: expected %s, found %s",
	               at->file, at->line, at->key, expected, found);
}

/* libconfig knows bytes; terminals and mail know UTF-8. */
enum kd_status kd_conf_check_text(struct kd_bytes text, const char *file,
                                  struct kd_error *err)
{
	struct kd_conf_at at = { file, 1, "syntax" };
	size_t pos = 0;

	while (pos < text.size) {
		unsigned char byte = (unsigned char)text.data[pos];
		uint32_t c = kd_utf8_next(text, &pos);

		if (c == UINT32_MAX)
			return kd_conf_wrong(err, &at, "UTF-8",
			                     "the byte 0x%02x", byte);
		if ((c < ' ' && (c == 0 || strchr("\t\n\r\f", byte) == NULL)) ||
		    c == 0x7f)
			return kd_conf_wrong(err, &at, "text",
			                     "the control character 0x%02x",
			                     byte);
		if (c == '\n')
			at.line++;
	}
	return KD_OK;
}

/* 1 to max bytes of printable ASCII without a blank and without any of
 * the characters in but. */
static bool is_word(const char *s, size_t max, const char *but)
{
	size_t n = strlen(s);

	if (n == 0 || n > max)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (s[i] <= ' ' || s[i] >= 0x7f || strchr(but, s[i]) != NULL)
			return false;
	}
	return true;
}

/* Blanks and "=" would not survive -l NAME=LIST-ID on a command line. */
bool kd_conf_good_name(const char *s)
{
	if (!is_word(s, NAME_MAX_BYTES, ""))
		return false;
	if (!kd_is_alpha(s[0]) && !kd_is_digit(s[0]))
		return false;
	for (const char *p = s; *p != '\0'; p++) {
		if (!kd_is_alpha(*p) && !kd_is_digit(*p) &&
		    strchr("._+-", *p) == NULL)
			return false;
	}
	/* --list gives these two a meaning of their own. */
	return kd_strcmp_nocase(s, "all") != 0 &&
	       kd_strcmp_nocase(s, "none") != 0;
}

bool kd_conf_good_id(const char *s)
{
	return is_word(s, ID_MAX_BYTES, "<>");
}

bool kd_conf_good_address(const char *s)
{
	const char *at;

	if (!is_word(s, ADDRESS_MAX_BYTES, "<>(),;:\"\\[]"))
		return false;
	at = strchr(s, '@');
	return at != NULL && at != s && at[1] != '\0' &&
	       strchr(at + 1, '@') == NULL;
}

bool kd_conf_good_archive(const char *s)
{
	struct kd_bytes b = kd_bytes_of(s);
	const char *percent;

	if (!is_word(s, ARCHIVE_MAX_BYTES, "<>\"\\"))
		return false;
	if (!kd_bytes_starts(b, "https://") && !kd_bytes_starts(b, "http://"))
		return false;
	percent = strchr(s, '%');
	return percent != NULL && percent[1] == 's' &&
	       strchr(percent + 1, '%') == NULL;
}

bool kd_conf_good_path(const char *s)
{
	size_t n = strlen(s);

	if (n == 0 || n > PATH_MAX_BYTES || s[n - 1] == '/')
		return false;
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c < ' ' || c == 0x7f)
			return false;
	}
	return s[0] == '/' || (s[0] == '~' && s[1] == '/');
}

bool kd_conf_good_text(const char *s)
{
	return s[0] != '\0';
}
