/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_store_search_index.c - the search index follows the store, and nothing
 * but time is lost with it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/search_fixture.h"

/* --- It follows the store ------------------------------------------------ */

static void test_it_catches_up(void **state)
{
	struct fixture *fix = *state;
	struct opened opened;

	search_add_text(fix, "a@x", "red", 100);
	opened = search_open(fix);
	assert_string_equal(search_find_word(fix, &opened, "red"), "");
	search_close(&opened);
	assert_int_equal(search_count(fix), 0);
	search_expect(fix, "red", "a@x");
	assert_int_equal(search_count(fix), 1);
	search_add_text(fix, "b@x", "red", 200);
	opened = search_open(fix);
	assert_string_equal(search_find_word(fix, &opened, "red"), "a@x");
	search_close(&opened);
	search_expect(fix, "red", "b@x a@x");
	search_expect(fix, "red", "b@x a@x");
	assert_int_equal(search_count(fix), 2);
}

static void test_old_mail_that_comes_late(void **state)
{
	struct fixture *fix = *state;
	struct kd_arriving a = search_letter(fix, "old@x", "red", 50);

	search_add_text(fix, "a@x", "red", 100);
	search_expect(fix, "red", "a@x");
	search_add(fix, &a);
	search_expect(fix, "red", "old@x a@x");
}

static void test_another_content_is_preferred(void **state)
{
	struct fixture *fix = *state;
	struct kd_arriving direct = search_letter(fix, "a@x", "green", 100);
	struct kd_arriving listed = search_letter(fix, "a@x", "red", 200);
	struct kd_arriving again = search_letter(fix, "b@x", "green", 300);

	direct.through_list = false;
	search_add(fix, &direct);
	search_expect(fix, "green", "a@x");
	search_add(fix, &listed);
	search_expect(fix, "green", "");
	search_expect(fix, "red", "a@x");
	/* The same, but of a variant that is there already: no new row says
	 * so. */
	again.through_list = false;
	search_add(fix, &again);
	search_add_text(fix, "b@x", "red", 310);
	search_expect(fix, "red", "b@x a@x");
}

static int exec(struct fixture *fix, const char *suffix, const char *sql)
{
	sqlite3 *db = NULL;
	int code;

	assert_int_equal(sqlite3_open(fixture_name(fix, suffix), &db),
	                 SQLITE_OK);
	code = sqlite3_exec(db, sql, NULL, NULL, NULL);
	(void)sqlite3_close(db);
	return code;
}

/* As --reparse leaves it: other words, newer rules. */
static void test_parsed_again(void **state)
{
	struct fixture *fix = *state;
	char sql[256];

	search_add_many(fix, 300, "red");
	assert_int_equal(exec(fix, "", "UPDATE variant SET parser = 1"),
	                 SQLITE_OK);
	search_expect(fix, "blue", "");
	(void)snprintf(sql, sizeof(sql),
	               "UPDATE variant SET parser = %d, subject = 'blue' "
	               "WHERE id IN (1, 299)",
	               KD_PARSER_VERSION);
	assert_int_equal(exec(fix, "", sql), SQLITE_OK);
	search_expect(fix, "blue", "298@x 0@x");
	assert_int_equal(search_count(fix), 300);
	/* What could not be parsed may be with no newer rules. */
	assert_int_equal(exec(fix, "",
	                      "UPDATE variant SET status = 3 WHERE id = 7"),
	                 SQLITE_OK);
	search_add_text(fix, "more@x", "red", 1000);
	assert_int_equal(exec(fix, "-search",
	                      "UPDATE doc SET status = 3, watched = 1 "
	                      "WHERE variant = 7"),
	                 SQLITE_OK);
	(void)snprintf(sql, sizeof(sql),
	               "UPDATE variant SET status = 0, subject = 'blue' "
	               "WHERE id = 7");
	assert_int_equal(exec(fix, "", sql), SQLITE_OK);
	search_expect(fix, "blue", "298@x 6@x 0@x");
}

