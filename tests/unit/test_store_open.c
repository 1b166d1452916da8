/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_store_open.c - creation, opening, the lock and the log.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/place.h"
#include "store/schema.h"
#include "tests/support/store_fixture.h"

static void expect_mode(const char *path, unsigned int mode)
{
	struct stat sb;

	assert_int_equal(stat(path, &sb), 0);
	assert_int_equal(sb.st_mode & 07777, mode);
}

static void test_store_is_created(void **state)
{
	struct fixture *fix = *state;
	struct kd_bytes line;

	(void)snprintf(fix->path, sizeof(fix->path), "%s/a/b/kvm.db", fix->dir);
	fixture_make(fix);
	expect_mode(fix->path, 0600);
	expect_mode(fixture_name(fix, "-lock"), 0600);
	expect_mode(kd_arena_printf(fix->arena, "%s/a", fix->dir), 0700);
	expect_mode(kd_arena_printf(fix->arena, "%s/a/b", fix->dir), 0700);
	assert_int_equal(access(fixture_name(fix, "-new"), F_OK), -1);
	assert_int_equal(fixture_query(fix, "PRAGMA application_id"),
	                 0x4B564D44);
	assert_int_equal(fixture_query(fix, "PRAGMA user_version"),
	                 kd_schema_version);
	assert_int_equal(fixture_query(fix, "PRAGMA page_size"), 2048);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM "
	                                    "pragma_integrity_check "
	                                    "WHERE integrity_check <> 'ok'"),
	                 0);
	line = fixture_read(fix, fixture_name(fix, "-lock"));
	assert_int_equal(line.size, 33);
	assert_int_equal(line.data[32], '\n');
}

static void test_store_reopens_in_every_mode(void **state)
{
	static const enum kd_store_mode modes[] = { KD_STORE_DELIVER,
		                                    KD_STORE_WRITE,
		                                    KD_STORE_READ };
	struct fixture *fix = *state;
	size_t i;

	fixture_make(fix);
	for (i = 0; i < 3; i++)
		kd_store_close(fixture_open(fix, modes[i]));
	kd_store_close(NULL);
}

static void test_store_that_is_not_there(void **state)
{
	struct fixture *fix = *state;

	fixture_expect_failure(fix, KD_STORE_READ, KD_NOTFOUND);
	fixture_expect_failure(fix, KD_STORE_WRITE, KD_NOTFOUND);
	assert_int_equal(access(fixture_name(fix, "-lock"), F_OK), -1);
	(void)snprintf(fix->path, sizeof(fix->path), "%s/no/kvm.db", fix->dir);
	fixture_expect_failure(fix, KD_STORE_READ, KD_NOTFOUND);
	fixture_expect_failure(fix, KD_STORE_WRITE, KD_NOTFOUND);
	assert_int_equal(rmdir(kd_arena_printf(fix->arena, "%s/no", fix->dir)),
	                 -1);
}

static void test_store_through_linked_directory(void **state)
{
	struct fixture *fix = *state;
	char dir[160];

	(void)snprintf(dir, sizeof(dir), "%s/real", fix->dir);
	assert_int_equal(mkdir(dir, 0700), 0);
	(void)snprintf(dir, sizeof(dir), "%s/link", fix->dir);
	assert_int_equal(symlink("real", dir), 0);
	(void)snprintf(fix->path, sizeof(fix->path), "%s/link/kvm.db",
	               fix->dir);
	fixture_make(fix);
	kd_store_close(fixture_open(fix, KD_STORE_READ));
}

static void test_store_path_must_be_absolute(void **state)
{
	static const char *const paths[] = { "kvm.db", "", "/", "/tmp/" };
	struct fixture *fix = *state;
	struct kd_store_opts opts = fixture_opts(fix, KD_STORE_READ);
	struct kd_store *store = NULL;
	size_t i;

	for (i = 0; i < 4; i++) {
		opts.path = paths[i];
		assert_int_equal(kd_store_open(&opts, &store, &fix->err),
		                 KD_USAGE);
	}
}

static void test_store_creator_died(void **state)
{
	struct fixture *fix = *state;
	const char *lock = fixture_name(fix, "-lock");
	struct kd_bytes line;

	/* after the link */
	fixture_make(fix);
	line = fixture_read(fix, lock);
	assert_int_equal(truncate(lock, 0), 0);
	fixture_make(fix);
	fixture_expect_same(fix, lock, line);
	/* before it */
	assert_int_equal(unlink(lock), 0);
	assert_int_equal(rename(fix->path, fixture_name(fix, "-new")), 0);
	fixture_write(fixture_name(fix, "-new-journal"), kd_bytes_of("x"));
	fixture_make(fix);
	assert_int_equal(access(fixture_name(fix, "-new"), F_OK), -1);
	assert_int_equal(access(fixture_name(fix, "-new-journal"), F_OK), -1);
}

static void test_store_lock_is_held_and_waited_for(void **state)
{
	struct fixture *fix = *state;
	struct kd_store_opts opts = fixture_opts(fix, KD_STORE_WRITE);
	struct kd_store *first, *second = NULL;
	int64_t before, waited;

	first = fixture_open(fix, KD_STORE_DELIVER);
	before = kd_monotonic_ms();
	fixture_expect_failure(fix, KD_STORE_DELIVER, KD_BUSY);
	waited = kd_monotonic_ms() - before;
	assert_in_range(waited, 95, 2000);
	/* a deadline that has passed already */
	opts.deadline_ms = before - 1;
	assert_int_equal(kd_store_open(&opts, &second, &fix->err), KD_BUSY);
	/* readers need no lock */
	kd_store_close(fixture_open(fix, KD_STORE_READ));
	kd_store_close(first);
	kd_store_close(fixture_open(fix, KD_STORE_WRITE));
}

