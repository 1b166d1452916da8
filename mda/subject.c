/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * subject.c - take a subject apart: "Re:", leading brackets, title.
 *
 * What the words in the brackets mean is prefix.c's business.
 */
#include "mda/subject.h"

#include <string.h>

#include "mda/prefix.h"

/* A subject being read; rest is what has not been taken off it yet. */
struct reader {
	struct kd_bytes rest;
	struct kd_prefixes prefixes;
	size_t group;
	bool unbalanced; /* some bracket is never closed */
	struct kd_subject *ret;
};

static void skip(struct kd_bytes *b, size_t n)
{
	b->data += n;
	b->size -= n;
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* A copy without blanks at its ends, and one for each run in it. */
static char *collapse(struct kd_arena *arena, const char *subject)
{
	struct kd_bytes b = kd_bytes_of(subject);
	size_t size = 0, i;
	char *copy;

	b.size = kd_utf8_cut(b, KD_SUBJECT_MAX);
	copy = kd_arena_alloc(arena, b.size + 1);
	if (copy == NULL)
		return NULL;
	for (i = 0; i < b.size; i++) {
		if (!is_space(b.data[i]))
			copy[size++] = b.data[i];
		else if (size > 0 && copy[size - 1] != ' ')
			copy[size++] = ' ';
	}
	if (size > 0 && copy[size - 1] == ' ')
		size--;
	copy[size] = '\0';
	return copy;
}

/* Where "name[2] :" ends that b begins with; 0: it does not. */
static size_t answer_size(struct kd_bytes b, const char *name)
{
	size_t pos = strlen(name);

	if (!kd_bytes_starts_nocase(b, name))
		return 0;
	while (pos < b.size && b.data[pos] == ' ')
		pos++;
	if (pos < b.size && b.data[pos] == '[') {
		size_t digits = ++pos;
		while (pos < b.size && kd_is_digit(b.data[pos]))
			pos++;
		if (pos == digits || pos == b.size || b.data[pos++] != ']')
			return 0;
		while (pos < b.size && b.data[pos] == ' ')
			pos++;
	}
	return pos < b.size && b.data[pos] == ':' ? pos + 1 : 0;
}

/* "Re:", "Aw:", "Fwd:" and so on.  A forward is what its outermost word
 * says: "Re: Fwd:" answers. */
static bool take_answer(struct reader *reader)
{
	static const struct {
		const char *name;
		bool forward;
	} answers[] = {
		{ "re", false }, { "aw", false },  { "antw", false },
		{ "sv", false }, { "rif", false }, { "fwd", true },
		{ "fw", true },
	};
	struct kd_subject *ret = reader->ret;

	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		size_t size = answer_size(reader->rest, answers[i].name);
		if (size == 0)
			continue;
		skip(&reader->rest, size);
		if (!answers[i].forward)
			ret->reply = true;
		else if (!ret->reply)
			ret->forward = true;
		return true;
	}
	return false;
}

/* The bracket that closes the one at the start of b, brackets in brackets
 * counted; where those do not balance the first one that closes, as for
 * git.  0: none. */
static size_t closing(struct reader *reader, struct kd_bytes b)
{
	const char *end;
	size_t depth = 0;

	for (size_t i = 0; i < b.size && !reader->unbalanced; i++) {
		if (b.data[i] == '[')
			depth++;
		else if (b.data[i] == ']' && --depth == 0)
			return i;
	}
	reader->unbalanced = true; /* and never look through it all again */
	end = memchr(b.data, ']', b.size);
	return end == NULL ? 0 : (size_t)(end - b.data);
}

static void add_word(struct reader *reader, struct kd_bytes word)
{
	struct kd_prefixes *prefixes = &reader->prefixes;

	if (word.size == 0 || prefixes->n == KD_PREFIXES_MAX)
		return;
	prefixes->words[prefixes->n].word = word;
	prefixes->words[prefixes->n].group = reader->group;
	prefixes->n++;
}

/* "[...]": its words stand between blanks, commas and inner brackets. */
static bool take_brackets(struct reader *reader)
{
	struct kd_bytes *rest = &reader->rest, word;
	size_t end;

	if (rest->size == 0 || rest->data[0] != '[')
		return false;
	end = closing(reader, *rest);
	if (end == 0)
		return false;
	word = (struct kd_bytes){ rest->data + 1, 0 };
	for (size_t i = 1; i <= end; i++) {
		if (strchr(" ,[]", rest->data[i]) == NULL) {
			word.size++;
			continue;
		}
		add_word(reader, word);
		word = (struct kd_bytes){ rest->data + i + 1, 0 };
	}
	skip(rest, end + 1);
	reader->group++;
	return true;
}

/* git drops colons too: "[PATCH]: title". */
static bool take_filler(struct reader *reader)
{
	if (reader->rest.size == 0 ||
	    (reader->rest.data[0] != ' ' && reader->rest.data[0] != ':'))
		return false;
	skip(&reader->rest, 1);
	return true;
}

/* The version that patchwork knows behind a title: "title (v2)". */
static void read_suffix(struct kd_bytes title, struct kd_subject *ret)
{
	size_t pos = title.size, digits;
	int version = 0;

	if (pos < 4 || title.data[--pos] != ')')
		return;
	digits = pos;
	while (pos > 0 && kd_is_digit(title.data[pos - 1]))
		pos--;
	if (pos == digits || pos < 2 || digits - pos > 9 ||
	    kd_lower(title.data[pos - 1]) != 'v' || title.data[pos - 2] != '(')
		return;
	for (; pos < digits; pos++)
		version = version * 10 + (title.data[pos] - '0');
	ret->version = version;
	ret->versioned = true;
}

enum kd_status kd_subject_parse(const char *subject, bool has_diff,
                                struct kd_arena *arena, struct kd_subject *ret,
                                struct kd_error *err)
{
	struct reader reader = { .ret = ret };
	struct kd_bytes project;

	*ret = (struct kd_subject){ .full = collapse(arena, subject) };
	if (ret->full == NULL)
		return kd_fail(err, KD_NOMEM, "read subject: out of memory");
	reader.rest = kd_bytes_of(ret->full);
	while (take_answer(&reader) || take_brackets(&reader) ||
	       take_filler(&reader))
		;
	kd_prefixes_read(&reader.prefixes, has_diff, ret, &project);
	if (!ret->versioned)
		read_suffix(reader.rest, ret);

	ret->title =
		kd_arena_strndup(arena, reader.rest.data, reader.rest.size);
	for (size_t i = 0; i < reader.prefixes.n; i++) {
		struct kd_bytes word = reader.prefixes.words[i].word;
		ret->prefixes[i] =
			kd_arena_strndup(arena, word.data, word.size);
	}
	ret->n_prefixes = reader.prefixes.n;
	if (project.size > 0)
		ret->project =
			kd_arena_strndup(arena, project.data, project.size);
	if (kd_arena_failed(arena))
		return kd_fail(err, KD_NOMEM, "read subject: out of memory");
	return KD_OK;
}
