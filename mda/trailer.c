/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trailer.c - see trailer.h.  The rules are b4's, without its slips.
 */
#include "mda/trailer.h"

#include <string.h>

#include "mda/words.h"

enum {
	NAME_MAX_SIZE = 100,
	FIXES_HEX_MIN = 6,
};

static bool is_name_byte(char c)
{
	return kd_is_alpha(c) || kd_is_digit(c) || c == '-' || c == '_';
}

bool kd_trailer_split(struct kd_bytes line, struct kd_trailer_line *ret)
{
	struct kd_bytes rest = kd_trim(line);
	size_t i = 0;

	while (i < rest.size && is_name_byte(rest.data[i]))
		i++;
	if (i < 2 || i > NAME_MAX_SIZE || rest.data[0] == '-' ||
	    i == rest.size || rest.data[i] != ':')
		return false;
	if (i + 1 < rest.size && !kd_is_blank(rest.data[i + 1]))
		return false;
	ret->name = (struct kd_bytes){ rest.data, i };
	ret->value = kd_trim(kd_from(rest, i + 1));
	return true;
}

bool kd_trailer_is_utility(struct kd_bytes name)
{
	static const char *const names[] = { "fixes",        "link",
		                             "buglink",      "closes",
		                             "obsoleted-by", "change-id",
		                             "message-id",   "base-commit",
		                             "based-on",     NULL };

	return kd_is_one_of(name, names);
}

/* What ends in "-by" and names no one who had a hand in the patch. */
bool kd_trailer_is_person(struct kd_bytes name)
{
	static const char *const others[] = {
		"obsoleted-by",  "superseded-by", "replaced-by",  "caused-by",
		"introduced-by", "fixed-by",      "generated-by", "required-by",
		"blocked-by",    "used-by",       "triggered-by", NULL
	};

	return kd_ends_nocase(name, "-by") && name.size > 3 &&
	       !kd_is_one_of(name, others);
}

/* "x@y.z": b4's \S+@\S+\.\S+. */
bool kd_trailer_has_address(struct kd_bytes value)
{
	while (value.size > 0) {
		struct kd_bytes token = kd_take_token(&value);
		const char *at = memchr(token.data, '@', token.size);
		const char *dot;

		if (at == NULL || at == token.data)
			continue;
		token = kd_from(token, (size_t)(at + 1 - token.data));
		if (token.size < 3)
			continue;
		dot = memchr(token.data + 1, '.', token.size - 2);
		if (dot != NULL)
			return true;
	}
	return false;
}

static bool is_commit(struct kd_bytes value)
{
	size_t n;

	if (kd_take_nocase(&value, "commit"))
		value = kd_trim(value);
	n = kd_hex_size(value);
	return n >= FIXES_HEX_MIN &&
	       (n == value.size || !is_name_byte(value.data[n]));
}

bool kd_trailer_is_valid(const struct kd_trailer_line *line)
{
	if (line->value.size == 0)
		return false;
	if (kd_bytes_equal_nocase(line->name, "Fixes"))
		return is_commit(line->value);
	return true;
}

/* Without the "# comment" at its end: behind a blank, and not within the
 * title that "Fixes:" quotes. */
static struct kd_bytes cut_comment(struct kd_bytes value)
{
	const char *hash = memrchr(value.data, '#', value.size);
	const char *paren = memrchr(value.data, ')', value.size);
	size_t n;

	if (hash == NULL ||
	    (paren != NULL && paren > hash &&
	     memchr(value.data, '(', (size_t)(hash - value.data)) != NULL))
		return value;
	n = (size_t)(hash - value.data);
	if (n == 0 || !kd_is_blank(value.data[n - 1]) || n + 1 == value.size)
		return value;
	value.size = n;
	return kd_trim(value);
}

/* Name and address in "Name <address> whatever"; false: there is no such
 * thing in it. */
static bool split_person(struct kd_bytes value, struct kd_bytes *ret_name,
                         struct kd_bytes *ret_address, struct kd_bytes *rest)
{
	const char *open = memchr(value.data, '<', value.size);
	const char *close;

	if (open == NULL)
		return false;
	*ret_name =
		(struct kd_bytes){ value.data, (size_t)(open - value.data) };
	*ret_name = kd_trim(*ret_name);
	value = kd_from(value, (size_t)(open + 1 - value.data));
	close = memchr(value.data, '>', value.size);
	if (close == NULL)
		return false;
	*ret_address =
		(struct kd_bytes){ value.data, (size_t)(close - value.data) };
	/* "<a@b<mailto:a@b>>", as programs make of HTML. */
	open = kd_find(*ret_address, "<mailto:");
	if (open != NULL)
		ret_address->size = (size_t)(open - ret_address->data);
	*ret_address = kd_trim(*ret_address);
	*rest = kd_from(value, (size_t)(close + 1 - value.data));
	return memchr(ret_address->data, '@', ret_address->size) != NULL;
}

/* The first word that is an address; a comma or bracket ends it. */
static struct kd_bytes bare_address(struct kd_bytes value)
{
	struct kd_bytes token = { value.data, 0 };

