/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_store_add.c - what goes into the store comes out again, once.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "tests/support/store_fixture.h"

static void test_add_new_then_duplicate(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving a = fixture_arriving(fix, "1@x", "one", 1000);
	struct kd_arriving b = fixture_arriving(fix, "2@x", "two", 1001);

	assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_NEW);
	assert_int_equal(fixture_add(fix, store, &b), KD_ADDED_NEW);
	assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_DUPLICATE);
	a.received = 9999;
	assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_DUPLICATE);
	assert_int_equal(fixture_get(fix, store, "1@x").seq, 100000000);
	assert_int_equal(fixture_get(fix, store, "1@x").received, 1000);
	assert_int_equal(fixture_get(fix, store, "2@x").seq, 100000001);
	assert_int_equal(fixture_get(fix, store, "2@x").n_variants, 1);
	kd_store_close(store);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM arrival"), 2);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM variant"), 2);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM person"), 1);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM "
	                                    "pragma_foreign_key_check"),
	                 0);
}

static void test_add_other_list(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving a = fixture_arriving(fix, "1@x", "one", 1000);
	struct kd_list shouted = fixture_ppc;

	assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_NEW);
	a.list = &fixture_ppc;
	assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_LIST);
	assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_DUPLICATE);
	shouted.id = "PPC.Example.ORG"; /* as headers spell it */
	a.list = &shouted;
	assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_DUPLICATE);
	a.list = NULL; /* it belongs to lists already */
	assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_DUPLICATE);
	kd_store_close(store);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM arrival"), 2);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM list "
	                                    "WHERE id > 0"),
	                 2);
}

static void test_add_list_after_none(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving a = fixture_arriving(fix, "1@x", "one", 1000);

	a.list = NULL;
	a.through_list = false;
	assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_NEW);
	assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_DUPLICATE);
	a.list = &fixture_kvm;
	assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_LIST);
	kd_store_close(store);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM arrival"), 2);
}

static void test_add_received_never_goes_back(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	static const int64_t clock[] = { 1000, 500, 999, 1000, 1001 };
	static const int64_t want[] = { 1000, 1000, 1000, 1000, 1001 };
	struct kd_arriving a;
	const char *id;
	size_t i;

	for (i = 0; i < 5; i++) {
		id = kd_arena_printf(fix->arena, "%zu@x", i);
		a = fixture_arriving(fix, id, "m", clock[i]);
		assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_NEW);
		assert_int_equal(fixture_get(fix, store, id).received, want[i]);
	}
	kd_store_close(store);
}

static void fill_in(struct kd_message *msg)
{
	static const char *const references[] = { "0@x", "1@x" };

	msg->in_reply_to = "1@x";
	msg->references = references;
	msg->n_references = 2;
	msg->subject = (struct kd_subject){
		.full = "[kvm-unit-tests PATCH RFC v5.1 04/11] x86: t\xc3\xbc",
		.title = "x86: t\xc3\xbc",
		.prefixes = { "kvm-unit-tests", "PATCH", "RFC", "v5.1",
		              "04/11" },
		.n_prefixes = 5,
		.project = "kvm-unit-tests",
		.version = 5,
		.revision = 1,
		.number = 4,
		.total = 11,
		.patch = true,
		.rfc = true,
		.forward = true,
	};
	msg->subject_line = "[kvm-unit-tests PATCH RFC v5.1 04/11]";
	msg->from_line = "\"Patch Author 1\" <author1@example.org>";
	msg->author = (struct kd_person){ .email = "author2@example.org" };
	msg->date = -5;
	msg->kind = KD_KIND_PATCH;
	msg->status = KD_PARSE_LIMITED;
	msg->header_size = 20;
	msg->text = kd_bytes_of("commit message, notes, diffstat");
	msg->commit = (struct kd_span){ .offset = 0, .size = 14 };
	msg->notes = (struct kd_span){ .offset = 16, .size = 5 };
	msg->stat = (struct kd_span){ .offset = 23, .size = 8 };
	msg->has_diff = true;
	msg->has_diffstat = true;
	msg->diffstat = (struct kd_diffstat){ 3, 40, 2 };
	msg->change_id = "20250101-x-v5-0-abc";
}

