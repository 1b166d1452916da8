/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_store_spool_foreign.c - files in the spool that are not the hook's, and
 * a directory that is not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fcntl.h>

#include <cmocka.h>

#include "tests/support/spool_fixture.h"

#define HASH "0123456789abcdefABCDEF6789abcdef0123456789abcdef0123456789abcdef"
#define LIST_300                                                               \
	"kvm.example.org.kvm.example.org.kvm.example.org.kvm.example.org."     \
	"kvm.example.org.kvm.example.org.kvm.example.org.kvm.example.org."     \
	"kvm.example.org.kvm.example.org.kvm.example.org.kvm.example.org."     \
	"kvm.example.org.kvm.example.org.kvm.example.org.kvm.example.org."

static void test_spool_reads_no_other_file(void **state)
{
	static const struct {
		const char *text;
		enum kd_status want;
	} table[] = {
		{ "kvmdigest-spool 1 1 - 1\nx", KD_OK },
		{ "kvmdigest-spool 1 1 - 0 " HASH " 7\n", KD_OK },
		{ "kvmdigest-spool 1 1 - 1 " HASH " 7\nx", KD_OK },
		{ "kvmdigest-spool 1 1 - 0\n", KD_CORRUPT },
		{ "kvmdigest-spool 1 1 - 2\nx", KD_CORRUPT },
		{ "kvmdigest-spool 1 1 - 1\nxx", KD_CORRUPT },
		{ "kvmdigest-spool 1 1 - 1", KD_CORRUPT },
		{ "kvmdigest-spool 1 1 - 1\r\nx", KD_CORRUPT },
		{ "kvmdigest-spool 2 1 - 1\nx", KD_CORRUPT },
		{ "kvmdigest-spool 11 1 - 1\nx", KD_CORRUPT },
		{ "kvmdigest-spool  1 1 - 1\nx", KD_CORRUPT },
		{ "kvmdigest-spool 1 -1 - 1\nx", KD_CORRUPT },
		{ "kvmdigest-spool 1  - 1\nx", KD_CORRUPT },
		{ "kvmdigest-spool 1 1  1\nx", KD_CORRUPT },
		{ "kvmdigest-spool 1 1 - 1 \nx", KD_CORRUPT },
		{ "kvmdigest-spool 1 1 - 1 1\nx", KD_CORRUPT },
		{ "kvmdigest-spool 1 9999999999999999999 - 1\nx", KD_CORRUPT },
		{ "kvmdigest-spool 1 1 a\tb 1\nx", KD_CORRUPT },
		{ "kvmdigest-spool 1 1 a\xff 1\nx", KD_CORRUPT },
		{ "kvmdigest-spool 1 1 " LIST_300 " 1\nx", KD_CORRUPT },
		{ "kvmdigest-spool 1 1 - 1 " HASH "\nx", KD_CORRUPT },
		{ "kvmdigest-spool 1 1 - 1 " HASH " 7 \nx", KD_CORRUPT },
		{ "kvmdigest-spool 1 1 - 1 " HASH " 7 8 9\nx", KD_CORRUPT },
		{ "kvmdigest-spool 1 1 - 1 " HASH "0 7\nx", KD_CORRUPT },
		{ "kvmdigest-spool 1 1 - 1 g" HASH " 7\nx", KD_CORRUPT },
		{ "Subject: x\n\nx\n", KD_CORRUPT },
		{ "\n", KD_CORRUPT },
		{ "x", KD_CORRUPT },
		{ "", KD_CORRUPT },
	};
	struct fixture *fix = *state;
	struct kd_spool_mail got;
	struct kd_spool *spool;
	size_t i;

	spool_make(fix);
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		fixture_write(spool_file(fix, "new", "f"),
		              kd_bytes_of(table[i].text));
		spool = spool_open(fix);
		assert_true(kd_spool_next(spool));
		if (kd_spool_read(spool, fix->arena, &got, &fix->err) !=
		    table[i].want)
			fail_msg("row %zu: %s", i, table[i].text);
		kd_spool_close(spool);
	}
}

static void test_spool_puts_aside_what_is_none_of_ours(void **state)
{
	struct fixture *fix = *state;
	struct kd_spool_mail got;
	struct kd_spool *spool;
	size_t n = 0;
	int fd;

	spool_make(fix);
	assert_int_equal(symlink("/etc/passwd", spool_file(fix, "new", "link")),
	                 0);
	assert_int_equal(mkdir(spool_file(fix, "new", "dir"), 0700), 0);
	assert_int_equal(mkfifo(spool_file(fix, "new", "fifo"), 0600), 0);
	fixture_write(spool_file(fix, "new", "empty"), kd_bytes_of(""));
	fd = open(spool_file(fix, "new", "long"), O_WRONLY | O_CREAT, 0600);
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, KD_SPOOL_FILE_MAX + 1), 0);
	assert_int_equal(close(fd), 0);
	fixture_write(spool_file(fix, "new", ".hidden"), kd_bytes_of("x"));
	/* what lies there already is not touched */
	fixture_write(spool_file(fix, "bad", "empty"),
	              kd_bytes_of("was here first"));

	spool = spool_open(fix);
	while (kd_spool_next(spool)) {
		assert_int_equal(kd_spool_read(spool, fix->arena, &got,
		                               &fix->err),
		                 KD_CORRUPT);
		assert_int_equal(kd_spool_put_aside(spool, &fix->err), KD_OK);
		n++;
	}
	kd_spool_close(spool);
	assert_int_equal(n, 5);
	spool_expect_count(fix, 0, 6);
	assert_int_equal(
		fixture_read(fix, spool_file(fix, "bad", "empty")).size, 14);
}

static void test_spool_directory_must_be_ours(void **state)
{
	struct fixture *fix = *state;
	struct kd_spool_mail mail = spool_mail("x", 1);

	assert_int_equal(chmod(fix->dir, 0777), 0);
	assert_int_equal(kd_spool_put(fix->path, &mail, &fix->err), KD_PERM);
	assert_int_equal(access(fixture_name(fix, "-spool"), F_OK), -1);
	assert_int_equal(chmod(fix->dir, 0700), 0);
	assert_int_equal(symlink("/tmp", fixture_name(fix, "-spool")), 0);
	assert_int_not_equal(kd_spool_put(fix->path, &mail, &fix->err), KD_OK);
	assert_int_equal(unlink(fixture_name(fix, "-spool")), 0);
	fixture_write(fixture_name(fix, "-spool"), kd_bytes_of("x"));
	assert_int_not_equal(kd_spool_put(fix->path, &mail, &fix->err), KD_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_spool_reads_no_other_file),
		TEST(test_spool_puts_aside_what_is_none_of_ours),
		TEST(test_spool_directory_must_be_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
