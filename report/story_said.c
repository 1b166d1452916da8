/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * story_said.c - what others said of the patches of a series: replies,
 * trailers, notices of what became of them.
 */
#include "report/story_said.h"

#include <string.h>

#include "report/row.h"
#include "store/series.h"

struct link {
	union {
		struct kd_said said;
		struct kd_event event;
	};
	struct link *next;
};

struct chain {
	struct link *first, *last;
	size_t n;
};

struct gathering {
	const struct kd_view *view;
	struct kd_story *story;
	kd_seq upto;
	int index; /* of the patch that is asked about */
	struct chain said;
	struct chain events;
};

static struct link *add_link(struct gathering *all, struct chain *chain)
{
	struct link *link = kd_arena_alloc(all->story->arena, sizeof(*link));

	if (link == NULL)
		return NULL;
	if (chain->last != NULL)
		chain->last->next = link;
	else
		chain->first = link;
	chain->last = link;
	chain->n++;
	return link;
}

/* Who that is by the mailmap, in the story's arena. */
static struct kd_person person_of(const struct gathering *all,
                                  struct kd_person who)
{
	struct kd_arena *arena = all->story->arena;

	who = kd_view_person(all->view, &who);
	who.name = kd_arena_strdup(arena, who.name);
	who.email = kd_arena_strdup(arena, who.email);
	return who;
}

static struct kd_person person_in(const struct gathering *all,
                                  const char *value)
{
	struct kd_person who = kd_person_parse(all->story->arena, value);

	return kd_view_person(all->view, &who);
}

static void give(struct gathering *all, unsigned int tags)
{
	struct kd_story *story = all->story;

	if (all->index != KD_INDEX_COVER) {
		story->facts[all->index].tags |= tags;
		return;
	}
	for (size_t i = 0; i < story->n; i++)
		story->facts[i].tags |= tags;
}

bool kd_said_counts(const struct kd_trailer *trailer,
                    const struct kd_person *who, const struct kd_person *sender)
{
	return trailer->by_sender ||
	       (who->email != NULL && kd_person_same(who, sender));
}

static enum kd_status add_said(struct gathering *all,
                               const struct kd_trailer *trailer,
                               const struct kd_person *sender,
                               struct kd_error *err)
{
	unsigned int tags = kd_tag_of(trailer->name);
	struct link *link;
	struct kd_said *said;

	if (tags == 0)
		return KD_OK;
	link = add_link(all, &all->said);
	if (link == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	said = &link->said;
	said->name = kd_arena_strdup(all->story->arena, trailer->name);
	said->who = person_in(all, trailer->value);
	said->index = all->index;
	said->counted = true;
	if (sender != NULL) {
		said->sender = person_of(all, *sender);
		said->counted =
			kd_said_counts(trailer, &said->who, &said->sender);
	}
	if (said->counted)
		give(all, tags);
	return KD_OK;
}

static enum kd_status take_review(const struct kd_review *row, void *payload,
                                  struct kd_error *err)
{
	struct gathering *all = payload;

	if (row->seq > all->upto)
		return KD_OK;
	return add_said(all, &row->trailer, &row->sender, err);
}

static enum kd_status take_reply(const struct kd_answer *row, void *payload,
                                 struct kd_error *err)
{
	struct gathering *all = payload;
	struct kd_person poster =
		kd_view_person(all->view, &all->story->series.poster);
	struct kd_person sender = kd_view_person(all->view, &row->sender);

	(void)err;
	if (row->kind == KD_KIND_REPLY && row->seq <= all->upto &&
	    !kd_person_same(&poster, &sender))
		all->story->n_replies++;
	return KD_OK;
}

/* Which patch a notice names: by its title, else by its number.
 * KD_INDEX_COVER: none of these. */
static int named(const struct kd_story *story, const struct kd_taken *taken)
{
	int index = KD_INDEX_COVER;

	if (taken->title != NULL)
		index = kd_story_find(story, taken->title);
	if (index == KD_INDEX_COVER && story->series.total != KD_NUMBER_NONE &&
	    taken->number >= 1 && (size_t)taken->number <= story->n)
		index = taken->number - 1;
	return index;
}

static void note_fate(struct kd_patch_facts *facts, enum kd_fate fate)
{
	if (fate == KD_FATE_STABLE)
		facts->stable = true;
	else if (fate == KD_FATE_FAILED)
		facts->failed = true;
	else if (facts->fate < fate)
		facts->fate = fate;
}

/* A notice that names patches is about these; one that names none is
 * about what it answers: all of a series where that is its cover letter. */
static void apply(struct gathering *all, const struct kd_event *event)
{
	struct kd_story *story = all->story;
	bool names = event->taken.title != NULL ||
	             event->taken.number != KD_NUMBER_NONE;
	int index = names ? named(story, &event->taken) : all->index;

	if (index != KD_INDEX_COVER) {
		note_fate(&story->facts[index], event->fate);
	} else if (!names) {
		for (size_t i = 0; i < story->n; i++)
			note_fate(&story->facts[i], event->fate);
	} else if (all->index != KD_INDEX_COVER && story->n == 1) {
		/* Under another title, but it answers this one. */
		note_fate(&story->facts[0], event->fate);
	}
}

static enum kd_status take_event(const struct kd_event *row, void *payload,
                                 struct kd_error *err)
{
	struct gathering *all = payload;
	struct kd_arena *arena = all->story->arena;
	struct link *link;

