/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_store_migrate.c - a store of an older schema is brought up to date
 * once, by whoever opens it first, and quickly.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/internal.h"
#include "store/reread.h"
#include "store/schema.h"
#include "tests/support/fewer.h"
#include "tests/support/store_fixture.h"

enum { PROCESSES = 10, FEW = 50, MANY = 20000 };

static void run(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
}

/* A store as release 1 left it: n messages, each a reply to the one before
 * it, but for the first, which is a patch. */
static void make_old(struct fixture *fix, int n)
{
	static const char fill[] =
		"INSERT INTO list (id, list_id, name) "
		"VALUES (1, 'kvm.example.org', 'KVM');"
		"INSERT INTO person (id, email, name) "
		"VALUES (1, 'author1@example.org', 'Patch Author 1');"
		"INSERT INTO series (id, threaded) VALUES (1, 1);"
		"WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 "
		"FROM i WHERE n < %d) "
		"INSERT INTO message SELECT n, n || '@x', n, "
		"iif(n = 1, 1, NULL) FROM i;"
		"INSERT INTO variant SELECT id, id, randomblob(32), 1000, 1, "
		"iif(id = 1, 1, 3), 0, 1, 1, 995, 'full', 'title', 'PATCH', "
		"NULL, 1, 0, 1, 1, 1, 0, 0, 0, 0, 0, NULL, NULL, 0, 0, 2, "
		"0, 0, 0, 0, 0, 0, 0, NULL, NULL, NULL, NULL, 1 "
		"FROM message;"
		"INSERT INTO reference SELECT id, 0, id - 1 FROM message "
		"WHERE id > 1;"
		"INSERT INTO raw SELECT id, 0, 2, x'6d0a', randomblob(32) "
		"FROM message;"
		"INSERT INTO arrival SELECT 99999999 + id, 1, id, 1000 "
		"FROM message;"
		"PRAGMA application_id = %d; PRAGMA user_version = 1; COMMIT;"
		"PRAGMA journal_mode = WAL";
	char sql[2048];
	sqlite3 *db = NULL;
	int len;

	len = snprintf(sql, sizeof(sql), fill, n, KD_APPLICATION_ID);
	assert_in_range(len, 1, sizeof(sql) - 1);
	assert_int_equal(sqlite3_open(fix->path, &db), SQLITE_OK);
	run(db, "PRAGMA page_size = 2048; BEGIN");
	run(db, kd_schema_migrations[0]);
	run(db, sql);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void expect_new(struct fixture *fix)
{
	assert_int_equal(fixture_query(fix, "PRAGMA user_version"),
	                 kd_schema_version);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM "
	                                    "pragma_integrity_check "
	                                    "WHERE integrity_check <> 'ok'"),
	                 0);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM "
	                                    "pragma_foreign_key_check"),
	                 0);
}

static void test_migrate_in_every_mode(void **state)
{
	static const enum kd_store_mode modes[] = { KD_STORE_DELIVER,
		                                    KD_STORE_WRITE,
		                                    KD_STORE_READ };
	struct fixture *fix = *state;
	const char *path = kd_arena_strdup(fix->arena, fix->path);
	struct kd_store *store;
	struct kd_posted row;
	size_t i;

	for (i = 0; i < 3; i++) {
		(void)snprintf(fix->path, sizeof(fix->path), "%s%zu", path, i);
		make_old(fix, FEW);
		store = fixture_open(fix, modes[i]);
		row = fixture_get(fix, store, "2@x");
		assert_string_equal(row.msg.in_reply_to, "1@x");
		assert_false(row.msg.subject.versioned || row.msg.has_patch_id);
		assert_int_equal(row.about, 0);
		kd_store_close(store);
		expect_new(fix);
	}
}

static int schema_of(struct fixture *fix)
{
	struct kd_store_peek peek;

	assert_int_equal(kd_store_peek(fix->path, &peek, &fix->err), KD_OK);
	assert_true(peek.there && peek.ours);
	assert_int_equal(peek.schema_max, kd_schema_version);
	return peek.schema;
}

/* What a delivery has made of it stands in the log, and counts. */
static void test_migrate_shows_at_once(void **state)
{
	struct fixture *fix = *state;
	struct kd_bytes log;

	make_old(fix, FEW);
	assert_int_equal(schema_of(fix), 1);
	kd_store_close(fixture_open(fix, KD_STORE_DELIVER));
	log = fixture_read(fix, fixture_name(fix, "-wal"));
	assert_true(log.size > 0);
	assert_int_equal(schema_of(fix), kd_schema_version);
	fixture_expect_same(fix, fixture_name(fix, "-wal"), log);
}

