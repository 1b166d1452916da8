/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_tee.c - what is read comes out again, as it was, whoever reads it
 * and however; and nobody who does not is waited for for ever.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "mda/input.h"
#include "store/store.h"

enum { SIZE = 300000 };

static char message[SIZE];

static void fill(void)
{
	for (size_t i = 0; i < SIZE; i++)
		message[i] = (char)(i * 7 + i / 251);
}

static void sleep_ms(long ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	(void)nanosleep(&t, NULL);
}

/* A process that writes the message to a pipe; its other end. */
static int begin_writer(pid_t *ret_pid)
{
	int fds[2];

	fill();
	assert_int_equal(pipe(fds), 0);
	*ret_pid = fork();
	assert_true(*ret_pid >= 0);
	if (*ret_pid == 0) {
		size_t done = 0;
		ssize_t n = 0;

		(void)close(fds[0]);
		(void)signal(SIGPIPE, SIG_DFL);
		while (done < SIZE && n >= 0) {
			n = write(fds[1], message + done, SIZE - done);
			done += n > 0 ? (size_t)n : 0;
		}
		_exit(done == SIZE ? 0 : 1);
	}
	(void)close(fds[1]);
	return fds[0];
}

/* A process that reads up to size bytes from a pipe, after a pause, and
 * exits with 0 when they are the message's. */
static int begin_reader(size_t size, long pause_ms, pid_t *ret_pid)
{
	int fds[2];

	fill();
	assert_int_equal(pipe(fds), 0);
	*ret_pid = fork();
	assert_true(*ret_pid >= 0);
	if (*ret_pid == 0) {
		static char got[SIZE + 1];
		size_t done = 0;
		ssize_t n = 1;

		(void)close(fds[1]);
		sleep_ms(pause_ms);
		while (done < size && n > 0) {
			n = read(fds[0], got + done, size - done);
			done += n > 0 ? (size_t)n : 0;
		}
		if (size > SIZE && done != SIZE)
			_exit(2);
		_exit(memcmp(got, message, done) == 0 ? 0 : 1);
	}
	(void)close(fds[0]);
	return fds[1];
}

static void expect_end(pid_t pid)
{
	int status = -1;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static enum kd_status drop(void *payload, struct kd_bytes piece,
                           struct kd_error *err)
{
	size_t *left = payload;

	if (piece.size > *left)
		return kd_fail(err, KD_NOSPACE, "no room");
	*left -= piece.size;
	return KD_OK;
}

static struct kd_input_opts opts_of(uint64_t max_memory, struct kd_tee *tee)
{
	return (struct kd_input_opts){
		.max_memory = max_memory,
		.idle_ms = 10000,
		.total_ms = 20000,
		.tee = tee,
	};
}

/* Whatever becomes of the message, the copy is whole. */
static void test_tee_copies_whatever_happens(void **state)
{
	static const struct {
		const char *name;
		uint64_t max_memory;
		size_t room; /* behind it; 0: there is none */
		enum kd_status want;
	} table[] = {
		{ "in memory", SIZE + 1, 0, KD_OK },
		{ "just over memory", SIZE - 1, 2 * SIZE, KD_OK },
		{ "over memory", 1000, 2 * SIZE, KD_OK },
		{ "too long", 1000, 0, KD_TOOBIG },
		{ "no room", 1000, 100000, KD_NOSPACE },
		{ "no room at all", 1000, 1, KD_NOSPACE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct kd_tee tee = { .idle_ms = 10000 };
		struct kd_input_opts opts = opts_of(table[i].max_memory, &tee);
		struct kd_input input = { .data = NULL };
		size_t room = table[i].room;
		pid_t writer, reader;
		int in;

		print_message("%s\n", table[i].name);
		in = begin_writer(&writer);
		tee.fd = begin_reader(SIZE + 1, 0, &reader);
		if (room > 0) {
			opts.overflow = drop;
			opts.payload = &room;
		}
		assert_int_equal(kd_input_read(in, &opts, &input, NULL),
		                 table[i].want);
		assert_int_equal(kd_tee_check(&tee, NULL), KD_OK);
		(void)close(tee.fd);
		(void)close(in);
		expect_end(writer);
		expect_end(reader);
		kd_input_clear(&input);
	}
}

static void test_tee_copies_what_is_turned_down(void **state)
{
	struct kd_tee tee = { .idle_ms = 10000 };
	pid_t writer, reader;
	int in;

	(void)state;
	in = begin_writer(&writer);
	tee.fd = begin_reader(SIZE + 1, 300, &reader);
	kd_input_pass_on(in, 10000, 20000, &tee);
	assert_int_equal(kd_tee_check(&tee, NULL), KD_OK);
	(void)close(tee.fd);
	(void)close(in);
	expect_end(writer);
	expect_end(reader);
}

/* Read the message with a tee that breaks: all of it is here. */
static int64_t read_all(struct kd_tee *tee)
{
	struct kd_input_opts opts = opts_of(SIZE + 1, tee);
	struct kd_error err = KD_ERROR_INIT;
	struct kd_input input;
	int64_t start_ms;
	pid_t writer;
	int in;

	in = begin_writer(&writer);
	start_ms = kd_monotonic_ms();
	assert_int_equal(kd_input_read(in, &opts, &input, NULL), KD_OK);
	start_ms = kd_monotonic_ms() - start_ms;
	assert_int_equal(input.size, SIZE);
	assert_memory_equal(input.data, message, SIZE);
	kd_input_clear(&input);
	(void)close(in);
	expect_end(writer);
	assert_int_equal(kd_tee_check(tee, &err), KD_IO);
	assert_non_null(strstr(err.text, "standard output"));
	return start_ms;
}

static void test_tee_that_breaks_loses_nothing(void **state)
{
	struct kd_tee tee = { .idle_ms = 10000 };
	pid_t reader;

	(void)state;
	(void)signal(SIGPIPE, SIG_IGN);
	/* one who goes away */
	tee.fd = begin_reader(100000, 0, &reader);
	(void)read_all(&tee);
	assert_int_equal(tee.errnum, EPIPE);
	(void)close(tee.fd);
	expect_end(reader);
	/* a full disk */
	tee = (struct kd_tee){ .idle_ms = 10000 };
	tee.fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	(void)read_all(&tee);
	assert_int_equal(tee.errnum, ENOSPC);
	(void)close(tee.fd);
	/* nothing to write to */
	tee = (struct kd_tee){ .fd = -1, .idle_ms = 200 };
	(void)read_all(&tee);
}

static void test_tee_that_hangs_is_given_up(void **state)
{
	struct kd_tee tee = { .idle_ms = 200 };
	int64_t took_ms;
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	tee.fd = fds[1];
	took_ms = read_all(&tee);
	assert_int_equal(tee.errnum, ETIMEDOUT);
	assert_true(took_ms >= 200 && took_ms < 5000);
	(void)close(fds[0]);
	(void)close(fds[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tee_copies_whatever_happens),
		cmocka_unit_test(test_tee_copies_what_is_turned_down),
		cmocka_unit_test(test_tee_that_breaks_loses_nothing),
		cmocka_unit_test(test_tee_that_hangs_is_given_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
