/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * store.h - the message store, the only door to the database.
 *
 * A handle belongs to one thread.  Every function that writes does all of
 * its work in one transaction or leaves the database as it was.
 *
 * Positions: each list has its messages in order of arrival, numbered from
 * one counter of the store (kd_seq).  A message of two lists arrives once
 * in each; a message of no list arrives in list 0.  Ranges and markers are
 * positions, never times: a Date header moves nothing.
 *
 * What patches are to each other is asked for in series.h; reread.h is for
 * those who parse kept messages again.
 */
#ifndef KD_STORE_STORE_H
#define KD_STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "store/base/arena.h"
#include "store/base/error.h"
#include "store/record.h"

struct kd_store;

typedef int64_t kd_seq;

enum kd_store_mode {
	KD_STORE_READ,    /* never creates, checkpoints or writes; but a store
	                   * of an older schema is upgraded first, under the
	                   * lock, as KD_STORE_WRITE does it */
	KD_STORE_WRITE,   /* must exist; upgraded as needed */
	KD_STORE_DELIVER, /* created as needed; short log, no closing work */
};

struct kd_store_opts {
	const char *path; /* absolute; borrowed for the call */
	enum kd_store_mode mode;
	/* The store is made with a rollback journal instead of a log, and is
	 * expected to have one: for file systems whose memory other hosts do
	 * not share.  A report that reads then holds deliveries up. */
	bool journal_delete;
	bool bulk; /* of KD_STORE_WRITE: much is to come; more memory and a
	            * longer log are worth it */
	/* When to give up waiting for others, on CLOCK_MONOTONIC, in
	 * milliseconds (kd_monotonic_ms()). */
	int64_t deadline_ms;
};

/* CLOCK_MONOTONIC in milliseconds. */
int64_t kd_monotonic_ms(void);

/*
 * Open the store.  On KD_OK *ret is a handle for kd_store_close(); on
 * failure *ret is not touched and the store is as it was.
 *
 * KD_NOTFOUND  there is none (not in KD_STORE_DELIVER, which makes one,
 *              unless the lock file says that there was one: then KD_IO)
 * KD_PERM      the directory is another user's, or others may write to it
 * KD_CORRUPT   no database, or not one of ours
 * KD_SCHEMA    written by a newer release; nothing was changed
 * KD_CONFIG    made with the other journal than journal_delete says
 * KD_BUSY      deadline_ms passed while another process held the lock
 *
 * KD_STORE_DELIVER and KD_STORE_WRITE hold the lock file from here until
 * kd_store_close(): writers queue up in the kernel, first come first
 * served.
 */
KD_MUST_CHECK
enum kd_status kd_store_open(const struct kd_store_opts *opts,
                             struct kd_store **ret, struct kd_error *err);

/* Close and free.  NULL is allowed.  All work was committed or undone
 * before. */
void kd_store_close(struct kd_store *store);

/*
 * For a process that ends right now: drop the lock, leave the rest to the
 * kernel.  Closing the database would checkpoint the log, five fsyncs
 * where two are enough.
 */
void kd_store_abandon(struct kd_store *store);

/* Does another process wait for the lock that this handle holds? */
bool kd_store_is_wanted(const struct kd_store *store);

/* Wait for others no longer than until then, from now on; as in struct
 * kd_store_opts. */
void kd_store_set_deadline(struct kd_store *store, int64_t deadline_ms);

/* --- Writing ------------------------------------------------------- */

/* A list as the configuration has it. */
struct kd_list {
	const char *name;    /* "KVM" */
	const char *id;      /* its List-Id: "kvm.vger.kernel.org" */
	const char *address; /* "kvm@vger.kernel.org" */
	const char *archive; /* link template, "%s" is the Message-ID */
};

struct kd_arriving {
	const struct kd_message *msg;
	struct kd_bytes raw;        /* the exact bytes, as they came */
	const struct kd_list *list; /* NULL: of no list */
	bool through_list;          /* its List-Id named the list */
	int64_t received;           /* when the hook read it */
	/* The bytes are not in raw but in a file of KD_HASH_SIZE name beside
	 * the store; raw holds the header block.  size is the file's. */
	bool large;
	unsigned char large_sha256[KD_HASH_SIZE];
	uint64_t size;
	/* Of raw by kd_packer_pack(), in this process: it is believed.  Size
	 * 0: not done. */
	struct kd_bytes packed;
	/* KD_COMMIT_SIZE bytes, another id of it: the commit that brought it
	 * to the archive it comes from; NULL: none. */
	const unsigned char *commit;
};

enum kd_added {
	KD_ADDED_NEW,       /* first time seen */
	KD_ADDED_VARIANT,   /* known Message-ID, other content: both are kept */
	KD_ADDED_LIST,      /* known message, new mailing list */
	KD_ADDED_DUPLICATE, /* nothing to do: a redelivery */
};

/*
 * Add one message.  When this returns KD_OK it is on stable storage and
 * survives a power cut.  Adding the same message again is no error.
 * arriving is borrowed for the call.  *ret is set on KD_OK only.
 * Waits until the deadline of the open; then KD_BUSY.
 */
