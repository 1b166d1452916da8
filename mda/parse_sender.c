/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * parse_sender.c - who wrote a mail, where a list or a relay has put its
 * own address into From to get past DMARC (mail-rules I4).
 */
#include "mda/parse_internal.h"

#include <string.h>

#include "mda/fields.h"

/* The first address of the first field of that name. */
static struct kd_person first_of(struct kd_arena *arena,
                                 const struct kd_headers *headers,
                                 const char *field)
{
	struct kd_person ret = { .name = NULL };
	struct kd_bytes value;

	if (kd_headers_get(headers, field, &value) &&
	    kd_field_people(arena, value, &ret, 1) == 0)
		ret = (struct kd_person){ .name = NULL };
	return ret;
}

/* True when b is a with its '@' as a dot: how both the id of a list and
 * the address of a relay spell an address. */
static bool is_dotted(const char *email, struct kd_bytes b)
{
	size_t size = strlen(email);

	if (b.size != size || size == 0)
		return false;
	for (size_t i = 0; i < size; i++) {
		char dot = email[i] == '@' ? '.' : '\0';

		if (b.data[i] != dot &&
		    kd_lower(b.data[i]) != kd_lower(email[i]))
			return false;
	}
	return true;
}

/* What stands in the last <...> of b; all of b where there is none. */
static struct kd_bytes in_brackets(struct kd_bytes b)
{
	const char *open = NULL;
	const char *shut = NULL;

	b = kd_trim(b);
	if (b.size > 0)
		open = memrchr(b.data, '<', b.size);
	if (open != NULL)
		shut = memchr(open, '>', b.size - (size_t)(open - b.data));
	if (shut == NULL)
		return b;
	return (struct kd_bytes){ open + 1, (size_t)(shut - open - 1) };
}

static bool is_list_address(const struct kd_headers *headers, const char *email)
{
	struct kd_bytes id;

	return kd_headers_get(headers, "List-Id", &id) &&
	       is_dotted(email, in_brackets(id));
}

/* The last needle in b, or NULL. */
static const char *find_last(struct kd_bytes b, const char *needle)
{
	const char *ret = NULL;
	const char *at;

	while ((at = kd_find(b, needle)) != NULL) {
		ret = at;
		b.size -= (size_t)(at + 1 - b.data);
		b.data = at + 1;
	}
	return ret;
}

/* "X" of "X via LIST" and of "'X' via LIST"; NULL when name is no such. */
static char *name_before_via(struct kd_arena *arena, const char *name)
{
	struct kd_bytes b = kd_bytes_of(name);
	const char *via = b.size == 0 ? NULL : find_last(b, " via ");

	if (via == NULL)
		return NULL;
	b.size = (size_t)(via - b.data);
	b = kd_trim(b);
	if (b.size >= 2 && b.data[0] == '\'' && b.data[b.size - 1] == '\'') {
		b.data++;
		b.size -= 2;
	}
	b = kd_trim(b);
	return kd_arena_strndup(arena, b.data, b.size);
}

/* The entry of that name in a field, as long as it is not the address
 * that we have already. */
static bool find_by_name(struct kd_arena *arena,
                         const struct kd_headers *headers, const char *field,
                         const char *name, struct kd_person *person)
{
	struct kd_bytes value;
	struct kd_person *people;
	size_t n;

	if (!kd_headers_get(headers, field, &value))
		return false;
	people = kd_arena_array(arena, KD_ADDRESSES_MAX, sizeof(*people));
	if (people == NULL)
		return false;
	n = kd_field_people(arena, value, people, KD_ADDRESSES_MAX);
	for (size_t i = 0; i < n; i++) {
		if (people[i].name == NULL || people[i].email == NULL ||
		    kd_strcmp_nocase(people[i].name, name) != 0 ||
		    kd_strcmp_nocase(people[i].email, person->email) == 0)
			continue;
		*person = people[i];
		return true;
	}
	return false;
}

/* "devnull+local.domain@kernel.org" stands for local@domain. */
static bool is_relay_of(const char *relay, const char *email)
{
	static const char head[] = "devnull+";
	static const char tail[] = "@kernel.org";
	struct kd_bytes b = kd_bytes_of(relay);
	size_t ends = sizeof(head) - 1 + sizeof(tail) - 1;

	if (email == NULL || b.size <= ends ||
	    !kd_bytes_starts_nocase(b, head) ||
	    kd_strcmp_nocase(relay + b.size - (sizeof(tail) - 1), tail) != 0)
		return false;
	b.data += sizeof(head) - 1;
	b.size -= ends;
	return is_dotted(email, b);
}

/* Who stands behind a relay's address: no word of it is believed unless
 * it fits the address. */
static struct kd_person behind_relay(struct kd_arena *arena,
                                     const struct kd_headers *headers,
                                     struct kd_person relay, const char *name)
{
	static const char *const fields[] = { "X-Original-From", "Reply-To" };

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		struct kd_person person = first_of(arena, headers, fields[i]);

		if (!is_relay_of(relay.email, person.email))
			continue;
		if (person.name == NULL)
			person.name = name;
		return person;
	}
	return relay;
}

struct kd_person kd_mail_sender(struct kd_arena *arena,
                                const struct kd_headers *headers)
{
	struct kd_person from = first_of(arena, headers, "From");
	struct kd_person original;
	const char *name;

	if (from.email == NULL)
		return from;
	name = name_before_via(arena, from.name);
	if (kd_bytes_starts_nocase(kd_bytes_of(from.email), "devnull+"))
		return behind_relay(arena, headers, from, name);
	if (name == NULL && !is_list_address(headers, from.email))
		return from;

	original = first_of(arena, headers, "X-Original-From");
	if (original.email != NULL)
		return original;
	if (name == NULL)
		name = from.name;
	if (name != NULL &&
	    !find_by_name(arena, headers, "Reply-To", name, &from))
		(void)find_by_name(arena, headers, "Cc", name, &from);
	return from;
}
