/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * changes.c - the patches of two versions matched with each other, the
 * surest signs first.  Knows neither mail nor store.
 */
#include "report/changes.h"

#include <stdlib.h>
#include <string.h>

enum {
	WORDS_MAX = 32,  /* of a title that are compared */
	ALIKE_MAX = 100, /* patches on a side that are compared by words */
	ALIKE = 60,      /* per cent of the words in common */
	RELATED = 30,    /* the same, where the place says it, too */
};

static const size_t nobody = SIZE_MAX;

struct match {
	struct kd_arena *arena;
	struct kd_patch_list before;
	struct kd_patch_list after;
	size_t *to_after;  /* for each of before, or nobody */
	size_t *to_before; /* for each of after, or nobody */
};

static void join(struct match *match, size_t before, size_t after)
{
	match->to_after[before] = after;
	match->to_before[after] = before;
}

/* A patch, to be sorted by what is compared. */
struct key {
	const struct kd_patch *patch;
	size_t index;
};

typedef int compare_fn(const struct kd_patch *a, const struct kd_patch *b);

static int compare_ids(const struct kd_patch *a, const struct kd_patch *b)
{
	return memcmp(a->patch_id, b->patch_id, KD_PATCH_ID_SIZE);
}

static int compare_titles(const struct kd_patch *a, const struct kd_patch *b)
{
	return kd_strcmp_nocase(a->title, b->title);
}

static int order_of(const struct key *x, const struct key *y,
                    compare_fn *compare)
{
	int order = compare(x->patch, y->patch);

	return order != 0 ? order
	                  : (x->index > y->index) - (x->index < y->index);
}

static int by_id(const void *a, const void *b)
{
	return order_of(a, b, compare_ids);
}

static int by_title(const void *a, const void *b)
{
	return order_of(a, b, compare_titles);
}

/* Those that are not matched yet, sorted. */
static size_t gather(struct kd_patch_list list, const size_t *taken,
                     bool titles, struct key *ret)
{
	size_t n = 0;

	for (size_t i = 0; i < list.n; i++) {
		if (taken[i] != nobody ||
		    (!titles && !list.patches[i].has_patch_id))
			continue;
		ret[n].patch = &list.patches[i];
		ret[n++].index = i;
	}
	if (n > 0)
		qsort(ret, n, sizeof(*ret), titles ? by_title : by_id);
	return n;
}

/* Match what is equal, the first with the first. */
static bool match_equal(struct match *match, bool titles)
{
	struct key *x =
		kd_arena_array(match->arena, match->before.n, sizeof(*x));
	struct key *y =
		kd_arena_array(match->arena, match->after.n, sizeof(*y));
	size_t n_x, n_y;
	size_t i = 0;
	size_t j = 0;

	if (x == NULL || y == NULL)
		return false;
	n_x = gather(match->before, match->to_after, titles, x);
	n_y = gather(match->after, match->to_before, titles, y);
	while (i < n_x && j < n_y) {
		int order = titles ? compare_titles(x[i].patch, y[j].patch)
		                   : compare_ids(x[i].patch, y[j].patch);

		if (order == 0)
			join(match, x[i].index, y[j].index);
		i += order <= 0;
		j += order >= 0;
	}
	return true;
}

/* The words of a title: whatever stands between other characters than
 * letters, digits and those that names in code are made of. */
struct words {
	struct kd_bytes words[WORDS_MAX];
	size_t n;
};

static bool is_of_word(char c)
{
	return kd_is_alpha(c) || kd_is_digit(c) || c == '_' ||
	       (unsigned char)c >= 0x80;
}

static void split(const char *title, struct words *ret)
{
	ret->n = 0;
	while (*title != '\0' && ret->n < WORDS_MAX) {
		const char *start = title;

		while (is_of_word(*title))
			title++;
		if (title > start)
			ret->words[ret->n++] =
				(struct kd_bytes){ start,
				                   (size_t)(title - start) };
		else
			title++;
	}
}

/* How many per cent of the words both have. */
static unsigned int likeness(const struct words *a, const struct words *b)
{
	bool used[WORDS_MAX] = { false };
	size_t n_same = 0;

	for (size_t i = 0; i < a->n; i++) {
		for (size_t j = 0; j < b->n; j++) {
			if (used[j] ||
			    !kd_bytes_same_nocase(a->words[i], b->words[j]))
				continue;
			used[j] = true;
			n_same++;
			break;
		}
	}
	if (a->n + b->n == 0)
		return 0;
	return (unsigned int)(200 * n_same / (a->n + b->n));
}

/* Those that are not matched yet. */
static size_t left_over(const size_t *taken, size_t n, size_t *ret)
{
	size_t n_left = 0;

	for (size_t i = 0; i < n; i++) {
		if (taken[i] == nobody && n_left < ALIKE_MAX)
			ret[n_left++] = i;
	}
	return n_left;
}

/* Which of the n earlier ones in x is most like a title, or nobody. */
static size_t most_alike(const struct match *match, const char *title,
                         const size_t *x, size_t n)
{
	unsigned int best = ALIKE - 1;
	size_t found = nobody;
	struct words mine, other;

	split(title, &mine);
	for (size_t i = 0; i < n; i++) {
		unsigned int like;

		if (match->to_after[x[i]] != nobody)
			continue;
		split(match->before.patches[x[i]].title, &other);
		like = likeness(&mine, &other);
		if (like > best) {
			best = like;
			found = x[i];
		}
	}
	return found;
}

