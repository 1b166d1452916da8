/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * query.c - what a person types to search, taken apart.
 *
 * Nothing here is ever the syntax of a database: a term is text, and what
 * is done with it is said beside it.
 */
#include "report/query.h"

#include <stddef.h>
#include <string.h>

#include "report/glob.h"

/* What is read so far. */
struct reader {
	struct kd_arena *arena;
	struct kd_bytes rest;
	struct kd_query *query;
	bool without;    /* NOT was read */
	bool or_before;  /* OR was read */
	bool or_allowed; /* the last thing read was a term that can have one */
};

struct prefix;

/* One thing as it stands: -prefix:"value" */
struct piece {
	bool minus;
	const struct prefix *of; /* or NULL */
	struct kd_bytes value;
	bool quoted;
};

typedef enum kd_status take_fn(struct reader *reader, const struct piece *piece,
                               const char *value, struct kd_error *err);

static take_fn take_field, take_is;

static const char kinds_wanted[] =
	"one of patch, cover, reply, pull, applied, bot, forward, other, waiting";

static const struct prefix {
	const char *name;
	take_fn *take; /* NULL: it is said once, and goes to */
	const char *wants;
	size_t offset; /* in struct kd_query */
	enum kd_search_field field;
} prefixes[] = {
	{ "from", take_field, "a name or address", 0, KD_SEARCH_PEOPLE },
	{ "subject", take_field, "words", 0, KD_SEARCH_SUBJECT },
	{ "path", take_field, "a directory, a file, or a GLOB of them", 0,
	  KD_SEARCH_PATH },
	{ "is", take_is, kinds_wanted, 0, KD_SEARCH_KIND },
	{ "list", NULL, "the name of a list, all, or none",
	  offsetof(struct kd_query, list), KD_SEARCH_ANYWHERE },
	{ "after", NULL, "a POINT: a date, an id, a marker",
	  offsetof(struct kd_query, after), KD_SEARCH_ANYWHERE },
	{ "before", NULL, "a POINT: a date, an id, a marker",
	  offsetof(struct kd_query, before), KD_SEARCH_ANYWHERE },
};

static const struct prefix *prefix_of(struct kd_bytes name)
{
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		if (kd_bytes_equal_nocase(name, prefixes[i].name))
			return &prefixes[i];
	}
	return NULL;
}

static bool is_space(char c)
{
	return kd_is_blank(c) || c == '\n' || c == '\r';
}

static void skip(struct kd_bytes *b, size_t n)
{
	b->data += n;
	b->size -= n;
}

/* Up to the closing quote, or to the end where none is. */
static struct kd_bytes next_quoted(struct kd_bytes *rest)
{
	struct kd_bytes ret;
	const char *end;

	skip(rest, 1);
	end = memchr(rest->data, '"', rest->size);
	ret = *rest;
	if (end != NULL)
		ret.size = (size_t)(end - rest->data);
	skip(rest, ret.size + (end != NULL));
	return ret;
}

static struct kd_bytes next_word(struct kd_bytes *rest)
{
	struct kd_bytes ret = { rest->data, 0 };

	while (ret.size < rest->size && !is_space(rest->data[ret.size]))
		ret.size++;
	skip(rest, ret.size);
	return ret;
}

/* from:, where it is one of ours */
static void take_prefix(struct kd_bytes *rest, struct piece *piece)
{
	size_t i = 0;

	while (i < rest->size && kd_is_alpha(rest->data[i]))
		i++;
	if (i == rest->size || rest->data[i] != ':')
		return;
	piece->of = prefix_of((struct kd_bytes){ rest->data, i });
	if (piece->of != NULL)
		skip(rest, i + 1);
}

static bool next_piece(struct kd_bytes *rest, struct piece *ret)
{
	*ret = (struct piece){ .minus = false };
	while (rest->size > 0 && is_space(rest->data[0]))
		skip(rest, 1);
	if (rest->size == 0)
		return false;
	if (rest->data[0] == '-') {
		ret->minus = true;
		skip(rest, 1);
	}
	take_prefix(rest, ret);
	ret->quoted = rest->size > 0 && rest->data[0] == '"';
	ret->value = ret->quoted ? next_quoted(rest) : next_word(rest);
	return true;
}

/* May it be part of a word? */
static bool is_letter(char c)
{
	return kd_is_alpha(c) || kd_is_digit(c) || (c & 0x80) != 0;
}

