/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_store_damage.c - rows that are not as this release writes them: what
 * a later one may write is taken for something near, damage is named.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "tests/support/facts_fixture.h"

static struct kd_store *changed(struct fixture *fix, const char *sql)
{
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving a = fixture_arriving(fix, "1@x", "one", 1000);

	(void)fixture_add(fix, store, &a);
	kd_store_close(store);
	fixture_change(fix, sql);
	return fixture_open(fix, KD_STORE_READ);
}

static void test_store_of_a_later_release(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = changed(
		fix, "UPDATE variant SET kind = 99, status = 99, author = 0");
	struct kd_posted row;

	/* no one knows who that is, and a digest needs an author */
	assert_int_not_equal(
		kd_store_get(store, 1, fix->arena, &row, &fix->err), KD_OK);
	kd_store_close(store);
	fixture_change(fix, "UPDATE variant SET author = sender");
	store = fixture_open(fix, KD_STORE_READ);
	row = fixture_get(fix, store, "1@x");
	assert_int_equal(row.msg.kind, KD_KIND_OTHER);
	assert_int_equal(row.msg.status, KD_PARSE_LIMITED);
	kd_store_close(store);
}

static void test_facts_of_a_later_release(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving a = fixture_arriving(fix, "1@x", "one", 1000);
	struct kd_message got;
	size_t n;

	facts_fill_in(fixture_message(&a));
	(void)fixture_add(fix, store, &a);
	n = facts_of(fix, store, 1).n_links;
	assert_true(n > 0);
	kd_store_close(store);
	fixture_change(fix, "UPDATE notice SET fate = 99;"
	                    "UPDATE link SET relation = 99 WHERE ordinal = 0");
	store = fixture_open(fix, KD_STORE_READ);
	got = facts_of(fix, store, 1);
	assert_int_equal(got.fate, KD_FATE_NONE);
	assert_int_equal(got.n_links, n - 1);
	kd_store_close(store);
}

/* The bytes, or word of the damage; never other bytes. */
static void test_store_damaged_bytes(void **state)
{
	static const char *const rows[] = {
		"UPDATE raw SET codec = 9",
		"UPDATE raw SET codec = 2, sha256 = NULL",
		"UPDATE raw SET size = size + 1",
		"UPDATE raw SET data = x''",
		"UPDATE raw SET data = zeroblob(length(data))",
	};
	struct fixture *fix = *state;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct kd_store *store = changed(fix, rows[i]);
		struct kd_posted row = fixture_get(fix, store, "1@x");
		struct kd_bytes bytes;

		if (kd_store_raw(store, row.variant, fix->arena, &bytes,
		                 &fix->err) != KD_CORRUPT)
			fail_msg("row %zu: taken for sound", i);
		assert_non_null(strstr(fix->err.text, "damaged"));
		kd_store_close(store);
	}
}

static void test_store_text_outside_of_the_bytes(void **state)
{
	static const char *const rows[] = {
		"UPDATE variant SET text_offset = 4711, text_size = 1",
		"UPDATE variant SET text_offset = 0, text_size = 100000",
	};
	struct fixture *fix = *state;
	struct kd_bytes bytes;
	size_t i;

	for (i = 0; i < 2; i++) {
		struct kd_store *store = changed(fix, rows[i]);
		struct kd_posted row = fixture_get(fix, store, "1@x");

		assert_int_equal(kd_store_text(store, row.variant, fix->arena,
		                               &bytes, &fix->err),
		                 KD_CORRUPT);
		kd_store_close(store);
	}
}

static void test_store_message_without_arrival(void **state)
{
	static const struct kd_scope all = { .kind = KD_SCOPE_ALL };
	struct fixture *fix = *state;
	struct kd_store *store = changed(fix, "DELETE FROM arrival");
	struct kd_found found;

	assert_int_equal(kd_store_find_message_id(store, "1@x", &all, &found,
	                                          &fix->err),
	                 KD_CORRUPT);
	assert_non_null(strstr(fix->err.text, "has no position"));
	kd_store_close(store);
}

/* The lock is marked with the id when its creator died before that. */
static void test_store_without_id(void **state)
{
	struct fixture *fix = *state;

	kd_store_close(changed(fix, "DELETE FROM store"));
	fixture_write(fixture_name(fix, "-lock"), kd_bytes_of(""));
	fixture_expect_failure(fix, KD_STORE_DELIVER, KD_CORRUPT);
	assert_non_null(strstr(fix->err.text, "has no id"));
}

/* Where the page of an index begins: the schema is still sound. */
static size_t index_in_file(const struct fixture *fix, size_t *ret_size)
{
	static const char sql[] =
		"SELECT (rootpage - 1) * page_size, page_size FROM "
		"sqlite_schema, pragma_page_size WHERE name = 'message_series'";
	sqlite3_stmt *stmt = NULL;
	sqlite3 *db = NULL;
	size_t offset;

	assert_int_equal(sqlite3_open(fix->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL),
	                 SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	offset = (size_t)sqlite3_column_int64(stmt, 0);
	*ret_size = (size_t)sqlite3_column_int64(stmt, 1);
	assert_int_equal(sqlite3_finalize(stmt), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	return offset;
}

static void overwrite_index(const struct fixture *fix)
{
	size_t size;
	size_t offset = index_in_file(fix, &size);
	struct kd_bytes file = fixture_read(fix, fix->path);
	char *changed;

	assert_true(offset > 0 && file.size >= offset + size);
	changed = kd_arena_strndup(fix->arena, file.data, file.size);
	assert_non_null(changed);
	memset(changed + offset, 0xA5, size);
	fixture_write(fix->path, (struct kd_bytes){ changed, file.size });
}

static void test_store_quick_check(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = changed(fix, "SELECT 1");
	bool finished = false;

	assert_int_equal(kd_store_quick_check(store, INT64_MAX, &finished,
	                                      &fix->err),
	                 KD_OK);
	assert_true(finished);
	/* a store is small where it takes no steps at all */
	assert_int_equal(kd_store_quick_check(store, 0, &finished, &fix->err),
	                 KD_OK);
	kd_store_close(store);
	overwrite_index(fix);
	store = fixture_open(fix, KD_STORE_READ);
	assert_int_equal(kd_store_quick_check(store, INT64_MAX, &finished,
	                                      &fix->err),
	                 KD_CORRUPT);
	assert_false(finished);
	assert_non_null(strstr(fix->err.text, "is damaged: "));
	kd_store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_store_of_a_later_release),
		TEST(test_facts_of_a_later_release),
		TEST(test_store_damaged_bytes),
		TEST(test_store_text_outside_of_the_bytes),
		TEST(test_store_message_without_arrival),
		TEST(test_store_without_id),
		TEST(test_store_quick_check),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
