/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * phrase.c - facts of a story in words.  Knows no layout.
 */
#include "report/phrase.h"

#include <string.h>

#include "report/row.h"
#include "report/when.h"
#include "store/series.h"

enum {
	TITLES_MAX = 5,  /* missing patches that are named */
	RANGES_MAX = 40, /* more are not said */
};

const char *kd_phrase_version(struct kd_arena *arena,
                              const struct kd_series *series)
{
	if (series->revision > 0)
		return kd_arena_printf(arena, "v%d.%d", series->version,
		                       series->revision);
	return kd_arena_printf(arena, "v%d", series->version);
}

const char *kd_phrase_date(struct kd_arena *arena, bool has_date, int64_t date,
                           int64_t received)
{
	char text[KD_WHEN_SIZE];

	kd_when_format(has_date ? date : received, text);
	return kd_arena_strndup(arena, text, strcspn(text, " "));
}

const char *kd_phrase_received(const struct kd_story *story)
{
	size_t n = 0;

	for (size_t i = 0; i < story->n; i++)
		n += story->facts[i].came;
	if (story->n_extra > 0)
		return kd_arena_printf(story->arena, "%zu/%zu+%zu", n, story->n,
		                       story->n_extra);
	return kd_arena_printf(story->arena, "%zu/%zu", n, story->n);
}

const char *kd_phrase_join(struct kd_arena *arena, const char *text,
                           const char *mark, const char *more)
{
	if (text == NULL || more == NULL || more[0] == '\0')
		return text;
	if (text[0] == '\0')
		return more;
	return kd_arena_printf(arena, "%s%s%s", text, mark, more);
}

static const char *join(struct kd_arena *arena, const char *text,
                        const char *more)
{
	return kd_phrase_join(arena, text, ", ", more);
}

const char *kd_phrase_numbers(struct kd_arena *arena, const bool *flags,
                              size_t n)
{
	const char *text = "";
	size_t n_ranges = 0;

	for (size_t i = 0; i < n; i++) {
		size_t first = i;
		const char *range;

		if (!flags[i])
			continue;
		while (i + 1 < n && flags[i + 1])
			i++;
		if (++n_ranges > RANGES_MAX)
			return join(arena, text, "...");
		range = first == i ? kd_arena_printf(arena, "%zu", i + 1)
		                   : kd_arena_printf(arena, "%zu-%zu",
		                                     first + 1, i + 1);
		text = join(arena, text, range);
	}
	return text;
}

/* The titles that nobody knows the numbers of. */
static const char *loose_titles(const struct kd_story *story, const char *text)
{
	struct kd_arena *arena = story->arena;

	for (size_t i = 0; i < story->n_loose; i++) {
		if (i == TITLES_MAX)
			return kd_arena_printf(arena, "%s and %zu more", text,
			                       story->n_loose - i);
		text = kd_arena_printf(arena, "%s%s \"%s\"", text,
		                       i == 0 ? "; announced:" : ",",
		                       story->loose[i]);
	}
	return text;
}

const char *kd_phrase_missing(const struct kd_story *story)
{
	struct kd_arena *arena = story->arena;
	bool *unnamed = kd_arena_array(arena, story->n, sizeof(bool));
	const char *text = "";
	size_t n_named = 0;

	if (unnamed == NULL)
		return NULL;
	if (!kd_story_came(story))
		return "all of it";
	for (size_t i = 0; i < story->n && text != NULL; i++) {
		const char *title = story->patches[i].title;

		if (story->facts[i].came)
			continue;
		if (title == NULL || n_named == TITLES_MAX) {
			unnamed[i] = true;
			continue;
		}
		n_named++;
		text = join(arena, text,
		            kd_arena_printf(arena, "%zu \"%s\"", i + 1, title));
	}
	text = join(arena, text, kd_phrase_numbers(arena, unnamed, story->n));
	return loose_titles(story, text);
}

/* "kvm/next, by Maintainer One, 2025-09-04, 1f2e3d4c" */
static enum kd_status add_notice(const struct kd_view *view,
                                 const struct kd_event *event,
                                 struct kd_arena *arena, const char **text,
                                 struct kd_error *err)
{
	char id[KD_ID_HEX_MAX + 1];
	struct kd_posted posted;
	enum kd_status st;

	st = kd_store_get(view->store, event->message, arena, &posted, err);
	if (st == KD_OK)
		st = kd_store_short_id(view->store, event->message_id, id, err);
	if (st != KD_OK)
		return st;
	*text = kd_arena_printf(arena, "%s%sby %s, %s, %s",
	                        event->tree != NULL ? event->tree : "",
	                        event->tree != NULL ? ", " : "",
	                        kd_person_short(&event->sender),
	                        kd_phrase_date(arena, posted.msg.has_date,
	                                       posted.msg.date,
	                                       event->received),
	                        id);
	return KD_OK;
}

enum kd_status kd_phrase_state(const struct kd_view *view,
                               const struct kd_story *story, const char **ret,
                               struct kd_error *err)
{
	const struct kd_event *event = kd_story_evidence(story);
	struct kd_arena *arena = story->arena;
	const char *proof = "";
	enum kd_status st = KD_OK;

	if (event != NULL)
		st = add_notice(view, event, arena, &proof, err);
	if (st == KD_OK && story->next.series != 0) {
		char id[KD_ID_HEX_MAX + 1];

		st = kd_store_short_id(view->store, story->next.message_id, id,
		                       err);
		proof = kd_arena_printf(
			arena, "%s%s%s%s, %s", proof ? proof : "",
			event != NULL ? "; " : "", event != NULL ? "then " : "",
			kd_phrase_date(arena, story->next.has_date,
		                       story->next.date,
		                       story->next.received_at),
			st == KD_OK ? id : "");
	}
	if (st != KD_OK)
		return st;
	*ret = kd_state_text(arena, &story->standing);
	if (proof != NULL && proof[0] != '\0')
		*ret = kd_arena_printf(arena, "%s (%s)", *ret ? *ret : "",
		                       proof);
	return KD_OK;
}
