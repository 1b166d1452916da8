/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * block.c - stories in a document.  Says what things are; how they look is
 * the renderer's.
 */
#include "report/block.h"

#include <string.h>

#include "report/compare.h"
#include "report/notes.h"
#include "report/phrase.h"
#include "report/row.h"
#include "store/series.h"

enum {
	VERSIONS_SHOWN = 8, /* the rest is counted */
	NOTES_SHOWN = 3,    /* of the newest versions, and the one shown */
	NOTE_MAX = 150,     /* bytes of a note that are shown */
};

static const char *title_of(const struct kd_story *story,
                            struct kd_arena *arena)
{
	const struct kd_series *series = &story->series;

	return kd_title_format(arena, series->project, series->rfc, false,
	                       series->title);
}

/* One of a list: with RESEND where that is said, or seen. */
static const char *line_title(const struct kd_story *story,
                              struct kd_arena *arena)
{
	const struct kd_series *series = &story->series;
	const struct kd_posted *head = kd_story_head(story);
	bool resend =
		series->resend || (head != NULL && head->msg.subject.resend);

	return kd_title_format(arena, series->project, series->rfc, resend,
	                       series->title);
}

static void add(struct kd_doc *doc, struct kd_node *entry, const char *key,
                const char *text)
{
	if (text == NULL || text[0] != '\0')
		kd_doc_puts(doc, entry, KD_NODE_FIELD, key,
		            kd_arena_strdup(doc->arena, text));
}

static struct kd_node *add_brief(struct kd_doc *doc, const char *key,
                                 const char *text)
{
	struct kd_node *entry = kd_doc_puts(doc, NULL, KD_NODE_ENTRY,
	                                    kd_arena_strdup(doc->arena, key),
	                                    kd_arena_strdup(doc->arena, text));

	if (entry != NULL)
		entry->brief = true;
	return entry;
}

/* Id, how much of it came, and when. */
static enum kd_status add_posting(const struct kd_view *view,
                                  const struct kd_story *story,
                                  struct kd_doc *doc, struct kd_node *entry,
                                  struct kd_error *err)
{
	const struct kd_series *series = &story->series;
	char id[KD_ID_HEX_MAX + 1];
	enum kd_status st;

	st = kd_store_short_id(view->store, series->message_id, id, err);
	if (st != KD_OK)
		return st;
	add(doc, entry, "series-id", id);
	add(doc, entry, "received", kd_phrase_received(story));
	add(doc, entry, "posted",
	    kd_phrase_date(doc->arena, series->has_date, series->date,
	                   series->received_at));
	return KD_OK;
}

enum kd_status kd_block_line(const struct kd_view *view,
                             const struct kd_story *story, struct kd_doc *doc,
                             struct kd_error *err)
{
	struct kd_person poster = kd_view_person(view, &story->series.poster);
	struct kd_node *entry =
		add_brief(doc, kd_phrase_version(doc->arena, &story->series),
	                  line_title(story, doc->arena));
	const char *state = NULL;
	enum kd_status st;

	st = add_posting(view, story, doc, entry, err);
	if (st == KD_OK)
		st = kd_phrase_state(view, story, &state, err);
	if (st != KD_OK)
		return st;
	add(doc, entry, "poster", kd_person_short(&poster));
	add(doc, entry, "stands", state);
	add(doc, entry, "tags", kd_tags_text(doc->arena, &story->standing));
	add(doc, entry, "missing", kd_phrase_missing(story));
	return KD_OK;
}

/* What changed against the version before. */
static enum kd_status add_changes(const struct kd_story *before,
                                  const struct kd_story *after,
                                  struct kd_doc *doc, struct kd_node *entry,
                                  struct kd_error *err)
{
	struct kd_change_list changes;
	enum kd_status st;

	st = kd_story_compare(before, after, &changes, err);
	if (st == KD_OK)
		add(doc, entry, "changes",
		    kd_phrase_changes(doc->arena, before, after, &changes));
	return st;
}

