/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * about.c - what a message is about: the nearest patch, cover letter or
 * pull request above it in its thread, or where a notice links to.
 *
 * It follows from the messages that came, in whatever order they did: who
 * arrives late is climbed through by those that referred to it before.
 */
#include <stdlib.h>

#include "store/facts.h"

enum {
	STEPS_MAX = 200,    /* of one climb: look-ups */
	BELOW_MAX = 1000,   /* that are settled anew at a time, */
	BUDGET_MAX = 20000, /* with look-ups and rows of this many at most */
};

/* One message of a thread. */
struct node {
	int64_t message;
	int64_t variant;
	int64_t kind; /* as it is stored */
};

/* Where a node is left for, in this order (mail-rules T2). */
enum way {
	BY_LINK,
	BY_REPLY,
	BY_REFERENCE,
	NO_WAY,
};

/* A node on the way up, and what is left to be tried from there. */
struct stand {
	int64_t variant;
	enum way way;
	int64_t next; /* ordinal */
};

struct climb {
	struct stand path[STEPS_MAX + 1];
	int depth;
	int64_t seen[STEPS_MAX + 1];
	int n_seen;
	int steps;
};

/* What can be the target of others.  It is never about anything itself:
 * version 2 in reply to version 1 is a posting, no answer. */
static bool is_posting(const struct node *node)
{
	return node->kind == KD_KIND_PATCH || node->kind == KD_KIND_COVER ||
	       node->kind == KD_KIND_PULL;
}

/* People quote the links of notices, and mean nothing by it. */
static bool is_led_by_links(const struct node *node)
{
	return node->kind != KD_KIND_REPLY && node->kind != KD_KIND_FORWARD;
}

static void stand_on(struct climb *climb, const struct node *node)
{
	climb->seen[climb->n_seen++] = node->message;
	climb->path[climb->depth++] = (struct stand){
		.variant = node->variant,
		.way = is_led_by_links(node) ? BY_LINK : BY_REPLY,
	};
}

static bool was_seen(const struct climb *climb, int64_t message)
{
	int i;

	for (i = 0; i < climb->n_seen; i++) {
		if (climb->seen[i] == message)
			return true;
	}
	return false;
}

static void read_node(const struct kd_cursor *cur, int column, struct node *ret)
{
	ret->message = kd_stmt_int(cur, column);
	ret->variant = kd_stmt_int(cur, column + 1);
	ret->kind = kd_stmt_int(cur, column + 2);
}

static enum kd_status open_way(struct kd_store *store,
                               const struct stand *stand, struct kd_cursor *ret,
                               struct kd_error *err)
{
	enum kd_status st;

