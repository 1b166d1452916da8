/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * digest.c - rows of the store -> sections -> document -> a format.  The
 * rows are read once; knows neither options nor where the output goes.
 */
#include "report/digest.h"

#include <stddef.h>

struct link {
	const struct kd_posted *row;
	struct link *next;
};

struct collection {
	struct kd_arena *arena;
	struct link *first, *last;
	size_t n;
	size_t n_messages; /* all of the range */
};

static enum kd_status collect(const struct kd_posted *row, void *payload,
                              struct kd_error *err)
{
	struct collection *all = payload;
	struct link *link;

	all->n_messages++;
	if (!kd_row_is_patch(row) && row->msg.subject.full[0] != '[')
		return KD_OK;
	link = kd_arena_alloc(all->arena, sizeof(*link));
	if (link != NULL)
		link->row = kd_row_copy(all->arena, row);
	if (link == NULL || link->row == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory for the digest");
	if (all->last != NULL)
		all->last->next = link;
	else
		all->first = link;
	all->last = link;
	all->n++;
	return KD_OK;
}

static enum kd_status read_rows(const struct kd_view *view,
                                struct kd_range range, struct kd_arena *arena,
                                struct kd_section_ctx *ret,
                                size_t *ret_messages, struct kd_error *err)
{
	struct collection all = { .arena = arena };
	const struct kd_posted **rows;
	struct kd_group *groups = NULL;
	enum kd_status st;
	size_t n = 0;

	st = kd_store_each(view->store, &view->scope, range, collect, &all,
	                   err);
	if (st != KD_OK)
		return st;
	rows = kd_arena_array(arena, all.n, sizeof(void *));
	if (rows == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory for the digest");
	for (const struct link *link = all.first; link; link = link->next)
		rows[n++] = link->row;
	st = kd_group_build(arena, rows, n, &groups, &ret->n_groups, err);
	ret->groups = groups;
	ret->rows = rows;
	ret->n_rows = n;
	*ret_messages = all.n_messages;
	return st;
}

static void say_empty(struct kd_doc *doc, size_t n_messages)
{
	const char *text = "No messages in this range.";

	if (n_messages == 1)
		text = "1 message in this range, and it is no patch.";
	else if (n_messages > 1)
		text = kd_arena_printf(doc->arena,
		                       "%zu messages in this range, none of "
		                       "them a patch.",
		                       n_messages);
	kd_doc_puts(doc, NULL, KD_NODE_PARA, NULL, text);
}

enum kd_status kd_digest_write(const struct kd_digest *digest,
                               const struct kd_view *view,
                               const struct kd_resolved *range, FILE *out,
                               struct kd_error *err)
{
	struct kd_section_ctx ctx = {
		.view = view,
		.range = range->range,
		.top = digest->top,
		.messages = digest->messages,
	};
	struct kd_doc doc = {
		.arena = view->arena,
		.list = view->title,
		.from = range->from,
		.to = range->to,
	};
	size_t n_messages = 0;
	enum kd_status st;

	st = read_rows(view, range->range, doc.arena, &ctx, &n_messages, err);
	if (st != KD_OK)
		return st;
	if (digest->format->says_empty && ctx.n_groups == 0) {
		say_empty(&doc, n_messages);
		return digest->format->render(&doc, out, err);
	}
	for (size_t i = 0; i < KD_SECTION_COUNT; i++) {
		if (!digest->sections[i])
			continue;
		st = digest->format->build[i](&ctx, &doc, err);
		if (st != KD_OK)
			return st;
	}
	return digest->format->render(&doc, out, err);
}
