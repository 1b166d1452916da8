/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * suggest.c - lines that a .mailmap lacks, found by sorting: first all
 * names of an address, then all addresses of a name.
 */
#include "report/suggest.h"

#include <stdlib.h>
#include <string.h>

#include "store/base/text.h"

/* One spelling of a name with an address. */
struct alias {
	const char *name;
	const char *email;
	size_t count;
	size_t last; /* when it was used last */
};

struct work {
	struct kd_arena *arena;
	struct alias *aliases; /* n */
	size_t n;
	struct kd_suggestion *ret; /* n_ret */
	size_t n_ret;
};

/* What a line of a mailmap can hold, and what names somebody. */
static bool is_plain(const char *s, const char *never)
{
	if (s == NULL || s[0] == '\0' || s[0] == '#')
		return false;
	for (; *s != '\0'; s++) {
		if ((unsigned char)*s < 0x20 || *s == 0x7f ||
		    strchr(never, *s) != NULL)
			return false;
	}
	return true;
}

static bool is_usable(const struct kd_person *who)
{
	return is_plain(who->name, "<>@") && is_plain(who->email, "<> ") &&
	       strchr(who->email, '@') != NULL && !kd_is_blank(who->name[0]);
}

static int order_of(size_t x, size_t y)
{
	return (x > y) - (x < y);
}

static int by_email(const void *a, const void *b)
{
	const struct alias *x = a;
	const struct alias *y = b;
	int order = kd_strcmp_nocase(x->email, y->email);

	if (order == 0)
		order = kd_strcmp_nocase(x->name, y->name);
	return order != 0 ? order : order_of(x->last, y->last);
}

static int by_name(const void *a, const void *b)
{
	const struct alias *x = a;
	const struct alias *y = b;
	int order = kd_strcmp_nocase(x->name, y->name);

	if (order == 0)
		order = kd_strcmp_nocase(x->email, y->email);
	return order != 0 ? order : order_of(x->last, y->last);
}

typedef bool same_fn(const struct alias *a, const struct alias *b);

static bool same_email(const struct alias *a, const struct alias *b)
{
	return kd_strcmp_nocase(a->email, b->email) == 0;
}

static bool same_name(const struct alias *a, const struct alias *b)
{
	return kd_strcmp_nocase(a->name, b->name) == 0;
}

/* Those that are the same in both stand together: make one of them, in its
 * last spelling. */
static size_t merge(struct alias *aliases, size_t n)
{
	size_t n_left = 0;

	for (size_t i = 0; i < n; i++) {
		struct alias *last = &aliases[n_left > 0 ? n_left - 1 : 0];

		if (n_left > 0 && same_email(last, &aliases[i]) &&
		    same_name(last, &aliases[i])) {
			aliases[i].count += last->count;
			*last = aliases[i];
		} else {
			aliases[n_left++] = aliases[i];
		}
	}
	return n_left;
}

/* The one that is used most, of equal ones the one used last. */
static const struct alias *proper(const struct alias *aliases, size_t n)
{
	const struct alias *best = &aliases[0];

	for (size_t i = 1; i < n; i++) {
		if (aliases[i].count > best->count ||
		    (aliases[i].count == best->count &&
		     aliases[i].last > best->last))
			best = &aliases[i];
	}
	return best;
}

static void add(struct work *work, enum kd_likeness likeness, size_t count,
                const char *line, const char *why)
{
	work->ret[work->n_ret++] =
		(struct kd_suggestion){ likeness, count, line, why };
}

/* All names of one address: from now on it has the proper one. */
static void name_address(struct work *work, struct alias *aliases, size_t n)
{
	const struct alias best = *proper(aliases, n);
	const char *why;
	size_t count = 0;

	if (n < 2)
		return;
	why = kd_arena_printf(work->arena, "one address, %zu names:", n);
	for (size_t i = 0; i < n; i++) {
		if (i < 4)
			why = kd_arena_printf(work->arena, "%s%s \"%s\" %zu",
			                      why ? why : "", i > 0 ? "," : "",
			                      aliases[i].name,
			                      aliases[i].count);
		if (!same_name(&aliases[i], &best))
			count += aliases[i].count;
	}
	add(work, KD_LIKENESS_ADDRESS, count,
	    kd_arena_printf(work->arena, "%s <%s>", best.name, best.email),
	    why);
	for (size_t i = 0; i < n; i++) {
		aliases[i].name = best.name;
		aliases[i].email = best.email;
	}
}

