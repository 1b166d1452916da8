/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * text.c - lines, blanks, case and UTF-8, and the sanitizer of all output.
 */
#include "store/base/text.h"

#include <stdlib.h>
#include <string.h>

#include "store/base/width.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

struct kd_bytes kd_bytes_of(const char *s)
{
	return (struct kd_bytes){ s, s == NULL ? 0 : strlen(s) };
}

bool kd_next_line(struct kd_bytes *rest, struct kd_bytes *ret)
{
	const char *end;
	size_t size;

	if (rest->size == 0)
		return false;
	end = memchr(rest->data, '\n', rest->size);
	size = end == NULL ? rest->size : (size_t)(end - rest->data);
	*ret = (struct kd_bytes){ rest->data, size };
	if (end != NULL) {
		size++;
		if (ret->size > 0 && ret->data[ret->size - 1] == '\r')
			ret->size--;
	}
	rest->data += size;
	rest->size -= size;
	return true;
}

bool kd_bytes_starts_nocase(struct kd_bytes a, const char *prefix)
{
	enum { CASE = 'a' ^ 'A' };
	size_t i = 0;

	/* most differ at once, and not in that bit */
	if (a.size == 0 || ((a.data[0] ^ prefix[0]) & ~CASE) != 0)
		return prefix[0] == '\0';
	while (prefix[i] != '\0') {
		if (i >= a.size || kd_lower(a.data[i]) != kd_lower(prefix[i]))
			return false;
		i++;
	}
	return true;
}

bool kd_bytes_equal_nocase(struct kd_bytes a, const char *b)
{
	/* in this order: most differ at once */
	return kd_bytes_starts_nocase(a, b) && a.size == strlen(b);
}

bool kd_bytes_same_nocase(struct kd_bytes a, struct kd_bytes b)
{
	if (a.size != b.size)
		return false;
	for (size_t i = 0; i < a.size; i++) {
		if (kd_lower(a.data[i]) != kd_lower(b.data[i]))
			return false;
	}
	return true;
}

bool kd_str_same(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return strcmp(a, b) == 0;
}

bool kd_bytes_take(struct kd_bytes *b, const char *start)
{
	size_t size = strlen(start);

	if (!kd_bytes_starts(*b, start))
		return false;
	b->data += size;
	b->size -= size;
	return true;
}

size_t kd_count_lines(struct kd_bytes b)
{
	struct kd_bytes line;
	size_t n = 0;

	while (kd_next_line(&b, &line))
		n++;
	return n;
}

int kd_strcmp_nocase(const char *a, const char *b)
{
	while (*a != '\0' && kd_lower(*a) == kd_lower(*b)) {
		a++;
		b++;
	}
	return (unsigned char)kd_lower(*a) - (unsigned char)kd_lower(*b);
}

static bool is_space(char c)
{
	return kd_is_blank(c) || c == '\n' || c == '\r';
}

struct kd_bytes kd_trim(struct kd_bytes b)
{
	while (b.size > 0 && is_space(b.data[0])) {
		b.data++;
		b.size--;
	}
	while (b.size > 0 && is_space(b.data[b.size - 1]))
		b.size--;
	return b;
}

const char *kd_find(struct kd_bytes hay, const char *needle)
{
	if (hay.size == 0)
		return NULL;
	return memmem(hay.data, hay.size, needle, strlen(needle));
}

/* Bytes of the sequence that begins with lead; 0 when none does. */
static size_t sequence_size(unsigned char lead)
{
	if (lead < 0x80)
		return 1;
	if (lead >= 0xc2 && lead <= 0xdf)
		return 2;
	if (lead >= 0xe0 && lead <= 0xef)
		return 3;
	if (lead >= 0xf0 && lead <= 0xf4)
		return 4;
	return 0;
}

