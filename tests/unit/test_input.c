/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_input.c - reading a message: every size around the limits, slow and
 * broken writers, and that the rest is drained where it is not wanted.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "mda/input.h"

static char byte_at(size_t i)
{
	return (char)(i * 7 + i / 251);
}

/* How a writer behaves. */
struct writer {
	size_t size;
	size_t piece;      /* bytes of one write */
	long pause_ms;     /* between two */
	size_t stop_after; /* sleep for ever behind so many; 0: never */
};

static void sleep_ms(long ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	(void)nanosleep(&t, NULL);
}

static _Noreturn void write_and_exit(int fd, const struct writer *w)
{
	char *data = malloc(w->piece);
	size_t done = 0;

	while (data != NULL && done < w->size) {
		size_t n =
			w->size - done < w->piece ? w->size - done : w->piece;
		for (size_t i = 0; i < n; i++)
			data[i] = byte_at(done + i);
		for (size_t put = 0; put < n;) {
			ssize_t m = write(fd, data + put, n - put);
			if (m < 0)
				_exit(1);
			put += (size_t)m;
		}
		done += n;
		if (w->stop_after != 0 && done >= w->stop_after)
			sleep_ms(60 * 1000);
		if (w->pause_ms > 0)
			sleep_ms(w->pause_ms);
	}
	_exit(done == w->size ? 0 : 1);
}

static int start_writer(const struct writer *w, pid_t *ret_pid)
{
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	*ret_pid = fork();
	assert_true(*ret_pid >= 0);
	if (*ret_pid == 0) {
		(void)close(fds[0]);
		(void)signal(SIGPIPE, SIG_DFL);
		write_and_exit(fds[1], w);
	}
	(void)close(fds[1]);
	return fds[0];
}

/* 0 when the writer got rid of everything. */
static int end_writer(int fd, pid_t pid)
{
	int status = -1;

	(void)close(fd);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void kill_writer(int fd, pid_t pid)
{
	(void)kill(pid, SIGKILL);
	(void)end_writer(fd, pid);
}

/* What overflow was handed. */
struct sink {
	size_t size;
	size_t calls;
	size_t fail_at; /* call number; 0: never */
	bool wrong;
};

static enum kd_status take(void *payload, struct kd_bytes piece,
                           struct kd_error *err)
{
	struct sink *sink = payload;

	sink->calls++;
	if (sink->calls == sink->fail_at)
		return kd_fail(err, KD_NOSPACE, "the sink is full");
	for (size_t i = 0; i < piece.size; i++)
		if (piece.data[i] != byte_at(sink->size + i))
			sink->wrong = true;
	sink->size += piece.size;
	return KD_OK;
}

static struct kd_input_opts opts_of(uint64_t max_memory, struct sink *sink)
{
	return (struct kd_input_opts){
		.max_memory = max_memory,
		.idle_ms = 5000,
		.total_ms = 20000,
		.overflow = sink == NULL ? NULL : take,
		.payload = sink,
	};
}

static void check_bytes(const struct kd_input *input)
{
	for (size_t i = 0; i < input->size; i++)
		if (input->data[i] != byte_at(i))
			fail_msg("byte %zu is wrong", i);
}

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
		struct kd_input_opts opts = opts_of(table[i].max_memory, &sink);
		struct kd_input input = { .data = NULL };
		struct kd_error err = KD_ERROR_INIT;
		pid_t pid;
		int fd = start_writer(&w, &pid);

		assert_int_equal(kd_input_read(fd, &opts, &input, &err), KD_OK);
		assert_int_equal(input.size, table[i].size);
		assert_int_equal(input.total, table[i].size);
		assert_int_equal(sink.calls, 0);
		check_bytes(&input);
		assert_int_equal(end_writer(fd, pid), 0);
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
		struct kd_input_opts opts = opts_of(table[i].max_memory, &sink);
		struct kd_input input = { .data = NULL };
		struct kd_error err = KD_ERROR_INIT;
		pid_t pid;
		int fd = start_writer(&w, &pid);

		opts.keep = table[i].keep;
		assert_int_equal(kd_input_read(fd, &opts, &input, &err), KD_OK);
		assert_int_equal(input.total, table[i].size);
		assert_int_equal(input.size, table[i].kept);
		assert_int_equal(sink.size, table[i].size);
		assert_false(sink.wrong);
		check_bytes(&input);
		assert_int_equal(end_writer(fd, pid), 0);
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
			opts_of(1000, sink.fail_at == 0 ? NULL : &sink);
		struct kd_input input = { .data = NULL };
		struct kd_error err = KD_ERROR_INIT;
		pid_t pid;
		int fd = start_writer(&w, &pid);

		assert_int_equal(kd_input_read(fd, &opts, &input, &err),
		                 table[i].st);
		assert_int_equal(err.status, table[i].st);
		assert_null(input.data);
		assert_int_equal(end_writer(fd, pid), 0);
	}
}

static void test_input_slow_writer_is_waited_for(void **state)
{
	const struct writer w = { .size = 6, .piece = 1, .pause_ms = 50 };
	struct kd_input_opts opts = opts_of(100, NULL);
	struct kd_input input;
	struct kd_error err = KD_ERROR_INIT;
	pid_t pid;
	int fd = start_writer(&w, &pid);

	(void)state;
	opts.idle_ms = 2000;
	assert_int_equal(kd_input_read(fd, &opts, &input, &err), KD_OK);
	assert_int_equal(input.size, 6);
	kd_input_clear(&input);
	assert_int_equal(end_writer(fd, pid), 0);
}

