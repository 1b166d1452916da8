/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * point.h - POINT and RANGE of the command line.
 */
#ifndef KD_REPORT_POINT_H
#define KD_REPORT_POINT_H

#include "report/view.h"

/* The two ends of FROM..TO as written; NULL: not written. */
struct kd_range_text {
	const char *from;
	const char *to;
};

/*
 * Take FROM..TO, FROM.. or ..TO apart; the strings are the arena's.
 * <message-id> is taken whole: a Message-ID may have ".." in it.
 * KD_USAGE, KD_NOMEM.
 */
KD_MUST_CHECK
enum kd_status kd_range_split(const char *text, struct kd_arena *arena,
                              struct kd_range_text *ret, struct kd_error *err);

/* The words that are a POINT; NULL behind the last. */
const char *kd_point_word(size_t i);

/* KD_USAGE unless name may be a marker's. */
KD_MUST_CHECK
enum kd_status kd_marker_name_check(const char *name, struct kd_error *err);

struct kd_point {
	kd_seq seq;
	int64_t message; /* where the POINT names a message, else 0 */
	bool is_time;
	int64_t when; /* with is_time */
};

/*
 * Tried in this order: a marker's name; latest, start; <message-id>; an id
 * or its prefix; a date or time; a Message-ID without <>.
 * KD_NOTFOUND, KD_AMBIGUOUS, KD_USAGE (a date that there is not).
 */
KD_MUST_CHECK
enum kd_status kd_point_resolve(const struct kd_view *view, const char *text,
                                struct kd_point *ret, struct kd_error *err);

/* The message that a POINT names: of a marker or a time the last one that
 * had arrived by then.  The strings of ret are the view's arena's.
 * KD_NOTFOUND also when none had; else as kd_point_resolve(). */
KD_MUST_CHECK
enum kd_status kd_point_message(const struct kd_view *view, const char *text,
                                struct kd_posted *ret, struct kd_error *err);

/* The series that a POINT is of, or is about.  KD_NOTFOUND also when it is
 * neither; else as kd_point_message(). */
KD_MUST_CHECK
enum kd_status kd_point_series(const struct kd_view *view, const char *text,
                               int64_t *ret, struct kd_error *err);

/* A range, and its ends as the digest's head names them. */
struct kd_resolved {
	struct kd_range range;
	const char *from;
	const char *to;
	bool no_marker; /* nothing was written and there is no marker `last`:
	                 * the last 24 hours */
};

/* text: RANGE, or NULL for what is new since the marker `last`.  KD_USAGE
 * also when it runs backwards. */
KD_MUST_CHECK
enum kd_status kd_range_resolve(const struct kd_view *view, const char *text,
                                struct kd_resolved *ret, struct kd_error *err);

#endif /* KD_REPORT_POINT_H */