	while (value.size > 0) {
		token = kd_take_token(&value);
		if (memchr(token.data, '@', token.size) != NULL)
			break;
		token.size = 0;
	}
	while (token.size > 0 &&
	       strchr(",;.)", token.data[token.size - 1]) != NULL)
		token.size--;
	return token;
}

/* b4: without case, without "+extension", or one domain below the other. */
static bool same_address(struct kd_bytes a, struct kd_bytes b)
{
	struct kd_bytes part[2] = { a, b };
	struct kd_bytes domain[2];

	for (size_t i = 0; i < 2; i++) {
		const char *at = memrchr(part[i].data, '@', part[i].size);
		const char *plus;

		if (at == NULL)
			return false;
		domain[i] = kd_from(part[i], (size_t)(at + 1 - part[i].data));
		part[i].size = (size_t)(at - part[i].data);
		plus = memchr(part[i].data, '+', part[i].size);
		if (plus != NULL && plus > part[i].data)
			part[i].size = (size_t)(plus - part[i].data);
	}
	if (part[0].size != part[1].size ||
	    strncasecmp(part[0].data, part[1].data, part[0].size) != 0)
		return false;
	if (domain[0].size < domain[1].size) {
		struct kd_bytes longer = domain[1];

		domain[1] = domain[0];
		domain[0] = longer;
	}
	a = kd_from(domain[0], domain[0].size - domain[1].size);
	if (strncasecmp(a.data, domain[1].data, domain[1].size) != 0)
		return false;
	/* "linux." of linux.example.org; "com" alone is no one's own. */
	return a.data == domain[0].data ||
	       (a.data[-1] == '.' &&
	        memchr(domain[1].data, '.', domain[1].size) != NULL &&
	        memchr(domain[0].data, '.',
	               (size_t)(a.data - 1 - domain[0].data)) == NULL);
}

static struct kd_bytes unquote(struct kd_bytes name)
{
	name = kd_trim(name);
	if (name.size >= 2 && name.data[0] == '"' &&
	    name.data[name.size - 1] == '"')
		name = (struct kd_bytes){ name.data + 1, name.size - 2 };
	return kd_trim(name);
}

/* "Last, First" of a sender is "First Last" in a trailer. */
static bool same_name(struct kd_bytes name, struct kd_bytes sender)
{
	struct kd_bytes last, first;
	const char *comma;

	if (name.size == 0 || sender.size == 0)
		return false;
	if (name.size == sender.size &&
	    strncasecmp(name.data, sender.data, name.size) == 0)
		return true;
	comma = memchr(sender.data, ',', sender.size);
	if (comma == NULL)
		return false;
	last = (struct kd_bytes){ sender.data, (size_t)(comma - sender.data) };
	first = kd_trim(kd_from(sender, last.size + 1));
	last = kd_trim(last);
	return first.size > 0 && last.size > 0 &&
	       name.size == first.size + 1 + last.size &&
	       strncasecmp(name.data, first.data, first.size) == 0 &&
	       name.data[first.size] == ' ' &&
	       strncasecmp(name.data + first.size + 1, last.data, last.size) ==
	               0;
}

static bool is_sender(struct kd_bytes name, struct kd_bytes address,
                      const struct kd_person *sender)
{
	struct kd_bytes email = kd_bytes_of(sender->email);

	if (address.size > 0 && email.size > 0 && same_address(address, email))
		return true;
	return same_name(unquote(name), unquote(kd_bytes_of(sender->name)));
}

void kd_trailer_make(const struct kd_trailer_line *line,
                     const struct kd_person *sender, struct kd_arena *arena,
                     struct kd_trailer *ret)
{
	struct kd_bytes value = cut_comment(line->value);
	struct kd_bytes name = value, address = { NULL, 0 }, rest = value;

	*ret = (struct kd_trailer){
		.name = kd_line_dup(arena, line->name),
		.of_person = kd_trailer_is_person(line->name),
	};
	if (kd_trailer_is_utility(line->name) ||
	    kd_find(value, "://") != NULL) {
		ret->value = kd_line_dup(arena, value);
		ret->of_person = false;
		return;
	}
	if (split_person(value, &name, &address, &rest)) {
		rest = kd_trim(rest);
		/* Of two people, both are kept. */
		if (rest.size > 0 && rest.data[0] == ',' &&
		    kd_trailer_has_address(rest))
			ret->value = kd_line_dup(arena, value);
		else if (name.size == 0)
			ret->value = kd_line_dup(arena, address);
		else
			ret->value =
				kd_arena_printf(arena, "%s <%s>",
			                        kd_line_dup(arena, name),
			                        kd_line_dup(arena, address));
	} else if (kd_trailer_has_address(value)) {
		address = bare_address(value);
		name = (struct kd_bytes){ value.data, 0 };
		ret->value = kd_line_dup(
			arena, address.data == value.data ? address : value);
	} else {
		ret->value = kd_line_dup(arena, value);
	}
	ret->by_sender = ret->of_person && is_sender(name, address, sender);
}
