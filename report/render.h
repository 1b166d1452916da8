/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * render.h - a doc in a format.  Each renderer has its escaping inside;
 * none of them knows the store or which section a node is of.
 */
#ifndef KD_REPORT_RENDER_H
#define KD_REPORT_RENDER_H

#include <stdio.h>

#include "report/doc.h"
#include "store/base/error.h"

enum { KD_WIDTH = 80 }; /* of what is not a terminal */

/* How the output is to look; all zero: as in a pipe or a file. */
struct kd_look {
	unsigned int width; /* columns; 0: KD_WIDTH */
	bool color;         /* by ECMA-48, as git does it */
	bool terminal;      /* somebody reads it, and may scroll */
	bool ascii;         /* the reader's terminal shows nothing else */
	/* Of mail, borrowed; both NULL in every other format. */
	const char *mail_to;
	const char *mail_from;
};

/* Write doc to out.  KD_NOMEM, also when out has failed. */
typedef enum kd_status kd_render_fn(const struct kd_doc *doc,
                                    const struct kd_look *look, FILE *out,
                                    struct kd_error *err);

/* Plain text, as one reads it in a terminal or a mail. */
kd_render_fn kd_render_text;

/* A mail to look->mail_to, for `sendmail -t`.  KD_CONFIG: to nobody. */
kd_render_fn kd_render_mail;

/* One JSON object, as report/digest.schema.json says. */
kd_render_fn kd_render_json;

/* One page of HTML that needs nothing else. */
kd_render_fn kd_render_html;

#endif /* KD_REPORT_RENDER_H */
