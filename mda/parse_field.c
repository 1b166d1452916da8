/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * parse_field.c - header values through GMime: encoded words, addresses,
 * dates.  What goes in was measured before, what comes out is UTF-8.
 */
#include "mda/parse_internal.h"

#include <gmime/gmime.h>
#include <string.h>

#include "mda/fields.h"

/* s as one line of UTF-8 without blanks at its ends. */
static char *one_line(struct kd_arena *arena, const char *s)
{
	char *line = kd_field_line(arena, kd_bytes_of(s));

	return line == NULL ? NULL : kd_utf8_force(arena, kd_bytes_of(line));
}

char *kd_field_decode(struct kd_arena *arena, struct kd_bytes value)
{
	char *line = kd_field_line(arena, value);
	char *decoded;
	char *ret;

	if (line == NULL || kd_simple_words(line))
		return line;
	kd_gmime_begin();
	decoded = g_mime_utils_header_decode_text(NULL, line);
	ret = one_line(arena, decoded);
	g_free(decoded);
	return ret;
}

/* NULL for NULL and for what is empty. */
static char *word_of(struct kd_arena *arena, const char *s)
{
	char *ret = s == NULL ? NULL : one_line(arena, s);

	return ret == NULL || ret[0] == '\0' ? NULL : ret;
}

/* name with one blank where it has several, in place. */
static void squeeze(char *name)
{
	size_t n = 0;

	for (size_t i = 0; name[i] != '\0'; i++)
		if (!kd_is_blank(name[i]))
			name[n++] = name[i];
		else if (n > 0 && name[n - 1] != ' ')
			name[n++] = ' ';
	name[n] = '\0';
}

static struct kd_person person_of(struct kd_arena *arena, InternetAddress *ia)
{
	InternetAddressMailbox *mailbox = INTERNET_ADDRESS_MAILBOX(ia);
	char *name = word_of(arena, internet_address_get_name(ia));
	struct kd_person ret = { .name = name };

	if (name != NULL)
		squeeze(name);
	ret.email = word_of(arena, internet_address_mailbox_get_addr(mailbox));
	if (ret.email != NULL && kd_find(kd_bytes_of(ret.email), "@") == NULL) {
		if (ret.name == NULL)
			ret.name = ret.email;
		ret.email = NULL;
	}
	return ret;
}

/* Members of groups are people like others.  Groups nest no deeper than
 * kd_field_addresses_ok() lets them. */
static size_t flatten(struct kd_arena *arena, InternetAddressList *list,
                      struct kd_person *ret, size_t max)
{
	int count = internet_address_list_length(list);
	InternetAddress *ia;
	size_t n = 0;

	for (int i = 0; i < count && n < max; i++) {
		ia = internet_address_list_get_address(list, i);
		if (INTERNET_ADDRESS_IS_GROUP(ia)) {
			InternetAddressGroup *group =
				INTERNET_ADDRESS_GROUP(ia);

			n += flatten(arena,
			             internet_address_group_get_members(group),
			             ret + n, max - n);
		} else if (INTERNET_ADDRESS_IS_MAILBOX(ia)) {
			ret[n++] = person_of(arena, ia);
		}
	}
	return n;
}

/* "user at host.org (Name)", as web archives write it, as an address. */
static char *with_at_sign(struct kd_arena *arena, const char *line)
{
	const char *at = kd_find(kd_bytes_of(line), " at ");

	if (at == NULL || kd_find(kd_bytes_of(line), "@") != NULL)
		return NULL;
	return kd_arena_printf(arena, "%.*s@%s", (int)(at - line), line,
	                       at + 4);
}

/* "Name user@host.org" with its brackets, as git reads it: the word with
 * the first '@' is the address. */
static char *with_brackets(struct kd_arena *arena, const char *line)
{
	const char *at = strchr(line, '@');
	size_t before = 0, size;

	if (at == NULL || strpbrk(line, "<>(),;:\"") != NULL)
		return NULL;
	for (const char *p = line; p < at; p++)
		if (*p == ' ')
			before = (size_t)(p + 1 - line);
	size = strcspn(line + before, " ");
	if (before == 0 || size < 3 || line[before] == '@')
		return NULL;
	return kd_arena_printf(arena, "%.*s%s <%.*s>", (int)before, line,
	                       line + before + size, (int)size, line + before);
}

static size_t parse_people(struct kd_arena *arena, const char *line,
                           struct kd_person *ret, size_t max)
{
	InternetAddressList *list;
	size_t n;

	kd_gmime_begin();
	list = internet_address_list_parse(NULL, line);
	if (list == NULL)
		return 0;
	n = flatten(arena, list, ret, max);
	g_object_unref(list);
	return n;
}

size_t kd_field_people(struct kd_arena *arena, struct kd_bytes value,
                       struct kd_person *ret, size_t max)
{
	char *line;
	char *mended;
	size_t n;

	if (max == 0 || !kd_field_addresses_ok(value))
		return 0;
	line = kd_field_line(arena, value);
	if (line == NULL || line[0] == '\0')
		return 0;
	if (kd_simple_person(arena, line, ret))
		return 1;
	mended = with_at_sign(arena, line);
	if (mended == NULL)
		mended = with_brackets(arena, line);
	n = parse_people(arena, mended == NULL ? line : mended, ret, max);
	if (n > 0 && ret[0].email != NULL)
		return n;

	/* "Name [team] <address>" is nothing to GMime. */
	ret[0] = kd_field_person(arena, kd_bytes_of(line));
	if (ret[0].name != NULL)
		ret[0].name = kd_field_decode(arena, kd_bytes_of(ret[0].name));
	return 1;
}

bool kd_field_any_date(struct kd_arena *arena, struct kd_bytes value,
                       int64_t *ret)
{
	GDateTime *date;
	char *line;

	if (kd_field_date(value, ret))
		return true;
	line = kd_field_line(arena, value);
	if (line == NULL)
		return false;
	kd_gmime_begin();
	date = g_mime_utils_header_decode_date(line);
	if (date == NULL)
		return false;
	*ret = g_date_time_to_unix(date);
	g_date_time_unref(date);
	return true;
}

struct kd_person kd_parse_person(struct kd_arena *arena, const char *text)
{
	struct kd_person ret = { .name = NULL };

	if (kd_field_people(arena, kd_bytes_of(text), &ret, 1) == 0 ||
	    ret.email == NULL)
		return (struct kd_person){ .name = NULL };
	return ret;
}

char *kd_parse_words(struct kd_arena *arena, const char *text)
{
	return kd_field_decode(arena, kd_bytes_of(text));
}
