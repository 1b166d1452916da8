/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * given.c - who gave which tag to which patch.  The replies are asked for
 * by what they are about: one question for each patch, not for each mail.
 */
#include "report/given.h"

#include <stdlib.h>
#include <string.h>

#include "report/row.h"
#include "report/story.h"
#include "store/series.h"

struct link {
	struct kd_given given;
	struct link *next;
};

struct gathering {
	const struct kd_view *view;
	int64_t *messages; /* n, sorted: those asked about */
	size_t n;
	struct link *found; /* n_found of them */
	size_t n_found;
	size_t n_of_target; /* since that was begun */
};

static bool is_asked_about(const struct gathering *all, int64_t message)
{
	return all->n > 0 && bsearch(&message, all->messages, all->n,
	                             sizeof(message), kd_by_number) != NULL;
}

static struct kd_person keep(const struct kd_view *view, struct kd_person who)
{
	who = kd_view_person(view, &who);
	who.name = kd_arena_strdup(view->arena, who.name);
	who.email = kd_arena_strdup(view->arena, who.email);
	return who;
}

static enum kd_status take(const struct kd_review *row, void *payload,
                           struct kd_error *err)
{
	struct gathering *all = payload;
	struct kd_arena *arena = all->view->arena;
	unsigned int tags = kd_tag_of(row->trailer.name);
	struct kd_person sender;
	struct link *link;

	if (tags == 0 || !is_asked_about(all, row->message))
		return KD_OK;
	sender = keep(all->view, row->sender);
	if (!row->trailer.by_sender) {
		struct kd_person who =
			kd_person_parse(arena, row->trailer.value);

		who = kd_view_person(all->view, &who);
		if (who.email == NULL || !kd_person_same(&who, &sender))
			return KD_OK;
	}
	link = kd_arena_alloc(arena, sizeof(*link));
	if (link == NULL || kd_arena_failed(arena))
		return kd_fail(err, KD_NOMEM, "out of memory");
	link->given = (struct kd_given){
		.who = sender,
		.key = kd_person_key(arena, &sender),
		.target = row->target,
		.series = -row->target,
		.tags = tags,
	};
	link->next = all->found;
	all->found = link;
	all->n_found++;
	all->n_of_target++;
	return kd_arena_failed(arena) ? kd_fail(err, KD_NOMEM, "out of memory")
	                              : KD_OK;
}

static enum kd_status ask(struct gathering *all, int64_t target,
                          struct kd_error *err)
{
	struct kd_posted posted;
	struct link *link;
	enum kd_status st;

	all->n_of_target = 0;
	st = kd_store_each_review(all->view->store, target, take, all, err);
	if (st != KD_OK || all->n_of_target == 0)
		return st;
	st = kd_store_get(all->view->store, target, all->view->arena, &posted,
	                  err);
	if (st != KD_OK || posted.series == 0)
		return st;
	link = all->found;
	for (size_t i = 0; i < all->n_of_target; i++, link = link->next)
		link->given.series = posted.series;
	return KD_OK;
}

/* What the messages are about, each once. */
static enum kd_status ask_all(struct gathering *all,
                              const struct kd_posted *const *posted, size_t n,
                              struct kd_error *err)
{
	int64_t *targets =
		kd_arena_array(all->view->arena, n, sizeof(*targets));
	enum kd_status st = KD_OK;
	size_t n_targets = 0;

	all->messages =
		kd_arena_array(all->view->arena, n, sizeof(*all->messages));
	if (targets == NULL || all->messages == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	for (size_t i = 0; i < n; i++) {
		if (posted[i]->about == 0)
			continue;
		all->messages[all->n++] = posted[i]->message;
		targets[n_targets++] = posted[i]->about;
	}
	if (n_targets == 0)
		return KD_OK;
	qsort(all->messages, all->n, sizeof(*all->messages), kd_by_number);
	qsort(targets, n_targets, sizeof(*targets), kd_by_number);
	for (size_t i = 0; i < n_targets && st == KD_OK; i++) {
		if (i == 0 || targets[i] != targets[i - 1])
			st = ask(all, targets[i], err);
	}
	return st;
}

static int by_person(const void *a, const void *b)
{
	const struct kd_given *x = a;
	const struct kd_given *y = b;
	int order = strcmp(x->key, y->key);

	return order != 0 ? order
	                  : (x->target > y->target) - (x->target < y->target);
}

/* Put together what one person gave to one patch. */
static size_t unite(struct kd_given *given, size_t n)
{
	size_t used = 0;

	if (n == 0)
		return 0;
	qsort(given, n, sizeof(*given), by_person);
	for (size_t i = 0; i < n; i++) {
		if (used > 0 && by_person(&given[used - 1], &given[i]) == 0)
			given[used - 1].tags |= given[i].tags;
		else
			given[used++] = given[i];
	}
	return used;
}

enum kd_status kd_given_find(const struct kd_view *view,
                             const struct kd_posted *const *posted, size_t n,
                             struct kd_given **ret, size_t *ret_n,
                             struct kd_error *err)
{
	struct gathering all = { .view = view };
	struct kd_given *given;
	enum kd_status st;
	size_t i;

	st = ask_all(&all, posted, n, err);
	if (st != KD_OK)
		return st;
	given = kd_arena_array(view->arena, all.n_found, sizeof(*given));
	if (given == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	/* The newest stands first. */
	i = all.n_found;
	for (const struct link *link = all.found; link; link = link->next)
		given[--i] = link->given;
	*ret = given;
	*ret_n = unite(given, all.n_found);
	return KD_OK;
}
