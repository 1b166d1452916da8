/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_store_spool.c - messages beside the store, on their way in and out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fcntl.h>

#include <cmocka.h>

#include "tests/support/spool_fixture.h"

static void expect_mode(const char *path, mode_t mode)
{
	struct stat sb;

	assert_int_equal(stat(path, &sb), 0);
	assert_int_equal(sb.st_mode & 07777, mode);
}

static void expect_mail(const struct kd_spool_mail *got,
                        const struct kd_spool_mail *want)
{
	assert_int_equal(got->raw.size, want->raw.size);
	assert_memory_equal(got->raw.data, want->raw.data, want->raw.size);
	assert_int_equal(got->received, want->received);
	if (want->list_id == NULL)
		assert_null(got->list_id);
	else
		assert_string_equal(got->list_id, want->list_id);
	assert_int_equal(got->large, want->large);
	assert_int_equal(got->size, want->size);
	assert_memory_equal(got->large_sha256, want->large_sha256,
	                    KD_HASH_SIZE);
}

static void test_spool_gives_back_what_was_put(void **state)
{
	static const char odd[] = "\0\n\xff kvmdigest-spool 1\r\n\n";
	struct fixture *fix = *state;
	struct kd_spool_mail mails[5], got;
	struct kd_spool *spool;
	size_t i;

	mails[0] = spool_mail("Subject: one\n\nx\n", 1000);
	mails[1] = spool_mail("", 1001);
	mails[1].raw = (struct kd_bytes){ odd, sizeof(odd) - 1 };
	mails[1].list_id = NULL;
	mails[2] = spool_mail("Subject: large\n\n", 1002);
	mails[2].large = true;
	mails[2].size = (uint64_t)1 << 30;
	memset(mails[2].large_sha256, 0xa5, KD_HASH_SIZE);
	mails[3] = mails[2]; /* large, and no mail at all */
	mails[3].raw.size = 0;
	mails[3].received = 1003;
	mails[4] = spool_mail("Subject: late\n\nx", 20000000000);
	/* the oldest comes first, whichever was put first */
	for (i = 5; i > 0; i--)
		spool_put(fix, &mails[i - 1]);
	spool_expect_count(fix, 5, 0);
	expect_mode(fixture_name(fix, "-spool"), 0700);
	expect_mode(spool_file(fix, "tmp", ""), 0700);
	expect_mode(spool_file(fix, "new", ""), 0700);
	expect_mode(spool_file(fix, "bad", ""), 0700);

	spool = spool_open(fix);
	for (i = 0; i < 5; i++) {
		assert_true(kd_spool_next(spool));
		assert_int_equal(kd_spool_tries(spool), 0);
		assert_int_equal(kd_spool_read(spool, fix->arena, &got,
		                               &fix->err),
		                 KD_OK);
		expect_mail(&got, &mails[i]);
		assert_int_equal(kd_spool_remove(spool, &fix->err), KD_OK);
		assert_int_equal(kd_spool_read(spool, fix->arena, &got,
		                               &fix->err),
		                 KD_NOTFOUND);
		assert_int_equal(kd_spool_remove(spool, &fix->err), KD_OK);
	}
	assert_false(kd_spool_next(spool));
	kd_spool_close(spool);
	spool_expect_count(fix, 0, 0);
}

static void test_spool_file_is_what_the_header_says(void **state)
{
	struct fixture *fix = *state;
	struct kd_spool_mail mail =
		spool_mail("Subject: one\n\nx\n", 1234567890);
	const char *want = "kvmdigest-spool 1 1234567890 kvm.example.org 16\n"
			   "Subject: one\n\nx\n";
	struct kd_bytes got;
	const char *name;

	spool_put(fix, &mail);
	name = spool_only_name(fix, "new");
	got = fixture_read(fix, spool_file(fix, "new", name));
	assert_int_equal(got.size, strlen(want));
	assert_memory_equal(got.data, want, got.size);
	expect_mode(spool_file(fix, "new", name), 0600);
	assert_int_equal(strncmp(name, "1234567890.", 11), 0);
}