/* Nothing is moved by it: that is for --repack, when somebody asks. */
static void test_migrate_from_every_schema(void **state)
{
	struct fixture *fix = *state;
	const char *path = kd_arena_strdup(fix->arena, fix->path);
	sqlite3 *db;
	int version, i;

	for (version = 1; version < kd_schema_version; version++) {
		(void)snprintf(fix->path, sizeof(fix->path), "%s%d", path,
		               version);
		make_old(fix, FEW);
		assert_int_equal(sqlite3_open(fix->path, &db), SQLITE_OK);
		for (i = 1; i < version; i++)
			run(db, kd_schema_migrations[i]);
		run(db, kd_arena_printf(fix->arena, "PRAGMA user_version = %d",
		                        version));
		assert_int_equal(sqlite3_close(db), SQLITE_OK);
		kd_store_close(fixture_open(fix, KD_STORE_READ));
		expect_new(fix);
		assert_int_equal(fixture_query(fix, "SELECT count(*) FROM raw"),
		                 FEW);
		assert_int_equal(
			fixture_query(fix,
		                      "SELECT (SELECT count(*) FROM block) "
		                      "+ (SELECT count(*) FROM packed)"),
			0);
	}
}

/* The very same as a new store has. */
static void test_migrate_leads_to_the_schema_of_a_new_store(void **state)
{
	static const char sql[] =
		"ATTACH '%s' AS old; SELECT iif(count(*) = 0, 1, 0) FROM "
		"(SELECT type, name, sql FROM main.sqlite_schema "
		"EXCEPT SELECT type, name, sql FROM old.sqlite_schema)";
	struct fixture *fix = *state;
	const char *path = kd_arena_strdup(fix->arena, fix->path);
	sqlite3_stmt *stmt = NULL;
	sqlite3 *db = NULL;
	const char *rest = NULL;

	make_old(fix, FEW);
	kd_store_close(fixture_open(fix, KD_STORE_WRITE));
	(void)snprintf(fix->path, sizeof(fix->path), "%s-other", path);
	fixture_make(fix);
	assert_int_equal(sqlite3_open(fix->path, &db), SQLITE_OK);
	assert_int_equal(
		sqlite3_prepare_v2(db, kd_arena_printf(fix->arena, sql, path),
	                           -1, &stmt, &rest),
		SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_DONE);
	(void)sqlite3_finalize(stmt);
	assert_int_equal(sqlite3_prepare_v2(db, rest, -1, &stmt, NULL),
	                 SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	assert_int_equal(sqlite3_column_int(stmt, 0), 1);
	(void)sqlite3_finalize(stmt);
	(void)sqlite3_close(db);
}

static int open_once(struct fixture *fix, enum kd_store_mode mode)
{
	struct kd_store_opts opts = fixture_opts(fix, mode);
	struct kd_store *store = NULL;

	opts.deadline_ms = kd_monotonic_ms() + 60000;
	if (kd_store_open(&opts, &store, &fix->err) != KD_OK) {
		(void)fprintf(stderr, "%s\n", fix->err.text);
		return 1;
	}
	kd_store_close(store);
	return 0;
}

/* A second migration would fail: the columns are there. */
static void test_migrate_once_for_many(void **state)
{
	static const enum kd_store_mode modes[] = { KD_STORE_READ,
		                                    KD_STORE_DELIVER,
		                                    KD_STORE_WRITE };
	struct fixture *fix = *state;
	pid_t pids[PROCESSES];
	int gate[2];
	int i, status;
	char go;

	make_old(fix, FEW);
	assert_int_equal(pipe(gate), 0);
	for (i = 0; i < PROCESSES; i++) {
		pids[i] = fork();
		assert_true(pids[i] >= 0);
		if (pids[i] > 0)
			continue;
		(void)close(gate[1]);
		/* the end of the file is the signal */
		if (read(gate[0], &go, 1) != 0)
			_exit(2);
		_exit(open_once(fix, modes[i % 3]));
	}
	(void)close(gate[0]);
	(void)close(gate[1]);
	for (i = 0; i < PROCESSES; i++) {
		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 0);
	}
	expect_new(fix);
}

/* In a process that root's rights do not help. */
static int read_without_right(struct fixture *fix)
{
	struct kd_store_opts opts = fixture_opts(fix, KD_STORE_READ);
	struct kd_store *store = NULL;
	enum kd_status st;

	if (geteuid() == 0 && setuid(65534) != 0)
		return 2;
	st = kd_store_open(&opts, &store, &fix->err);
	(void)fprintf(stderr, "%s\n", fix->err.text);
	if (st != KD_PERM || strstr(fix->err.text, "schema 1") == NULL ||
	    strchr(fix->err.text, '\n') != NULL)
		return 1;
	return 0;
}

