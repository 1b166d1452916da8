/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * section_newcomers.c - whose first patches of all in this store these are.
 *
 * By address: that of the mail, and the one that the mailmap has for it.
 * Who only ever had patches sent by others is known by no index, and is
 * told of neither here nor as somebody who had posted before.
 */
#include "report/section.h"

#include <stdlib.h>

#include "report/lead.h"
#include "report/row.h"
#include "store/series.h"

/* One who posts patches of his own. */
struct poster {
	struct kd_person who; /* by the mailmap */
	const struct kd_posted *row;
	size_t at; /* of the row in the range */
};

static int by_person(const void *a, const void *b)
{
	const struct poster *x = a;
	const struct poster *y = b;
	int order = kd_strcmp_nocase(x->who.email, y->who.email);

	return order != 0 ? order : (x->at > y->at) - (x->at < y->at);
}

static int by_place(const void *a, const void *b)
{
	const struct poster *x = a;
	const struct poster *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

static enum kd_status list_posters(const struct kd_section_ctx *ctx,
                                   struct poster **ret, size_t *ret_n,
                                   struct kd_error *err)
{
	struct poster *all =
		kd_arena_array(ctx->view->arena, ctx->n_rows, sizeof(*all));
	size_t n = 0;
	size_t used = 0;

	if (all == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	for (size_t i = 0; i < ctx->n_rows; i++) {
		const struct kd_posted *row = ctx->rows[i];
		struct kd_person author =
			kd_view_person(ctx->view, &row->msg.author);
		struct kd_person sender =
			kd_view_person(ctx->view, &row->msg.sender);

		if (kd_row_is_patch(row) && sender.email != NULL &&
		    kd_person_same(&author, &sender))
			all[n++] = (struct poster){ author, row, i };
	}
	*ret = all;
	*ret_n = 0;
	if (n == 0)
		return KD_OK;
	qsort(all, n, sizeof(*all), by_person);
	for (size_t i = 0; i < n; i++) {
		if (used == 0 ||
		    !kd_person_same(&all[used - 1].who, &all[i].who))
			all[used++] = all[i];
	}
	qsort(all, used, sizeof(*all), by_place);
	*ret_n = used;
	return KD_OK;
}

static enum kd_status had_posted(const struct kd_section_ctx *ctx,
                                 const struct poster *poster, bool *ret,
                                 struct kd_error *err)
{
	struct kd_store *store = ctx->view->store;
	kd_seq upto = ctx->range.after;
	enum kd_status st;

	st = kd_store_has_posted(store, poster->row->msg.sender.email, upto,
	                         ret, err);
	if (st == KD_OK && !*ret)
		st = kd_store_has_posted(store, poster->who.email, upto, ret,
		                         err);
	return st;
}

static enum kd_status add_row(const struct kd_section_ctx *ctx,
                              const struct poster *poster, struct kd_node *self,
                              struct kd_doc *doc, struct kd_error *err)
{
	const struct kd_message *msg = &poster->row->msg;
	struct kd_node *row;

	if (self != NULL && self->first == NULL)
		kd_doc_puts(doc, self, KD_NODE_TABLE, NULL, NULL);
	row = kd_doc_puts(doc, self != NULL ? self->first : NULL, KD_NODE_ROW,
	                  NULL, NULL);
	kd_doc_puts(doc, row, KD_NODE_CELL, "author",
	            kd_person_short(&poster->who));
	kd_doc_puts(doc, row, KD_NODE_CELL, "title",
	            kd_title_format(doc->arena, msg->subject.project,
	                            msg->subject.rfc, msg->subject.resend,
	                            msg->subject.title));
	return kd_lead_to_row(ctx, row, poster->row, err);
}

static enum kd_status is_beginning(const struct kd_section_ctx *ctx, bool *ret,
                                   struct kd_error *err)
{
	const struct kd_scope all = { .kind = KD_SCOPE_ALL };
	struct kd_error why = KD_ERROR_INIT;
	struct kd_found found;
	enum kd_status st;

	st = kd_store_find_seq(ctx->view->store, ctx->range.after, &all, &found,
	                       &why);
	*ret = st == KD_NOTFOUND;
	if (st != KD_OK && st != KD_NOTFOUND)
		return kd_fail(err, st, "%s", why.text);
	return KD_OK;
}

enum kd_status kd_section_newcomers(const struct kd_section_ctx *ctx,
                                    struct kd_doc *doc, struct kd_error *err)
{
	struct kd_node *self =
		kd_doc_puts(doc, NULL, KD_NODE_SECTION, "newcomers",
	                    "Newcomers (first patch in this store)");
	struct poster *posters = NULL;
	bool beginning = false;
	enum kd_status st;
	size_t n = 0;

	st = is_beginning(ctx, &beginning, err);
	if (st == KD_OK && beginning) {
		kd_doc_puts(doc, self, KD_NODE_PARA, NULL,
		            "The store begins here: everybody is new to it.");
		return KD_OK;
	}
	if (st == KD_OK)
		st = list_posters(ctx, &posters, &n, err);
	for (size_t i = 0; i < n && st == KD_OK; i++) {
		bool had = false;

		st = had_posted(ctx, &posters[i], &had, err);
		if (st == KD_OK && !had)
			st = add_row(ctx, &posters[i], self, doc, err);
	}
	if (st == KD_OK && self != NULL && self->first == NULL)
		kd_doc_puts(doc, self, KD_NODE_PARA, NULL,
		            "Nobody posted a first patch.");
	return st;
}