static void test_spool_that_is_not_there(void **state)
{
	struct fixture *fix = *state;
	struct kd_spool *spool;
	char line[200];

	spool_expect_count(fix, 0, 0);
	assert_false(kd_spool_warning(fix->path, line, sizeof(line)));
	spool = spool_open(fix);
	assert_false(kd_spool_next(spool));
	kd_spool_close(spool);
	kd_spool_close(NULL);
	assert_int_equal(access(fixture_name(fix, "-spool"), F_OK), -1);
	/* its directory is made, as that of a store */
	(void)snprintf(fix->path, sizeof(fix->path), "%s/a/b/kvm.db", fix->dir);
	spool_expect_count(fix, 0, 0);
	spool_make(fix);
	expect_mode(spool_file(fix, "../..", "b"), 0700);
	spool_expect_count(fix, 0, 0);
}

static void test_spool_counts_failures(void **state)
{
	struct fixture *fix = *state;
	struct kd_spool_mail mail = spool_mail("x", 1);
	struct kd_spool *spool;
	const char *name;
	bool bad = true;
	int i;

	spool_put(fix, &mail);
	name = spool_only_name(fix, "new");
	/* the same name lies in bad from another time */
	fixture_write(spool_file(fix, "bad",
	                         kd_arena_printf(fix->arena, "%s.3", name)),
	              kd_bytes_of("x"));
	for (i = 0; i < KD_SPOOL_TRIES_MAX; i++) {
		spool_expect_count(fix, 1, 1);
		spool = spool_open(fix);
		assert_true(kd_spool_next(spool));
		assert_int_equal(kd_spool_tries(spool), i);
		assert_int_equal(kd_spool_blame(spool, &bad, &fix->err), KD_OK);
		assert_int_equal(bad, i == KD_SPOOL_TRIES_MAX - 1);
		/* gone under its old name: nobody's fault */
		assert_int_equal(kd_spool_blame(spool, &bad, &fix->err), KD_OK);
		kd_spool_close(spool);
	}
	spool_expect_count(fix, 0, 2);
}

/* A file that says of itself that it was tried more than anything is. */
static void test_spool_counts_no_further(void **state)
{
	struct fixture *fix = *state;
	struct kd_spool_mail mail = spool_mail("x", 1);
	struct kd_spool *spool;
	const char *name;
	bool bad = false;

	spool_put(fix, &mail);
	name = spool_file(fix, "new", spool_only_name(fix, "new"));
	assert_int_equal(
		rename(name, kd_arena_printf(fix->arena, "%s.9", name)), 0);
	spool = spool_open(fix);
	assert_true(kd_spool_next(spool));
	assert_int_equal(kd_spool_blame(spool, &bad, &fix->err), KD_OK);
	assert_true(bad);
	kd_spool_close(spool);
	name = spool_only_name(fix, "bad");
	assert_string_equal(name + strlen(name) - 2, ".9");
}

/* A directory that somebody removed holds nothing. */
static void test_spool_without_its_directories(void **state)
{
	struct fixture *fix = *state;
	struct kd_spool_mail mail = spool_mail("x", 1);

	spool_put(fix, &mail);
	assert_int_equal(rmdir(fixture_name(fix, "-spool/bad")), 0);
	spool_expect_count(fix, 1, 0);
}

static void test_spool_takes_what_failed_last(void **state)
{
	struct fixture *fix = *state;
	struct kd_spool_mail mails[3] = { spool_mail("a", 1),
		                          spool_mail("b", 2),
		                          spool_mail("c", 3) };
	struct kd_spool_mail got;
	struct kd_spool *spool;
	bool bad;
	int i;

	for (i = 0; i < 3; i++)
		spool_put(fix, &mails[i]);
	spool = spool_open(fix);
	assert_true(kd_spool_next(spool));
	assert_int_equal(kd_spool_blame(spool, &bad, &fix->err), KD_OK);
	kd_spool_close(spool);
	spool = spool_open(fix);
	for (i = 1; i < 4; i++) {
		assert_true(kd_spool_next(spool));
		assert_int_equal(kd_spool_read(spool, fix->arena, &got,
		                               &fix->err),
		                 KD_OK);
		expect_mail(&got, &mails[i % 3]);
	}
	kd_spool_close(spool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_spool_gives_back_what_was_put),
		TEST(test_spool_file_is_what_the_header_says),
		TEST(test_spool_that_is_not_there),
		TEST(test_spool_counts_failures),
		TEST(test_spool_counts_no_further),
		TEST(test_spool_without_its_directories),
		TEST(test_spool_takes_what_failed_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