KD_MUST_CHECK
enum kd_status kd_store_add(struct kd_store *store,
                            const struct kd_arriving *arriving,
                            enum kd_added *ret, struct kd_error *err);

/*
 * Shorten the log when it has grown long, without waiting for anyone: what
 * a delivery does after its commit, under the lock.  Failure costs time
 * only, so none is reported.
 */
void kd_store_trim_log(struct kd_store *store);

/* --- Markers ------------------------------------------------------- */

enum { KD_MARKER_NAME_MAX = 64 };

struct kd_marker {
	const char *name;
	kd_seq seq;
	int64_t set_at; /* when it was put there */
};

/* KD_NOTFOUND when there is none of that name. */
KD_MUST_CHECK
enum kd_status kd_store_marker(struct kd_store *store, const char *name,
                               struct kd_marker *ret, struct kd_error *err);

/*
 * Put the marker name at seq.  expect: what it must be at now, NULL when
 * it must not exist yet.  KD_BUSY when it is elsewhere: someone moved it
 * in the meantime.
 */
KD_MUST_CHECK
enum kd_status kd_store_move_marker(struct kd_store *store, const char *name,
                                    const kd_seq *expect, kd_seq seq,
                                    int64_t now, struct kd_error *err);

KD_MUST_CHECK
enum kd_status kd_store_drop_marker(struct kd_store *store, const char *name,
                                    struct kd_error *err);

/* All markers, by position and then by name; the array is the arena's. */
KD_MUST_CHECK
enum kd_status kd_store_markers(struct kd_store *store, struct kd_arena *arena,
                                struct kd_marker **ret, size_t *ret_n,
                                struct kd_error *err);

/* --- Reading ------------------------------------------------------- */

/* Begin and end a consistent view for a run of reads. */
KD_MUST_CHECK
enum kd_status kd_store_begin_read(struct kd_store *store,
                                   struct kd_error *err);
void kd_store_end_read(struct kd_store *store);

/* Which list a question is about. */
enum kd_scope_kind {
	KD_SCOPE_LIST, /* the list of this List-Id */
	KD_SCOPE_ALL,  /* every list together; a message counts where it first
	                * arrived */
	KD_SCOPE_NONE, /* what belongs to no list */
};

struct kd_scope {
	enum kd_scope_kind kind;
	const char *list_id; /* of KD_SCOPE_LIST */
};

/* The messages after `after` up to and including `upto`. */
struct kd_range {
	kd_seq after;
	kd_seq upto;
};

/* Position before the first message of the store. */
kd_seq kd_store_start(void);

/* Position of the newest message in scope; kd_store_start() when there is
 * none. */
KD_MUST_CHECK
enum kd_status kd_store_latest(struct kd_store *store,
                               const struct kd_scope *scope, kd_seq *ret,
                               struct kd_error *err);

/* Position of the last message of the store that had arrived by `when`;
 * kd_store_start() when nothing had. */
KD_MUST_CHECK
enum kd_status kd_store_at_time(struct kd_store *store, int64_t when,
                                kd_seq *ret, struct kd_error *err);

/* A message as a reader finds it, whatever its lists. */
struct kd_found {
	int64_t message; /* for the calls below */
	kd_seq seq;      /* in scope, or else where it first arrived */
};

/* By Message-ID, without <>.  KD_NOTFOUND. */
KD_MUST_CHECK
enum kd_status kd_store_find_message_id(struct kd_store *store,
                                        const char *message_id,
                                        const struct kd_scope *scope,
                                        struct kd_found *ret,
                                        struct kd_error *err);

/* By id: 4 to 40 hex digits.  KD_NOTFOUND; KD_AMBIGUOUS names some of
 * those that it could be. */
KD_MUST_CHECK
enum kd_status kd_store_find_id(struct kd_store *store, const char *hex,
                                const struct kd_scope *scope,
                                struct kd_found *ret, struct kd_error *err);

/* The message at a position: the last one of the scope at or before it.
 * KD_NOTFOUND when there is none. */
KD_MUST_CHECK
enum kd_status kd_store_find_seq(struct kd_store *store, kd_seq seq,
                                 const struct kd_scope *scope,
                                 struct kd_found *ret, struct kd_error *err);

enum {
	KD_ID_HEX_MAX = 40,
	KD_TOP_MAX = 10000, /* rows of a table that one may ask for */
};

/*
 * The id that a person is shown: the first 8 hex digits of the SHA-256 of
 * the Message-ID, more where 8 are ambiguous in this store.
 */
KD_MUST_CHECK
enum kd_status kd_store_short_id(struct kd_store *store, const char *message_id,
                                 char ret[KD_ID_HEX_MAX + 1],
                                 struct kd_error *err);

/*
 * The lists that the store has mail of, in the order in which they came to
 * it, by the names that they had then; address and archive are NULL.  The
 * array and the strings are the arena's.
 */
KD_MUST_CHECK
enum kd_status kd_store_lists(struct kd_store *store, struct kd_arena *arena,
                              struct kd_list **ret, size_t *ret_n,
                              struct kd_error *err);

