/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * render_html.h - what the files of the HTML renderer share.  They know
 * nodes and keys, and no section by its name.
 *
 * Everything is written so that it reads well where a mail program drops
 * the style sheet, the pictures, or what folds.
 */
#ifndef KD_REPORT_RENDER_HTML_H
#define KD_REPORT_RENDER_HTML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "report/doc.h"

/* The entry that an id, or a link, leads to. */
struct kd_anchor {
	const char *key;
	const struct kd_node *entry;
	bool text; /* it has one */
	size_t order;
};

/* A page that is being written. */
struct kd_page {
	struct kd_arena *arena; /* the doc's */
	FILE *out;
	struct kd_anchor *anchors; /* n_anchors, by their keys */
	size_t n_anchors;
	size_t n_others; /* entries so far whose anchor is a number */
	size_t n_charts; /* so far */
	bool stars;      /* there is one */
};

/* The style sheet. */
void kd_page_style(FILE *out);

/* text as it is, on one line. */
void kd_page_text(struct kd_page *page, struct kd_bytes text);

/* A key as a person says it: "sent-by" is "Sent by". */
void kd_page_key(struct kd_page *page, const char *key);

/* A star with its name, and the blank behind it; nothing where node has
 * none. */
void kd_page_star(struct kd_page *page, const struct kd_node *node);

/* '<a href="...">' and '</a>' around what is written between; nothing
 * where url may not be one.  True: it must be closed. */
bool kd_page_open_link(struct kd_page *page, const char *url);
void kd_page_close_link(struct kd_page *page, bool opened);

/* Where a state stands, as a label. */
void kd_page_state(struct kd_page *page, struct kd_bytes text);

/* "+3 -1" and a bar. */
void kd_page_diffstat(struct kd_page *page, int64_t insertions,
                      int64_t deletions);

/* The figures among first and what follows it, as a list. */
void kd_page_figures(struct kd_page *page, const struct kd_node *first);

/* What may stand in a section, or in a page; level: of its headings. */
void kd_page_table(struct kd_page *page, const struct kd_node *table);
void kd_page_entry(struct kd_page *page, const struct kd_node *entry,
                   int level);
void kd_page_chart(struct kd_page *page, const struct kd_node *chart);
void kd_page_pre(struct kd_page *page, struct kd_bytes text);

/* Whether an entry has a text. */
bool kd_page_has_text(const struct kd_node *entry);

/* Find all entries that have an id, and whether there is a star. */
void kd_page_find(struct kd_page *page, const struct kd_doc *doc);

/* The id of the entry of this page that has more of what row leads to:
 * its anchor is "m-" and the id.  NULL: there is none. */
const char *kd_page_leads(const struct kd_page *page,
                          const struct kd_node *row);

/* ' id="..."' of an entry; no two are the same. */
void kd_page_anchor(struct kd_page *page, const struct kd_node *entry);

#endif /* KD_REPORT_RENDER_HTML_H */
