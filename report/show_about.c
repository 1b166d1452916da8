/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * show_about.c - what `show` says of a message beside itself.
 */
#include "report/show_about.h"

#include "report/block.h"
#include "report/phrase.h"
#include "report/row.h"
#include "store/series.h"

enum { TITLES_MAX = 10, TRAILERS_MAX = 10 }; /* the rest is counted */

/* Where a message stands in its series. */
enum place {
	PLACE_NONE,   /* it is of none */
	PLACE_LONE,   /* a patch that was posted once and alone */
	PLACE_HEAD,   /* it speaks for its series */
	PLACE_MEMBER, /* one of the others */
};

static enum kd_status find_place(const struct kd_view *view,
                                 const struct kd_posted *posted,
                                 enum place *ret, struct kd_error *err)
{
	struct kd_series *versions = NULL;
	struct kd_error why = KD_ERROR_INIT;
	struct kd_series series;
	enum kd_status st;
	size_t n = 0;

	*ret = PLACE_NONE;
	if (posted->series == 0 || !kd_row_is_patch(posted))
		return KD_OK;
	/* As an older release stored it, it is of no series that is known. */
	st = kd_store_series(view->store, posted->series, view->arena, &series,
	                     &why);
	if (st == KD_NOTFOUND)
		return KD_OK;
	if (st == KD_OK)
		st = kd_store_versions(view->store, posted->series, view->arena,
		                       &versions, &n, &why);
	if (st != KD_OK) {
		*err = why;
		return st;
	}
	if (series.head != posted->message)
		*ret = PLACE_MEMBER;
	else
		*ret = n == 1 && series.total == KD_NUMBER_NONE ? PLACE_LONE
		                                                : PLACE_HEAD;
	return KD_OK;
}

static void add(struct kd_doc *doc, struct kd_node *entry, const char *key,
                const char *text)
{
	kd_doc_puts(doc, entry, KD_NODE_FIELD, key, text);
}

struct events {
	const struct kd_view *view;
	struct kd_event best; /* the first of those that say most */
	const char *by;       /* its sender */
};

static enum kd_status take_event(const struct kd_event *row, void *payload,
                                 struct kd_error *err)
{
	struct events *events = payload;
	struct kd_arena *arena = events->view->arena;
	struct kd_person sender = kd_view_person(events->view, &row->sender);

	(void)err;
	if (row->fate <= events->best.fate || row->fate > KD_FATE_MERGED)
		return KD_OK;
	events->best = *row;
	events->best.message_id = kd_arena_strdup(arena, row->message_id);
	events->best.tree = kd_arena_strdup(arena, row->tree);
	events->by = kd_arena_strdup(arena, kd_person_short(&sender));
	return KD_OK;
}

static const char *fate_word(enum kd_fate fate)
{
	static const char *const words[KD_FATE_COUNT] = {
		"nothing known", "queued",    "applied",
		"merged",        "in stable", "failed to apply to stable"
	};

	return words[fate];
}

static enum kd_status add_fate(const struct kd_view *view,
                               const struct kd_posted *posted,
                               struct kd_doc *doc, struct kd_node *entry,
                               struct kd_error *err)
{
	struct events events = { .view = view };
	struct kd_posted notice;
	char id[KD_ID_HEX_MAX + 1];
	enum kd_status st;

	st = kd_store_each_event(view->store, posted->message, take_event,
	                         &events, err);
	if (st != KD_OK || events.best.fate == KD_FATE_NONE)
		return st;
	st = kd_store_get(view->store, events.best.message, view->arena,
	                  &notice, err);
	if (st == KD_OK)
		st = kd_store_short_id(view->store, events.best.message_id, id,
		                       err);
	if (st != KD_OK)
		return st;
	add(doc, entry, "state",
	    kd_arena_printf(doc->arena, "%s (%s%sby %s, %s, %s)",
	                    fate_word(events.best.fate),
	                    events.best.tree != NULL ? events.best.tree : "",
	                    events.best.tree != NULL ? ", " : "", events.by,
	                    kd_phrase_date(doc->arena, notice.msg.has_date,
	                                   notice.msg.date, notice.received),
	                    id));
	return KD_OK;
}

/* From where, what, and what became of it. */
static enum kd_status add_pull(const struct kd_view *view,
                               const struct kd_posted *posted,
                               struct kd_doc *doc, struct kd_error *err)
{
	struct kd_node *entry =
		kd_doc_puts(doc, NULL, KD_NODE_ENTRY, NULL, NULL);
	struct kd_message msg = { .n_titles = 0 };
	enum kd_status st;

