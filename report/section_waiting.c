/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * section_waiting.c - what waits: patches that nobody has answered, and
 * series that are reviewed and were not applied, of the last 90 days.
 *
 * An RFC without an answer waits for just that; reviewed, it waits for
 * nothing.  What was sent again waits from then on.
 */
#include "report/section.h"

#include <inttypes.h>
#include <stdlib.h>

#include "report/lead.h"
#include "report/phrase.h"
#include "report/row.h"
#include "report/story.h"

enum {
	DAY = 24 * 60 * 60,
	DAYS_MAX = 90, /* what waits longer is not waited for */
};

/* A series that may wait. */
struct candidate {
	int64_t series;
	int64_t previous;
	int64_t next;
	int version;
	bool resend;
	bool old; /* enough */
};

struct link {
	struct candidate candidate;
	struct link *next;
};

struct gathering {
	struct kd_arena *arena;
	int64_t before;      /* what came later is not old enough */
	struct link *newest; /* n of them */
	size_t n;
};

static enum kd_status take(const struct kd_series *row, void *payload,
                           struct kd_error *err)
{
	struct gathering *all = payload;
	struct link *link = kd_arena_alloc(all->arena, sizeof(*link));

	if (link == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	link->candidate = (struct candidate){
		.series = row->series,
		.previous = row->previous,
		.next = row->next,
		.version = row->version,
		.resend = row->resend,
		.old = row->received_at <= all->before,
	};
	link->next = all->newest;
	all->newest = link;
	all->n++;
	return KD_OK;
}

static int by_series(const void *a, const void *b)
{
	const struct candidate *x = a;
	const struct candidate *y = b;

	return (x->series > y->series) - (x->series < y->series);
}

/* What came, to be looked up. */
struct known {
	struct candidate *all; /* n, by series */
	size_t n;
	int64_t *resent; /* n_resent, sorted: what was sent again since */
	size_t n_resent;
};

static enum kd_status know(const struct gathering *gathered, struct known *ret,
                           struct kd_error *err)
{
	ret->all =
		kd_arena_array(gathered->arena, gathered->n, sizeof(*ret->all));
	ret->resent = kd_arena_array(gathered->arena, gathered->n,
	                             sizeof(*ret->resent));
	if (ret->all == NULL || ret->resent == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	for (const struct link *link = gathered->newest; link;
	     link = link->next) {
		ret->all[ret->n++] = link->candidate;
		if (link->candidate.resend && link->candidate.previous != 0)
			ret->resent[ret->n_resent++] = link->candidate.previous;
	}
	if (ret->n > 1)
		qsort(ret->all, ret->n, sizeof(*ret->all), by_series);
	if (ret->n_resent > 1)
		qsort(ret->resent, ret->n_resent, sizeof(*ret->resent),
		      kd_by_number);
	return KD_OK;
}

/* Soon seen; of v5.1, and of what came in another list, the story tells
 * more. */
static bool is_replaced(const struct known *known,
                        const struct candidate *candidate)
{
	const struct candidate next = { .series = candidate->next };
	const struct candidate *found = NULL;

	if (known->n_resent > 0 &&
	    bsearch(&candidate->series, known->resent, known->n_resent,
	            sizeof(*known->resent), kd_by_number) != NULL)
		return true;
	if (candidate->next != 0)
		found = bsearch(&next, known->all, known->n,
		                sizeof(*known->all), by_series);
	return found != NULL && found->version > candidate->version;
}

enum waiting {
	WAITS_FOR_NOTHING,
	WAITS_FOR_ANSWER,
	WAITS_TO_BE_APPLIED,
};

static const char *const waiting_texts[] = {
	[WAITS_FOR_NOTHING] = "",
	[WAITS_FOR_ANSWER] = "without an answer",
	[WAITS_TO_BE_APPLIED] = "reviewed, not applied",
};

/* What a patch brings along is no answer to it. */
static bool is_answered(const struct kd_story *story)
{
	for (size_t i = 0; i < story->n_said; i++) {
		if (story->said[i].sender.email != NULL ||
		    story->said[i].sender.name != NULL)
			return true;
	}
	return story->n_replies > 0 || story->n_events > 0;
}

static enum waiting judge(const struct kd_story *story)
{
	enum kd_state state = story->standing.state;

