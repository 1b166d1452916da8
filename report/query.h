/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * query.h - what a person types to search.  Pure: no store, no clock.
 */
#ifndef KD_REPORT_QUERY_H
#define KD_REPORT_QUERY_H

#include "store/search.h"

enum {
	KD_QUERY_TERMS_MAX = 256,
	KD_QUERY_TERM_MAX = 1000, /* bytes of one */
};

/*
 *   word            all must be there, in subject, people or text
 *   "two words"     next to each other
 *   word*           words that begin so
 *   -word NOT word  must not be there; before a prefix, too
 *   a OR b          one of them will do
 *   from: subject: path: is: list: after: before:
 *
 * The strings are the arena's.
 */
struct kd_query {
	struct kd_search_term *terms;
	size_t n_terms;
	enum kd_search_waiting waiting;
	const char *list; /* as written; NULL: not said */
	const char *after;
	const char *before;
};

/*
 * Take n words of a command line, put together with blanks.  KD_USAGE, with
 * what there is to choose from; KD_NOMEM.
 */
KD_MUST_CHECK
enum kd_status kd_query_parse(char *const *words, size_t n,
                              struct kd_arena *arena, struct kd_query *ret,
                              struct kd_error *err);

#endif /* KD_REPORT_QUERY_H */
