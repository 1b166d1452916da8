/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * internal.h - what the files of store/ share; the one header with
 * sqlite3.h, so that nothing outside the room can know it.
 */
#ifndef KD_STORE_INTERNAL_H
#define KD_STORE_INTERNAL_H

#include <sqlite3.h>

#include "store/place.h"
#include "store/statements.h"
#include "store/store.h"

/* The block that was read last: who reads a range reads it once. */
struct kd_block {
	int64_t id; /* 0: none */
	char *data; /* what came out of it */
	size_t size;
};

/* --- log.c: SQLite's write-ahead log, with few calls -------------------
 *
 * SQLite reads the log that it recovers frame by frame, writes each frame
 * with two calls, gives its blocks back when it is emptied, and syncs the
 * directory of a log that was there for years.
 * A process that does this for one mail pays more for that than for the rest
 * of its transaction.  So a layer lies between SQLite and its own way to the
 * disk, for the log alone: all other files are opened as ever.
 */

struct kd_log {
	sqlite3_vfs vfs; /* the layer, in one connection's use */
	char name[32];   /* of it */
	sqlite3_vfs *below;
	bool named; /* the log's name is on the disk: no need to sync that */
	bool registered;
	/* While it is true a commit does not wait for the disk: what syncs
	 * the log next, or a checkpoint, brings it there with what came
	 * before it.  Until then a power cut takes it back as a whole. */
	bool lazy;
};

struct kd_store {
	struct kd_place place;
	enum kd_store_mode mode;
	bool journal_delete;
	bool bulk;
	struct kd_packer *packer;  /* of bulk; NULL: each for itself */
	struct ZSTD_DCtx_s *unzip; /* raw.c; made on first use */
	int64_t deadline_ms;
	int lock_fd;       /* -1: not held */
	bool lean;         /* few calls for the log; lock_fd is held */
	struct kd_log log; /* of lean */
	sqlite3 *db;
	bool nomem;     /* a column could not be had: all that follows fails */
	int log_frames; /* length of the log after our last commit */
	struct kd_block block;
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

/*
 * Commit, on a handle of bulk.  lasting: it is on stable storage then, with
 * all that came before it; else once a later one is, or a part of its log
 * goes into the database.
 */
KD_MUST_CHECK
enum kd_status kd_db_commit_bulk(struct kd_store *store, bool lasting,
                                 struct kd_error *err);

/* Run all statements of sql, which are ours. */
KD_MUST_CHECK
enum kd_status kd_db_exec(struct kd_store *store, const char *sql,
                          const char *doing, struct kd_error *err);

/* The number that a pragma says. */
KD_MUST_CHECK
enum kd_status kd_db_pragma(struct kd_store *store, const char *sql, int *ret,
                            struct kd_error *err);

/*
 * Make the layer log->vfs.zName, for sqlite3_open_v2(), above the VFS that
 * would be used without it.  The connection must be at synchronous = FULL or
 * above: what was not synced is not in the file yet, and with less SQLite
 * would tell others to read it there.  named: see above; where the log is not
 * there in spite of it, it is made, and log->named is false from then on.
 *
 * log must stay where it is until kd_log_close(), after the connection was
 * closed.  KD_NOMEM.
 */
KD_MUST_CHECK
enum kd_status kd_log_open(struct kd_log *log, bool named,
                           struct kd_error *err);
void kd_log_close(struct kd_log *log);

/* --- heap.c ----------------------------------------------------------- */

enum { KD_HEAP_MAX = 256 << 20 }; /* of SQLite, whoever gives it, bytes */

/* Before SQLite is used in this process: small pieces at once, never more
 * than KD_HEAP_MAX, and what was small does not go back to malloc(). */
void kd_heap_use(void);

/* --- log_name.c ------------------------------------------------------- */

/* Need the directory not be synced again for the log that is there?  Under
 * the lock. */
bool kd_log_is_named(const struct kd_store *store);

/* After a commit, under the lock: let that be known to those who come. */
void kd_log_note_name(struct kd_store *store);

/* --- create.c -------------------------------------------------------- */

/* Make an empty store where one will be opened.  The lock is held. */
KD_MUST_CHECK
enum kd_status kd_create(const struct kd_store *store, struct kd_error *err);

/* Remove what SQLite keeps beside the database of the name base, in the
 * directory of place: for one that nobody uses, and that has nothing in
 * them. */
KD_MUST_CHECK
enum kd_status kd_db_remove_logs(const struct kd_place *place, const char *base,
                                 struct kd_error *err);

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

/* KD_NUMBER_NONE where it is NULL. */
int kd_stmt_number_or_none(const struct kd_cursor *cursor, int column);

/* Of a person '' stands for what was not given: then NULL. */
const char *kd_stmt_given(const struct kd_cursor *cursor, int column);

/* A text that lives as long as the arena; NULL where it is NULL, and when
 * out of memory: ask the arena. */
char *kd_stmt_keep(const struct kd_cursor *cursor, struct kd_arena *arena,
                   int column);

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
void kd_raw_close(struct kd_store *store); /* what reading has left there */

/* --- content.c: the rows of one variant -------------------------------- */

struct kd_front;   /* arrive.h */
struct kd_changes; /* series_internal.h */

/* The rows of one message that is on its way in. */
struct kd_incoming {
	const struct kd_arriving *arriving;
	const struct kd_packed *raw;
	const struct kd_packed *text; /* NULL: it has none of its own */
	struct kd_front *front;       /* NULL: all goes behind the end */
	struct kd_changes *changes;   /* versions are settled later, by whom
	                               * it belongs to; NULL: at once */
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

/* --- query.c -------------------------------------------------------- */

/* Open one of three statements, for whichever scope it is, and bind the list
 * and the range. */
KD_MUST_CHECK
enum kd_status kd_query_open(struct kd_store *store,
                             const struct kd_scope *scope,
                             struct kd_range range,
                             const enum kd_stmt of_kind[3],
                             struct kd_cursor *ret, struct kd_error *err);

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
