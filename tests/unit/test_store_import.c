/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_store_import.c - mail of an archive in the store: where it goes, and
 * what is noted of the archive.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "store/arrive.h"
#include "store/import.h"
#include "store/schema.h"
#include "tests/support/store_fixture.h"

enum { ROWS = 6, NOW = 100000 };

static const struct kd_import archive = { "/archive", "auto", 50, NOW };

/* Messages "NAMEn@x" that arrived at `from`, from + 10 and so on. */
static void make_rows(const struct fixture *fix, const char *name, int64_t from,
                      struct kd_arriving rows[ROWS])
{
	for (int i = 0; i < ROWS; i++) {
		const char *id = kd_arena_printf(fix->arena, "%s%d@x", name, i);

		rows[i] = fixture_arriving(fix, id, id, from + 10 * i);
	}
}

static void take_in(struct fixture *fix, struct kd_store *store,
                    const struct kd_import *import,
                    const struct kd_arriving *rows, const char *position,
                    bool ends)
{
	const struct kd_import_batch batch = {
		.import = import,
		.rows = rows,
		.n = ROWS,
		.position = position,
		.ends = ends,
		.until_ms = INT64_MAX,
	};
	enum kd_added added[ROWS];
	size_t at = 0;

	assert_int_equal(kd_store_import(store, &batch, &at, added, &fix->err),
	                 KD_OK);
	assert_int_equal(at, ROWS);
}

static kd_seq seq_of(struct fixture *fix, struct kd_store *store,
                     const char *id)
{
	return fixture_get(fix, store, id).seq;
}

static void expect_sound(const struct fixture *fix)
{
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM arrival a "
	                                    "JOIN arrival b ON b.seq > a.seq "
	                                    "AND b.received < a.received"),
	                 0);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM "
	                                    "pragma_foreign_key_check"),
	                 0);
}

static void test_import_into_an_empty_store(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving rows[ROWS];
	struct kd_arriving a = fixture_arriving(fix, "new@x", "n", NOW + 1);

	make_rows(fix, "old", 1000, rows);
	take_in(fix, store, &archive, rows, "1", false);
	(void)fixture_add(fix, store, &a);
	make_rows(fix, "more", 2000, rows);
	take_in(fix, store, &archive, rows, "2", true);
	assert_int_equal(seq_of(fix, store, "old0@x"), KD_FIRST_SEQ - 50);
	assert_int_equal(seq_of(fix, store, "more5@x"), KD_FIRST_SEQ - 39);
	assert_int_equal(seq_of(fix, store, "new@x"), KD_FIRST_SEQ);
	kd_store_close(store);
	expect_sound(fix);
}

static void test_import_goes_around_what_is_there(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving a = fixture_arriving(fix, "first@x", "f", 1025);
	struct kd_arriving rows[ROWS];

	(void)fixture_add(fix, store, &a);
	make_rows(fix, "m", 1000, rows);
	take_in(fix, store, &archive, rows, NULL, true);
	/* 1000, 1010 and 1020 are older */
	assert_int_equal(seq_of(fix, store, "m2@x"), KD_FIRST_SEQ - 48);
	assert_int_equal(seq_of(fix, store, "first@x"), KD_FIRST_SEQ);
	assert_int_equal(seq_of(fix, store, "m3@x"), KD_FIRST_SEQ + 1);
	assert_int_equal(seq_of(fix, store, "m5@x"), KD_FIRST_SEQ + 3);
	/* what is known stays where it is */
	take_in(fix, store, &archive, rows, NULL, true);
	assert_int_equal(seq_of(fix, store, "m5@x"), KD_FIRST_SEQ + 3);
	kd_store_close(store);
	expect_sound(fix);
}

static void test_import_keeps_times_in_order(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving rows[ROWS];

	make_rows(fix, "m", 1000, rows);
	rows[1].received = 5000;
	rows[4].received = NOW + 500;
	take_in(fix, store, &archive, rows, NULL, true);
	assert_int_equal(fixture_get(fix, store, "m2@x").received, 5000);
	assert_int_equal(seq_of(fix, store, "m4@x"), KD_FIRST_SEQ);
	kd_store_close(store);
	expect_sound(fix);
}

