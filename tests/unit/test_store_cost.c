/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_store_cost.c - what a question costs hangs on its answer, not on the
 * size of the store: by counting the steps of its statements.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "store/internal.h"
#include "store/series.h"
#include "tests/support/fewer.h"
#include "tests/support/store_fixture.h"

static const struct kd_trailer reviewed = {
	.name = "Reviewed-by",
	.value = "Reviewer 1 <reviewer1@example.org>",
	.of_person = true,
};
static const struct kd_taken taken = { .title = "x86: a title" };

/* Series of four and replies to them, on two lists and none. */
static void add_many(struct fixture *fix, struct kd_store *store, int from,
                     int upto)
{
	static const struct kd_list *const lists[] = { &fixture_kvm,
		                                       &fixture_ppc, NULL };
	struct kd_arena *keep = fix->arena;
	struct kd_arriving a;
	struct kd_message *msg;
	int i, first;

	for (i = from; i < upto; i++) {
		fix->arena = kd_arena_new();
		assert_non_null(fix->arena);
		first = i - i % 6;
		a = fixture_arriving(fix,
		                     kd_arena_printf(fix->arena, "%d@x", i),
		                     "m", 600 * (int64_t)i);
		a.list = lists[first / 6 % 3];
		msg = fixture_message(&a);
		msg->kind = KD_KIND_REPLY;
		msg->trailers = &reviewed;
		msg->n_trailers = 1;
		msg->fate = KD_FATE_APPLIED;
		msg->taken = &taken;
		msg->n_taken = 1;
		if (i > first)
			msg->in_reply_to =
				kd_arena_printf(fix->arena, "%d@x", first);
		if (i < first + 4) {
			msg->kind = KD_KIND_PATCH;
			msg->subject.number = i - first;
			msg->subject.total = 3;
		}
		(void)fixture_add(fix, store, &a);
		kd_arena_free(fix->arena);
	}
	fix->arena = keep;
}

static enum kd_status count(const struct kd_posted *row, void *payload,
                            struct kd_error *err)
{
	int *n = payload;

	(void)row;
	(void)err;
	(*n)++;
	return KD_OK;
}

struct cost {
	int steps;
	int scans;
};

/* What the statements of the store have done since the last time. */
static struct cost take_cost(struct kd_store *store)
{
	struct cost cost = { .steps = 0 };
	int i;

	for (i = 0; i < KD_STMT_COUNT; i++) {
		if (store->stmts[i] == NULL)
			continue;
		cost.steps += sqlite3_stmt_status(store->stmts[i],
		                                  SQLITE_STMTSTATUS_VM_STEP, 1);
		cost.scans += sqlite3_stmt_status(
			store->stmts[i], SQLITE_STMTSTATUS_FULLSCAN_STEP, 1);
	}
	return cost;
}

enum { QUESTIONS = 15, BASE = 100000000 };

static const struct kd_scope scopes[] = {
	{ .kind = KD_SCOPE_LIST, .list_id = "kvm.example.org" },
	{ .kind = KD_SCOPE_ALL },
	{ .kind = KD_SCOPE_NONE },
	/* of a list that has had no mail for long */
	{ .kind = KD_SCOPE_LIST, .list_id = "no.example.org" },
};

static void ask_scope(struct fixture *fix, struct kd_store *store, int which)
{
	static const int want[] = { 12, 24, 12, 0 };
	struct kd_range range = { .after = BASE + 99, .upto = BASE + 135 };
	kd_seq seq = 0;
	int n = 0;

	if (which < 4) {
		assert_int_equal(kd_store_each(store, &scopes[which], range,
		                               count, &n, &fix->err),
		                 KD_OK);
		assert_int_equal(n, want[which]);
		return;
	}
	assert_int_equal(kd_store_latest(store, &scopes[which - 4], &seq,
	                                 &fix->err),
	                 KD_OK);
}