	if (row->seq > all->upto || row->fate == KD_FATE_NONE)
		return KD_OK;
	apply(all, row);
	link = add_link(all, &all->events);
	if (link == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	link->event = *row;
	link->event.message_id = kd_arena_strdup(arena, row->message_id);
	link->event.sender = person_of(all, row->sender);
	link->event.tree = kd_arena_strdup(arena, row->tree);
	link->event.taken.title = kd_arena_strdup(arena, row->taken.title);
	link->event.taken.commit = kd_arena_strdup(arena, row->taken.commit);
	return KD_OK;
}

/* What a patch carries itself: collected from earlier versions. */
static enum kd_status add_own(struct gathering *all,
                              const struct kd_posted *row, struct kd_error *err)
{
	struct kd_message msg = { .n_trailers = 0 };
	enum kd_status st;

	st = kd_store_trailers(all->view->store, row->variant,
	                       all->story->arena, &msg, err);
	for (size_t i = 0; i < msg.n_trailers && st == KD_OK; i++)
		st = add_said(all, &msg.trailers[i], NULL, err);
	return st;
}

static enum kd_status ask(struct gathering *all, const struct kd_posted *row,
                          enum kd_story_depth depth, struct kd_error *err)
{
	struct kd_store *store = all->view->store;
	enum kd_status st = KD_OK;

	if (row->answered)
		st = kd_store_each_event(store, row->message, take_event, all,
		                         err);
	if (st != KD_OK || depth == KD_STORY_FATE)
		return st;
	if (all->index != KD_INDEX_COVER)
		st = add_own(all, row, err);
	if (st != KD_OK || !row->answered)
		return st;
	st = kd_store_each_review(store, row->message, take_review, all, err);
	if (st == KD_OK)
		st = kd_store_each_about(store, row->message, take_reply, all,
		                         err);
	return st;
}

static enum kd_status finish(struct gathering *all, struct kd_error *err)
{
	struct kd_story *story = all->story;

	story->said =
		kd_arena_array(story->arena, all->said.n, sizeof(*story->said));
	story->events = kd_arena_array(story->arena, all->events.n,
	                               sizeof(*story->events));
	if (story->said == NULL || story->events == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	for (const struct link *link = all->said.first; link; link = link->next)
		story->said[story->n_said++] = link->said;
	for (const struct link *link = all->events.first; link;
	     link = link->next)
		story->events[story->n_events++] = link->event;
	return KD_OK;
}

enum kd_status kd_story_add_said(const struct kd_view *view, kd_seq upto,
                                 enum kd_story_depth depth,
                                 struct kd_story *story, struct kd_error *err)
{
	struct gathering all = {
		.view = view,
		.story = story,
		.upto = upto,
		.index = KD_INDEX_COVER,
	};
	enum kd_status st = KD_OK;

	if (story->cover != NULL)
		st = ask(&all, story->cover, depth, err);
	for (size_t i = 0; i < story->n && st == KD_OK; i++) {
		all.index = (int)i;
		if (story->patches[i].row != NULL)
			st = ask(&all, story->patches[i].row, depth, err);
	}
	return st == KD_OK ? finish(&all, err) : st;
}

/* One of a list of addresses, as people write them in trailers. */
struct kd_person kd_person_parse(struct kd_arena *arena, const char *value)
{
	struct kd_person who = { NULL, NULL };
	struct kd_bytes text = kd_trim(kd_bytes_of(value));
	const char *left, *right;
	struct kd_bytes name;

	left = text.size > 0 ? memchr(text.data, '<', text.size) : NULL;
	right = left != NULL ? strchr(left, '>') : NULL;
	if (right == NULL) {
		if (memchr(text.data ? text.data : "", '@', text.size) != NULL)
			who.email =
				kd_arena_strndup(arena, text.data, text.size);
		else
			who.name =
				kd_arena_strndup(arena, text.data, text.size);
		return who;
	}
	name = kd_trim(
		(struct kd_bytes){ text.data, (size_t)(left - text.data) });
	if (name.size > 1 && name.data[0] == '"' &&
	    name.data[name.size - 1] == '"') {
		name.data++;
		name.size -= 2;
	}
	if (name.size > 0)
		who.name = kd_arena_strndup(arena, name.data, name.size);
	who.email =
		kd_arena_strndup(arena, left + 1, (size_t)(right - left) - 1);
	return who;
}
