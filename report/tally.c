/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tally.c - counting by sorting: no hash that mail could be made to hit.
 */
#include "report/tally.h"

#include <stdlib.h>
#include <string.h>

void kd_tally_init(struct kd_tally *tally, struct kd_arena *arena, size_t max)
{
	tally->arena = arena;
	tally->items = kd_arena_array(arena, max, sizeof(*tally->items));
	tally->n = 0;
	tally->max = tally->items != NULL ? max : 0;
}

void kd_tally_add(struct kd_tally *tally, const char *key, const char *label)
{
	struct kd_tally_item *item;

	if (tally->n >= tally->max)
		return;
	item = &tally->items[tally->n];
	item->key = key;
	item->label = label;
	item->count = tally->n++; /* the order given, until it is summed up */
}

/* By key, then in the order given. */
static int by_key(const void *a, const void *b)
{
	const struct kd_tally_item *x = a;
	const struct kd_tally_item *y = b;
	int order = strcmp(x->key, y->key);

	if (order != 0)
		return order;
	return (x->count > y->count) - (x->count < y->count);
}

static int by_count(const void *a, const void *b)
{
	const struct kd_tally_item *x = a;
	const struct kd_tally_item *y = b;
	int order;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	order = strcmp(y->label, x->label);
	return order != 0 ? order : strcmp(y->key, x->key);
}

size_t kd_tally_finish(struct kd_tally *tally, size_t top)
{
	struct kd_tally_item *items = tally->items;
	size_t n = 0;

	if (tally->n == 0)
		return 0;
	qsort(items, tally->n, sizeof(*items), by_key);
	for (size_t i = 0; i < tally->n; i++) {
		if (n == 0 || strcmp(items[n - 1].key, items[i].key) != 0) {
			items[n] = items[i];
			items[n++].count = 1;
		} else {
			items[n - 1].label = items[i].label;
			items[n - 1].count++;
		}
	}
	qsort(items, n, sizeof(*items), by_count);
	return n < top ? n : top;
}

static void add_row(struct kd_doc *doc, struct kd_node *table, const char *key,
                    const struct kd_tally_item *item)
{
	struct kd_node *row = kd_doc_puts(doc, table, KD_NODE_ROW, NULL, NULL);

	kd_doc_number(doc, row, KD_NODE_CELL, "count", (int64_t)item->count);
	kd_doc_puts(doc, row, KD_NODE_CELL, key, item->label);
}

void kd_tally_table(struct kd_tally *tally, size_t top, const char *key,
                    struct kd_doc *doc, struct kd_node *table)
{
	size_t n = kd_tally_finish(tally, top);

	for (size_t i = 0; i < n; i++)
		add_row(doc, table, key, &tally->items[i]);
}
