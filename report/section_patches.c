/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * section_patches.c - the patch list: one line for each series or single
 * patch, newest first.  A line speaks of all of the series that the store
 * has up to the end of the range, not only of what lies within it.
 */
#include "report/section.h"

#include <inttypes.h>

/* A series, summed up. */
struct summary {
	struct kd_arena *arena;
	bool numbered; /* it is a series, not a single */
	/* Who speaks for it: the cover letter, else its lowest patch. */
	const struct kd_posted *head;
	int total;
	int received; /* patches, each number once */
	bool has_diffstat;
	int64_t insertions;
	int64_t deletions;
	unsigned char seen[KD_PATCH_NUMBER_MAX / 8 + 1]; /* one bit each */
};

/* True the first time for each number. */
static bool note_number(struct summary *sum, int number)
{
	unsigned char bit;
	unsigned char *byte;

	if (number < 0 || number > KD_PATCH_NUMBER_MAX)
		return true;
	byte = &sum->seen[number / 8];
	bit = (unsigned char)(1u << (number % 8));
	if ((*byte & bit) != 0)
		return false;
	*byte |= bit;
	return true;
}

static void note_diffstat(struct summary *sum, const struct kd_posted *row)
{
	if (!row->msg.has_diffstat)
		return;
	sum->has_diffstat = true;
	sum->insertions += row->msg.diffstat.insertions;
	sum->deletions += row->msg.diffstat.deletions;
}

static enum kd_status note_row(const struct kd_posted *row, void *payload,
                               struct kd_error *err)
{
	struct summary *sum = payload;
	int number = kd_row_number(row);

	if (!kd_row_is_patch(row) || (sum->numbered && number < 0))
		return KD_OK;
	if (sum->total < row->msg.subject.total)
		sum->total = row->msg.subject.total;
	if (sum->head == NULL || number < kd_row_number(sum->head)) {
		sum->head = kd_row_copy(sum->arena, row);
		if (sum->head == NULL)
			return kd_fail(err, KD_NOMEM, "out of memory");
	}
	if (number != 0 && note_number(sum, number)) {
		sum->received++;
		note_diffstat(sum, row);
	}
	return KD_OK;
}

static void add_lines(struct kd_doc *doc, struct kd_node *row, const char *key,
                      char sign, const struct summary *sum, int64_t lines)
{
	const char *text = NULL;
	struct kd_node *cell;

	if (sum->has_diffstat)
		text = kd_arena_printf(doc->arena, "%c%" PRId64, sign, lines);
	cell = kd_doc_puts(doc, row, KD_NODE_CELL, key, text);
	if (cell == NULL || text == NULL)
		return;
	cell->is_number = true;
	cell->number = lines;
}

/* The row has a link, but no id: the published list has none. */
static enum kd_status put_summary(const struct kd_section_ctx *ctx,
                                  const struct kd_group *group,
                                  const struct summary *sum,
                                  struct kd_node *table, struct kd_doc *doc,
                                  struct kd_error *err)
{
	const struct kd_subject *subject = &sum->head->msg.subject;
	struct kd_person author =
		kd_view_person(ctx->view, &sum->head->msg.author);
	struct kd_node *row = kd_doc_puts(doc, table, KD_NODE_ROW, NULL, NULL);
	struct kd_arena *arena = doc->arena;
	const char *mark = NULL;
	const char *link = NULL;
	enum kd_status st;

	st = kd_view_link(ctx->view, sum->head->message,
	                  sum->head->msg.message_id, &link, err);
	if (st != KD_OK)
		return st;
	kd_doc_lead(row, link, NULL);
	if (row != NULL)
		row->star = group->star;
	if (group->mark != NULL)
		mark = kd_arena_printf(arena, "[%s]", group->mark);
	kd_doc_puts(doc, row, KD_NODE_CELL, "version",
	            group->version != NULL ? group->version
	                                   : kd_row_version(arena, sum->head));
	kd_doc_puts(doc, row, KD_NODE_CELL, "received",
	            kd_arena_printf(arena, "%d/%d", sum->received,
	                            sum->total > 0 ? sum->total : 1));
	add_lines(doc, row, "insertions", '+', sum, sum->insertions);
	add_lines(doc, row, "deletions", '-', sum, sum->deletions);
	kd_doc_puts(doc, row, KD_NODE_CELL, "author", kd_person_short(&author));
	kd_doc_puts(doc, row, KD_NODE_CELL, "title",
	            kd_title_format(arena, subject->project, subject->rfc,
	                            subject->resend, subject->title));
	kd_doc_puts(doc, row, KD_NODE_CELL, "state", mark);
	return KD_OK;
}

/* All of the row that speaks for the series: it is in the range, mostly. */
static enum kd_status complete_head(const struct kd_section_ctx *ctx,
                                    const struct kd_group *group,
                                    struct summary *sum, struct kd_error *err)
{
	struct kd_posted *whole;
	enum kd_status st;

	for (size_t i = 0; i < group->n; i++) {
		if (group->rows[i]->message == sum->head->message) {
			sum->head = group->rows[i];
			return KD_OK;
		}
	}
	whole = kd_arena_alloc(sum->arena, sizeof(*whole));
	if (whole == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	st = kd_store_get(ctx->view->store, sum->head->message, sum->arena,
	                  whole, err);
	sum->head = whole;
	return st;
}

static enum kd_status sum_up(const struct kd_section_ctx *ctx,
                             const struct kd_group *group, struct summary *sum,
                             struct kd_error *err)
{
	const struct kd_message *msg;
	enum kd_status st = KD_OK;

	sum->numbered = group->series != 0;
	if (sum->numbered)
		st = kd_store_each_member(ctx->view->store, group->series,
		                          ctx->range.upto, note_row, sum, err);
	if (st == KD_OK && sum->head != NULL)
		st = complete_head(ctx, group, sum, err);
	/* The rows of the range are part of the series already; a single
	 * stands in none. */
	for (size_t i = 0; i < group->n && st == KD_OK && !sum->head; i++)
		st = note_row(group->rows[i], sum, err);
	if (st != KD_OK || sum->head == NULL)
		return st;
	msg = &sum->head->msg;
	if (msg->kind == KD_KIND_COVER && msg->has_diffstat) {
		sum->has_diffstat = true;
		sum->insertions = msg->diffstat.insertions;
		sum->deletions = msg->diffstat.deletions;
	}
	return KD_OK;
}

enum kd_status kd_section_patches(const struct kd_section_ctx *ctx,
                                  struct kd_doc *doc, struct kd_error *err)
{
	struct kd_node *self = kd_heading_patches(doc);
	struct kd_node *table =
		kd_doc_puts(doc, self, KD_NODE_TABLE, NULL, NULL);

	for (size_t i = 0; i < ctx->n_groups; i++) {
		struct summary sum = { .arena = doc->arena };
		enum kd_status st;

		st = sum_up(ctx, &ctx->groups[i], &sum, err);
		if (st == KD_OK && sum.head != NULL)
			st = put_summary(ctx, &ctx->groups[i], &sum, table, doc,
			                 err);
		if (st != KD_OK)
			return st;
	}
	return KD_OK;
}
