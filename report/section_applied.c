/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * section_applied.c - what went in, and where: what maintainers and their
 * robots said in the range became of patches, by tree.
 */
#include "report/section.h"

#include <inttypes.h>

#include "report/lead.h"
#include "report/row.h"
#include "report/takings.h"

static const char *fate_text(enum kd_fate fate)
{
	static const char *const words[KD_FATE_COUNT] = {
		"", "queued", "applied", "merged", "in stable", "failed"
	};

	return words[fate];
}

static enum kd_status add_row(const struct kd_section_ctx *ctx,
                              const struct kd_taking *taking,
                              struct kd_node *table, struct kd_doc *doc,
                              struct kd_error *err)
{
	const struct kd_posted *notice = taking->notice;
	struct kd_person who = kd_view_person(ctx->view, &notice->msg.sender);
	struct kd_node *row = kd_doc_puts(doc, table, KD_NODE_ROW, NULL, NULL);
	const char *patches = "";
	const char *by = kd_person_short(&who);

	if (notice->msg.kind == KD_KIND_BOT)
		by = kd_person_robot(doc->arena, &notice->msg.sender);
	if (taking->total > 0)
		patches = kd_arena_printf(doc->arena, "%" PRId64 "/%" PRId64,
		                          taking->taken, taking->total);
	kd_doc_puts(doc, row, KD_NODE_CELL, "tree",
	            taking->tree != NULL ? taking->tree : "(no tree named)");
	kd_doc_puts(doc, row, KD_NODE_CELL, "fate", fate_text(taking->fate));
	kd_doc_puts(doc, row, KD_NODE_CELL, "patches", patches);
	kd_doc_puts(doc, row, KD_NODE_CELL, "by", by);
	kd_doc_puts(doc, row, KD_NODE_CELL, "title",
	            kd_title_format(doc->arena, taking->project, false, false,
	                            taking->title));
	if (taking->total > 0) {
		kd_doc_number(doc, row, KD_NODE_FIGURE, "taken", taking->taken);
		kd_doc_number(doc, row, KD_NODE_FIGURE, "total", taking->total);
	}
	return kd_lead_to_row(ctx, row, notice, err);
}

enum kd_status kd_section_applied(const struct kd_section_ctx *ctx,
                                  struct kd_doc *doc, struct kd_error *err)
{
	struct kd_node *self =
		kd_doc_puts(doc, NULL, KD_NODE_SECTION, "applied",
	                    "What went in, and where");
	struct kd_taking *takings = NULL;
	struct kd_node *table;
	enum kd_status st;
	size_t n = 0;

	st = kd_takings_find(ctx->view, ctx->posted, ctx->n_posted, &takings,
	                     &n, err);
	if (st != KD_OK)
		return st;
	if (n == 0) {
		kd_doc_puts(doc, self, KD_NODE_PARA, NULL,
		            "Nobody said that anything was applied.");
		return KD_OK;
	}
	table = kd_doc_puts(doc, self, KD_NODE_TABLE, NULL, NULL);
	for (size_t i = 0; i < n && st == KD_OK; i++)
		st = add_row(ctx, &takings[i], table, doc, err);
	return st;
}
