/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_store_log.c - the log's own way to the disk: what is held back, and
 * when its directory need not be synced.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/internal.h"
#include "store/lock.h"
#include "tests/support/store_fixture.h"

enum { ID_SIZE = 33 }; /* of the lock's first line */

/* One delivery: was the log known to have its name? */
static bool deliver(struct fixture *fix, const char *id)
{
	struct kd_arriving arriving = fixture_arriving(fix, id, "m", 1);
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	bool named = store->log.named;

	assert_int_equal(fixture_add(fix, store, &arriving), KD_ADDED_NEW);
	assert_true(store->log.named);
	kd_store_close(store);
	return named;
}

static struct kd_bytes lock_of(const struct fixture *fix)
{
	return fixture_read(fix, fixture_name(fix, "-lock"));
}

/* The same bytes in another file. */
static void replace_log(const struct fixture *fix)
{
	const char *name = fixture_name(fix, "-wal");
	const char *other = fixture_name(fix, "-other");

	fixture_write(other, fixture_read(fix, name));
	assert_int_equal(rename(other, name), 0);
}

static void test_log_is_known_by_its_birth(void **state)
{
	struct fixture *fix = *state;
	struct kd_bytes lock;

	assert_false(deliver(fix, "1@x"));
	lock = lock_of(fix);
	if (lock.size == ID_SIZE)
		skip(); /* a file system that keeps no time of birth */
	assert_true(deliver(fix, "2@x"));
	assert_true(deliver(fix, "3@x"));
	fixture_expect_same(fix, fixture_name(fix, "-lock"), lock);

	replace_log(fix);
	assert_false(deliver(fix, "4@x"));
	assert_int_equal(lock_of(fix).size, lock.size);
	assert_true(deliver(fix, "5@x"));
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM raw"), 5);
}

static void test_log_of_a_note_that_says_nothing(void **state)
{
	static const struct {
		size_t size;   /* of what is left of the lock */
		size_t change; /* a byte; 0: none */
	} cases[] = { { 33, 0 }, { 34, 0 }, { 86, 60 }, { 86, 85 }, { 50, 40 } };
	struct fixture *fix = *state;
	char lock[KD_LOCK_NOTE_SIZE + ID_SIZE];
	struct kd_bytes good;

	(void)deliver(fix, "0@x");
	good = lock_of(fix);
	if (good.size == ID_SIZE)
		skip();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(cases[i].size <= good.size);
		memcpy(lock, good.data, good.size);
		if (cases[i].change > 0)
			lock[cases[i].change] ^= 1;
		fixture_write(fixture_name(fix, "-lock"),
		              (struct kd_bytes){ lock, cases[i].size });
		assert_false(
			deliver(fix, kd_arena_printf(fix->arena, "%zu@y", i)));
		fixture_expect_same(fix, fixture_name(fix, "-lock"), good);
	}
}

static void exec(sqlite3 *db, const char *sql)
{
	char *why = NULL;

	if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s: %s", sql, why);
}

/* A log that is gone is made, whatever was known of it; and what was written
 * can be read before it is in the file, and is nowhere when it was undone. */
static void test_log_holds_back(void **state)
{
	struct fixture *fix = *state;
	const char *name = fixture_name(fix, "-wal");
	struct kd_log log;
	sqlite3 *db = NULL;
	size_t size;

	assert_int_equal(kd_log_open(&log, true, &fix->err), KD_OK);
	assert_int_equal(sqlite3_open_v2(fix->path, &db,
	                                 SQLITE_OPEN_READWRITE |
	                                         SQLITE_OPEN_CREATE,
	                                 log.vfs.zName),
	                 SQLITE_OK);
	exec(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
	         "PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = 10;"
	         "CREATE TABLE t (a, b)");
	assert_false(log.named);
	size = fixture_read(fix, name).size;
	assert_true(size > 0);

	exec(db, "BEGIN; INSERT INTO t VALUES (1, zeroblob(9000))");
	assert_int_equal(fixture_read(fix, name).size, size);
	exec(db, "ROLLBACK");
	assert_int_equal(fixture_read(fix, name).size, size);

	/* more than is held back, and pages that come and go meanwhile */
	exec(db,
	     "BEGIN; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 "
	     "FROM n WHERE i < 300) "
	     "INSERT INTO t SELECT i, randomblob(3000) FROM n");
	exec(db, "UPDATE t SET a = a + 1");
	exec(db, "COMMIT");
	size = fixture_read(fix, name).size;
	assert_true(size > 900000);
	assert_int_equal(fixture_query(fix, "SELECT sum(a) FROM t"), 45450);

	exec(db, "BEGIN; UPDATE t SET a = 0, b = zeroblob(5000); ROLLBACK");
	assert_int_equal(fixture_query(fix, "SELECT sum(a) FROM t"), 45450);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM "
	                                    "pragma_integrity_check WHERE "
	                                    "integrity_check <> 'ok'"),
	                 0);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	kd_log_close(&log);
}

