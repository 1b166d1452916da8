/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_check_store.c - what --check finds in a store, and that it finds nothing
 * where nothing is wrong.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/spool.h"
#include "tests/support/check_fixture.h"

static void make_store(struct fixture *fix)
{
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving a = fixture_arriving(fix, "1@x", "one", 1000);

	(void)fixture_add(fix, store, &a);
	kd_store_close(store);
}

static void test_check_sound_store(void **state)
{
	struct fixture *fix = *state;
	struct kd_check_opts opts = check_plain;
	const char *said;

	check_says(check_run(fix, opts, KD_OK), "note: there is no store at");
	make_store(fix);
	said = check_run(fix, opts, KD_OK);
	check_says(said, "ok: no damage in");
	check_says(said, "ok: the spool is empty");
	opts.verbose = false;
	assert_null(strstr(check_run(fix, opts, KD_OK), "ok: "));
}

static void test_check_modes(void **state)
{
	struct fixture *fix = *state;

	make_store(fix);
	assert_int_equal(chmod(fix->path, 0640), 0);
	check_says(check_run(fix, check_plain, KD_PERM), "chmod go-rwx");
	assert_int_equal(chmod(fix->path, 0400), 0);
	check_says(check_run(fix, check_plain, KD_PERM), "chmod u+rw ");
	assert_int_equal(chmod(fix->path, 0600), 0);
	assert_int_equal(chmod(fix->dir, 0770), 0);
	check_says(check_run(fix, check_plain, KD_PERM), "chmod go-w");
	assert_int_equal(chmod(fix->dir, 0700), 0);
	(void)check_run(fix, check_plain, KD_OK);
}

static void test_check_lock_without_store(void **state)
{
	struct fixture *fix = *state;

	make_store(fix);
	assert_int_equal(unlink(fix->path), 0);
	check_says(check_run(fix, check_plain, KD_IO),
	           "-lock to begin a new one");
}

/* Change four bytes of the file. */
static void poke(const struct fixture *fix, long offset, unsigned char last)
{
	const unsigned char bytes[4] = { 0, 0, 0, last };
	FILE *file = fopen(fix->path, "r+b");

	assert_non_null(file);
	assert_int_equal(fseek(file, offset, SEEK_SET), 0);
	assert_int_equal(fwrite(bytes, 1, 4, file), 4);
	assert_int_equal(fclose(file), 0);
}

static void test_check_schema(void **state)
{
	struct fixture *fix = *state;
	unsigned char version;

	make_store(fix);
	version = (unsigned char)fixture_query(fix, "PRAGMA user_version");
	poke(fix, 60, 99);
	check_says(check_run(fix, check_plain, KD_SCHEMA),
	           "install a newer kvmdigest");
	poke(fix, 60, 0);
	check_says(check_run(fix, check_plain, KD_SCHEMA), "has schema 0");
	poke(fix, 60, version);
	(void)check_run(fix, check_plain, KD_OK);
	poke(fix, 68, 7);
	check_says(check_run(fix, check_plain, KD_CORRUPT),
	           "is not a kvmdigest store");
}

static void test_check_damage(void **state)
{
	struct fixture *fix = *state;
	char junk[4096];
	struct stat sb;
	FILE *file;
	long at;

	make_store(fix);
	assert_int_equal(stat(fix->path, &sb), 0);
	memset(junk, 0xA5, sizeof(junk));
	file = fopen(fix->path, "r+b");
	assert_non_null(file);
	for (at = (long)sb.st_size / 2; at + 4096 <= sb.st_size; at += 4096) {
		assert_int_equal(fseek(file, at, SEEK_SET), 0);
		assert_int_equal(fwrite(junk, 1, sizeof(junk), file),
		                 sizeof(junk));
	}
	assert_int_equal(fclose(file), 0);
	check_says(check_run(fix, check_plain, KD_CORRUPT), "from a backup");
}

static void test_check_spool(void **state)
{
	struct fixture *fix = *state;
	struct kd_check_opts opts = check_plain;
	const struct kd_spool_mail mail = {
		.raw = kd_bytes_of("Subject: x\n\nx\n"),
		.received = 1000,
		.list_id = "kvm.vger.kernel.org",
	};

	make_store(fix);
	assert_int_equal(kd_spool_put(fix->path, &mail, &fix->err), KD_OK);
	check_says(check_run(fix, check_plain, KD_BUSY),
	           "kvmdigest-mda --drain");
	check_says(check_run(fix, check_plain, KD_BUSY),
	           "wrong: 1 message waits in ");
	opts.store_named = true;
	check_says(check_run(fix, opts, KD_BUSY),
	           kd_arena_printf(fix->arena, "kvmdigest-mda -d %s --drain",
	                           fix->path));
	fixture_write(fixture_name(fix, "-spool/bad/one"), kd_bytes_of("x"));
	check_says(check_run(fix, check_plain, KD_BUSY),
	           "wrong: 1 file lies in ");
	fixture_write(fixture_name(fix, "-spool/bad/two"), kd_bytes_of("x"));
	check_says(check_run(fix, check_plain, KD_BUSY),
	           "wrong: 2 files lie in ");
}

/* fstatfs() of the C library, but for a store that is made to be elsewhere. */
static bool elsewhere;

/* The header's names are reserved ones.
 * NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name) */
int fstatfs(int fd, struct statfs *ret)
{
	int done = (int)syscall(SYS_fstatfs, fd, ret);

	if (elsewhere)
		ret->f_type = 0x6969; /* NFS */
	return done;
}

static void test_check_network_disk(void **state)
{
	struct fixture *fix = *state;
	struct kd_check_opts opts = check_plain;
	const char *said;

	elsewhere = true;
	said = check_run(fix, opts, KD_IO);
	check_says(said, "is on NFS, where a store can be damaged: move it");
	assert_null(strstr(strstr(said, "wrong: ") + 1, "wrong: "));
	opts.journal_delete = true;
	check_says(check_run(fix, opts, KD_OK), "note: ");
	elsewhere = false;
}

static void test_check_loose_large_files(void **state)
{
	struct fixture *fix = *state;
	const char *dir = fixture_name(fix, "-large");

	make_store(fix);
	assert_int_equal(mkdir(dir, 0700), 0);
	fixture_write(kd_arena_printf(fix->arena, "%s/%064d", dir, 0),
	              kd_bytes_of("x"));
	check_says(check_run(fix, check_plain, KD_OK), "note: 1 files in ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_check_sound_store),
		TEST(test_check_modes),
		TEST(test_check_lock_without_store),
		TEST(test_check_schema),
		TEST(test_check_damage),
		TEST(test_check_spool),
		TEST(test_check_network_disk),
		TEST(test_check_loose_large_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
