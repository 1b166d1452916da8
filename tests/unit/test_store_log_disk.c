/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_store_log_disk.c - the log on a disk that fails: whoever asks for what
 * was held back hears of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "store/internal.h"
#include "tests/support/store_fixture.h"

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
	if (ret_flags != NULL)
		*ret_flags = flags;
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
		TEST(test_log_asks_the_disk),
		TEST(test_log_that_has_no_name),
		TEST(test_log_on_a_full_disk),
		TEST(test_log_that_cannot_be_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
