/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * command_show.c - one message, for reading or as it came.
 */
#include "report/command.h"
#include "report/output.h"
#include "report/point.h"
#include "report/print.h"
#include "report/rawhead.h"
#include "report/row.h"
#include "report/show_about.h"
#include "report/when.h"

/* What was asked for. */
struct shown {
	struct kd_posted posted;
	int64_t variant;
	int n; /* which variant: 1 is the one that the digest shows */
};

static enum kd_status find(const struct kd_view *view,
                           const struct kd_options *options, struct shown *ret,
                           struct kd_error *err)
{
	enum kd_status st =
		kd_point_message(view, options->args[0], &ret->posted, err);

	if (st != KD_OK)
		return st;
	ret->n = options->variant != 0 ? (int)options->variant : 1;
	if (ret->n > ret->posted.n_variants)
		return kd_fail(err, KD_NOTFOUND,
		               "no variant %d of <%s>: the store has %d",
		               ret->n, ret->posted.msg.message_id,
		               ret->posted.n_variants);
	return kd_store_variant(view->store, ret->posted.message, ret->n,
	                        &ret->variant, err);
}

/* The lists that a message arrived through: "KVM, PPC". */
static enum kd_status names_of_lists(const struct kd_view *view,
                                     const struct kd_posted *posted,
                                     const char **ret, struct kd_error *err)
{
	const char *names = NULL;

	for (size_t i = 0; i < view->env->n_lists; i++) {
		const struct kd_list *list = &view->env->lists[i];
		bool belongs = false;
		enum kd_status st =
			kd_view_belongs(view, list, posted->message,
		                        posted->msg.message_id, &belongs, err);

		if (st != KD_OK)
			return st;
		if (belongs)
			names = kd_arena_printf(view->arena, "%s%s%s",
			                        names ? names : "",
			                        names ? ", " : "", list->name);
	}
	*ret = names != NULL ? names : "none of those configured";
	return KD_OK;
}

static void add_people(const struct kd_view *view, struct kd_doc *doc,
                       struct kd_node *entry, const struct kd_message *msg)
{
	struct kd_person author = kd_view_person(view, &msg->author);
	struct kd_person sender = kd_view_person(view, &msg->sender);

	kd_doc_puts(doc, entry, KD_NODE_FIELD, "author",
	            kd_person_format(doc->arena, &author));
	if (!kd_person_same(&author, &sender))
		kd_doc_puts(doc, entry, KD_NODE_FIELD, "sent-by",
		            kd_person_format(doc->arena, &sender));
}

static void add_time(struct kd_doc *doc, struct kd_node *entry, const char *key,
                     int64_t when)
{
	char text[KD_WHEN_SIZE];

	kd_when_format(when, text);
	kd_doc_puts(doc, entry, KD_NODE_FIELD, key,
	            kd_arena_strdup(doc->arena, text));
}

/* Of another variant the store says no more than its bytes and text: its
 * header as it stands, for it may name other people. */
static enum kd_status add_raw_head(const struct kd_view *view,
                                   const struct shown *shown,
                                   struct kd_doc *doc, struct kd_node *entry,
                                   struct kd_error *err)
{
	static const char *const names[][2] = { { "subject", "Subject" },
		                                { "from", "From" },
		                                { "date", "Date" } };
	struct kd_bytes raw;
	enum kd_status st;

	st = kd_store_raw(view->store, shown->variant, doc->arena, &raw, err);
	if (st != KD_OK)
		return st;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value =
			kd_rawhead_get(doc->arena, raw, names[i][1]);

		if (value != NULL)
			kd_doc_puts(doc, entry, KD_NODE_FIELD, names[i][0],
			            value);
	}
	return KD_OK;
}

static enum kd_status add_own_head(const struct kd_view *view,
                                   const struct shown *shown,
                                   struct kd_doc *doc, struct kd_node *entry,
                                   struct kd_error *err)
{
	const struct kd_message *msg = &shown->posted.msg;

	if (shown->n > 1)
		return add_raw_head(view, shown, doc, entry, err);
	kd_doc_puts(doc, entry, KD_NODE_FIELD, "subject", msg->subject.full);
	add_people(view, doc, entry, msg);
	if (msg->has_date)
		add_time(doc, entry, "date", msg->date);
	add_time(doc, entry, "arrived", shown->posted.received);
	return KD_OK;
}

