/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * section.h - a part of the digest: reads rows and store, adds to the doc.
 */
#ifndef KD_REPORT_SECTION_H
#define KD_REPORT_SECTION_H

#include "report/doc.h"
#include "report/group.h"
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
	unsigned int top;
	enum kd_messages messages;
};

typedef enum kd_status kd_build_fn(const struct kd_section_ctx *ctx,
                                   struct kd_doc *doc, struct kd_error *err);

/* The sections of text. */
kd_build_fn kd_section_domains;
kd_build_fn kd_section_contributors;
kd_build_fn kd_section_employers;
kd_build_fn kd_section_patches;
kd_build_fn kd_section_messages;

/* The sections of the published layout, rules F1 to F10. */
kd_build_fn kd_classic_domains;
kd_build_fn kd_classic_contributors;
kd_build_fn kd_classic_patches;
kd_build_fn kd_classic_messages;

/* The headings, the same in both layouts. */
struct kd_node *kd_heading_domains(struct kd_doc *doc, unsigned int top);
struct kd_node *kd_heading_contributors(struct kd_doc *doc, unsigned int top);
struct kd_node *kd_heading_patches(struct kd_doc *doc);
struct kd_node *kd_heading_messages(struct kd_doc *doc);

#endif /* KD_REPORT_SECTION_H */
