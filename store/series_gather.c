/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * series_gather.c - a message and all that its arrival can concern.
 *
 * Patches that could be of one series, directly or by way of others, are
 * kin; table series keeps who is (kin is only a label).  Kin grows and
 * never splits, so that a message that is read again finds those around it
 * whatever it said before.
 */
#include <limits.h>
#include <string.h>

#include "store/series_internal.h"

enum {
	NODES_MAX = 1000, /* a thread of more is an attack */
	KINS_MAX = 64,
};

/* --- Rows -------------------------------------------------------------- */

/* Goes over the columns in the order of NODE in statements_series.c. */
static void read_node(struct kd_arena *arena, const struct kd_cursor *cur,
                      struct kd_node *ret)
{
	const char *email = kd_stmt_text(cur, 11);
	char *lower;
	size_t i;

	*ret = (struct kd_node){
		.message = kd_stmt_int(cur, 0),
		.message_id = kd_stmt_keep(cur, arena, 1),
		.series = kd_stmt_int(cur, 2),
		.kin = kd_stmt_int(cur, 3),
		.cover = kd_stmt_int(cur, 4) == KD_KIND_COVER,
		.version = (int)kd_stmt_int(cur, 5),
		.revision = (int)kd_stmt_int(cur, 7),
		.number = kd_stmt_number_or_none(cur, 8),
		.total = kd_stmt_number_or_none(cur, 9),
		.has_date = !kd_stmt_is_null(cur, 10),
		.date = kd_stmt_int(cur, 10),
		.project = kd_stmt_keep(cur, arena, 12),
		.title = kd_stmt_keep(cur, arena, 14),
		.change_id = kd_stmt_keep(cur, arena, 15),
		.was_said = kd_stmt_number_or_none(cur, 16),
		.was_version = kd_stmt_number_or_none(cur, 17),
		.was_revision = kd_stmt_number_or_none(cur, 18),
	};
	/* old rows do not know; they say it where it shows */
	ret->versioned = kd_stmt_int(cur, 6) != 0 || ret->version > 1 ||
	                 ret->revision > 0;
	lower = kd_arena_strdup(arena, email == NULL ? "" : email);
	for (i = 0; lower != NULL && lower[i] != '\0'; i++)
		lower[i] = kd_lower(lower[i]);
	ret->email = lower != NULL && lower[0] != '\0' ? lower : NULL;
	if (ret->number == KD_NUMBER_NONE && ret->cover)
		ret->number = 0;
	else if (ret->number == KD_NUMBER_NONE)
		kd_members_read_open(kd_stmt_text(cur, 13), ret);
}

static enum kd_status add_node(struct kd_gathered *all,
                               const struct kd_node *node, struct kd_error *err)
{
	struct kd_node *more;

	if (all->n == all->room) {
		more = kd_arena_array(all->arena, 2 * all->room + 4,
		                      sizeof(*more));
		if (more == NULL)
			return kd_fail(err, KD_NOMEM, "out of memory");
		if (all->n > 0)
			memcpy(more, all->nodes, all->n * sizeof(*more));
		all->nodes = more;
		all->room = 2 * all->room + 4;
	}
	all->nodes[all->n++] = *node;
	return KD_OK;
}

/* What message refers to; 0: each row says whose it is, and they are in the
 * order of the nodes. */
static enum kd_status read_cites(struct kd_cursor *cur, struct kd_node *nodes,
                                 size_t n, struct kd_error *err)
{
	enum kd_status st = KD_OK;
	bool more = true;
	size_t i = 0;
	size_t tries;

	while (st == KD_OK && more) {
		st = kd_stmt_next(cur, &more, err);
		if (st != KD_OK || !more)
			break;
		for (tries = 0; tries < n; tries++) {
			if (nodes[i].message == kd_stmt_int(cur, 0))
				break;
			i = i + 1 < n ? i + 1 : 0;
		}
		if (tries < n)
			kd_members_cite(&nodes[i], kd_stmt_int(cur, 1),
			                kd_stmt_int(cur, 2));
	}
	kd_stmt_close(cur);
	return st;
}