/* The last of those that are shown says how many there are behind it. */
static void add_note(struct kd_doc *doc, struct kd_node *entry,
                     const char *note, size_t n_more)
{
	struct kd_bytes text = kd_bytes_of(note);
	size_t size = kd_utf8_cut(text, NOTE_MAX);
	const char *more = "";

	/* Cut between words, where there are some. */
	if (size < text.size && memchr(note, ' ', size) != NULL) {
		while (note[size - 1] != ' ')
			size--;
		size--;
	}
	if (n_more > 0)
		more = kd_arena_printf(doc->arena, " (and %zu more)", n_more);
	kd_doc_puts(doc, entry, KD_NODE_FIELD, "change",
	            kd_arena_printf(doc->arena, "%.*s%s%s", (int)size, note,
	                            size < text.size ? "..." : "", more));
}

/* What the author says that changed: in the cover letter, else below the
 * "---" of the first patch. */
static enum kd_status add_notes(const struct kd_view *view,
                                const struct kd_story *story,
                                struct kd_doc *doc, struct kd_node *entry,
                                struct kd_error *err)
{
	const struct kd_posted *head = kd_story_head(story);
	struct kd_arena *arena;
	struct kd_bytes text;
	struct kd_notes notes;
	enum kd_status st;

	if (head == NULL || story->series.version < 2)
		return KD_OK;
	arena = kd_arena_new();
	if (arena == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	st = kd_store_text(view->store, head->variant, arena, &text, err);
	if (st == KD_OK)
		st = kd_notes_find(arena, text, story->series.version, &notes,
		                   err);
	if (st != KD_OK)
		goto out;
	for (size_t i = 0; i < notes.n && i < KD_NOTES_MAX; i++)
		add_note(doc, entry, notes.notes[i],
		         i + 1 == KD_NOTES_MAX ? notes.n - KD_NOTES_MAX : 0);
out:
	kd_arena_free(arena);
	return st;
}

struct versions {
	struct kd_series *rows; /* n, oldest first */
	size_t n;
	size_t shown;             /* which of them was asked for */
	size_t first;             /* of those that are printed */
	struct kd_story *stories; /* n; told from first on */
};

static enum kd_status tell_all(const struct kd_view *view, int64_t series,
                               struct kd_arena *arena, struct versions *ret,
                               struct kd_error *err)
{
	enum kd_status st;

	st = kd_store_versions(view->store, series, arena, &ret->rows, &ret->n,
	                       err);
	if (st != KD_OK)
		return st;
	ret->stories = kd_arena_array(arena, ret->n, sizeof(*ret->stories));
	if (ret->stories == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	while (ret->shown < ret->n && ret->rows[ret->shown].series != series)
		ret->shown++;
	if (ret->shown == ret->n)
		return kd_fail(err, KD_BUG, "a series is no version of itself");
	if (ret->n > VERSIONS_SHOWN)
		ret->first = ret->n - VERSIONS_SHOWN;
	if (ret->first > ret->shown)
		ret->first = ret->shown;
	for (size_t i = ret->first; i < ret->n && st == KD_OK; i++) {
		ret->stories[i].arena = arena;
		st = kd_story_tell(view, ret->rows[i].series, KD_SEQ_MAX,
		                   KD_STORY_ALL, &ret->stories[i], err);
	}
	return st;
}

/* The version before, if it is among those that were told. */
static const struct kd_story *before(const struct versions *all, size_t which)
{
	int64_t previous = all->stories[which].series.previous;

	for (size_t i = all->first; i < all->n && previous != 0; i++) {
		if (all->stories[i].series.series == previous)
			return &all->stories[i];
	}
	return NULL;
}

/* One version of several. */
static enum kd_status add_version(const struct kd_view *view,
                                  const struct versions *all, size_t which,
                                  struct kd_doc *doc, struct kd_error *err)
{
	const struct kd_story *story = &all->stories[which];
	const struct kd_story *previous = before(all, which);
	struct kd_node *entry = add_brief(
		doc, kd_phrase_version(doc->arena, &story->series), NULL);
	bool shown = which == all->shown;
	const struct kd_standing *standing = &story->standing;
	const char *state = NULL;
	enum kd_status st;

