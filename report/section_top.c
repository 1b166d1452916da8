/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * section_top.c - the two tables of who posts most, and the headings that
 * both layouts share.
 */
#include "report/section.h"

#include <string.h>

#include "report/row.h"
#include "report/tally.h"

static struct kd_node *heading_domains(struct kd_doc *doc, unsigned int top)
{
	return kd_doc_puts(doc, NULL, KD_NODE_SECTION, "domains",
	                   kd_arena_printf(doc->arena,
	                                   "Top %u contributor Email domains "
	                                   "(Based on Email Body)",
	                                   top));
}

static struct kd_node *heading_contributors(struct kd_doc *doc,
                                            unsigned int top)
{
	return kd_doc_puts(
		doc, NULL, KD_NODE_SECTION, "contributors",
		kd_arena_printf(doc->arena,
	                        "Top %u contributors (Based on Email Body)",
	                        top));
}

struct kd_node *kd_heading_patches(struct kd_doc *doc)
{
	return kd_doc_puts(doc, NULL, KD_NODE_SECTION, "patches",
	                   "===== Patch list in this time period =====");
}

/* Five signs before, four behind: scripts look for it as it is. */
struct kd_node *kd_heading_messages(struct kd_doc *doc)
{
	return kd_doc_puts(doc, NULL, KD_NODE_SECTION, "messages",
	                   "===== Patch Commit Messages ====");
}

enum kd_status kd_top_table(const struct kd_section_ctx *ctx, bool domains,
                            kd_top_fn *count, struct kd_doc *doc,
                            struct kd_error *err)
{
	struct kd_node *self = domains ? heading_domains(doc, ctx->top)
	                               : heading_contributors(doc, ctx->top);
	struct kd_node *table =
		kd_doc_puts(doc, self, KD_NODE_TABLE, NULL, NULL);
	struct kd_tally tally;

	kd_tally_init(&tally, doc->arena, ctx->n_rows);
	for (size_t i = 0; i < ctx->n_rows; i++) {
		struct kd_tally_item item = { .count = 0 };
		enum kd_status st;

		st = count(ctx, ctx->rows[i], domains, doc->arena, &item, err);
		if (st != KD_OK)
			return st;
		if (item.count > 0)
			kd_tally_add(&tally, item.key, item.label);
	}
	kd_tally_table(&tally, ctx->top, domains ? "domain" : "person", doc,
	               table);
	return KD_OK;
}

static const char *domain_of(struct kd_arena *arena,
                             const struct kd_person *person)
{
	const char *at =
		person->email != NULL ? strrchr(person->email, '@') : NULL;

	return at != NULL && at[1] != '\0' ? kd_lower_copy(arena, at + 1)
	                                   : "(unknown)";
}

static enum kd_status count_author(const struct kd_section_ctx *ctx,
                                   const struct kd_posted *row, bool domains,
                                   struct kd_arena *arena,
                                   struct kd_tally_item *ret,
                                   struct kd_error *err)
{
	struct kd_person who;

	if (!kd_row_is_patch(row))
		return KD_OK;
	who = kd_view_person(ctx->view, &row->msg.author);
	ret->key =
		domains ? domain_of(arena, &who) : kd_person_key(arena, &who);
	ret->label = domains ? ret->key : kd_person_format(arena, &who);
	if (ret->key == NULL || ret->label == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	ret->count = 1;
	return KD_OK;
}

enum kd_status kd_section_domains(const struct kd_section_ctx *ctx,
                                  struct kd_doc *doc, struct kd_error *err)
{
	return kd_top_table(ctx, true, count_author, doc, err);
}

enum kd_status kd_section_contributors(const struct kd_section_ctx *ctx,
                                       struct kd_doc *doc, struct kd_error *err)
{
	return kd_top_table(ctx, false, count_author, doc, err);
}
