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

/* --- On a disk that says what it is told to -------------------------- */

enum {
	SECTOR = 4711,
	TRAITS = SQLITE_IOCAP_ATOMIC4K | SQLITE_IOCAP_SEQUENTIAL,
	HEAD = 32, /* of a log */
};

static struct {
	int code;       /* of what is read, written or cut */
	int opens;      /* with this code, unless it may make the file */
	int n_closed;   /* files */
	int n_written;  /* bytes */
	int controlled; /* the operation asked for last */
} disk;

static int disk_close(sqlite3_file *file)
{
	file->pMethods = NULL;
	disk.n_closed++;
	return SQLITE_OK;
}

static int disk_read(sqlite3_file *file, void *data, int size,
                     sqlite3_int64 offset)
{
	(void)file;
	(void)offset;
	memset(data, 'r', (size_t)size);
	return disk.code;
}

static int disk_write(sqlite3_file *file, const void *data, int size,
                      sqlite3_int64 offset)
{
	(void)file;
	(void)data;
	(void)offset;
	disk.n_written += size;
	return disk.code;
}

static int disk_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	(void)file;
	(void)size;
	return SQLITE_OK;
}

static int disk_size(sqlite3_file *file, sqlite3_int64 *ret)
{
	(void)file;
	*ret = (sqlite3_int64)8 * HEAD;
	return SQLITE_OK;
}

static int disk_control(sqlite3_file *file, int op, void *arg)
{
	(void)file;
	(void)arg;
	disk.controlled = op;
	return SQLITE_NOTFOUND;
}

static int disk_sector(sqlite3_file *file)
{
	(void)file;
	return SECTOR;
}

static int disk_traits(sqlite3_file *file)
{
	(void)file;
	return TRAITS;
}

static int disk_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *ret,
                     int flags, int *ret_flags)
{
	static const sqlite3_io_methods methods = {
		.iVersion = 1,
		.xClose = disk_close,
		.xRead = disk_read,
		.xWrite = disk_write,
		.xTruncate = disk_truncate,
		.xFileSize = disk_size,
		.xFileControl = disk_control,
		.xSectorSize = disk_sector,
		.xDeviceCharacteristics = disk_traits,
	};

	(void)vfs;
	(void)name;
	(void)ret_flags;
	ret->pMethods = &methods;
	return (flags & SQLITE_OPEN_CREATE) != 0 ? SQLITE_OK : disk.opens;
}

/* A log on it, in the arena; named: its name is said to be known. */
static sqlite3_file *open_on_disk(struct fixture *fix, struct kd_log *log,
                                  bool named)
{
	static sqlite3_vfs vfs = { .iVersion = 1, .xOpen = disk_open };
	sqlite3_file *file;

	memset(&disk, 0, sizeof(disk));
	disk.opens = SQLITE_CANTOPEN;
	assert_int_equal(kd_log_open(log, named, &fix->err), KD_OK);
	file = kd_arena_alloc(fix->arena, (size_t)log->vfs.szOsFile);
	assert_non_null(file);
	log->below = &vfs;
	assert_int_equal(log->vfs.xOpen(&log->vfs, "log", file,
	                                SQLITE_OPEN_WAL | SQLITE_OPEN_CREATE |
	                                        SQLITE_OPEN_READWRITE,
	                                NULL),
	                 SQLITE_OK);
	return file;
}

/* What SQLite asks of the disk is answered by the disk. */
static void test_log_asks_the_disk(void **state)
{
	struct kd_log log;
	sqlite3_file *file = open_on_disk(*state, &log, false);

	assert_int_equal(file->pMethods->xSectorSize(file), SECTOR);
	assert_int_equal(file->pMethods->xDeviceCharacteristics(file), TRAITS);
	assert_int_equal(file->pMethods->xFileControl(file, SQLITE_FCNTL_SYNC,
	                                              NULL),
	                 SQLITE_NOTFOUND);
	assert_int_equal(disk.controlled, SQLITE_FCNTL_SYNC);
	assert_int_equal(file->pMethods->xClose(file), SQLITE_OK);
	assert_int_equal(disk.n_closed, 1);
	kd_log_close(&log);
}

/* One that was said to be there and is not is made; what the first try left
 * open is closed. */
static void test_log_that_has_no_name(void **state)
{
	struct kd_log log;
	sqlite3_file *file = open_on_disk(*state, &log, true);

	assert_false(log.named);
	assert_int_equal(disk.n_closed, 1);
	assert_int_equal(file->pMethods->xClose(file), SQLITE_OK);
	assert_int_equal(disk.n_closed, 2);
	kd_log_close(&log);
}

/* What was held back fails when it is to be written: whatever asks for that
 * says so. */
static void test_log_on_a_full_disk(void **state)
{
	static const char bytes[100 << 10];
	struct kd_log log;
	sqlite3_file *file = open_on_disk(*state, &log, false);
	const sqlite3_io_methods *its = file->pMethods;
	sqlite3_int64 size = 0;
	char byte;

	for (int way = 0; way < 5; way++) {
		int code = SQLITE_OK;

		disk.code = SQLITE_OK;
		disk.n_written = 0;
		assert_int_equal(its->xWrite(file, bytes, HEAD, 0), SQLITE_OK);
		assert_int_equal(disk.n_written, 0);
		disk.code = SQLITE_FULL;
		if (way == 0)
			code = its->xWrite(file, bytes, 1, 9000);
		else if (way == 1)
			code = its->xWrite(file, bytes, sizeof(bytes), HEAD);
		else if (way == 2)
			code = its->xRead(file, &byte, 1, 0);
		else if (way == 3)
			code = its->xTruncate(file, 0);
		else
			code = its->xFileSize(file, &size);
		assert_int_equal(code, SQLITE_FULL);
		assert_int_equal(disk.n_written, HEAD);
	}
	/* more than is held back goes straight on */
	assert_int_equal(its->xWrite(file, bytes, sizeof(bytes), 0),
	                 SQLITE_FULL);
	assert_int_equal(disk.n_written, HEAD + (int)sizeof(bytes));
	assert_int_equal(its->xClose(file), SQLITE_OK);
	kd_log_close(&log);
}

/* Recovery does not take for the log what could not be read. */
static void test_log_that_cannot_be_read(void **state)
{
	struct kd_log log;
	sqlite3_file *file = open_on_disk(*state, &log, false);
	char head[HEAD];

	disk.code = SQLITE_IOERR_READ;
	assert_int_equal(file->pMethods->xRead(file, head, HEAD, 0),
	                 SQLITE_IOERR_READ);
	disk.code = SQLITE_OK;
	assert_int_equal(file->pMethods->xRead(file, head, HEAD, 0), SQLITE_OK);
	assert_int_equal(head[HEAD - 1], 'r');
	assert_int_equal(file->pMethods->xClose(file), SQLITE_OK);
	kd_log_close(&log);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_log_is_known_by_its_birth),
		TEST(test_log_of_a_note_that_says_nothing),
		TEST(test_log_holds_back),
		TEST(test_log_is_recovered),
		TEST(test_log_asks_the_disk),
		TEST(test_log_that_has_no_name),
		TEST(test_log_on_a_full_disk),
		TEST(test_log_that_cannot_be_read),
	};

	fixture_make_anew();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
