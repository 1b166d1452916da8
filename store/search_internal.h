/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * search_internal.h - what the files of the search share.
 */
#ifndef KD_STORE_SEARCH_INTERNAL_H
#define KD_STORE_SEARCH_INTERNAL_H

#include "store/internal.h"
#include "store/search.h"

extern const struct kd_statement
	kd_search_statements[KD_STMT_COUNT - KD_STMT_SEARCH];

/* "KVMS", and what is changed when an index of before is of no use. */
enum { KD_SEARCH_APPLICATION_ID = 0x4B564D53, KD_SEARCH_FORMAT = 1 };

struct kd_search {
	struct kd_store *store; /* borrowed: what is indexed */
	struct kd_store index;  /* a connection to the index; no store, but
	                         * opened and asked as one */
	bool writable;
};

/* How far the index is. */
struct kd_search_about {
	bool there;   /* it has tables of ours, of this store */
	int64_t upto; /* the newest variant that was looked at */
	char last[KD_MESSAGE_ID_MAX + 1]; /* the Message-ID of that one */
	int64_t dead; /* documents that are no more, in the words still */
};

/* --- search.c ---------------------------------------------------------- */

/* The index is in no transaction, or in one of ours. */
KD_MUST_CHECK
enum kd_status kd_search_about(struct kd_search *search,
                               struct kd_search_about *ret,
                               struct kd_error *err);

/* --- search_doc.c: one message in the index ---------------------------- */

/* Put the message into the index as it is now, in the transaction of the
 * caller; *dead counts what it takes the place of. */
KD_MUST_CHECK
enum kd_status kd_search_put(struct kd_search *search, int64_t message,
                             int64_t *dead, struct kd_error *err);

#endif /* KD_STORE_SEARCH_INTERNAL_H */