/* What the store knows of a message: its preferred variant. */
struct kd_posted {
	int64_t message;
	int64_t variant;
	kd_seq seq;       /* of its arrival in scope */
	int64_t received; /* when the hook read it */
	int n_variants; /* over 1: the same Message-ID came with other content */
	int64_t series; /* 0: none */
	int64_t about;  /* the patch, cover letter or pull request that a reply
	                 * or notice is about; 0: none */
	bool answered; /* false: nothing is about it, and nothing links to it */
	/* Not filled in: references, text, counted, and what has functions of
	 * its own below: paths, trailers, links, titles, pull, fate, taken.
	 * in_reply_to only by kd_store_get(). */
	struct kd_message msg;
};

/* Rows are borrowed: valid during the call only, strings included.
 * Anything but KD_OK stops and is passed through. */
typedef enum kd_status kd_posted_fn(const struct kd_posted *row, void *payload,
                                    struct kd_error *err);

/* Call fn for each message in range, in order of arrival. */
KD_MUST_CHECK
enum kd_status kd_store_each(struct kd_store *store,
                             const struct kd_scope *scope,
                             struct kd_range range, kd_posted_fn *fn,
                             void *payload, struct kd_error *err);

/* How many messages there are in range; by an index alone. */
KD_MUST_CHECK
enum kd_status kd_store_count(struct kd_store *store,
                              const struct kd_scope *scope,
                              struct kd_range range, int64_t *ret,
                              struct kd_error *err);

/* Call fn for each message of a series that arrived (anywhere) up to and
 * including upto, in order of arrival. */
KD_MUST_CHECK
enum kd_status kd_store_each_of_series(struct kd_store *store, int64_t series,
                                       kd_seq upto, kd_posted_fn *fn,
                                       void *payload, struct kd_error *err);

/* The same, but of each row there are only message, variant, seq, series and
 * answered, and of its msg kind, the title, number and total of the subject,
 * and the diffstat: what a list of series is made of, at a third of the price. */
KD_MUST_CHECK
enum kd_status kd_store_each_member(struct kd_store *store, int64_t series,
                                    kd_seq upto, kd_posted_fn *fn,
                                    void *payload, struct kd_error *err);

/* One message.  ret's strings are the arena's. */
KD_MUST_CHECK
enum kd_status kd_store_get(struct kd_store *store, int64_t message,
                            struct kd_arena *arena, struct kd_posted *ret,
                            struct kd_error *err);

/* The variant of a message: n = 1 is the preferred one, the others follow
 * in order of arrival.  KD_NOTFOUND. */
KD_MUST_CHECK
enum kd_status kd_store_variant(struct kd_store *store, int64_t message, int n,
                                int64_t *ret, struct kd_error *err);

/* The exact bytes of a variant as they came; the arena's.  KD_CORRUPT
 * when they are not what was stored.  A large message is read into memory
 * too. */
KD_MUST_CHECK
enum kd_status kd_store_raw(struct kd_store *store, int64_t variant,
                            struct kd_arena *arena, struct kd_bytes *ret,
                            struct kd_error *err);

/* The decoded text that the spans of its kd_message are pieces of. */
KD_MUST_CHECK
enum kd_status kd_store_text(struct kd_store *store, int64_t variant,
                             struct kd_arena *arena, struct kd_bytes *ret,
                             struct kd_error *err);

/*
 * The rest of what is known of a variant: paths, trailers, links, titles,
 * pull request, fate, tree and taken of *ret are set, nothing else of it is
 * touched.  The strings are the arena's.
 */
KD_MUST_CHECK
enum kd_status kd_store_details(struct kd_store *store, int64_t variant,
                                struct kd_arena *arena, struct kd_message *ret,
                                struct kd_error *err);

/* The trailers alone, which most ask for: trailers and n_trailers are set. */
KD_MUST_CHECK
enum kd_status kd_store_trailers(struct kd_store *store, int64_t variant,
                                 struct kd_arena *arena, struct kd_message *ret,
                                 struct kd_error *err);

/* --- Looking after it ------------------------------------------------ */

/* What the file says of itself, without opening it as a database; only where
 * it is of an older schema its log is asked as well. */
struct kd_store_peek {
	bool there;
	bool ours;      /* it is a kvmdigest store */
	int schema;     /* of the store */
	int schema_max; /* that this program knows */
};

/* path is absolute.  For a process that has no store open. */
KD_MUST_CHECK
enum kd_status kd_store_peek(const char *path, struct kd_store_peek *ret,
                             struct kd_error *err);

/* Look for damage until until_ms; *ret_finished: all of it was looked at.
 * KD_CORRUPT. */
KD_MUST_CHECK
enum kd_status kd_store_quick_check(struct kd_store *store, int64_t until_ms,
                                    bool *ret_finished, struct kd_error *err);

/* How many files of large messages belong to no message. */
KD_MUST_CHECK
enum kd_status kd_store_loose_large(struct kd_store *store,
                                    struct kd_arena *arena, size_t *ret,
                                    struct kd_error *err);

#endif /* KD_STORE_STORE_H */