/* Who finds a long log reads it in pieces, and comes to its end: here in the
 * last frame, half of which is missing. */
static void test_log_is_recovered(void **state)
{
	struct fixture *fix = *state;
	const char *name = fixture_name(fix, "-wal");
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving arriving;
	struct kd_bytes log;

	for (int i = 0; i < 60; i++) {
		arriving = fixture_arriving(
			fix, kd_arena_printf(fix->arena, "%d@x", i), "m", i);
		(void)fixture_add(fix, store, &arriving);
	}
	kd_store_close(store);
	(void)deliver(fix, "torn@x");
	log = fixture_read(fix, name);
	assert_true(log.size > 3 * 65536);
	log.size -= 1000;
	fixture_write(name, log);
	(void)deliver(fix, "again@x");
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM raw"), 61);
	assert_int_equal(fixture_query(fix,
	                               "SELECT count(*) FROM message WHERE "
	                               "message_id = 'torn@x'"),
	                 0);
}

static size_t log_size(const struct fixture *fix)
{
	struct stat st;

	return stat(fixture_name(fix, "-wal"), &st) == 0 ? (size_t)st.st_size
	                                                 : 0;
}

/* Add until the log has more than size bytes.  Returns how many. */
static int fill_log(struct fixture *fix, struct kd_store *store, size_t size)
{
	struct kd_arriving arriving;
	int i;

	for (i = 0; log_size(fix) <= size; i++) {
		arriving = fixture_arriving(
			fix, kd_arena_printf(fix->arena, "%zu.%d@x", size, i),
			"m", i);
		(void)fixture_add(fix, store, &arriving);
	}
	return i;
}

/* To sync what grew costs more than to sync what was written in its place:
 * a log that was emptied keeps its room, and nothing of what was in it is
 * believed again. */
static void test_log_that_is_emptied_keeps_its_room(void **state)
{
	static const char nothing[32];
	struct fixture *fix = *state;
	const char *name = fixture_name(fix, "-wal");
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_bytes log;
	int count = fill_log(fix, store, 500000);

	kd_store_trim_log(store);
	kd_store_close(store);
	log = fixture_read(fix, name);
	assert_true(log.size > 500000 && log.size <= 1 << 20);
	assert_memory_equal(log.data, nothing, sizeof(nothing));

	for (int i = 0; i < 3; i++) {
		(void)deliver(fix, kd_arena_printf(fix->arena, "next%d@x", i));
		assert_int_equal(log_size(fix), log.size);
	}
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM message"),
	                 count + 3);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM "
	                                    "pragma_integrity_check WHERE "
	                                    "integrity_check <> 'ok'"),
	                 0);
}

static void test_log_that_is_long_gives_its_room_back(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);

	(void)fill_log(fix, store, 1 << 20);
	kd_store_trim_log(store);
	kd_store_close(store);
	assert_int_equal(log_size(fix), 0);
	(void)deliver(fix, "next@x");
}

/* What root opens is the owner's already, and is not given to him again. */
static void test_log_is_not_given_to_whom_it_belongs(void **state)
{
	struct fixture *fix = *state;
	const char *name = fixture_name(fix, "-wal");
	struct kd_arriving arriving;
	struct kd_store *store;
	struct stat before, after;

	(void)deliver(fix, "1@x");
	assert_int_equal(stat(name, &before), 0);
	store = fixture_open(fix, KD_STORE_DELIVER);
	arriving = fixture_arriving(fix, "1@x", "m", 2);
	assert_int_equal(fixture_add(fix, store, &arriving),
	                 KD_ADDED_DUPLICATE);
	kd_store_close(store);
	assert_int_equal(stat(name, &after), 0);
	assert_memory_equal(&before.st_ctim, &after.st_ctim,
	                    sizeof(after.st_ctim));
}

/* What root makes is the owner's. */
static void test_log_is_given_to_the_owner(void **state)
{
	struct fixture *fix = *state;
	struct stat st;

	if (geteuid() != 0)
		skip();
	fixture_make(fix);
	assert_int_equal(chown(fix->path, 65534, 65534), 0);
	(void)unlink(fixture_name(fix, "-wal"));
	(void)deliver(fix, "1@x");
	assert_int_equal(stat(fixture_name(fix, "-wal"), &st), 0);
	assert_int_equal(st.st_uid, 65534);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_log_is_known_by_its_birth),
		TEST(test_log_of_a_note_that_says_nothing),
		TEST(test_log_holds_back),
		TEST(test_log_is_recovered),
		TEST(test_log_that_is_emptied_keeps_its_room),
		TEST(test_log_that_is_long_gives_its_room_back),
		TEST(test_log_is_not_given_to_whom_it_belongs),
		TEST(test_log_is_given_to_the_owner),
	};

	fixture_make_anew();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
