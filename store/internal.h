/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * internal.h - what the files of store/ share; the one header with
 * sqlite3.h, so that nothing outside the room can know it.
 */
#ifndef KD_STORE_INTERNAL_H
#define KD_STORE_INTERNAL_H

#include <sqlite3.h>

#include "store/place.h"
#include "store/store.h"

/* The texts are in statements.c, in this order. */
enum kd_stmt {
	KD_STMT_BEGIN_READ,
	KD_STMT_BEGIN_WRITE, /* the only place that waits for other writers */
	KD_STMT_COMMIT,
	KD_STMT_GET_STORE_ID,

	KD_STMT_FIND_LIST,
	KD_STMT_ADD_LIST,
	KD_STMT_FIND_MESSAGE,
	KD_STMT_ADD_MESSAGE,
	KD_STMT_PREFER_VARIANT,
	KD_STMT_ADD_IDENT,
	KD_STMT_FIND_PERSON,
	KD_STMT_ADD_PERSON,
	KD_STMT_FIND_VARIANT,
	KD_STMT_FIND_SAME_BYTES,
	KD_STMT_ADD_VARIANT,
	KD_STMT_REPLACE_VARIANT,
	KD_STMT_STAMP_VARIANT,
	KD_STMT_GET_THROUGH_LIST,
	KD_STMT_MARK_THROUGH_LIST,
	KD_STMT_ADD_REFERENCE,
	KD_STMT_ADD_RAW,
	KD_STMT_ADD_DECODED,
	KD_STMT_LIST_ARRIVALS,
	KD_STMT_NEWEST_ARRIVAL,
	KD_STMT_ADD_ARRIVAL,

	KD_STMT_GET_MARKER,
	KD_STMT_PUT_MARKER,
	KD_STMT_DROP_MARKER,
	KD_STMT_LIST_MARKERS,

	KD_STMT_EACH_OF_LIST,
	KD_STMT_EACH_OF_ALL,
	KD_STMT_EACH_OF_NONE,
	KD_STMT_EACH_OF_SERIES,
	KD_STMT_GET_POSTED,
	KD_STMT_LAST_OF_LIST,
	KD_STMT_LAST_OF_ALL,
	KD_STMT_LAST_OF_NONE,
	KD_STMT_LAST_BY_TIME,
	KD_STMT_FIND_SEQ,
	KD_STMT_FIND_ARRIVED,
	KD_STMT_LIST_IDENTS,
	KD_STMT_NEXT_IDENT,
	KD_STMT_PREVIOUS_IDENT,
	KD_STMT_LIST_VARIANTS,
	KD_STMT_GET_RAW,
	KD_STMT_GET_DECODED,
	KD_STMT_NEXT_KEPT,
	KD_STMT_GET_KEPT,
	KD_STMT_LIST_REFERENCES,
	KD_STMT_DROP_REFERENCES,
	KD_STMT_PUT_DECODED,
	KD_STMT_DROP_DECODED,
	KD_STMT_LIST_LARGE,
	KD_STMT_GET_TEXT_PLACE,
	KD_STMT_EACH_ABOUT,
	KD_STMT_GET_IMPORT,
	KD_STMT_PUT_IMPORT,
	KD_STMT_LOWEST_FRONT,
	KD_STMT_OLDEST_ARRIVAL,
	KD_STMT_ARRIVED_BEFORE,
	KD_STMT_ARRIVED_BEHIND,

