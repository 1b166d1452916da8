/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * section_messages.c - the messages themselves: of each series as much as
 * was asked for, kept together, newest series first.
 */
#include "report/section.h"

#include "report/lead.h"

/* The commit message with its notes and diffstat, or the cover letter:
 * without in-body headers, diff and signature. */
static struct kd_bytes piece_of(const struct kd_message *msg,
                                struct kd_bytes text)
{
	const struct kd_span spans[] = { msg->commit, msg->notes, msg->stat };
	size_t start = text.size;
	size_t end = 0;

	for (size_t i = 0; i < sizeof(spans) / sizeof(spans[0]); i++) {
		if (spans[i].size == 0 || spans[i].offset > text.size ||
		    spans[i].size > text.size - spans[i].offset)
			continue;
		if (start > spans[i].offset)
			start = spans[i].offset;
		if (end < spans[i].offset + spans[i].size)
			end = spans[i].offset + spans[i].size;
	}
	if (end <= start)
		return kd_bytes_of(NULL);
	/* Empty lines at both ends say nothing. */
	for (size_t i = start; i < end; i++) {
		if (text.data[i] == '\n')
			start = i + 1;
		else if (!kd_is_blank(text.data[i]))
			break;
	}
	while (end > start &&
	       (kd_is_blank(text.data[end - 1]) || text.data[end - 1] == '\n'))
		end--;
	return (struct kd_bytes){ text.data + start, end - start };
}

/* The text comes into an arena of its own: a message may be large, and the
 * digest keeps a part of it. */
static enum kd_status add_text(const struct kd_section_ctx *ctx,
                               const struct kd_posted *row,
                               struct kd_node *entry, struct kd_doc *doc,
                               struct kd_error *err)
{
	struct kd_arena *arena = kd_arena_new();
	struct kd_bytes text, piece;
	enum kd_status st;
	char *copy;

	if (arena == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	st = kd_store_text(ctx->view->store, row->variant, arena, &text, err);
	if (st != KD_OK)
		goto out;
	piece = piece_of(&row->msg, text);
	copy = kd_arena_strndup(doc->arena, piece.data, piece.size);
	if (copy == NULL)
		piece.size = 0;
	piece.data = copy;
	kd_doc_add(doc, entry, KD_NODE_TEXT, NULL, piece);
out:
	kd_arena_free(arena);
	return st;
}

static enum kd_status add_variants(const struct kd_section_ctx *ctx,
                                   const struct kd_posted *row,
                                   struct kd_node *entry, struct kd_doc *doc,
                                   struct kd_error *err)
{
	char id[KD_ID_HEX_MAX + 1];
	enum kd_status st;

	if (row->n_variants < 2)
		return KD_OK;
	st = kd_store_short_id(ctx->view->store, row->msg.message_id, id, err);
	if (st == KD_OK)
		kd_doc_puts(doc, entry, KD_NODE_FIELD, "variants",
		            kd_arena_printf(doc->arena,
		                            "%d (show --variant 2 %s)",
		                            row->n_variants, id));
	return st;
}

static void add_figures(const struct kd_message *msg, struct kd_node *entry,
                        struct kd_doc *doc)
{
	if (!msg->has_diffstat)
		return;
	kd_doc_number(doc, entry, KD_NODE_FIGURE, "files", msg->diffstat.files);
	kd_doc_number(doc, entry, KD_NODE_FIGURE, "insertions",
	              msg->diffstat.insertions);
	kd_doc_number(doc, entry, KD_NODE_FIGURE, "deletions",
	              msg->diffstat.deletions);
}

static enum kd_status add_entry(const struct kd_section_ctx *ctx,
                                const struct kd_posted *row,
                                const struct kd_group *group,
                                struct kd_node *self, struct kd_doc *doc,
                                struct kd_error *err)
{
	const struct kd_message *msg = &row->msg;
	struct kd_person author = kd_view_person(ctx->view, &msg->author);
	struct kd_person sender = kd_view_person(ctx->view, &msg->sender);
	struct kd_node *entry =
		kd_doc_puts(doc, self, KD_NODE_ENTRY,
	                    group->version != NULL
	                            ? group->version
	                            : kd_row_version(doc->arena, row),
	                    msg->subject.title);
	enum kd_status st;

	kd_doc_puts(doc, entry, KD_NODE_FIELD, "subject", msg->subject.full);
	kd_doc_puts(doc, entry, KD_NODE_FIELD, "author",
	            kd_person_format(doc->arena, &author));
	if (!kd_person_same(&author, &sender))
		kd_doc_puts(doc, entry, KD_NODE_FIELD, "sent-by",
		            kd_person_format(doc->arena, &sender));
	st = kd_lead_to(ctx->view, entry, row->message, msg->message_id, err);
	if (st != KD_OK)
		return st;
	if (entry != NULL && entry->url != NULL)
		kd_doc_puts(doc, entry, KD_NODE_FIELD, "link", entry->url);
	if (entry != NULL)
		entry->star = group->star;
	add_figures(msg, entry, doc);
	st = add_variants(ctx, row, entry, doc, err);
	if (st != KD_OK)
		return st;
	return add_text(ctx, row, entry, doc, err);
}

/*
 * Up to which number the patches of a group are shown.  They stand in
 * order of number: where neither the cover letter nor the first patch is
 * there, the lowest is what there is.
 */
static int last_number(const struct kd_group *group, enum kd_messages messages)
{
	int lowest = kd_row_number(group->rows[0]);

	switch (messages) {
	case KD_MESSAGES_COVER:
		return lowest;
	case KD_MESSAGES_FIRST:
		return lowest > 1 ? lowest : 1;
	case KD_MESSAGES_ALL:
		break;
	}
	return KD_PATCH_NUMBER_MAX;
}

enum kd_status kd_section_messages(const struct kd_section_ctx *ctx,
                                   struct kd_doc *doc, struct kd_error *err)
{
	struct kd_node *self = kd_heading_messages(doc);

	for (size_t i = 0; i < ctx->n_groups; i++) {
		const struct kd_group *group = &ctx->groups[i];
		int last = last_number(group, ctx->messages);

		for (size_t j = 0; j < group->n; j++) {
			enum kd_status st;

			if (j > 0 && kd_row_number(group->rows[j]) > last)
				break;
			st = add_entry(ctx, group->rows[j], group, self, doc,
			               err);
			if (st != KD_OK)
				return st;
		}
	}
	return KD_OK;
}
