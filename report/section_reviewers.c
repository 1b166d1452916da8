/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * section_reviewers.c - who reviewed, acked and tested how much, by the
 * replies of the range.
 */
#include "report/section.h"

#include <stdlib.h>
#include <string.h>

#include "report/given.h"
#include "report/row.h"

struct reviewer {
	const struct kd_given *first; /* n of them, by one person */
	size_t n;
	int64_t reviewed, acked, tested;
	int64_t n_series;
};

static int64_t sum_of(const struct reviewer *who)
{
	return who->reviewed + who->acked + who->tested;
}

static int by_sum(const void *a, const void *b)
{
	const struct reviewer *x = a;
	const struct reviewer *y = b;

	if (sum_of(x) != sum_of(y))
		return sum_of(x) < sum_of(y) ? 1 : -1;
	if (x->n_series != y->n_series)
		return x->n_series < y->n_series ? 1 : -1;
	return strcmp(x->first->key, y->first->key);
}

/* numbers: room for as many as there are given. */
static void count(struct reviewer *who, int64_t *numbers)
{
	for (size_t i = 0; i < who->n; i++) {
		unsigned int tags = who->first[i].tags;

		who->reviewed += (tags & KD_TAG_REVIEWED) != 0;
		who->acked += (tags & KD_TAG_ACKED) != 0;
		who->tested += (tags & KD_TAG_TESTED) != 0;
		numbers[i] = who->first[i].series;
	}
	qsort(numbers, who->n, sizeof(*numbers), kd_by_number);
	for (size_t i = 0; i < who->n; i++)
		who->n_series += i == 0 || numbers[i] != numbers[i - 1];
}

static enum kd_status sum_up(struct kd_arena *arena,
                             const struct kd_given *given, size_t n,
                             struct reviewer **ret, size_t *ret_n,
                             struct kd_error *err)
{
	struct reviewer *people = kd_arena_array(arena, n, sizeof(*people));
	int64_t *numbers = kd_arena_array(arena, n, sizeof(*numbers));

	*ret_n = 0;
	if (people == NULL || numbers == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || strcmp(given[i].key, given[i - 1].key) != 0)
			people[(*ret_n)++].first = &given[i];
		people[*ret_n - 1].n++;
	}
	for (size_t i = 0; i < *ret_n; i++)
		count(&people[i], numbers);
	if (*ret_n > 1)
		qsort(people, *ret_n, sizeof(*people), by_sum);
	*ret = people;
	return KD_OK;
}

static void add_row(const struct reviewer *who, struct kd_doc *doc,
                    struct kd_node *table)
{
	const struct kd_person *person = &who->first[who->n - 1].who;
	struct kd_node *row = kd_doc_puts(doc, table, KD_NODE_ROW, NULL, NULL);

	kd_doc_number(doc, row, KD_NODE_CELL, "tags", sum_of(who));
	kd_doc_number(doc, row, KD_NODE_CELL, "reviewed", who->reviewed);
	kd_doc_number(doc, row, KD_NODE_CELL, "acked", who->acked);
	kd_doc_number(doc, row, KD_NODE_CELL, "tested", who->tested);
	kd_doc_number(doc, row, KD_NODE_CELL, "series", who->n_series);
	kd_doc_puts(doc, row, KD_NODE_CELL, "person",
	            kd_person_format(doc->arena, person));
}

enum kd_status kd_section_reviewers(const struct kd_section_ctx *ctx,
                                    struct kd_doc *doc, struct kd_error *err)
{
	struct kd_node *self = kd_doc_puts(
		doc, NULL, KD_NODE_SECTION, "reviewers",
		kd_arena_printf(doc->arena,
	                        "Top %u reviewers (by their replies)",
	                        ctx->top));
	struct kd_given *given = NULL;
	struct reviewer *people = NULL;
	struct kd_node *table;
	enum kd_status st;
	size_t n = 0;

	st = kd_given_find(ctx->view, ctx->posted, ctx->n_posted, &given, &n,
	                   err);
	if (st == KD_OK)
		st = sum_up(doc->arena, given, n, &people, &n, err);
	if (st != KD_OK)
		return st;
	if (n == 0) {
		kd_doc_puts(doc, self, KD_NODE_PARA, NULL,
		            "Nobody reviewed, acked or tested anything.");
		return KD_OK;
	}
	table = kd_doc_puts(doc, self, KD_NODE_TABLE, NULL, NULL);
	for (size_t i = 0; i < n && i < ctx->top; i++)
		add_row(&people[i], doc, table);
	return KD_OK;
}
