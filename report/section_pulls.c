/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * section_pulls.c - the pull requests of the range: what to pull from
 * where, and whether it was pulled by its end.
 */
#include "report/section.h"

#include "report/lead.h"
#include "report/row.h"
#include "store/series.h"

struct answer {
	const struct kd_section_ctx *ctx;
	struct kd_arena *arena;
	const char *text; /* NULL: none yet */
	enum kd_fate fate;
};

/* The farthest that it got, and who says so. */
static enum kd_status take_event(const struct kd_event *row, void *payload,
                                 struct kd_error *err)
{
	struct answer *answer = payload;
	struct kd_person who = kd_view_person(answer->ctx->view, &row->sender);
	const char *word = row->fate == KD_FATE_QUEUED ? "queued" : "pulled";

	if (row->seq > answer->ctx->range.upto || row->fate <= answer->fate ||
	    row->fate > KD_FATE_MERGED)
		return KD_OK;
	if (row->fate == KD_FATE_MERGED)
		word = "merged";
	answer->fate = row->fate;
	answer->text = kd_arena_printf(answer->arena, "%s, says %s", word,
	                               kd_person_robot(answer->arena, &who));
	if (answer->text == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	return KD_OK;
}

static enum kd_status add_entry(const struct kd_section_ctx *ctx,
                                const struct kd_posted *posted,
                                struct kd_node *self, struct kd_doc *doc,
                                struct kd_error *err)
{
	const struct kd_subject *subject = &posted->msg.subject;
	struct kd_person who = kd_view_person(ctx->view, &posted->msg.sender);
	struct answer answer = { .ctx = ctx, .arena = doc->arena };
	struct kd_message msg = { .pull_url = NULL };
	struct kd_node *entry;
	enum kd_status st;

	st = kd_store_details(ctx->view->store, posted->variant, doc->arena,
	                      &msg, err);
	if (st == KD_OK)
		st = kd_store_each_event(ctx->view->store, posted->message,
		                         take_event, &answer, err);
	if (st != KD_OK)
		return st;
	entry = kd_doc_puts(
		doc, self, KD_NODE_ENTRY, kd_row_version(doc->arena, posted),
		kd_title_format(doc->arena, subject->project, subject->rfc,
	                        subject->resend, subject->title));
	if (entry != NULL)
		entry->brief = true;
	kd_doc_puts(doc, entry, KD_NODE_FIELD, "poster", kd_person_short(&who));
	kd_doc_puts(doc, entry, KD_NODE_FIELD, "answer",
	            answer.text != NULL ? answer.text : "not answered yet");
	if (msg.pull_url != NULL)
		kd_doc_puts(doc, entry, KD_NODE_FIELD, "pull-url",
		            msg.pull_url);
	if (msg.pull_ref != NULL)
		kd_doc_puts(doc, entry, KD_NODE_FIELD, "pull-ref",
		            msg.pull_ref);
	return kd_lead_to_row(ctx, entry, posted, err);
}

enum kd_status kd_section_pulls(const struct kd_section_ctx *ctx,
                                struct kd_doc *doc, struct kd_error *err)
{
	struct kd_node *self = kd_doc_puts(doc, NULL, KD_NODE_SECTION, "pulls",
	                                   "Pull requests");
	enum kd_status st = KD_OK;
	bool any = false;

	/* Newest first, as the patches. */
	for (size_t i = ctx->n_posted; i > 0 && st == KD_OK; i--) {
		/* "PULL 3/20" is one of the patches that come with it. */
		if (ctx->posted[i - 1]->msg.kind != KD_KIND_PULL ||
		    ctx->posted[i - 1]->msg.subject.number > 0)
			continue;
		any = true;
		st = add_entry(ctx, ctx->posted[i - 1], self, doc, err);
	}
	if (st == KD_OK && !any)
		kd_doc_puts(doc, self, KD_NODE_PARA, NULL,
		            "Nobody asked for a pull.");
	return st;
}