uint32_t kd_utf8_next(struct kd_bytes b, size_t *pos)
{
	static const unsigned char lead_bits[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *p = (const unsigned char *)b.data + *pos;
	size_t size = sequence_size(p[0]);
	uint32_t c;

	if (size == 0 || b.size - *pos < size) {
		*pos += 1;
		return UINT32_MAX;
	}
	c = p[0] & lead_bits[size];
	for (size_t i = 1; i < size; i++) {
		if ((p[i] & 0xc0U) != 0x80) {
			*pos += 1;
			return UINT32_MAX;
		}
		c = c << 6 | (p[i] & 0x3fU);
	}
	if (c < smallest[size] || c > 0x10ffff ||
	    (c >= 0xd800 && c <= 0xdfff)) {
		*pos += 1;
		return UINT32_MAX;
	}
	*pos += size;
	return c;
}

/* Behind the ASCII that begins at pos, eight bytes at a time: most of all
 * mail is nothing else.  NUL is none. */
static size_t skip_ascii(struct kd_bytes b, size_t pos)
{
	static const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t word;

	for (; b.size - pos >= sizeof(word); pos += sizeof(word)) {
		memcpy(&word, b.data + pos, sizeof(word));
		/* the high bit of a byte: set, or by a borrow from 0 */
		if (((word | (word - ones)) & (ones << 7)) != 0)
			break;
	}
	return pos;
}

bool kd_utf8_valid(struct kd_bytes b)
{
	size_t pos = skip_ascii(b, 0);

	while (pos < b.size) {
		uint32_t c = kd_utf8_next(b, &pos);

		if (c == 0 || c == UINT32_MAX)
			return false;
		if (c >= 0x80)
			pos = skip_ascii(b, pos);
	}
	return true;
}

char *kd_utf8_force(struct kd_arena *arena, struct kd_bytes b)
{
	size_t bad = 0, pos = 0, used = 0;
	char *ret;

	while (pos < b.size) {
		uint32_t c = kd_utf8_next(b, &pos);
		bad += c == 0 || c == UINT32_MAX;
	}
	ret = kd_arena_room(arena, b.size + bad * 2 + 1);
	if (ret == NULL)
		return NULL;
	for (pos = 0; pos < b.size;) {
		size_t start = pos;
		uint32_t c = kd_utf8_next(b, &pos);
		if (c == 0 || c == UINT32_MAX) {
			memcpy(ret + used, REPLACEMENT, 3);
			used += 3;
		} else {
			memcpy(ret + used, b.data + start, pos - start);
			used += pos - start;
		}
	}
	ret[used] = '\0';
	return ret;
}

size_t kd_utf8_cut(struct kd_bytes b, size_t max)
{
	size_t size = b.size < max ? b.size : max;

	if (size == b.size)
		return size;
	/* size is the first byte left out: back to the start of its
	 * character */
	while (size > 0 && ((unsigned char)b.data[size] & 0xc0U) == 0x80)
		size--;
	return size;
}

size_t kd_columns(struct kd_bytes b)
{
	size_t columns = 0, pos = 0;

	while (pos < b.size)
		columns += kd_char_width(kd_utf8_next(b, &pos));
	return columns;
}

/* What a terminal, or the eye, could be deceived with (reliability 3.3). */
static bool is_harmful(uint32_t c)
{
	static const struct {
		uint32_t first;
		uint32_t last;
	} table[] = {
		{ 0x00, 0x08 },       { 0x0a, 0x1f },     { 0x7f, 0x9f },
		{ 0x061c, 0x061c },   { 0x200b, 0x200f }, { 0x2028, 0x202e },
		{ 0x2060, 0x2060 },   { 0x2066, 0x2069 }, { 0xfeff, 0xfeff },
		{ 0xe0000, 0xe007f },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (c >= table[i].first && c <= table[i].last)
			return true;
	return false;
}

/* Printable ASCII from pos on, which is most of all mail. */
static size_t skip_plain(struct kd_bytes b, size_t pos)
{
	while (pos < b.size && b.data[pos] >= ' ' && b.data[pos] < 0x7f)
		pos++;
	return pos;
}

void kd_sanitize(FILE *out, struct kd_bytes b, bool keep_lf)
{
	size_t done = 0; /* what stands before it is written */
	size_t pos = skip_plain(b, 0);

	while (pos < b.size) {
		size_t start = pos;
		uint32_t c = kd_utf8_next(b, &pos);
		bool crlf = c == '\r' && pos < b.size && b.data[pos] == '\n';

		if ((c == '\n' && keep_lf) ||
		    (c != '\n' && c != UINT32_MAX && !is_harmful(c))) {
			pos = skip_plain(b, pos);
			continue;
		}
		(void)fwrite(b.data + done, 1, start - done, out);
		done = pos;
		if (c == '\n')
			(void)fputc(' ', out);
		else if (c == UINT32_MAX)
			(void)fputs(REPLACEMENT, out);
		else if (!crlf)
			(void)fprintf(out, "<U+%04X>", (unsigned int)c);
		pos = skip_plain(b, pos);
	}
	if (b.size > done)
		(void)fwrite(b.data + done, 1, b.size - done, out);
}

char *kd_sanitized(struct kd_arena *arena, struct kd_bytes b, bool keep_lf)
{
	char *text = NULL;
	size_t size = 0;
	char *ret;
	FILE *out;

	/* Nearly all are, and a stream costs more than to look. */
	if (skip_plain(b, 0) == b.size)
		return kd_arena_strndup(arena, b.size > 0 ? b.data : "",
		                        b.size);
	out = open_memstream(&text, &size);
	if (out != NULL)
		kd_sanitize(out, b, keep_lf);
	if (out == NULL || fclose(out) != 0)
		size = SIZE_MAX; /* the arena has to know that it failed */
	ret = kd_arena_strndup(arena, text != NULL ? text : "", size);
	free(text);
	return ret;
}
