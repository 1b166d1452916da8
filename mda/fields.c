/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fields.c - Message-ID lists, dates and plain addresses of header values.
 */
#include "mda/fields.h"

#include <string.h>
#include <time.h>

#include "store/base/utc.h"

bool kd_field_whole(const struct kd_headers *headers, const char *name,
                    struct kd_bytes *ret)
{
	struct kd_header field;
	size_t pos = 0;

	while (kd_headers_next(headers, &pos, &field)) {
		if (!kd_bytes_equal_nocase(field.name, name))
			continue;
		ret->data = field.value.data;
		ret->size = (size_t)(headers->block.data + pos - ret->data);
		return true;
	}
	return false;
}

static bool is_line_end(char c)
{
	return c == '\n' || c == '\r';
}

char *kd_field_line(struct kd_arena *arena, struct kd_bytes value)
{
	struct kd_bytes in = kd_trim(value);
	char *out = kd_arena_room(arena, in.size + 1);
	size_t n = 0;

	if (out == NULL)
		return NULL;
	for (size_t i = 0; i < in.size; i++) {
		if (in.data[i] == '\0')
			continue;
		if (!is_line_end(in.data[i])) {
			out[n++] = in.data[i];
			continue;
		}
		out[n++] = ' ';
		while (i + 1 < in.size && (is_line_end(in.data[i + 1]) ||
		                           kd_is_blank(in.data[i + 1])))
			i++;
	}
	out[n] = '\0';
	return out;
}

/* The next <...> of *rest, brackets included. */
static bool next_bracketed(struct kd_bytes *rest, struct kd_bytes *ret)
{
	const char *open = kd_find(*rest, "<");
	const char *end = rest->data + rest->size;
	const char *shut;

	if (open == NULL)
		return false;
	shut = memchr(open, '>', (size_t)(end - open));
	if (shut == NULL)
		return false;
	*ret = (struct kd_bytes){ open, (size_t)(shut + 1 - open) };
	*rest = (struct kd_bytes){ shut + 1, (size_t)(end - shut - 1) };
	return true;
}

static bool is_space(char c)
{
	return is_line_end(c) || kd_is_blank(c);
}

/* The next word of *rest. */
static bool next_word(struct kd_bytes *rest, struct kd_bytes *ret)
{
	size_t i = 0;

	*rest = kd_trim(*rest);
	while (i < rest->size && !is_space(rest->data[i]))
		i++;
	if (i == 0)
		return false;
	*ret = (struct kd_bytes){ rest->data, i };
	rest->data += i;
	rest->size -= i;
	return true;
}

/* Where no id stands in brackets, words with an @ are taken for ids. */
static bool next_id(struct kd_bytes *rest, bool bare, struct kd_bytes *ret)
{
	if (!bare)
		return next_bracketed(rest, ret);
	while (next_word(rest, ret)) {
		if (kd_find(*ret, "@") != NULL)
			return true;
	}
	return false;
}

bool kd_field_references(struct kd_arena *arena, struct kd_bytes value,
                         const char ***ret, size_t *ret_n)
{
	bool bare = kd_find(value, "<") == NULL;
	struct kd_bytes rest = value;
	struct kd_bytes id;
	size_t total = 0;
	size_t n = 0;

	*ret_n = 0;
	while (next_id(&rest, bare, &id))
		total++;
	*ret = kd_arena_array(arena, KD_REFERENCES_MAX, sizeof(**ret));
	if (*ret == NULL)
		return false;

	rest = value;
	for (size_t i = 0; next_id(&rest, bare, &id); i++) {
		if (i > 0 && total - i > KD_REFERENCES_MAX - 1)
			continue;
		(*ret)[n] = kd_message_id_of(arena, id);
		if ((*ret)[n] != NULL)
			n++;
	}
	*ret_n = n;
	return total > KD_REFERENCES_MAX;
}

char *kd_field_parent(struct kd_arena *arena, struct kd_bytes value)
{
	bool bare = kd_find(value, "<") == NULL;
	struct kd_bytes rest = value;
	struct kd_bytes id;
	char *ret;

	while (next_id(&rest, bare, &id)) {
		ret = kd_message_id_of(arena, id);
		if (ret != NULL)
			return ret;
	}
	return NULL;
}

/* The decimal number at *b, of min to max digits; *b moves behind it. */
static bool read_number(struct kd_bytes *b, size_t min, size_t max, int *ret)
{
	size_t i = 0;

	*ret = 0;
	while (i < b->size && i < max && kd_is_digit(b->data[i]))
		*ret = *ret * 10 + (b->data[i++] - '0');
	b->data += i;
	b->size -= i;
	return i >= min;
}

static bool skip_char(struct kd_bytes *b, char c)
{
	if (b->size == 0 || b->data[0] != c)
		return false;
	b->data++;
	b->size--;
	return true;
}

/* 0 to 11; -1 when the word is no month. */
static int month_of(struct kd_bytes word)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr",
		                              "May", "Jun", "Jul", "Aug",
		                              "Sep", "Oct", "Nov", "Dec" };

	for (int i = 0; i < 12; i++) {
		if (kd_bytes_equal_nocase(word, months[i]))
			return i;
	}
	return -1;
}

static bool read_time(struct kd_bytes word, struct tm *tm)
{
	if (!read_number(&word, 1, 2, &tm->tm_hour) || !skip_char(&word, ':') ||
	    !read_number(&word, 2, 2, &tm->tm_min))
		return false;
	if (skip_char(&word, ':') && !read_number(&word, 2, 2, &tm->tm_sec))
		return false;
	return word.size == 0 && tm->tm_hour < 24 && tm->tm_min < 60 &&
	       tm->tm_sec <= 60;
}

