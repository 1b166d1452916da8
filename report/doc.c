/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * doc.c - the tree between sections and formats.  Knows neither.
 */
#include "report/doc.h"

#include <inttypes.h>
#include <stddef.h>

struct kd_node *kd_doc_add(struct kd_doc *doc, struct kd_node *parent,
                           enum kd_node_kind kind, const char *key,
                           struct kd_bytes text)
{
	struct kd_node **first = parent ? &parent->first : &doc->first;
	struct kd_node **last = parent ? &parent->last : &doc->last;
	struct kd_node *node;

	node = kd_arena_alloc(doc->arena, sizeof(*node));
	if (node == NULL)
		return NULL;
	node->kind = kind;
	node->key = key;
	node->text = text;
	if (*last != NULL)
		(*last)->next = node;
	else
		*first = node;
	*last = node;
	return node;
}

struct kd_node *kd_doc_puts(struct kd_doc *doc, struct kd_node *parent,
                            enum kd_node_kind kind, const char *key,
                            const char *text)
{
	return kd_doc_add(doc, parent, kind, key, kd_bytes_of(text));
}

struct kd_node *kd_doc_number(struct kd_doc *doc, struct kd_node *parent,
                              enum kd_node_kind kind, const char *key,
                              int64_t number)
{
	struct kd_node *node =
		kd_doc_puts(doc, parent, kind, key,
	                    kd_arena_printf(doc->arena, "%" PRId64, number));

	if (node != NULL) {
		node->is_number = true;
		node->number = number;
	}
	return node;
}

void kd_doc_lead(struct kd_node *node, const char *url, const char *id)
{
	if (node == NULL)
		return;
	node->url = url;
	node->id = id;
}
