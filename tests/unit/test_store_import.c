/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_store_import.c - mail of an archive in the store: where it goes,
 * whatever is there or comes meanwhile.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "store/arrive.h"
#include "store/schema.h"
#include "tests/support/import_fixture.h"

static void test_import_into_an_empty_store(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving rows[IMPORT_ROWS];
	struct kd_arriving a =
		fixture_arriving(fix, "new@x", "n", IMPORT_NOW + 1);

	import_rows(fix, "old", 1000, rows);
	import_take_in(fix, store, &import_archive, rows, "1", false);
	(void)fixture_add(fix, store, &a);
	import_rows(fix, "more", 2000, rows);
	import_take_in(fix, store, &import_archive, rows, "2", true);
	assert_int_equal(import_seq(fix, store, "old0@x"), KD_FIRST_SEQ - 50);
	assert_int_equal(import_seq(fix, store, "more5@x"), KD_FIRST_SEQ - 39);
	assert_int_equal(import_seq(fix, store, "new@x"), KD_FIRST_SEQ);
	kd_store_close(store);
	import_expect_sound(fix);
}

static void test_import_goes_around_what_is_there(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving a = fixture_arriving(fix, "first@x", "f", 1025);
	struct kd_arriving rows[IMPORT_ROWS];

	(void)fixture_add(fix, store, &a);
	import_rows(fix, "m", 1000, rows);
	import_take_in(fix, store, &import_archive, rows, NULL, true);
	/* 1000, 1010 and 1020 are older */
	assert_int_equal(import_seq(fix, store, "m2@x"), KD_FIRST_SEQ - 48);
	assert_int_equal(import_seq(fix, store, "first@x"), KD_FIRST_SEQ);
	assert_int_equal(import_seq(fix, store, "m3@x"), KD_FIRST_SEQ + 1);
	assert_int_equal(import_seq(fix, store, "m5@x"), KD_FIRST_SEQ + 3);
	/* what is known stays where it is */
	import_take_in(fix, store, &import_archive, rows, NULL, true);
	assert_int_equal(import_seq(fix, store, "m5@x"), KD_FIRST_SEQ + 3);
	kd_store_close(store);
	import_expect_sound(fix);
}

static void test_import_keeps_times_in_order(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving rows[IMPORT_ROWS];

	import_rows(fix, "m", 1000, rows);
	rows[1].received = 5000;
	rows[4].received = IMPORT_NOW + 500;
	import_take_in(fix, store, &import_archive, rows, NULL, true);
	assert_int_equal(fixture_get(fix, store, "m2@x").received, 5000);
	assert_int_equal(import_seq(fix, store, "m4@x"), KD_FIRST_SEQ);
	kd_store_close(store);
	import_expect_sound(fix);
}

/* Two archives at once have a piece of the front each. */
static void test_import_of_two_at_once(void **state)
{
	static const struct kd_import other = { "/other", "auto", 0,
		                                IMPORT_NOW };
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving a[IMPORT_ROWS], b[IMPORT_ROWS];

	import_rows(fix, "a", 1000, a);
	import_rows(fix, "b", 500, b);
	import_take_in(fix, store, &import_archive, a, NULL, false);
	import_take_in(fix, store, &other, b, NULL, false);
	import_rows(fix, "c", 2000, a);
	import_rows(fix, "d", 600, b);
	import_take_in(fix, store, &import_archive, a, NULL, true);
	import_take_in(fix, store, &other, b, NULL, true);
	assert_true(import_seq(fix, store, "b5@x") <
	            import_seq(fix, store, "d0@x"));
	assert_true(import_seq(fix, store, "d5@x") <
	            import_seq(fix, store, "a0@x"));
	assert_true(import_seq(fix, store, "a5@x") <
	            import_seq(fix, store, "c0@x"));
	kd_store_close(store);
	import_expect_sound(fix);
}

/* When the numbers in front are used up, mail is kept all the same. */
static void test_import_without_room(void **state)
{
	static const struct kd_import narrow = { "/a", "auto", 4, IMPORT_NOW };
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving rows[IMPORT_ROWS];

	import_rows(fix, "m", 1000, rows);
	import_take_in(fix, store, &narrow, rows, NULL, true);
	assert_int_equal(import_seq(fix, store, "m3@x"), KD_FIRST_SEQ - 1);
	assert_int_equal(import_seq(fix, store, "m4@x"), KD_FIRST_SEQ);
	kd_store_close(store);
	import_expect_sound(fix);
}

