/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * letters.h - the mail of the fault tests, how it is delivered, and what
 * must hold of a store whatever happened to it.
 */
#ifndef KD_TESTS_FAULT_LETTERS_H
#define KD_TESTS_FAULT_LETTERS_H

#include "store/store.h"

struct letter {
	const char *id; /* two may have the same: variants */
	size_t size;    /* of the text, which does not pack */
	bool large;     /* as a file beside the store */
	bool waits;     /* it comes while the store cannot be had */
	bool trims;     /* with it the log is long enough to be emptied */
};

/* Deliver as the hook does: open, add, trim, close.  Mode WRITE: as the
 * management forms do. */
KD_MUST_CHECK
enum kd_status letter_deliver(const struct letter *letter, const char *path,
                              enum kd_store_mode mode, bool journal_delete,
                              enum kd_added *ret, struct kd_error *err);

/* Open the store for an archive.  On KD_OK the caller closes *ret. */
KD_MUST_CHECK
enum kd_status letter_begin_import(const char *path, struct kd_store **ret,
                                   struct kd_error *err);

/* The next letter of the archive, in a transaction of its own; last: there
 * are no more. */
KD_MUST_CHECK
enum kd_status letter_import(const struct letter *letter, const char *path,
                             struct kd_store *store, bool last,
                             struct kd_error *err);

/* Pack what is in the store into blocks, as --repack does, but small ones:
 * of four letters with 4,000 bytes of text.  wait_ms: for a lock. */
KD_MUST_CHECK
enum kd_status letter_repack(const char *path, bool journal_delete,
                             int64_t wait_ms, struct kd_error *err);

enum letter_verdict {
	LETTER_WELL,
	LETTER_LOST,   /* one that was acknowledged is not there */
	LETTER_BROKEN, /* all else */
};

/* What the store at path must hold. */
struct letter_expect {
	const struct letter *letters;
	size_t n;
	const bool *acked;         /* of each: it must be there */
	const struct letter *next; /* that it has never seen: <next-...> */
	bool journal_delete;
	void (*note)(int what); /* NULL, or: letter `what` is acknowledged */
};

/*
 * Open the store, look at all of it, deliver every letter again and then a
 * new one: each is there exactly once at the end.  What is wrong is said in
 * err.
 */
enum letter_verdict letter_inspect(const struct letter_expect *expect,
                                   const char *path, struct kd_error *err);

/* integrity_check and foreign_key_check. */
enum letter_verdict letter_check_file(const char *path, struct kd_error *err);

/* --- Of use to hookway.c --------------------------------------------- */

extern const struct kd_list letter_list;

/* The bytes of a letter, for the caller to free(). */
char *letter_write_out(const struct letter *letter, struct kd_bytes *ret);

/* The raw bytes as a large file beside the store at path. */
KD_MUST_CHECK
enum kd_status letter_put_large(const char *path, struct kd_bytes raw,
                                unsigned char ret_sha256[KD_HASH_SIZE],
                                uint64_t *ret_size, struct kd_error *err);

/* What a parser finds in raw. */
struct kd_message letter_message(const char *id, struct kd_bytes raw);

/* Which of the letters the store at path has.  KD_OK even if it is none of
 * them. */
KD_MUST_CHECK
enum kd_status letter_find_all(const struct letter_expect *expect,
                               const char *path, bool *ret_there,
                               struct kd_error *err);

/* LETTER_BROKEN; what is put before the reason in err. */
enum letter_verdict letter_broken(struct kd_error *err, const char *what);

/* The first column of the first row; "" when there is none. */
void letter_ask(const char *path, const char *sql, char *ret, size_t size);

#endif /* KD_TESTS_FAULT_LETTERS_H */
