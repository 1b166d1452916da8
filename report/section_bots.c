/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * section_bots.c - what automatic senders posted: how much each, and what
 * they report.  What they say went in is in the section applied.
 */
#include "report/section.h"

#include <stdlib.h>

#include "report/lead.h"
#include "report/row.h"

/* A message of a robot. */
struct post {
	const char *bot;
	const struct kd_posted *row;
	size_t at; /* in the range */
	bool notice;
};

static int by_bot(const void *a, const void *b)
{
	const struct post *x = a;
	const struct post *y = b;
	int order = kd_strcmp_nocase(x->bot, y->bot);

	return order != 0 ? order : (x->at > y->at) - (x->at < y->at);
}

/* *ret has the posts of each robot together. */
static enum kd_status find_posts(const struct kd_section_ctx *ctx,
                                 struct post **ret, size_t *ret_n,
                                 struct kd_error *err)
{
	struct kd_arena *arena = ctx->view->arena;
	struct post *posts =
		kd_arena_array(arena, ctx->n_posted, sizeof(*posts));
	size_t n = 0;

	if (posts == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	for (size_t i = 0; i < ctx->n_posted; i++) {
		const struct kd_posted *row = ctx->posted[i];
		struct kd_message msg = { .fate = KD_FATE_NONE };
		const char *bot;
		enum kd_status st;

		if (row->msg.kind != KD_KIND_BOT)
			continue;
		st = kd_store_details(ctx->view->store, row->variant, arena,
		                      &msg, err);
		if (st != KD_OK)
			return st;
		bot = kd_person_robot(arena, &row->msg.sender);
		if (bot == NULL)
			return kd_fail(err, KD_NOMEM, "out of memory");
		posts[n++] =
			(struct post){ bot, row, i, msg.fate != KD_FATE_NONE };
	}
	if (n > 1)
		qsort(posts, n, sizeof(*posts), by_bot);
	*ret = posts;
	*ret_n = n;
	return KD_OK;
}

/* Posts of one robot. */
struct bot {
	const struct post *posts;
	size_t n;
	int64_t notices;
};

static int by_count(const void *a, const void *b)
{
	const struct bot *x = a;
	const struct bot *y = b;

	if (x->n != y->n)
		return x->n < y->n ? 1 : -1;
	return by_bot(x->posts, y->posts);
}

static enum kd_status find_bots(struct kd_arena *arena,
                                const struct post *posts, size_t n,
                                struct bot **ret, size_t *ret_n,
                                struct kd_error *err)
{
	struct bot *bots = kd_arena_array(arena, n, sizeof(*bots));

	*ret = bots;
	*ret_n = 0;
	if (bots == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	for (size_t i = 0; i < n; i++) {
		struct bot *bot;

		if (i == 0 ||
		    kd_strcmp_nocase(posts[i].bot, posts[i - 1].bot) != 0)
			bots[(*ret_n)++].posts = &posts[i];
		bot = &bots[*ret_n - 1];
		bot->n++;
		bot->notices += posts[i].notice;
	}
	if (*ret_n > 1)
		qsort(bots, *ret_n, sizeof(*bots), by_count);
	return KD_OK;
}

static void add_bot(const struct bot *bot, struct kd_doc *doc,
                    struct kd_node *table)
{
	struct kd_node *row = kd_doc_puts(doc, table, KD_NODE_ROW, NULL, NULL);

	kd_doc_number(doc, row, KD_NODE_CELL, "messages", (int64_t)bot->n);
	kd_doc_number(doc, row, KD_NODE_CELL, "reports",
	              (int64_t)bot->n - bot->notices);
	kd_doc_number(doc, row, KD_NODE_CELL, "notices", bot->notices);
	kd_doc_puts(doc, row, KD_NODE_CELL, "bot", bot->posts[0].bot);
}

static enum kd_status add_reports(const struct kd_section_ctx *ctx,
                                  const struct bot *bot, struct kd_doc *doc,
                                  struct kd_node *table, struct kd_error *err)
{
	enum kd_status st = KD_OK;

	for (size_t i = 0; i < bot->n && st == KD_OK; i++) {
		const struct kd_posted *posted = bot->posts[i].row;
		const struct kd_subject *subject = &posted->msg.subject;
		struct kd_node *row;

		if (bot->posts[i].notice)
			continue;
		row = kd_doc_puts(doc, table, KD_NODE_ROW, NULL, NULL);
		kd_doc_puts(doc, row, KD_NODE_CELL, "bot", bot->posts[0].bot);
		kd_doc_puts(doc, row, KD_NODE_CELL, "title",
		            subject->title[0] != '\0' ? subject->title
		                                      : subject->full);
		st = kd_lead_to_row(ctx, row, posted, err);
	}
	return st;
}

enum kd_status kd_section_bots(const struct kd_section_ctx *ctx,
                               struct kd_doc *doc, struct kd_error *err)
{
	struct kd_node *self = kd_doc_puts(doc, NULL, KD_NODE_SECTION, "bots",
	                                   "Automatic messages");
	struct post *posts = NULL;
	struct bot *bots = NULL;
	struct kd_node *table;
	int64_t reports = 0;
	enum kd_status st;
	size_t n = 0;

	st = find_posts(ctx, &posts, &n, err);
	if (st == KD_OK)
		st = find_bots(doc->arena, posts, n, &bots, &n, err);
	if (st != KD_OK)
		return st;
	if (n == 0) {
		kd_doc_puts(doc, self, KD_NODE_PARA, NULL,
		            "Nobody but people wrote.");
		return KD_OK;
	}
	table = kd_doc_puts(doc, self, KD_NODE_TABLE, NULL, NULL);
	for (size_t i = 0; i < n; i++) {
		add_bot(&bots[i], doc, table);
		reports += (int64_t)bots[i].n - bots[i].notices;
	}
	if (reports == 0)
		return KD_OK;
	table = kd_doc_puts(doc, self, KD_NODE_TABLE, "reports", NULL);
	for (size_t i = 0; i < n && st == KD_OK; i++)
		st = add_reports(ctx, &bots[i], doc, table, err);
	return st;
}
