/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_store_series_rows.c - what the store says of series: of a range, of one,
 * of all versions of one, of its members.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "store/series.h"
#include "tests/support/store_world.h"

static const struct mail asked[] = {
	{ .name = 'a', .refs = "", .number = 0, .total = 1, .title = "t" },
	{ .name = 'b', .refs = "a", .number = 1, .total = 1 },
	{ .name = 'c',
	  .refs = "",
	  .number = 0,
	  .total = 1,
	  .title = "t",
	  .hour = 1,
	  .word = "resend" },
	{ .name = 'd',
	  .refs = "",
	  .number = 0,
	  .total = 2,
	  .title = "t",
	  .hour = 2,
	  .version = 2 },
	{ .name = 'e', .refs = "", .number = NONE, .total = NONE },
};
enum { ASKED = sizeof(asked) / sizeof(asked[0]) };

static enum kd_status take_head(const struct kd_series *row, void *payload,
                                struct kd_error *err)
{
	char *text = payload;

	(void)err;
	text[strlen(text)] = row->message_id[0];
	return KD_OK;
}

static const char *heads(struct fixture *fix, struct kd_store *store,
                         const struct kd_scope *scope, kd_seq after,
                         kd_seq upto)
{
	const struct kd_range range = { .after = after, .upto = upto };
	char *text = kd_arena_alloc(fix->arena, ASKED + 1);

	assert_int_equal(kd_store_each_series(store, scope, range, take_head,
	                                      text, &fix->err),
	                 KD_OK);
	return text;
}

static int64_t series_of(struct fixture *fix, struct kd_store *store, char name)
{
	return fixture_get(fix, store, world_id(fix, name, 0)).series;
}

static struct kd_store *open_asked(struct fixture *fix)
{
	struct kd_store *store = world_open(fix);
	struct kd_arriving a;
	int i;

	for (i = 0; i < ASKED; i++) {
		a = world_mail(fix, &asked[i], 0);
		if (asked[i].name == 'e')
			a.list = &fixture_ppc;
		assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_NEW);
	}
	return store;
}

/* What kd_store_each_member() has of a row; both say it. */
struct told {
	int64_t message, variant, series;
	kd_seq seq;
	enum kd_kind kind;
	int number, total;
	char title[64];
	bool answered, has_diffstat;
	int64_t lines[3];
};

struct telling {
	struct told rows[8];
	size_t n;
};

static enum kd_status tell(const struct kd_posted *row, void *payload,
                           struct kd_error *err)
{
	struct telling *all = payload;
	const struct kd_message *msg = &row->msg;
	struct told *told = &all->rows[all->n++];

	(void)err;
	assert_in_range(all->n, 1, 8);
	told->message = row->message;
	told->variant = row->variant;
	told->series = row->series;
	told->seq = row->seq;
	told->kind = msg->kind;
	told->number = msg->subject.number;
	told->total = msg->subject.total;
	(void)snprintf(told->title, sizeof(told->title), "%s",
	               msg->subject.title);
	told->answered = row->answered;
	told->has_diffstat = msg->has_diffstat;
	told->lines[0] = msg->diffstat.files;
	told->lines[1] = msg->diffstat.insertions;
	told->lines[2] = msg->diffstat.deletions;
	return KD_OK;
}

static const struct mail four[] = {
	{ .name = 'f', .refs = "", .number = 0, .total = 3, .title = "u" },
	{ .name = 'g', .refs = "f", .number = 1, .total = 3 },
	{ .name = 'h', .refs = "f", .number = 2, .total = 3 },
	{ .name = 'i', .refs = "f", .number = 3, .total = 3 },
};

static void test_members_are_the_same_in_short(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = world_open(fix);
	struct telling whole, brief;
	struct kd_message *msg;
	struct kd_arriving a;
	int64_t series;
	kd_seq upto;
	size_t i;

	for (i = 0; i < 4; i++) {
		a = world_mail(fix, &four[i], 0);
		msg = fixture_message(&a);
		msg->has_diffstat = i > 1;
		msg->diffstat.files = (int64_t)i;
		msg->diffstat.insertions = 10 * (int64_t)i;
		msg->diffstat.deletions = 100 * (int64_t)i;
		(void)fixture_add(fix, store, &a);
	}
	series = series_of(fix, store, 'f');
	for (upto = 100000000; upto < 100000005; upto++) {
		memset(&whole, 0, sizeof(whole));
		memset(&brief, 0, sizeof(brief));
		assert_int_equal(kd_store_each_of_series(store, series, upto,
		                                         tell, &whole,
		                                         &fix->err),
		                 KD_OK);
		assert_int_equal(kd_store_each_member(store, series, upto, tell,
		                                      &brief, &fix->err),
		                 KD_OK);
		assert_int_equal(brief.n, whole.n);
		assert_memory_equal(&brief, &whole, sizeof(whole));
	}
	assert_int_equal(whole.n, 4);
	assert_int_equal(whole.rows[3].lines[2], 300);
	kd_store_close(store);
}

static void test_series_of_a_range(void **state)
{
	static const struct kd_scope all = { .kind = KD_SCOPE_ALL };
	static const struct kd_scope none = { .kind = KD_SCOPE_NONE };
	static const struct kd_scope kvm = { KD_SCOPE_LIST, "kvm.example.org" };
	struct fixture *fix = *state;
	struct kd_store *store = open_asked(fix);
	kd_seq start = fixture_get(fix, store, world_id(fix, 'a', 0)).seq;

	assert_string_equal(heads(fix, store, &all, 0, INT64_MAX), "acde");
	assert_string_equal(heads(fix, store, &kvm, 0, INT64_MAX), "acd");
	assert_string_equal(heads(fix, store, &none, 0, INT64_MAX), "");
	/* of one that began before the range a member came in it */
	assert_string_equal(heads(fix, store, &all, start, start + 2), "ac");
	kd_store_close(store);
}