static void ask_other(struct fixture *fix, struct kd_store *store, int which)
{
	char hex[KD_ID_HEX_MAX + 1];
	struct kd_found found = { .seq = 0 };
	kd_seq seq = 0;
	int n = 0;

	switch (which) {
	case 8:
		assert_int_equal(
			kd_store_at_time(store, 72000, &seq, &fix->err), KD_OK);
		assert_int_equal(seq, BASE + 120);
		break;
	case 9:
		assert_int_equal(kd_store_find_message_id(store, "120@x",
		                                          &scopes[0], &found,
		                                          &fix->err),
		                 KD_OK);
		break;
	case 10:
		assert_int_equal(kd_store_short_id(store, "120@x", hex,
		                                   &fix->err),
		                 KD_OK);
		assert_int_equal(kd_store_find_id(store, hex, &scopes[0],
		                                  &found, &fix->err),
		                 KD_OK);
		break;
	default:
		assert_int_equal(kd_store_each_of_series(store, 3, INT64_MAX,
		                                         count, &n, &fix->err),
		                 KD_OK);
		assert_int_equal(n, 4);
		break;
	}
}

static enum kd_status count_review(const struct kd_review *row, void *payload,
                                   struct kd_error *err)
{
	int *n = payload;

	(void)row;
	(void)err;
	(*n)++;
	return KD_OK;
}

static enum kd_status count_answer(const struct kd_answer *row, void *payload,
                                   struct kd_error *err)
{
	int *n = payload;

	(void)row;
	(void)err;
	(*n)++;
	return KD_OK;
}

static enum kd_status count_event(const struct kd_event *row, void *payload,
                                  struct kd_error *err)
{
	int *n = payload;

	(void)row;
	(void)err;
	(*n)++;
	return KD_OK;
}

/* Of what the two replies say to a cover letter. */
static void ask_about(struct fixture *fix, struct kd_store *store, int which)
{
	enum kd_status st;
	int n = 0;

	switch (which) {
	case 12:
		st = kd_store_each_about(store, 121, count_answer, &n,
		                         &fix->err);
		break;
	case 13:
		st = kd_store_each_review(store, 121, count_review, &n,
		                          &fix->err);
		break;
	default:
		st = kd_store_each_event(store, 121, count_event, &n,
		                         &fix->err);
		break;
	}
	assert_int_equal(st, KD_OK);
	assert_int_equal(n, 2);
}

static void ask_all(struct fixture *fix, struct cost ret[QUESTIONS])
{
	struct kd_store *store = fixture_open(fix, KD_STORE_READ);
	int i;

	for (i = 0; i < QUESTIONS; i++) {
		if (i < 8)
			ask_scope(fix, store, i);
		else if (i < 12)
			ask_other(fix, store, i);
		else
			ask_about(fix, store, i);
		ret[i] = take_cost(store);
	}
	kd_store_close(store);
}

enum { FEW = 200 };

static int many_of(void)
{
	return 20000 / kd_one_of(10);
}

/* Put copies of the first FEW messages behind them until there are many.
 * By SQL, for adding that many takes half a minute. */