/* Without a content, or a sender, there is none. */
static enum kd_status get_node(struct kd_store *store, int64_t message,
                               struct kd_arena *arena, struct kd_node *ret,
                               bool *ret_found, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	*ret = (struct kd_node){ .message = 0 };
	*ret_found = false;
	st = kd_stmt_open(store, KD_STMT_GET_NODE, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, message);
	st = kd_stmt_next(&cur, ret_found, err);
	if (st == KD_OK && *ret_found)
		read_node(arena, &cur, ret);
	kd_stmt_close(&cur);
	if (st == KD_OK && kd_arena_failed(arena))
		st = kd_fail(err, KD_NOMEM, "out of memory");
	return st;
}

static enum kd_status read_self(struct kd_store *store,
                                const struct kd_incoming *in,
                                struct kd_arena *arena, struct kd_node *ret,
                                struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;
	bool found = false;

	st = get_node(store, in->message, arena, ret, &found, err);
	if (st == KD_OK && !found)
		st = kd_fail(err, KD_BUG, "find a series: of no message");
	if (st == KD_OK)
		st = kd_stmt_open(store, KD_STMT_LIST_CITES, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, in->variant);
	kd_stmt_bind_int(&cur, in->message);
	return read_cites(&cur, ret, 1, err);
}

/* --- Those around it --------------------------------------------------- */

typedef bool fits_fn(const struct kd_node *self, const struct kd_node *other);

static bool is_cited(const struct kd_node *self, const struct kd_node *other)
{
	return kd_members_may_follow(self, other);
}

static bool is_citing(const struct kd_node *self, const struct kd_node *other)
{
	return kd_members_may_follow(other, self);
}

static bool is_sibling(const struct kd_node *self, const struct kd_node *other)
{
	struct kd_node sibling = *other;

	sibling.parent = self->parent; /* by that it was found */
	return kd_members_may_be_siblings(self, &sibling);
}

/* A message that looks for its kin. */
struct meeting {
	struct kd_store *store;
	struct kd_gathered *all;
	const struct kd_node *self;
};

/* Take the kin of all that fit; and close. */
static enum kd_status meet(const struct meeting *meeting, struct kd_cursor *cur,
                           fits_fn *fits, struct kd_error *err)
{
	struct kd_arena *arena = meeting->all->arena;
	struct kd_ids unlabelled = { .n = 0 };
	struct kd_node other;
	enum kd_status st = KD_OK;
	bool found = false;
	bool more = true;
	size_t i;

	while (st == KD_OK && more) {
		st = kd_stmt_next(cur, &more, err);
		if (st != KD_OK || !more)
			break;
		/* of those that are in already most have many */
		if (kd_ids_have(&meeting->all->kins, kd_stmt_int(cur, 1)))
			continue;
		st = get_node(meeting->store, kd_stmt_int(cur, 0), arena,
		              &other, &found, err);
		if (st != KD_OK || !found || !fits(meeting->self, &other))
			continue;
		if (other.kin == 0) {
			other.kin = other.series;
			st = kd_ids_put(&unlabelled, arena, other.series,
			                KINS_MAX, err);
		}
		if (st == KD_OK)
			st = kd_ids_put(&meeting->all->kins, arena, other.kin,
			                KINS_MAX, err);
	}
	kd_stmt_close(cur);
	/* series of before kin was kept */
	for (i = 0; i < unlabelled.n && st == KD_OK; i++)
		st = kd_series_run(meeting->store, KD_STMT_LABEL_SERIES,
		                   unlabelled.ids[i], err);
	return st;
}

/* The first of them, once there is one: of a long series each patch would
 * read all that came before it. */
static int64_t known_kin(const struct meeting *meeting)
{
	const struct kd_ids *kins = &meeting->all->kins;

	return kins->n == 0 ? 0 : kins->ids[0];
}

static enum kd_status meet_cited(const struct meeting *meeting, int64_t variant,
                                 struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	st = kd_stmt_open(meeting->store, KD_STMT_LIST_CITED, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, variant);
	kd_stmt_bind_int(&cur, known_kin(meeting));
	return meet(meeting, &cur, is_cited, err);
}

