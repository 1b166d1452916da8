/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * parse_simple.c - what is read without GMime: fields in plain ASCII, one
 * plain address, one plain text as its body.
 *
 * Six mails of a kernel list in seven hold nothing else, and GMime's start
 * alone costs more than reading them.  What is not sure here is GMime's;
 * that both read all mail alike is what tests/e2e/simple.py is for.
 */
#include "mda/parse_internal.h"

#include <string.h>

enum { PARAMS_MAX = 8 };

static bool is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

static bool is_alnum(char c)
{
	return kd_is_alpha(c) || kd_is_digit(c);
}

bool kd_simple_words(const char *line)
{
	for (const char *p = line; *p != '\0'; p++) {
		if (*p < ' ' || *p > '~' || (p[0] == '=' && p[1] == '?'))
			return false;
	}
	return true;
}

/* --- Addresses ------------------------------------------------------- */

/* Words with single dots between them, as most addresses are. */
static bool is_dotted(struct kd_bytes b, const char *also)
{
	char before = '.';

	for (size_t i = 0; i < b.size; i++) {
		if (b.data[i] == '.' ? before == '.'
		                     : !is_alnum(b.data[i]) &&
		                               !is_one_of(b.data[i], also))
			return false;
		before = b.data[i];
	}
	return before != '.';
}

/* In a domain "xn--" is undone by some. */
static bool is_address(struct kd_bytes b)
{
	const char *at = b.size == 0 ? NULL : memchr(b.data, '@', b.size);
	struct kd_bytes domain;

	if (at == NULL)
		return false;
	domain =
		(struct kd_bytes){ at + 1, b.size - (size_t)(at + 1 - b.data) };
	b.size = (size_t)(at - b.data);
	return is_dotted(b, "_+-=") && is_dotted(domain, "-") &&
	       kd_find(domain, "--") == NULL;
}

/* Words with one blank between two, or anything harmless in quotes; without
 * the quotes then. */
static bool is_name(struct kd_bytes *name)
{
	struct kd_bytes b = *name;
	char before = ' ';
	bool quoted =
		b.size >= 2 && b.data[0] == '"' && b.data[b.size - 1] == '"';

	if (quoted) {
		b.data++;
		b.size -= 2;
	}
	for (size_t i = 0; i < b.size; i++) {
		if (!is_alnum(b.data[i]) &&
		    !is_one_of(b.data[i], quoted ? " ,.-'()/_" : " .-'_"))
			return false;
		if (b.data[i] == ' ' && before == ' ')
			return false;
		before = b.data[i];
	}
	*name = b;
	return before != ' ';
}

bool kd_simple_person(struct kd_arena *arena, const char *line,
                      struct kd_person *ret)
{
	struct kd_bytes b = kd_bytes_of(line);
	const char *open = strchr(line, '<');
	struct kd_bytes name = { line, 0 };
	struct kd_bytes email = b;

	*ret = (struct kd_person){ .name = NULL };
	if (open != NULL) {
		if (open == line || open[-1] != ' ' ||
		    b.data[b.size - 1] != '>')
			return false;
		name.size = (size_t)(open - line);
		name = kd_trim(name);
		email.data = open + 1;
		email.size = b.size - (size_t)(open + 1 - line) - 1;
		if (!is_name(&name))
			return false;
		ret->name = kd_arena_strndup(arena, name.data, name.size);
	}
	if (!is_address(email))
		return false;
	ret->email = kd_arena_strndup(arena, email.data, email.size);
	return ret->email != NULL && (open == NULL || ret->name != NULL);
}

/* --- The body -------------------------------------------------------- */

struct param {
	struct kd_bytes name;
	struct kd_bytes value;
};

struct simple_type {
	struct param params[PARAMS_MAX];
	size_t n;
};

/* Blanks and folds out of the way. */
static void skip_space(struct kd_bytes *b)
{
	while (b->size > 0 && is_one_of(b->data[0], " \t\r\n")) {
		b->data++;
		b->size--;
	}
}

static struct kd_bytes take_while(struct kd_bytes *b, const char *also)
{
	struct kd_bytes ret = { b->data, 0 };

