/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * review.c - what others said of a patch, and what became of it.
 */
#include "store/facts.h"
#include "store/series.h"

static enum kd_status open_about(struct kd_store *store, enum kd_stmt which,
                                 int64_t target, struct kd_cursor *ret,
                                 struct kd_error *err)
{
	enum kd_status st;

	st = kd_stmt_open(store, which, ret, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(ret, target);
	return KD_OK;
}

enum kd_status kd_store_each_about(struct kd_store *store, int64_t target,
                                   kd_answer_fn *fn, void *payload,
                                   struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	struct kd_answer row;
	enum kd_status st;
	bool more = true;

	st = open_about(store, KD_STMT_EACH_ABOUT, target, &cur, err);
	while (st == KD_OK && more) {
		st = kd_stmt_next(&cur, &more, err);
		if (st != KD_OK || !more)
			break;
		row = (struct kd_answer){
			.message = kd_stmt_int(&cur, 0),
			.kind = kd_store_kind(kd_stmt_int(&cur, 1)),
			.sender = { kd_stmt_given(&cur, 2),
			            kd_stmt_given(&cur, 3) },
			.seq = kd_stmt_int(&cur, 4),
		};
		st = fn(&row, payload, err);
	}
	kd_stmt_close(&cur);
	return st;
}

static enum kd_status read_review(const struct kd_cursor *cur,
                                  struct kd_review *ret, struct kd_error *err)
{
	*ret = (struct kd_review){
		.message = kd_stmt_int(cur, 0),
		.message_id = kd_stmt_text(cur, 1),
		.target = kd_stmt_int(cur, 2),
		.sender = { .name = kd_stmt_given(cur, 3),
		            .email = kd_stmt_given(cur, 4) },
		.trailer = { .name = kd_stmt_text(cur, 5),
		             .value = kd_stmt_text(cur, 6),
		             .of_person = kd_stmt_int(cur, 7) != 0,
		             .by_sender = kd_stmt_int(cur, 8) != 0 },
		.seq = kd_stmt_int(cur, 9),
	};
	/* never NULL in the tables */
	if (ret->message_id == NULL || ret->trailer.name == NULL ||
	    ret->trailer.value == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	return KD_OK;
}

enum kd_status kd_store_each_review(struct kd_store *store, int64_t target,
                                    kd_review_fn *fn, void *payload,
                                    struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	struct kd_review row;
	enum kd_status st;
	bool more = true;

	st = open_about(store, KD_STMT_EACH_REVIEW, target, &cur, err);
	while (st == KD_OK && more) {
		st = kd_stmt_next(&cur, &more, err);
		if (st == KD_OK && more)
			st = read_review(&cur, &row, err);
		if (st == KD_OK && more)
			st = fn(&row, payload, err);
	}
	kd_stmt_close(&cur);
	return st;
}

static enum kd_status read_event(const struct kd_cursor *cur, int64_t target,
                                 struct kd_event *ret, struct kd_error *err)
{
	*ret = (struct kd_event){
		.message = kd_stmt_int(cur, 0),
		.message_id = kd_stmt_text(cur, 1),
		.sender = { .name = kd_stmt_given(cur, 2),
		            .email = kd_stmt_given(cur, 3) },
		.target = target,
		.fate = kd_store_fate(kd_stmt_int(cur, 4)),
		.tree = kd_stmt_text(cur, 5),
		.seq = kd_stmt_int(cur, 6),
		.received = kd_stmt_int(cur, 7),
		.taken = { .number = KD_NUMBER_NONE,
		           .title = kd_stmt_text(cur, 9),
		           .commit = kd_stmt_text(cur, 10) },
	};
	if (!kd_stmt_is_null(cur, 8))
		ret->taken.number = (int)kd_stmt_int(cur, 8);
	if (ret->message_id == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	return KD_OK;
}

enum kd_status kd_store_each_event(struct kd_store *store, int64_t target,
                                   kd_event_fn *fn, void *payload,
                                   struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	struct kd_event row;
	enum kd_status st;
	bool more = true;

	st = open_about(store, KD_STMT_EACH_EVENT, target, &cur, err);
	while (st == KD_OK && more) {
		st = kd_stmt_next(&cur, &more, err);
		if (st == KD_OK && more)
			st = read_event(&cur, target, &row, err);
		if (st == KD_OK && more)
			st = fn(&row, payload, err);
	}
	kd_stmt_close(&cur);
	return st;
}