/* Seconds east of Greenwich. */
static bool read_zone(struct kd_bytes word, int *ret)
{
	bool west = word.size > 0 && word.data[0] == '-';
	int hours;
	int minutes;

	*ret = 0;
	if (kd_bytes_equal_nocase(word, "GMT") ||
	    kd_bytes_equal_nocase(word, "UTC") ||
	    kd_bytes_equal_nocase(word, "UT") ||
	    kd_bytes_equal_nocase(word, "Z"))
		return true;
	if (!skip_char(&word, '+') && !skip_char(&word, '-'))
		return false;
	if (!read_number(&word, 2, 2, &hours) ||
	    !read_number(&word, 2, 2, &minutes) || word.size > 0 ||
	    minutes >= 60)
		return false;
	*ret = (hours * 60 + minutes) * 60;
	if (west)
		*ret = -*ret;
	return true;
}

bool kd_field_date(struct kd_bytes value, int64_t *ret)
{
	struct kd_bytes rest = value;
	struct kd_bytes word;
	struct tm tm = { .tm_isdst = 0 };
	int zone;

	if (!next_word(&rest, &word))
		return false;
	if (word.data[word.size - 1] == ',' && !next_word(&rest, &word))
		return false;
	if (!read_number(&word, 1, 2, &tm.tm_mday) || word.size > 0 ||
	    tm.tm_mday < 1 || tm.tm_mday > 31)
		return false;
	if (!next_word(&rest, &word))
		return false;
	tm.tm_mon = month_of(word);
	/* Shorter years are for a parser that knows what they meant. */
	if (tm.tm_mon < 0 || !next_word(&rest, &word) ||
	    !read_number(&word, 4, 4, &tm.tm_year) || word.size > 0)
		return false;
	tm.tm_year -= 1900;
	if (!next_word(&rest, &word) || !read_time(word, &tm))
		return false;
	if (!next_word(&rest, &word) || !read_zone(word, &zone))
		return false;
	*ret = kd_utc_seconds(&tm) - zone;
	return true;
}

/* b without one pair of quotes around it. */
static struct kd_bytes unquoted(struct kd_bytes b)
{
	b = kd_trim(b);
	if (b.size >= 2 && b.data[0] == '"' && b.data[b.size - 1] == '"') {
		b.data++;
		b.size -= 2;
	}
	return kd_trim(b);
}

/* A copy of one line of UTF-8; NULL when b is empty. */
static const char *line_of(struct kd_arena *arena, struct kd_bytes b)
{
	char *line;

	if (b.size == 0)
		return NULL;
	line = kd_field_line(arena, b);
	if (line == NULL || line[0] == '\0')
		return NULL;
	return kd_utf8_force(arena, kd_bytes_of(line));
}

/* True when b may be an addr-spec. */
static bool is_address(struct kd_bytes b)
{
	for (size_t i = 0; i < b.size; i++) {
		if (is_space(b.data[i]))
			return false;
	}
	return b.size >= 3 && memchr(b.data + 1, '@', b.size - 2) != NULL;
}

struct kd_person kd_field_person(struct kd_arena *arena, struct kd_bytes value)
{
	struct kd_person ret = { .name = NULL };
	struct kd_bytes line = kd_trim(value);
	struct kd_bytes name = line;
	struct kd_bytes email = { .data = NULL };
	const char *open = NULL;
	const char *shut = NULL;

	if (line.size > 0)
		open = memrchr(line.data, '<', line.size);
	if (open != NULL)
		shut = memchr(open, '>',
		              line.size - (size_t)(open - line.data));
	if (shut != NULL) {
		email.data = open + 1;
		email.size = (size_t)(shut - open - 1);
		name.size = (size_t)(open - line.data);
	} else {
		email = line;
	}
	email = kd_trim(email);
	if (is_address(email)) {
		ret.email = line_of(arena, email);
		if (shut == NULL)
			return ret;
	}
	ret.name = line_of(arena, unquoted(name));
	return ret;
}

/* Where in an address field we are. */
struct place {
	size_t depth; /* of comments: there a quote is no quote */
	bool quoted;
};

/* Step over c; true when it stands outside quotes and means something. */
static bool step(struct place *place, char c)
{
	if (c == '"' && place->depth == 0) {
		place->quoted = !place->quoted;
		return false;
	}
	if (place->quoted)
		return false;
	if (c == '(')
		place->depth++;
	else if (c == ')' && place->depth > 0)
		place->depth--;
	return c == ',' || c == ':';
}

bool kd_field_addresses_ok(struct kd_bytes value)
{
	struct place place = { .depth = 0 };
	size_t commas = 0;
	size_t colons = 0;

	if (value.size > KD_ADDRESS_FIELD_MAX)
		return false;
	for (size_t i = 0; i < value.size; i++) {
		if (value.data[i] == '\\')
			i++;
		else if (!step(&place, value.data[i]))
			continue;
		else if (value.data[i] == ',')
			commas++;
		else
			colons++;
	}
	return commas < KD_ADDRESSES_MAX && colons <= KD_ADDRESS_COLONS_MAX;
}

struct kd_bytes kd_field_first_address(struct kd_bytes value)
{
	const struct kd_bytes none = { "", 0 };
	struct place place = { .depth = 0 };

	for (size_t i = 0; i < value.size && i <= KD_ADDRESS_FIELD_MAX; i++) {
		if (value.data[i] == '\\') {
			i++;
			continue;
		}
		if (!step(&place, value.data[i]) || place.depth > 0)
			continue;
		if (value.data[i] == ':')
			return none;
		value.size = i;
		return kd_trim(value);
	}
	return none;
}