	if (state >= KD_STATE_SUPERSEDED || !kd_story_came(story))
		return WAITS_FOR_NOTHING;
	if (!is_answered(story))
		return WAITS_FOR_ANSWER;
	if (state == KD_STATE_REVIEWED && !story->series.rfc)
		return WAITS_TO_BE_APPLIED;
	return WAITS_FOR_NOTHING;
}

/* A series that waits; in the document's arena. */
struct hit {
	enum waiting waiting;
	struct kd_series series;
	const char *received;
	bool star;
	struct hit *next;
};

struct section {
	const struct kd_section_ctx *ctx;
	struct kd_doc *doc;
	int64_t until;
	struct kd_matcher *only;  /* or NULL: all of them */
	struct hit *first, *last; /* newest first */
};

static enum kd_status add_hit(struct section *all, const struct kd_story *story,
                              enum waiting waiting, struct kd_error *err)
{
	const struct kd_posted *head = kd_story_head(story);
	bool wanted = true;
	enum kd_status st = KD_OK;
	struct hit *hit;

	if (head != NULL && all->only != NULL)
		st = kd_match(all->only, head, &wanted, err);
	if (st != KD_OK || !wanted)
		return st;
	hit = kd_arena_alloc(all->doc->arena, sizeof(*hit));
	if (hit == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	if (head != NULL)
		st = kd_match(all->ctx->watch, head, &hit->star, err);
	if (st != KD_OK)
		return st;
	hit->waiting = waiting;
	hit->received =
		kd_arena_strdup(all->doc->arena, kd_phrase_received(story));
	if (all->last != NULL)
		all->last->next = hit;
	else
		all->first = hit;
	all->last = hit;
	return kd_store_series(all->ctx->view->store, story->series.series,
	                       all->doc->arena, &hit->series, err);
}

/* In an arena of its own: of most that is told nothing is kept. */
static enum kd_status look_at(struct section *all, int64_t series,
                              struct kd_error *err)
{
	static const enum kd_story_depth depths[] = { KD_STORY_FATE,
		                                      KD_STORY_ALL };
	enum waiting waiting = WAITS_FOR_ANSWER;
	enum kd_status st = KD_OK;

	/* Most are superseded or taken, which is soon seen. */
	for (size_t i = 0; i < 2 && waiting != WAITS_FOR_NOTHING; i++) {
		struct kd_arena *arena = kd_arena_new();
		struct kd_story story = { .arena = arena };

		if (arena == NULL)
			return kd_fail(err, KD_NOMEM, "out of memory");
		st = kd_story_tell(all->ctx->view, series, all->ctx->range.upto,
		                   depths[i], &story, err);
		if (st == KD_OK)
			waiting = judge(&story);
		if (st == KD_OK && depths[i] == KD_STORY_ALL &&
		    waiting != WAITS_FOR_NOTHING)
			st = add_hit(all, &story, waiting, err);
		if (st == KD_OK && kd_arena_failed(arena))
			st = kd_fail(err, KD_NOMEM, "out of memory");
		kd_arena_free(arena);
		if (st != KD_OK)
			return st;
	}
	return KD_OK;
}

static void add_days(struct kd_doc *doc, struct kd_node *row, int64_t days)
{
	struct kd_node *cell =
		kd_doc_puts(doc, row, KD_NODE_CELL, "days",
	                    kd_arena_printf(doc->arena, "%" PRId64 " day%s",
	                                    days, days == 1 ? "" : "s"));

	if (cell == NULL)
		return;
	cell->is_number = true;
	cell->number = days;
}

static enum kd_status add_row(const struct section *all, const struct hit *hit,
                              struct kd_node *table, struct kd_error *err)
{
	const struct kd_series *series = &hit->series;
	struct kd_doc *doc = all->doc;
	struct kd_person poster =
		kd_view_person(all->ctx->view, &series->poster);
	struct kd_node *row = kd_doc_puts(doc, table, KD_NODE_ROW, NULL, NULL);

	kd_doc_puts(doc, row, KD_NODE_CELL, "waits",
	            waiting_texts[hit->waiting]);
	kd_doc_puts(doc, row, KD_NODE_CELL, "version",
	            kd_version_format(doc->arena, series->version,
	                              series->revision));
	kd_doc_puts(doc, row, KD_NODE_CELL, "received", hit->received);
	add_days(doc, row, (all->until - series->received_at) / DAY);
	kd_doc_puts(doc, row, KD_NODE_CELL, "author", kd_person_short(&poster));
	kd_doc_puts(doc, row, KD_NODE_CELL, "title",
	            kd_title_format(doc->arena, series->project, series->rfc,
	                            series->resend, series->title));
	if (row != NULL)
		row->star = hit->star;
	return kd_lead_to(all->ctx->view, row, series->head, series->message_id,
	                  err);
}

/* *table is made where there is something to put into it. */
static enum kd_status add_rows(const struct section *all, enum waiting waiting,
                               bool star, struct kd_node *self,
                               struct kd_node **table, struct kd_error *err)
{
	enum kd_status st = KD_OK;

