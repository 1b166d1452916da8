/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * section_employers.c - the table of who the authors work for, as the
 * user's own file says.
 */
#include "report/section.h"

#include "report/tally.h"

enum kd_status kd_section_employers(const struct kd_section_ctx *ctx,
                                    struct kd_doc *doc, struct kd_error *err)
{
	const struct kd_employers *employers = ctx->view->env->employers;
	struct kd_node *self, *table;
	struct kd_tally tally;

	if (employers == NULL)
		return kd_fail(err, KD_CONFIG,
		               "the section employers needs a file: "
		               "report.employers of the configuration");
	self = kd_doc_puts(doc, NULL, KD_NODE_SECTION, "employers",
	                   kd_arena_printf(doc->arena,
	                                   "Top %u employers (Based on Email "
	                                   "Body)",
	                                   ctx->top));
	table = kd_doc_puts(doc, self, KD_NODE_TABLE, NULL, NULL);
	kd_tally_init(&tally, doc->arena, ctx->n_rows);
	for (size_t i = 0; i < ctx->n_rows; i++) {
		const struct kd_message *msg = &ctx->rows[i]->msg;
		struct kd_person who = kd_view_person(ctx->view, &msg->author);
		const char *name = kd_employer_of(employers, who.email);

		if (!kd_row_is_patch(ctx->rows[i]))
			continue;
		if (name == NULL)
			name = "(unknown)";
		kd_tally_add(&tally, name, name);
	}
	kd_tally_table(&tally, ctx->top, "domain", doc, table);
	return KD_OK;
}
