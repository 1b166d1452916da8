/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * search_fixture.c - see search_fixture.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/search_fixture.h"

struct kd_arriving search_letter(struct fixture *fix, const char *id,
                                 const char *text, int64_t received)
{
	struct kd_arriving a = fixture_arriving(fix, id, "a title", received);
	struct kd_message *msg = fixture_message(&a);

	msg->text = kd_bytes_of(text);
	a.raw = kd_bytes_of(kd_arena_printf(
		fix->arena, "Message-ID: <%s>\n\n%s\n", id, text));
	/* the content is the text's */
	memset(msg->content_sha256, 0, KD_HASH_SIZE);
	(void)snprintf((char *)msg->content_sha256, KD_HASH_SIZE, "%s", text);
	return a;
}

void search_add(struct fixture *fix, const struct kd_arriving *a)
{
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);

	(void)fixture_add(fix, store, a);
	kd_store_close(store);
}

void search_add_text(struct fixture *fix, const char *id, const char *text,
                     int64_t received)
{
	struct kd_arriving a = search_letter(fix, id, text, received);

	search_add(fix, &a);
}

void search_add_many(struct fixture *fix, int n, const char *text)
{
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving a;
	int i;

	for (i = 0; i < n; i++) {
		a = search_letter(fix, kd_arena_printf(fix->arena, "%d@x", i),
		                  text, 100 + i);
		(void)fixture_add(fix, store, &a);
	}
	kd_store_close(store);
}

struct opened search_open(struct fixture *fix)
{
	struct opened ret = { .store = fixture_open(fix, KD_STORE_READ) };

	if (kd_search_open(ret.store, &ret.search, &fix->err) != KD_OK)
		fail_msg("%s", fix->err.text);
	return ret;
}

void search_close(struct opened *opened)
{
	kd_search_close(opened->search);
	kd_store_close(opened->store);
}

void search_update(struct fixture *fix, struct kd_search *search)
{
	if (kd_search_update(search, NULL, NULL, &fix->err) != KD_OK)
		fail_msg("%s", fix->err.text);
}

const char *search_find(struct fixture *fix, struct opened *opened,
                        const struct kd_search_query *query)
{
	struct kd_search_hit *hits = NULL;
	struct kd_posted posted;
	const char *ret = "";
	size_t n = 0;

	assert_int_equal(kd_store_begin_read(opened->store, &fix->err), KD_OK);
	if (kd_search_find(opened->search, query, fix->arena, &hits, &n,
	                   &fix->err) != KD_OK)
		fail_msg("%s", fix->err.text);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(kd_store_get(opened->store, hits[i].message,
		                              fix->arena, &posted, &fix->err),
		                 KD_OK);
		ret = kd_arena_printf(fix->arena, "%s%s%s", ret,
		                      i > 0 ? " " : "", posted.msg.message_id);
	}
	kd_store_end_read(opened->store);
	return ret;
}

struct kd_search_query search_one(const struct kd_search_term *term)
{
	return (struct kd_search_query){
		.terms = term,
		.n_terms = term != NULL,
		.scope = { .kind = KD_SCOPE_ALL },
		.range = { .upto = INT64_MAX },
	};
}

const char *search_find_word(struct fixture *fix, struct opened *opened,
                             const char *word)
{
	const struct kd_search_term term = { .text = word };
	const struct kd_search_query query = search_one(&term);

	return search_find(fix, opened, &query);
}

void search_expect(struct fixture *fix, const char *word, const char *want)
{
	struct opened opened = search_open(fix);

	search_update(fix, opened.search);
	assert_string_equal(search_find_word(fix, &opened, word), want);
	search_close(&opened);
}

int64_t search_count(struct fixture *fix)
{
	struct opened opened = search_open(fix);
	int64_t n = -1;

	assert_int_equal(kd_search_count(opened.search, &n, &fix->err), KD_OK);
	search_close(&opened);
	return n;
}
