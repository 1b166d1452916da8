/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * details.c - what a variant says beside its columns, read back.
 */
#include <string.h>

#include "store/facts.h"

/* Rows on their way into an array of the arena. */
struct rows {
	struct kd_arena *arena;
	size_t size; /* of one */
	void *array;
	size_t n;
};

/* Room for one more; NULL when out of memory.  The array grows by being
 * copied to one of double the size. */
static void *next_row(struct rows *rows)
{
	void *grown;

	if (rows->n == 0 || (rows->n >= 8 && (rows->n & (rows->n - 1)) == 0)) {
		grown = kd_arena_array(rows->arena,
		                       rows->n == 0 ? 8 : 2 * rows->n,
		                       rows->size);
		if (grown == NULL)
			return NULL;
		if (rows->n > 0)
			memcpy(grown, rows->array, rows->n * rows->size);
		rows->array = grown;
	}
	return (char *)rows->array + rows->n++ * rows->size;
}

/* Fill in a row; *keep is true, false leaves it out. */
typedef void fill_fn(const struct kd_cursor *cur, struct kd_arena *arena,
                     void *row, bool *keep);

static enum kd_status read_rows(struct kd_store *store, enum kd_stmt which,
                                int64_t variant, fill_fn *fill,
                                struct rows *rows, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;
	bool more = true;
	bool keep;
	void *row;

	st = kd_stmt_open(store, which, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, variant);
	while (st == KD_OK && more) {
		st = kd_stmt_next(&cur, &more, err);
		if (st != KD_OK || !more)
			break;
		row = next_row(rows);
		if (row == NULL)
			break;
		keep = true;
		fill(&cur, rows->arena, row, &keep);
		if (!keep)
			rows->n--;
	}
	kd_stmt_close(&cur);
	if (st == KD_OK && kd_arena_failed(rows->arena))
		st = kd_fail(err, KD_NOMEM, "out of memory");
	return st;
}

static void fill_text(const struct kd_cursor *cur, struct kd_arena *arena,
                      void *row, bool *keep)
{
	const char **text = row;

	*text = kd_stmt_keep(cur, arena, 0);
	*keep = *text != NULL; /* no NULLs there: then it is out of memory */
}

static void fill_trailer(const struct kd_cursor *cur, struct kd_arena *arena,
                         void *row, bool *keep)
{
	struct kd_trailer *trailer = row;

	trailer->name = kd_stmt_keep(cur, arena, 0);
	trailer->value = kd_stmt_keep(cur, arena, 1);
	trailer->of_person = kd_stmt_int(cur, 2) != 0;
	trailer->by_sender = kd_stmt_int(cur, 3) != 0;
	*keep = trailer->name != NULL && trailer->value != NULL;
}

/* A later release may know more relations than this one. */
static void fill_link(const struct kd_cursor *cur, struct kd_arena *arena,
                      void *row, bool *keep)
{
	int64_t relation = kd_stmt_int(cur, 0);
	struct kd_link *link = row;

	if (relation < 1 || relation > KD_RELATION_MAX) {
		*keep = false;
		return;
	}
	link->relation = (enum kd_relation)relation;
	link->version = (int)kd_stmt_int(cur, 1);
	link->message_id = kd_stmt_keep(cur, arena, 2);
	*keep = link->message_id != NULL;
}

static void fill_taken(const struct kd_cursor *cur, struct kd_arena *arena,
                       void *row, bool *keep)
{
	struct kd_taken *taken = row;

	taken->number = kd_stmt_is_null(cur, 0) ? KD_NUMBER_NONE
	                                        : (int)kd_stmt_int(cur, 0);
	taken->title = kd_stmt_keep(cur, arena, 1);
	taken->commit = kd_stmt_keep(cur, arena, 2);
	*keep = true;
}

static enum kd_status read_pull(struct kd_store *store, int64_t variant,
                                struct kd_arena *arena, struct kd_message *ret,
                                struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;
	bool found = false;

	st = kd_stmt_open(store, KD_STMT_GET_PULL, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, variant);
	st = kd_stmt_next(&cur, &found, err);
	if (st == KD_OK && found) {
		ret->pull_url = kd_stmt_keep(&cur, arena, 0);
		ret->pull_ref = kd_stmt_keep(&cur, arena, 1);
	}
	kd_stmt_close(&cur);
	return st;
}