static enum kd_status add_head(const struct kd_view *view,
                               const struct shown *shown, struct kd_doc *doc,
                               struct kd_node *entry, struct kd_error *err)
{
	const struct kd_posted *posted = &shown->posted;
	const struct kd_message *msg = &posted->msg;
	const char *lists = NULL;
	const char *link = NULL;
	char id[KD_ID_HEX_MAX + 1];
	enum kd_status st;

	st = names_of_lists(view, posted, &lists, err);
	if (st == KD_OK)
		st = kd_view_link(view, posted->message, msg->message_id, &link,
		                  err);
	if (st == KD_OK)
		st = kd_store_short_id(view->store, msg->message_id, id, err);
	if (st != KD_OK)
		return st;
	st = add_own_head(view, shown, doc, entry, err);
	if (st != KD_OK)
		return st;
	kd_doc_puts(doc, entry, KD_NODE_FIELD, "list", lists);
	if (link != NULL)
		kd_doc_puts(doc, entry, KD_NODE_FIELD, "link", link);
	kd_doc_puts(doc, entry, KD_NODE_FIELD, "id",
	            kd_arena_strdup(doc->arena, id));
	kd_doc_puts(doc, entry, KD_NODE_FIELD, "message-id", msg->message_id);
	if (posted->n_variants > 1)
		kd_doc_puts(doc, entry, KD_NODE_FIELD, "variant",
		            kd_arena_printf(doc->arena,
		                            "%d of %d (show --variant N %s)",
		                            shown->n, posted->n_variants, id));
	return KD_OK;
}

/* The decoded text, diff and all; of what the parser could not read the
 * bytes as they came. */
static enum kd_status add_text(const struct kd_view *view,
                               const struct shown *shown, struct kd_doc *doc,
                               struct kd_node *entry, struct kd_error *err)
{
	enum kd_parse_status parsed = shown->posted.msg.status;
	struct kd_bytes text = { .data = NULL };
	enum kd_status st;

	st = kd_store_text(view->store, shown->variant, doc->arena, &text, err);
	if (st == KD_OK && text.size == 0 &&
	    (parsed == KD_PARSE_UNPARSED || parsed == KD_PARSE_CRASHED)) {
		kd_doc_puts(doc, entry, KD_NODE_FIELD, "note",
		            "it could not be parsed; this is the message as "
		            "it came");
		st = kd_store_raw(view->store, shown->variant, doc->arena,
		                  &text, err);
	}
	if (st == KD_OK)
		kd_doc_add(doc, entry, KD_NODE_TEXT, NULL, text);
	return st;
}

static enum kd_status show_text(const struct kd_view *view,
                                const struct shown *shown, const char *path,
                                struct kd_error *err)
{
	struct kd_doc doc = { .arena = view->arena };
	struct kd_node *entry;
	enum kd_status st = KD_OK;

	/* Another variant may say anything: it is no part of a series. */
	if (shown->n == 1)
		st = kd_show_before(view, &shown->posted, &doc, err);
	if (st != KD_OK)
		return st;
	entry = kd_doc_puts(&doc, NULL, KD_NODE_ENTRY, NULL, NULL);
	st = add_head(view, shown, &doc, entry, err);
	if (st == KD_OK && shown->n == 1)
		st = kd_show_about(view, &shown->posted, &doc, entry, err);
	if (st == KD_OK)
		st = add_text(view, shown, &doc, entry, err);
	return st == KD_OK ? kd_print(&doc, &view->env->look, path, err) : st;
}

enum kd_status kd_command_show(const struct kd_env *env,
                               const struct kd_options *options,
                               struct kd_error *err)
{
	struct kd_arena *arena = kd_arena_new();
	struct kd_view view = { .store = NULL };
	struct shown shown = { .n = 0 };
	struct kd_bytes raw;
	bool gone = false;
	enum kd_status st;

	if (arena == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	st = kd_view_open(env, options->list, KD_STORE_READ, arena, &view, err);
	if (st == KD_OK)
		st = find(&view, options, &shown, err);
	if (st != KD_OK)
		goto out;
	if (!options->raw) {
		st = show_text(&view, &shown, options->output, err);
		goto out;
	}
	st = kd_store_raw(view.store, shown.variant, arena, &raw, err);
	if (st == KD_OK)
		st = kd_output_write(options->output, raw, false, &gone, err);
out:
	kd_view_close(&view);
	kd_arena_free(arena);
	return st;
}
