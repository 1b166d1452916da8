/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * search_find.c - what answers to a query.
 *
 * Each term gives a set of documents, a bit for each; what is more than a
 * term is done with the sets.  Of FTS5's own language no more is used than
 * a column and a string in quotes, so that nothing in a term can be more
 * than text.
 */
#include <stdlib.h>
#include <string.h>

#include "store/search_internal.h"
#include "store/search_set.h"

struct finding {
	struct kd_search *search;
	const struct kd_search_query *query;
	struct kd_arena *arena;
	size_t size; /* of a set */
	struct kd_search_hit *hits;
	size_t n;
	size_t room;
};

/* Add the first column of all rows, and close. */
static enum kd_status add_rows(struct kd_cursor *cur, struct kd_search_set *set,
                               struct kd_error *err)
{
	enum kd_status st = KD_OK;
	bool more = true;

	while (st == KD_OK && more) {
		st = kd_stmt_next(cur, &more, err);
		if (st == KD_OK && more)
			kd_search_set_add(set, kd_stmt_int(cur, 0));
	}
	kd_stmt_close(cur);
	return st;
}

/* --- One term ----------------------------------------------------------- */

/* {people} : "a ""b"" c" * */
static char *match_of(struct kd_arena *arena, const struct kd_search_term *term)
{
	static const char *const columns[] = {
		[KD_SEARCH_ANYWHERE] = "",
		[KD_SEARCH_SUBJECT] = "{subject} : ",
		[KD_SEARCH_PEOPLE] = "{people} : ",
	};
	size_t size = strlen(term->text);
	char *quoted = kd_arena_alloc(arena, 2 * size + 1);
	char *end = quoted;

	if (quoted == NULL)
		return NULL;
	for (size_t i = 0; i < size; i++) {
		*end++ = term->text[i];
		if (term->text[i] == '"')
			*end++ = '"';
	}
	return kd_arena_printf(arena, "%s\"%s\"%s", columns[term->field],
	                       quoted, term->prefix ? " *" : "");
}

