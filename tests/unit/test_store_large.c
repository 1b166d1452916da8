/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_store_large.c - messages in files beside the store.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <dirent.h>
#include <fcntl.h>

#include <cmocka.h>

#include "store/hash.h"
#include "store/large.h"
#include "tests/support/store_fixture.h"

/* Files in the directory of large messages; -1 when there is none. */
static int count_files(const struct fixture *fix)
{
	DIR *dir = opendir(fixture_name(fix, "-large"));
	const struct dirent *entry;
	int n = 0;

	if (dir == NULL)
		return -1;
	while ((entry = readdir(dir)) != NULL)
		n += entry->d_name[0] != '.';
	(void)closedir(dir);
	return n;
}

static const char *file_of(const struct fixture *fix,
                           const unsigned char hash[KD_HASH_SIZE])
{
	char hex[2 * KD_HASH_SIZE + 1];

	kd_hash_hex(hash, KD_HASH_SIZE, hex);
	return kd_arena_printf(fix->arena, "%s-large/%s", fix->path, hex);
}

static void write_large(struct fixture *fix, const char *const *pieces,
                        unsigned char hash[KD_HASH_SIZE], uint64_t *size)
{
	struct kd_large *large = NULL;
	size_t i;

	assert_int_equal(kd_large_begin(fix->path, &large, &fix->err), KD_OK);
	for (i = 0; pieces[i] != NULL; i++)
		assert_int_equal(kd_large_write(large, kd_bytes_of(pieces[i]),
		                                &fix->err),
		                 KD_OK);
	assert_int_equal(kd_large_commit(large, hash, size, &fix->err), KD_OK);
}

static const char *const pieces[] = { "Subject: long\n\n", "", "one\n", "two\n",
	                              NULL };
static const char whole[] = "Subject: long\n\none\ntwo\n";

static void test_large_is_written_whole(void **state)
{
	struct fixture *fix = *state;
	unsigned char hash[KD_HASH_SIZE], want[KD_HASH_SIZE];
	struct kd_bytes got;
	struct stat sb;
	uint64_t size = 0;
	int i;

	/* the same again is the same file */
	for (i = 0; i < 2; i++) {
		write_large(fix, pieces, hash, &size);
		assert_int_equal(size, sizeof(whole) - 1);
		kd_hash(kd_bytes_of(whole), want);
		assert_memory_equal(hash, want, KD_HASH_SIZE);
		got = fixture_read(fix, file_of(fix, hash));
		assert_int_equal(got.size, size);
		assert_memory_equal(got.data, whole, size);
		assert_int_equal(count_files(fix), 1);
	}
	assert_int_equal(stat(file_of(fix, hash), &sb), 0);
	assert_int_equal(sb.st_mode & 07777, 0600);
	assert_int_equal(stat(fixture_name(fix, "-large"), &sb), 0);
	assert_int_equal(sb.st_mode & 07777, 0700);
}

static void test_large_abort_leaves_nothing(void **state)
{
	struct fixture *fix = *state;
	struct kd_large *large = NULL;

	assert_int_equal(kd_large_begin(fix->path, &large, &fix->err), KD_OK);
	assert_int_equal(kd_large_write(large, kd_bytes_of(whole), &fix->err),
	                 KD_OK);
	assert_int_equal(count_files(fix), 1);
	kd_large_abort(large);
	kd_large_abort(NULL);
	assert_int_equal(count_files(fix), 0);
}

static void test_large_has_a_limit(void **state)
{
	struct fixture *fix = *state;
	struct kd_large *large = NULL;
	struct kd_bytes piece = { .data = whole };

	assert_int_equal(kd_large_begin(fix->path, &large, &fix->err), KD_OK);
	assert_int_equal(kd_large_write(large, kd_bytes_of("x"), &fix->err),
	                 KD_OK);
	piece.size = KD_LARGE_MAX; /* turned down before it is looked at */
	assert_int_equal(kd_large_write(large, piece, &fix->err), KD_TOOBIG);
	piece.size = SIZE_MAX;
	assert_int_equal(kd_large_write(large, piece, &fix->err), KD_TOOBIG);
	kd_large_abort(large);
}