static void expect_span(struct kd_span got, struct kd_span want)
{
	assert_int_equal(got.offset, want.offset);
	assert_int_equal(got.size, want.size);
}

static void test_add_fields_come_back(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving a = fixture_arriving(fix, "2@x", "two", 1000);
	struct kd_message *want = fixture_message(&a);
	struct kd_message got;
	size_t i;

	fill_in(want);
	(void)fixture_add(fix, store, &a);
	got = fixture_get(fix, store, "2@x").msg;
	assert_string_equal(got.message_id, "2@x");
	assert_memory_equal(got.content_sha256, want->content_sha256, 32);
	assert_string_equal(got.in_reply_to, "1@x");
	assert_string_equal(got.subject.full, want->subject.full);
	assert_string_equal(got.subject.title, want->subject.title);
	assert_int_equal(got.subject.n_prefixes, 5);
	for (i = 0; i < 5; i++)
		assert_string_equal(got.subject.prefixes[i],
		                    want->subject.prefixes[i]);
	assert_string_equal(got.subject.project, "kvm-unit-tests");
	assert_int_equal(got.subject.version, 5);
	assert_int_equal(got.subject.revision, 1);
	assert_int_equal(got.subject.number, 4);
	assert_int_equal(got.subject.total, 11);
	assert_true(got.subject.patch && got.subject.rfc);
	assert_true(got.subject.forward && !got.subject.reply);
	assert_false(got.subject.resend || got.subject.pull);
	assert_string_equal(got.subject_line, want->subject_line);
	assert_string_equal(got.from_line, want->from_line);
	assert_string_equal(got.sender.name, "Patch Author 1");
	assert_string_equal(got.sender.email, "author1@example.org");
	assert_null(got.author.name);
	assert_string_equal(got.author.email, "author2@example.org");
	assert_true(got.has_date);
	assert_int_equal(got.date, -5);
	assert_int_equal(got.kind, KD_KIND_PATCH);
	assert_int_equal(got.status, KD_PARSE_LIMITED);
	assert_int_equal(got.header_size, 20);
	expect_span(got.commit, want->commit);
	expect_span(got.notes, want->notes);
	expect_span(got.stat, want->stat);
	assert_true(got.has_diff && got.has_diffstat);
	assert_int_equal(got.diffstat.files, 3);
	assert_int_equal(got.diffstat.insertions, 40);
	assert_int_equal(got.diffstat.deletions, 2);
	assert_string_equal(got.change_id, want->change_id);
	kd_store_close(store);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM reference"),
	                 3);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM message "
	                                    "WHERE variant IS NULL"),
	                 2);
}

static void test_add_absent_fields_stay_absent(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving a = fixture_arriving(fix, "1@x", "", 1000);
	struct kd_message *want = fixture_message(&a);
	struct kd_message got;

	want->has_date = false;
	want->sender = (struct kd_person){ .name = NULL };
	want->author = want->sender;
	(void)fixture_add(fix, store, &a);
	got = fixture_get(fix, store, "1@x").msg;
	assert_null(got.in_reply_to);
	assert_string_equal(got.subject.full, "");
	assert_int_equal(got.subject.n_prefixes, 0);
	assert_null(got.subject.project);
	assert_int_equal(got.subject.number, KD_NUMBER_NONE);
	assert_int_equal(got.subject.total, KD_NUMBER_NONE);
	assert_null(got.subject_line);
	assert_null(got.from_line);
	assert_null(got.sender.name);
	assert_null(got.sender.email);
	assert_false(got.has_date);
	assert_false(got.has_diffstat);
	assert_null(got.change_id);
	assert_int_equal(fixture_get(fix, store, "1@x").series, 0);
	kd_store_close(store);
}

