/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * input_fixture.c - see input_fixture.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/input_fixture.h"

char input_byte(size_t i)
{
	return (char)(i * 7 + i / 251);
}

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
			data[i] = input_byte(done + i);
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

int input_writer(const struct writer *w, pid_t *ret_pid)
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

int input_end(int fd, pid_t pid)
{
	int status = -1;

	(void)close(fd);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

void input_kill(int fd, pid_t pid)
{
	(void)kill(pid, SIGKILL);
	(void)input_end(fd, pid);
}

static enum kd_status take(void *payload, struct kd_bytes piece,
                           struct kd_error *err)
{
	struct sink *sink = payload;

	sink->calls++;
	if (sink->calls == sink->fail_at)
		return kd_fail(err, KD_NOSPACE, "the sink is full");
	for (size_t i = 0; i < piece.size; i++)
		if (piece.data[i] != input_byte(sink->size + i))
			sink->wrong = true;
	sink->size += piece.size;
	return KD_OK;
}

struct kd_input_opts input_opts(uint64_t max_memory, struct sink *sink)
{
	return (struct kd_input_opts){
		.max_memory = max_memory,
		.idle_ms = 5000,
		.total_ms = 20000,
		.overflow = sink == NULL ? NULL : take,
		.payload = sink,
	};
}

void input_check(const struct kd_input *input)
{
	for (size_t i = 0; i < input->size; i++)
		if (input->data[i] != input_byte(i))
			fail_msg("byte %zu is wrong", i);
}

int64_t input_now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}
