/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * takings.c - what went in: notices, of which some speak of one patch and
 * some of a series, put together by tree and series.
 */
#include "report/takings.h"

#include <stdlib.h>
#include <string.h>

#include "report/row.h"
#include "store/series.h"

/* One patch that a notice says was taken. */
struct item {
	const char *tree;
	enum kd_fate fate;
	size_t at; /* of the notice in the range */
	const struct kd_posted *notice;
	int64_t unit;
	const char *title; /* of the unit */
	const char *project;
	int64_t total;
	/* Which patch: "#3", its title in lower case or a commit; NULL: all
	 * that there are. */
	const char *patch;
};

struct link {
	struct item item;
	struct link *next;
};

struct gathering {
	const struct kd_view *view;
	struct kd_arena *arena;
	struct link *first, *last;
	size_t n;
};

static enum kd_status add(struct gathering *all, const struct item *item,
                          struct kd_error *err)
{
	struct link *link = kd_arena_alloc(all->arena, sizeof(*link));

	if (link == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	link->item = *item;
	if (all->last != NULL)
		all->last->next = link;
	else
		all->first = link;
	all->last = link;
	all->n++;
	return KD_OK;
}

/* By number, which is what patches of a series are told apart by. */
static const char *patch_key(struct kd_arena *arena,
                             const struct kd_taken *taken)
{
	if (taken->number != KD_NUMBER_NONE)
		return kd_arena_printf(arena, "#%d", taken->number);
	if (taken->title != NULL)
		return kd_lower_copy(arena, taken->title);
	return taken->commit != NULL ? taken->commit : "";
}

static const char *title_of(struct kd_arena *arena, const char *title,
                            const char *full)
{
	return kd_arena_strdup(arena, title != NULL && title[0] != '\0' ? title
	                                                                : full);
}

/* The series that the notice is about, by the message that it is. */
static enum kd_status find_series(struct gathering *all,
                                  const struct kd_posted *target,
                                  struct item *item, struct kd_error *err)
{
	const struct kd_subject *subject = &target->msg.subject;
	struct kd_series series;
	enum kd_status st;

	st = kd_store_series(all->view->store, target->series, all->arena,
	                     &series, err);
	if (st != KD_OK)
		return st;
	item->unit = series.series;
	/* A single patch has none. */
	if (series.total < 1)
		return KD_OK;
	item->title = title_of(all->arena, series.title, item->title);
	item->total = series.total;
	if (target->msg.kind != KD_KIND_COVER)
		item->patch =
			kd_arena_printf(all->arena, "#%d", subject->number);
	return KD_OK;
}

/* item->patch: the one that the notice answers, where that is one of a
 * series. */
static enum kd_status find_unit(struct gathering *all,
                                const struct kd_message *msg, struct item *item,
                                struct kd_error *err)
{
	const struct kd_posted *notice = item->notice;
	struct kd_posted target;
	enum kd_status st;

	item->unit = -notice->message;
	item->title = title_of(all->arena, notice->msg.subject.title,
	                       notice->msg.subject.full);
	if (msg->n_taken == 1)
		item->title =
			title_of(all->arena, msg->taken[0].title, item->title);
	if (notice->about == 0)
		return KD_OK;
	st = kd_store_get(all->view->store, notice->about, all->arena, &target,
	                  err);
	if (st != KD_OK)
		return st;
	item->unit = -target.message;
	item->title = title_of(all->arena, target.msg.subject.title,
	                       target.msg.subject.full);
	item->project = target.msg.subject.project;
	item->total = 1;
	return target.series != 0 ? find_series(all, &target, item, err)
	                          : KD_OK;
}

static enum kd_status take(struct gathering *all,
                           const struct kd_posted *notice, size_t at,
                           struct kd_error *err)
{
	struct item item = { .at = at, .notice = notice };
	struct kd_message msg = { .n_taken = 0 };
	enum kd_status st;

