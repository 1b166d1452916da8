/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * employers.c - who works where: a sorted table of addresses and domains.
 * Knows no file.
 */
#include "report/employers.h"

#include <stdlib.h>
#include <string.h>

struct entry {
	const char *key; /* address or domain */
	const char *name;
	size_t line; /* later ones win */
};

struct kd_employers {
	struct entry *entries; /* n, by key; of equal ones the last counts */
	size_t n;
};

/* Where anybody can have an address: it says nothing of an employer. */
static const char *const freemail[] = {
	"126.com",     "163.com",     "aol.com",        "fastmail.com",
	"fastmail.fm", "foxmail.com", "free.fr",        "gmail.com",
	"gmx.com",     "gmx.de",      "gmx.net",        "googlemail.com",
	"hotmail.com", "icloud.com",  "live.com",       "mac.com",
	"mail.ru",     "mailbox.org", "me.com",         "msn.com",
	"naver.com",   "outlook.com", "pm.me",          "posteo.de",
	"posteo.net",  "proton.me",   "protonmail.com", "qq.com",
	"sina.com",    "t-online.de", "tutanota.com",   "web.de",
	"yahoo.com",   "yandex.ru",   "yeah.net",       "ymail.com",
	"zoho.com",
};

static bool is_freemail(const char *domain)
{
	for (size_t i = 0; i < sizeof(freemail) / sizeof(freemail[0]); i++) {
		if (kd_strcmp_nocase(freemail[i], domain) == 0)
			return true;
	}
	return false;
}

/* What stands before a comment. */
static struct kd_bytes without_comment(struct kd_bytes line)
{
	for (size_t i = 0; i < line.size; i++) {
		if (line.data[i] == '#' &&
		    (i == 0 || kd_is_blank(line.data[i - 1])))
			line.size = i;
	}
	return kd_trim(line);
}

static bool take_line(struct kd_arena *arena, struct kd_bytes line,
                      struct entry *ret)
{
	struct kd_bytes name;
	size_t n = 0;

	while (n < line.size && !kd_is_blank(line.data[n]))
		n++;
	name = kd_trim((struct kd_bytes){ line.data + n, line.size - n });
	/* "@example.org" is the domain, too. */
	if (n > 1 && line.data[0] == '@') {
		line.data++;
		n--;
	}
	if (name.size == 0)
		return false;
	ret->key = kd_arena_strndup(arena, line.data, n);
	ret->name = kd_utf8_force(arena, name);
	return ret->key == NULL || ret->name == NULL || !is_freemail(ret->key);
}

static int by_key(const void *a, const void *b)
{
	const struct entry *x = a;
	const struct entry *y = b;
	int order = kd_strcmp_nocase(x->key, y->key);

	return order != 0 ? order : (x->line > y->line) - (x->line < y->line);
}

/* Of lines for the same, the last is left. */
static size_t merge(struct entry *entries, size_t n)
{
	size_t n_left = 0;

	for (size_t i = 0; i < n; i++) {
		if (n_left > 0 && kd_strcmp_nocase(entries[n_left - 1].key,
		                                   entries[i].key) == 0)
			entries[n_left - 1] = entries[i];
		else
			entries[n_left++] = entries[i];
	}
	return n_left;
}

enum kd_status kd_employers_parse(struct kd_arena *arena, struct kd_bytes text,
                                  struct kd_employers **ret,
                                  struct kd_badlines *ret_bad,
                                  struct kd_error *err)
{
	struct kd_employers *all = kd_arena_alloc(arena, sizeof(*all));
	struct kd_bytes line;
	size_t number = 0;

	*ret_bad = (struct kd_badlines){ .n = 0 };
	if (all != NULL)
		all->entries = kd_arena_array(arena, kd_count_lines(text),
		                              sizeof(*all->entries));
	if (all == NULL || all->entries == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	while (kd_next_line(&text, &line)) {
		struct entry *entry = &all->entries[all->n];

		number++;
		line = without_comment(line);
		if (line.size == 0)
			continue;
		entry->line = number;
		if (take_line(arena, line, entry))
			all->n++;
		else
			kd_badlines_add(ret_bad, number);
	}
	if (kd_arena_failed(arena))
		return kd_fail(err, KD_NOMEM, "out of memory");
	if (all->n > 0)
		qsort(all->entries, all->n, sizeof(*all->entries), by_key);
	all->n = merge(all->entries, all->n);
	*ret = all;
	return KD_OK;
}

static int by_name(const void *a, const void *b)
{
	const struct entry *entry = b;

	return kd_strcmp_nocase(a, entry->key);
}

static const char *look_up(const struct kd_employers *all, const char *key)
{
	const struct entry *entry = bsearch(key, all->entries, all->n,
	                                    sizeof(*all->entries), by_name);

	return entry != NULL ? entry->name : NULL;
}

const char *kd_employer_of(const struct kd_employers *employers,
                           const char *email)
{
	const char *domain = email != NULL ? strrchr(email, '@') : NULL;
	const char *name;

	if (employers == NULL || employers->n == 0 || domain == NULL)
		return NULL;
	name = look_up(employers, email);
	while (name == NULL && domain != NULL && domain[1] != '\0') {
		name = look_up(employers, domain + 1);
		domain = strchr(domain + 1, '.');
	}
	return name;
}
