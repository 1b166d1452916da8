/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * listof.c - which mailing list a message is of.
 *
 * By List-Id, or by an address among the receivers.  Addresses are
 * compared whole: xkvm@vger.kernel.org is another list.
 */
#include "mda/headers.h"

#include <string.h>

enum { ADDRESS_MAX = 320 }; /* RFC 3696: 64 + 1 + 255 bytes */

/* Where in an address we are. */
enum place {
	IN_NAME,  /* or in an address without <> */
	IN_ANGLE, /* between < and > */
	BEHIND,   /* its > */
};

/* An address list being read.  word is what has been read of the address
 * so far; longer than any address it can be none. */
struct reader {
	const struct kd_list *lists;
	size_t n_lists;
	char word[ADDRESS_MAX];
	size_t size;
	size_t bare;  /* the list that a word outside <> named, or n_lists */
	size_t found; /* the first list named so far, or n_lists */
	enum place place;
};

/* The list that the word names; n_lists: none.  The word is used up. */
static size_t take_word(struct reader *reader)
{
	struct kd_bytes word = { reader->word, reader->size };
	size_t i = 0;

	reader->size = 0;
	if (word.size > sizeof(reader->word) || word.size == 0)
		return reader->n_lists;
	while (i < reader->n_lists &&
	       !kd_bytes_equal_nocase(word, reader->lists[i].address))
		i++;
	return i;
}

static void note(size_t *best, size_t list)
{
	if (list < *best)
		*best = list;
}

/* A comma, a semicolon or the end: one address is over. */
static void end_address(struct reader *reader)
{
	if (reader->place != BEHIND)
		note(&reader->bare, take_word(reader));
	note(&reader->found, reader->bare);
	reader->bare = reader->n_lists;
	reader->size = 0;
	reader->place = IN_NAME;
}

static void add_char(struct reader *reader, char c)
{
	if (reader->size < sizeof(reader->word))
		reader->word[reader->size] = c;
	if (reader->size <= sizeof(reader->word))
		reader->size++;
}

/* Behind the quoted string or comment that opens at pos. */
static size_t skip_nested(struct kd_bytes b, size_t pos)
{
	bool quoted = b.data[pos] == '"';
	size_t depth = 1;

	while (++pos < b.size && depth > 0) {
		char c = b.data[pos];

		if (c == '\\')
			pos++;
		else if (quoted ? c == '"' : c == ')')
			depth--;
		else if (!quoted && c == '(')
			depth++;
	}
	return pos;
}

static void read_char(struct reader *reader, char c)
{
	switch (c) {
	case '<': /* what came before was a name */
		reader->place = IN_ANGLE;
		reader->bare = reader->n_lists;
		reader->size = 0;
		break;
	case '>':
		if (reader->place == IN_ANGLE)
			note(&reader->found, take_word(reader));
		reader->place = BEHIND;
		break;
	case ':': /* behind the name of a group, or a route */
		reader->bare = reader->n_lists;
		reader->size = 0;
		break;
	case ',':
		if (reader->place == IN_ANGLE)
			reader->size = 0; /* in a route */
		else
			end_address(reader);
		break;
	case ';':
		end_address(reader);
		break;
	case ' ':
	case '\t':
	case '\r':
	case '\n':
		if (reader->place == IN_NAME)
			note(&reader->bare, take_word(reader));
		break;
	default:
		add_char(reader, c);
		break;
	}
}

/* The first of the lists whose address stands in value; n_lists: none. */
static size_t list_in(struct kd_bytes value, const struct kd_list *lists,
                      size_t n_lists)
{
	struct reader reader = { .lists = lists,
		                 .n_lists = n_lists,
		                 .bare = n_lists,
		                 .found = n_lists };
	size_t pos = 0;

	while (pos < value.size) {
		if (value.data[pos] == '"' || value.data[pos] == '(')
			pos = skip_nested(value, pos);
		else
			read_char(&reader, value.data[pos++]);
	}
	end_address(&reader);
	return reader.found;
}

static bool holds_addresses(struct kd_bytes name)
{
	static const char *const names[] = { "To", "Cc", "X-Mailing-List",
		                             "X-Original-To", "Delivered-To" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (kd_bytes_equal_nocase(name, names[i]))
			return true;
	return false;
}

/* The id in a List-Id field: what the last <...> holds, or all of it. */
static struct kd_bytes list_id(struct kd_bytes value)
{
	struct kd_bytes id = value;
	size_t open = 0, i;

	for (i = 0; i < value.size; i++) {
		if (value.data[i] == '<') {
			open = i + 1;
		} else if (value.data[i] == '>' && open > 0) {
			id.data = value.data + open;
			id.size = i - open;
			open = 0;
		}
	}
	return kd_trim(id);
}

static bool is_own_digest(const struct kd_headers *headers)
{
	struct kd_bytes value;

	return kd_headers_get(headers, "X-Kvmdigest", &value) &&
	       kd_bytes_equal_nocase(kd_trim(value), "digest");
}

/* The list of that id; NULL: none of lists. */
static const struct kd_list *
list_of_id(struct kd_bytes id, const struct kd_list *lists, size_t n_lists)
{
	for (size_t i = 0; i < n_lists; i++)
		if (kd_bytes_equal_nocase(id, lists[i].id))
			return &lists[i];
	return NULL;
}

const struct kd_list *kd_headers_list(const struct kd_headers *headers,
                                      const struct kd_list *lists,
                                      size_t n_lists, bool *ret_through)
{
	const struct kd_list *list;
	struct kd_bytes value;
	struct kd_header field;
	size_t pos = 0, found = n_lists;

	*ret_through = false;
	if (is_own_digest(headers))
		return NULL;
	if (kd_headers_get(headers, "List-Id", &value)) {
		list = list_of_id(list_id(value), lists, n_lists);
		*ret_through = list != NULL;
		return list;
	}
	while (kd_headers_next(headers, &pos, &field))
		if (holds_addresses(field.name))
			note(&found, list_in(field.value, lists, n_lists));
	return found < n_lists ? &lists[found] : NULL;
}
