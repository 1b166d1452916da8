/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * suggest.h - lines that a .mailmap lacks: people who post under several
 * names or addresses.  Pure: people in, lines out.
 */
#ifndef KD_REPORT_SUGGEST_H
#define KD_REPORT_SUGGEST_H

#include <stddef.h>

#include "store/base/arena.h"
#include "store/record.h"

/* How sure it is that they are one. */
enum kd_likeness {
	KD_LIKENESS_ADDRESS, /* one address, several names */
	KD_LIKENESS_LOCAL,   /* one name, alike addresses: a@x.org, a@y.x.org */
	KD_LIKENESS_NAME,    /* one name of several words */
};

struct kd_suggestion {
	enum kd_likeness likeness;
	size_t count; /* mails that it changes */
	const char *line;
	const char *why;
};

/*
 * people: n of them, one for each mail, in order of arrival, as the mailmap
 * that there is has them; they are sorted.  The name and the address that
 * are used most, and of equal ones last, are taken for the proper ones.
 * *ret is the most certain first, then the one that changes most; all of it
 * is the arena's.  KD_NOMEM.
 */
KD_MUST_CHECK
enum kd_status kd_suggest(struct kd_arena *arena, struct kd_person *people,
                          size_t n, struct kd_suggestion **ret, size_t *ret_n,
                          struct kd_error *err);

#endif /* KD_REPORT_SUGGEST_H */
