/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * thread.c - what a thread begins with: up over the oldest of what each
 * message refers to.  Each message is looked at once, whatever leads to it,
 * so that long threads and those in a circle cost no more than others.
 */
#include "store/thread.h"

#include <stdlib.h>

#include "store/series_internal.h"

enum { OUTSIDE_MAX = 20000 }; /* looked at beyond those asked about */

/* What is known of a message. */
struct place {
	int64_t message; /* 0: nothing is here */
	int64_t root;    /* 0: it is on the way up, */
	size_t at;       /* there */
};

/* Keyed by row ids, which mail cannot choose. */
struct map {
	struct place *places; /* size of them, a power of two */
	size_t size;
	size_t used;
};

struct climb {
	struct kd_store *store;
	struct map map;
	int64_t *path; /* messages, n of them, from the one asked about up */
	size_t n;
	size_t room;
	size_t left; /* that may be looked at */
};

struct node {
	int64_t message;
	int64_t variant; /* 0: it never came */
};

/* Where the message is, or where it belongs. */
static struct place *find_place(const struct map *map, int64_t message)
{
	uint64_t hash = (uint64_t)message * UINT64_C(0x9e3779b97f4a7c15);
	size_t i = (size_t)(hash >> 20) & (map->size - 1);

	while (map->places[i].message != 0 && map->places[i].message != message)
		i = (i + 1) & (map->size - 1);
	return &map->places[i];
}

/* Make room for one more. */
static enum kd_status widen(struct map *map, struct kd_error *err)
{
	struct map wide = { .size = map->size > 0 ? 2 * map->size : 1024,
		            .used = map->used };

	if (map->size > 0 && map->used < map->size / 2)
		return KD_OK;
	wide.places = calloc(wide.size, sizeof(*wide.places));
	if (wide.places == NULL) {
		(void)kd_fail(err, KD_NOMEM, "out of memory");
		return KD_NOMEM;
	}
	for (size_t i = 0; i < map->size; i++) {
		if (map->places[i].message != 0)
			*find_place(&wide, map->places[i].message) =
				map->places[i];
	}
	free(map->places);
	*map = wide;
	return KD_OK;
}

static enum kd_status step_on(struct climb *climb, struct place *place,
                              int64_t message, struct kd_error *err)
{
	if (climb->n == climb->room) {
		size_t room = climb->room > 0 ? 2 * climb->room : 64;
		int64_t *path =
			realloc(climb->path, room * sizeof(*climb->path));

		if (path == NULL)
			return kd_fail(err, KD_NOMEM, "out of memory");
		climb->path = path;
		climb->room = room;
	}
	*place = (struct place){ .message = message, .at = climb->n };
	climb->path[climb->n++] = message;
	climb->map.used++;
	return KD_OK;
}

/*
 * What a message refers to, the oldest that came; else what it answers.
 * Where nothing of that came, what it names first stands for the thread:
 * others that answer it name it, too.
 */
static enum kd_status find_parent(struct kd_store *store, int64_t variant,
                                  struct node *ret, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	struct node answered = { .message = 0 };
	struct node oldest = { .message = 0 };
	enum kd_status st;
	bool more = true;

	st = kd_stmt_open(store, KD_STMT_LIST_ABOVE, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, variant);
	while (oldest.variant == 0) {
		struct node node;

		st = kd_stmt_next(&cur, &more, err);
		if (st != KD_OK || !more)
			break;
		node.message = kd_stmt_int(&cur, 1);
		node.variant = kd_stmt_int(&cur, 2);
		if (kd_stmt_int(&cur, 0) == 0)
			answered = node;
		else if (oldest.message == 0 || node.variant != 0)
			oldest = node;
	}
	kd_stmt_close(&cur);
	*ret = oldest.variant != 0 || answered.variant == 0 ? oldest : answered;
	if (ret->message == 0)
		*ret = answered;
	return st;
}

/* Of a circle: what is the same from wherever one comes to it. */
static int64_t least_of(const int64_t *path, size_t n)
{
	int64_t least = path[0];

	for (size_t i = 1; i < n; i++) {
		if (least > path[i])
			least = path[i];
	}
	return least;
}

static enum kd_status find_root(struct climb *climb, struct node node,
                                int64_t *ret, struct kd_error *err)
{
	enum kd_status st;

	for (;;) {
		struct place *place;

		st = widen(&climb->map, err);
		if (st != KD_OK)
			return st;
		place = find_place(&climb->map, node.message);
		if (place->message != 0) {
			*ret = place->root != 0
			               ? place->root
			               : least_of(climb->path + place->at,
			                          climb->n - place->at);
			return KD_OK;
		}
		st = step_on(climb, place, node.message, err);
		if (st != KD_OK)
			return st;
		*ret = node.message;
		if (node.variant == 0 || climb->left == 0)
			return KD_OK;
		climb->left--;
		st = find_parent(climb->store, node.variant, &node, err);
		if (st != KD_OK || node.message == 0)
			return st;
	}
}

enum kd_status kd_store_find_roots(struct kd_store *store,
                                   struct kd_threaded *messages, size_t n,
                                   struct kd_error *err)
{
	struct climb climb = { .store = store, .left = 2 * n + OUTSIDE_MAX };
	enum kd_status st = KD_OK;

	for (size_t i = 0; i < n && st == KD_OK; i++) {
		const struct node node = { messages[i].message,
			                   messages[i].variant };

		climb.n = 0;
		st = find_root(&climb, node, &messages[i].root, err);
		for (size_t j = 0; j < climb.n && st == KD_OK; j++)
			find_place(&climb.map, climb.path[j])->root =
				messages[i].root;
	}
	free(climb.map.places);
	free(climb.path);
	return st;
}
