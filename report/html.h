/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * html.h - text from anywhere as HTML: sanitized, then escaped.  Knows
 * neither documents nor what the pages look like.
 */
#ifndef KD_REPORT_HTML_H
#define KD_REPORT_HTML_H

#include <stdbool.h>
#include <stdio.h>

#include "store/base/arena.h"
#include "store/base/text.h"

/*
 * Write text so that it is nothing but text wherever it stands, also in
 * the quotes of an attribute: what kd_sanitize() makes of it, with & < >
 * " ' as entities.  keep_lf as there.  What must be changed on the way is
 * the arena's: ask kd_arena_failed() at the end.
 */
void kd_html_text(FILE *out, struct kd_arena *arena, struct kd_bytes text,
                  bool keep_lf);

/* The same for a C string of one line; NULL writes nothing. */
void kd_html_puts(FILE *out, struct kd_arena *arena, const char *text);

/* Write ' name="value"'; name is ours. */
void kd_html_attr(FILE *out, struct kd_arena *arena, const char *name,
                  struct kd_bytes value);

/*
 * True when url may be made a link: http, https or mailto, and nothing in
 * it but what RFC 3986 lets stand.  Anything else is to be shown as text.
 */
bool kd_html_is_url(const char *url);

/* The host that such an url leads to, within it; of one that names none
 * (mailto) the url. */
struct kd_bytes kd_html_host(const char *url);

#endif /* KD_REPORT_HTML_H */
