/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * series.c - table series follows from what came.
 *
 * All that could be of one series with a message is divided anew when it
 * comes; only what differs is written.  Rows stay where members stay.
 */
#include <string.h>

#include "store/series_internal.h"

/* One series of the division. */
struct group {
	const struct kd_node *head;
	const char *change_id;
	int64_t row; /* 0: it needs a new one */
	int64_t date;
	int total;
	int received; /* without those above the total */
	bool has_date;
	bool refers;
	bool moved; /* a member came from elsewhere */
};

struct division {
	struct kd_store *store;
	struct kd_gathered all;
	struct group *groups; /* by the first node of each */
	struct kd_ids rows;   /* those of before */
	struct kd_changes *changes;
	int64_t message;
};

static void take_member(struct group *group, const struct kd_node *node)
{
	if (group->head == NULL || node->number < group->head->number) {
		group->head = node;
		if (node->change_id != NULL)
			group->change_id = node->change_id;
	}
	if (group->change_id == NULL)
		group->change_id = node->change_id;
	if (node->total > group->total)
		group->total = node->total;
	if (node->has_date && (!group->has_date || node->date < group->date)) {
		group->has_date = true;
		group->date = node->date;
	}
	group->refers = group->refers || node->refers;
}

static void count_received(struct group *group, const struct kd_node *node)
{
	if (group->total == KD_NUMBER_NONE)
		group->received += !node->cover;
	else
		group->received +=
			node->number >= 1 && node->number <= group->total;
}

/* The first that has been in a row keeps it, in the order of the nodes;
 * a row is kept by one. */
static enum kd_status keep_rows(struct division *div, struct kd_error *err)
{
	struct kd_ids taken = { .n = 0 };
	enum kd_status st = KD_OK;
	size_t i;

	for (i = 0; i < div->all.n && st == KD_OK; i++) {
		const struct kd_node *node = &div->all.nodes[i];
		struct group *group = &div->groups[node->group];

		st = kd_ids_put(&div->rows, div->all.arena, node->series,
		                SIZE_MAX, err);
		if (st != KD_OK || group->row != 0 || node->series == 0 ||
		    kd_ids_have(&taken, node->series))
			continue;
		group->row = node->series;
		st = kd_ids_add(&taken, div->all.arena, node->series, err);
	}
	return st;
}

static enum kd_status form_groups(struct division *div, struct kd_error *err)
{
	struct kd_node *nodes = div->all.nodes;
	size_t i;

	div->groups = kd_arena_array(div->all.arena, div->all.n + 1,
	                             sizeof(*div->groups));
	if (div->groups == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	for (i = 0; i < div->all.n; i++)
		div->groups[i] = (struct group){ .total = KD_NUMBER_NONE };
	for (i = 0; i < div->all.n; i++)
		take_member(&div->groups[nodes[i].group], &nodes[i]);
	for (i = 0; i < div->all.n; i++)
		count_received(&div->groups[nodes[i].group], &nodes[i]);
	return keep_rows(div, err);
}

/* The series of that row has lost a member. */
static void note_loss(struct division *div, int64_t row)
{
	size_t i;

	for (i = 0; i < div->all.n && row != 0; i++) {
		if (div->groups[i].row == row)
			div->groups[i].moved = true;
	}
}

/* All kin have one label from now on, the lowest: no row that comes later
 * can have it as its number. */
static enum kd_status label_kin(struct division *div, int64_t *ret,
                                struct kd_error *err)
{
	const struct kd_ids *kins = &div->all.kins;
	enum kd_status st = KD_OK;
	size_t i;