static bool has_word(const char *s)
{
	while (*s != '\0' && !is_letter(*s))
		s++;
	return *s != '\0';
}

static enum kd_status add_term(struct reader *reader, const struct piece *piece,
                               struct kd_search_term term, struct kd_error *err)
{
	struct kd_query *query = reader->query;

	if (query->n_terms == KD_QUERY_TERMS_MAX)
		return kd_fail(err, KD_USAGE,
		               "more than %d words to search for",
		               KD_QUERY_TERMS_MAX);
	term.without = reader->without || piece->minus;
	term.or_before = reader->or_before;
	if (term.or_before && term.without)
		return kd_fail(err, KD_USAGE,
		               "OR joins what is looked for, not what is left "
		               "out");
	query->terms[query->n_terms++] = term;
	reader->or_allowed = !term.without;
	reader->or_before = false;
	reader->without = false;
	return KD_OK;
}

static enum kd_status add_words(struct reader *reader,
                                const struct piece *piece, const char *value,
                                enum kd_search_field field,
                                struct kd_error *err)
{
	struct kd_search_term term = { .field = field, .text = value };
	size_t size = strlen(value);

	if (field == KD_SEARCH_PATH)
		term.fits = kd_glob_path;
	else
		term.prefix = !piece->quoted && size > 1 &&
		              value[size - 1] == '*' &&
		              is_letter(value[size - 2]);
	return add_term(reader, piece, term, err);
}

static enum kd_status take_field(struct reader *reader,
                                 const struct piece *piece, const char *value,
                                 struct kd_error *err)
{
	return add_words(reader, piece, value, piece->of->field, err);
}

static enum kd_status take_words(struct reader *reader,
                                 const struct piece *piece, const char *value,
                                 struct kd_error *err)
{
	/* An arrow or a dash that was copied along is no word; nothing is
	 * looked for, and nothing left out. */
	if (!has_word(value) && !reader->or_before && !reader->without)
		return KD_OK;
	return add_words(reader, piece, value, KD_SEARCH_ANYWHERE, err);
}

static enum kd_status no_or(const struct reader *reader, const char *what,
                            struct kd_error *err)
{
	if (reader->or_before)
		return kd_fail(err, KD_USAGE, "%s cannot be joined by OR",
		               what);
	return KD_OK;
}

static enum kd_status take_waiting(struct reader *reader,
                                   const struct piece *piece,
                                   struct kd_error *err)
{
	bool without = reader->without || piece->minus;
	enum kd_status st = no_or(reader, "is:waiting", err);

	reader->query->waiting =
		without ? KD_SEARCH_WAITING_NOT : KD_SEARCH_WAITING_ONLY;
	reader->without = false;
	reader->or_allowed = false;
	return st;
}

static enum kd_status take_is(struct reader *reader, const struct piece *piece,
                              const char *value, struct kd_error *err)
{
	struct kd_search_term term = { .field = KD_SEARCH_KIND, .text = "" };

	if (kd_strcmp_nocase(value, "waiting") == 0)
		return take_waiting(reader, piece, err);
	for (int kind = 0; kind < KD_KIND_COUNT; kind++) {
		if (kd_strcmp_nocase(value, kd_kind_name((enum kd_kind)kind)) ==
		    0)
			term.kinds = 1u << kind;
	}
	if (term.kinds == 0)
		return kd_fail(err, KD_USAGE, "is:%s: there should be %s",
		               value, kinds_wanted);
	return add_term(reader, piece, term, err);
}

/* What can be said once, and not be left out. */
static enum kd_status take_once(struct reader *reader,
                                const struct piece *piece, const char *value,
                                struct kd_error *err)
{
	void *field = (char *)reader->query + piece->of->offset;
	const char **ret = field;
	enum kd_status st = no_or(reader, "list:, after: and before:", err);

	if (st != KD_OK)
		return st;
	if (reader->without || piece->minus)
		return kd_fail(err, KD_USAGE,
		               "list:, after: and before: cannot be left out; "
		               "say what is wanted");
	if (*ret != NULL)
		return kd_fail(err, KD_USAGE, "%s: is there twice",
		               piece->of->name);
	*ret = value;
	reader->or_allowed = false;
	return KD_OK;
}