/* Two archives at once have a piece of the front each. */
static void test_import_of_two_at_once(void **state)
{
	static const struct kd_import other = { "/other", "auto", 0, NOW };
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving a[ROWS], b[ROWS];

	make_rows(fix, "a", 1000, a);
	make_rows(fix, "b", 500, b);
	take_in(fix, store, &archive, a, NULL, false);
	take_in(fix, store, &other, b, NULL, false);
	make_rows(fix, "c", 2000, a);
	make_rows(fix, "d", 600, b);
	take_in(fix, store, &archive, a, NULL, true);
	take_in(fix, store, &other, b, NULL, true);
	assert_true(seq_of(fix, store, "b5@x") < seq_of(fix, store, "d0@x"));
	assert_true(seq_of(fix, store, "d5@x") < seq_of(fix, store, "a0@x"));
	assert_true(seq_of(fix, store, "a5@x") < seq_of(fix, store, "c0@x"));
	kd_store_close(store);
	expect_sound(fix);
}

/* When the numbers in front are used up, mail is kept all the same. */
static void test_import_without_room(void **state)
{
	static const struct kd_import narrow = { "/a", "auto", 4, NOW };
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving rows[ROWS];

	make_rows(fix, "m", 1000, rows);
	take_in(fix, store, &narrow, rows, NULL, true);
	assert_int_equal(seq_of(fix, store, "m3@x"), KD_FIRST_SEQ - 1);
	assert_int_equal(seq_of(fix, store, "m4@x"), KD_FIRST_SEQ);
	kd_store_close(store);
	expect_sound(fix);
}

static void test_import_notes_its_position(void **state)
{
	static const struct kd_import other = { "/archive", "mh", 50, NOW };
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving rows[ROWS];
	const char *at = "";

	make_rows(fix, "m", 1000, rows);
	assert_int_equal(kd_store_import_position(store, &archive, fix->arena,
	                                          &at, &fix->err),
	                 KD_OK);
	assert_null(at);
	take_in(fix, store, &archive, rows, "12 ab", true);
	assert_int_equal(kd_store_import_position(store, &archive, fix->arena,
	                                          &at, &fix->err),
	                 KD_OK);
	assert_string_equal(at, "12 ab");
	assert_int_equal(kd_store_import_position(store, &other, fix->arena,
	                                          &at, &fix->err),
	                 KD_OK);
	assert_null(at);
	kd_store_close(store);
}

/* A row that the store will not have takes nothing else with it, and is
 * named. */
static void test_import_names_the_culprit(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	enum kd_added added[ROWS];
	struct kd_arriving rows[ROWS];
	const struct kd_import_batch batch = {
		.import = &archive,
		.rows = rows,
		.n = ROWS,
		.position = "1",
		.until_ms = INT64_MAX,
	};
	size_t at = 0;

	make_rows(fix, "m", 1000, rows);
	fixture_message(&rows[3])->header_size = rows[3].raw.size + 1;
	assert_int_equal(kd_store_import(store, &batch, &at, added, &fix->err),
	                 KD_BUG);
	assert_int_equal(at, 3);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM message"), 0);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM import"), 0);
	rows[3].msg = NULL;
	at = 0;
	assert_int_equal(kd_store_import(store, &batch, &at, added, &fix->err),
	                 KD_OK);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM arrival"),
	                 ROWS - 1);
	kd_store_close(store);
}

/* The time of a transaction is up after its first message; the position
 * waits for the last. */
static void test_import_in_pieces(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	enum kd_added added[ROWS];
	struct kd_arriving rows[ROWS];
	const struct kd_import_batch batch = {
		.import = &archive,
		.rows = rows,
		.n = ROWS,
		.position = "1",
		.ends = true,
	};
	const char *position;
	size_t at = 0;

	make_rows(fix, "m", 1000, rows);
	for (size_t i = 1; i <= ROWS; i++) {
		assert_int_equal(kd_store_import_position(store, &archive,
		                                          fix->arena, &position,
		                                          &fix->err),
		                 KD_OK);
		assert_null(position);
		assert_int_equal(kd_store_import(store, &batch, &at, added,
		                                 &fix->err),
		                 KD_OK);
		assert_int_equal(at, i);
	}
	assert_int_equal(fixture_query(fix, "SELECT max(seq) - min(seq) + 1 "
	                                    "FROM arrival"),
	                 ROWS);
	assert_int_equal(fixture_query(fix, "SELECT position FROM import "
	                                    "WHERE running = 0"),
	                 1);
	kd_store_close(store);
}

/* Commit ids are ids, of known messages too. */
static void test_import_adds_commit_ids(void **state)
{
	static const unsigned char commit[KD_COMMIT_SIZE] = { 0xab, 0xcd, 0xef,
		                                              0x01 };
	static const struct kd_scope all = { .kind = KD_SCOPE_ALL };
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving rows[ROWS];
	struct kd_found found;

	make_rows(fix, "m", 1000, rows);
	(void)fixture_add(fix, store, &rows[2]);
	rows[2].commit = commit;
	take_in(fix, store, &archive, rows, NULL, true);
	assert_int_equal(kd_store_find_id(store, "abcdef01", &all, &found,
	                                  &fix->err),
	                 KD_OK);
	assert_int_equal(found.seq, seq_of(fix, store, "m2@x"));
	kd_store_close(store);
}

