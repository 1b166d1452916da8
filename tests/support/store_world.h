/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * store_world.h - worlds of mails: what series the store makes of
 * them, and which is the next version of which, in the orders of a test.
 */
#ifndef KD_TESTS_SUPPORT_STORE_WORLD_H
#define KD_TESTS_SUPPORT_STORE_WORLD_H

#include "tests/support/store_fixture.h"

enum { MAILS_MAX = 14, WANT_SIZE = 256, NONE = KD_NUMBER_NONE };

/* Mails are called by one character each. */
struct mail {
	char name;        /* '\0': no more */
	const char *refs; /* oldest first; it answers the last */
	int number;       /* NONE, NONE: no counter */
	int total;
	int version; /* 0: not said */
	int hour;
	const char *title; /* NULL: the name */
	char patch;        /* its patch-id; '\0': that of its name */
	char sender;       /* '\0': 'a' */
	char change;       /* its change-id; '\0': none */
	char link;         /* what it links to as the version before */
	const char *word;  /* "rfc", "resend", or else a prefix */
	int revision;
	bool cover;
};

struct world {
	const char *name;
	struct mail mails[MAILS_MAX + 1];
	/* Series by their first member, as "members=version", then of the
	 * version before: why, and its first member; '*': a resend. */
	const char *want;
};

/* Mails, and an order of them. */
struct trial {
	const char *name;
	const struct mail *mails;
	int order[MAILS_MAX];
	int n;
};

/* For thousands of commits, of which only what they say matters. */
struct kd_store *world_open(struct fixture *fix);

/* The Message-ID of a mail.  Rounds have nothing to do with one another. */
const char *world_id(struct fixture *fix, char name, int round);

/* The message that a mail stands for. */
struct kd_arriving world_mail(struct fixture *fix, const struct mail *mail,
                              int round);

/* Add the mails in that order; what came of it must be want, which has room
 * for WANT_SIZE and is filled in when it is empty. */
void world_try(struct fixture *fix, struct kd_store *store,
               const struct trial *trial, int round, char *want);

/* Each of the worlds in every order of its mails. */
void world_try_all(struct fixture *fix, const struct world *worlds,
                   size_t n_worlds);

#endif /* KD_TESTS_SUPPORT_STORE_WORLD_H */