static void test_one_series(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = open_asked(fix);
	struct kd_series row = { .series = 0 };

	assert_int_equal(kd_store_series(store, series_of(fix, store, 'a'),
	                                 fix->arena, &row, &fix->err),
	                 KD_OK);
	assert_string_equal(row.message_id, "a.0@example.org");
	assert_string_equal(row.title, "t of 0");
	assert_string_equal(row.poster.email, "author-a@example.org");
	assert_true(row.has_cover && !row.rfc && !row.resend && row.has_date);
	assert_int_equal(row.total, 1);
	assert_int_equal(row.received, 1);
	assert_int_equal(row.received_at, 1000);
	assert_int_equal(row.seq,
	                 fixture_get(fix, store, world_id(fix, 'a', 0)).seq);
	/* not the resend, though it was that which came next */
	assert_int_equal(row.next, series_of(fix, store, 'd'));
	assert_int_equal(kd_store_series(store, series_of(fix, store, 'e'),
	                                 fix->arena, &row, &fix->err),
	                 KD_OK);
	assert_int_equal(row.total, NONE);
	assert_int_equal(row.received, 1);
	assert_int_equal(row.next, 0);
	assert_int_equal(kd_store_series(store, 4711, fix->arena, &row,
	                                 &fix->err),
	                 KD_NOTFOUND);
	kd_store_close(store);
}

static void test_all_versions(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = open_asked(fix);
	struct kd_series *rows = NULL;
	char text[ASKED + 1];
	size_t i, n, from;

	for (from = 0; from < ASKED; from++) {
		assert_int_equal(
			kd_store_versions(
				store, series_of(fix, store, asked[from].name),
				fix->arena, &rows, &n, &fix->err),
			KD_OK);
		memset(text, 0, sizeof(text));
		for (i = 0; i < n; i++)
			text[i] = rows[i].message_id[0];
		assert_string_equal(text,
		                    asked[from].name == 'e' ? "e" : "acd");
	}
	kd_store_close(store);
}

static enum kd_status ask_again(const struct kd_series *row, void *payload,
                                struct kd_error *err)
{
	static const struct kd_scope all = { .kind = KD_SCOPE_ALL };
	const struct kd_range range = { .after = 0, .upto = INT64_MAX };
	char text[ASKED + 1] = "";

	(void)row;
	return kd_store_each_series(payload, &all, range, take_head, text, err);
}

/* Whoever is told of a row cannot ask for the rows: said, and not undone. */
static void test_series_asked_for_meanwhile(void **state)
{
	static const struct kd_scope all = { .kind = KD_SCOPE_ALL };
	const struct kd_range range = { .after = 0, .upto = INT64_MAX };
	struct fixture *fix = *state;
	struct kd_store *store = open_asked(fix);

	assert_int_equal(kd_store_each_series(store, &all, range, ask_again,
	                                      store, &fix->err),
	                 KD_BUG);
	assert_string_equal(heads(fix, store, &all, 0, INT64_MAX), "acde");
	kd_store_close(store);
}

/* Where versions and dates do not tell, the Message-IDs do; one without a
 * date comes first. */
static void test_versions_in_order(void **state)
{
	static const struct {
		const char *sql;
		const char *want;
	} cases[] = {
		{ "UPDATE series SET date = 1000", "ac" },
		{ "UPDATE series SET date = NULL;"
		  "UPDATE variant SET date = NULL WHERE id = 3",
		  "ca" },
		{ "UPDATE variant SET date = NULL", "ac" },
	};
	struct fixture *fix = *state;

	kd_store_close(open_asked(fix));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct kd_series *rows = NULL;
		struct kd_store *store;
		size_t n = 0;

		fixture_change(fix, cases[i].sql);
		store = fixture_open(fix, KD_STORE_READ);
		assert_int_equal(
			kd_store_versions(store, series_of(fix, store, 'a'),
		                          fix->arena, &rows, &n, &fix->err),
			KD_OK);
		assert_int_equal(n, 3);
		assert_int_equal(rows[0].message_id[0], cases[i].want[0]);
		assert_int_equal(rows[1].message_id[0], cases[i].want[1]);
		kd_store_close(store);
	}
}

/* A later release may know more reasons than this one. */
static void test_evidence_of_a_later_release(void **state)
{
	struct fixture *fix = *state;
	struct kd_series row = { .series = 0 };
	struct kd_store *store = open_asked(fix);
	int64_t series = series_of(fix, store, 'd');

	kd_store_close(store);
	fixture_change(fix, "UPDATE series SET evidence = 99");
	store = fixture_open(fix, KD_STORE_READ);
	assert_int_equal(kd_store_series(store, series, fix->arena, &row,
	                                 &fix->err),
	                 KD_OK);
	assert_int_equal(row.evidence, KD_EVIDENCE_PATCHES);
	kd_store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_members_are_the_same_in_short),
		TEST(test_series_of_a_range),
		TEST(test_one_series),
		TEST(test_all_versions),
		TEST(test_series_asked_for_meanwhile),
		TEST(test_versions_in_order),
		TEST(test_evidence_of_a_later_release),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