	st = kd_stmt_open(store,
	                  stand->way == BY_LINK ? KD_STMT_NEXT_SUBJECT
	                                        : KD_STMT_NEXT_ABOVE,
	                  ret, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(ret, stand->variant);
	if (stand->way == BY_REFERENCE)
		kd_stmt_bind_int(ret, 1);
	if (stand->way != BY_REPLY) {
		kd_stmt_bind_int(ret, stand->next);
		return KD_OK;
	}
	kd_stmt_bind_int(ret, 0);
	kd_stmt_bind_int(ret, 0);
	return KD_OK;
}

/* What is to be tried when this was: at ordinal, or where nothing was
 * found. */
static void move_on(struct stand *stand, bool found, int64_t ordinal)
{
	switch (stand->way) {
	case BY_LINK:
		stand->next = ordinal + 1;
		if (!found)
			stand->way = BY_REPLY;
		return;
	case BY_REPLY:
		stand->way = BY_REFERENCE;
		stand->next = KD_REFERENCES_MAX;
		return;
	case BY_REFERENCE:
	case NO_WAY:
		stand->next = ordinal - 1;
		if (!found || ordinal <= 1)
			stand->way = NO_WAY;
		return;
	}
}

/* One step; *ret_found: to a message that came. */
static enum kd_status step(struct kd_store *store, struct stand *stand,
                           struct node *ret, bool *ret_found,
                           struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	int64_t ordinal = 0;
	enum kd_status st;

	st = open_way(store, stand, &cur, err);
	if (st != KD_OK)
		return st;
	st = kd_stmt_next(&cur, ret_found, err);
	if (st == KD_OK && *ret_found) {
		ordinal = kd_stmt_int(&cur, 0);
		read_node(&cur, 1, ret);
	}
	kd_stmt_close(&cur);
	if (st == KD_OK)
		move_on(stand, *ret_found, ordinal);
	return st;
}

/* *ret is 0 where there is none, or none near enough. */
static enum kd_status find_target(struct kd_store *store,
                                  const struct node *from, struct climb *climb,
                                  int64_t *ret, struct kd_error *err)
{
	struct node node = { .message = 0 };
	struct stand *stand;
	enum kd_status st;
	bool found = false;

	*ret = 0;
	climb->depth = 0;
	climb->n_seen = 0;
	climb->steps = 0;
	stand_on(climb, from);
	while (climb->depth > 0 && climb->steps < STEPS_MAX) {
		stand = &climb->path[climb->depth - 1];
		if (stand->way == NO_WAY) {
			climb->depth--;
			continue;
		}
		climb->steps++;
		st = step(store, stand, &node, &found, err);
		if (st != KD_OK)
			return st;
		if (!found || was_seen(climb, node.message))
			continue;
		if (is_posting(&node)) {
			*ret = node.message;
			return KD_OK;
		}
		stand_on(climb, &node);
	}
	return KD_OK;
}

static enum kd_status put(struct kd_store *store, int64_t message,
                          int64_t target, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	st = kd_stmt_open(store,
	                  target == 0 ? KD_STMT_DROP_ABOUT : KD_STMT_PUT_ABOUT,
	                  &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, message);
	if (target != 0)
		kd_stmt_bind_int(&cur, target);
	return kd_stmt_run(&cur, err);
}

/* fresh: there is no row yet that could be dropped. */
static enum kd_status settle(struct kd_store *store, const struct node *node,
                             bool fresh, int *steps, struct kd_error *err)
{
	enum kd_status st = KD_OK;
	struct climb climb;
	int64_t target = 0;

	climb.steps = 0;
	if (!is_posting(node))
		st = find_target(store, node, &climb, &target, err);
	if (st != KD_OK)
		return st;
	*steps += climb.steps;
	if (target == 0 && fresh)
		return KD_OK;
	return put(store, node->message, target, err);
}

enum kd_status kd_about_put(struct kd_store *store,
                            const struct kd_incoming *in, bool fresh,
                            struct kd_error *err)
{
	const struct node node = {
		.message = in->message,
		.variant = in->variant,
		.kind = in->arriving->msg->kind,
	};
	int steps = 0;

	return settle(store, &node, fresh, &steps, err);
}

/* --- Those below ------------------------------------------------------- */

struct below {
	int64_t top;
	int n;
	int settled; /* of them */
	int spent;
	struct node nodes[BELOW_MAX];
};

static bool is_known(const struct below *below, int64_t message)
{
	int i;

	for (i = 0; i < below->n; i++) {
		if (below->nodes[i].message == message)
			return true;
	}
	return message == below->top;
}

/* A posting is where the climbs of all below it end. */
static void note_below(struct below *below, const struct node *node)
{
	if (below->n < BELOW_MAX && !is_posting(node) &&
	    !is_known(below, node->message))
		below->nodes[below->n++] = *node;
}

static enum kd_status look_below(struct kd_store *store, int64_t message,
                                 struct below *below, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	struct node node;
	enum kd_status st;
	bool more = true;

	st = kd_stmt_open(store, KD_STMT_LIST_BELOW, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, message);
	while (st == KD_OK && more && below->spent < BUDGET_MAX) {
		st = kd_stmt_next(&cur, &more, err);
		if (st != KD_OK || !more)
			break;
		below->spent++;
		read_node(&cur, 0, &node);
		note_below(below, &node);
	}
	kd_stmt_close(&cur);
	return st;
}

/* Settle those that were not yet. */
static enum kd_status settle_below(struct kd_store *store, struct below *below,
                                   struct kd_error *err)
{
	enum kd_status st = KD_OK;

	while (below->settled < below->n && below->spent < BUDGET_MAX &&
	       st == KD_OK)
		st = settle(store, &below->nodes[below->settled++], false,
		            &below->spent, err);
	return st;
}

enum kd_status kd_about_put_below(struct kd_store *store, int64_t message,
                                  struct kd_error *err)
{
	struct below *below = malloc(sizeof(*below));
	enum kd_status st;
	int i;

	if (below == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	below->top = message;
	below->n = 0;
	below->settled = 0;
	below->spent = 0;
	/* the nearest first, should there be too many */
	st = look_below(store, message, below, err);
	if (st == KD_OK)
		st = settle_below(store, below, err);
	for (i = 0; i < below->n && below->spent < BUDGET_MAX && st == KD_OK;
	     i++) {
		st = look_below(store, below->nodes[i].message, below, err);
		if (st == KD_OK)
			st = settle_below(store, below, err);
	}
	free(below);
	return st;
}
