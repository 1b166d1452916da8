/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * digest.h - a digest: the rows of a range through the sections of a
 * format into a document.
 */
#ifndef KD_REPORT_DIGEST_H
#define KD_REPORT_DIGEST_H

#include <stdio.h>

#include "report/match.h"
#include "report/point.h"
#include "report/render.h"
#include "report/section.h"

struct kd_format {
	const char *name; /* as in --format */
	kd_render_fn *render;
	/* The sections that it has where none are chosen, by their names with
	 * commas between them; NULL: all that can be made. */
	const char *usual;
	bool classic; /* the published layout, faults and all: it does not say
	               * in words that there is nothing, and tells nothing of
	               * series */
};

/* The names for --format and --messages; NULL behind the last. */
const char *kd_format_name(size_t i);
const char *kd_messages_name(size_t i);

/* The format of that name, or NULL. */
const struct kd_format *kd_format_find(const char *name);

struct kd_digest {
	const struct kd_format *format;
	/* In the order in which they stand; n of them; 0: as the format has
	 * them. */
	const struct kd_section *sections[KD_SECTIONS_MAX];
	size_t n_sections;
	enum kd_messages messages;
	unsigned int top;
	unsigned int waiting_days;
	/* Borrowed rules: what is in it, and what gets a star. */
	struct kd_rules only;
	struct kd_rules watch;
	struct kd_look look;
};

/* Fill in from what was written; NULL: the default.  KD_USAGE names what
 * there is. */
KD_MUST_CHECK
enum kd_status kd_digest_set_format(struct kd_digest *digest, const char *name,
                                    struct kd_error *err);
KD_MUST_CHECK
enum kd_status kd_digest_set_messages(struct kd_digest *digest,
                                      const char *name, struct kd_error *err);
/* names: separated by commas; NULL leaves it to the format. */
KD_MUST_CHECK
enum kd_status kd_digest_set_sections(struct kd_digest *digest,
                                      const char *names, struct kd_error *err);

/* Write the digest of a range, resolved in view, to out. */
KD_MUST_CHECK
enum kd_status kd_digest_write(const struct kd_digest *digest,
                               const struct kd_view *view,
                               const struct kd_resolved *range, FILE *out,
                               struct kd_error *err);

#endif /* KD_REPORT_DIGEST_H */
