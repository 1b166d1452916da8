/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_store_terse.c - schema 5 says in fewer words what schema 4 says: the
 * same columns, keys and indexes, and the same values are refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "store/internal.h"
#include "store/schema.h"
#include "tests/support/store_fixture.h"

enum { BEFORE = 4 };

/* A row in each table that has none. */
static const char *const rows[] = {
	"INSERT INTO message VALUES (1, 'a@x', 1, 1)",
	"INSERT INTO ident VALUES (zeroblob(20), 1)",
	"INSERT INTO person VALUES (1, 'e', 'n')",
	"INSERT INTO variant VALUES (1, 1, zeroblob(32), 1000, 1, 1, 0, 1, 1, "
	"995, 'full', 'title', 'PATCH', NULL, 1, 0, 1, 1, 1, 0, 0, 0, 0, 0, "
	"NULL, NULL, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, NULL, NULL, NULL, NULL, 1, "
	"NULL, NULL, NULL)",
	"INSERT INTO reference VALUES (1, 0, 1)",
	"INSERT INTO arrival VALUES (1, 0, 1, 1)",
	"INSERT INTO raw VALUES (1, 1, 2, x'00', NULL)",
	"INSERT INTO decoded VALUES (1, 1, 2, x'00', NULL)",
	"INSERT INTO marker VALUES ('m', 1, 1)",
	"INSERT INTO series (id, threaded) VALUES (1, 1)",
	"INSERT INTO trailer VALUES (1, 0, 'n', 'v', 1, 0)",
	"INSERT INTO path VALUES (1, 'p')",
	"INSERT INTO touched VALUES (1, 0, 1)",
	"INSERT INTO link VALUES (1, 0, 1, 1, 1)",
	"INSERT INTO announced VALUES (1, 0, 't')",
	"INSERT INTO pull VALUES (1, 'u', NULL)",
	"INSERT INTO notice VALUES (1, 1, NULL)",
	"INSERT INTO taken VALUES (1, 0, 1, NULL, NULL)",
	"INSERT INTO about VALUES (1, 1)",
	"INSERT INTO likeness VALUES (1, 1)",
	"INSERT INTO import VALUES ('s', 'h', NULL, 1, 1, 1, 1)",
	"INSERT INTO block VALUES (1, 1, x'00')",
	"INSERT INTO packed VALUES (1, 1, 0, 1, NULL, zeroblob(32))",
};

/* On both sides of each limit that a column has. */
static const char *const values[] = {
	"-1",
	"0",
	"1",
	"2",
	"3",
	"4",
	"100",
	"101",
	"524288",
	"524289",
	"-9223372036854775807 - 1",
	"0.5",
	"NULL",
	"''",
	"'x'",
	"zeroblob(19)",
	"zeroblob(20)",
	"zeroblob(32)",
	"zeroblob(33)",
	"hex(zeroblob(16))",
	"hex(zeroblob(32))",
	"hex(zeroblob(33))",
	"hex(zeroblob(499))",
	"hex(zeroblob(500))",
	"hex(zeroblob(501))",
	"hex(zeroblob(1024))",
	"hex(zeroblob(1025))",
	"hex(zeroblob(2048))",
	"hex(zeroblob(2049))",
	"hex(zeroblob(2056))",
	"hex(zeroblob(2057))",
	"hex(zeroblob(32768))",
	"hex(zeroblob(32769))",
	"hex(zeroblob(65536))",
	"hex(zeroblob(65537))",
	"hex(zeroblob(131072))",
	"hex(zeroblob(131073))",
};

static void run(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
}

static void fill(sqlite3 *db)
{
	run(db, "PRAGMA foreign_keys = OFF");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		run(db, rows[i]);
}

/* As a release made it that knew no later one, and as it is now. */
static void open_both(struct fixture *fix, sqlite3 *ret[2])
{
	const char *name = fixture_name(fix, "-before");

	fixture_make(fix);
	assert_int_equal(sqlite3_open(name, &ret[0]), SQLITE_OK);
	assert_int_equal(sqlite3_open(fix->path, &ret[1]), SQLITE_OK);
	run(ret[0], "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF");
	for (int i = 0; i < BEFORE; i++)
		run(ret[0], kd_schema_migrations[i]);
	for (int i = 0; i < 2; i++)
		assert_int_equal(sqlite3_extended_result_codes(ret[i], 1),
		                 SQLITE_OK);
}

static void close_both(sqlite3 *dbs[2])
{
	for (int i = 0; i < 2; i++)
		assert_int_equal(sqlite3_close(dbs[i]), SQLITE_OK);
}

static const char *ask(struct fixture *fix, sqlite3 *db, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	const char *ret;

	if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	ret = kd_arena_strdup(fix->arena,
	                      (const char *)sqlite3_column_text(stmt, 0));
	assert_int_equal(sqlite3_finalize(stmt), SQLITE_OK);
	assert_non_null(ret);
	return ret;
}

/* All but defaults: variant.parser has one since, for the rows of stores that
 * had no such column at first. */
