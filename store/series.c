/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * series.c - which patches were posted together.
 *
 * Members of a series have the same version, revision and total, and each
 * its own number (its slot).  Threads decide: a patch belongs with those
 * that it refers to, that refer to it, or that its sender posted in answer
 * to the same message.  Only what has no thread at all goes by sender and
 * time; such a series is loose, and gives up a member for which a thread
 * shows up later.  So the order of arrival plays no part.
 */
#include "store/internal.h"

enum {
	CANDIDATES_MAX = 64,
	LOOSE_S = 20 * 60, /* git send-email without threads takes a while */
};

struct candidates {
	int64_t messages[CANDIDATES_MAX];
	int n;
};

static bool is_member_kind(const struct kd_message *msg)
{
	return (msg->kind == KD_KIND_PATCH || msg->kind == KD_KIND_COVER) &&
	       msg->subject.number != KD_NUMBER_NONE &&
	       msg->subject.total != KD_NUMBER_NONE;
}

static bool refers(const struct kd_message *msg)
{
	return msg->in_reply_to != NULL || msg->n_references > 0;
}

/*
 * Those first that count for most.  One of the same number is no fellow but
 * a rival.  A cover letter begins its series: what it refers to, and what
 * answers the same message as it does, is of another one.
 */
static enum kd_status gather(struct kd_cursor *cur, int number,
                             struct candidates *ret, struct kd_error *err)
{
	bool no_cover = cur->which == KD_STMT_LIST_CITING ||
	                cur->which == KD_STMT_LIST_SIBLINGS;
	enum kd_status st = KD_OK;
	bool more = true;
	int64_t other;

	while (st == KD_OK && more && ret->n < CANDIDATES_MAX) {
		st = kd_stmt_next(cur, &more, err);
		if (st != KD_OK || !more)
			break;
		other = kd_stmt_int(cur, 1);
		if (other != number && (other != 0 || !no_cover))
			ret->messages[ret->n++] = kd_stmt_int(cur, 0);
	}
	kd_stmt_close(cur);
	return st;
}

/* Open a statement that looks for members, and bind what they all need. */
static enum kd_status open_members(struct kd_store *store, enum kd_stmt which,
                                   const struct kd_incoming *in,
                                   struct kd_cursor *ret, struct kd_error *err)
{
	const struct kd_subject *subject = &in->arriving->msg->subject;
	enum kd_status st;

	st = kd_stmt_open(store, which, ret, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(ret, in->message);
	kd_stmt_bind_int(ret, subject->version);
	kd_stmt_bind_int(ret, subject->revision);
	kd_stmt_bind_int(ret, subject->total);
	return KD_OK;
}

static enum kd_status gather_thread(struct kd_store *store,
                                    const struct kd_incoming *in,
                                    struct candidates *ret,
                                    struct kd_error *err)
{
	static const enum kd_stmt steps[] = { KD_STMT_LIST_CITED,
		                              KD_STMT_LIST_CITING,
		                              KD_STMT_LIST_SIBLINGS };
	const struct kd_message *msg = in->arriving->msg;
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st = KD_OK;
	size_t i;

	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		if (msg->subject.number == 0 && steps[i] != KD_STMT_LIST_CITING)
			continue;
		st = open_members(store, steps[i], in, &cur, err);
		if (st != KD_OK)
			return st;
		if (steps[i] != KD_STMT_LIST_CITING)
			kd_stmt_bind_int(&cur, in->variant);
		if (steps[i] == KD_STMT_LIST_SIBLINGS)
			kd_stmt_bind_text(&cur, msg->sender.email);
		st = gather(&cur, msg->subject.number, ret, err);
		if (st != KD_OK)
			return st;
	}
	return KD_OK;
}

static enum kd_status gather_loose(struct kd_store *store,
                                   const struct kd_incoming *in,
                                   struct candidates *ret, struct kd_error *err)
{
	const struct kd_message *msg = in->arriving->msg;
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	if (!msg->has_date || msg->sender.email == NULL)
		return KD_OK;
	st = open_members(store, KD_STMT_LIST_LOOSE, in, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_text(&cur, msg->subject.project);
	kd_stmt_bind_text(&cur, msg->sender.email);
	kd_stmt_bind_int(&cur, msg->date - LOOSE_S);
	kd_stmt_bind_int(&cur, msg->date + LOOSE_S);
	return gather(&cur, msg->subject.number, ret, err);
}

/* Run a statement of two numbers. */
static enum kd_status run_two(struct kd_store *store, enum kd_stmt which,
                              int64_t a, int64_t b, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	st = kd_stmt_open(store, which, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, a);
	kd_stmt_bind_int(&cur, b);
	return kd_stmt_run(&cur, err);
}

static enum kd_status run_one(struct kd_store *store, enum kd_stmt which,
                              int64_t a, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	st = kd_stmt_open(store, which, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, a);
	return kd_stmt_run(&cur, err);
}

/* Ask a question of two numbers. */
static enum kd_status ask_two(struct kd_store *store, enum kd_stmt which,
                              int64_t a, int64_t b, bool *ret,
                              struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	int64_t answer = 0;
	enum kd_status st;

	st = kd_stmt_open(store, which, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, a);
	kd_stmt_bind_int(&cur, b);
	st = kd_stmt_number(&cur, 0, &answer, err);
	*ret = answer != 0;
	return st;
}

struct membership {
	int64_t series; /* 0: none */
	bool threaded;
	bool shared; /* it has other members */
};

static enum kd_status look_up(struct kd_store *store, int64_t message,
                              struct membership *ret, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;
	bool found = false;

	*ret = (struct membership){ .series = 0 };
	st = kd_stmt_open(store, KD_STMT_GET_SERIES, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, message);
	st = kd_stmt_next(&cur, &found, err);
	if (st == KD_OK && found) {
		ret->series = kd_stmt_int(&cur, 0);
		ret->threaded = kd_stmt_int(&cur, 1) != 0;
		ret->shared = kd_stmt_int(&cur, 2) != 0;
	}
	kd_stmt_close(&cur);
	return st;
}

static enum kd_status begin_series(struct kd_store *store, int64_t message,
                                   bool threaded, int64_t *ret,
                                   struct kd_error *err)
{
	enum kd_status st;

