/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * digest.h - a digest: the rows of a range through the sections of a
 * format into a document.
 */
#ifndef KD_REPORT_DIGEST_H
#define KD_REPORT_DIGEST_H

#include <stdio.h>

#include "report/point.h"
#include "report/render.h"
#include "report/section.h"

enum { KD_SECTION_COUNT = 5 };

/* The names of the sections, in their order in a digest. */
extern const char *const kd_section_names[KD_SECTION_COUNT];

struct kd_format {
	const char *name; /* as in --format */
	/* As kd_section_names; NULL: it has no such part. */
	kd_build_fn *build[KD_SECTION_COUNT];
	kd_render_fn *render;
	/* It says in words that there is nothing, and tells of each series
	 * what is known of it; the published layout does neither. */
	bool tells;
};

/* The format of that name, or NULL. */
const struct kd_format *kd_format_find(const char *name);

struct kd_digest {
	const struct kd_format *format;
	bool sections[KD_SECTION_COUNT]; /* which are wanted */
	enum kd_messages messages;
	unsigned int top;
};

/* Fill in from what was written; NULL: the default.  KD_USAGE names what
 * there is. */
KD_MUST_CHECK
enum kd_status kd_digest_set_format(struct kd_digest *digest, const char *name,
                                    struct kd_error *err);
KD_MUST_CHECK
enum kd_status kd_digest_set_messages(struct kd_digest *digest,
                                      const char *name, struct kd_error *err);
/* names: separated by commas. */
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
