/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * render_html_anchor.c - which entry of the page an id leads to.  A
 * message may stand in it more than once.
 */
#include "report/render_html.h"

#include <stdlib.h>
#include <string.h>

/* Only what may stand in an anchor. */
static bool is_id(const char *id)
{
	return id != NULL && id[0] != '\0' &&
	       strspn(id, "0123456789abcdef") == strlen(id);
}

bool kd_page_has_text(const struct kd_node *entry)
{
	for (const struct kd_node *part = entry->first; part; part = part->next)
		if (part->kind == KD_NODE_TEXT)
			return true;
	return false;
}

/* Of the same key: what has a text, then what comes first. */
static int by_key(const void *a, const void *b)
{
	const struct kd_anchor *x = a;
	const struct kd_anchor *y = b;
	int order = strcmp(x->key, y->key);

	if (order != 0)
		return order;
	if (x->text != y->text)
		return x->text ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

/* Room for two of each entry; NULL: they are only counted. */
static size_t note(struct kd_anchor *anchors, size_t n, const char *key,
                   const struct kd_node *entry)
{
	if (anchors != NULL)
		anchors[n] = (struct kd_anchor){ key, entry,
			                         kd_page_has_text(entry), n };
	return n + 1;
}

static size_t look_at(struct kd_page *page, const struct kd_node *first,
                      struct kd_anchor *anchors, size_t n)
{
	for (const struct kd_node *node = first; node; node = node->next) {
		page->stars = page->stars || node->star;
		if (node->kind == KD_NODE_SECTION ||
		    node->kind == KD_NODE_TABLE)
			n = look_at(page, node->first, anchors, n);
		if (node->kind != KD_NODE_ENTRY || !is_id(node->id))
			continue;
		n = note(anchors, n, node->id, node);
		if (node->url != NULL)
			n = note(anchors, n, node->url, node);
	}
	return n;
}

void kd_page_find(struct kd_page *page, const struct kd_doc *doc)
{
	size_t n = look_at(page, doc->first, NULL, 0);
	struct kd_anchor *anchors =
		kd_arena_array(page->arena, n, sizeof(*anchors));

	if (anchors == NULL)
		return; /* the arena tells */
	(void)look_at(page, doc->first, anchors, 0);
	qsort(anchors, n, sizeof(*anchors), by_key);
	for (size_t i = 0; i < n; i++) {
		size_t last = page->n_anchors;

		if (last == 0 ||
		    strcmp(anchors[last - 1].key, anchors[i].key) != 0)
			anchors[page->n_anchors++] = anchors[i];
	}
	page->anchors = anchors;
}

static int compare_key(const void *key, const void *item)
{
	const struct kd_anchor *anchor = item;

	return strcmp(key, anchor->key);
}

static const struct kd_node *find(const struct kd_page *page, const char *key)
{
	const struct kd_anchor *anchor;

	if (key == NULL || page->n_anchors == 0)
		return NULL;
	anchor = bsearch(key, page->anchors, page->n_anchors,
	                 sizeof(*page->anchors), compare_key);
	return anchor != NULL ? anchor->entry : NULL;
}

const char *kd_page_leads(const struct kd_page *page, const struct kd_node *row)
{
	const struct kd_node *entry =
		find(page, row->id != NULL ? row->id : row->url);

	return entry != NULL && find(page, entry->id) == entry ? entry->id
	                                                       : NULL;
}

void kd_page_anchor(struct kd_page *page, const struct kd_node *entry)
{
	if (find(page, entry->id) == entry)
		(void)fprintf(page->out, " id=\"m-%s\"", entry->id);
	else
		(void)fprintf(page->out, " id=\"e%zu\"", ++page->n_others);
}
