/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * section_discussions.c - the threads with the most new replies in the
 * range: what people talk about, and who does.
 */
#include "report/section.h"

#include <stdlib.h>

#include "report/lead.h"
#include "report/row.h"
#include "store/thread.h"

enum {
	REPLIES_MIN = 2,  /* of a discussion */
	PEOPLE_SHOWN = 6, /* the rest is counted */
};

/* A reply of the range, and where it belongs. */
struct reply {
	struct kd_threaded in;
	size_t at; /* in the range */
};

/* Replies of one thread, in order of arrival. */
struct thread {
	const struct reply *replies;
	size_t n;
};

/* What people say, not what they post, and not what robots do. */
static bool is_talk(const struct kd_posted *row)
{
	switch (row->msg.kind) {
	case KD_KIND_PATCH:
	case KD_KIND_COVER:
	case KD_KIND_PULL:
	case KD_KIND_BOT:
		return false;
	case KD_KIND_OTHER:
	case KD_KIND_REPLY:
	case KD_KIND_FORWARD:
	case KD_KIND_APPLIED:
		break;
	}
	return true;
}

static int by_thread(const void *a, const void *b)
{
	const struct reply *x = a;
	const struct reply *y = b;

	if (x->in.root != y->in.root)
		return x->in.root < y->in.root ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

/* Most replies first; of as many, where the last one is newest. */
static int by_replies(const void *a, const void *b)
{
	const struct thread *x = a;
	const struct thread *y = b;
	size_t last_x = x->replies[x->n - 1].at;
	size_t last_y = y->replies[y->n - 1].at;

	if (x->n != y->n)
		return x->n < y->n ? 1 : -1;
	return (last_x < last_y) - (last_x > last_y);
}

static enum kd_status find_replies(const struct kd_section_ctx *ctx,
                                   struct reply *replies, size_t *ret_n,
                                   struct kd_error *err)
{
	struct kd_threaded *all =
		kd_arena_array(ctx->view->arena, ctx->n_posted, sizeof(*all));
	enum kd_status st;
	size_t n = 0;

	*ret_n = 0;
	if (all == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	for (size_t i = 0; i < ctx->n_posted; i++) {
		all[i].message = ctx->posted[i]->message;
		all[i].variant = ctx->posted[i]->variant;
	}
	st = kd_store_find_roots(ctx->view->store, all, ctx->n_posted, err);
	if (st != KD_OK)
		return st;
	/* What a thread begins with answers nothing. */
	for (size_t i = 0; i < ctx->n_posted; i++) {
		if (is_talk(ctx->posted[i]) && all[i].root != all[i].message)
			replies[n++] = (struct reply){ all[i], i };
	}
	*ret_n = n;
	return KD_OK;
}

static enum kd_status find_threads(const struct kd_section_ctx *ctx,
                                   struct thread **ret, size_t *ret_n,
                                   struct kd_error *err)
{
	struct kd_arena *arena = ctx->view->arena;
	struct reply *replies =
		kd_arena_array(arena, ctx->n_posted, sizeof(*replies));
	struct thread *threads =
		kd_arena_array(arena, ctx->n_posted, sizeof(*threads));
	enum kd_status st;
	size_t n = 0;

	if (replies == NULL || threads == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	*ret = threads;
	*ret_n = 0;
	st = find_replies(ctx, replies, &n, err);
	if (st != KD_OK || n == 0)
		return st;
	qsort(replies, n, sizeof(*replies), by_thread);
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || replies[i].in.root != replies[i - 1].in.root)
			threads[(*ret_n)++].replies = &replies[i];
		threads[*ret_n - 1].n++;
	}
	qsort(threads, *ret_n, sizeof(*threads), by_replies);
	return KD_OK;
}

/* One who speaks in a thread. */
struct speaker {
	struct kd_person who;
	size_t first; /* of the thread's replies */
	size_t n;
};

static int by_person(const void *a, const void *b)
{
	const struct speaker *x = a;
	const struct speaker *y = b;
	int order = kd_strcmp_nocase(x->who.email ? x->who.email : "",
	                             y->who.email ? y->who.email : "");

	return order != 0 ? order
	                  : (x->first > y->first) - (x->first < y->first);
}

static int by_words(const void *a, const void *b)
{
	const struct speaker *x = a;
	const struct speaker *y = b;

	if (x->n != y->n)
		return x->n < y->n ? 1 : -1;
	return (x->first > y->first) - (x->first < y->first);
}

/* Who speaks, who says most first. */
static struct speaker *find_speakers(const struct kd_section_ctx *ctx,
                                     const struct thread *thread, size_t *ret_n)
{
	struct speaker *all =
		kd_arena_array(ctx->view->arena, thread->n, sizeof(*all));
	size_t n = 0;

	*ret_n = 0;
	if (all == NULL)
		return NULL;
	for (size_t i = 0; i < thread->n; i++) {
		const struct kd_posted *row =
			ctx->posted[thread->replies[i].at];

		all[i].who = kd_view_person(ctx->view, &row->msg.sender);
		all[i].first = i;
	}
	qsort(all, thread->n, sizeof(*all), by_person);
	for (size_t i = 0; i < thread->n; i++) {
		if (n == 0 || !kd_person_same(&all[n - 1].who, &all[i].who))
			all[n++] = all[i];
		all[n - 1].n++;
	}
	qsort(all, n, sizeof(*all), by_words);
	*ret_n = n;
	return all;
}

/* "A, B, C and 4 more" */
static const char *people_text(struct kd_arena *arena,
                               const struct speaker *all, size_t n)
{
	size_t shown = n <= PEOPLE_SHOWN + 1 ? n : PEOPLE_SHOWN;
	const char *text = "";

	for (size_t i = 0; i < shown && text != NULL; i++)
		text = kd_arena_printf(arena, "%s%s%s", text, i > 0 ? ", " : "",
		                       kd_person_short(&all[i].who));
	if (shown < n && text != NULL)
		text = kd_arena_printf(arena, "%s and %zu more", text,
		                       n - shown);
	return text;
}

/* As the first of the thread says, where it came. */
static enum kd_status find_title(const struct kd_section_ctx *ctx,
                                 const struct thread *thread, const char **ret,
                                 struct kd_error *err)
{
	const struct kd_posted *row = ctx->posted[thread->replies[0].at];
	struct kd_error why = KD_ERROR_INIT;
	struct kd_posted root;
	enum kd_status st;

	st = kd_store_get(ctx->view->store, thread->replies[0].in.root,
	                  ctx->view->arena, &root, &why);
	if (st == KD_OK)
		row = &root;
	else if (st != KD_NOTFOUND)
		return kd_fail(err, st, "%s", why.text);
	/* Versions differ in their brackets only; "Re:" says nothing. */
	*ret = row->msg.subject.full;
	if ((row->msg.subject.reply || row->msg.subject.forward) &&
	    row->msg.subject.title[0] != '\0')
		*ret = row->msg.subject.title;
	return KD_OK;
}

static enum kd_status add_entry(const struct kd_section_ctx *ctx,
                                const struct thread *thread,
                                struct kd_node *self, struct kd_doc *doc,
                                struct kd_error *err)
{
	const struct kd_posted *first = ctx->posted[thread->replies[0].at];
	struct speaker *speakers;
	const char *title = NULL;
	struct kd_node *entry;
	enum kd_status st;
	size_t n;

	st = find_title(ctx, thread, &title, err);
	if (st != KD_OK)
		return st;
	speakers = find_speakers(ctx, thread, &n);
	if (speakers == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	entry = kd_doc_puts(doc, self, KD_NODE_ENTRY,
	                    kd_arena_printf(doc->arena, "%zu", thread->n),
	                    title);
	if (entry != NULL)
		entry->brief = true;
	kd_doc_puts(doc, entry, KD_NODE_FIELD, "people",
	            people_text(doc->arena, speakers, n));
	kd_doc_number(doc, entry, KD_NODE_FIGURE, "replies",
	              (int64_t)thread->n);
	kd_doc_number(doc, entry, KD_NODE_FIGURE, "persons", (int64_t)n);
	return kd_lead_to_row(ctx, entry, first, err);
}

enum kd_status kd_section_discussions(const struct kd_section_ctx *ctx,
                                      struct kd_doc *doc, struct kd_error *err)
{
	struct kd_node *self = kd_doc_puts(
		doc, NULL, KD_NODE_SECTION, "discussions",
		kd_arena_printf(doc->arena,
	                        "Top %u discussions (by new replies)",
	                        ctx->top));
	struct thread *threads = NULL;
	enum kd_status st;
	size_t n = 0;
	size_t i;

	st = find_threads(ctx, &threads, &n, err);
	for (i = 0; i < n && i < ctx->top && st == KD_OK; i++) {
		if (threads[i].n < REPLIES_MIN)
			break;
		st = add_entry(ctx, &threads[i], self, doc, err);
	}
	if (st == KD_OK && i == 0)
		kd_doc_puts(doc, self, KD_NODE_PARA, NULL,
		            "Nobody answered more than once.");
	return st;
}
