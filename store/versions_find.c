/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * versions_find.c - series read as others are compared with them, and the
 * comparing of their patches.
 */
#include <stdlib.h>
#include <string.h>

#include "store/series_internal.h"

/* Goes over the columns in the order of KD_STMT_GET_POSTING. */
static void read_posting(struct kd_arena *arena, const struct kd_cursor *cur,
                         struct kd_posting *ret)
{
	*ret = (struct kd_posting){
		.series = kd_stmt_int(cur, 0),
		.version = (int)kd_stmt_int(cur, 1),
		.revision = (int)kd_stmt_int(cur, 2),
		.total = kd_stmt_number_or_none(cur, 3),
		.received = (int)kd_stmt_int(cur, 4),
		.poster = kd_stmt_keep(cur, arena, 5),
		.title_key = kd_stmt_keep(cur, arena, 6),
		.change_id = kd_stmt_keep(cur, arena, 7),
		.has_date = !kd_stmt_is_null(cur, 8),
		.date = kd_stmt_int(cur, 8),
		.said = kd_stmt_int(cur, 9) != 0,
		.rfc = kd_stmt_int(cur, 10) != 0,
		.again = kd_stmt_int(cur, 11) != 0,
		.previous = kd_stmt_int(cur, 12),
		.evidence = (enum kd_evidence)kd_stmt_int(cur, 13),
		.resend = kd_stmt_int(cur, 14) != 0,
		.message_id = kd_stmt_keep(cur, arena, 15),
		.project = kd_stmt_keep(cur, arena, 16),
		.variant = kd_stmt_int(cur, 17),
	};
}

static enum kd_status add_posting(struct kd_postings *all,
                                  const struct kd_posting *row,
                                  struct kd_arena *arena, struct kd_error *err)
{
	struct kd_posting *more;

	if (row->message_id == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	if (all->n == all->room) {
		more = kd_arena_array(arena, 2 * all->room + 4, sizeof(*more));
		if (more == NULL)
			return kd_fail(err, KD_NOMEM, "out of memory");
		if (all->n > 0)
			memcpy(more, all->rows, all->n * sizeof(*more));
		all->rows = more;
		all->room = 2 * all->room + 4;
	}
	all->rows[all->n++] = *row;
	return KD_OK;
}

enum kd_status kd_postings_add(struct kd_store *store, int64_t series,
                               struct kd_postings *ret, struct kd_arena *arena,
                               struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	struct kd_posting row;
	enum kd_status st;
	bool found = false;

	st = kd_stmt_open(store, KD_STMT_GET_POSTING, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, series);
	st = kd_stmt_next(&cur, &found, err);
	if (st == KD_OK && found) {
		read_posting(arena, &cur, &row);
		st = add_posting(ret, &row, arena, err);
	}
	kd_stmt_close(&cur);
	return st;
}

enum kd_status kd_postings_read(struct kd_store *store,
                                struct kd_cursor *cursor,
                                struct kd_postings *ret, struct kd_arena *arena,
                                struct kd_error *err)
{
	enum kd_status st = KD_OK;
	bool more = true;

