/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_store_import_batch.c - what is noted of an archive and its messages: the
 * position, commit ids, what was packed before.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "store/arrive.h"
#include "tests/support/import_fixture.h"

static void test_import_notes_its_position(void **state)
{
	static const struct kd_import other = { "/archive", "mh", 50,
		                                IMPORT_NOW };
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving rows[IMPORT_ROWS];
	const char *at = "";

	import_rows(fix, "m", 1000, rows);
	assert_int_equal(kd_store_import_position(store, &import_archive,
	                                          fix->arena, &at, &fix->err),
	                 KD_OK);
	assert_null(at);
	import_take_in(fix, store, &import_archive, rows, "12 ab", true);
	assert_int_equal(kd_store_import_position(store, &import_archive,
	                                          fix->arena, &at, &fix->err),
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
	enum kd_added added[IMPORT_ROWS];
	struct kd_arriving rows[IMPORT_ROWS];
	const struct kd_import_batch batch = {
		.import = &import_archive,
		.rows = rows,
		.n = IMPORT_ROWS,
		.position = "1",
		.until_ms = INT64_MAX,
	};
	size_t at = 0;

	import_rows(fix, "m", 1000, rows);
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
	                 IMPORT_ROWS - 1);
	kd_store_close(store);
}

/* The time of a transaction is up after its first message; the position
 * waits for the last. */
static void test_import_in_pieces(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	enum kd_added added[IMPORT_ROWS];
	struct kd_arriving rows[IMPORT_ROWS];
	const struct kd_import_batch batch = {
		.import = &import_archive,
		.rows = rows,
		.n = IMPORT_ROWS,
		.position = "1",
		.ends = true,
	};
	const char *position;
	size_t at = 0;

	import_rows(fix, "m", 1000, rows);
	for (size_t i = 1; i <= IMPORT_ROWS; i++) {
		assert_int_equal(kd_store_import_position(
					 store, &import_archive, fix->arena,
					 &position, &fix->err),
		                 KD_OK);
		assert_null(position);
		assert_int_equal(kd_store_import(store, &batch, &at, added,
		                                 &fix->err),
		                 KD_OK);
		assert_int_equal(at, i);
	}
	assert_int_equal(fixture_query(fix, "SELECT max(seq) - min(seq) + 1 "
	                                    "FROM arrival"),
	                 IMPORT_ROWS);
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
	struct kd_arriving rows[IMPORT_ROWS];
	struct kd_found found;

	import_rows(fix, "m", 1000, rows);
	(void)fixture_add(fix, store, &rows[2]);
	rows[2].commit = commit;
	import_take_in(fix, store, &import_archive, rows, NULL, true);
	assert_int_equal(kd_store_find_id(store, "abcdef01", &all, &found,
	                                  &fix->err),
	                 KD_OK);
	assert_int_equal(found.seq, import_seq(fix, store, "m2@x"));
	kd_store_close(store);
}

/* What was packed before is stored so, what was not is packed now. */
static void test_import_takes_what_is_packed(void **state)
{
	enum { SIZE = 4096 };
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_packer *packer = kd_packer_new();
	struct kd_arriving rows[IMPORT_ROWS];
	char text[SIZE], packed[IMPORT_ROWS][SIZE];
	struct kd_bytes raw;

	assert_non_null(packer);
	import_rows(fix, "m", 1000, rows);
	memset(text, 'x', SIZE);
	for (size_t i = 0; i < IMPORT_ROWS; i++) {
		rows[i].raw = (struct kd_bytes){ text, SIZE };
		if (i % 2 == 0)
			continue;
		rows[i].packed.data = packed[i];
		rows[i].packed.size =
			kd_packer_pack(packer, rows[i].raw, packed[i], SIZE);
		assert_in_range(rows[i].packed.size, 10, SIZE - 1);
	}
	assert_int_equal(kd_packer_pack(packer, (struct kd_bytes){ text, 0 },
	                                packed[0], SIZE),
	                 0);
	kd_packer_free(packer);
	import_take_in(fix, store, &import_archive, rows, NULL, true);
	for (size_t i = 0; i < IMPORT_ROWS; i++) {
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_import_notes_its_position),
		TEST(test_import_names_the_culprit),
		TEST(test_import_in_pieces),
		TEST(test_import_adds_commit_ids),
		TEST(test_import_takes_what_is_packed),
		TEST(test_import_refuses_what_is_packed_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