/* Each with the one that is most like it, among those that are left. */
static void match_alike(struct match *match)
{
	size_t x[ALIKE_MAX], y[ALIKE_MAX];
	size_t n_x = left_over(match->to_after, match->before.n, x);
	size_t n_y = left_over(match->to_before, match->after.n, y);

	for (size_t j = 0; j < n_y; j++) {
		size_t found = most_alike(
			match, match->after.patches[y[j]].title, x, n_x);

		if (found != nobody)
			join(match, found, y[j]);
	}
}

/* Is before[i] alone between matched ones? */
static bool is_alone(const size_t *taken, size_t n, size_t i)
{
	return (i == 0 || taken[i - 1] != nobody) &&
	       (i + 1 == n || taken[i + 1] != nobody);
}

/* One that is left alone, where the one before it leads to one that is left
 * alone as well. */
static void match_places(struct match *match)
{
	struct words mine, other;

	for (size_t i = 0; i < match->before.n; i++) {
		size_t j = i == 0 ? 0 : match->to_after[i - 1] + 1;

		if (match->to_after[i] != nobody ||
		    !is_alone(match->to_after, match->before.n, i) ||
		    j >= match->after.n || match->to_before[j] != nobody ||
		    !is_alone(match->to_before, match->after.n, j))
			continue;
		if (i + 1 < match->before.n && match->to_after[i + 1] != j + 1)
			continue;
		if (i + 1 == match->before.n && j + 1 != match->after.n)
			continue;
		split(match->before.patches[i].title, &mine);
		split(match->after.patches[j].title, &other);
		if (likeness(&mine, &other) >= RELATED)
			join(match, i, j);
	}
}

/*
 * Who left the order: those that stayed and are not of a longest run of
 * them that grows on both sides.  tails[k] is where the run of k + 1 that
 * ends lowest ends; previous leads back along the run.
 */
static bool find_stayed(const struct match *match, bool *ret_in_order)
{
	size_t n = match->after.n;
	size_t *tails = kd_arena_array(match->arena, n, sizeof(*tails));
	size_t *previous = kd_arena_array(match->arena, n, sizeof(*previous));
	size_t n_tails = 0;

	if (tails == NULL || previous == NULL)
		return false;
	for (size_t i = 0; i < n; i++) {
		size_t low = 0;
		size_t high = n_tails;

		if (match->to_before[i] == nobody)
			continue;
		while (low < high) {
			size_t middle = low + (high - low) / 2;

			if (match->to_before[tails[middle]] <
			    match->to_before[i])
				low = middle + 1;
			else
				high = middle;
		}
		previous[i] = low > 0 ? tails[low - 1] : nobody;
		tails[low] = i;
		if (low == n_tails)
			n_tails++;
	}
	for (size_t i = n_tails > 0 ? tails[n_tails - 1] : nobody; i != nobody;
	     i = previous[i])
		ret_in_order[i] = true;
	return true;
}

static void describe(const struct match *match, const bool *in_order,
                     struct kd_change_list *ret)
{
	for (size_t i = 0; i < match->after.n; i++) {
		struct kd_change_row *row = &ret->rows[ret->n++];
		size_t from = match->to_before[i];

		row->after = &match->after.patches[i];
		row->kind = KD_CHANGE_NEW;
		if (from == nobody)
			continue;
		row->before = &match->before.patches[from];
		row->moved = !in_order[i];
		row->renamed = compare_titles(row->before, row->after) != 0;
		row->kind = KD_CHANGE_DIFF;
		if (row->before->missing || row->after->missing)
			row->kind = KD_CHANGE_UNKNOWN;
		if (row->before->has_patch_id && row->after->has_patch_id &&
		    compare_ids(row->before, row->after) == 0)
			row->kind = KD_CHANGE_NONE;
	}
	for (size_t i = 0; i < match->before.n; i++) {
		if (match->to_after[i] != nobody)
			continue;
		ret->rows[ret->n].kind = KD_CHANGE_DROPPED;
		ret->rows[ret->n++].before = &match->before.patches[i];
	}
}

enum kd_status kd_changes_find(struct kd_arena *arena,
                               struct kd_patch_list before,
                               struct kd_patch_list after,
                               struct kd_change_list *ret, struct kd_error *err)
{
	struct match match = { arena, before, after, NULL, NULL };
	bool *in_order = kd_arena_array(arena, after.n, sizeof(bool));

	match.to_after = kd_arena_array(arena, before.n, sizeof(size_t));
	match.to_before = kd_arena_array(arena, after.n, sizeof(size_t));
	*ret = (struct kd_change_list){ .n = 0 };
	ret->rows =
		kd_arena_array(arena, before.n + after.n, sizeof(*ret->rows));
	if (kd_arena_failed(arena))
		return kd_fail(err, KD_NOMEM, "out of memory");
	for (size_t i = 0; i < before.n; i++)
		match.to_after[i] = nobody;
	for (size_t i = 0; i < after.n; i++)
		match.to_before[i] = nobody;
	if (!match_equal(&match, false) || !match_equal(&match, true))
		return kd_fail(err, KD_NOMEM, "out of memory");
	match_alike(&match);
	match_places(&match);
	if (!find_stayed(&match, in_order))
		return kd_fail(err, KD_NOMEM, "out of memory");
	describe(&match, in_order, ret);
	return KD_OK;
}