	*ret = 0;
	for (i = 0; i < kins->n; i++) {
		if (*ret == 0 || kins->ids[i] < *ret)
			*ret = kins->ids[i];
	}
	for (i = 0; i < kins->n && st == KD_OK; i++) {
		if (kins->ids[i] != *ret)
			st = kd_series_run_two(div->store, KD_STMT_JOIN_KIN,
			                       *ret, kins->ids[i], err);
	}
	return st;
}

static enum kd_status note(struct division *div, struct kd_ids *ids, int64_t id,
                           struct kd_error *err)
{
	return kd_ids_put(ids, div->changes->arena, id, SIZE_MAX, err);
}

static enum kd_status add_rows(struct division *div, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	int64_t kin = 0;
	enum kd_status st;
	size_t i;

	st = label_kin(div, &kin, err);
	for (i = 0; i < div->all.n && st == KD_OK; i++) {
		if (div->groups[i].head == NULL || div->groups[i].row != 0)
			continue;
		st = kd_stmt_open(div->store, KD_STMT_ADD_SERIES, &cur, err);
		if (st != KD_OK)
			break;
		if (kin == 0)
			kd_stmt_bind_null(&cur);
		else
			kd_stmt_bind_int(&cur, kin);
		st = kd_stmt_run(&cur, err);
		div->groups[i].row = sqlite3_last_insert_rowid(div->store->db);
		if (kin == 0)
			kin = div->groups[i].row;
	}
	return st;
}

static enum kd_status move_members(struct division *div, struct kd_error *err)
{
	enum kd_status st = KD_OK;
	size_t i;

