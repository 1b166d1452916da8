/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_store_spool_room.c - how much the spool holds, and what is left there of
 * one who was cut short.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <fcntl.h>

#include <cmocka.h>

#include "tests/support/spool_fixture.h"

static void test_spool_warns(void **state)
{
	struct fixture *fix = *state;
	struct kd_spool_mail mail = spool_mail("x", 1);
	char line[400];

	spool_make(fix);
	assert_false(kd_spool_warning(fix->path, line, sizeof(line)));
	spool_put(fix, &mail);
	spool_put(fix, &mail);
	assert_true(kd_spool_warning(fix->path, line, sizeof(line)));
	assert_non_null(strstr(line, "2 not in the store yet"));
	assert_non_null(strstr(line, "--drain"));
	assert_null(strstr(line, "bad/"));
	fixture_write(spool_file(fix, "bad", "x"), kd_bytes_of("x"));
	assert_true(kd_spool_warning(fix->path, line, sizeof(line)));
	assert_non_null(strstr(line, "2 not in the store yet"));
	assert_non_null(strstr(line, "1 in bad/"));
	assert_non_null(strstr(line, fixture_name(fix, "-spool")));
	assert_int_equal(chmod(fix->dir, 0777), 0);
	assert_true(kd_spool_warning(fix->path, line, sizeof(line)));
	assert_non_null(strstr(line, "chmod"));
}

static void test_spool_holds_so_many_files(void **state)
{
	struct fixture *fix = *state;
	struct kd_spool_mail mail = spool_mail("x", 1);
	char name[32];
	int i, fd;

	spool_make(fix);
	for (i = 1; i < KD_SPOOL_FILES_MAX; i++) {
		(void)snprintf(name, sizeof(name), "%d", i);
		fd = open(spool_file(fix, i % 2 == 0 ? "new" : "bad", name),
		          O_WRONLY | O_CREAT, 0600);
		assert_true(fd >= 0);
		assert_int_equal(close(fd), 0);
	}
	spool_put(fix, &mail);
	assert_int_equal(kd_spool_put(fix->path, &mail, &fix->err), KD_NOSPACE);
	assert_non_null(strstr(fix->err.text, "-spool is full"));
}

static void test_spool_holds_so_many_bytes(void **state)
{
	struct fixture *fix = *state;
	struct kd_spool_mail mail = spool_mail("1234567890", 1);
	struct kd_bytes all;
	const char *name;
	int fd;

	spool_make(fix);
	spool_put(fix, &mail);
	name = spool_file(fix, "new", spool_only_name(fix, "new"));
	all = fixture_read(fix, name);
	fd = open(spool_file(fix, "bad", "long"), O_WRONLY | O_CREAT, 0600);
	assert_true(fd >= 0);
	assert_int_equal(
		ftruncate(fd, KD_SPOOL_BYTES_MAX - 10 - (off_t)all.size), 0);
	spool_put(fix, &mail);
	assert_int_equal(kd_spool_put(fix->path, &mail, &fix->err), KD_NOSPACE);
	assert_int_equal(close(fd), 0);
	spool_expect_count(fix, 2, 1);
	mail.raw.size = KD_SPOOL_FILE_MAX;
	assert_int_equal(kd_spool_put(fix->path, &mail, &fix->err), KD_TOOBIG);
}

static void test_spool_sweeps_what_the_dead_left(void **state)
{
	struct fixture *fix = *state;
	const struct timespec old[2] = { { .tv_sec = 1000 },
		                         { .tv_sec = 1000 } };

	spool_make(fix);
	fixture_write(spool_file(fix, "tmp", "old"), kd_bytes_of("x"));
	fixture_write(spool_file(fix, "tmp", "young"), kd_bytes_of("x"));
	fixture_write(spool_file(fix, "bad", "old"), kd_bytes_of("x"));
	fixture_write(spool_file(fix, "new", "old"), kd_bytes_of("x"));
	assert_int_equal(
		utimensat(AT_FDCWD, spool_file(fix, "tmp", "old"), old, 0), 0);
	assert_int_equal(
		utimensat(AT_FDCWD, spool_file(fix, "bad", "old"), old, 0), 0);
	assert_int_equal(
		utimensat(AT_FDCWD, spool_file(fix, "new", "old"), old, 0), 0);
	spool_put(fix, &(struct kd_spool_mail){ .raw = kd_bytes_of("x") });
	assert_int_equal(access(spool_file(fix, "tmp", "old"), F_OK), -1);
	assert_int_equal(access(spool_file(fix, "tmp", "young"), F_OK), 0);
	spool_expect_count(fix, 2, 1);
}

static void test_spool_cut_short_leaves_nothing(void **state)
{
	struct fixture *fix = *state;
	struct kd_spool_mail mail = spool_mail("more than ten bytes", 1);
	void (*old)(int) = signal(SIGXFSZ, SIG_IGN);
	int status;
	pid_t pid;

	spool_make(fix);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		const struct rlimit ten = { .rlim_cur = 10, .rlim_max = 10 };

		if (setrlimit(RLIMIT_FSIZE, &ten) != 0)
			_exit(1);
		_exit(kd_spool_put(fix->path, &mail, NULL) == KD_OK ? 1 : 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	(void)signal(SIGXFSZ, old);
	assert_int_equal(status, 0);
	spool_expect_count(fix, 0, 0);
	assert_int_equal(rmdir(spool_file(fix, "tmp", "")), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_spool_warns),
		TEST(test_spool_holds_so_many_files),
		TEST(test_spool_holds_so_many_bytes),
		TEST(test_spool_sweeps_what_the_dead_left),
		TEST(test_spool_cut_short_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