	for (const struct hit *hit = all->first; hit && st == KD_OK;
	     hit = hit->next) {
		if (hit->waiting != waiting || hit->star != star)
			continue;
		if (*table == NULL)
			*table = kd_doc_puts(all->doc, self, KD_NODE_TABLE,
			                     NULL, NULL);
		st = add_row(all, hit, *table, err);
	}
	return st;
}

/* What concerns the reader comes first. */
static enum kd_status add_tables(const struct section *all,
                                 struct kd_node *self, struct kd_error *err)
{
	static const enum waiting order[] = { WAITS_FOR_ANSWER,
		                              WAITS_TO_BE_APPLIED };
	enum kd_status st = KD_OK;

	for (size_t i = 0; i < 2 && st == KD_OK; i++) {
		struct kd_node *table = NULL;

		st = add_rows(all, order[i], true, self, &table, err);
		if (st == KD_OK)
			st = add_rows(all, order[i], false, self, &table, err);
	}
	return st;
}

/* When the range ends; also one that has no message. */
static enum kd_status find_until(const struct kd_section_ctx *ctx, int64_t *ret,
                                 struct kd_error *err)
{
	struct kd_store *store = ctx->view->store;
	struct kd_error why = KD_ERROR_INIT;
	struct kd_posted posted;
	struct kd_found found;
	enum kd_status st;

	*ret = ctx->until;
	if (ctx->until != 0)
		return KD_OK;
	st = kd_store_find_seq(store, ctx->range.upto, &ctx->view->scope,
	                       &found, &why);
	if (st == KD_NOTFOUND)
		return KD_OK;
	if (st != KD_OK) {
		*err = why;
		return st;
	}
	st = kd_store_get(store, found.message, ctx->view->arena, &posted, err);
	if (st == KD_OK)
		*ret = posted.received;
	return st;
}

static enum kd_status gather(const struct kd_section_ctx *ctx, int64_t until,
                             struct gathering *all, struct kd_error *err)
{
	struct kd_range range = { .upto = ctx->range.upto };
	enum kd_status st;

	all->before = until - (int64_t)ctx->waiting_days * DAY;
	st = kd_store_at_time(ctx->view->store, until - (int64_t)DAYS_MAX * DAY,
	                      &range.after, err);
	if (st != KD_OK || range.after >= range.upto)
		return st;
	return kd_store_each_series(ctx->view->store, &ctx->view->scope, range,
	                            take, all, err);
}

static enum kd_status look_at_all(struct section *section,
                                  const struct gathering *all,
                                  struct kd_error *err)
{
	struct known known = { .n = 0 };
	enum kd_status st = know(all, &known, err);

	for (const struct link *link = all->newest; link && st == KD_OK;
	     link = link->next) {
		if (link->candidate.old &&
		    !is_replaced(&known, &link->candidate))
			st = look_at(section, link->candidate.series, err);
	}
	return st;
}

enum kd_status kd_section_waiting(const struct kd_section_ctx *ctx,
                                  struct kd_doc *doc, struct kd_error *err)
{
	struct kd_node *self = kd_doc_puts(
		doc, NULL, KD_NODE_SECTION, "waiting",
		kd_arena_printf(doc->arena, "Waiting for %u days or more",
	                        ctx->waiting_days));
	struct section section = { .ctx = ctx, .doc = doc };
	struct gathering all = { .arena = doc->arena };
	enum kd_status st;

	st = find_until(ctx, &section.until, err);
	if (st == KD_OK && ctx->only != NULL && !kd_rules_empty(ctx->only))
		st = kd_matcher_new(ctx->view, ctx->only, ctx->range.upto,
		                    &section.only, err);
	if (st == KD_OK)
		st = gather(ctx, section.until, &all, err);
	if (st == KD_OK)
		st = look_at_all(&section, &all, err);
	if (st == KD_OK && section.first == NULL)
		kd_doc_puts(doc, self, KD_NODE_PARA, NULL, "Nobody waits.");
	return st == KD_OK ? add_tables(&section, self, err) : st;
}
