/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * search.h - full-text search over the messages of a store.
 *
 * The index is a file of its own beside the store, "-search" behind its
 * name: whatever becomes of it, it can be made again.  Deliveries know
 * nothing of it; it is brought up to date when somebody searches.
 *
 * Continues store.h.
 */
#ifndef KD_STORE_SEARCH_H
#define KD_STORE_SEARCH_H

#include "store/store.h"

struct kd_search;

/*
 * Open the index of a store for reading and, where that can be, writing; an
 * index that is not there is made, empty.  store is borrowed until
 * kd_search_close(); how long to wait for others is the store's deadline.
 *
 * KD_PERM, KD_NOSPACE  there is none, and none can be made
 */
KD_MUST_CHECK
enum kd_status kd_search_open(struct kd_store *store, struct kd_search **ret,
                              struct kd_error *err);

/* NULL is allowed. */
void kd_search_close(struct kd_search *search);

/* Called now and then; done of all are in the index. */
typedef void kd_search_progress_fn(int64_t done, int64_t all, void *payload);

/*
 * Take in what came since the last time, and what was parsed again.  It is
 * done in short transactions: a process that dies leaves an index that is
 * sound and not complete, and two that do it at once share the work.  One
 * that is damaged, of another store or of another format is made anew.
 *
 * The store must be in no read: each transaction reads it as it is then.
 * progress may be NULL.  On failure what is in the index stays.
 */
KD_MUST_CHECK
enum kd_status kd_search_update(struct kd_search *search,
                                kd_search_progress_fn *progress, void *payload,
                                struct kd_error *err);

/* How many messages are in the index; 0 also when it is of no use (not
 * made yet, or of another store). */
KD_MUST_CHECK
enum kd_status kd_search_count(struct kd_search *search, int64_t *ret,
                               struct kd_error *err);

/* Look for damage, and throw away what is there when there is some. */
KD_MUST_CHECK
enum kd_status kd_search_check(struct kd_search *search, struct kd_error *err);

/* Throw away what is there: the next update makes the index anew. */
KD_MUST_CHECK
enum kd_status kd_search_reset(struct kd_search *search, struct kd_error *err);

enum kd_search_field {
	KD_SEARCH_ANYWHERE, /* subject, people, text */
	KD_SEARCH_SUBJECT,
	KD_SEARCH_PEOPLE, /* names and addresses of sender and author */
	KD_SEARCH_PATH,   /* of the files of the diff; by fits */
	KD_SEARCH_KIND,   /* by kinds; no text */
};

/* One thing that is looked for. */
struct kd_search_term {
	enum kd_search_field field;
	/* Any text: its words (runs of letters and digits, case and accents
	 * aside) must stand next to each other. */
	const char *text;
	bool prefix; /* the last word may go on */
	/* Of KD_SEARCH_PATH: does the pattern text fit path?  Asked of paths
	 * that begin as text does up to its first * ? [ or \. */
	bool (*fits)(const char *pattern, const char *path);
	unsigned int kinds; /* of KD_SEARCH_KIND: 1 << enum kd_kind, a bit for
	                     * each that will do; a bot's notice that patches
	                     * were taken counts as applied, too */
	bool without;       /* what has it is left out */
	bool or_before;     /* it, or the term before it */
};

enum kd_search_waiting {
	KD_SEARCH_WAITING_ANY,
	KD_SEARCH_WAITING_ONLY, /* series that nobody but who posted it has
	                         * answered, that has no newer version and was
	                         * not taken: its cover letter, or else its
	                         * first patch */
	KD_SEARCH_WAITING_NOT,
};

struct kd_search_query {
	const struct kd_search_term *terms; /* n_terms; all must hold */
	size_t n_terms;
	enum kd_search_waiting waiting;
	struct kd_scope scope;
	struct kd_range range;
};

struct kd_search_hit {
	int64_t message;
	kd_seq seq; /* in scope */
	int64_t received;
};

/*
 * What answers to query, newest first; *ret is the arena's.  Begin a read
 * of the store first.  KD_CORRUPT: the index is damaged.
 */
KD_MUST_CHECK
enum kd_status kd_search_find(struct kd_search *search,
                              const struct kd_search_query *query,
                              struct kd_arena *arena,
                              struct kd_search_hit **ret, size_t *ret_n,
                              struct kd_error *err);

#endif /* KD_STORE_SEARCH_H */