	/* From here on they are in statements_series.c. */
	KD_STMT_SERIES,
	KD_STMT_GET_SERIES = KD_STMT_SERIES,
	KD_STMT_GET_NODE,
	KD_STMT_LIST_CITES,
	KD_STMT_LIST_CITED,
	KD_STMT_LIST_CITING,
	KD_STMT_LIST_SIBLINGS,
	KD_STMT_LIST_LOOSE,
	KD_STMT_LIST_KIN,
	KD_STMT_LIST_KIN_CITES,
	KD_STMT_LABEL_SERIES,
	KD_STMT_JOIN_KIN,
	KD_STMT_ADD_SERIES,
	KD_STMT_PUT_SERIES,
	KD_STMT_CLEAR_NEXT,
	KD_STMT_DROP_SERIES,
	KD_STMT_GET_TITLE,
	KD_STMT_PUT_FACTS,
	KD_STMT_PUT_RECEIVED,
	KD_STMT_ADD_LIKENESS,
	KD_STMT_GET_POSTING,
	KD_STMT_LIST_BY_CHANGE,
	KD_STMT_LIST_BY_TITLE,
	KD_STMT_LIST_BY_LINK,
	KD_STMT_LIST_BY_THREAD,
	KD_STMT_LIST_BY_SIGN,
	KD_STMT_LIST_PATCHES,
	KD_STMT_LIST_MEMBERS,
	KD_STMT_LIST_LINKING,
	KD_STMT_LIST_ANSWERING,
	KD_STMT_LIST_NEXT,
	KD_STMT_PUT_VERSION,
	KD_STMT_PUT_PREVIOUS,
	KD_STMT_GET_ROW,
	KD_STMT_EACH_ROW_OF_LIST,
	KD_STMT_EACH_ROW_OF_ALL,
	KD_STMT_EACH_ROW_OF_NONE,
	KD_STMT_LIST_TIED,

	/* From here on they are in statements_facts.c. */
	KD_STMT_FACTS,
	KD_STMT_ADD_TRAILER = KD_STMT_FACTS,
	KD_STMT_ADD_PATH,
	KD_STMT_ADD_TOUCHED,
	KD_STMT_ADD_LINK,
	KD_STMT_ADD_ANNOUNCED,
	KD_STMT_ADD_PULL,
	KD_STMT_ADD_NOTICE,
	KD_STMT_ADD_TAKEN,
	KD_STMT_DROP_TRAILERS,
	KD_STMT_DROP_TOUCHED,
	KD_STMT_DROP_LINKS,
	KD_STMT_DROP_ANNOUNCED,
	KD_STMT_DROP_PULL,
	KD_STMT_DROP_NOTICE,
	KD_STMT_DROP_TAKEN,
	KD_STMT_LIST_TRAILERS,
	KD_STMT_LIST_TOUCHED,
	KD_STMT_LIST_LINKS,
	KD_STMT_LIST_ANNOUNCED,
	KD_STMT_GET_PULL,
	KD_STMT_GET_NOTICE,
	KD_STMT_LIST_TAKEN,
	KD_STMT_NEXT_ABOVE,
	KD_STMT_NEXT_SUBJECT,
	KD_STMT_LIST_BELOW,
	KD_STMT_PUT_ABOUT,
	KD_STMT_DROP_ABOUT,
	KD_STMT_EACH_REVIEW,
	KD_STMT_EACH_EVENT,
	KD_STMT_COUNT,
};

struct kd_statement {
	const char *doing; /* for error texts: "add a message" */
	const char *sql;
};

const struct kd_statement *kd_statement(enum kd_stmt which);

struct kd_store {
	struct kd_place place;
	enum kd_store_mode mode;
	bool journal_delete;
	bool bulk;
	struct kd_packer *packer; /* of bulk; NULL: each for itself */
	int64_t deadline_ms;
	int lock_fd; /* -1: not held */
	sqlite3 *db;
	bool nomem;     /* a column could not be had: all that follows fails */
	int log_frames; /* length of the log after our last commit */
	sqlite3_stmt *stmts[KD_STMT_COUNT]; /* prepared on first use */
};

/* --- fail.c: the status that a SQLite code deserves, with its text ---- */

enum kd_status kd_store_fail(const struct kd_store *store, int code,
                             const char *doing, struct kd_error *err);

/* --- db.c: one connection -------------------------------------------- */

/* Open the file at store->place with SQLITE_OPEN_* flags, limits and
 * pragmas set.  What kd_db_close() closes, also after failure. */