/* Into a store whose one message has that number: where the first of the
 * archive is then. */
static kd_seq import_beside(struct fixture *fix, const char *change)
{
	struct kd_arriving a = fixture_arriving(fix, "a@x", "a", 2000);
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving rows[IMPORT_ROWS];
	kd_seq seq;

	(void)fixture_add(fix, store, &a);
	kd_store_close(store);
	fixture_change(fix, change);
	store = fixture_open(fix, KD_STORE_DELIVER);
	import_rows(fix, "m", 1000, rows);
	import_take_in(fix, store, &import_archive, rows, NULL, true);
	seq = import_seq(fix, store, "m0@x");
	kd_store_close(store);
	return seq;
}

static void test_import_with_nothing_in_front(void **state)
{
	assert_int_equal(import_beside(*state, "UPDATE arrival SET seq = 1"),
	                 KD_FIRST_SEQ);
}

static void test_import_with_little_in_front(void **state)
{
	assert_in_range(import_beside(*state, "UPDATE arrival SET seq = 90"), 1,
	                89);
}

/* The lock is free meanwhile, and can be had back. */
static void test_import_lets_others_in(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving a = fixture_arriving(fix, "new@x", "n", 1000);
	struct kd_arriving rows[IMPORT_ROWS];
	struct kd_store *other;

	kd_store_let_go(store);
	other = fixture_open(fix, KD_STORE_DELIVER);
	(void)fixture_add(fix, other, &a);
	kd_store_set_deadline(store, 0);
	assert_int_equal(kd_store_hold(store, &fix->err), KD_BUSY);
	kd_store_close(other);
	kd_store_set_deadline(store, kd_monotonic_ms() + 5000);
	assert_int_equal(kd_store_hold(store, &fix->err), KD_OK);
	import_rows(fix, "m", 10, rows);
	import_take_in(fix, store, &import_archive, rows, NULL, true);
	assert_true(import_seq(fix, store, "m5@x") <
	            import_seq(fix, store, "new@x"));
	kd_store_close(store);
	import_expect_sound(fix);
}

/* A store of the release before this one. */
static void test_import_into_an_older_store(void **state)
{
	static const enum kd_store_mode modes[] = { KD_STORE_DELIVER,
		                                    KD_STORE_WRITE,
		                                    KD_STORE_READ };
	struct fixture *fix = *state;
	const char *path = kd_arena_strdup(fix->arena, fix->path);
	struct kd_arriving a = fixture_arriving(fix, "new@x", "n", 1000);
	struct kd_arriving rows[IMPORT_ROWS];
	struct kd_store *store;
	sqlite3 *db;

	for (size_t i = 0; i < 3; i++) {
		(void)snprintf(fix->path, sizeof(fix->path), "%s%zu", path, i);
		store = fixture_open(fix, KD_STORE_DELIVER);
		(void)fixture_add(fix, store, &a);
		kd_store_close(store);
		assert_int_equal(sqlite3_open(fix->path, &db), SQLITE_OK);
		assert_int_equal(sqlite3_exec(db,
		                              "DROP TABLE import; "
		                              "DROP TABLE packed; "
		                              "DROP TABLE block; "
		                              "PRAGMA user_version = 2",
		                              NULL, NULL, NULL),
		                 SQLITE_OK);
		(void)sqlite3_close(db);
		kd_store_close(fixture_open(fix, modes[i]));
		assert_int_equal(fixture_query(fix, "PRAGMA user_version"),
		                 kd_schema_version);
		store = fixture_open(fix, KD_STORE_WRITE);
		import_rows(fix, "m", 10, rows);
		import_take_in(fix, store, &import_archive, rows, NULL, true);
		kd_store_close(store);
		assert_int_equal(fixture_query(fix,
		                               "SELECT count(*) FROM arrival"),
		                 IMPORT_ROWS + 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_import_into_an_empty_store),
		TEST(test_import_goes_around_what_is_there),
		TEST(test_import_keeps_times_in_order),
		TEST(test_import_of_two_at_once),
		TEST(test_import_without_room),
		TEST(test_import_with_nothing_in_front),
		TEST(test_import_with_little_in_front),
		TEST(test_import_lets_others_in),
		TEST(test_import_into_an_older_store),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