static void multiply(struct fixture *fix)
{
	static const char begin[] =
		"BEGIN; CREATE TEMP TABLE v AS SELECT * FROM variant";
	static const char copy[] =
		"UPDATE v SET id = id + 200, message = message + 200, "
		"date = date + 120000;"
		"INSERT INTO variant SELECT * FROM v;"
		"INSERT INTO message SELECT id + %d, id + %d || '@y', "
		"variant + %d, series + %d FROM message WHERE id <= 200;"
		"INSERT INTO ident SELECT randomblob(20), message + %d "
		"FROM ident WHERE message <= 200;"
		"INSERT INTO reference SELECT variant + %d, ordinal, "
		"message + %d FROM reference WHERE variant <= 200;"
		"INSERT INTO arrival SELECT seq + %d, list, message + %d, "
		"received + 600 * %d FROM arrival WHERE message <= 200;"
		"INSERT INTO series (id, threaded) SELECT id + %d, threaded "
		"FROM series WHERE id <= 200;"
		"INSERT INTO about SELECT message + %d, target + %d FROM about "
		"WHERE message <= 200;"
		"INSERT INTO trailer SELECT variant + %d, ordinal, name, "
		"value, of_person, by_sender FROM trailer "
		"WHERE variant <= 200;"
		"INSERT INTO notice SELECT variant + %d, fate, tree FROM notice "
		"WHERE variant <= 200;"
		"INSERT INTO taken SELECT variant + %d, ordinal, number, title, "
		"commit_id FROM taken WHERE variant <= 200";
	char sql[2048];
	sqlite3 *db = NULL;
	int k, n;

	assert_int_equal(sqlite3_open(fix->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, begin, NULL, NULL, NULL), SQLITE_OK);
	for (k = FEW; k < many_of(); k += FEW) {
		n = snprintf(sql, sizeof(sql), copy, k, k, k, k, k, k, k, k, k,
		             k, k, k, k, k, k, k);
		assert_in_range(n, 1, sizeof(sql) - 1);
		if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
			fail_msg("%s", sqlite3_errmsg(db));
	}
	assert_int_equal(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL),
	                 SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM arrival"),
	                 many_of());
}

static void expect_same_cost(int question, struct cost few, struct cost many)
{
	if (few.steps < 1 || many.steps > few.steps + few.steps / 5 + 20)
		fail_msg("question %d: %d steps, then %d", question, few.steps,
		         many.steps);
	assert_int_equal(many.scans, few.scans);
}

static void test_cost_is_that_of_the_range(void **state)
{
	struct fixture *fix = *state;
	struct cost few[QUESTIONS], many[QUESTIONS];
	struct kd_store *store;
	int i;

	store = fixture_open(fix, KD_STORE_DELIVER);
	add_many(fix, store, 0, FEW);
	kd_store_close(store);
	ask_all(fix, few);
	multiply(fix);
	ask_all(fix, many);
	for (i = 0; i < QUESTIONS; i++) {
		expect_same_cost(i, few[i], many[i]);
		assert_int_equal(many[i].scans, 0);
	}
}

static void test_cost_of_adding(void **state)
{
	struct fixture *fix = *state;
	struct cost few, many;
	struct kd_store *store;

	store = fixture_open(fix, KD_STORE_DELIVER);
	add_many(fix, store, 0, FEW - 18);
	(void)take_cost(store);
	add_many(fix, store, FEW - 18, FEW);
	few = take_cost(store);
	kd_store_close(store);
	multiply(fix);
	store = fixture_open(fix, KD_STORE_DELIVER);
	add_many(fix, store, many_of(), many_of() + 18);
	many = take_cost(store);
	kd_store_close(store);
	expect_same_cost(-1, few, many);
}

/* What a row costs is paid a thousand times for a week of a busy list. */
static void test_cost_of_a_row(void **state)
{
	static const struct kd_range all = { .upto = INT64_MAX };
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	int n = 0;

	add_many(fix, store, 0, FEW);
	(void)take_cost(store);
	assert_int_equal(kd_store_each(store, &scopes[1], all, count, &n,
	                               &fix->err),
	                 KD_OK);
	assert_int_equal(n, 134); /* the others are of no list */
	assert_in_range(take_cost(store).steps / n, 1, 120);
	n = 0;
	assert_int_equal(kd_store_each_about(store, 1, count_answer, &n,
	                                     &fix->err),
	                 KD_OK);
	assert_int_equal(n, 2);
	assert_in_range(take_cost(store).steps / n, 1, 60);
	kd_store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_cost_is_that_of_the_range),
		TEST(test_cost_of_adding),
		TEST(test_cost_of_a_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