	st = run_one(store, KD_STMT_ADD_SERIES, threaded, err);
	if (st != KD_OK)
		return st;
	*ret = sqlite3_last_insert_rowid(store->db);
	return run_two(store, KD_STMT_PUT_SERIES, message, *ret, err);
}

/* The series of a message for which a thread has shown up. */
static enum kd_status threaded_series(struct kd_store *store, int64_t message,
                                      int64_t *ret, struct kd_error *err)
{
	struct membership now;
	enum kd_status st;

	st = look_up(store, message, &now, err);
	if (st != KD_OK)
		return st;
	*ret = now.series;
	if (now.series == 0 || now.threaded)
		return KD_OK;
	if (now.shared)
		return begin_series(store, message, true, ret, err);
	return run_one(store, KD_STMT_THREAD_SERIES, now.series, err);
}

/* Into is 0 until the first series with a free slot is found; another one
 * is put together with it where no slot clashes. */
static enum kd_status join(struct kd_store *store, int64_t series, int number,
                           int64_t *into, struct kd_error *err)
{
	enum kd_status st;
	bool clash = false;

	if (series == 0 || series == *into)
		return KD_OK;
	st = ask_two(store, KD_STMT_HAS_SLOT, series, number, &clash, err);
	if (st != KD_OK || clash)
		return st;
	if (*into == 0) {
		*into = series;
		return KD_OK;
	}
	st = ask_two(store, KD_STMT_HAS_CLASH, series, *into, &clash, err);
	if (st != KD_OK || clash)
		return st;
	st = run_two(store, KD_STMT_MERGE_SERIES, *into, series, err);
	if (st != KD_OK)
		return st;
	return run_one(store, KD_STMT_DROP_SERIES, series, err);
}

static enum kd_status join_thread(struct kd_store *store,
                                  const struct candidates *found, int number,
                                  int64_t *into, struct kd_error *err)
{
	enum kd_status st = KD_OK;
	int64_t series = 0;
	int i;

	for (i = 0; i < found->n && st == KD_OK; i++) {
		st = threaded_series(store, found->messages[i], &series, err);
		if (st == KD_OK)
			st = join(store, series, number, into, err);
	}
	return st;
}

static enum kd_status join_loose(struct kd_store *store,
                                 const struct candidates *found, int number,
                                 int64_t *into, struct kd_error *err)
{
	struct membership now;
	enum kd_status st = KD_OK;
	int i;

	for (i = 0; i < found->n && st == KD_OK && *into == 0; i++) {
		st = look_up(store, found->messages[i], &now, err);
		if (st == KD_OK)
			st = join(store, now.series, number, into, err);
	}
	return st;
}

/* Where it was by another variant's subject it is no longer. */
static enum kd_status leave(struct kd_store *store, int64_t message,
                            struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	struct membership now;
	enum kd_status st;

	st = look_up(store, message, &now, err);
	if (st != KD_OK || now.series == 0)
		return st;
	st = kd_stmt_open(store, KD_STMT_PUT_SERIES, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, message);
	kd_stmt_bind_null(&cur);
	st = kd_stmt_run(&cur, err);
	if (st != KD_OK)
		return st;
	return run_one(store, KD_STMT_DROP_SERIES, now.series, err);
}

enum kd_status kd_series_link(struct kd_store *store,
                              const struct kd_incoming *in,
                              struct kd_error *err)
{
	const struct kd_message *msg = in->arriving->msg;
	int number = msg->subject.number;
	struct candidates found = { .n = 0 };
	int64_t into = 0;
	enum kd_status st;
	bool threaded;

	st = leave(store, in->message, err);
	if (st != KD_OK || !is_member_kind(msg))
		return st;
	st = gather_thread(store, in, &found, err);
	threaded = found.n > 0 || refers(msg);
	if (st == KD_OK)
		st = join_thread(store, &found, number, &into, err);
	if (st == KD_OK && !threaded) {
		st = gather_loose(store, in, &found, err);
		if (st == KD_OK)
			st = join_loose(store, &found, number, &into, err);
	}
	if (st != KD_OK)
		return st;
	if (into == 0)
		return begin_series(store, in->message, threaded, &into, err);
	return run_two(store, KD_STMT_PUT_SERIES, in->message, into, err);
}