	st = kd_store_details(view->store, posted->variant, doc->arena, &msg,
	                      err);
	if (st != KD_OK)
		return st;
	if (entry != NULL)
		entry->brief = true;
	if (msg.pull_url != NULL)
		add(doc, entry, "pull",
		    kd_arena_printf(doc->arena, "%s%s%s", msg.pull_url,
		                    msg.pull_ref != NULL ? " " : "",
		                    msg.pull_ref != NULL ? msg.pull_ref : ""));
	if (msg.n_titles > 0)
		add(doc, entry, "contents",
		    kd_arena_printf(doc->arena, "%zu patch%s", msg.n_titles,
		                    msg.n_titles == 1 ? "" : "es"));
	for (size_t i = 0; i < msg.n_titles && i < TITLES_MAX; i++)
		add(doc, entry, "content", msg.titles[i]);
	if (msg.n_titles > TITLES_MAX)
		add(doc, entry, "content",
		    kd_arena_printf(doc->arena, "and %zu more",
		                    msg.n_titles - TITLES_MAX));
	return add_fate(view, posted, doc, entry, err);
}

enum kd_status kd_show_before(const struct kd_view *view,
                              const struct kd_posted *posted,
                              struct kd_doc *doc, struct kd_error *err)
{
	enum place place;
	enum kd_status st;

	if (posted->msg.kind == KD_KIND_PULL)
		return add_pull(view, posted, doc, err);
	st = find_place(view, posted, &place, err);
	if (st != KD_OK || place != PLACE_HEAD)
		return st;
	return kd_block_versions(view, posted->series, doc, err);
}

/* The trailers that somebody gives in a reply. */
static void add_trailers(const struct kd_message *msg, struct kd_doc *doc,
                         struct kd_node *entry)
{
	size_t n = 0;

	for (size_t i = 0; i < msg->n_trailers; i++) {
		const struct kd_trailer *trailer = &msg->trailers[i];

		if (!trailer->of_person || n++ >= TRAILERS_MAX)
			continue;
		add(doc, entry, "says",
		    kd_arena_printf(doc->arena, "%s: %s%s", trailer->name,
		                    trailer->value,
		                    trailer->by_sender
		                            ? ""
		                            : " (sent by somebody else)"));
	}
}

static void add_notice(const struct kd_message *msg, struct kd_doc *doc,
                       struct kd_node *entry)
{
	const char *count = "";

	if (msg->fate == KD_FATE_NONE)
		return;
	if (msg->n_taken > 0)
		count = kd_arena_printf(doc->arena, ", %zu patch%s",
		                        msg->n_taken,
		                        msg->n_taken == 1 ? "" : "es");
	add(doc, entry, "says",
	    kd_arena_printf(doc->arena, "%s%s%s%s", fate_word(msg->fate),
	                    msg->tree != NULL ? ": " : "",
	                    msg->tree != NULL ? msg->tree : "", count));
}

static enum kd_status add_target(const struct kd_view *view,
                                 const struct kd_posted *posted,
                                 struct kd_doc *doc, struct kd_node *entry,
                                 struct kd_error *err)
{
	struct kd_message msg = { .n_trailers = 0 };
	struct kd_posted target;
	char id[KD_ID_HEX_MAX + 1];
	enum kd_status st;

	st = kd_store_get(view->store, posted->about, doc->arena, &target, err);
	if (st == KD_OK)
		st = kd_store_short_id(view->store, target.msg.message_id, id,
		                       err);
	if (st == KD_OK)
		st = kd_store_details(view->store, posted->variant, doc->arena,
		                      &msg, err);
	if (st != KD_OK)
		return st;
	add(doc, entry, "about",
	    kd_arena_printf(doc->arena, "%s (%s)", target.msg.subject.full,
	                    id));
	add_trailers(&msg, doc, entry);
	add_notice(&msg, doc, entry);
	return KD_OK;
}

enum kd_status kd_show_about(const struct kd_view *view,
                             const struct kd_posted *posted, struct kd_doc *doc,
                             struct kd_node *entry, struct kd_error *err)
{
	enum place place;
	enum kd_status st;

	if (posted->about != 0 && !kd_row_is_patch(posted))
		return add_target(view, posted, doc, entry, err);
	st = find_place(view, posted, &place, err);
	if (st != KD_OK || place == PLACE_NONE || place == PLACE_HEAD)
		return st;
	return kd_block_member(view, posted, doc, entry, err);
}