static void test_large_sweeps_what_the_dead_left(void **state)
{
	struct fixture *fix = *state;
	const struct timespec old[2] = { { .tv_sec = 1000 },
		                         { .tv_sec = 1000 } };
	struct kd_large *large = NULL;
	const char *stale, *young;

	assert_int_equal(kd_large_begin(fix->path, &large, &fix->err), KD_OK);
	kd_large_abort(large);
	stale = fixture_name(fix, "-large/tmp-0123456789abcdef");
	young = fixture_name(fix, "-large/tmp-0123456789abcde0");
	fixture_write(stale, kd_bytes_of("x"));
	fixture_write(young, kd_bytes_of("x"));
	fixture_write(fixture_name(fix, "-large/other"), kd_bytes_of("x"));
	assert_int_equal(utimensat(AT_FDCWD, stale, old, 0), 0);
	assert_int_equal(utimensat(AT_FDCWD, fixture_name(fix, "-large/other"),
	                           old, 0),
	                 0);
	assert_int_equal(kd_large_begin(fix->path, &large, &fix->err), KD_OK);
	kd_large_abort(large);
	assert_int_equal(access(stale, F_OK), -1);
	assert_int_equal(access(young, F_OK), 0);
	assert_int_equal(count_files(fix), 2);
}

static void test_large_directory_must_be_ours(void **state)
{
	struct fixture *fix = *state;
	struct kd_large *large = NULL;

	assert_int_equal(symlink("/", fixture_name(fix, "-large")), 0);
	assert_int_not_equal(kd_large_begin(fix->path, &large, &fix->err),
	                     KD_OK);
	assert_int_equal(unlink(fixture_name(fix, "-large")), 0);
	assert_int_equal(chmod(fix->dir, 0777), 0);
	assert_int_equal(kd_large_begin(fix->path, &large, &fix->err), KD_PERM);
	assert_null(large);
	assert_int_equal(count_files(fix), -1);
}

static void test_large_message_is_read_through_the_store(void **state)
{
	struct fixture *fix = *state;
	struct kd_arriving a = fixture_arriving(fix, "1@x", "long", 1000);
	struct kd_store *store;
	struct kd_bytes got = { .data = NULL };
	const char *file;

	write_large(fix, pieces, a.large_sha256, &a.size);
	a.large = true;
	a.raw = kd_bytes_of("Subject: long\n\n");
	fixture_message(&a)->header_size = a.raw.size;
	fixture_message(&a)->text_in_raw =
		(struct kd_span){ .offset = 15, .size = 8 };
	store = fixture_open(fix, KD_STORE_DELIVER);
	assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_NEW);
	assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_DUPLICATE);
	assert_int_equal(kd_store_raw(store, 1, fix->arena, &got, &fix->err),
	                 KD_OK);
	assert_int_equal(got.size, sizeof(whole) - 1);
	assert_memory_equal(got.data, whole, got.size);
	assert_int_equal(kd_store_text(store, 1, fix->arena, &got, &fix->err),
	                 KD_OK);
	assert_int_equal(got.size, 8);
	assert_memory_equal(got.data, "one\ntwo\n", 8);

	file = file_of(fix, a.large_sha256);
	fixture_write(file, kd_bytes_of("Subject: long\n\none\ntwO\n"));
	assert_int_equal(kd_store_raw(store, 1, fix->arena, &got, &fix->err),
	                 KD_CORRUPT);
	fixture_write(file, kd_bytes_of("Subject: long\n\none\n"));
	assert_int_equal(kd_store_raw(store, 1, fix->arena, &got, &fix->err),
	                 KD_CORRUPT);
	assert_int_equal(unlink(file), 0);
	assert_int_equal(kd_store_raw(store, 1, fix->arena, &got, &fix->err),
	                 KD_CORRUPT);
	assert_non_null(strstr(fix->err.text, file));
	kd_store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_large_is_written_whole),
		TEST(test_large_abort_leaves_nothing),
		TEST(test_large_has_a_limit),
		TEST(test_large_sweeps_what_the_dead_left),
		TEST(test_large_directory_must_be_ours),
		TEST(test_large_message_is_read_through_the_store),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