static int64_t now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
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
		struct kd_input_opts opts = opts_of(max_memory[i], &sink);
		struct kd_input input = { .data = NULL };
		struct kd_error err = KD_ERROR_INIT;
		int64_t start = now_ms();
		pid_t pid;
		int fd = start_writer(&w, &pid);

		opts.idle_ms = 1000;
		assert_int_equal(kd_input_read(fd, &opts, &input, &err), KD_IO);
		assert_non_null(strstr(err.text, "stopped"));
		assert_null(input.data);
		assert_true(now_ms() - start >= 1000);
		/* and not once more to drain it */
		assert_true(now_ms() - start < 1900);
		kill_writer(fd, pid);
	}
}

/* One byte now and then keeps it awake, but not for ever. */
static void test_input_total_time(void **state)
{
	const struct writer w = { .size = 1000, .piece = 1, .pause_ms = 30 };
	struct kd_input_opts opts = opts_of(1 << 20, NULL);
	struct kd_input input = { .data = NULL };
	struct kd_error err = KD_ERROR_INIT;
	int64_t start = now_ms();
	pid_t pid;
	int fd = start_writer(&w, &pid);

	(void)state;
	opts.idle_ms = 5000;
	opts.total_ms = 400;
	assert_int_equal(kd_input_read(fd, &opts, &input, &err), KD_IO);
	assert_non_null(strstr(err.text, "too long"));
	assert_true(now_ms() - start >= 400);
	assert_true(now_ms() - start < 4000);
	kill_writer(fd, pid);
}

static void test_input_empty(void **state)
{
	const struct writer w = { .size = 0, .piece = 1 };
	struct kd_input_opts opts = opts_of(100, NULL);
	struct kd_input input = { .data = NULL };
	struct kd_error err = KD_ERROR_INIT;
	pid_t pid;
	int fd = start_writer(&w, &pid);

	(void)state;
	assert_int_equal(kd_input_read(fd, &opts, &input, &err), KD_IO);
	assert_non_null(strstr(err.text, "empty"));
	assert_int_equal(end_writer(fd, pid), 0);
}

/* A read that fails is no end of file: descriptor closed, a directory, one
 * that is open for writing only. */
static void test_input_read_error(void **state)
{
	struct kd_input_opts opts = opts_of(100, NULL);
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
		struct kd_input_opts opts = opts_of(max_memory[i], &sink);
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

static void test_input_regular_file(void **state)
{
	FILE *file = tmpfile();
	struct kd_input_opts opts = opts_of(1 << 20, NULL);
	struct kd_input input;
	struct kd_error err = KD_ERROR_INIT;

	(void)state;
	assert_non_null(file);
	for (size_t i = 0; i < 100000; i++)
		(void)fputc(byte_at(i), file);
	assert_int_equal(fflush(file), 0);
	assert_int_equal(lseek(fileno(file), 0, SEEK_SET), 0);
	assert_int_equal(kd_input_read(fileno(file), &opts, &input, &err),
	                 KD_OK);
	assert_int_equal(input.size, 100000);
	check_bytes(&input);
	kd_input_clear(&input);
	(void)fclose(file);
}

/* The other end set O_NONBLOCK, and we share the open file. */
static void test_input_nonblocking(void **state)
{
	const struct writer w = { .size = 5, .piece = 1, .pause_ms = 40 };
	struct kd_input_opts opts = opts_of(100, NULL);
	struct kd_input input;
	struct kd_error err = KD_ERROR_INIT;
	pid_t pid;
	int fd = start_writer(&w, &pid);

	(void)state;
	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	assert_int_equal(kd_input_read(fd, &opts, &input, &err), KD_OK);
	assert_int_equal(input.size, 5);
	kd_input_clear(&input);
	assert_int_equal(end_writer(fd, pid), 0);
}

static void test_input_drain(void **state)
{
	const struct writer big = { .size = 1 << 20, .piece = 30000 };
	const struct writer stuck = { .size = 9, .piece = 1, .stop_after = 3 };
	int64_t start;
	pid_t pid;
	int fd;

	(void)state;
	fd = start_writer(&big, &pid);
	kd_input_drain(fd, 5000, 20000);
	assert_int_equal(end_writer(fd, pid), 0);

	start = now_ms();
	fd = start_writer(&stuck, &pid);
	kd_input_drain(fd, 200, 20000);
	assert_true(now_ms() - start < 10000);
	kill_writer(fd, pid);

	kd_input_drain(-1, 200, 200); /* no descriptor: nothing, at once */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_input_sizes),
		cmocka_unit_test(test_input_overflow_in_order),
		cmocka_unit_test(test_input_refused_is_drained),
		cmocka_unit_test(test_input_slow_writer_is_waited_for),
		cmocka_unit_test(test_input_idle_writer),
		cmocka_unit_test(test_input_total_time),
		cmocka_unit_test(test_input_empty),
		cmocka_unit_test(test_input_read_error),
		cmocka_unit_test(test_input_read_error_after_data),
		cmocka_unit_test(test_input_regular_file),
		cmocka_unit_test(test_input_nonblocking),
		cmocka_unit_test(test_input_drain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
