/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scan.c - a look at the text before libconfig 1.5 has it.
 *
 * libconfig follows @include, wraps integers into 32 bits, ends its work
 * at a NUL, drops "\x00" out of strings, takes a comment without an end,
 * and says neither what is missing nor which setting came twice.
 * Splits the text as libconfig's scanner does; knows no key.
 */
#include <stdint.h>
#include <string.h>

#include "conf/internal.h"

/* Ours needs 3; libconfig walks its tree by recursion. */
enum { DEPTH_MAX = 8 };

/* A setting that was seen, for finding it again. */
struct seen {
	struct seen *next;
	struct kd_bytes name;
	unsigned int scope;
	unsigned int line;
};

struct frame {
	char open;           /* '{', '(', '['; '{' for the whole file */
	unsigned int line;   /* where it was opened */
	unsigned int scope;  /* its number: no two have the same */
	struct kd_bytes key; /* the last setting that began in it */
};

struct scan {
	struct kd_bytes text;
	size_t pos;
	unsigned int line;
	enum kd_conf_token last; /* OPEN at the start of the file */
	size_t depth;
	struct frame frames[DEPTH_MAX + 1];
	unsigned int n_scopes;
	struct seen *seen;
	struct kd_arena *arena;
	const char *file;
	struct kd_error *err;
};

/* The character i places ahead, NUL behind the end. */
static char ahead(const struct scan *s, size_t i)
{
	if (i >= s->text.size - s->pos)
		return '\0';
	return s->text.data[s->pos + i];
}

static bool is_at(const struct scan *s, const char *what)
{
	struct kd_bytes rest = { s->text.data + s->pos, s->text.size - s->pos };

	return kd_bytes_starts(rest, what);
}

static void step(struct scan *s)
{
	if (s->text.data[s->pos] == '\n')
		s->line++;
	s->pos++;
}

static int shown(struct kd_bytes b)
{
	return (int)kd_utf8_cut(b, KD_CONF_SHOWN_MAX);
}

/* This line, and the setting that is open: "lists.name". */
static struct kd_conf_at here(const struct scan *s)
{
	struct kd_conf_at at = { s->file, s->line, "syntax" };
	const char *key = NULL;

	for (size_t i = 0; i <= s->depth; i++) {
		struct kd_bytes name = s->frames[i].key;

		if (name.size > 0)
			key = kd_arena_printf(s->arena, "%s%s%.*s",
			                      key == NULL ? "" : key,
			                      key == NULL ? "" : ".",
			                      shown(name), name.data);
	}
	if (key != NULL)
		at.key = key;
	return at;
}

static enum kd_status wrong(const struct scan *s, const char *expected,
                            struct kd_bytes found)
{
	struct kd_conf_at at = here(s);

	return kd_conf_wrong(s->err, &at, expected, "\"%.*s\"", shown(found),
	                     found.data);
}

/* The next token, size bytes from here, goes by when it fits. */
static enum kd_status take(struct scan *s, enum kd_conf_token token,
                           size_t size)
{
	char open = s->frames[s->depth].open;

	if (!kd_conf_fits(open, s->last, token))
		return wrong(s, kd_conf_fitting(open, s->last),
		             (struct kd_bytes){ s->text.data + s->pos, size });
	s->last = token;
	s->pos += size;
	return KD_OK;
}

static enum kd_status skip_comment(struct scan *s)
{
	struct kd_conf_at at = { s->file, s->line, "syntax" };

	if (!is_at(s, "/*")) {
		while (s->pos < s->text.size && ahead(s, 0) != '\n')
			s->pos++;
		return KD_OK;
	}
	for (s->pos += 2; s->pos < s->text.size; step(s)) {
		if (is_at(s, "*/")) {
			s->pos += 2;
			return KD_OK;
		}
	}
	return kd_conf_wrong(s->err, &at, "*/ behind this comment",
	                     "the end of the file");
}

/* Only blanks stand between here and the start of the line. */
static bool leads_line(const struct scan *s)
{
	size_t i = s->pos;

	while (i > 0 && kd_is_blank(s->text.data[i - 1]))
		i--;
	return i == 0 || s->text.data[i - 1] == '\n';
}

static enum kd_status refuse_include(const struct scan *s)
{
	static const char word[] = "@include";