static void test_add_is_all_or_nothing(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving a = fixture_arriving(fix, "1@x", "one", 1000);
	enum kd_added added = KD_ADDED_LIST;
	char *longest = kd_arena_alloc(fix->arena, 5000);

	/* the last rows are refused when all others are written */
	memset(longest, 'x', 4999);
	a.list = &(struct kd_list){ .name = longest, .id = "x" };
	assert_int_equal(kd_store_add(store, &a, &added, &fix->err), KD_BUG);
	assert_int_equal(added, KD_ADDED_LIST);
	/* spans outside of the bytes */
	a.list = &fixture_kvm;
	fixture_message(&a)->text_in_raw.size = a.raw.size + 1;
	assert_int_equal(kd_store_add(store, &a, &added, &fix->err), KD_BUG);
	fixture_message(&a)->text_in_raw.size = 2;
	fixture_message(&a)->stat =
		(struct kd_span){ .offset = SIZE_MAX, .size = 2 };
	assert_int_equal(kd_store_add(store, &a, &added, &fix->err), KD_BUG);
	fixture_message(&a)->stat.size = 0;
	fixture_message(&a)->stat.offset = 0;
	fixture_message(&a)->message_id = "";
	assert_int_equal(kd_store_add(store, &a, &added, &fix->err), KD_BUG);
	/* the handle is as good as before */
	a = fixture_arriving(fix, "2@x", "two", 1000);
	assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_NEW);
	kd_store_close(store);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM message"), 1);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM raw"), 1);
}

static void test_add_takes_hostile_references(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving a = fixture_arriving(fix, "1@x", "one", 1000);
	struct kd_message *msg = fixture_message(&a);
	const char *ids[120];
	char *longest = kd_arena_alloc(fix->arena, 5000);
	size_t i;

	memset(longest, 'x', 4999);
	for (i = 0; i < 120; i++)
		ids[i] = "1@x"; /* itself */
	ids[1] = "";
	ids[2] = longest;
	ids[3] = "'; DROP TABLE message; --";
	msg->references = ids;
	msg->n_references = 120;
	msg->in_reply_to = "1@x";
	assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_NEW);
	kd_store_close(store);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM reference"),
	                 99);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM message"), 2);
}

static void test_add_waits_for_another_writer(void **state)
{
	struct fixture *fix = *state;
	struct kd_store_opts opts = fixture_opts(fix, KD_STORE_DELIVER);
	struct kd_store *store = NULL;
	struct kd_arriving a = fixture_arriving(fix, "1@x", "one", 1000);
	enum kd_added added = KD_ADDED_NEW;
	sqlite3 *db = NULL;

	opts.deadline_ms = kd_monotonic_ms() + 300;
	assert_int_equal(kd_store_open(&opts, &store, &fix->err), KD_OK);
	assert_int_equal(sqlite3_open(fix->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL),
	                 SQLITE_OK);
	assert_int_equal(kd_store_add(store, &a, &added, &fix->err), KD_BUSY);
	assert_in_range(kd_monotonic_ms() - opts.deadline_ms, 0, 2000);
	assert_int_equal(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL),
	                 SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_NEW);
	kd_store_close(store);
}

static void test_add_makes_lists(void **state)
{
	enum { N = 6 };
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_list lists[N];
	struct kd_list *got = NULL;
	size_t n = 0;

	for (int i = 0; i < N; i++) {
		struct kd_arriving a = fixture_arriving(
			fix, kd_arena_printf(fix->arena, "%d@x", i), "m", i);

		lists[i] = (struct kd_list){
			.name = kd_arena_printf(fix->arena, "L%d", i),
			.id = kd_arena_printf(fix->arena, "l%d.example.org", i),
		};
		a.list = &lists[i];
		(void)fixture_add(fix, store, &a);
	}
	assert_int_equal(kd_store_lists(store, fix->arena, &got, &n, &fix->err),
	                 KD_OK);
	assert_int_equal(n, N);
	for (int i = 0; i < N; i++) {
		assert_string_equal(got[i].name, lists[i].name);
		assert_string_equal(got[i].id, lists[i].id);
	}
	kd_store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_add_new_then_duplicate),
		TEST(test_add_other_list),
		TEST(test_add_makes_lists),
		TEST(test_add_list_after_none),
		TEST(test_add_received_never_goes_back),
		TEST(test_add_fields_come_back),
		TEST(test_add_absent_fields_stay_absent),
		TEST(test_add_is_all_or_nothing),
		TEST(test_add_takes_hostile_references),
		TEST(test_add_waits_for_another_writer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
