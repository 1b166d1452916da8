/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * doc.h - a digest as a small tree, before it has a format.
 *
 * Sections build it, renderers walk it, neither knows the other.  It says
 * what things are, not how they look.  Text is as it came from mail: a
 * renderer must sanitize and escape all of it.
 */
#ifndef KD_REPORT_DOC_H
#define KD_REPORT_DOC_H

#include <stdbool.h>
#include <stdint.h>

#include "store/base/arena.h"
#include "store/base/text.h"

enum kd_node_kind {
	KD_NODE_SECTION, /* key: its name; text: its heading */
	KD_NODE_PARA,    /* text: one line of ours */
	KD_NODE_TABLE,   /* key: what the rows are, of a second one in a
	                  * section; children: rows, all with the same cells */
	KD_NODE_ROW,     /* children: cells */
	KD_NODE_CELL,    /* key: the column; text: one line; may be a number */
	KD_NODE_ENTRY,   /* key: "New", "v6", "v5.1"; text: title; children:
	                  * fields, then text */
	KD_NODE_FIELD,   /* key: "subject", "author", "sent-by", ...; text: one
	                  * line */
	KD_NODE_TEXT,    /* text: preformatted lines */
	KD_NODE_FIGURE,  /* key: what it counts; a number behind what is said,
	                  * which text says in words, or leaves out; of the
	                  * doc, a section, an entry, a row, a chart */
	KD_NODE_CHART,   /* key: what is counted; text: a line that says what
	                  * it shows; children: figures, in the order of an
	                  * axis, key: the place on it */
};

struct kd_node {
	enum kd_node_kind kind;
	const char *key;      /* as said above; else NULL */
	struct kd_bytes text; /* as said above; else empty */
	const char *url; /* of an entry or a row: where to read it, or NULL */
	const char *id;  /* of the same: the short id of the message, or NULL */
	bool star;       /* of the same: it concerns the reader */
	bool brief;      /* of an entry: it stands among others like it */
	bool is_number;  /* of a cell or figure: number is what text says */
	int64_t number;
	struct kd_node *first, *last; /* children */
	struct kd_node *next;         /* sibling */
};

struct kd_doc {
	struct kd_arena *arena; /* owns every node and string */
	const char *list;       /* "KVM" */
	const char *from;       /* both ends of the range, as shown */
	const char *to;
	int64_t until; /* when the message that to names had arrived; 0: there
	                * is none */
	struct kd_node *first, *last;
};

/*
 * Append a node to parent, or to doc when parent is NULL.  key and text
 * are borrowed for as long as doc lives.  NULL when out of memory: ask
 * kd_arena_failed() once at the end; a node that is added to a failed one
 * goes to the wrong place, but into a doc that nobody prints.
 */
struct kd_node *kd_doc_add(struct kd_doc *doc, struct kd_node *parent,
                           enum kd_node_kind kind, const char *key,
                           struct kd_bytes text);

/* The same for a C string; NULL gives an empty text. */
struct kd_node *kd_doc_puts(struct kd_doc *doc, struct kd_node *parent,
                            enum kd_node_kind kind, const char *key,
                            const char *text);

/* A cell or a figure that is a number; the text is the number's. */
struct kd_node *kd_doc_number(struct kd_doc *doc, struct kd_node *parent,
                              enum kd_node_kind kind, const char *key,
                              int64_t number);

/* Let a row or an entry lead to a message.  Each may be NULL, node too,
 * when it could not be had. */
void kd_doc_lead(struct kd_node *node, const char *url, const char *id);

#endif /* KD_REPORT_DOC_H */