	for (i = 0; i < div->all.n && st == KD_OK; i++) {
		const struct kd_node *node = &div->all.nodes[i];
		struct group *group = &div->groups[node->group];

		if (node->message == div->message)
			group->moved = true;
		if (node->series == group->row)
			continue;
		group->moved = true;
		note_loss(div, node->series);
		st = kd_series_run_two(div->store, KD_STMT_PUT_SERIES,
		                       node->message, group->row, err);
		if (st == KD_OK)
			st = note(div, &div->changes->series, node->series,
			          err);
		if (st == KD_OK)
			st = note(div, &div->changes->messages, node->message,
			          err);
	}
	return st;
}

static void bind_number(struct kd_cursor *cur, bool known, int64_t number)
{
	if (known)
		kd_stmt_bind_int(cur, number);
	else
		kd_stmt_bind_null(cur);
}

static enum kd_status put_facts(struct division *div, const struct group *group,
                                bool *ret_changed, struct kd_error *err)
{
	const struct kd_node *head = group->head;
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;
	const char *key;

	key = kd_versions_key(div->all.arena, head->title);
	if (key == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	st = kd_stmt_open(div->store, KD_STMT_PUT_FACTS, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, group->row);
	kd_stmt_bind_int(&cur, group->refers);
	kd_stmt_bind_int(&cur, head->message);
	bind_number(&cur, head->said, head->of_version);
	kd_stmt_bind_int(&cur, head->of_revision);
	bind_number(&cur, group->total != KD_NUMBER_NONE, group->total);
	kd_stmt_bind_text(&cur, head->email);
	kd_stmt_bind_text(&cur, key[0] == '\0' ? NULL : key);
	kd_stmt_bind_text(&cur, group->change_id);
	bind_number(&cur, group->has_date, group->date);
	st = kd_stmt_run(&cur, err);
	*ret_changed = sqlite3_changes(div->store->db) > 0;
	if (st != KD_OK)
		return st;
	return kd_series_run_two(div->store, KD_STMT_PUT_RECEIVED, group->row,
	                         group->received, err);
}

static bool is_whole(const struct group *group)
{
	return group->total == KD_NUMBER_NONE ||
	       group->received == group->total;
}

/* A series that nobody came to or left says what it said, but for the
 * version, which it may have from others. */
static bool is_settled(const struct group *group)
{
	const struct kd_node *head = group->head;

	return !group->moved && head->was_said == (int)head->said &&
	       head->was_revision == head->of_revision &&
	       (!head->said || head->was_version == head->of_version);
}

static enum kd_status write_groups(struct division *div, struct kd_error *err)
{
	enum kd_status st = KD_OK;
	bool changed = false;
	size_t i;

	for (i = 0; i < div->all.n && st == KD_OK; i++) {
		struct group *group = &div->groups[i];

		if (group->head == NULL || is_settled(group))
			continue;
		st = kd_changes_note_title(div->store, div->changes, group->row,
		                           err);
		if (st == KD_OK)
			st = put_facts(div, group, &changed, err);
		if (st == KD_OK && (changed || group->moved))
			st = note(div, &div->changes->series, group->row, err);
		/* only the patches of a whole series are compared */
		if (st == KD_OK &&
		    (changed || (group->moved && is_whole(group))))
			st = note(div, &div->changes->facts, group->row, err);
	}
	return st;
}

/* Rows that lost their last member. */
static enum kd_status drop_rows(struct division *div, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st = KD_OK;
	size_t i, j;
	bool kept;

	for (i = 0; i < div->rows.n && st == KD_OK; i++) {
		kept = false;
		for (j = 0; j < div->all.n && !kept; j++)
			kept = div->groups[j].row == div->rows.ids[i];
		if (kept)
			continue;
		st = kd_changes_note_title(div->store, div->changes,
		                           div->rows.ids[i], err);
		if (st == KD_OK)
			st = kd_stmt_open(div->store, KD_STMT_LIST_NEXT, &cur,
			                  err);
		if (st != KD_OK)
			break;
		kd_stmt_bind_int(&cur, div->rows.ids[i]);
		st = kd_ids_read(&cur, &div->changes->series,
		                 div->changes->arena, SIZE_MAX, err);
		if (st == KD_OK)
			st = kd_series_run(div->store, KD_STMT_CLEAR_NEXT,
			                   div->rows.ids[i], err);
		if (st == KD_OK)
			st = kd_series_run(div->store, KD_STMT_DROP_SERIES,
			                   div->rows.ids[i], err);
	}
	return st;
}

/* The message is no patch any more. */
static enum kd_status leave(struct division *div, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	if (div->all.member || div->all.before == 0)
		return KD_OK;
	note_loss(div, div->all.before);
	st = kd_ids_put(&div->rows, div->all.arena, div->all.before, SIZE_MAX,
	                err);
	if (st == KD_OK)
		st = kd_stmt_open(div->store, KD_STMT_PUT_SERIES, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, div->message);
	kd_stmt_bind_null(&cur);
	st = kd_stmt_run(&cur, err);
	if (st == KD_OK)
		st = note(div, &div->changes->messages, div->message, err);
	return st;
}

static enum kd_status divide(struct division *div, const struct kd_incoming *in,
                             struct kd_error *err)
{
	enum kd_status st;

	st = kd_series_gather(div->store, in, &div->all, err);
	if (st == KD_OK && div->all.alone) {
		/* it stays where it is, or comes into one of its own */
		if (div->all.before != 0 || !div->all.member)
			return KD_OK;
		div->all.n = 1;
		div->all.kins.n = 0;
	}
	if (st == KD_OK)
		st = kd_members_divide(div->all.nodes, (int)div->all.n,
		                       div->all.arena, err);
	if (st == KD_OK)
		st = form_groups(div, err);
	if (st == KD_OK)
		st = leave(div, err);
	if (st == KD_OK)
		st = add_rows(div, err);
	if (st == KD_OK)
		st = move_members(div, err);
	if (st == KD_OK)
		st = write_groups(div, err);
	if (st == KD_OK)
		st = drop_rows(div, err);
	if (st == KD_OK)
		st = kd_changes_sign(div->store, div->changes, div->message,
		                     in->arriving->msg, err);
	div->changes->n_links++;
	return st;
}

enum kd_status kd_series_link(struct kd_store *store,
                              const struct kd_incoming *in,
                              struct kd_error *err)
{
	const struct kd_message *msg = in->arriving->msg;
	struct kd_changes own = { .n_links = 0 };
	struct division div = { .store = store, .message = in->message };
	struct kd_cursor cur = KD_CURSOR_INIT;
	int64_t before = 0;
	enum kd_status st;

	div.all.member =
		msg->kind == KD_KIND_PATCH || msg->kind == KD_KIND_COVER;
	if (!div.all.member) {
		st = kd_stmt_open(store, KD_STMT_GET_SERIES, &cur, err);
		if (st != KD_OK)
			return st;
		kd_stmt_bind_int(&cur, in->message);
		st = kd_stmt_number(&cur, 0, &before, err);
		if (st != KD_OK || before == 0)
			return st;
	}
	div.all.arena = kd_arena_new();
	if (div.all.arena == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	own.arena = div.all.arena;
	div.changes = in->changes != NULL ? in->changes : &own;
	st = divide(&div, in, err);
	if (st == KD_OK && in->changes == NULL)
		st = kd_versions_settle(store, &own, err);
	kd_arena_free(div.all.arena);
	return st;
}