static enum kd_status add_words(const struct finding *finding,
                                const struct kd_search_term *term,
                                struct kd_search_set *set, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	char *match = match_of(finding->arena, term);
	enum kd_status st;

	if (match == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	st = kd_stmt_open(&finding->search->index, KD_STMT_INDEX_MATCH, &cur,
	                  err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_text(&cur, match);
	return add_rows(&cur, set, err);
}

static enum kd_status add_kinds(const struct finding *finding,
                                unsigned int kinds, struct kd_search_set *set,
                                struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	st = kd_stmt_open(&finding->search->index, KD_STMT_INDEX_LIST_KINDS,
	                  &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, kinds);
	return add_rows(&cur, set, err);
}

static enum kd_status add_touching(const struct finding *finding, int64_t path,
                                   struct kd_search_set *set,
                                   struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	st = kd_stmt_open(&finding->search->index, KD_STMT_INDEX_LIST_TOUCHING,
	                  &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, path);
	return add_rows(&cur, set, err);
}

/* The paths that the term means, and what touches them. */
static enum kd_status add_paths(const struct finding *finding,
                                const struct kd_search_term *term,
                                struct kd_search_set *set, struct kd_error *err)
{
	static const char last[] = "\xf4\x8f\xbf\xbf"; /* U+10FFFF */
	struct kd_arena *arena = finding->arena;
	int fixed = (int)strcspn(term->text, "*?[\\");
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;
	bool more = true;

	st = kd_stmt_open(finding->search->store, KD_STMT_LIST_PATH_IDS, &cur,
	                  err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_text(&cur,
	                  kd_arena_printf(arena, "%.*s", fixed, term->text));
	kd_stmt_bind_text(&cur, kd_arena_printf(arena, "%.*s%s", fixed,
	                                        term->text, last));
	if (kd_arena_failed(arena))
		st = kd_fail(err, KD_NOMEM, "out of memory");
	while (st == KD_OK && more) {
		st = kd_stmt_next(&cur, &more, err);
		if (st == KD_OK && more &&
		    term->fits(term->text, kd_stmt_text(&cur, 1)))
			st = add_touching(finding, kd_stmt_int(&cur, 0), set,
			                  err);
	}
	kd_stmt_close(&cur);
	return st;
}

static enum kd_status add_term(const struct finding *finding,
                               const struct kd_search_term *term,
                               struct kd_search_set *set, struct kd_error *err)
{
	switch (term->field) {
	case KD_SEARCH_PATH:
		return add_paths(finding, term, set, err);
	case KD_SEARCH_KIND:
		return add_kinds(finding, term->kinds, set, err);
	case KD_SEARCH_ANYWHERE:
	case KD_SEARCH_SUBJECT:
	case KD_SEARCH_PEOPLE:
		break;
	}
	return add_words(finding, term, set, err);
}

/* --- All terms ----------------------------------------------------------- */

/* All documents but what each group of terms takes away. */
static enum kd_status find_docs(struct finding *finding,
                                struct kd_search_set *ret, struct kd_error *err)
{
	const struct kd_search_query *query = finding->query;
	struct kd_search_set group = { .size = 0 };
	enum kd_status st;
	size_t i = 0;

	st = kd_search_set_make(finding->arena, finding->size, ret, err);
	if (st == KD_OK)
		st = kd_search_set_make(finding->arena, finding->size, &group,
		                        err);
	if (st == KD_OK)
		st = add_kinds(finding, ~0u, ret, err);
	while (st == KD_OK && i < query->n_terms &&
	       !kd_search_set_is_empty(ret)) {
		bool without = query->terms[i].without;

		kd_search_set_clear(&group);
		do {
			st = add_term(finding, &query->terms[i++], &group, err);
		} while (st == KD_OK && i < query->n_terms &&
		         query->terms[i].or_before);
		kd_search_set_cut(ret, &group, without);
	}
	return st;
}

/* --- From documents to messages ------------------------------------------ */

static enum kd_status message_of(struct finding *finding, int64_t doc,
                                 int64_t *ret, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	st = kd_stmt_open(&finding->search->index, KD_STMT_INDEX_GET_DOC, &cur,
	                  err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, doc);
	return kd_stmt_number(&cur, 0, ret, err);
}

/* Where it arrived; *ret false: not in scope and range, or the store is
 * seen as it was before. */
static enum kd_status locate(struct finding *finding, struct kd_search_hit *hit,
                             bool *ret, struct kd_error *err)
{
	static const enum kd_stmt of_kind[] = {
		[KD_SCOPE_LIST] = KD_STMT_ARRIVED_IN_LIST,
		[KD_SCOPE_ALL] = KD_STMT_ARRIVED_AT_ALL,
		[KD_SCOPE_NONE] = KD_STMT_ARRIVED_IN_NONE,
	};
	const struct kd_search_query *query = finding->query;
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	*ret = false;
	st = kd_stmt_open(finding->search->store, of_kind[query->scope.kind],
	                  &cur, err);
	if (st != KD_OK)
		return st;
	if (query->scope.kind == KD_SCOPE_LIST)
		kd_stmt_bind_text(&cur, query->scope.list_id);
	else
		kd_stmt_bind_null(&cur);
	kd_stmt_bind_int(&cur, hit->message);
	st = kd_stmt_next(&cur, ret, err);
	if (st == KD_OK && *ret) {
		hit->seq = kd_stmt_int(&cur, 0);
		hit->received = kd_stmt_int(&cur, 1);
		*ret = hit->seq > query->range.after &&
		       hit->seq <= query->range.upto;
	}
	kd_stmt_close(&cur);
	return st;
}

static enum kd_status fits_waiting(struct finding *finding, int64_t message,
                                   bool *ret, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	int64_t waits = 0;
	enum kd_status st;

	*ret = true;
	if (finding->query->waiting == KD_SEARCH_WAITING_ANY)
		return KD_OK;
	st = kd_stmt_open(finding->search->store, KD_STMT_IS_WAITING, &cur,
	                  err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, message);
	st = kd_stmt_number(&cur, 0, &waits, err);
	*ret = (waits != 0) ==
	       (finding->query->waiting == KD_SEARCH_WAITING_ONLY);
	return st;
}

static enum kd_status add_hit(struct finding *finding,
                              const struct kd_search_hit *hit,
                              struct kd_error *err)
{
	size_t room = finding->room == 0 ? 64 : 2 * finding->room;
	struct kd_search_hit *hits;

	if (finding->n == finding->room) {
		hits = kd_arena_array(finding->arena, room, sizeof(*hits));
		if (hits == NULL)
			return kd_fail(err, KD_NOMEM, "out of memory");
		if (finding->n > 0)
			memcpy(hits, finding->hits, finding->n * sizeof(*hits));
		finding->hits = hits;
		finding->room = room;
	}
	finding->hits[finding->n++] = *hit;
	return KD_OK;
}

static enum kd_status judge(struct finding *finding, int64_t doc,
                            struct kd_error *err)
{
	struct kd_search_hit hit = { .message = 0 };
	enum kd_status st;
	bool fits = false;

	st = message_of(finding, doc, &hit.message, err);
	if (st != KD_OK || hit.message == 0)
		return st; /* 0: another document took its place */
	st = locate(finding, &hit, &fits, err);
	if (st == KD_OK && fits)
		st = fits_waiting(finding, hit.message, &fits, err);
	if (st == KD_OK && fits)
		st = add_hit(finding, &hit, err);
	return st;
}

static int newest_first(const void *a, const void *b)
{
	const struct kd_search_hit *x = a;
	const struct kd_search_hit *y = b;

	return (x->seq < y->seq) - (x->seq > y->seq);
}

static enum kd_status find_all(struct finding *finding, struct kd_error *err)
{
	struct kd_search_set docs = { .size = 0 };
	enum kd_status st;
	int64_t doc = 0;

	st = find_docs(finding, &docs, err);
	while (st == KD_OK && kd_search_set_next(&docs, &doc)) {
		st = judge(finding, doc, err);
		doc++;
	}
	if (st == KD_OK && finding->n > 1)
		qsort(finding->hits, finding->n, sizeof(*finding->hits),
		      newest_first);
	return st;
}

static enum kd_status measure(struct finding *finding, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	int64_t last = 0;
	enum kd_status st;

	st = kd_stmt_open(&finding->search->index, KD_STMT_INDEX_LAST_DOC, &cur,
	                  err);
	if (st == KD_OK)
		st = kd_stmt_number(&cur, 0, &last, err);
	if (st != KD_OK)
		return st;
	/* Numbers are given one by one: a larger one is damage. */
	if (last < 0 || last > INT32_MAX)
		return kd_fail(err, KD_CORRUPT, "the search index is damaged");
	finding->size = (size_t)last + 1;
	return KD_OK;
}

enum kd_status kd_search_find(struct kd_search *search,
                              const struct kd_search_query *query,
                              struct kd_arena *arena,
                              struct kd_search_hit **ret, size_t *ret_n,
                              struct kd_error *err)
{
	struct finding finding = { .search = search,
		                   .query = query,
		                   .arena = arena };
	struct kd_search_about about = { .there = false };
	enum kd_status st;

	*ret = NULL;
	*ret_n = 0;
	st = kd_stmt_do(&search->index, KD_STMT_BEGIN_READ, err);
	if (st == KD_OK)
		st = kd_search_about(search, &about, err);
	if (st == KD_OK && about.there)
		st = measure(&finding, err);
	if (st == KD_OK && about.there)
		st = find_all(&finding, err);
	kd_store_rollback(&search->index);
	if (st != KD_OK)
		return st;
	*ret = finding.hits;
	*ret_n = finding.n;
	return KD_OK;
}
