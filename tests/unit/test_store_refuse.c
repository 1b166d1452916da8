/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_store_refuse.c - what is no store, or not a safe one, is turned down
 * and left as it is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "tests/support/store_fixture.h"

static void exec(const char *path, const char *sql)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void expect_untouched(struct fixture *fix, enum kd_status want)
{
	static const enum kd_store_mode modes[] = { KD_STORE_READ,
		                                    KD_STORE_WRITE,
		                                    KD_STORE_DELIVER };
	struct kd_bytes before = fixture_read(fix, fix->path);
	struct kd_bytes wal = fixture_read(fix, fixture_name(fix, "-wal"));
	size_t i;

	for (i = 0; i < 3; i++) {
		fixture_expect_failure(fix, modes[i], want);
		fixture_expect_same(fix, fix->path, before);
		fixture_expect_same(fix, fixture_name(fix, "-wal"), wal);
	}
}

static void test_store_empty_file_is_none(void **state)
{
	struct fixture *fix = *state;

	fixture_write(fix->path, kd_bytes_of(""));
	expect_untouched(fix, KD_CORRUPT);
	assert_non_null(strstr(fix->err.text, "is not a kvmdigest store"));
}

static void test_store_garbage_is_none(void **state)
{
	struct fixture *fix = *state;
	char garbage[5000];

	memset(garbage, 'x', sizeof(garbage) - 1);
	garbage[sizeof(garbage) - 1] = '\0';
	fixture_write(fix->path, kd_bytes_of(garbage));
	expect_untouched(fix, KD_CORRUPT);
	fixture_write(fix->path, kd_bytes_of("From author1@example.org\n"));
	expect_untouched(fix, KD_CORRUPT);
}

static void test_store_foreign_database_is_none(void **state)
{
	struct fixture *fix = *state;
	const char *other = fixture_name(fix, "-other");
	sqlite3 *db = NULL;

	exec(fix->path, "CREATE TABLE t (a); INSERT INTO t VALUES (1)");
	expect_untouched(fix, KD_CORRUPT);
	assert_int_equal(unlink(fix->path), 0);
	assert_int_equal(unlink(fixture_name(fix, "-lock")), 0);

	/* with a log that opening and closing it would play back */
	assert_int_equal(sqlite3_open(other, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db,
	                              "PRAGMA journal_mode = WAL;"
	                              "CREATE TABLE t (a);"
	                              "INSERT INTO t VALUES (1)",
	                              NULL, NULL, NULL),
	                 SQLITE_OK);
	fixture_write(fix->path, fixture_read(fix, other));
	fixture_write(fixture_name(fix, "-wal"),
	              fixture_read(fix, fixture_name(fix, "-other-wal")));
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	expect_untouched(fix, KD_CORRUPT);
}

static void test_store_newer_schema_is_refused(void **state)
{
	struct fixture *fix = *state;

	fixture_make(fix);
	exec(fix->path, "PRAGMA user_version = 1000");
	expect_untouched(fix, KD_SCHEMA);
	assert_non_null(strstr(fix->err.text, "1000"));
}

static void test_store_without_schema_is_refused(void **state)
{
	struct fixture *fix = *state;

	fixture_make(fix);
	exec(fix->path, "PRAGMA user_version = 0");
	expect_untouched(fix, KD_CORRUPT);
}

static void test_store_with_another_journal_is_refused(void **state)
{
	struct fixture *fix = *state;

	fixture_make(fix);
	exec(fix->path, "PRAGMA journal_mode = DELETE");
	expect_untouched(fix, KD_CONFIG);
	assert_non_null(strstr(fix->err.text, "journal_mode"));
}

static void test_store_that_is_no_file(void **state)
{
	struct fixture *fix = *state;
	const char *target = fixture_name(fix, "-target");

	assert_int_equal(mkdir(fix->path, 0700), 0);
	fixture_expect_failure(fix, KD_STORE_DELIVER, KD_CORRUPT);
	assert_int_equal(rmdir(fix->path), 0);
	assert_int_equal(unlink(fixture_name(fix, "-lock")), 0);
	fixture_make(fix);
	assert_int_equal(rename(fix->path, target), 0);
	assert_int_equal(symlink(target, fix->path), 0);
	fixture_expect_failure(fix, KD_STORE_DELIVER, KD_CORRUPT);
	fixture_expect_failure(fix, KD_STORE_READ, KD_CORRUPT);
	assert_non_null(strstr(fix->err.text, "symbolic link"));
}

static void test_store_directory_of_others(void **state)
{
	struct fixture *fix = *state;

	fixture_make(fix);
	assert_int_equal(chmod(fix->dir, 0720), 0);
	fixture_expect_failure(fix, KD_STORE_DELIVER, KD_PERM);
	assert_non_null(strstr(fix->err.text, "chmod go-w"));
	assert_int_equal(chmod(fix->dir, 0702), 0);
	fixture_expect_failure(fix, KD_STORE_READ, KD_PERM);
	assert_int_equal(chmod(fix->dir, 0755), 0);
	kd_store_close(fixture_open(fix, KD_STORE_DELIVER));
	if (geteuid() != 0)
		skip();
	assert_int_equal(chown(fix->dir, 12345, (gid_t)-1), 0);
	fixture_expect_failure(fix, KD_STORE_DELIVER, KD_PERM);
	assert_non_null(strstr(fix->err.text, "12345"));
	assert_int_equal(chown(fix->dir, 0, (gid_t)-1), 0);
}

static void test_store_that_went_missing(void **state)
{
	struct fixture *fix = *state;

	fixture_make(fix);
	assert_int_equal(unlink(fix->path), 0);
	fixture_expect_failure(fix, KD_STORE_DELIVER, KD_IO);
	assert_non_null(strstr(fix->err.text, "-lock says"));
	fixture_expect_failure(fix, KD_STORE_WRITE, KD_NOTFOUND);
	assert_int_equal(access(fix->path, F_OK), -1);
	/* what the text says to do */
	assert_int_equal(unlink(fixture_name(fix, "-lock")), 0);
	fixture_make(fix);
}

static void test_store_log_without_its_database(void **state)
{
	struct fixture *fix = *state;

	fixture_write(fixture_name(fix, "-wal"), kd_bytes_of("a log"));
	fixture_expect_failure(fix, KD_STORE_DELIVER, KD_IO);
	assert_non_null(strstr(fix->err.text, "-wal"));
	assert_int_equal(access(fix->path, F_OK), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_store_empty_file_is_none),
		TEST(test_store_garbage_is_none),
		TEST(test_store_foreign_database_is_none),
		TEST(test_store_newer_schema_is_refused),
		TEST(test_store_without_schema_is_refused),
		TEST(test_store_with_another_journal_is_refused),
		TEST(test_store_that_is_no_file),
		TEST(test_store_directory_of_others),
		TEST(test_store_that_went_missing),
		TEST(test_store_log_without_its_database),
	};

	fixture_make_anew();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
