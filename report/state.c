/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * state.c - where a series stands, as a function of facts.  Knows neither
 * store nor mail.
 */
#include "report/state.h"

#include <string.h>

#include "store/base/text.h"

unsigned int kd_tag_of(const char *trailer)
{
	struct kd_bytes name = kd_bytes_of(trailer);
	struct kd_bytes by = { NULL, 3 };
	static const struct {
		const char *word;
		unsigned int tag;
	} words[] = { { "reviewed", KD_TAG_REVIEWED },
		      { "acked", KD_TAG_ACKED },
		      { "tested", KD_TAG_TESTED },
		      { "and", 0 } };
	unsigned int tags = 0;

	if (name.size < by.size)
		return 0;
	name.size -= by.size;
	by.data = name.data + name.size;
	if (!kd_bytes_equal_nocase(by, "-by"))
		return 0;
	/* The words before it, each of them known. */
	while (name.size > 0) {
		const char *end = memchr(name.data, '-', name.size);
		struct kd_bytes word = name;
		size_t i = 0;

		if (end != NULL)
			word.size = (size_t)(end - name.data);
		while (i < 4 && !kd_bytes_equal_nocase(word, words[i].word))
			i++;
		if (i == 4)
			return 0;
		tags |= words[i].tag;
		word.size += end != NULL;
		name.data += word.size;
		name.size -= word.size;
	}
	return tags;
}

static void count(struct kd_standing *standing,
                  const struct kd_patch_facts *patch)
{
	standing->n_queued += patch->fate == KD_FATE_QUEUED;
	standing->n_applied += patch->fate == KD_FATE_APPLIED;
	standing->n_merged += patch->fate == KD_FATE_MERGED;
	standing->n_stable += patch->stable;
	standing->n_failed += patch->failed;
	standing->n_reviewed += (patch->tags & KD_TAG_REVIEWED) != 0;
	standing->n_acked += (patch->tags & KD_TAG_ACKED) != 0;
	standing->n_tested += (patch->tags & KD_TAG_TESTED) != 0;
}

struct kd_standing kd_state_of(const struct kd_state_facts *facts)
{
	struct kd_standing ret = {
		.n_patches = facts->n,
		.superseded = facts->next_version > 0,
		.next_version = facts->next_version,
		.next_revision = facts->next_revision,
	};
	size_t n_accepted = 0; /* reviewed or acked */
	size_t n_tagged = 0;

	for (size_t i = 0; i < facts->n; i++) {
		unsigned int tags = facts->patches[i].tags;

		count(&ret, &facts->patches[i]);
		n_accepted += (tags & (KD_TAG_REVIEWED | KD_TAG_ACKED)) != 0;
		n_tagged += tags != 0;
	}
	if (ret.n_merged > 0)
		ret.state = KD_STATE_MERGED;
	else if (ret.n_applied > 0)
		ret.state = KD_STATE_APPLIED;
	else if (ret.n_queued > 0)
		ret.state = KD_STATE_QUEUED;
	else if (ret.superseded)
		ret.state = KD_STATE_SUPERSEDED;
	else if (facts->n > 0 && n_accepted == facts->n)
		ret.state = KD_STATE_REVIEWED;
	else if (facts->n_replies > 0 || n_tagged > 0)
		ret.state = KD_STATE_UNDER_REVIEW;
	return ret;
}

/* "applied", "applied 3/5" behind what is in text. */
static const char *add_part(struct kd_arena *arena, const char *text,
                            const char *word, size_t n, size_t of)
{
	if (n == 0 || text == NULL)
		return text;
	if (n == of)
		return kd_arena_printf(arena, "%s%s%s", text,
		                       text[0] != '\0' ? ", " : "", word);
	return kd_arena_printf(arena, "%s%s%s %zu/%zu", text,
	                       text[0] != '\0' ? ", " : "", word, n, of);
}

static const char *superseded(struct kd_arena *arena, const char *text,
                              const struct kd_standing *standing)
{
	const char *comma = text != NULL && text[0] != '\0' ? ", " : "";

	if (text == NULL)
		return NULL;
	if (standing->next_revision > 0)
		return kd_arena_printf(arena, "%s%ssuperseded by v%d.%d", text,
		                       comma, standing->next_version,
		                       standing->next_revision);
	return kd_arena_printf(arena, "%s%ssuperseded by v%d", text, comma,
	                       standing->next_version);
}

const char *kd_state_text(struct kd_arena *arena,
                          const struct kd_standing *standing)
{
	size_t of = standing->n_patches;
	const char *text = "";

	text = add_part(arena, text, "merged", standing->n_merged, of);
	text = add_part(arena, text, "applied", standing->n_applied, of);
	text = add_part(arena, text, "queued", standing->n_queued, of);
	if (standing->superseded)
		text = superseded(arena, text, standing);
	if (text != NULL && text[0] == '\0') {
		if (standing->state == KD_STATE_REVIEWED)
			text = "reviewed";
		else
			text = standing->state == KD_STATE_UNDER_REVIEW
			               ? "under review"
			               : "new";
	}
	text = add_part(arena, text, "in stable", standing->n_stable, of);
	return add_part(arena, text, "failed to apply to stable",
	                standing->n_failed, of);
}

static const char *add_count(struct kd_arena *arena, const char *text,
                             const char *word, size_t n, size_t of)
{
	if (n == 0 || text == NULL)
		return text;
	return kd_arena_printf(arena, "%s%s%s %zu/%zu", text,
	                       text[0] != '\0' ? ", " : "", word, n, of);
}

const char *kd_tags_text(struct kd_arena *arena,
                         const struct kd_standing *standing)
{
	size_t of = standing->n_patches;
	const char *text = "";

	/* "reviewed" is the word for that already. */
	if (standing->state != KD_STATE_REVIEWED || standing->n_reviewed < of)
		text = add_count(arena, text, "reviewed", standing->n_reviewed,
		                 of);
	text = add_count(arena, text, "acked", standing->n_acked, of);
	return add_count(arena, text, "tested", standing->n_tested, of);
}
