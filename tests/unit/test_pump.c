/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_pump.c - what goes into a pipe comes out of the pump as it was,
 * whoever is the slower one, and who has had enough waits for nobody.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "mda/source_git.h"

enum {
	SIZE = 11 << 20, /* more than the ring holds, and no part of it */
	PIECE = 40000,
	FULL_MS = 50, /* it is full by then, most likely */
};

static char byte_at(size_t i)
{
	return (char)(i * 7 + i / 251 + i / 65521);
}

static void sleep_ms(long ms)
{
	struct timespec t = { 0, ms * 1000000 };

	(void)nanosleep(&t, NULL);
}

/* A process that writes SIZE bytes, nap_ms between two pieces. */
static FILE *begin(long nap_ms, pid_t *ret_pid)
{
	char piece[PIECE];
	FILE *ret;
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	*ret_pid = fork();
	assert_true(*ret_pid >= 0);
	if (*ret_pid == 0) {
		(void)close(fds[0]);
		(void)signal(SIGPIPE, SIG_DFL);
		for (size_t i = 0; i < SIZE; i += PIECE) {
			for (size_t k = 0; k < PIECE; k++)
				piece[k] = byte_at(i + k);
			if (write(fds[1], piece, PIECE) != PIECE)
				_exit(1);
			sleep_ms(nap_ms);
		}
		_exit(0);
	}
	(void)close(fds[1]);
	ret = kd_git_pump(fds[0]);
	assert_non_null(ret);
	return ret;
}

static int end(pid_t pid)
{
	int status = 0;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void expect_all(FILE *file, size_t at_once)
{
	char *data = malloc(at_once);
	size_t done = 0;
	size_t n;

	assert_non_null(data);
	while ((n = fread(data, 1, at_once, file)) > 0) {
		for (size_t k = 0; k < n; k++)
			if (data[k] != byte_at(done + k))
				fail_msg("byte %zu is another one", done + k);
		done += n;
	}
	assert_int_equal(ferror(file), 0);
	/* of whole pieces */
	assert_int_equal(done, (SIZE + PIECE - 1) / PIECE * PIECE);
	free(data);
}

static void test_pump_is_read_late(void **state)
{
	pid_t pid;
	FILE *file = begin(0, &pid);

	(void)state;
	sleep_ms(FULL_MS);
	expect_all(file, 1 << 20);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(end(pid), 0);
}

static void test_pump_is_waited_for(void **state)
{
	pid_t pid;
	FILE *file = begin(1, &pid);

	(void)state;
	expect_all(file, 3000);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(end(pid), 0);
}

/* Whether the ring is full or not. */
static void test_pump_is_closed_early(void **state)
{
	static const long waits[] = { 0, FULL_MS };
	char first[100];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		pid_t pid;
		FILE *file = begin(0, &pid);
		int status;

		sleep_ms(waits[i]);
		assert_int_equal(fread(first, 1, 100, file), 100);
		assert_int_equal(fclose(file), 0);
		status = end(pid);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), SIGPIPE);
	}
}

/* A directory cannot be read. */
static void test_pump_says_what_fails(void **state)
{
	FILE *dir = fopen("/", "r");
	FILE *file;
	char byte;

	(void)state;
	assert_non_null(dir);
	file = kd_git_pump(dup(fileno(dir)));
	assert_non_null(file);
	assert_int_equal(fread(&byte, 1, 1, file), 0);
	assert_true(ferror(file));
	assert_int_equal(fclose(file), 0);
	assert_int_equal(fclose(dir), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pump_is_read_late),
		cmocka_unit_test(test_pump_is_waited_for),
		cmocka_unit_test(test_pump_is_closed_early),
		cmocka_unit_test(test_pump_says_what_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