KD_MUST_CHECK
enum kd_status kd_db_open(struct kd_store *store, int flags,
                          struct kd_error *err);
void kd_db_close(struct kd_store *store);

/* Is it a store?  Its schema goes to *ret_version.  Changes nothing.
 * KD_CORRUPT, KD_SCHEMA. */
KD_MUST_CHECK
enum kd_status kd_db_check(struct kd_store *store, int *ret_version,
                           struct kd_error *err);

/* From here on the handle is of a sound store: settle how its log is kept
 * short. */
KD_MUST_CHECK
enum kd_status kd_db_settle(struct kd_store *store, struct kd_error *err);

/* Run all statements of sql, which are ours. */
KD_MUST_CHECK
enum kd_status kd_db_exec(struct kd_store *store, const char *sql,
                          const char *doing, struct kd_error *err);

/* The number that a pragma says. */
KD_MUST_CHECK
enum kd_status kd_db_pragma(struct kd_store *store, const char *sql, int *ret,
                            struct kd_error *err);

/* --- create.c -------------------------------------------------------- */

/* Make an empty store where one will be opened.  The lock is held. */
KD_MUST_CHECK
enum kd_status kd_create(const struct kd_store *store, struct kd_error *err);

/* --- stmt.c: statements ----------------------------------------------- */

/*
 * One run of a statement: open, bind in order, then run, or next and the
 * columns, then close.  A failed bind shows at the next step.
 */
struct kd_cursor {
	struct kd_store *store;
	enum kd_stmt which;
	sqlite3_stmt *stmt; /* borrowed */
	int bound;
	int code;
};

#define KD_CURSOR_INIT                                                         \
	{                                                                      \
		.store = NULL, .stmt = NULL                                    \
	}

KD_MUST_CHECK
enum kd_status kd_stmt_open(struct kd_store *store, enum kd_stmt which,
                            struct kd_cursor *ret, struct kd_error *err);
void kd_stmt_close(struct kd_cursor *cursor);

/* What is bound is borrowed until the cursor is closed. */
void kd_stmt_bind_int(struct kd_cursor *cursor, int64_t value);
void kd_stmt_bind_null(struct kd_cursor *cursor);
void kd_stmt_bind_text(struct kd_cursor *cursor, const char *s); /* or NULL */
void kd_stmt_bind_blob(struct kd_cursor *cursor, const void *data, size_t size);

/* Step; *ret: there is a row. */
KD_MUST_CHECK
enum kd_status kd_stmt_next(struct kd_cursor *cursor, bool *ret,
                            struct kd_error *err);

/* Step to the end and close. */
KD_MUST_CHECK
enum kd_status kd_stmt_run(struct kd_cursor *cursor, struct kd_error *err);

/* The number in the first column of the only row, or absent when there is
 * none or it is NULL; and close. */
KD_MUST_CHECK
enum kd_status kd_stmt_number(struct kd_cursor *cursor, int64_t absent,
                              int64_t *ret, struct kd_error *err);

/* A statement without parameters. */
KD_MUST_CHECK
enum kd_status kd_stmt_do(struct kd_store *store, enum kd_stmt which,
                          struct kd_error *err);

/* Columns of the row, as SQLite gives them: valid until the next step. */
bool kd_stmt_is_null(const struct kd_cursor *cursor, int column);
int64_t kd_stmt_int(const struct kd_cursor *cursor, int column);
const char *kd_stmt_text(const struct kd_cursor *cursor, int column);
struct kd_bytes kd_stmt_blob(const struct kd_cursor *cursor, int column);

/* Undo the open transaction, if there is one. */
void kd_store_rollback(struct kd_store *store);

/* --- raw.c: bytes that are packed ------------------------------------- */

/* Stored values. */
enum kd_codec {
	KD_CODEC_NONE = 0,
	KD_CODEC_ZSTD = 1,
	KD_CODEC_FILE = 2,
};

