/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * series_internal.h - what the files that keep table series share.
 *
 * Like content.c they run inside the transaction of their caller.  What
 * they write is a function of the messages that came, not of the order in
 * which they did; row ids are not part of it.
 */
#ifndef KD_STORE_SERIES_INTERNAL_H
#define KD_STORE_SERIES_INTERNAL_H

#include "store/internal.h"
#include "store/series.h"
#include "store/series_members.h"

extern const struct kd_statement
	kd_series_statements[KD_STMT_FACTS - KD_STMT_SERIES];

/* Numbers that grow; the memory is an arena's. */
struct kd_ids {
	int64_t *ids;
	size_t n;
	size_t room;
};

KD_MUST_CHECK
enum kd_status kd_ids_add(struct kd_ids *ids, struct kd_arena *arena,
                          int64_t id, struct kd_error *err);
bool kd_ids_have(const struct kd_ids *ids, int64_t id);

/* Add it unless it is there, or max are. */
KD_MUST_CHECK
enum kd_status kd_ids_put(struct kd_ids *ids, struct kd_arena *arena,
                          int64_t id, size_t max, struct kd_error *err);

/* All ids in the first column; and close. */
KD_MUST_CHECK
enum kd_status kd_ids_read(struct kd_cursor *cursor, struct kd_ids *ret,
                           struct kd_arena *arena, size_t max,
                           struct kd_error *err);

struct kd_title {
	const char *poster;
	const char *key;
	int64_t from; /* what was posted under it before is as it was */
};

/* What has changed of the series, so that versions can be linked anew. */
struct kd_changes {
	struct kd_arena *arena;
	struct kd_ids series;
	struct kd_ids facts;     /* those whose own columns did, or which are
	                          * whole now */
	struct kd_ids messages;  /* new members of them */
	struct kd_ids signs;     /* of those */
	struct kd_title *titles; /* that a series had or has */
	size_t n_titles;
	size_t room;
	size_t n_links; /* of how many messages they are */
};

KD_MUST_CHECK
enum kd_status kd_changes_add_title(struct kd_changes *changes,
                                    const struct kd_title *title,
                                    struct kd_error *err);

/* The title that the row of the series has now. */
KD_MUST_CHECK
enum kd_status kd_changes_note_title(struct kd_store *store,
                                     struct kd_changes *changes, int64_t series,
                                     struct kd_error *err);

/* Note the message as one that is new, by what it is called, too. */
KD_MUST_CHECK
enum kd_status kd_changes_sign(struct kd_store *store,
                               struct kd_changes *changes, int64_t message,
                               const struct kd_message *msg,
                               struct kd_error *err);

/* --- statements -------------------------------------------------------- */

KD_MUST_CHECK
enum kd_status kd_series_run(struct kd_store *store, enum kd_stmt which,
                             int64_t a, struct kd_error *err);
KD_MUST_CHECK
enum kd_status kd_series_run_two(struct kd_store *store, enum kd_stmt which,
                                 int64_t a, int64_t b, struct kd_error *err);

/* --- series_gather.c --------------------------------------------------- */

struct kd_gathered {
	struct kd_arena *arena;
	struct kd_node *nodes; /* all that could be of one series with it */
	size_t n;
	size_t room;
	struct kd_ids kins; /* of the nodes */
	bool member;        /* the message is a patch or cover letter */
	bool alone;         /* there are too many: it stays alone */
	int64_t before;     /* the series that it was in; 0: none */
};

/* The message and those around it. */
KD_MUST_CHECK
enum kd_status kd_series_gather(struct kd_store *store,
                                const struct kd_incoming *in,
                                struct kd_gathered *ret, struct kd_error *err);

/* --- versions_find.c --------------------------------------------------- */

/* A series as others are compared with it. */
struct kd_posting {
	int64_t series;
	int64_t previous;
	int64_t variant; /* of its head */
	int64_t date;
	const char *poster;
	const char *title_key;
	const char *change_id;
	const char *message_id; /* of its head */
	const char *project;
	enum kd_evidence evidence;
	int version;
	int revision;
	int total;
	int received;
	bool has_date;
	bool said; /* the version */
	bool rfc;
	bool again; /* it calls itself a resend */
	bool resend;
};

struct kd_postings {
	struct kd_posting *rows;
	size_t n;
	size_t room;
};

/* Read a series; one without a head is none. */
KD_MUST_CHECK
enum kd_status kd_postings_add(struct kd_store *store, int64_t series,
                               struct kd_postings *ret, struct kd_arena *arena,
                               struct kd_error *err);

/* Read all series whose ids the cursor has; and close it. */
KD_MUST_CHECK
enum kd_status kd_postings_read(struct kd_store *store,
                                struct kd_cursor *cursor,
                                struct kd_postings *ret, struct kd_arena *arena,
                                struct kd_error *err);

/* The postings of a poster that have this title, the newest 32. */
KD_MUST_CHECK
enum kd_status kd_postings_titled(struct kd_store *store,
                                  const struct kd_title *title,
                                  struct kd_postings *ret,
                                  struct kd_arena *arena, struct kd_error *err);

/* How the patches of two compare. */
enum kd_likeness {
	KD_LIKENESS_UNKNOWN, /* not all patch-ids are known */
	KD_LIKENESS_NONE,
	KD_LIKENESS_SAME, /* both are whole, and the patch-ids the same */
};

KD_MUST_CHECK
enum kd_status kd_postings_compare(struct kd_store *store,
                                   const struct kd_posting *a,
                                   const struct kd_posting *b,
                                   struct kd_arena *arena,
                                   enum kd_likeness *ret, struct kd_error *err);

/* Have at least half of all patches of the larger one the same titles? */
KD_MUST_CHECK
enum kd_status kd_postings_alike(struct kd_store *store,
                                 const struct kd_posting *a,
                                 const struct kd_posting *b,
                                 struct kd_arena *arena, bool *ret,
                                 struct kd_error *err);

/* Is a the earlier one?  Among those without a date none is. */
bool kd_posting_is_before(const struct kd_posting *a,
                          const struct kd_posting *b);

/* --- versions_search.c ------------------------------------------------- */

enum {
	KD_WORK_MAX = 500, /* series settled at once, for each message */
};

/* Series with a patch of the same sender and title as one of series. */
KD_MUST_CHECK
enum kd_status kd_versions_list_alike(struct kd_store *store, int64_t series,
                                      struct kd_ids *ret,
                                      struct kd_arena *arena,
                                      struct kd_error *err);

/* Find the version before the series, and write it down. */
KD_MUST_CHECK
enum kd_status kd_versions_settle_one(struct kd_store *store,
                                      struct kd_arena *arena, int64_t series,
                                      struct kd_error *err);

/* --- versions.c -------------------------------------------------------- */

/* A hash of who posted what, to find those alike. */
int64_t kd_versions_sign(const char *email, const char *title);

/* Lower case, blanks collapsed; the arena's, or NULL: out of memory. */
char *kd_versions_key(struct kd_arena *arena, const char *title);

/* Link the versions of all that changed, and of what hangs on it. */
KD_MUST_CHECK
enum kd_status kd_versions_settle(struct kd_store *store,
                                  struct kd_changes *changes,
                                  struct kd_error *err);

#endif /* KD_STORE_SERIES_INTERNAL_H */
