/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * text.h - strings that may come from anywhere: UTF-8, blanks, case.
 *
 * Locale plays no part: case means ASCII, blank means space and tab.
 */
#ifndef KD_STORE_BASE_TEXT_H
#define KD_STORE_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "store/base/arena.h"

/* size bytes at data; never owned, not NUL-terminated, may hold NULs. */
struct kd_bytes {
	const char *data;
	size_t size;
};

/* The next line of *rest without its line end (LF or CRLF); *rest moves
 * behind it.  False at the end.  A last line without an end is a line. */
bool kd_next_line(struct kd_bytes *rest, struct kd_bytes *ret);

/* ASCII only; the rest of the byte values are themselves.  These few are
 * asked of nearly each byte and line of a mail, and so stand here. */
static inline bool kd_is_blank(char c) /* space or tab */
{
	return c == ' ' || c == '\t';
}

static inline bool kd_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool kd_is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline char kd_lower(char c)
{
	if (c >= 'A' && c <= 'Z')
		return "abcdefghijklmnopqrstuvwxyz"[c - 'A'];
	return c;
}

/* Compare without regard to ASCII case; b is a C string. */
bool kd_bytes_equal_nocase(struct kd_bytes a, const char *b);
bool kd_bytes_same_nocase(struct kd_bytes a, struct kd_bytes b);
bool kd_bytes_starts_nocase(struct kd_bytes a, const char *prefix);
int kd_strcmp_nocase(const char *a, const char *b);

static inline bool kd_bytes_starts(struct kd_bytes a, const char *prefix)
{
	size_t size;

	/* most differ at once */
	if (a.size == 0 || a.data[0] != prefix[0])
		return prefix[0] == '\0';
	size = strlen(prefix);
	return a.size >= size && memcmp(a.data, prefix, size) == 0;
}

/* Both are NULL, or both say the same. */
bool kd_str_same(const char *a, const char *b);

/* Take start off the front of b, if it stands there. */
bool kd_bytes_take(struct kd_bytes *b, const char *start);

size_t kd_count_lines(struct kd_bytes b);

/* b without blanks (and line ends) at both ends. */
struct kd_bytes kd_trim(struct kd_bytes b);

/* The first place of needle in hay, or NULL; memmem(3) for C strings. */
const char *kd_find(struct kd_bytes hay, const char *needle);

/*
 * Decode the UTF-8 character at *pos of b and move *pos behind it.  What
 * is no UTF-8 (RFC 3629: overlong forms, surrogates, above U+10FFFF, cut
 * off) moves by one byte and gives UINT32_MAX.
 */
uint32_t kd_utf8_next(struct kd_bytes b, size_t *pos);

/* True when all of b is UTF-8 without a NUL. */
bool kd_utf8_valid(struct kd_bytes b);

/*
 * A copy of b in the arena that is UTF-8 without NUL whatever b holds:
 * each byte that is none, and each NUL, becomes U+FFFD.  NULL when out of
 * memory.
 */
char *kd_utf8_force(struct kd_arena *arena, struct kd_bytes b);

/* The longest prefix of b of at most max bytes that ends between two
 * characters. */
size_t kd_utf8_cut(struct kd_bytes b, size_t max);

/* Columns that the UTF-8 in b takes on a terminal: 2 for East Asian wide
 * and emoji, 0 for combining marks, 1 for the rest; by a table of our own,
 * so that it depends on no locale. */
size_t kd_columns(struct kd_bytes b);

/*
 * Write b to out so that it can harm no terminal: the one sanitizer of
 * all text that comes from mail.  C0 controls but TAB and LF, DEL, C1,
 * U+2028, U+2029, bidi controls (U+061C, 200E, 200F, 202A-202E,
 * 2066-2069), zero-width and tag characters (U+200B-200D, 2060, FEFF,
 * E0000-E007F) come out as "<U+XXXX>", what is no UTF-8 as U+FFFD; CR
 * before LF is dropped.
 * keep_lf false: LF is written as a blank, for what must stay one line.
 */
void kd_sanitize(FILE *out, struct kd_bytes b, bool keep_lf);

/* The same into the arena, for text that must be measured.  NULL when out
 * of memory. */
char *kd_sanitized(struct kd_arena *arena, struct kd_bytes b, bool keep_lf);

/* A C string as bytes; NULL gives an empty one. */
struct kd_bytes kd_bytes_of(const char *s);

#endif /* KD_STORE_BASE_TEXT_H */
