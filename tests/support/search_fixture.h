/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * search_fixture.h - a store of small texts, and its search index.
 */
#ifndef KD_TESTS_SUPPORT_SEARCH_FIXTURE_H
#define KD_TESTS_SUPPORT_SEARCH_FIXTURE_H

#include "store/search_internal.h"
#include "tests/support/store_fixture.h"

/* An open store with its index. */
struct opened {
	struct kd_store *store;
	struct kd_search *search;
};

/* A message of that text; what else it is the caller says. */
struct kd_arriving search_letter(struct fixture *fix, const char *id,
                                 const char *text, int64_t received);

/* Deliver it, or a plain one of that text. */
void search_add(struct fixture *fix, const struct kd_arriving *a);
void search_add_text(struct fixture *fix, const char *id, const char *text,
                     int64_t received);

/* n plain ones of that text, 0@x and so on, received from 100 on. */
void search_add_many(struct fixture *fix, int n, const char *text);

struct opened search_open(struct fixture *fix);
void search_close(struct opened *opened);

/* Bring the index up to date, which must work. */
void search_update(struct fixture *fix, struct kd_search *search);

/* "b@x a@x": the Message-IDs of what answers, in order. */
const char *search_find(struct fixture *fix, struct opened *opened,
                        const struct kd_search_query *query);
const char *search_find_word(struct fixture *fix, struct opened *opened,
                             const char *word);

/* The query of that term, or of none, in all lists. */
struct kd_search_query search_one(const struct kd_search_term *term);

/* Bring the index up to date, and look. */
void search_expect(struct fixture *fix, const char *word, const char *want);

/* How many messages the index knows. */
int64_t search_count(struct fixture *fix);

#endif /* KD_TESTS_SUPPORT_SEARCH_FIXTURE_H */
