/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mailmap.c - git's .mailmap: lines to entries, sorted, one for each
 * address and one for each name with an address.  Knows no file.
 */
#include "report/mailmap.h"

#include <stdlib.h>
#include <string.h>

/* What to do with `email`, or with `name` where it comes with `email`. */
struct entry {
	const char *email;
	const char *name; /* NULL: any */
	const char *new_name;
	const char *new_email;
	size_t line; /* later ones win */
};

struct kd_mailmap {
	struct entry *entries; /* n, by email, then name, NULL first */
	size_t n;
};

/* A line, taken apart: "name <email> old <old>". */
struct pair {
	struct kd_bytes name; /* size 0: none */
	struct kd_bytes email;
};

static bool is_space(char c)
{
	return kd_is_blank(c) || c == '\r' || c == '\n';
}

/* "Name <email>" at the start of *rest; *rest moves behind it. */
static bool take_pair(struct kd_bytes *rest, bool may_be_empty,
                      struct pair *ret)
{
	const char *left = memchr(rest->data, '<', rest->size);
	const char *end = rest->data + rest->size;
	const char *right;

	if (left == NULL)
		return false;
	right = memchr(left + 1, '>', (size_t)(end - left) - 1);
	if (right == NULL || (right == left + 1 && !may_be_empty))
		return false;
	ret->email.data = left + 1;
	ret->email.size = (size_t)(right - left) - 1;
	ret->name.data = rest->data;
	ret->name.size = (size_t)(left - rest->data);
	while (ret->name.size > 0 && is_space(ret->name.data[0])) {
		ret->name.data++;
		ret->name.size--;
	}
	while (ret->name.size > 0 &&
	       is_space(ret->name.data[ret->name.size - 1]))
		ret->name.size--;
	rest->data = right + 1;
	rest->size = (size_t)(end - right) - 1;
	return true;
}

static const char *copy(struct kd_arena *arena, struct kd_bytes text)
{
	return text.size > 0 ? kd_arena_strndup(arena, text.data, text.size)
	                     : NULL;
}

/* False: it is no line of a mailmap. */
static bool take_line(struct kd_arena *arena, struct kd_bytes line,
                      struct entry *ret)
{
	struct pair now = { .name = { .data = NULL } };
	struct pair old = { .name = { .data = NULL } };
	bool two;

	if (!take_pair(&line, false, &now))
		return false;
	two = line.size > 0 && take_pair(&line, true, &old);
	ret->new_name = copy(arena, now.name);
	ret->new_email = two ? copy(arena, now.email) : NULL;
	ret->name = two ? copy(arena, old.name) : NULL;
	ret->email =
		kd_arena_strndup(arena, two ? old.email.data : now.email.data,
	                         two ? old.email.size : now.email.size);
	return true;
}

static int compare(const struct entry *x, const struct entry *y)
{
	int order = kd_strcmp_nocase(x->email, y->email);

	if (order != 0)
		return order;
	if (x->name == NULL || y->name == NULL)
		return (x->name != NULL) - (y->name != NULL);
	return kd_strcmp_nocase(x->name, y->name);
}

static int by_key(const void *a, const void *b)
{
	const struct entry *x = a;
	const struct entry *y = b;
	int order = compare(x, y);

	return order != 0 ? order : (x->line > y->line) - (x->line < y->line);
}

/* Of entries for the same, one is left.  A later line for an address alone
 * leaves standing what it does not say; one for a name replaces all. */
static size_t merge(struct entry *entries, size_t n)
{
	size_t n_left = 0;

	for (size_t i = 0; i < n; i++) {
		struct entry *last;

		if (n_left == 0 ||
		    compare(&entries[n_left - 1], &entries[i]) != 0) {
			entries[n_left++] = entries[i];
			continue;
		}
		last = &entries[n_left - 1];
		if (entries[i].new_name != NULL || entries[i].name != NULL)
			last->new_name = entries[i].new_name;
		if (entries[i].new_email != NULL || entries[i].name != NULL)
			last->new_email = entries[i].new_email;
	}
	return n_left;
}

enum kd_status kd_mailmap_parse(struct kd_arena *arena, struct kd_bytes text,
                                struct kd_mailmap **ret,
                                struct kd_badlines *ret_bad,
                                struct kd_error *err)
{
	struct kd_mailmap *map = kd_arena_alloc(arena, sizeof(*map));
	struct kd_bytes line;
	size_t number = 0;

	*ret_bad = (struct kd_badlines){ .n = 0 };
	if (map != NULL)
		map->entries = kd_arena_array(arena, kd_count_lines(text),
		                              sizeof(*map->entries));
	if (map == NULL || map->entries == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	while (kd_next_line(&text, &line)) {
		struct kd_bytes inner = kd_trim(line);
		struct entry *entry = &map->entries[map->n];

		number++;
		if (inner.size == 0 || line.data[0] == '#')
			continue;
		entry->line = number;
		if (take_line(arena, line, entry))
			map->n++;
		else if (inner.data[0] != '#')
			kd_badlines_add(ret_bad, number);
	}
	if (kd_arena_failed(arena))
		return kd_fail(err, KD_NOMEM, "out of memory");
	if (map->n > 0)
		qsort(map->entries, map->n, sizeof(*map->entries), by_key);
	map->n = merge(map->entries, map->n);
	*ret = map;
	return KD_OK;
}

static int by_entry(const void *a, const void *b)
{
	return compare(a, b);
}

static const struct entry *look_up(const struct kd_mailmap *map,
                                   struct kd_person who)
{
	struct entry wanted = { .email = who.email, .name = who.name };
	const struct entry *entry = NULL;

	if (map == NULL || map->n == 0 || who.email == NULL)
		return NULL;
	if (who.name != NULL && who.name[0] != '\0')
		entry = bsearch(&wanted, map->entries, map->n, sizeof(wanted),
		                by_entry);
	wanted.name = NULL;
	if (entry == NULL)
		entry = bsearch(&wanted, map->entries, map->n, sizeof(wanted),
		                by_entry);
	return entry;
}

struct kd_person kd_mailmap_person(const struct kd_mailmap *map,
                                   struct kd_person who)
{
	const struct entry *entry = look_up(map, who);

	if (entry != NULL && entry->new_name != NULL)
		who.name = entry->new_name;
	if (entry != NULL && entry->new_email != NULL)
		who.email = entry->new_email;
	return who;
}