static void test_store_abandon_gives_the_lock_back(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);

	kd_store_abandon(store);
	kd_store_close(fixture_open(fix, KD_STORE_WRITE));
	kd_store_close(store);
}

static void test_store_reading_changes_nothing(void **state)
{
	struct fixture *fix = *state;
	struct kd_arriving arriving =
		fixture_arriving(fix, "1@example.org", "one", 1000);
	const struct kd_scope all = { .kind = KD_SCOPE_ALL };
	struct kd_bytes db, wal, lock;
	struct kd_store *store;
	kd_seq seq = 0;

	store = fixture_open(fix, KD_STORE_DELIVER);
	(void)fixture_add(fix, store, &arriving);
	kd_store_close(store);
	db = fixture_read(fix, fix->path);
	wal = fixture_read(fix, fixture_name(fix, "-wal"));
	lock = fixture_read(fix, fixture_name(fix, "-lock"));
	assert_true(wal.size > 0); /* a delivery leaves the log behind */
	store = fixture_open(fix, KD_STORE_READ);
	assert_int_equal(kd_store_latest(store, &all, &seq, &fix->err), KD_OK);
	assert_int_equal(seq, 100000000);
	assert_int_not_equal(kd_store_move_marker(store, "x", NULL, seq, 1,
	                                          &fix->err),
	                     KD_OK);
	kd_store_close(store);
	fixture_expect_same(fix, fix->path, db);
	fixture_expect_same(fix, fixture_name(fix, "-wal"), wal);
	fixture_expect_same(fix, fixture_name(fix, "-lock"), lock);
}

static void test_store_long_log_is_trimmed(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	const char *wal = fixture_name(fix, "-wal");
	struct kd_arriving arriving;
	int i;

	for (i = 0; i < 4; i++) {
		arriving = fixture_arriving(
			fix, kd_arena_printf(fix->arena, "%d@x", i), "m", i);
		(void)fixture_add(fix, store, &arriving);
	}
	kd_store_trim_log(store); /* short enough */
	assert_true(fixture_read(fix, wal).size > 0);
	for (; i < 200; i++) {
		arriving = fixture_arriving(
			fix, kd_arena_printf(fix->arena, "%d@x", i), "m", i);
		(void)fixture_add(fix, store, &arriving);
	}
	assert_true(fixture_read(fix, wal).size > 200 * 2048);
	kd_store_trim_log(store);
	assert_int_equal(fixture_read(fix, wal).size, 0);
	kd_store_close(store);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM raw"), 200);
}

static void test_store_with_a_rollback_journal(void **state)
{
	struct fixture *fix = *state;
	struct kd_store_opts opts = fixture_opts(fix, KD_STORE_DELIVER);
	struct kd_store *store = NULL;
	struct kd_arriving arriving = fixture_arriving(fix, "1@x", "m", 1);
	struct kd_bytes raw = { NULL, 0 };

	opts.journal_delete = true;
	assert_int_equal(kd_store_open(&opts, &store, &fix->err), KD_OK);
	(void)fixture_add(fix, store, &arriving);
	kd_store_trim_log(store);
	kd_store_close(store);
	assert_null(fixture_read(fix, fixture_name(fix, "-wal")).data);
	assert_null(fixture_read(fix, fixture_name(fix, "-journal")).data);

	opts.mode = KD_STORE_READ;
	assert_int_equal(kd_store_open(&opts, &store, &fix->err), KD_OK);
	assert_int_equal(kd_store_raw(store, 1, fix->arena, &raw, &fix->err),
	                 KD_OK);
	assert_int_equal(raw.size, arriving.raw.size);
	kd_store_close(store);

	/* by mistake with the other kind: said, and nothing changed */
	opts.journal_delete = false;
	assert_int_equal(kd_store_open(&opts, &store, &fix->err), KD_CONFIG);
	assert_non_null(strstr(fix->err.text, "store.journal"));
}

static void test_place_shared_file_systems(void **state)
{
	(void)state;
	assert_string_equal(kd_place_shared_fs(0x6969), "NFS");
	assert_string_equal(kd_place_shared_fs(0xFF534D42), "CIFS");
	assert_string_equal(kd_place_shared_fs(0xFFFFFFFFFF534D42), "CIFS");
	assert_string_equal(kd_place_shared_fs(0x65735546), "FUSE");
	assert_null(kd_place_shared_fs(0xEF53));     /* ext4 */
	assert_null(kd_place_shared_fs(0x01021994)); /* tmpfs */
	assert_null(kd_place_shared_fs(0x9123683E)); /* btrfs */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_store_is_created),
		TEST(test_store_reopens_in_every_mode),
		TEST(test_store_that_is_not_there),
		TEST(test_store_through_linked_directory),
		TEST(test_store_path_must_be_absolute),
		TEST(test_store_creator_died),
		TEST(test_store_lock_is_held_and_waited_for),
		TEST(test_store_abandon_gives_the_lock_back),
		TEST(test_store_reading_changes_nothing),
		TEST(test_store_long_log_is_trimmed),
		TEST(test_store_with_a_rollback_journal),
		TEST(test_place_shared_file_systems),
	};

	fixture_make_anew();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