static enum kd_status dangling(const struct reader *reader,
                               struct kd_error *err)
{
	return kd_fail(err, KD_USAGE,
	               "%s without a word behind it: put it in quotes to "
	               "search for the word itself",
	               reader->or_before ? "OR" : "NOT");
}

static bool is_word(struct kd_bytes b, const char *word)
{
	return b.size == strlen(word) && kd_bytes_starts(b, word);
}

/* OR, NOT and AND, where they stand alone; *ret: it was one. */
static enum kd_status take_operator(struct reader *reader,
                                    const struct piece *piece, bool *ret,
                                    struct kd_error *err)
{
	bool plain = !piece->minus && !piece->quoted && piece->of == NULL;

	*ret = plain &&
	       (is_word(piece->value, "AND") || is_word(piece->value, "NOT") ||
	        is_word(piece->value, "OR"));
	if (!*ret)
		return KD_OK;
	if (reader->or_before || reader->without)
		return dangling(reader, err);
	if (piece->value.data[0] == 'N')
		reader->without = true;
	if (piece->value.data[0] != 'O')
		return KD_OK;
	if (!reader->or_allowed)
		return kd_fail(err, KD_USAGE,
		               "OR stands between two words: put it in quotes "
		               "to search for the word itself");
	reader->or_before = true;
	return KD_OK;
}

static enum kd_status take_piece(struct reader *reader,
                                 const struct piece *piece,
                                 struct kd_error *err)
{
	const struct prefix *prefix = piece->of;
	enum kd_status st;
	bool is_operator = false;
	char *value;

	st = take_operator(reader, piece, &is_operator, err);
	if (st != KD_OK || is_operator)
		return st;
	if (piece->value.size > KD_QUERY_TERM_MAX)
		return kd_fail(err, KD_USAGE,
		               "a word to search for of more than %d bytes",
		               KD_QUERY_TERM_MAX);
	value = kd_utf8_force(reader->arena, piece->value);
	if (value == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	if (prefix == NULL)
		return take_words(reader, piece, value, err);
	if (!has_word(value) && prefix->field != KD_SEARCH_PATH)
		return kd_fail(err, KD_USAGE, "%s:%s: there should be %s",
		               prefix->name, value, prefix->wants);
	if (value[0] == '\0')
		return kd_fail(err, KD_USAGE, "%s: there should be %s",
		               prefix->name, prefix->wants);
	if (prefix->take == NULL)
		return take_once(reader, piece, value, err);
	return prefix->take(reader, piece, value, err);
}

static enum kd_status take_all(struct reader *reader, struct kd_error *err)
{
	const struct kd_query *query = reader->query;
	enum kd_status st = KD_OK;
	struct piece piece;

	while (st == KD_OK && next_piece(&reader->rest, &piece))
		st = take_piece(reader, &piece, err);
	if (st != KD_OK)
		return st;
	if (reader->or_before || reader->without)
		return dangling(reader, err);
	if (query->n_terms == 0 && query->waiting == KD_SEARCH_WAITING_ANY &&
	    query->list == NULL && query->after == NULL &&
	    query->before == NULL)
		return kd_fail(err, KD_USAGE,
		               "nothing to search for: words have letters or "
		               "digits; from: subject: path: is: list: after: "
		               "before: narrow it down");
	return KD_OK;
}

static char *join(char *const *words, size_t n, struct kd_arena *arena)
{
	size_t size = 1;
	char *ret, *end;

	for (size_t i = 0; i < n; i++)
		size += strlen(words[i]) + 1;
	ret = kd_arena_alloc(arena, size);
	end = ret;
	for (size_t i = 0; ret != NULL && i < n; i++) {
		end = stpcpy(end, words[i]);
		if (i + 1 < n)
			*end++ = ' ';
	}
	return ret;
}

enum kd_status kd_query_parse(char *const *words, size_t n,
                              struct kd_arena *arena, struct kd_query *ret,
                              struct kd_error *err)
{
	struct reader reader = { .arena = arena, .query = ret };
	char *text = join(words, n, arena);

	*ret = (struct kd_query){ .terms = NULL };
	ret->terms =
		kd_arena_array(arena, KD_QUERY_TERMS_MAX, sizeof(*ret->terms));
	if (text == NULL || ret->terms == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	reader.rest = kd_bytes_of(text);
	return take_all(&reader, err);
}
