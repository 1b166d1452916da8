/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * facts.c - the rows of what a variant says beside its columns.
 *
 * What a message has nothing of is not even asked about.
 */
#include "store/facts.h"

#include <string.h>

/* Open a statement that adds a row, and bind whose it is. */
static enum kd_status open_row(struct kd_store *store, enum kd_stmt which,
                               int64_t variant, size_t ordinal,
                               struct kd_cursor *ret, struct kd_error *err)
{
	enum kd_status st;

	st = kd_stmt_open(store, which, ret, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(ret, variant);
	kd_stmt_bind_int(ret, (int64_t)ordinal);
	return KD_OK;
}

static enum kd_status add_trailers(struct kd_store *store, int64_t variant,
                                   const struct kd_message *msg,
                                   struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	const struct kd_trailer *trailer;
	enum kd_status st = KD_OK;
	size_t i;

	for (i = 0; i < msg->n_trailers && st == KD_OK; i++) {
		trailer = &msg->trailers[i];
		st = open_row(store, KD_STMT_ADD_TRAILER, variant, i, &cur,
		              err);
		if (st != KD_OK)
			return st;
		kd_stmt_bind_text(&cur, trailer->name);
		kd_stmt_bind_text(&cur, trailer->value);
		kd_stmt_bind_int(&cur, trailer->of_person);
		kd_stmt_bind_int(&cur, trailer->by_sender);
		st = kd_stmt_run(&cur, err);
	}
	return st;
}

/* *ret: the path is known, so that the row is there. */
static enum kd_status add_touched(struct kd_store *store, int64_t variant,
                                  size_t ordinal, const char *path, bool *ret,
                                  struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	st = open_row(store, KD_STMT_ADD_TOUCHED, variant, ordinal, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_text(&cur, path);
	st = kd_stmt_run(&cur, err);
	*ret = sqlite3_changes(store->db) > 0;
	return st;
}

static enum kd_status add_path(struct kd_store *store, const char *path,
                               struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	st = kd_stmt_open(store, KD_STMT_ADD_PATH, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_text(&cur, path);
	return kd_stmt_run(&cur, err);
}

/* Most paths are known. */
static enum kd_status add_paths(struct kd_store *store, int64_t variant,
                                const struct kd_message *msg,
                                struct kd_error *err)
{
	enum kd_status st = KD_OK;
	bool known = true;
	size_t i;

	for (i = 0; i < msg->n_paths && st == KD_OK; i++) {
		st = add_touched(store, variant, i, msg->paths[i], &known, err);
		if (st != KD_OK || known)
			continue;
		st = add_path(store, msg->paths[i], err);
		if (st == KD_OK)
			st = add_touched(store, variant, i, msg->paths[i],
			                 &known, err);
	}
	return st;
}

/* Nothing answers to another name. */
static bool is_name(const char *message_id)
{
	return message_id != NULL && message_id[0] != '\0' &&
	       strlen(message_id) <= KD_MESSAGE_ID_MAX;
}

static enum kd_status add_links(struct kd_store *store, int64_t variant,
                                const struct kd_message *msg,
                                struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	struct kd_message_row row;
	enum kd_status st = KD_OK;
	size_t i;

	for (i = 0; i < msg->n_links && st == KD_OK; i++) {
		if (!is_name(msg->links[i].message_id))
			continue;
		st = kd_content_message(store, msg->links[i].message_id, &row,
		                        err);
		if (st == KD_OK)
			st = open_row(store, KD_STMT_ADD_LINK, variant, i, &cur,
			              err);
		if (st != KD_OK)
			return st;
		kd_stmt_bind_int(&cur, msg->links[i].relation);
		kd_stmt_bind_int(&cur, msg->links[i].version);
		kd_stmt_bind_int(&cur, row.message);
		st = kd_stmt_run(&cur, err);
	}
	return st;
}

static enum kd_status add_titles(struct kd_store *store, int64_t variant,
                                 const struct kd_message *msg,
                                 struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st = KD_OK;
	size_t i;

	for (i = 0; i < msg->n_titles && st == KD_OK; i++) {
		st = open_row(store, KD_STMT_ADD_ANNOUNCED, variant, i, &cur,
		              err);
		if (st != KD_OK)
			return st;
		kd_stmt_bind_text(&cur, msg->titles[i]);
		st = kd_stmt_run(&cur, err);
	}
	return st;
}

static enum kd_status add_pull(struct kd_store *store, int64_t variant,
                               const struct kd_message *msg,
                               struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	if (msg->pull_url == NULL)
		return KD_OK;
	st = kd_stmt_open(store, KD_STMT_ADD_PULL, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, variant);
	kd_stmt_bind_text(&cur, msg->pull_url);
	kd_stmt_bind_text(&cur, msg->pull_ref);
	return kd_stmt_run(&cur, err);
}

static enum kd_status add_taken(struct kd_store *store, int64_t variant,
                                const struct kd_message *msg,
                                struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	const struct kd_taken *taken;
	enum kd_status st = KD_OK;
	size_t i;

	for (i = 0; i < msg->n_taken && st == KD_OK; i++) {
		taken = &msg->taken[i];
		st = open_row(store, KD_STMT_ADD_TAKEN, variant, i, &cur, err);
		if (st != KD_OK)
			return st;
		if (taken->number == KD_NUMBER_NONE)
			kd_stmt_bind_null(&cur);
		else
			kd_stmt_bind_int(&cur, taken->number);
		kd_stmt_bind_text(&cur, taken->title);
		kd_stmt_bind_text(&cur, taken->commit);
		st = kd_stmt_run(&cur, err);
	}
	return st;
}

static enum kd_status add_notice(struct kd_store *store, int64_t variant,
                                 const struct kd_message *msg,
                                 struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	if (msg->fate == KD_FATE_NONE)
		return KD_OK;
	st = kd_stmt_open(store, KD_STMT_ADD_NOTICE, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, variant);
	kd_stmt_bind_int(&cur, msg->fate);
	kd_stmt_bind_text(&cur, msg->tree);
	st = kd_stmt_run(&cur, err);
	if (st != KD_OK)
		return st;
	return add_taken(store, variant, msg, err);
}

enum kd_status kd_facts_add(struct kd_store *store, int64_t variant,
                            const struct kd_message *msg, struct kd_error *err)
{
	enum kd_status st;

	st = add_trailers(store, variant, msg, err);
	if (st == KD_OK)
		st = add_paths(store, variant, msg, err);
	if (st == KD_OK)
		st = add_links(store, variant, msg, err);
	if (st == KD_OK)
		st = add_titles(store, variant, msg, err);
	if (st == KD_OK)
		st = add_pull(store, variant, msg, err);
	if (st == KD_OK)
		st = add_notice(store, variant, msg, err);
	return st;
}

/* --- Are they the same? ------------------------------------------------ */

static bool same_texts(const char *const *a, size_t n_a, const char *const *b,
                       size_t n_b)
{
	size_t i;

	if (n_a != n_b)
		return false;
	for (i = 0; i < n_a; i++) {
		if (strcmp(a[i], b[i]) != 0)
			return false;
	}
	return true;
}

static bool same_trailers(const struct kd_message *a,
                          const struct kd_message *b)
{
	const struct kd_trailer *x, *y;
	size_t i;

	if (a->n_trailers != b->n_trailers)
		return false;
	for (i = 0; i < a->n_trailers; i++) {
		x = &a->trailers[i];
		y = &b->trailers[i];
		if (strcmp(x->name, y->name) != 0 ||
		    strcmp(x->value, y->value) != 0 ||
		    x->of_person != y->of_person ||
		    x->by_sender != y->by_sender)
			return false;
	}
	return true;
}

/* Of said only what has a name was stored. */
static bool same_links(const struct kd_message *said,
                       const struct kd_message *stored)
{
	const struct kd_link *x, *y;
	size_t n = 0;
	size_t i;

	for (i = 0; i < said->n_links; i++) {
		x = &said->links[i];
		if (!is_name(x->message_id))
			continue;
		if (n >= stored->n_links)
			return false;
		y = &stored->links[n++];
		if (x->relation != y->relation || x->version != y->version ||
		    strcmp(x->message_id, y->message_id) != 0)
			return false;
	}
	return n == stored->n_links;
}

static bool same_notice(const struct kd_message *said,
                        const struct kd_message *stored)
{
	const struct kd_taken *x, *y;
	size_t i;

	if (said->fate != stored->fate)
		return false;
	if (said->fate == KD_FATE_NONE)
		return true;
	if (!kd_str_same(said->tree, stored->tree) ||
	    said->n_taken != stored->n_taken)
		return false;
	for (i = 0; i < said->n_taken; i++) {
		x = &said->taken[i];
		y = &stored->taken[i];
		if (x->number != y->number ||
		    !kd_str_same(x->title, y->title) ||
		    !kd_str_same(x->commit, y->commit))
			return false;
	}
	return true;
}

static bool same_pull(const struct kd_message *said,
                      const struct kd_message *stored)
{
	if (said->pull_url == NULL)
		return stored->pull_url == NULL;
	return kd_str_same(said->pull_url, stored->pull_url) &&
	       kd_str_same(said->pull_ref, stored->pull_ref);
}

static enum kd_status is_same(struct kd_store *store, int64_t variant,
                              const struct kd_message *msg, bool *ret,
                              struct kd_error *err)
{
	struct kd_arena *arena = kd_arena_new();
	struct kd_message stored = { .message_id = NULL };
	enum kd_status st;

	if (arena == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	st = kd_store_details(store, variant, arena, &stored, err);
	if (st == KD_OK)
		*ret = same_trailers(msg, &stored) &&
		       same_texts(msg->paths, msg->n_paths, stored.paths,
		                  stored.n_paths) &&
		       same_links(msg, &stored) &&
		       same_texts(msg->titles, msg->n_titles, stored.titles,
		                  stored.n_titles) &&
		       same_pull(msg, &stored) && same_notice(msg, &stored);
	kd_arena_free(arena);
	return st;
}

enum kd_status kd_facts_put(struct kd_store *store, int64_t variant,
                            const struct kd_message *msg, bool *changed,
                            struct kd_error *err)
{
	static const enum kd_stmt drops[] = {
		KD_STMT_DROP_TRAILERS, KD_STMT_DROP_TOUCHED,
		KD_STMT_DROP_LINKS,    KD_STMT_DROP_ANNOUNCED,
		KD_STMT_DROP_PULL,     KD_STMT_DROP_NOTICE,
		KD_STMT_DROP_TAKEN,
	};
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;
	bool same = true;
	size_t i;

	st = is_same(store, variant, msg, &same, err);
	if (st != KD_OK || same)
		return st;
	*changed = true;
	for (i = 0; i < sizeof(drops) / sizeof(drops[0]); i++) {
		st = kd_stmt_open(store, drops[i], &cur, err);
		if (st != KD_OK)
			return st;
		kd_stmt_bind_int(&cur, variant);
		st = kd_stmt_run(&cur, err);
		if (st != KD_OK)
			return st;
	}
	return kd_facts_add(store, variant, msg, err);
}
