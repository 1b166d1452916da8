/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * versions_search.c - the version before a series.
 *
 * What it could be is found by index: the same change-id, links, the
 * thread, sender and title, sender and the titles of patches.  The highest
 * version below is taken; it is never later.  As version and date only grow
 * along the chain, it has no cycles.
 */
#include <string.h>

#include "store/series_internal.h"

static bool same_title(const struct kd_posting *a, const struct kd_posting *b)
{
	return a->poster != NULL && a->title_key != NULL &&
	       kd_str_same(a->poster, b->poster) &&
	       kd_str_same(a->title_key, b->title_key) &&
	       kd_str_same(a->project, b->project);
}

/* A search for what stands before s. */
struct search {
	struct kd_store *store;
	struct kd_arena *arena;
	const struct kd_posting *s;
	struct kd_posting best;
	enum kd_evidence evidence;
	bool resend;
};

/* Negative: a is the lower version. */
static int compare_versions(const struct kd_posting *a,
                            const struct kd_posting *b)
{
	if (a->version != b->version)
		return a->version < b->version ? -1 : 1;
	return (a->revision > b->revision) - (a->revision < b->revision);
}

/* The first that is none follows the last RFC, whatever its number. */
static bool ends_rfc(const struct kd_posting *c, const struct kd_posting *s)
{
	return c->rfc && !s->rfc && s->version == 1 && s->revision == 0 &&
	       c->date < s->date;
}

static enum kd_status is_resend(struct search *search,
                                const struct kd_posting *c,
                                enum kd_evidence evidence, bool *ret,
                                struct kd_error *err)
{
	enum kd_likeness likeness = KD_LIKENESS_NONE;
	enum kd_status st = KD_OK;

	if (c->total == search->s->total && c->received == search->s->received)
		st = kd_postings_compare(search->store, c, search->s,
		                         search->arena, &likeness, err);
	*ret = likeness == KD_LIKENESS_SAME ||
	       (search->s->again &&
	        (evidence <= KD_EVIDENCE_LINK || same_title(c, search->s)));
	return st;
}

/* Can c be what stands before? */
static enum kd_status fits(struct search *search, const struct kd_posting *c,
                           enum kd_evidence evidence, bool *ret,
                           bool *ret_resend, struct kd_error *err)
{
	const struct kd_posting *s = search->s;
	int order = compare_versions(c, s);
	enum kd_status st;

	*ret = false;
	*ret_resend = false;
	if (c->series == s->series || !c->has_date || !s->has_date)
		return KD_OK;
	if (evidence != KD_EVIDENCE_LINK && c->change_id != NULL &&
	    s->change_id != NULL && strcmp(c->change_id, s->change_id) != 0)
		return KD_OK;
	if (evidence == KD_EVIDENCE_THREAD &&
	    !kd_str_same(c->poster, s->poster) &&
	    !kd_str_same(c->title_key, s->title_key))
		return KD_OK;
	if (order < 0) {
		*ret = c->date <= s->date;
		return KD_OK;
	}
	if (ends_rfc(c, s)) {
		*ret = evidence != KD_EVIDENCE_THREAD;
		return KD_OK;
	}
	if (order > 0 || !kd_posting_is_before(c, s))
		return KD_OK;
	st = is_resend(search, c, evidence, ret_resend, err);
	*ret = *ret_resend || (evidence <= KD_EVIDENCE_LINK && !s->said);
	return st;
}

/* Is c, which fits, better than what was found before? */
static bool is_better(const struct search *search, const struct kd_posting *c,
                      enum kd_evidence evidence, bool resend)
{
	const struct kd_posting *best = &search->best;
	int order;

	if (search->evidence == KD_EVIDENCE_NONE)
		return true;
	if (resend != search->resend)
		return resend;
	order = compare_versions(c, best);
	if (order != 0)
		return order > 0;
	if (c->series == best->series ||
	    (!resend && evidence > search->evidence))
		return false;
	/* of what is sent again the first, else the last */
	if (c->date != best->date)
		return resend ? c->date < best->date : c->date > best->date;
	return strcmp(c->message_id, best->message_id) < 0;
}

static enum kd_status weigh(struct search *search, struct kd_cursor *cur,
                            enum kd_evidence evidence, struct kd_error *err)
{
	struct kd_postings found = { .n = 0 };
	bool resend = false;
	bool fit = false;
	enum kd_status st;
	size_t i;

	st = kd_postings_read(search->store, cur, &found, search->arena, err);
	for (i = 0; i < found.n && st == KD_OK; i++) {
		const struct kd_posting *c = &found.rows[i];

		if (evidence == KD_EVIDENCE_TITLE && !same_title(c, search->s))
			continue;
		st = fits(search, c, evidence, &fit, &resend, err);
		if (st != KD_OK || !fit ||
		    !is_better(search, c, evidence, resend))
			continue;
		search->best = *c;
		search->evidence = evidence;
		search->resend = resend;
	}
	return st;
}

static enum kd_status by_number(struct search *search, enum kd_stmt which,
                                int64_t number, enum kd_evidence evidence,
                                struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	st = kd_stmt_open(search->store, which, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, number);
	return weigh(search, &cur, evidence, err);
}

