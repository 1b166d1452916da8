/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_progress.c - what is said of a long job, and when.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "mda/progress.h"

enum { SECOND = 1000, HOUR = 3600 * SECOND, SAID_SIZE = 400 };

/* What it says on standard error after so many milliseconds. */
static void show(struct kd_progress *progress, int64_t ms, uint64_t messages,
                 uint64_t done, uint64_t total, char said[SAID_SIZE])
{
	FILE *file = tmpfile();
	int real = dup(STDERR_FILENO);
	size_t n;

	assert_non_null(file);
	assert_true(real >= 0);
	progress->start_ms -= ms;
	progress->last_ms -= ms;
	(void)fflush(stderr);
	assert_true(dup2(fileno(file), STDERR_FILENO) >= 0);
	kd_progress_show(progress, messages, done, total);
	(void)fflush(stderr);
	assert_true(dup2(real, STDERR_FILENO) >= 0);
	(void)close(real);
	rewind(file);
	n = fread(said, 1, SAID_SIZE - 1, file);
	said[n] = '\0';
	(void)fclose(file);
}

/* Where no bar can stand there is a line each ten seconds. */
static void test_progress_in_lines(void **state)
{
	struct kd_progress progress;
	char said[SAID_SIZE];

	(void)state;
	kd_progress_begin(&progress, false);
	progress.terminal = false;
	show(&progress, 9 * SECOND, 9, 1, 2, said);
	assert_string_equal(said, "");
	/* how much there is is not known */
	show(&progress, 91 * SECOND, 1050, 0, 0, said);
	assert_string_equal(said, "kvmdigest-mda: 1050 messages, 10/s\n");
	show(&progress, 0, 1050, 0, 0, said);
	assert_string_equal(said, "");
}

static void test_progress_as_a_bar(void **state)
{
	struct kd_progress progress;
	char said[SAID_SIZE];

	(void)state;
	kd_progress_begin(&progress, false);
	progress.terminal = true;
	show(&progress, 100 * SECOND, 1050, 1, 2, said);
	assert_string_equal(said,
	                    "[############............]  50 %, 1050 messages, "
	                    "10/s, 1:40 left");
	/* hours, too; the next state takes the place of the last */
	show(&progress, HOUR - 100 * SECOND, 4000, 1, 4, said);
	assert_string_equal(said, "\r\033[K[######..................]  25 %, "
	                          "4000 messages, 1/s, 3:00:00 left");
	progress.quiet = true;
	show(&progress, HOUR, 3600, 1, 4, said);
	assert_string_equal(said, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_progress_in_lines),
		cmocka_unit_test(test_progress_as_a_bar),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
