/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lead.c - the way from a line of a digest to its message: where it can be
 * read, and the id that `show` takes.
 */
#include "report/lead.h"

enum kd_status kd_lead_to(const struct kd_view *view, struct kd_node *node,
                          int64_t message, const char *message_id,
                          struct kd_error *err)
{
	char id[KD_ID_HEX_MAX + 1];
	const char *url = NULL;
	enum kd_status st;

	st = kd_store_short_id(view->store, message_id, id, err);
	if (st == KD_OK)
		st = kd_view_link(view, message, message_id, &url, err);
	if (st == KD_OK)
		kd_doc_lead(node, url, kd_arena_strdup(view->arena, id));
	return st;
}

enum kd_status kd_lead_to_row(const struct kd_section_ctx *ctx,
                              struct kd_node *node, const struct kd_posted *row,
                              struct kd_error *err)
{
	bool star = false;
	enum kd_status st = kd_match(ctx->watch, row, &star, err);

	if (st != KD_OK)
		return st;
	if (node != NULL)
		node->star = star;
	return kd_lead_to(ctx->view, node, row->message, row->msg.message_id,
	                  err);
}