	return wrong(s, "one file that is whole",
	             (struct kd_bytes){ word, sizeof(word) - 1 });
}

/* "\x8f": half of a character, which kd_conf_check_text() cannot see. */
static bool is_high_escape(const struct scan *s)
{
	char digit = ahead(s, 2);

	return ahead(s, 0) == '\\' && (ahead(s, 1) | 0x20) == 'x' &&
	       s->text.size - s->pos >= 4 &&
	       ((digit >= '8' && digit <= '9') ||
	        ((digit | 0x20) >= 'a' && (digit | 0x20) <= 'f'));
}

static enum kd_status skip_string(struct scan *s)
{
	static const char nul[] = "\\x00";
	struct kd_conf_at start = here(s);
	enum kd_status st = take(s, KD_CONF_TOKEN_STRING, 1);

	if (st != KD_OK)
		return st;
	for (; s->pos < s->text.size; step(s)) {
		if (ahead(s, 0) == '"') {
			s->pos++;
			return KD_OK;
		}
		if (is_at(s, "@include") && leads_line(s))
			return refuse_include(s);
		if (is_at(s, nul) || is_at(s, "\\X00"))
			return wrong(s, "a string without NUL",
			             (struct kd_bytes){ nul, 4 });
		if (is_high_escape(s))
			return wrong(s, "UTF-8 as it is, not in escapes",
			             (struct kd_bytes){ s->text.data + s->pos,
			                                4 });
		if (ahead(s, 0) == '\\' && ahead(s, 1) != '\0')
			step(s);
	}
	return kd_conf_wrong(s->err, &start, "a closing quote",
	                     "the end of the file");
}

static bool is_name_char(char c)
{
	return kd_is_alpha(c) || kd_is_digit(c) || c == '-' || c == '_' ||
	       c == '*';
}

static enum kd_status twice(const struct scan *s, unsigned int first)
{
	struct kd_conf_at at = here(s);

	return kd_conf_wrong(s->err, &at, "one such setting",
	                     "a second one (the first is in line %u)", first);
}

/* A setting begins: it must be the first of this name in its group. */
static enum kd_status add_name(struct scan *s, struct kd_bytes name)
{
	struct frame *frame = &s->frames[s->depth];
	struct seen *entry;

	frame->key = name;
	for (entry = s->seen; entry != NULL; entry = entry->next) {
		if (entry->scope == frame->scope &&
		    entry->name.size == name.size &&
		    memcmp(entry->name.data, name.data, name.size) == 0)
			return twice(s, entry->line);
	}
	entry = kd_arena_alloc(s->arena, sizeof(*entry));
	if (entry == NULL)
		return kd_fail(s->err, KD_NOMEM, "%s: out of memory", s->file);
	entry->next = s->seen;
	entry->name = name;
	entry->scope = frame->scope;
	entry->line = s->line;
	s->seen = entry;
	return KD_OK;
}

static enum kd_status scan_name(struct scan *s)
{
	struct kd_bytes name = { s->text.data + s->pos, 0 };
	enum kd_status st;

	while (is_name_char(ahead(s, name.size)))
		name.size++;
	if (kd_bytes_equal_nocase(name, "true") ||
	    kd_bytes_equal_nocase(name, "false"))
		return take(s, KD_CONF_TOKEN_VALUE, name.size);
	st = take(s, KD_CONF_TOKEN_NAME, name.size);
	return st == KD_OK ? add_name(s, name) : st;
}

/* The value of a digit in base 10 or 16, or -1. */
static int digit_of(char c, int base)
{
	char lower = kd_lower(c);

	if (kd_is_digit(c))
		return c - '0';
	if (base == 16 && lower >= 'a' && lower <= 'f')
		return lower - 'a' + 10;
	return -1;
}

/* No key takes a fraction, so none gets to libconfig. */
static enum kd_status scan_number(struct scan *s)
{
	struct kd_bytes number = { s->text.data + s->pos, 0 };
	uint64_t limit = INT32_MAX;
	uint64_t value = 0;
	int base = 10;
	size_t first;
	size_t i = 0;