	st = kd_store_details(all->view->store, notice->variant, all->arena,
	                      &msg, err);
	if (st != KD_OK || msg.fate == KD_FATE_NONE)
		return st;
	item.tree = msg.tree;
	item.fate = msg.fate;
	st = find_unit(all, &msg, &item, err);
	if (st != KD_OK)
		return st;
	if (msg.n_taken == 0 || (msg.n_taken == 1 && item.patch != NULL))
		return add(all, &item, err);
	for (size_t i = 0; i < msg.n_taken && st == KD_OK; i++) {
		item.patch = patch_key(all->arena, &msg.taken[i]);
		st = add(all, &item, err);
	}
	return st;
}

static int by_tree(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return (a == NULL) - (b == NULL);
	return strcmp(a, b);
}

/* Those of one taking next to each other. */
static int by_taking(const void *a, const void *b)
{
	const struct item *x = a;
	const struct item *y = b;
	int order = by_tree(x->tree, y->tree);

	if (order != 0)
		return order;
	if (x->unit != y->unit)
		return x->unit < y->unit ? -1 : 1;
	if (x->fate != y->fate)
		return x->fate < y->fate ? -1 : 1;
	order = by_tree(x->patch, y->patch);
	if (order != 0)
		return order;
	return (x->at > y->at) - (x->at < y->at);
}

static bool is_same_taking(const struct item *x, const struct item *y)
{
	return by_tree(x->tree, y->tree) == 0 && x->unit == y->unit &&
	       x->fate == y->fate;
}

struct sorted {
	struct kd_taking taking;
	size_t at;
};

static int by_place(const void *a, const void *b)
{
	const struct sorted *x = a;
	const struct sorted *y = b;
	int order = by_tree(x->taking.tree, y->taking.tree);

	if (order != 0)
		return order;
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return (x->taking.unit > y->taking.unit) -
	       (x->taking.unit < y->taking.unit);
}

static void begin(struct sorted *ret, const struct item *item)
{
	*ret = (struct sorted){
		.taking = { .tree = item->tree,
		            .fate = item->fate,
		            .notice = item->notice,
		            .unit = item->unit,
		            .title = item->title,
		            .project = item->project,
		            .total = item->total },
		.at = item->at,
	};
}

/* n > 0 items of one taking, in order of their patches. */
static void unite(const struct item *items, size_t n, struct sorted *ret)
{
	struct kd_taking *taking = &ret->taking;

	begin(ret, &items[0]);
	for (size_t i = 0; i < n; i++) {
		if (items[i].at < ret->at) {
			ret->at = items[i].at;
			taking->notice = items[i].notice;
		}
		if (i == 0 || by_tree(items[i].patch, items[i - 1].patch) != 0)
			taking->taken++;
	}
	/* All are sorted last. */
	if (items[n - 1].patch == NULL ||
	    (taking->total > 0 && taking->taken > taking->total))
		taking->taken = taking->total;
}

static enum kd_status finish(struct gathering *all, struct kd_taking **ret,
                             size_t *ret_n, struct kd_error *err)
{
	struct item *items = kd_arena_array(all->arena, all->n, sizeof(*items));
	struct sorted *sorted =
		kd_arena_array(all->arena, all->n, sizeof(*sorted));
	size_t n = 0;
	size_t end;

	*ret = kd_arena_array(all->arena, all->n, sizeof(**ret));
	if (items == NULL || sorted == NULL || *ret == NULL ||
	    kd_arena_failed(all->arena))
		return kd_fail(err, KD_NOMEM, "out of memory");
	*ret_n = 0;
	if (all->n == 0)
		return KD_OK;
	for (const struct link *link = all->first; link; link = link->next)
		items[n++] = link->item;
	qsort(items, n, sizeof(*items), by_taking);
	for (size_t i = 0; i < n; i = end) {
		for (end = i + 1; end < n; end++) {
			if (!is_same_taking(&items[i], &items[end]))
				break;
		}
		unite(&items[i], end - i, &sorted[(*ret_n)++]);
	}
	qsort(sorted, *ret_n, sizeof(*sorted), by_place);
	for (size_t i = 0; i < *ret_n; i++)
		(*ret)[i] = sorted[i].taking;
	return KD_OK;
}

enum kd_status kd_takings_find(const struct kd_view *view,
                               const struct kd_posted *const *posted, size_t n,
                               struct kd_taking **ret, size_t *ret_n,
                               struct kd_error *err)
{
	struct gathering all = { .view = view, .arena = view->arena };
	enum kd_status st = KD_OK;

	for (size_t i = 0; i < n && st == KD_OK; i++) {
		if (posted[i]->msg.kind == KD_KIND_APPLIED ||
		    posted[i]->msg.kind == KD_KIND_BOT)
			st = take(&all, posted[i], i, err);
	}
	return st == KD_OK ? finish(&all, ret, ret_n, err) : st;
}
