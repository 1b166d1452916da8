/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * section.h - a part of the digest: reads rows and store, adds to the doc.
 */
#ifndef KD_REPORT_SECTION_H
#define KD_REPORT_SECTION_H

#include "report/doc.h"
#include "report/group.h"
#include "report/match.h"
#include "report/tally.h"
#include "report/view.h"

/* How much of each series stands in the messages. */
enum kd_messages {
	KD_MESSAGES_COVER,
	KD_MESSAGES_FIRST, /* the cover letter and the first patch */
	KD_MESSAGES_ALL,
};

struct kd_section_ctx {
	const struct kd_view *view; /* inside of one read */
	struct kd_range range;
	/* n_rows in order of arrival: all patches and cover letters of the
	 * range, and whatever else has a subject that begins with "[". */
	const struct kd_posted *const *rows;
	size_t n_rows;
	const struct kd_group *groups; /* n_groups, newest first */
	size_t n_groups;
	/* n_posted in order of arrival: every message of the range; NULL where
	 * no section that is wanted has asked for them (sections.c). */
	const struct kd_posted *const *posted;
	size_t n_posted;
	/* Nothing else is in the digest; or NULL. */
	const struct kd_rules *only;
	/* What concerns the reader, for kd_match(); or NULL. */
	struct kd_matcher *watch;
	int64_t until; /* when the last message of the range had arrived */
	unsigned int top;
	unsigned int waiting_days; /* without an answer, until it is told */
	enum kd_messages messages;
};

typedef enum kd_status kd_build_fn(const struct kd_section_ctx *ctx,
                                   struct kd_doc *doc, struct kd_error *err);

kd_build_fn kd_section_domains;
kd_build_fn kd_section_contributors;
kd_build_fn kd_section_employers;
kd_build_fn kd_section_patches;
kd_build_fn kd_section_messages;
kd_build_fn kd_section_trends;
kd_build_fn kd_section_revisions;
kd_build_fn kd_section_applied;
kd_build_fn kd_section_pulls;
kd_build_fn kd_section_waiting;
kd_build_fn kd_section_discussions;
kd_build_fn kd_section_reviewers;
kd_build_fn kd_section_newcomers;
kd_build_fn kd_section_bots;

/* The sections of the published layout, rules F1 to F10. */
kd_build_fn kd_classic_domains;
kd_build_fn kd_classic_contributors;
kd_build_fn kd_classic_patches;
kd_build_fn kd_classic_messages;

/* What there is to choose from, in the order of a digest with all of it. */
struct kd_section {
	const char *name;
	kd_build_fn *build;
	kd_build_fn *classic; /* in the published layout; NULL: it has none */
	bool posted; /* it looks at every message, not at the patches alone */
};

enum { KD_SECTIONS_MAX = 16 };

extern const struct kd_section kd_sections[];
extern const size_t kd_n_sections; /* at most KD_SECTIONS_MAX */

/* The section of that name, of size bytes, or NULL. */
const struct kd_section *kd_section_find(const char *name, size_t size);

/* Whom a row counts for: key and label of *ret, and a count of 1.  One that
 * is left alone is not counted. */
typedef enum kd_status kd_top_fn(const struct kd_section_ctx *ctx,
                                 const struct kd_posted *row, bool domains,
                                 struct kd_arena *arena,
                                 struct kd_tally_item *ret,
                                 struct kd_error *err);

/* One of the two tables of who posts most, in either layout. */
KD_MUST_CHECK
enum kd_status kd_top_table(const struct kd_section_ctx *ctx, bool domains,
                            kd_top_fn *count, struct kd_doc *doc,
                            struct kd_error *err);

/* The headings, the same in both layouts. */
struct kd_node *kd_heading_patches(struct kd_doc *doc);
struct kd_node *kd_heading_messages(struct kd_doc *doc);

#endif /* KD_REPORT_SECTION_H */
