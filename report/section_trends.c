/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * section_trends.c - the range against the one before it that took as
 * long, and how its messages came day by day.
 */
#include "report/section.h"

#include <inttypes.h>

#include "report/activity.h"
#include "report/gather.h"
#include "report/phrase.h"

enum {
	HOUR = 60 * 60,
	DAY = 24 * HOUR,
	POINTS_MAX = 366, /* of the chart */
};

/* The range before begins as long before this one as this one takes. */
static enum kd_status measure_before(const struct kd_section_ctx *ctx,
                                     struct kd_activity *ret,
                                     struct kd_error *err)
{
	int64_t first = ctx->posted[0]->received;
	const struct kd_gather what = { .posted = true, .only = ctx->only };
	struct kd_section_ctx before = {
		.view = ctx->view,
		.range = { .upto = ctx->range.after },
	};
	enum kd_status st;
	size_t n = 0;

	st = kd_store_at_time(ctx->view->store,
	                      first - (ctx->until - first) - 1,
	                      &before.range.after, err);
	if (st != KD_OK || before.range.after >= before.range.upto)
		return st;
	st = kd_gather(&what, &before, &n, err);
	if (st != KD_OK)
		return st;
	return kd_activity_measure(ctx->view, before.posted, before.n_posted,
	                           ret, err);
}

/* Rounded to whole per cents, away from zero at halves. */
static int64_t per_cent(int64_t now, int64_t before)
{
	int64_t twice = 200 * (now - before);

	return (twice + (twice < 0 ? -before : before)) / (2 * before);
}

static void add_row(const char *what, int64_t now, int64_t before,
                    struct kd_doc *doc, struct kd_node *table)
{
	struct kd_node *row = kd_doc_puts(doc, table, KD_NODE_ROW, NULL, NULL);
	struct kd_node *cell;

	kd_doc_puts(doc, row, KD_NODE_CELL, "what", what);
	kd_doc_number(doc, row, KD_NODE_CELL, "now", now);
	kd_doc_number(doc, row, KD_NODE_CELL, "before", before);
	if (before == 0) {
		kd_doc_puts(doc, row, KD_NODE_CELL, "change", NULL);
		return;
	}
	cell = kd_doc_puts(
		doc, row, KD_NODE_CELL, "change",
		now == before ? "0 %"
			      : kd_arena_printf(doc->arena, "%+" PRId64 " %%",
	                                        per_cent(now, before)));
	if (cell == NULL)
		return;
	cell->is_number = true;
	cell->number = per_cent(now, before);
}

static void add_rows(const struct kd_activity *now,
                     const struct kd_activity *before, struct kd_doc *doc,
                     struct kd_node *table)
{
	add_row("messages", now->messages, before->messages, doc, table);
	add_row("people", now->people, before->people, doc, table);
	add_row("patches", now->patches, before->patches, doc, table);
	add_row("series", now->series, before->series, doc, table);
	add_row("reviews", now->reviews, before->reviews, doc, table);
	add_row("patches applied", now->applied, before->applied, doc, table);
}

/* Days of a point; as few as can be, and of a kind that has a name. */
static int64_t step_of(int64_t days)
{
	static const int64_t steps[] = { 1, 7, 28, 364 };

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		if (days <= steps[i] * POINTS_MAX)
			return steps[i];
	}
	return days / POINTS_MAX + 1;
}

static int64_t day_of(int64_t when)
{
	return when >= 0 ? when / DAY : (when - DAY + 1) / DAY;
}

static const char *date_of(struct kd_arena *arena, int64_t day)
{
	return kd_phrase_date(arena, true, day * DAY, 0);
}

/* Each point is of step days from the first message on; UTC. */
static void add_chart(const struct kd_section_ctx *ctx, struct kd_node *self,
                      struct kd_doc *doc)
{
	int64_t first = day_of(ctx->posted[0]->received);
	int64_t days = day_of(ctx->until) - first + 1;
	int64_t step = step_of(days);
	const char *key = "messages-per-day";
	struct kd_node *chart;
	size_t at = 0;

	if (step == 7)
		key = "messages-per-week";
	else if (step > 1)
		key = kd_arena_printf(doc->arena,
		                      "messages-per-%" PRId64 "-days", step);
	chart = kd_doc_puts(
		doc, self, KD_NODE_CHART, key,
		kd_arena_printf(doc->arena, "Messages from %s to %s, %s",
	                        date_of(doc->arena, first),
	                        date_of(doc->arena, first + days - 1),
	                        step == 1 ? "day by day"
	                                  : kd_arena_printf(doc->arena,
	                                                    "%" PRId64
	                                                    " days each",
	                                                    step)));
	for (int64_t day = first; day < first + days; day += step) {
		int64_t n = 0;

		for (; at < ctx->n_posted; at++, n++) {
			if (day_of(ctx->posted[at]->received) >= day + step)
				break;
		}
		kd_doc_number(doc, chart, KD_NODE_FIGURE,
		              date_of(doc->arena, day), n);
	}
}

static const char *heading(struct kd_arena *arena, int64_t seconds)
{
	int64_t hours = (seconds + HOUR / 2) / HOUR;
	int64_t days = (seconds + DAY / 2) / DAY;

	if (hours <= 1)
		return "Trends, against the hour before";
	if (hours < 48)
		return kd_arena_printf(arena,
		                       "Trends, against the %" PRId64
		                       " hours before",
		                       hours);
	return kd_arena_printf(
		arena, "Trends, against the %" PRId64 " days before", days);
}

enum kd_status kd_section_trends(const struct kd_section_ctx *ctx,
                                 struct kd_doc *doc, struct kd_error *err)
{
	struct kd_activity now = { .messages = 0 };
	struct kd_activity before = { .messages = 0 };
	struct kd_node *self, *table;
	enum kd_status st;

	if (ctx->n_posted == 0) {
		self = kd_doc_puts(doc, NULL, KD_NODE_SECTION, "trends",
		                   "Trends");
		kd_doc_puts(doc, self, KD_NODE_PARA, NULL, "Nobody wrote.");
		return KD_OK;
	}
	self = kd_doc_puts(doc, NULL, KD_NODE_SECTION, "trends",
	                   heading(doc->arena,
	                           ctx->until - ctx->posted[0]->received));
	st = kd_activity_measure(ctx->view, ctx->posted, ctx->n_posted, &now,
	                         err);
	if (st == KD_OK)
		st = measure_before(ctx, &before, err);
	if (st != KD_OK)
		return st;
	table = kd_doc_puts(doc, self, KD_NODE_TABLE, NULL, NULL);
	add_rows(&now, &before, doc, table);
	add_chart(ctx, self, doc);
	return KD_OK;
}