	while (ret.size < b->size && (is_alnum(b->data[ret.size]) ||
	                              is_one_of(b->data[ret.size], also)))
		ret.size++;
	b->data += ret.size;
	b->size -= ret.size;
	return ret;
}

static bool take_char(struct kd_bytes *b, char c)
{
	if (b->size == 0 || b->data[0] != c)
		return false;
	b->data++;
	b->size--;
	return true;
}

/* name=value, or name="value". */
static bool take_param(struct kd_bytes *b, struct param *ret)
{
	bool quoted;

	ret->name = take_while(b, "-");
	if (ret->name.size == 0 || !take_char(b, '='))
		return false;
	quoted = take_char(b, '"');
	ret->value = take_while(b, "-_.");
	return ret->value.size > 0 && (!quoted || take_char(b, '"'));
}

static const struct param *find_param(const struct simple_type *type,
                                      const char *name)
{
	for (size_t i = 0; i < type->n; i++) {
		if (kd_bytes_equal_nocase(type->params[i].name, name))
			return &type->params[i];
	}
	return NULL;
}

/* text/plain, with parameters that are no riddle: a boundary of one part is,
 * and so is the second of one name. */
static bool take_type(struct kd_bytes b, struct simple_type *ret)
{
	static const char plain[] = "text/plain";
	struct param *param;

	ret->n = 0;
	b = kd_trim(b);
	if (!kd_bytes_starts_nocase(b, plain))
		return false;
	b.data += sizeof(plain) - 1;
	b.size -= sizeof(plain) - 1;
	for (skip_space(&b); b.size > 0; skip_space(&b)) {
		if (!take_char(&b, ';') || ret->n == PARAMS_MAX)
			return false;
		skip_space(&b);
		param = &ret->params[ret->n];
		if (!take_param(&b, param) ||
		    kd_bytes_equal_nocase(param->name, "boundary"))
			return false;
		for (size_t i = 0; i < ret->n; i++)
			if (kd_bytes_same_nocase(ret->params[i].name,
			                         param->name))
				return false;
		ret->n++;
	}
	return true;
}

/* True when the field is not there, or is one of these words. */
static bool is_word(const struct kd_headers *headers, const char *name,
                    const char *const *words)
{
	struct kd_bytes value;

	if (!kd_headers_get(headers, name, &value))
		return true;
	for (value = kd_trim(value); *words != NULL; words++) {
		if (kd_bytes_equal_nocase(value, *words))
			return true;
	}
	return false;
}

static bool is_param(const struct simple_type *type, const char *name,
                     const char *value)
{
	const struct param *param = find_param(type, name);

	return param != NULL && kd_bytes_equal_nocase(param->value, value);
}

bool kd_simple_walk(struct kd_mime *mime)
{
	static const char *const as_it_is[] = { "7bit", "8bit", NULL };
	static const char *const shown[] = { "inline", NULL };
	struct kd_bytes value = kd_bytes_of("text/plain");
	struct kd_leaf leaf = { .type = "text/plain", .only = true };
	const struct param *charset;
	struct simple_type type;

	(void)kd_headers_get(mime->headers, "Content-Type", &value);
	if (value.size >= KD_HEADER_FIELD_MAX || !take_type(value, &type) ||
	    !is_word(mime->headers, "Content-Transfer-Encoding", as_it_is) ||
	    !is_word(mime->headers, "Content-Disposition", shown))
		return false;
	charset = find_param(&type, "charset");
	if (charset != NULL)
		leaf.charset = kd_arena_strndup(
			mime->arena, charset->value.data, charset->value.size);
	leaf.flowed = is_param(&type, "format", "flowed");
	leaf.delsp = is_param(&type, "delsp", "yes");

	kd_identity_field(mime->identity, kd_bytes_of(leaf.type));
	for (size_t i = 0; i < type.n; i++) {
		kd_identity_field(mime->identity, type.params[i].name);
		kd_identity_field(mime->identity, type.params[i].value);
	}
	leaf.content.data = mime->raw.data + mime->headers->body_offset;
	leaf.content.size = mime->raw.size - mime->headers->body_offset;
	leaf.in_raw = leaf.content.size > 0;
	leaf.raw_offset = mime->headers->body_offset;
	kd_identity_part(mime->identity, leaf.content, true);
	kd_texts_add(mime->texts, &leaf);
	return true;
}