/* What was packed before is stored so, what was not is packed now. */
static void test_import_takes_what_is_packed(void **state)
{
	enum { SIZE = 4096 };
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_packer *packer = kd_packer_new();
	struct kd_arriving rows[ROWS];
	char text[SIZE], packed[ROWS][SIZE];
	struct kd_bytes raw;

	assert_non_null(packer);
	make_rows(fix, "m", 1000, rows);
	memset(text, 'x', SIZE);
	for (size_t i = 0; i < ROWS; i++) {
		rows[i].raw = (struct kd_bytes){ text, SIZE };
		if (i % 2 == 0)
			continue;
		rows[i].packed.data = packed[i];
		rows[i].packed.size =
			kd_packer_pack(packer, rows[i].raw, packed[i], SIZE);
		assert_in_range(rows[i].packed.size, 10, SIZE - 1);
	}
	kd_packer_free(packer);
	take_in(fix, store, &archive, rows, NULL, true);
	for (size_t i = 0; i < ROWS; i++) {
		const char *id = rows[i].msg->message_id;

		assert_int_equal(
			kd_store_raw(store, fixture_get(fix, store, id).variant,
		                     fix->arena, &raw, &fix->err),
			KD_OK);
		assert_int_equal(raw.size, SIZE);
		assert_memory_equal(raw.data, text, SIZE);
	}
	kd_store_close(store);
}

/* What was packed of other bytes, or is more than that, is refused. */
static void test_import_refuses_what_is_packed_wrong(void **state)
{
	enum { SIZE = 4096 };
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_packer *packer = kd_packer_new();
	struct kd_arriving a = fixture_arriving(fix, "w@x", "n", 1000);
	char text[SIZE], packed[SIZE];
	enum kd_added added;
	size_t size;

	assert_non_null(packer);
	memset(text, 'x', SIZE);
	memset(packed, 0, SIZE);
	a.raw = (struct kd_bytes){ text, SIZE };
	size = kd_packer_pack(packer, a.raw, packed, SIZE);
	kd_packer_free(packer);
	a.packed = (struct kd_bytes){ packed, size + 1 };
	assert_int_equal(kd_store_add(store, &a, &added, &fix->err), KD_BUG);
	a.raw.size--;
	a.packed.size--;
	assert_int_equal(kd_store_add(store, &a, &added, &fix->err), KD_BUG);
	a.raw.size++;
	assert_int_equal(kd_store_add(store, &a, &added, &fix->err), KD_OK);
	kd_store_close(store);
}

/* The lock is free meanwhile, and can be had back. */
static void test_import_lets_others_in(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving a = fixture_arriving(fix, "new@x", "n", 1000);
	struct kd_arriving rows[ROWS];
	struct kd_store *other;

	kd_store_let_go(store);
	other = fixture_open(fix, KD_STORE_DELIVER);
	(void)fixture_add(fix, other, &a);
	kd_store_set_deadline(store, 0);
	assert_int_equal(kd_store_hold(store, &fix->err), KD_BUSY);
	kd_store_close(other);
	kd_store_set_deadline(store, kd_monotonic_ms() + 5000);
	assert_int_equal(kd_store_hold(store, &fix->err), KD_OK);
	make_rows(fix, "m", 10, rows);
	take_in(fix, store, &archive, rows, NULL, true);
	assert_true(seq_of(fix, store, "m5@x") < seq_of(fix, store, "new@x"));
	kd_store_close(store);
	expect_sound(fix);
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
	struct kd_arriving rows[ROWS];
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
		make_rows(fix, "m", 10, rows);
		take_in(fix, store, &archive, rows, NULL, true);
		kd_store_close(store);
		assert_int_equal(fixture_query(fix,
		                               "SELECT count(*) FROM arrival"),
		                 ROWS + 1);
	}
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_import_into_an_empty_store),
		TEST(test_import_goes_around_what_is_there),
		TEST(test_import_keeps_times_in_order),
		TEST(test_import_of_two_at_once),
		TEST(test_import_without_room),
		TEST(test_import_notes_its_position),
		TEST(test_import_names_the_culprit),
		TEST(test_import_in_pieces),
		TEST(test_import_adds_commit_ids),
		TEST(test_import_takes_what_is_packed),
		TEST(test_import_refuses_what_is_packed_wrong),
		TEST(test_import_lets_others_in),
		TEST(test_import_into_an_older_store),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
