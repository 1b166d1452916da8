/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * words.c - see words.h.  It knows what ends a word, a hash or a link, and
 * nothing of what they mean.
 */
#include "mda/words.h"

#include <string.h>

#include "store/record.h"

bool kd_ends_nocase(struct kd_bytes b, const char *tail)
{
	size_t size = kd_bytes_of(tail).size;

	return b.size >= size &&
	       kd_bytes_equal_nocase(kd_from(b, b.size - size), tail);
}

struct kd_bytes kd_from(struct kd_bytes b, size_t n)
{
	return (struct kd_bytes){ b.data + n, b.size - n };
}

bool kd_take_nocase(struct kd_bytes *b, const char *prefix)
{
	if (!kd_bytes_starts_nocase(*b, prefix))
		return false;
	*b = kd_from(*b, kd_bytes_of(prefix).size);
	return true;
}

struct kd_bytes kd_take_word(struct kd_bytes *rest)
{
	struct kd_bytes word;
	size_t i = 0;

	while (rest->size > 0 && kd_is_blank(rest->data[0]))
		*rest = kd_from(*rest, 1);
	word = *rest;
	while (i < word.size &&
	       (kd_is_alpha(word.data[i]) || kd_is_digit(word.data[i])))
		i++;
	word.size = i;
	*rest = kd_from(*rest, i);
	return word;
}

struct kd_bytes kd_take_token(struct kd_bytes *rest)
{
	struct kd_bytes token;
	size_t i = 0;

	while (rest->size > 0 && kd_is_blank(rest->data[0]))
		*rest = kd_from(*rest, 1);
	token = *rest;
	while (i < token.size && !kd_is_blank(token.data[i]))
		i++;
	token.size = i;
	*rest = kd_from(*rest, i);
	return token;
}

bool kd_is_one_of(struct kd_bytes word, const char *const *words)
{
	for (; *words != NULL; words++) {
		if (kd_bytes_equal_nocase(word, *words))
			return true;
	}
	return false;
}

