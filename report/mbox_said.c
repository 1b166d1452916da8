/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mbox_said.c - which trailers of answers are added to the patches of a
 * series: reviews by who sent them, as b4 takes them, none twice.
 */
#include "report/mbox_series.h"

#include <string.h>

#include "report/row.h"

struct link {
	struct kd_mbox_given given;
	struct link *next;
};

struct asking {
	const struct kd_view *view;
	struct kd_arena *arena;
	struct kd_mbox_givens *givens;
	struct link *first, *last;
};

/* Nothing in it that kd_sanitize() would have to change. */
static bool is_clean(struct kd_arena *arena, const char *text)
{
	const char *clean = kd_sanitized(arena, kd_bytes_of(text), false);

	return clean != NULL && strcmp(clean, text) == 0;
}

static enum kd_mbox_left judge(const struct asking *asking,
                               const struct kd_trailer *trailer,
                               const struct kd_mbox_given *given)
{
	if (kd_tag_of(trailer->name) == 0)
		return KD_MBOX_LEFT_KIND;
	if (!kd_said_counts(trailer, &given->who, &given->sender))
		return KD_MBOX_LEFT_SENDER;
	if (given->who.email == NULL)
		return KD_MBOX_LEFT_ADDRESS;
	if (!is_clean(asking->arena, trailer->name) ||
	    !is_clean(asking->arena, trailer->value))
		return KD_MBOX_LEFT_ODD;
	return KD_MBOX_LEFT_NOT;
}

static struct kd_person keep(const struct asking *asking,
                             const struct kd_person *who)
{
	struct kd_person ret = kd_view_person(asking->view, who);

	ret.name = kd_arena_strdup(asking->arena, ret.name);
	ret.email = kd_arena_strdup(asking->arena, ret.email);
	return ret;
}

static enum kd_status take_review(const struct kd_review *row, void *payload,
                                  struct kd_error *err)
{
	struct asking *asking = payload;
	struct kd_person who;
	struct link *link;

	if (asking->givens->n == KD_MBOX_GIVEN_MAX) {
		asking->givens->more = true;
		return KD_OK;
	}
	link = kd_arena_alloc(asking->arena, sizeof(*link));
	if (link == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	who = kd_person_parse(asking->arena, row->trailer.value);
	link->given = (struct kd_mbox_given){
		.name = kd_arena_strdup(asking->arena, row->trailer.name),
		.value = kd_arena_strdup(asking->arena, row->trailer.value),
		.who = keep(asking, &who),
		.sender = keep(asking, &row->sender),
	};
	link->given.left = judge(asking, &row->trailer, &link->given);
	if (asking->last != NULL)
		asking->last->next = link;
	else
		asking->first = link;
	asking->last = link;
	asking->givens->n++;
	return KD_OK;
}

static enum kd_status ask(const struct kd_view *view, struct kd_arena *arena,
                          struct kd_mbox_givens *givens, struct kd_error *err)
{
	struct asking asking = { .view = view,
		                 .arena = arena,
		                 .givens = givens };
	enum kd_status st;
	size_t n = 0;

	st = kd_store_each_review(view->store, givens->message, take_review,
	                          &asking, err);
	if (st != KD_OK)
		return st;
	givens->given =
		kd_arena_array(arena, givens->n, sizeof(*givens->given));
	if (givens->given == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	for (const struct link *link = asking.first; link; link = link->next)
		givens->given[n++] = link->given;
	return KD_OK;
}

/* b4: the same trailer by the same address; here by the same person. */
static bool is_same(const char *name, const struct kd_person *who,
                    const struct kd_mbox_given *given)
{
	return kd_strcmp_nocase(name, given->name) == 0 && who->email != NULL &&
	       kd_person_same(who, &given->who);
}

/* The trailers of a patch: those that it came with, then the new ones. */
struct block {
	struct kd_trailer *trailers; /* its own, n_own */
	struct kd_person *people;    /* of each of them, by the mailmap */
	size_t n_own;
	const struct kd_mbox_given **given; /* n */
	size_t n;
};

static bool has(const struct block *block, const struct kd_mbox_given *given)
{
	for (size_t i = 0; i < block->n_own; i++)
		if (is_same(block->trailers[i].name, &block->people[i], given))
			return true;
	for (size_t i = 0; i < block->n; i++)
		if (is_same(block->given[i]->name, &block->given[i]->who,
		            given))
			return true;
	return false;
}

static enum kd_status read_own(const struct kd_view *view,
                               struct kd_arena *arena,
                               const struct kd_posted *row, struct block *block,
                               struct kd_error *err)
{
	struct kd_message msg = { .n_trailers = 0 };
	enum kd_status st;

	st = kd_store_trailers(view->store, row->variant, arena, &msg, err);
	if (st != KD_OK)
		return st;
	block->n_own = msg.n_trailers;
	block->trailers =
		kd_arena_array(arena, msg.n_trailers, sizeof(*block->trailers));
	block->people =
		kd_arena_array(arena, msg.n_trailers, sizeof(*block->people));
	if (block->trailers == NULL || block->people == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	for (size_t i = 0; i < msg.n_trailers; i++) {
		struct kd_person who =
			kd_person_parse(arena, msg.trailers[i].value);

		block->trailers[i] = msg.trailers[i];
		block->people[i] = kd_view_person(view, &who);
	}
	return KD_OK;
}

static enum kd_status add(const struct kd_view *view, struct kd_arena *arena,
                          struct kd_mbox_patch *patch, struct kd_error *err)
{
	struct block block = { .n = 0 };
	enum kd_status st;
	size_t most = 0;

	for (size_t i = 0; i < patch->n_givens; i++)
		most += patch->givens[i]->n;
	if (most == 0)
		return KD_OK;
	st = read_own(view, arena, patch->row, &block, err);
	if (st != KD_OK)
		return st;
	block.given = kd_arena_array(arena, most, sizeof(void *));
	patch->lines = kd_arena_array(arena, most, sizeof(void *));
	if (block.given == NULL || patch->lines == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	for (size_t i = 0; i < patch->n_givens; i++) {
		const struct kd_mbox_givens *givens = patch->givens[i];

		for (size_t k = 0; k < givens->n; k++) {
			const struct kd_mbox_given *given = &givens->given[k];

			if (given->left == KD_MBOX_LEFT_NOT &&
			    !has(&block, given))
				block.given[block.n++] = given;
		}
	}
	for (size_t i = 0; i < block.n; i++)
		patch->lines[patch->n_lines++] =
			kd_arena_printf(arena, "%s: %s", block.given[i]->name,
		                        block.given[i]->value);
	return KD_OK;
}

enum kd_status kd_mbox_series_ask(const struct kd_view *view,
                                  struct kd_mbox_series *series,
                                  struct kd_error *err)
{
	struct kd_arena *arena = series->arena;
	enum kd_status st = KD_OK;

	for (struct kd_mbox_givens *givens = series->givens;
	     givens != NULL && st == KD_OK; givens = givens->next)
		st = ask(view, arena, givens, err);
	for (size_t i = 0; i < series->n && st == KD_OK; i++) {
		struct kd_mbox_patch *patch = &series->patches[i];

		if (patch->row != NULL)
			st = add(view, arena, patch, err);
	}
	if (st == KD_OK && kd_arena_failed(arena))
		st = kd_fail(err, KD_NOMEM, "out of memory");
	return st;
}