/* Those that refer to message by a reference of that ordinal at most. */
static enum kd_status meet_citing(const struct meeting *meeting,
                                  int64_t message, int ordinal, fits_fn *fits,
                                  struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	st = kd_stmt_open(meeting->store, KD_STMT_LIST_CITING, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, message);
	kd_stmt_bind_int(&cur, known_kin(meeting));
	kd_stmt_bind_int(&cur, ordinal);
	return meet(meeting, &cur, fits, err);
}

static enum kd_status meet_loose(const struct meeting *meeting,
                                 struct kd_error *err)
{
	const struct kd_node *self = meeting->self;
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	if (self->refers || !self->has_date || self->email == NULL ||
	    self->total == KD_NUMBER_NONE)
		return KD_OK;
	st = kd_stmt_open(meeting->store, KD_STMT_LIST_LOOSE, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, self->total);
	kd_stmt_bind_int(&cur, self->version);
	kd_stmt_bind_int(&cur, self->date - KD_LOOSE_S);
	kd_stmt_bind_int(&cur, self->date + KD_LOOSE_S);
	kd_stmt_bind_text(&cur, self->email);
	return meet(meeting, &cur, kd_members_may_be_loose, err);
}

static enum kd_status meet_all(const struct meeting *meeting, int64_t variant,
                               struct kd_error *err)
{
	const struct kd_node *self = meeting->self;
	enum kd_status st = KD_OK;

	if (!kd_members_can_join(self))
		return KD_OK;
	if (self->refers && self->number != 0)
		st = meet_cited(meeting, variant, err);
	if (st == KD_OK)
		st = meet_citing(meeting, self->message, INT_MAX, is_citing,
		                 err);
	if (st == KD_OK && self->parent != 0 && self->number != 0)
		st = meet_citing(meeting, self->parent, 0, is_sibling, err);
	if (st == KD_OK)
		st = meet_loose(meeting, err);
	return st;
}

/* --- All kin ----------------------------------------------------------- */

static enum kd_status read_kin(struct kd_store *store, int64_t kin, int64_t but,
                               struct kd_gathered *all, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	size_t first = all->n;
	struct kd_node node;
	enum kd_status st;
	bool more = true;

	st = kd_stmt_open(store, KD_STMT_LIST_KIN, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, kin);
	while (st == KD_OK && more && all->n <= NODES_MAX) {
		st = kd_stmt_next(&cur, &more, err);
		if (st != KD_OK || !more)
			break;
		read_node(all->arena, &cur, &node);
		if (node.message != but)
			st = add_node(all, &node, err);
	}
	kd_stmt_close(&cur);
	if (st != KD_OK || first == all->n || all->n > NODES_MAX)
		return st;
	st = kd_stmt_open(store, KD_STMT_LIST_KIN_CITES, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, kin);
	return read_cites(&cur, all->nodes + first, all->n - first, err);
}

enum kd_status kd_series_gather(struct kd_store *store,
                                const struct kd_incoming *in,
                                struct kd_gathered *ret, struct kd_error *err)
{
	struct kd_node self = { .message = 0 };
	const struct meeting meeting = {
		.store = store,
		.all = ret,
		.self = &self,
	};
	enum kd_status st;
	size_t i;

	st = read_self(store, in, ret->arena, &self, err);
	if (st != KD_OK)
		return st;
	ret->before = self.series;
	if (self.series != 0 && self.kin == 0) {
		self.kin = self.series;
		st = kd_series_run(store, KD_STMT_LABEL_SERIES, self.series,
		                   err);
	}
	if (st == KD_OK && self.series != 0)
		st = kd_ids_put(&ret->kins, ret->arena, self.kin, KINS_MAX,
		                err);
	if (st == KD_OK && ret->member)
		st = meet_all(&meeting, in->variant, err);
	if (st == KD_OK && ret->member)
		st = add_node(ret, &self, err);
	for (i = 0; i < ret->kins.n && st == KD_OK && ret->n <= NODES_MAX; i++)
		st = read_kin(store, ret->kins.ids[i], self.message, ret, err);
	if (st == KD_OK && kd_arena_failed(ret->arena))
		st = kd_fail(err, KD_NOMEM, "out of memory");
	ret->alone = ret->n > NODES_MAX;
	return st;
}