static struct kd_bytes local_of(const char *email)
{
	struct kd_bytes local = kd_bytes_of(email);
	const char *at = strrchr(email, '@');
	const char *plus;

	if (at != NULL)
		local.size = (size_t)(at - email);
	plus = memchr(local.data, '+', local.size);
	if (plus != NULL && plus > local.data)
		local.size = (size_t)(plus - local.data);
	return local;
}

/* a@x.org, a+list@x.org, a@lists.x.org */
static bool is_alike(const char *a, const char *b)
{
	struct kd_bytes x = local_of(a);
	struct kd_bytes y = local_of(b);
	const char *domain_a = strrchr(a, '@') + 1;
	const char *domain_b = strrchr(b, '@') + 1;
	size_t size_a = strlen(domain_a);
	size_t size_b = strlen(domain_b);
	const char *tail;

	if (!kd_bytes_same_nocase(x, y))
		return false;
	if (size_a == size_b)
		return kd_strcmp_nocase(domain_a, domain_b) == 0;
	tail = size_a > size_b ? domain_a + (size_a - size_b)
	                       : domain_b + (size_b - size_a);
	return tail[-1] == '.' &&
	       kd_strcmp_nocase(tail, size_a > size_b ? domain_b : domain_a) ==
	               0;
}

/* All addresses of one name: each of the others leads to the proper one. */
static void join_addresses(struct work *work, struct alias *aliases, size_t n)
{
	const struct alias best = *proper(aliases, n);
	bool words = strchr(best.name, ' ') != NULL;

	for (size_t i = 0; i < n; i++) {
		bool alike = is_alike(aliases[i].email, best.email);

		if (same_email(&aliases[i], &best) || (!alike && !words))
			continue;
		add(work, alike ? KD_LIKENESS_LOCAL : KD_LIKENESS_NAME,
		    aliases[i].count,
		    kd_arena_printf(work->arena, "%s <%s> <%s>", best.name,
		                    best.email, aliases[i].email),
		    kd_arena_printf(work->arena, "%s, used %zu and %zu times",
		                    alike ? "one name, alike addresses"
		                          : "one name, two addresses",
		                    best.count, aliases[i].count));
	}
}

/* Call fn for each run of those that are the same. */
static void each_run(struct work *work, same_fn *same,
                     void (*fn)(struct work *, struct alias *, size_t))
{
	size_t end;

	for (size_t i = 0; i < work->n; i = end) {
		for (end = i + 1; end < work->n &&
		                  same(&work->aliases[i], &work->aliases[end]);)
			end++;
		fn(work, &work->aliases[i], end - i);
	}
}

static int by_worth(const void *a, const void *b)
{
	const struct kd_suggestion *x = a;
	const struct kd_suggestion *y = b;

	if (x->likeness != y->likeness)
		return x->likeness < y->likeness ? -1 : 1;
	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return strcmp(x->line, y->line);
}

enum kd_status kd_suggest(struct kd_arena *arena, struct kd_person *people,
                          size_t n, struct kd_suggestion **ret, size_t *ret_n,
                          struct kd_error *err)
{
	struct work work = { .arena = arena };

	work.aliases = kd_arena_array(arena, n, sizeof(*work.aliases));
	work.ret = kd_arena_array(arena, n, 2 * sizeof(*work.ret));
	if (work.aliases == NULL || work.ret == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	for (size_t i = 0; i < n; i++) {
		if (is_usable(&people[i]))
			work.aliases[work.n++] =
				(struct alias){ people[i].name, people[i].email,
				                1, i };
	}
	if (work.n > 0)
		qsort(work.aliases, work.n, sizeof(*work.aliases), by_email);
	work.n = merge(work.aliases, work.n);
	each_run(&work, same_email, name_address);
	if (work.n > 0)
		qsort(work.aliases, work.n, sizeof(*work.aliases), by_name);
	work.n = merge(work.aliases, work.n);
	each_run(&work, same_name, join_addresses);
	if (kd_arena_failed(arena))
		return kd_fail(err, KD_NOMEM, "out of memory");
	if (work.n_ret > 0)
		qsort(work.ret, work.n_ret, sizeof(*work.ret), by_worth);
	*ret = work.ret;
	*ret_n = work.n_ret;
	return KD_OK;
}
