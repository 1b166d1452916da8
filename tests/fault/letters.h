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
};

/* Deliver as the hook does: open, add, trim, close.  Mode WRITE: as the
 * management forms do. */
KD_MUST_CHECK
enum kd_status letter_deliver(const struct letter *letter, const char *path,
                              enum kd_store_mode mode, bool journal_delete,
                              enum kd_added *ret, struct kd_error *err);

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
	const struct letter *next; /* that it has never seen */
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

#endif /* KD_TESTS_FAULT_LETTERS_H */