	while (is_name_char(ahead(s, number.size)) ||
	       ahead(s, number.size) == '.' || ahead(s, number.size) == '+')
		number.size++;
	if (ahead(s, 0) == '-')
		limit++;
	if (ahead(s, 0) == '-' || ahead(s, 0) == '+') {
		i++;
	} else if (ahead(s, 0) == '0' && kd_lower(ahead(s, 1)) == 'x') {
		base = 16;
		i += 2;
	}
	for (first = i; digit_of(ahead(s, i), base) >= 0; i++) {
		value = value * (unsigned int)base +
		        (unsigned int)digit_of(ahead(s, i), base);
		if (value > limit)
			return wrong(s, "an integer of at most 2147483647",
			             number);
	}
	if (i == first)
		return wrong(s, "an integer", number);
	for (first = i; ahead(s, i) == 'L' && i < first + 2;)
		i++;
	if (i != number.size)
		return wrong(s, "an integer", number);
	return take(s, KD_CONF_TOKEN_VALUE, number.size);
}

static enum kd_status open_bracket(struct scan *s, char c)
{
	enum kd_status st = take(s, KD_CONF_TOKEN_OPEN, 1);

	if (st != KD_OK)
		return st;
	if (s->depth == DEPTH_MAX)
		return wrong(s, "fewer brackets in brackets",
		             (struct kd_bytes){ &c, 1 });
	s->depth++;
	s->frames[s->depth] = (struct frame){ .open = c,
		                              .line = s->line,
		                              .scope = ++s->n_scopes };
	return KD_OK;
}

static enum kd_status close_bracket(struct scan *s, char c)
{
	char expected[] = "a ? for the bracket before it";
	enum kd_status st;

	expected[2] = kd_conf_closing(s->frames[s->depth].open);
	if (s->depth == 0)
		return wrong(s, "no closing bracket without an opening one",
		             (struct kd_bytes){ &c, 1 });
	if (c != expected[2])
		return wrong(s, expected, (struct kd_bytes){ &c, 1 });
	st = take(s, KD_CONF_TOKEN_CLOSE, 1);
	if (st != KD_OK)
		return st;
	s->depth--;
	s->last = KD_CONF_TOKEN_VALUE;
	return KD_OK;
}

/* All that was opened must be closed at the end of the file. */
static enum kd_status check_closed(struct scan *s)
{
	struct frame *frame = &s->frames[s->depth];
	struct kd_conf_at at;
	char expected[] = "a closing ?";

	if (s->depth == 0 && kd_conf_fits('{', s->last, KD_CONF_TOKEN_CLOSE))
		return KD_OK;
	if (s->depth == 0) {
		at = here(s);
		return kd_conf_wrong(s->err, &at, kd_conf_fitting('{', s->last),
		                     "the end of the file");
	}
	expected[sizeof(expected) - 2] = kd_conf_closing(frame->open);
	frame->key.size = 0; /* it is about what the bracket belongs to */
	at = here(s);
	at.line = frame->line;
	return kd_conf_wrong(s->err, &at, expected, "the end of the file");
}

static enum kd_status scan_token(struct scan *s)
{
	char c = ahead(s, 0);

	if (c == '#' || is_at(s, "//") || is_at(s, "/*"))
		return skip_comment(s);
	if (c == '"')
		return skip_string(s);
	if (is_at(s, "@include"))
		return refuse_include(s);
	if (kd_is_alpha(c) || c == '*')
		return scan_name(s);
	if (kd_is_digit(c) || c == '+' || c == '-' || c == '.')
		return scan_number(s);
	if (c == '{' || c == '(' || c == '[')
		return open_bracket(s, c);
	if (c == '}' || c == ')' || c == ']')
		return close_bracket(s, c);
	if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
		step(s);
		return KD_OK;
	}
	return take(s, kd_conf_mark(c), 1);
}

enum kd_status kd_conf_scan(struct kd_bytes text, const char *file,
                            struct kd_arena *arena, struct kd_error *err)
{
	struct scan s = {
		.text = text,
		.line = 1,
		.last = KD_CONF_TOKEN_OPEN,
		.arena = arena,
		.file = file,
		.err = err,
	};
	enum kd_status st;

	s.frames[0].open = '{';
	st = kd_conf_check_text(text, file, err);
	while (st == KD_OK && s.pos < s.text.size)
		st = scan_token(&s);
	if (st == KD_OK)
		st = check_closed(&s);
	return st;
}
