/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mbox_series.h - the patches that make up a version of a series, and the
 * trailers that they were given.  For command_mbox.c and mbox*.c alone.
 */
#ifndef KD_REPORT_MBOX_SERIES_H
#define KD_REPORT_MBOX_SERIES_H

#include "report/story.h"

/* Why a trailer of an answer is not added. */
enum kd_mbox_left {
	KD_MBOX_LEFT_NOT,     /* it is added */
	KD_MBOX_LEFT_SENDER,  /* somebody else sent it */
	KD_MBOX_LEFT_KIND,    /* it is of no review: "Reported-by:" */
	KD_MBOX_LEFT_ADDRESS, /* it names none */
	KD_MBOX_LEFT_ODD,     /* it has characters that no commit should have */
};

struct kd_mbox_given {
	const char *name;     /* "Reviewed-by" as it stands */
	const char *value;    /* as it stands, comments left out */
	struct kd_person who; /* by the mailmap */
	struct kd_person sender;
	enum kd_mbox_left left;
};

/* What answers to one message gave. */
struct kd_mbox_givens {
	int64_t message;
	struct kd_mbox_given *given; /* n, in order of arrival */
	size_t n;
	bool more; /* there were too many */
	struct kd_mbox_givens *next;
};

enum { KD_MBOX_GIVENS_MAX = 8, KD_MBOX_GIVEN_MAX = 200 };

struct kd_mbox_patch {
	int number;
	const struct kd_posted *row; /* NULL: it did not come */
	const char *title;           /* or NULL */
	/* The posting that it was taken from, where that is not the one that
	 * was asked for: "v5.1"; else NULL. */
	const char *from;
	/* For it, for its cover letter, and the same of an earlier posting of
	 * the same patch. */
	const struct kd_mbox_givens *givens[KD_MBOX_GIVENS_MAX];
	size_t n_givens;
	const char **lines; /* n_lines: trailers to be added */
	size_t n_lines;
	/* What came of writing it. */
	const char *shown_id;  /* its Message-ID, fit to be shown */
	const char *why;       /* why no trailers were added; or NULL */
	const char *from_list; /* From, where a list stands in it and nothing
	                        * in the body says better; or NULL */
	bool quoted;           /* as kd_mbox_close() says */
};

struct kd_mbox_series {
	struct kd_arena *arena; /* the caller's */
	struct kd_story *story; /* of the version that it is */
	struct kd_mbox_patch *patches;
	size_t n;
	size_t n_came;
	struct kd_mbox_givens *givens; /* all of them */
	const char *version;           /* "v2", "v5.1"; of the first one "v1" */
	const char *newest; /* where that is another one; else NULL */
};

/*
 * Find the patches of a version of the series: reroll says which ("3",
 * "v3", "v5.1"); NULL: the newest.  A patch that was posted again by itself
 * takes its place among those of the posting before.  *ret is all zero but
 * for the arena.
 * KD_USAGE: no version was written; KD_NOTFOUND: there is no such one.
 */
KD_MUST_CHECK
enum kd_status kd_mbox_series_find(const struct kd_view *view, int64_t series,
                                   const char *reroll,
                                   struct kd_mbox_series *ret,
                                   struct kd_error *err);

/* Find out what trailers are to be added. */
KD_MUST_CHECK
enum kd_status kd_mbox_series_ask(const struct kd_view *view,
                                  struct kd_mbox_series *series,
                                  struct kd_error *err);

/* KD_NOTFOUND names the patches that did not come. */
KD_MUST_CHECK
enum kd_status kd_mbox_series_check(const struct kd_mbox_series *series,
                                    bool partial, struct kd_error *err);

#endif /* KD_REPORT_MBOX_SERIES_H */
