/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * story.h - what the store knows of one posting of a series, put together:
 * its patches, who said what of them, what became of them.
 */
#ifndef KD_REPORT_STORY_H
#define KD_REPORT_STORY_H

#include "report/state.h"
#include "report/view.h"
#include "store/series.h"

/* How much of it is wanted. */
enum kd_story_depth {
	KD_STORY_PATCHES, /* what was posted, not what became of it */
	KD_STORY_FATE,    /* superseded, taken: what a list of patches shows;
	                   * its rows are those of kd_store_each_member() */
	KD_STORY_ALL,     /* reviews, replies, announced titles, too */
};

struct kd_story_patch {
	int number;                  /* KD_NUMBER_NONE: a single */
	const struct kd_posted *row; /* NULL: it did not come */
	const char *title;           /* of one that did not come: announced,
	                              * or NULL */
};

enum { KD_INDEX_COVER = -1 };

/* A patch whose title is known. */
struct kd_titled {
	const char *title;
	int index;
};

/* As upto: all that the store has. */
#define KD_SEQ_MAX INT64_MAX

/* One trailer of somebody. */
struct kd_said {
	const char *name;     /* "Reviewed-by" as it stands */
	struct kd_person who; /* by the mailmap */
	int index;            /* in patches, or KD_INDEX_COVER: all of them */
	bool counted;         /* else somebody else sent it */
	struct kd_person sender; /* of what is not counted */
};

struct kd_story {
	struct kd_arena *arena; /* the caller's */
	struct kd_series series;
	const struct kd_posted *cover;  /* or NULL */
	struct kd_story_patch *patches; /* n, all that there should be */
	struct kd_patch_facts *facts;   /* n */
	size_t n;
	size_t n_extra;           /* came beside those */
	struct kd_titled *titled; /* n_titled, by title, then index */
	size_t n_titled;
	/* Titles that the cover letter announces, of patches that did not
	 * come, where it is not said which is which. */
	const char **loose;
	size_t n_loose;
	struct kd_said *said; /* n_said, in order of arrival */
	size_t n_said;
	struct kd_event *events; /* n_events, one for each notice and what it
	                          * says of a patch */
	size_t n_events;
	size_t n_replies;
	struct kd_series next; /* the newest version after it; series is 0
	                        * when there is none */
	struct kd_standing standing;
};

/*
 * Tell the story of a series as it is known at upto.  *ret is all zero but
 * for the arena that all of it will live in.  KD_NOTFOUND when there is no
 * such series.
 */
KD_MUST_CHECK
enum kd_status kd_story_tell(const struct kd_view *view, int64_t series,
                             kd_seq upto, enum kd_story_depth depth,
                             struct kd_story *ret, struct kd_error *err);

/* Which patch has that title, without regard to case; KD_INDEX_COVER: none
 * that is known. */
int kd_story_find(const struct kd_story *story, const char *title);

/* What speaks for it: its cover letter, else the lowest patch that came, or
 * NULL. */
const struct kd_posted *kd_story_head(const struct kd_story *story);

/* Did any patch of it come? */
bool kd_story_came(const struct kd_story *story);

/* The notice that says the farthest that anything of it got, the first of
 * them; NULL: none does. */
const struct kd_event *kd_story_evidence(const struct kd_story *story);

/* Does a trailer in an answer count: is who is named there who sent it?
 * Both people by the mailmap. */
bool kd_said_counts(const struct kd_trailer *trailer,
                    const struct kd_person *who,
                    const struct kd_person *sender);

/* "A <a@b> # comment" -> its name and address. */
struct kd_person kd_person_parse(struct kd_arena *arena, const char *value);

#endif /* KD_REPORT_STORY_H */
