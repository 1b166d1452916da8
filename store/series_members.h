/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * series_members.h - which patches were posted together, as a function of
 * what they say of themselves.  Knows nothing of the database, nor of the
 * order in which they came.
 */
#ifndef KD_STORE_SERIES_MEMBERS_H
#define KD_STORE_SERIES_MEMBERS_H

#include "store/record.h"

enum {
	KD_CITES_MAX = 6, /* the message answered, the newest and the oldest */
	KD_LOOSE_S = 20 * 60, /* git send-email without threads takes a while */
};

/* A numbered patch or a cover letter. */
struct kd_node {
	int64_t message; /* only to tell one from another */
	int64_t series;  /* where it is now; 0: nowhere */
	int64_t kin;
	const char *message_id;
	const char *email; /* of the sender, in lower case */
	const char *project;
	const char *title;
	const char *change_id;
	bool cover;
	bool refers; /* to anything */
	bool versioned;
	bool has_date;
	int64_t date;
	int version;
	int revision;
	int number; /* of a cover letter without one: 0 */
	int total;
	int64_t parent;              /* what it answers; 0: nothing */
	int64_t cites[KD_CITES_MAX]; /* parent, then newest to oldest */
	int64_t ordinals[KD_CITES_MAX];
	int n_cites;

	/* Of the series that it is in, as it stands; NONE: not known. */
	int was_said;
	int was_version;
	int was_revision;

	/* What kd_members_divide() sets: of its series the first node, and
	 * the version that is said somewhere in it (1 when it is not). */
	int group;
	bool said;
	int of_version;
	int of_revision;
};

/* Number and total, when the words of the brackets have "3/n". */
void kd_members_read_open(const char *prefixes, struct kd_node *node);

/* Note that it refers to a message, as ordinal of table reference. */
void kd_members_cite(struct kd_node *node, int64_t ordinal, int64_t message);

/* Can it belong to any series but its own? */
bool kd_members_can_join(const struct kd_node *node);

/* Might two be of one series?  All pairs for which kd_members_divide() has
 * a reason to put them together are among them. */
bool kd_members_may_follow(const struct kd_node *citing,
                           const struct kd_node *cited);
bool kd_members_may_be_siblings(const struct kd_node *a,
                                const struct kd_node *b);
bool kd_members_may_be_loose(const struct kd_node *a, const struct kd_node *b);

bool kd_members_same_sender(const struct kd_node *a, const struct kd_node *b);

/* Is it 6/6, where the other is one of five? */
bool kd_members_is_extra(const struct kd_node *citing,
                         const struct kd_node *cited);

/* Are there two of a version, with the same number or with other totals?
 * Nearly always there are none, and then whatever could put two together
 * does.  Versions must have been found out. */
bool kd_members_have_rivals(const struct kd_node *nodes, int n);

/* Seconds between the two; INT64_MAX: not known. */
int64_t kd_members_gap(const struct kd_node *a, const struct kd_node *b);

/*
 * Sort the nodes (by date, number, Message-ID) and divide them into series.
 * Sets what it finds out of each.  KD_NOMEM.
 */
KD_MUST_CHECK
enum kd_status kd_members_divide(struct kd_node *nodes, int n,
                                 struct kd_arena *arena, struct kd_error *err);

#endif /* KD_STORE_SERIES_MEMBERS_H */