	st = add_posting(view, story, doc, entry, err);
	if (st == KD_OK && shown)
		add(doc, entry, "shown", "shown below");
	if (st == KD_OK && standing->superseded &&
	    standing->state != KD_STATE_SUPERSEDED) {
		st = kd_phrase_state(view, story, &state, err);
		add(doc, entry, "stands", state);
	}
	if (st == KD_OK && previous != NULL)
		st = add_changes(previous, story, doc, entry, err);
	if (st == KD_OK && (shown || which + NOTES_SHOWN >= all->n))
		st = add_notes(view, story, doc, entry, err);
	if (st != KD_OK)
		return st;
	kd_block_said(story, doc, entry);
	add(doc, entry, "missing", kd_phrase_missing(story));
	return KD_OK;
}

/* Where it stands: the newest version says that, unless it is a resend of
 * one that was taken. */
static const struct kd_story *newest(const struct versions *all)
{
	const struct kd_story *story = &all->stories[all->n - 1];

	for (size_t i = all->n; i > all->first + 1 && story->series.resend; i--)
		story = &all->stories[i - 2];
	if (kd_story_evidence(story) != NULL)
		return story;
	return &all->stories[all->n - 1];
}

static enum kd_status add_head(const struct kd_view *view,
                               const struct versions *all, struct kd_doc *doc,
                               struct kd_error *err)
{
	const struct kd_story *last = newest(all);
	struct kd_person poster = kd_view_person(view, &last->series.poster);
	struct kd_node *entry = add_brief(doc, NULL, NULL);
	const char *state = NULL;
	enum kd_status st;

	st = kd_phrase_state(view, last, &state, err);
	if (st != KD_OK)
		return st;
	add(doc, entry, "series", title_of(last, doc->arena));
	add(doc, entry, "posted-by", kd_person_format(doc->arena, &poster));
	add(doc, entry, "state",
	    kd_arena_printf(doc->arena, "%s %s",
	                    kd_phrase_version(doc->arena, &last->series),
	                    state ? state : ""));
	return KD_OK;
}

enum kd_status kd_block_versions(const struct kd_view *view, int64_t series,
                                 struct kd_doc *doc, struct kd_error *err)
{
	struct kd_arena *arena = kd_arena_new();
	struct versions all = { .n = 0 };
	enum kd_status st;

	if (arena == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	st = tell_all(view, series, arena, &all, err);
	if (st == KD_OK)
		st = add_head(view, &all, doc, err);
	for (size_t i = all.n; i > all.first && st == KD_OK; i--)
		st = add_version(view, &all, i - 1, doc, err);
	if (st == KD_OK && all.first > 0)
		kd_doc_puts(doc, NULL, KD_NODE_PARA, NULL,
		            kd_arena_printf(doc->arena,
		                            "and %zu versions before these",
		                            all.first));
	if (st == KD_OK && kd_arena_failed(arena))
		st = kd_fail(err, KD_NOMEM, "out of memory");
	kd_arena_free(arena);
	return st;
}

enum kd_status kd_block_member(const struct kd_view *view,
                               const struct kd_posted *posted,
                               struct kd_doc *doc, struct kd_node *entry,
                               struct kd_error *err)
{
	struct kd_story story = { .arena = doc->arena };
	const char *state = NULL;
	char id[KD_ID_HEX_MAX + 1];
	enum kd_status st;

	st = kd_story_tell(view, posted->series, KD_SEQ_MAX, KD_STORY_ALL,
	                   &story, err);
	if (st == KD_OK)
		st = kd_phrase_state(view, &story, &state, err);
	if (st == KD_OK)
		st = kd_store_short_id(view->store, story.series.message_id, id,
		                       err);
	if (st != KD_OK)
		return st;
	if (story.series.total != KD_NUMBER_NONE)
		add(doc, entry, "series",
		    kd_arena_printf(doc->arena, "%s (%s)",
		                    title_of(&story, doc->arena), id));
	add(doc, entry, "state",
	    kd_arena_printf(doc->arena, "%s %s",
	                    kd_phrase_version(doc->arena, &story.series),
	                    state ? state : ""));
	if (story.series.total == KD_NUMBER_NONE)
		kd_block_said(&story, doc, entry);
	return KD_OK;
}