enum kd_fate kd_store_fate(int64_t stored)
{
	if (stored < 0 || stored >= KD_FATE_COUNT)
		return KD_FATE_NONE;
	return (enum kd_fate)stored;
}

static enum kd_status read_notice(struct kd_store *store, int64_t variant,
                                  struct kd_arena *arena,
                                  struct kd_message *ret, struct kd_error *err)
{
	struct rows rows = { .arena = arena, .size = sizeof(struct kd_taken) };
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;
	bool found = false;

	st = kd_stmt_open(store, KD_STMT_GET_NOTICE, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, variant);
	st = kd_stmt_next(&cur, &found, err);
	if (st == KD_OK && found) {
		ret->fate = kd_store_fate(kd_stmt_int(&cur, 0));
		ret->tree = kd_stmt_keep(&cur, arena, 1);
	}
	kd_stmt_close(&cur);
	if (st != KD_OK || !found)
		return st;
	st = read_rows(store, KD_STMT_LIST_TAKEN, variant, fill_taken, &rows,
	               err);
	ret->taken = rows.array;
	ret->n_taken = rows.n;
	return st;
}

enum kd_status kd_store_trailers(struct kd_store *store, int64_t variant,
                                 struct kd_arena *arena, struct kd_message *ret,
                                 struct kd_error *err)
{
	struct rows rows = { .arena = arena,
		             .size = sizeof(struct kd_trailer) };
	enum kd_status st;

	st = read_rows(store, KD_STMT_LIST_TRAILERS, variant, fill_trailer,
	               &rows, err);
	if (st != KD_OK)
		return st;
	ret->trailers = rows.array;
	ret->n_trailers = rows.n;
	return KD_OK;
}

static enum kd_status read_all(struct kd_store *store, int64_t variant,
                               struct kd_arena *arena, struct kd_message *ret,
                               struct kd_error *err)
{
	struct rows paths = { .arena = arena, .size = sizeof(const char *) };
	struct rows links = { .arena = arena, .size = sizeof(struct kd_link) };
	struct rows titles = { .arena = arena, .size = sizeof(const char *) };
	enum kd_status st;

	st = kd_store_trailers(store, variant, arena, ret, err);
	if (st == KD_OK)
		st = read_rows(store, KD_STMT_LIST_TOUCHED, variant, fill_text,
		               &paths, err);
	if (st == KD_OK)
		st = read_rows(store, KD_STMT_LIST_LINKS, variant, fill_link,
		               &links, err);
	if (st == KD_OK)
		st = read_rows(store, KD_STMT_LIST_ANNOUNCED, variant,
		               fill_text, &titles, err);
	if (st == KD_OK)
		st = read_pull(store, variant, arena, ret, err);
	if (st == KD_OK)
		st = read_notice(store, variant, arena, ret, err);
	ret->paths = paths.array;
	ret->n_paths = paths.n;
	ret->links = links.array;
	ret->n_links = links.n;
	ret->titles = titles.array;
	ret->n_titles = titles.n;
	return st;
}

enum kd_status kd_store_details(struct kd_store *store, int64_t variant,
                                struct kd_arena *arena, struct kd_message *ret,
                                struct kd_error *err)
{
	struct kd_message found = { .fate = KD_FATE_NONE };
	enum kd_status st;

	st = read_all(store, variant, arena, &found, err);
	if (st == KD_OK && kd_arena_failed(arena))
		st = kd_fail(err, KD_NOMEM, "out of memory");
	if (st != KD_OK)
		return st;
	ret->trailers = found.trailers;
	ret->n_trailers = found.n_trailers;
	ret->paths = found.paths;
	ret->n_paths = found.n_paths;
	ret->links = found.links;
	ret->n_links = found.n_links;
	ret->titles = found.titles;
	ret->n_titles = found.n_titles;
	ret->pull_url = found.pull_url;
	ret->pull_ref = found.pull_ref;
	ret->fate = found.fate;
	ret->tree = found.tree;
	ret->taken = found.taken;
	ret->n_taken = found.n_taken;
	return KD_OK;
}