static void test_migrate_without_the_right_to_write(void **state)
{
	struct fixture *fix = *state;
	struct kd_bytes before;
	pid_t pid;
	int status;

	make_old(fix, FEW);
	fixture_write(fixture_name(fix, "-lock"), kd_bytes_of("x"));
	if (geteuid() == 0) {
		assert_int_equal(chown(fix->dir, 65534, 65534), 0);
		assert_int_equal(chown(fix->path, 65534, 65534), 0);
		assert_int_equal(
			chown(fixture_name(fix, "-lock"), 65534, 65534), 0);
	}
	assert_int_equal(chmod(fix->path, 0400), 0);
	before = fixture_read(fix, fix->path);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(read_without_right(fix));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	fixture_expect_same(fix, fix->path, before);
	assert_int_equal(fixture_query(fix, "PRAGMA user_version"), 1);
}

/* Another release may have brought it further, or one that was killed in
 * the middle nowhere. */
static void test_migrate_leaves_a_newer_store_alone(void **state)
{
	struct fixture *fix = *state;
	struct kd_bytes before;
	sqlite3 *db = NULL;

	make_old(fix, FEW);
	assert_int_equal(sqlite3_open(fix->path, &db), SQLITE_OK);
	run(db, "PRAGMA user_version = 1000");
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	before = fixture_read(fix, fix->path);
	fixture_expect_failure(fix, KD_STORE_READ, KD_SCHEMA);
	fixture_expect_failure(fix, KD_STORE_WRITE, KD_SCHEMA);
	fixture_expect_failure(fix, KD_STORE_DELIVER, KD_SCHEMA);
	fixture_expect_same(fix, fix->path, before);
}

/* Pages that opening reads, and how long its log is. */
static void open_cost(struct fixture *fix, int n, int *ret_pages,
                      size_t *ret_log)
{
	struct kd_store *store;
	int unused = 0;

	(void)snprintf(fix->path, sizeof(fix->path), "%s/%d.db", fix->dir, n);
	make_old(fix, n);
	store = fixture_open(fix, KD_STORE_DELIVER);
	assert_int_equal(sqlite3_db_status(store->db,
	                                   SQLITE_DBSTATUS_CACHE_MISS,
	                                   ret_pages, &unused, 0),
	                 SQLITE_OK);
	*ret_log = fixture_read(fix, fixture_name(fix, "-wal")).size;
	kd_store_close(store);
}

static void test_migrate_costs_the_same_whatever_the_size(void **state)
{
	struct fixture *fix = *state;
	size_t log_few = 0, log_many = 0;
	int few = 0, many = 0;

	open_cost(fix, FEW, &few, &log_few);
	open_cost(fix, MANY / kd_one_of(10), &many, &log_many);
	assert_in_range(many, 1, few + 10);
	assert_in_range(log_many, 1, log_few + 4096);
}

static void test_migrate_then_answer_and_read_again(void **state)
{
	static const struct kd_trailer trailer = { "Fixes", "x", false, false };
	struct fixture *fix = *state;
	struct kd_arriving a = fixture_arriving(fix, "new@x", "m", 2000);
	struct kd_reread row = { .msg = { .message_id = NULL } };
	struct kd_message got = { .message_id = NULL };
	struct kd_store *store;
	size_t done = 0;

	make_old(fix, FEW);
	store = fixture_open(fix, KD_STORE_DELIVER);
	fixture_message(&a)->kind = KD_KIND_REPLY;
	fixture_message(&a)->in_reply_to = "9@x";
	(void)fixture_add(fix, store, &a);
	assert_int_equal(fixture_get(fix, store, "new@x").about, 1);
	assert_int_equal(fixture_get(fix, store, "9@x").about, 0);
	/* all that was read by older rules is found, in order */
	assert_int_equal(kd_store_next_kept(store, 8, false, &row.kept,
	                                    &fix->err),
	                 KD_OK);
	assert_int_equal(row.kept.variant, 9);
	row.msg = *a.msg;
	row.msg.message_id = "9@x";
	row.msg.in_reply_to = "8@x";
	row.msg.trailers = &trailer;
	row.msg.n_trailers = 1;
	assert_int_equal(kd_store_reread(store, &row, 1, INT64_MAX, &done,
	                                 &fix->err),
	                 KD_OK);
	assert_true(row.changed);
	assert_int_equal(fixture_get(fix, store, "9@x").about, 1);
	assert_int_equal(
		kd_store_details(store, 9, fix->arena, &got, &fix->err), KD_OK);
	assert_int_equal(got.n_trailers, 1);
	/* the new one is not found */
	assert_int_equal(kd_store_next_kept(store, FEW, false, &row.kept,
	                                    &fix->err),
	                 KD_NOTFOUND);
	kd_store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_migrate_in_every_mode),
		TEST(test_migrate_shows_at_once),
		TEST(test_migrate_from_every_schema),
		TEST(test_migrate_leads_to_the_schema_of_a_new_store),
		TEST(test_migrate_once_for_many),
		TEST(test_migrate_without_the_right_to_write),
		TEST(test_migrate_leaves_a_newer_store_alone),
		TEST(test_migrate_costs_the_same_whatever_the_size),
		TEST(test_migrate_then_answer_and_read_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
