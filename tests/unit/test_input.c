/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_input.c - reading a message: every size around the limits, and that
 * the rest is drained where it is not wanted.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/input_fixture.h"

static void test_input_sizes(void **state)
{
	static const struct {
		size_t size;
		size_t piece;
		size_t max_memory;
	} table[] = {
		{ 1, 1, 1 << 20 },
		{ 2, 1, 1 << 20 },
		{ 1000, 1, 1 << 20 },
		{ 65535, 64 << 10, 1 << 20 },
		{ 64 << 10, 64 << 10, 1 << 20 },
		{ 65537, 64 << 10, 1 << 20 },
		{ 300 << 10, 4096, 1 << 20 },
		{ 1 << 20, 64 << 10, 1 << 20 }, /* just fits */
		{ 99, 99, 100 },
		{ 100, 100, 100 },
		{ 5 << 20, 64 << 10, 32 << 20 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const struct writer w = { .size = table[i].size,
			                  .piece = table[i].piece };
		struct sink sink = { .size = 0 };
		struct kd_input_opts opts =
			input_opts(table[i].max_memory, &sink);
		struct kd_input input = { .data = NULL };
		struct kd_error err = KD_ERROR_INIT;
		pid_t pid;
		int fd = input_writer(&w, &pid);

		assert_int_equal(kd_input_read(fd, &opts, &input, &err), KD_OK);
		assert_int_equal(input.size, table[i].size);
		assert_int_equal(input.total, table[i].size);
		assert_int_equal(sink.calls, 0);
		input_check(&input);
		assert_int_equal(input_end(fd, pid), 0);
		kd_input_clear(&input);
		assert_null(input.data);
	}
}

static void test_input_overflow_in_order(void **state)
{
	static const struct {
		size_t size;
		size_t max_memory;
		size_t keep;
		size_t kept;
	} table[] = {
		{ 101, 100, 0, 100 },
		{ 65537, 64 << 10, 0, 64 << 10 },
		{ 3 << 20, 1 << 20, 256 << 10, 1 << 20 },
		{ 3 << 20, 4096, 256 << 10, 256 << 10 },
		{ 5000, 4096, 256 << 10, 5000 },
		{ 200 << 10, 1, 100 << 10, 100 << 10 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const struct writer w = { .size = table[i].size,
			                  .piece = 10000 };
		struct sink sink = { .size = 0 };
		struct kd_input_opts opts =
			input_opts(table[i].max_memory, &sink);
		struct kd_input input = { .data = NULL };
		struct kd_error err = KD_ERROR_INIT;
		pid_t pid;
		int fd = input_writer(&w, &pid);

		opts.keep = table[i].keep;
		assert_int_equal(kd_input_read(fd, &opts, &input, &err), KD_OK);
		assert_int_equal(input.total, table[i].size);
		assert_int_equal(input.size, table[i].kept);
		assert_int_equal(sink.size, table[i].size);
		assert_false(sink.wrong);
		input_check(&input);
		assert_int_equal(input_end(fd, pid), 0);
		kd_input_clear(&input);
	}
}

/* Turned down, but read to the end: the writer sees no broken pipe. */
static void test_input_refused_is_drained(void **state)
{
	static const struct {
		size_t fail_at; /* 0: no overflow function at all */
		enum kd_status st;
	} table[] = {
		{ 0, KD_TOOBIG },
		{ 1, KD_NOSPACE },
		{ 2, KD_NOSPACE },
		{ 5, KD_NOSPACE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const struct writer w = { .size = 2 << 20, .piece = 50000 };
		struct sink sink = { .fail_at = table[i].fail_at };
		struct kd_input_opts opts =
			input_opts(1000, sink.fail_at == 0 ? NULL : &sink);
		struct kd_input input = { .data = NULL };
		struct kd_error err = KD_ERROR_INIT;
		pid_t pid;
		int fd = input_writer(&w, &pid);

		assert_int_equal(kd_input_read(fd, &opts, &input, &err),
		                 table[i].st);
		assert_int_equal(err.status, table[i].st);
		assert_null(input.data);
		assert_int_equal(input_end(fd, pid), 0);
	}
}

static void test_input_empty(void **state)
{
	const struct writer w = { .size = 0, .piece = 1 };
	struct kd_input_opts opts = input_opts(100, NULL);
	struct kd_input input = { .data = NULL };
	struct kd_error err = KD_ERROR_INIT;
	pid_t pid;
	int fd = input_writer(&w, &pid);

	(void)state;
	assert_int_equal(kd_input_read(fd, &opts, &input, &err), KD_IO);
	assert_non_null(strstr(err.text, "empty"));
	assert_int_equal(input_end(fd, pid), 0);
}

static void test_input_regular_file(void **state)
{
	FILE *file = tmpfile();
	struct kd_input_opts opts = input_opts(1 << 20, NULL);
	struct kd_input input;
	struct kd_error err = KD_ERROR_INIT;

	(void)state;
	assert_non_null(file);
	for (size_t i = 0; i < 100000; i++)
		(void)fputc(input_byte(i), file);
	assert_int_equal(fflush(file), 0);
	assert_int_equal(lseek(fileno(file), 0, SEEK_SET), 0);
	assert_int_equal(kd_input_read(fileno(file), &opts, &input, &err),
	                 KD_OK);
	assert_int_equal(input.size, 100000);
	input_check(&input);
	kd_input_clear(&input);
	(void)fclose(file);
}

/* The other end set O_NONBLOCK, and we share the open file. */
static void test_input_nonblocking(void **state)
{
	const struct writer w = { .size = 5, .piece = 1, .pause_ms = 40 };
	struct kd_input_opts opts = input_opts(100, NULL);
	struct kd_input input;
	struct kd_error err = KD_ERROR_INIT;
	pid_t pid;
	int fd = input_writer(&w, &pid);

	(void)state;
	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	assert_int_equal(kd_input_read(fd, &opts, &input, &err), KD_OK);
	assert_int_equal(input.size, 5);
	kd_input_clear(&input);
	assert_int_equal(input_end(fd, pid), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_input_sizes),
		cmocka_unit_test(test_input_overflow_in_order),
		cmocka_unit_test(test_input_refused_is_drained),
		cmocka_unit_test(test_input_empty),
		cmocka_unit_test(test_input_regular_file),
		cmocka_unit_test(test_input_nonblocking),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