	while (st == KD_OK && more) {
		st = kd_stmt_next(cursor, &more, err);
		if (st == KD_OK && more)
			st = kd_postings_add(store, kd_stmt_int(cursor, 0), ret,
			                     arena, err);
	}
	kd_stmt_close(cursor);
	return st;
}

enum kd_status kd_postings_titled(struct kd_store *store,
                                  const struct kd_title *title,
                                  struct kd_postings *ret,
                                  struct kd_arena *arena, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	st = kd_stmt_open(store, KD_STMT_LIST_BY_TITLE, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_text(&cur, title->poster);
	kd_stmt_bind_text(&cur, title->key);
	return kd_postings_read(store, &cur, ret, arena, err);
}

bool kd_posting_is_before(const struct kd_posting *a,
                          const struct kd_posting *b)
{
	if (!a->has_date || !b->has_date)
		return false;
	if (a->date != b->date)
		return a->date < b->date;
	return strcmp(a->message_id, b->message_id) < 0;
}

char *kd_versions_key(struct kd_arena *arena, const char *title)
{
	size_t len = title == NULL ? 0 : strlen(title);
	char *ret = kd_arena_alloc(arena, len + 1);
	size_t used = 0;
	size_t i;

	if (ret == NULL)
		return NULL;
	for (i = 0; i < len; i++) {
		if (!kd_is_blank(title[i]))
			ret[used++] = kd_lower(title[i]);
		else if (used > 0 && ret[used - 1] != ' ')
			ret[used++] = ' ';
	}
	if (used > 0 && ret[used - 1] == ' ')
		used--;
	ret[used] = '\0';
	return ret;
}

/* FNV-1a. */
static uint32_t hash(const char *s)
{
	uint32_t ret = 2166136261U;

	for (; *s != '\0'; s++)
		ret = (ret ^ (unsigned char)kd_lower(*s)) * 16777619U;
	return ret;
}

/* What a sender posts lies side by side. */
int64_t kd_versions_sign(const char *email, const char *title)
{
	uint64_t sign = (uint64_t)hash(email) << 32 | hash(title);

	return (int64_t)(sign >> 1);
}

/* --- Patches ----------------------------------------------------------- */

struct patch {
	char *key;
	unsigned char id[KD_PATCH_ID_SIZE];
};

struct patches {
	struct patch *rows;
	size_t n;
	size_t room;
	bool ids; /* all of them are known */
};

static enum kd_status add_patch(struct patches *all,
                                const struct kd_cursor *cur,
                                struct kd_arena *arena, struct kd_error *err)
{
	struct kd_bytes id = kd_stmt_blob(cur, 1);
	struct patch *more;

	if (all->n == all->room) {
		more = kd_arena_array(arena, 2 * all->room + 8, sizeof(*more));
		if (more == NULL)
			return kd_fail(err, KD_NOMEM, "out of memory");
		if (all->n > 0)
			memcpy(more, all->rows, all->n * sizeof(*more));
		all->rows = more;
		all->room = 2 * all->room + 8;
	}
	more = &all->rows[all->n];
	more->key = kd_versions_key(arena, kd_stmt_text(cur, 0));
	if (more->key == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	if (id.size == KD_PATCH_ID_SIZE)
		memcpy(more->id, id.data, KD_PATCH_ID_SIZE);
	else
		all->ids = false;
	all->n++;
	return KD_OK;
}

static enum kd_status read_patches(struct kd_store *store, int64_t series,
                                   struct kd_arena *arena, struct patches *ret,
                                   struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;
	bool more = true;

	*ret = (struct patches){ .ids = true };
	st = kd_stmt_open(store, KD_STMT_LIST_PATCHES, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, series);
	while (st == KD_OK && more) {
		st = kd_stmt_next(&cur, &more, err);
		if (st == KD_OK && more)
			st = add_patch(ret, &cur, arena, err);
	}
	kd_stmt_close(&cur);
	return st;
}

static enum kd_status read_both(struct kd_store *store,
                                const struct kd_posting *a,
                                const struct kd_posting *b,
                                struct kd_arena *arena, struct patches ret[2],
                                struct kd_error *err)
{
	enum kd_status st;

	st = read_patches(store, a->series, arena, &ret[0], err);
	if (st != KD_OK)
		return st;
	return read_patches(store, b->series, arena, &ret[1], err);
}

static int compare_ids(const void *a, const void *b)
{
	const struct patch *x = a;
	const struct patch *y = b;

	return memcmp(x->id, y->id, KD_PATCH_ID_SIZE);
}

static int compare_keys(const void *a, const void *b)
{
	const struct patch *x = a;
	const struct patch *y = b;

	return strcmp(x->key, y->key);
}

static bool is_whole(const struct kd_posting *posting)
{
	return posting->total == KD_NUMBER_NONE ||
	       posting->received == posting->total;
}

enum kd_status kd_postings_compare(struct kd_store *store,
                                   const struct kd_posting *a,
                                   const struct kd_posting *b,
                                   struct kd_arena *arena,
                                   enum kd_likeness *ret, struct kd_error *err)
{
	struct patches of[2];
	enum kd_status st;
	size_t i;

	*ret = KD_LIKENESS_NONE;
	if ((a->said || b->said) && (!is_whole(a) || !is_whole(b)))
		return KD_OK;
	st = read_both(store, a, b, arena, of, err);
	if (st != KD_OK)
		return st;
	*ret = KD_LIKENESS_UNKNOWN;
	if (!of[0].ids || !of[1].ids || of[0].n == 0 || of[1].n == 0)
		return KD_OK;
	*ret = KD_LIKENESS_NONE;
	if (of[0].n != of[1].n || !is_whole(a) || !is_whole(b))
		return KD_OK;
	for (i = 0; i < 2; i++)
		qsort(of[i].rows, of[i].n, sizeof(*of[i].rows), compare_ids);
	for (i = 0; i < of[0].n; i++) {
		if (compare_ids(&of[0].rows[i], &of[1].rows[i]) != 0)
			return KD_OK;
	}
	*ret = KD_LIKENESS_SAME;
	return KD_OK;
}

static size_t size_of(const struct kd_posting *posting)
{
	return posting->total < 1 ? 1 : (size_t)posting->total;
}

enum kd_status kd_postings_alike(struct kd_store *store,
                                 const struct kd_posting *a,
                                 const struct kd_posting *b,
                                 struct kd_arena *arena, bool *ret,
                                 struct kd_error *err)
{
	size_t max = size_of(a) > size_of(b) ? size_of(a) : size_of(b);
	struct patches of[2];
	size_t same = 0;
	enum kd_status st;
	size_t i;

	st = read_both(store, a, b, arena, of, err);
	if (st != KD_OK)
		return st;
	if (of[1].n > 1)
		qsort(of[1].rows, of[1].n, sizeof(*of[1].rows), compare_keys);
	for (i = 0; i < of[0].n && of[1].n > 0; i++)
		same += bsearch(&of[0].rows[i], of[1].rows, of[1].n,
		                sizeof(*of[1].rows), compare_keys) != NULL;
	*ret = 2 * same >= max;
	return KD_OK;
}