static void test_an_older_copy_of_the_store(void **state)
{
	struct fixture *fix = *state;
	struct kd_bytes copy;

	search_add_text(fix, "a@x", "red", 100);
	/* all of it in the one file */
	kd_store_close(fixture_open(fix, KD_STORE_WRITE));
	copy = fixture_read(fix, fix->path);
	search_add_text(fix, "b@x", "red", 200);
	search_expect(fix, "red", "b@x a@x");
	kd_store_close(fixture_open(fix, KD_STORE_WRITE));
	fixture_write(fix->path, copy);
	search_expect(fix, "red", "a@x");
	search_add_text(fix, "c@x", "green red", 300);
	search_expect(fix, "red", "c@x a@x");
	search_expect(fix, "green", "c@x");
}

/* --- Nothing but time is lost with it ------------------------------------ */

static void test_another_store(void **state)
{
	struct fixture *fix = *state;

	search_add_text(fix, "a@x", "red", 100);
	search_expect(fix, "red", "a@x");
	assert_int_equal(exec(fix, "-search",
	                      "UPDATE about SET store_id = 'other'"),
	                 SQLITE_OK);
	assert_int_equal(search_count(fix), 0);
	search_expect(fix, "red", "a@x");
	assert_int_equal(exec(fix, "-search", "PRAGMA user_version = 99"),
	                 SQLITE_OK);
	assert_int_equal(search_count(fix), 0);
	search_expect(fix, "red", "a@x");
}

static void test_damage(void **state)
{
	struct fixture *fix = *state;
	const char *name = fixture_name(fix, "-search");
	struct kd_bytes whole;

	search_add_many(fix, 50, "red");
	search_expect(fix, "0@x", "");
	whole = fixture_read(fix, name);
	/* no database, a torn one, a piece of one, nothing */
	fixture_write(name, kd_bytes_of("this is no database\n"));
	search_expect(fix, "nothing", "");
	assert_int_equal(search_count(fix), 50);
	fixture_write(name, (struct kd_bytes){ whole.data, whole.size / 2 });
	search_expect(fix, "nothing", "");
	fixture_write(name, (struct kd_bytes){ whole.data, 100 });
	search_expect(fix, "nothing", "");
	fixture_write(name, kd_bytes_of(""));
	search_expect(fix, "nothing", "");
	assert_int_equal(search_count(fix), 50);
	assert_int_equal(unlink(name), 0);
	search_expect(fix, "nothing", "");
	assert_int_equal(search_count(fix), 50);
}

/* Rows are numbered one by one: a number that is far too high is damage. */
static void test_a_number_too_high(void **state)
{
	const struct kd_search_query query = search_one(NULL);
	struct fixture *fix = *state;
	struct kd_search_hit *hits = NULL;
	struct opened opened;
	size_t n = 0;

	search_add_text(fix, "a@x", "red", 100);
	search_expect(fix, "red", "a@x");
	assert_int_equal(exec(fix, "-search", "UPDATE doc SET id = 5000000000"),
	                 SQLITE_OK);
	opened = search_open(fix);
	assert_int_equal(kd_store_begin_read(opened.store, &fix->err), KD_OK);
	assert_int_equal(kd_search_find(opened.search, &query, fix->arena,
	                                &hits, &n, &fix->err),
	                 KD_CORRUPT);
	search_close(&opened);
}

static void test_check_finds_damage(void **state)
{
	struct fixture *fix = *state;
	struct opened opened;
	int64_t n = -1;

	search_add_text(fix, "a@x", "red", 100);
	search_expect(fix, "red", "a@x");
	opened = search_open(fix);
	assert_int_equal(kd_search_check(opened.search, &fix->err), KD_OK);
	assert_int_equal(kd_search_count(opened.search, &n, &fix->err), KD_OK);
	assert_int_equal(n, 1);
	assert_int_equal(exec(fix, "-search",
	                      "UPDATE words_data SET block = x'00' "
	                      "WHERE id > 10"),
	                 SQLITE_OK);
	search_close(&opened);
	opened = search_open(fix);
	assert_int_equal(kd_search_check(opened.search, &fix->err), KD_OK);
	assert_int_equal(kd_search_count(opened.search, &n, &fix->err), KD_OK);
	assert_int_equal(n, 0);
	search_close(&opened);
	search_expect(fix, "red", "a@x");
}