static int hex_value(char c)
{
	c = kd_lower(c);
	if (kd_is_digit(c))
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

size_t kd_hex_size(struct kd_bytes b)
{
	size_t i = 0;

	while (i < b.size && hex_value(b.data[i]) >= 0)
		i++;
	return i;
}

static bool is_word_byte(char c)
{
	return kd_is_alpha(c) || kd_is_digit(c) || c == '_' || c == '-' ||
	       (c & 0x80) != 0;
}

/* "defaced" is a word: a hash has a digit, or is too long for one. */
static bool is_hash(struct kd_bytes b)
{
	if (b.size < KD_HEX_MIN || b.size > KD_COMMIT_HEX_MAX)
		return false;
	for (size_t i = 0; i < b.size; i++) {
		if (kd_is_digit(b.data[i]))
			return true;
	}
	return b.size >= 40;
}

struct kd_bytes kd_find_hex(struct kd_bytes b)
{
	struct kd_bytes run = { b.data, 0 };
	size_t i = 0;

	while (i < b.size) {
		size_t start = i;

		while (i < b.size && is_word_byte(b.data[i]))
			i++;
		run = (struct kd_bytes){ b.data + start, i - start };
		if (kd_hex_size(run) == run.size && is_hash(run))
			return run;
		i++;
	}
	run.size = 0;
	return run;
}

bool kd_is_quoted(struct kd_bytes line)
{
	line = kd_trim(line);
	return line.size > 0 && (line.data[0] == '>' || line.data[0] == '|');
}

char *kd_line_dup(struct kd_arena *arena, struct kd_bytes b)
{
	char *ret = kd_arena_strndup(arena, b.data, b.size);

	for (char *s = ret; s != NULL && *s != '\0'; s++) {
		if (*s == '\n' || *s == '\r')
			*s = ' ';
	}
	return ret;
}

char *kd_line_squeeze(struct kd_arena *arena, struct kd_bytes b)
{
	char *ret = kd_line_dup(arena, kd_trim(b));
	size_t n = 0;

	for (size_t i = 0; ret != NULL && ret[i] != '\0'; i++) {
		if (kd_is_blank(ret[i]))
			ret[i] = ' ';
		if (ret[i] != ' ' || (n > 0 && ret[n - 1] != ' '))
			ret[n++] = ret[i];
	}
	if (ret != NULL)
		ret[n] = '\0';
	return ret;
}

static bool ends_url(char c)
{
	return kd_is_blank(c) || c == '\n' || c == '\r' || c == '<' ||
	       c == '>' || c == '"';
}

struct kd_bytes kd_find_url(struct kd_bytes b)
{
	const char *found = kd_find(b, "http");
	struct kd_bytes url = { b.data, 0 };

	while (found != NULL) {
		size_t i = 0;

		url = kd_from(b, (size_t)(found - b.data));
		if (kd_bytes_starts(url, "http://") ||
		    kd_bytes_starts(url, "https://")) {
			while (i < url.size && !ends_url(url.data[i]))
				i++;
			url.size = i;
			while (url.size > 0 &&
			       strchr(".,;:)]}'", url.data[url.size - 1]))
				url.size--;
			return url;
		}
		b = kd_from(url, 4);
		found = kd_find(b, "http");
	}
	url.size = 0;
	return url;
}

/* Take the next part of a path off *path, without the "/" before it. */
static struct kd_bytes take_part(struct kd_bytes *path)
{
	struct kd_bytes part;
	size_t i = 0;

	while (path->size > 0 && path->data[0] == '/')
		*path = kd_from(*path, 1);
	part = *path;
	while (i < part.size && part.data[i] != '/' && part.data[i] != '?' &&
	       part.data[i] != '#')
		i++;
	part.size = i;
	*path = kd_from(*path, i);
	return part;
}

/* b with %xx decoded, when it can be a message id. */
static char *decode_id(struct kd_arena *arena, struct kd_bytes b)
{
	char *ret;
	size_t n = 0;

	if (b.size == 0 || b.size > KD_MESSAGE_ID_MAX)
		return NULL;
	ret = kd_arena_alloc(arena, b.size + 1);
	if (ret == NULL)
		return NULL;
	for (size_t i = 0; i < b.size; i++) {
		char c = b.data[i];

		if (c == '%' && i + 2 < b.size &&
		    hex_value(b.data[i + 1]) >= 0 &&
		    hex_value(b.data[i + 2]) >= 0) {
			c = (char)(hex_value(b.data[i + 1]) * 16 +
			           hex_value(b.data[i + 2]));
			i += 2;
		}
		if ((unsigned char)c <= ' ' || (unsigned char)c >= 0x7f ||
		    c == '<' || c == '>')
			return NULL;
		ret[n++] = c;
	}
	return ret;
}

/* "a@b", also with the "@" as "%40". */
static bool has_at(struct kd_bytes part)
{
	const char *at = memchr(part.data, '@', part.size);

	if (at == NULL)
		at = kd_find(part, "%40");
	return at != NULL && at > part.data && at + 1 < part.data + part.size;
}

char *kd_url_message_id(struct kd_arena *arena, struct kd_bytes url)
{
	static const char *const archives[] = { "lore.kernel.org",
		                                "lkml.kernel.org",
		                                "www.lore.kernel.org", NULL };
	static const char *const links[] = { "patch.msgid.link", "msgid.link",
		                             "www.msgid.link", NULL };
	static const char *const views[] = { "T", "raw", "t.mbox.gz", "mbox",
		                             NULL };
	struct kd_bytes rest = url;
	struct kd_bytes host;
	struct kd_bytes part;

	if (!kd_take_nocase(&rest, "https://") &&
	    !kd_take_nocase(&rest, "http://"))
		return NULL;
	host = take_part(&rest);
	part = take_part(&rest);
	if (kd_is_one_of(host, links))
		return decode_id(arena, part);
	/* Below a list's own address an id may lack its "@". */
	if (kd_is_one_of(host, archives)) {
		if (!has_at(part))
			part = take_part(&rest);
		return decode_id(arena, part);
	}
	/* Elsewhere a list's address may stand in the path, too: the id is
	 * the last part that is no view of it. */
	while (part.size > 0) {
		struct kd_bytes next = take_part(&rest);

		if (has_at(part) &&
		    (next.size == 0 || kd_is_one_of(next, views)))
			return decode_id(arena, part);
		part = next;
	}
	return NULL;
}

char *kd_find_message_id(struct kd_arena *arena, struct kd_bytes b)
{
	const char *open = memchr(b.data, '<', b.size);
	const char *close;
	struct kd_bytes id;

	if (open != NULL) {
		id = kd_from(b, (size_t)(open + 1 - b.data));
		close = memchr(id.data, '>', id.size);
		if (close != NULL) {
			id.size = (size_t)(close - id.data);
			if (kd_bytes_starts(id, "http://") ||
			    kd_bytes_starts(id, "https://"))
				return kd_url_message_id(arena, id);
			if (has_at(id))
				return decode_id(arena, id);
		}
	}
	id = kd_find_url(b);
	if (id.size > 0)
		return kd_url_message_id(arena, id);
	b = kd_trim(b);
	if (has_at(b) && memchr(b.data, ' ', b.size) == NULL)
		return decode_id(arena, b);
	return NULL;
}