static enum kd_status by_text(struct search *search, enum kd_stmt which,
                              const char *a, const char *b,
                              enum kd_evidence evidence, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	st = kd_stmt_open(search->store, which, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_text(&cur, a);
	if (b != NULL)
		kd_stmt_bind_text(&cur, b);
	return weigh(search, &cur, evidence, err);
}

/* Series with a patch of the same sender and title as one of series. */
enum kd_status kd_versions_list_alike(struct kd_store *store, int64_t series,
                                      struct kd_ids *ret,
                                      struct kd_arena *arena,
                                      struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	struct kd_ids signs = { .n = 0 };
	enum kd_status st;
	bool more = true;
	const char *key;
	size_t i;

	st = kd_stmt_open(store, KD_STMT_LIST_MEMBERS, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, series);
	while (st == KD_OK && more) {
		st = kd_stmt_next(&cur, &more, err);
		if (st != KD_OK || !more)
			break;
		if (kd_stmt_int(&cur, 3) != KD_KIND_PATCH)
			continue;
		key = kd_versions_key(arena, kd_stmt_text(&cur, 2));
		st = key == NULL
		             ? kd_fail(err, KD_NOMEM, "out of memory")
		             : kd_ids_add(&signs, arena,
		                          kd_versions_sign(
						  kd_stmt_text(&cur, 1), key),
		                          err);
	}
	kd_stmt_close(&cur);
	for (i = 0; i < signs.n && st == KD_OK; i++) {
		st = kd_stmt_open(store, KD_STMT_LIST_BY_SIGN, &cur, err);
		if (st != KD_OK)
			break;
		kd_stmt_bind_int(&cur, signs.ids[i]);
		st = kd_ids_read(&cur, ret, arena, KD_WORK_MAX, err);
	}
	return st;
}

/* What goes by another name, but has the same patches. */
static enum kd_status by_patches(struct search *search, struct kd_error *err)
{
	const struct kd_posting *s = search->s;
	struct kd_ids found = { .n = 0 };
	struct kd_postings one;
	bool resend = false;
	bool fit = false;
	enum kd_status st;
	size_t i;

	if (s->version <= 1 && s->revision == 0)
		return KD_OK;
	st = kd_versions_list_alike(search->store, s->series, &found,
	                            search->arena, err);
	for (i = 0; i < found.n && st == KD_OK; i++) {
		one = (struct kd_postings){ .n = 0 };
		st = kd_postings_add(search->store, found.ids[i], &one,
		                     search->arena, err);
		if (st != KD_OK || one.n == 0 ||
		    !kd_str_same(one.rows[0].poster, s->poster) ||
		    !kd_str_same(one.rows[0].project, s->project))
			continue;
		st = fits(search, &one.rows[0], KD_EVIDENCE_PATCHES, &fit,
		          &resend, err);
		if (st == KD_OK && fit)
			st = kd_postings_alike(search->store, &one.rows[0], s,
			                       search->arena, &fit, err);
		if (st != KD_OK || !fit ||
		    !is_better(search, &one.rows[0], KD_EVIDENCE_PATCHES,
		               resend))
			continue;
		search->best = one.rows[0];
		search->evidence = KD_EVIDENCE_PATCHES;
		search->resend = resend;
	}
	return st;
}

static enum kd_status find_previous(struct search *search, struct kd_error *err)
{
	const struct kd_posting *s = search->s;
	enum kd_status st = KD_OK;

	if (s->change_id != NULL)
		st = by_text(search, KD_STMT_LIST_BY_CHANGE, s->change_id, NULL,
		             KD_EVIDENCE_CHANGE_ID, err);
	if (st == KD_OK)
		st = by_number(search, KD_STMT_LIST_BY_LINK, s->series,
		               KD_EVIDENCE_LINK, err);
	if (st == KD_OK)
		st = by_number(search, KD_STMT_LIST_BY_THREAD, s->variant,
		               KD_EVIDENCE_THREAD, err);
	if (st == KD_OK && s->poster != NULL && s->title_key != NULL)
		st = by_text(search, KD_STMT_LIST_BY_TITLE, s->poster,
		             s->title_key, KD_EVIDENCE_TITLE, err);
	if (st == KD_OK && search->evidence == KD_EVIDENCE_NONE)
		st = by_patches(search, err);
	return st;
}

enum kd_status kd_versions_settle_one(struct kd_store *store,
                                      struct kd_arena *arena, int64_t series,
                                      struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	struct kd_postings self = { .n = 0 };
	struct search search = { .store = store, .arena = arena };
	const struct kd_posting *s;
	enum kd_status st;

	st = kd_postings_add(store, series, &self, arena, err);
	if (st != KD_OK || self.n == 0)
		return st;
	s = &self.rows[0];
	search.s = s;
	st = find_previous(&search, err);
	if (st != KD_OK)
		return st;
	/* of what it says to send again nothing may have come */
	if (search.evidence == KD_EVIDENCE_NONE)
		search.resend = s->again;
	if (search.best.series == s->previous &&
	    search.evidence == s->evidence && search.resend == s->resend)
		return KD_OK;
	st = kd_stmt_open(store, KD_STMT_PUT_PREVIOUS, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, series);
	if (search.best.series == 0)
		kd_stmt_bind_null(&cur);
	else
		kd_stmt_bind_int(&cur, search.best.series);
	kd_stmt_bind_int(&cur, search.evidence);
	kd_stmt_bind_int(&cur, search.resend);
	return kd_stmt_run(&cur, err);
}