static void test_too_much_that_is_old(void **state)
{
	struct fixture *fix = *state;

	search_add_text(fix, "a@x", "red", 100);
	search_expect(fix, "red", "a@x");
	assert_int_equal(exec(fix, "-search", "UPDATE about SET dead = 5000"),
	                 SQLITE_OK);
	search_expect(fix, "red", "a@x");
	search_add_text(fix, "b@x", "red", 200);
	search_expect(fix, "red", "b@x a@x");
}

static void test_a_file_that_cannot_be_written(void **state)
{
	struct fixture *fix = *state;
	const char *name = fixture_name(fix, "-search");
	struct opened opened;
	enum kd_status st;

	if (geteuid() == 0)
		skip();
	search_add_text(fix, "a@x", "red", 100);
	search_expect(fix, "red", "a@x");
	search_add_text(fix, "b@x", "red", 200);
	assert_int_equal(chmod(name, 0400), 0);
	opened = search_open(fix);
	st = kd_search_update(opened.search, NULL, NULL, &fix->err);
	assert_int_equal(st, KD_PERM);
	assert_non_null(strstr(fix->err.text, name));
	assert_string_equal(search_find_word(fix, &opened, "red"), "a@x");
	search_close(&opened);
}

static void test_no_place_for_it(void **state)
{
	struct fixture *fix = *state;
	struct kd_search *search = NULL;
	struct kd_store *store;

	search_add_text(fix, "a@x", "red", 100);
	store = fixture_open(fix, KD_STORE_READ);
	assert_int_equal(symlink("/dev/null", fixture_name(fix, "-search")), 0);
	assert_int_not_equal(kd_search_open(store, &search, &fix->err), KD_OK);
	assert_non_null(strstr(fix->err.text, "-search"));
	assert_null(search);
	kd_store_close(store);
}

/* One that is being written by another is read meanwhile. */
static void test_two_at_once(void **state)
{
	struct fixture *fix = *state;
	struct opened first, second;
	enum kd_status st;

	search_add_text(fix, "a@x", "red", 100);
	search_expect(fix, "red", "a@x");
	search_add_text(fix, "b@x", "red", 200);
	first = search_open(fix);
	second = search_open(fix);
	assert_int_equal(kd_stmt_do(&first.search->index, KD_STMT_BEGIN_WRITE,
	                            &fix->err),
	                 KD_OK);
	second.search->index.deadline_ms = kd_monotonic_ms() + 50;
	st = kd_search_update(second.search, NULL, NULL, &fix->err);
	assert_int_equal(st, KD_BUSY);
	assert_string_equal(search_find_word(fix, &second, "red"), "a@x");
	kd_store_rollback(&first.search->index);
	second.search->index.deadline_ms = kd_monotonic_ms() + 10000;
	search_update(fix, second.search);
	search_update(fix, first.search);
	assert_string_equal(search_find_word(fix, &first, "red"), "b@x a@x");
	assert_string_equal(search_find_word(fix, &second, "red"), "b@x a@x");
	/* each shows the store as it is for whoever reads it */
	search_close(&first);
	search_close(&second);
	assert_int_equal(search_count(fix), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_it_catches_up),
		TEST(test_old_mail_that_comes_late),
		TEST(test_another_content_is_preferred),
		TEST(test_parsed_again),
		TEST(test_an_older_copy_of_the_store),
		TEST(test_another_store),
		TEST(test_damage),
		TEST(test_a_number_too_high),
		TEST(test_check_finds_damage),
		TEST(test_too_much_that_is_old),
		TEST(test_a_file_that_cannot_be_written),
		TEST(test_no_place_for_it),
		TEST(test_two_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