struct kd_packed {
	enum kd_codec codec;
	uint64_t size;        /* of what was packed */
	struct kd_bytes data; /* borrowed, or the same as owned */
	char *owned;
	bool has_sha256;
	unsigned char sha256[KD_HASH_SIZE];
};

/* Pack bytes, unless that makes them no smaller.  On KD_OK the caller
 * clears ret. */
KD_MUST_CHECK
enum kd_status kd_raw_pack(struct kd_bytes bytes, struct kd_packed *ret,
                           struct kd_error *err);
void kd_raw_clear(struct kd_packed *packed);

/* --- content.c: the rows of one variant -------------------------------- */

struct kd_front; /* arrive.h */

/* The rows of one message that is on its way in. */
struct kd_incoming {
	const struct kd_arriving *arriving;
	const struct kd_packed *raw;
	const struct kd_packed *text; /* NULL: it has none of its own */
	struct kd_front *front;       /* NULL: all goes behind the end */
	int64_t message;              /* row ids */
	int64_t variant;
};

struct kd_message_row {
	int64_t message;
	int64_t variant; /* the preferred one; 0: none came yet */
	bool made;       /* just now: nothing refers to it */
};

/* The row of a Message-ID, made when it is new. */
KD_MUST_CHECK
enum kd_status kd_content_message(struct kd_store *store,
                                  const char *message_id,
                                  struct kd_message_row *ret,
                                  struct kd_error *err);

/* Add the variant in->arriving of in->message with all that is known of
 * it; sets in->variant. */
KD_MUST_CHECK
enum kd_status kd_content_add(struct kd_store *store, struct kd_incoming *in,
                              struct kd_error *err);

/*
 * Run a statement that takes all columns of in's variant:
 * KD_STMT_ADD_VARIANT, or KD_STMT_REPLACE_VARIANT of in->variant.
 */
KD_MUST_CHECK
enum kd_status kd_content_put(struct kd_store *store, enum kd_stmt which,
                              const struct kd_incoming *in,
                              struct kd_error *err);

KD_MUST_CHECK
enum kd_status kd_content_add_ident(struct kd_store *store,
                                    const unsigned char *id, int64_t message,
                                    struct kd_error *err);

KD_MUST_CHECK
enum kd_status kd_content_add_references(struct kd_store *store,
                                         const struct kd_incoming *in,
                                         struct kd_error *err);

/* Run a statement that takes a row of raw or decoded. */
KD_MUST_CHECK
enum kd_status kd_content_put_packed(struct kd_store *store, enum kd_stmt which,
                                     int64_t variant,
                                     const struct kd_packed *packed,
                                     struct kd_error *err);

/* --- check.c ------------------------------------------------------------ */

/* Does what was parsed fit the bytes, and is it what the schema demands?
 * Else KD_BUG. */
KD_MUST_CHECK
enum kd_status kd_content_check(const struct kd_arriving *arriving,
                                struct kd_error *err);

/* --- series.c ---------------------------------------------------------- */

/* Put the message, whose preferred variant is this one now, into its
 * series, or out of the one that it was in. */
KD_MUST_CHECK
enum kd_status kd_series_link(struct kd_store *store,
                              const struct kd_incoming *in,
                              struct kd_error *err);

/* --- posted.c: rows of the reading statements -------------------------- */

enum {
	/* bytes of the words of a subject's brackets, put together */
	KD_WORDS_MAX = KD_SUBJECT_MAX + KD_PREFIXES_MAX,
};

/* Run an opened and bound cursor, and close it. */
KD_MUST_CHECK
enum kd_status kd_posted_each(struct kd_cursor *cursor, kd_posted_fn *fn,
                              void *payload, struct kd_error *err);

/* Copy what row points to into the arena. */
KD_MUST_CHECK
enum kd_status kd_posted_keep(struct kd_posted *row, struct kd_arena *arena,
                              struct kd_error *err);

#endif /* KD_STORE_INTERNAL_H */
