/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * series.h - what the store knows of patches that belong together: series,
 * their versions, what was said about them and what became of them.
 *
 * Continues store.h; all of it reads only.
 */
#ifndef KD_STORE_SERIES_H
#define KD_STORE_SERIES_H

#include "store/store.h"

/* Why one series is taken for the version before another, most certain
 * first (mail-rules T7).  Stored values. */
enum kd_evidence {
	KD_EVIDENCE_NONE = 0,
	KD_EVIDENCE_CHANGE_ID = 1, /* both have the same change-id */
	KD_EVIDENCE_LINK = 2,      /* the later one links to the earlier one */
	KD_EVIDENCE_THREAD = 3,    /* it was posted in answer to it */
	KD_EVIDENCE_TITLE = 4,     /* same sender, same title */
	KD_EVIDENCE_PATCHES = 5,   /* same sender, the same or alike patches */
};
enum { KD_EVIDENCE_COUNT = 6 };

/* One posting of a series; a patch that was posted alone is one, too. */
struct kd_series {
	int64_t series;
	int64_t head; /* its cover letter, else the lowest patch that came */
	const char *message_id; /* of head */
	const char *title;      /* of head */
	const char *project;    /* of head; NULL: the kernel */
	struct kd_person poster;
	int version; /* inferred where its subjects do not say one */
	int revision;
	int total;    /* KD_NUMBER_NONE: a patch without number */
	int received; /* how many of 1 to total came */
	bool has_cover;
	bool rfc;
	bool resend; /* the same patches as the version before */
	bool has_date;
	int64_t date;              /* the earliest that a member claims */
	kd_seq seq;                /* where its first member arrived */
	int64_t received_at;       /* and when */
	const char *change_id;     /* or NULL */
	int64_t previous;          /* the version before; 0: none is known */
	enum kd_evidence evidence; /* why previous is that */
	int64_t next; /* the newest version that names it as its previous one;
	               * 0: none.  A resend is none. */
};

/* KD_NOTFOUND.  The strings of ret are the arena's. */
KD_MUST_CHECK
enum kd_status kd_store_series(struct kd_store *store, int64_t series,
                               struct kd_arena *arena, struct kd_series *ret,
                               struct kd_error *err);

/* Rows are borrowed: valid during the call only.  Anything but KD_OK stops
 * and is passed through. */
typedef enum kd_status kd_series_fn(const struct kd_series *row, void *payload,
                                    struct kd_error *err);

/* Call fn for each series with a member that arrived in range, in order of
 * the first such arrival; each once. */
KD_MUST_CHECK
enum kd_status kd_store_each_series(struct kd_store *store,
                                    const struct kd_scope *scope,
                                    struct kd_range range, kd_series_fn *fn,
                                    void *payload, struct kd_error *err);

/* All versions of what the series is a version of, itself included, oldest
 * first: by version, revision, date.  What is next of each is not asked.
 * The array is the arena's.  No more than KD_VERSIONS_MAX. */
enum { KD_VERSIONS_MAX = 500 };
KD_MUST_CHECK
enum kd_status kd_store_versions(struct kd_store *store, int64_t series,
                                 struct kd_arena *arena, struct kd_series **ret,
                                 size_t *ret_n, struct kd_error *err);

/* Had that address sent a patch, or a cover letter, that arrived up to and
 * including upto?  Patches that others sent for it do not count. */
KD_MUST_CHECK
enum kd_status kd_store_has_posted(struct kd_store *store, const char *email,
                                   kd_seq upto, bool *ret,
                                   struct kd_error *err);

/* Someone's "Reviewed-by:" and the like in answer to a patch. */
struct kd_review {
	int64_t message;         /* the reply */
	const char *message_id;  /* its */
	int64_t target;          /* what it answers: a patch or cover letter */
	struct kd_person sender; /* of the reply */
	struct kd_trailer trailer; /* by_sender: the one is the other */
	kd_seq seq;                /* where the reply first arrived */
};

typedef enum kd_status kd_review_fn(const struct kd_review *row, void *payload,
                                    struct kd_error *err);

/* The trailers of replies about the message; what the replies to a cover
 * letter say is for all its patches, and is asked for with the cover letter.
 * In order of arrival. */
KD_MUST_CHECK
enum kd_status kd_store_each_review(struct kd_store *store, int64_t target,
                                    kd_review_fn *fn, void *payload,
                                    struct kd_error *err);

/* A reply or notice: who says something. */
struct kd_answer {
	int64_t message; /* the answer */
	enum kd_kind kind;
	struct kd_person sender;
	kd_seq seq; /* where it first arrived */
};

typedef enum kd_status kd_answer_fn(const struct kd_answer *row, void *payload,
                                    struct kd_error *err);

/* Call fn for each message about target, in order of first arrival. */
KD_MUST_CHECK
enum kd_status kd_store_each_about(struct kd_store *store, int64_t target,
                                   kd_answer_fn *fn, void *payload,
                                   struct kd_error *err);

/* A notice that says what became of patches. */
struct kd_event {
	int64_t message;        /* the notice */
	const char *message_id; /* its */
	struct kd_person sender;
	int64_t target; /* the patch, cover letter or pull request it is about */
	enum kd_fate fate;
	const char *tree; /* or NULL */
	kd_seq seq;
	int64_t received;
	/* One of the patches that it names, where it names them one by one;
	 * else number is KD_NUMBER_NONE and the others are NULL. */
	struct kd_taken taken;
};

typedef enum kd_status kd_event_fn(const struct kd_event *row, void *payload,
                                   struct kd_error *err);

/* The notices about target: in answer to it, or with a link to it, in order
 * of arrival; of each notice the patches that it names, in its order. */
KD_MUST_CHECK
enum kd_status kd_store_each_event(struct kd_store *store, int64_t target,
                                   kd_event_fn *fn, void *payload,
                                   struct kd_error *err);

#endif /* KD_STORE_SERIES_H */
