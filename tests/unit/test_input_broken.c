/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_input_broken.c - writers that are slow, stop or break off: each is
 * waited for as long as was said, and no longer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/input_fixture.h"

static void test_input_slow_writer_is_waited_for(void **state)
{
	const struct writer w = { .size = 6, .piece = 1, .pause_ms = 50 };
	struct kd_input_opts opts = input_opts(100, NULL);
	struct kd_input input;
	struct kd_error err = KD_ERROR_INIT;
	pid_t pid;
	int fd = input_writer(&w, &pid);

	(void)state;
	opts.idle_ms = 2000;
	assert_int_equal(kd_input_read(fd, &opts, &input, &err), KD_OK);
	assert_int_equal(input.size, 6);
	kd_input_clear(&input);
	assert_int_equal(input_end(fd, pid), 0);
}

/* A writer that stops is never taken for one that came to an end. */
static void test_input_idle_writer(void **state)
{
	static const size_t max_memory[] = { 1 << 20, 1000 };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const struct writer w = { .size = 8000,
			                  .piece = 4000,
			                  .stop_after = 4000 };
		struct sink sink = { .size = 0 };
		struct kd_input_opts opts = input_opts(max_memory[i], &sink);
		struct kd_input input = { .data = NULL };
		struct kd_error err = KD_ERROR_INIT;
		int64_t start = input_now_ms();
		pid_t pid;
		int fd = input_writer(&w, &pid);

		opts.idle_ms = 1000;
		assert_int_equal(kd_input_read(fd, &opts, &input, &err), KD_IO);
		assert_non_null(strstr(err.text, "stopped"));
		assert_null(input.data);
		assert_true(input_now_ms() - start >= 1000);
		/* and not once more to drain it */
		assert_true(input_now_ms() - start < 1900);
		input_kill(fd, pid);
	}
}

/* One byte now and then keeps it awake, but not for ever. */
static void test_input_total_time(void **state)
{
	const struct writer w = { .size = 1000, .piece = 1, .pause_ms = 30 };
	struct kd_input_opts opts = input_opts(1 << 20, NULL);
	struct kd_input input = { .data = NULL };
	struct kd_error err = KD_ERROR_INIT;
	int64_t start = input_now_ms();
	pid_t pid;
	int fd = input_writer(&w, &pid);

	(void)state;
	opts.idle_ms = 5000;
	opts.total_ms = 400;
	assert_int_equal(kd_input_read(fd, &opts, &input, &err), KD_IO);
	assert_non_null(strstr(err.text, "too long"));
	assert_true(input_now_ms() - start >= 400);
	assert_true(input_now_ms() - start < 4000);
	input_kill(fd, pid);
}

/* A read that fails is no end of file: descriptor closed, a directory, one
 * that is open for writing only. */
static void test_input_read_error(void **state)
{
	struct kd_input_opts opts = input_opts(100, NULL);
	struct kd_input input = { .data = NULL };
	struct kd_error err = KD_ERROR_INIT;
	int fd;

	(void)state;
	fd = open("/", O_RDONLY | O_DIRECTORY);
	assert_true(fd >= 0);
	assert_int_equal(kd_input_read(fd, &opts, &input, &err), KD_IO);
	(void)close(fd);
	assert_int_equal(kd_input_read(fd, &opts, &input, &err), KD_IO);
	fd = open("/dev/null", O_WRONLY);
	assert_true(fd >= 0);
	assert_int_equal(kd_input_read(fd, &opts, &input, &err), KD_IO);
	(void)close(fd);
	assert_null(input.data);
}

/* An error behind good data: the peer closed without reading all of what
 * was sent to it. */
static void test_input_read_error_after_data(void **state)
{
	static const size_t max_memory[] = { 1000, 10 };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct sink sink = { .size = 0 };
		struct kd_input_opts opts = input_opts(max_memory[i], &sink);
		struct kd_input input = { .data = NULL };
		struct kd_error err = KD_ERROR_INIT;
		int fds[2];

		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
		assert_int_equal(write(fds[0], "unread", 6), 6);
		assert_int_equal(write(fds[1], "half a message", 14), 14);
		(void)close(fds[1]);
		assert_int_equal(kd_input_read(fds[0], &opts, &input, &err),
		                 KD_IO);
		assert_non_null(strstr(err.text, "read"));
		assert_null(input.data);
		(void)close(fds[0]);
	}
}

static void test_input_drain(void **state)
{
	const struct writer big = { .size = 1 << 20, .piece = 30000 };
	const struct writer stuck = { .size = 9, .piece = 1, .stop_after = 3 };
	int64_t start;
	pid_t pid;
	int fd;

	(void)state;
	fd = input_writer(&big, &pid);
	kd_input_drain(fd, 5000, 20000);
	assert_int_equal(input_end(fd, pid), 0);

	start = input_now_ms();
	fd = input_writer(&stuck, &pid);
	kd_input_drain(fd, 200, 20000);
	assert_true(input_now_ms() - start < 10000);
	input_kill(fd, pid);

	kd_input_drain(-1, 200, 200); /* no descriptor: nothing, at once */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_input_slow_writer_is_waited_for),
		cmocka_unit_test(test_input_idle_writer),
		cmocka_unit_test(test_input_total_time),
		cmocka_unit_test(test_input_read_error),
		cmocka_unit_test(test_input_read_error_after_data),
		cmocka_unit_test(test_input_drain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