static void test_terse_has_the_same_columns(void **state)
{
	static const char *const questions[] = {
		"SELECT group_concat(quote(name) || quote(type), ' ') FROM "
		"(SELECT name, type FROM sqlite_schema ORDER BY rowid)",
		"SELECT group_concat(quote(t) || quote(wr) || quote(strict) || "
		"quote(c) || quote(type) || quote(n) || quote(pk), ' ') FROM "
		"(SELECT t.name AS t, t.wr, t.strict, x.name AS c, x.type, "
		"x.\"notnull\" AS n, x.pk FROM pragma_table_list t, "
		"pragma_table_xinfo(t.name) x WHERE t.schema = 'main' "
		"AND t.name NOT LIKE 'sqlite_%' ORDER BY t.name, x.cid)",
		"SELECT group_concat(quote(s.name) || quote(f.id) || "
		"quote(f.\"table\") || quote(f.\"from\") || quote(f.\"to\") || "
		"quote(on_delete), ' ') FROM sqlite_schema s, "
		"pragma_foreign_key_list(s.name) f",
		"SELECT group_concat(quote(s.name) || quote(i.name) || "
		"quote(i.\"unique\") || quote(i.origin) || quote(i.partial) || "
		"quote(x.name) || quote(x.coll) || quote(x.key), ' ') "
		"FROM sqlite_schema s, pragma_index_list(s.name) i, "
		"pragma_index_xinfo(i.name) x",
	};
	struct fixture *fix = *state;
	sqlite3 *dbs[2];

	open_both(fix, dbs);
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
		const char *found = ask(fix, dbs[1], questions[i]);

		assert_true(strlen(found) > 500);
		assert_string_equal(found, ask(fix, dbs[0], questions[i]));
	}
	close_both(dbs);
}

static int try(sqlite3 *db, const char *sql)
{
	int code;

	run(db, "BEGIN");
	code = sqlite3_exec(db, sql, NULL, NULL, NULL);
	run(db, "ROLLBACK");
	return code;
}

/* How many of the values the column refuses, before and now. */
static int compare(struct fixture *fix, sqlite3 *dbs[2], const char *table,
                   const char *column)
{
	int refused = 0;

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		const char *sql =
			kd_arena_printf(fix->arena, "UPDATE %s SET \"%s\" = %s",
		                        table, column, values[i]);
		int before = try(dbs[0], sql);
		int now = try(dbs[1], sql);

		if ((now == SQLITE_OK) != (before == SQLITE_OK))
			fail_msg("%s: %s now, and %s before", sql,
			         sqlite3_errstr(now), sqlite3_errstr(before));
		refused += now == SQLITE_CONSTRAINT_CHECK;
	}
	return refused;
}

static void test_terse_refuses_the_same(void **state)
{
	static const char columns[] =
		"SELECT t.name, x.name FROM sqlite_schema t, "
		"pragma_table_xinfo(t.name) x WHERE t.type = 'table'";
	struct fixture *fix = *state;
	sqlite3_stmt *stmt = NULL;
	sqlite3 *dbs[2];
	int refused = 0;
	int n = 0;

	open_both(fix, dbs);
	for (int i = 0; i < 2; i++)
		fill(dbs[i]);
	assert_int_equal(sqlite3_prepare_v2(dbs[0], columns, -1, &stmt, NULL),
	                 SQLITE_OK);
	for (; sqlite3_step(stmt) == SQLITE_ROW; n++) {
		const char *table = (const char *)sqlite3_column_text(stmt, 0);
		const char *count = kd_arena_printf(
			fix->arena, "SELECT count(*) FROM %s", table);

		assert_string_not_equal(ask(fix, dbs[0], count), "0");
		refused += compare(fix, dbs, table,
		                   (const char *)sqlite3_column_text(stmt, 1));
	}
	assert_int_equal(sqlite3_finalize(stmt), SQLITE_OK);
	(void)printf("%d columns, %d values refused\n", n, refused);
	assert_in_range(n, 120, 1000);
	assert_in_range(refused, 300, 100000);
	close_both(dbs);
}

/* What is checked together is refused whatever the others are. */
static void test_terse_checks_each_of_many(void **state)
{
	static const char *const bad[] = {
		"patch = 2, rfc = 1",
		"patch = 2, rfc = 2",
		"patch = -2, rfc = 1, resend = 1",
		"patch = -1, rfc = -1",
		"kind = -1, status = 5",
		"kind = -9223372036854775807 - 1, stat_size = 1",
	};
	struct fixture *fix = *state;
	sqlite3 *dbs[2];

	open_both(fix, dbs);
	fill(dbs[1]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(try(dbs[1],
		                     kd_arena_printf(fix->arena,
		                                     "UPDATE variant SET %s",
		                                     bad[i])),
		                 SQLITE_CONSTRAINT_CHECK);
	close_both(dbs);
}

/* Where the text can be written, any mistake could be; so nowhere else. */
static void test_terse_closes_the_schema_again(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	int on = -1;

	assert_int_equal(sqlite3_exec(store->db,
	                              "UPDATE sqlite_schema SET sql = sql",
	                              NULL, NULL, NULL),
	                 SQLITE_ERROR);
	assert_int_equal(sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE,
	                                   -1, &on),
	                 SQLITE_OK);
	assert_int_equal(on, 1);
	kd_store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_terse_has_the_same_columns),
		TEST(test_terse_refuses_the_same),
		TEST(test_terse_checks_each_of_many),
		TEST(test_terse_closes_the_schema_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
