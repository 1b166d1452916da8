/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * child.c - fork, limits, a pipe, a deadline, and the end of the child.
 *
 * GMime is given mail in the child only: it can be made to overflow its
 * stack, to loop and to eat all memory (reliability 3).  The parent looks
 * at nothing but what comes through the pipe, as wire.c lets it in.
 */
#include "mda/child.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mda/child_internal.h"
#include "mda/parse.h"
#include "mda/record.h"
#include "mda/sandbox.h"
#include "mda/wire.h"
#include "store/store.h"

enum {
	FIRST_READ = 16 << 10, /* nine records in ten are shorter */
	READ_MAX = KD_WIRE_MAX + 1,
};

/* --- In the child -------------------------------------------------- */

static _Noreturn void be_child(const struct kd_child_job *job,
                               const struct kd_child_limits *limits, int fd,
                               pid_t parent)
{
	const struct kd_sandbox sandbox = {
		.cpu_seconds = limits->cpu_seconds,
		.memory = limits->memory,
	};

	if (!kd_sandbox_enter(&sandbox, fd, parent))
		_exit(EXIT_FAILURE);
	_exit(job->work(KD_SANDBOX_FD, job->raw, job->received));
}

static bool write_all(int fd, struct kd_bytes b)
{
	while (b.size > 0) {
		ssize_t n = write(fd, b.data, b.size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		b.data += n;
		b.size -= (size_t)n;
	}
	return true;
}

static int parse(int fd, struct kd_bytes raw, int64_t received)
{
	struct kd_arena *arena = kd_arena_new();
	int code = EXIT_FAILURE;
	struct kd_message msg;
	struct kd_bytes wire;

	if (arena == NULL)
		return code;
	if (kd_record_build(raw, received, arena, &msg, NULL) == KD_OK &&
	    kd_wire_encode(&msg, arena, &wire, NULL) == KD_OK &&
	    write_all(fd, wire))
		code = EXIT_SUCCESS;
	kd_arena_free(arena);
	return code;
}

/* --- In the parent ------------------------------------------------- */

struct answer {
	char *data;
	size_t size;
	size_t capacity;
	bool whole; /* it came to an end, in time and within READ_MAX */
};

static enum kd_status make_room(struct answer *answer, struct kd_arena *arena,
                                struct kd_error *err)
{
	size_t capacity =
		answer->capacity == 0 ? FIRST_READ : answer->capacity * 4;
	char *data;

	if (answer->size < answer->capacity)
		return KD_OK;
	if (capacity > READ_MAX)
		capacity = READ_MAX;
	data = kd_arena_room(arena, capacity);
	if (data == NULL)
		return kd_fail(err, KD_NOMEM, "no memory for the parser");
	if (answer->size > 0)
		memcpy(data, answer->data, answer->size);
	answer->data = data;
	answer->capacity = capacity;
	return KD_OK;
}

/* True when there is something to read before the deadline. */
static bool wait_readable(int fd, int64_t deadline_ms)
{
	for (;;) {
		struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
		int64_t left_ms = deadline_ms - kd_monotonic_ms();
		int n;

		if (left_ms <= 0)
			return false;
		if (left_ms > INT_MAX)
			left_ms = INT_MAX;
		n = poll(&poll_fd, 1, (int)left_ms);
		if (n > 0)
			return true;
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return false;
	}
}

static enum kd_status read_answer(int fd, int64_t deadline_ms,
                                  struct kd_arena *arena, struct answer *answer,
                                  struct kd_error *err)
{
	while (answer->size < READ_MAX && wait_readable(fd, deadline_ms)) {
		enum kd_status st = make_room(answer, arena, err);
		ssize_t n;

		if (st != KD_OK)
			return st;
		n = read(fd, answer->data + answer->size,
		         answer->capacity - answer->size);
		if (n == 0) {
			answer->whole = true;
			break;
		}
		if (n < 0 && errno != EINTR)
			break;
		if (n > 0)
			answer->size += (size_t)n;
	}
	return KD_OK;
}

/*
 * The end of the child: true when it ended by itself, and well.  It is
 * killed in any case.  That changes nothing for one that is ending, for its
 * end of the pipe is closed behind the point where its exit code is fixed;
 * and one that closed it and goes on is not waited for.
 */
static bool end_child(pid_t pid)
{
	int status = 0;
	pid_t got;

	(void)kill(pid, SIGKILL);
	do {
		got = waitpid(pid, &status, 0);
	} while (got < 0 && errno == EINTR);
	return got == pid && WIFEXITED(status) &&
	       WEXITSTATUS(status) == EXIT_SUCCESS;
}

/*
 * What is to be done while the child works.  It is no fault of the child how
 * long that takes; and it is undone when the answer is not whole soon, for
 * a child that was taken over could begin one and leave it.
 */
static enum kd_status do_meanwhile(const struct kd_meanwhile *meanwhile, int fd,
                                   int64_t *deadline_ms, struct kd_arena *arena,
                                   struct answer *answer, struct kd_error *err)
{
	int64_t patient_until_ms;
	enum kd_status st;

	meanwhile->begin(meanwhile->payload);
	patient_until_ms = kd_monotonic_ms() + meanwhile->patience_ms;
	if (*deadline_ms < patient_until_ms)
		*deadline_ms = patient_until_ms;
	st = read_answer(fd, patient_until_ms, arena, answer, err);
	if (st != KD_OK || !answer->whole)
		meanwhile->give_up(meanwhile->payload);
	return st;
}

static enum kd_status start_child(const struct kd_child_job *job,
                                  const struct kd_child_limits *limits,
                                  int *ret_fd, pid_t *ret_pid,
                                  struct kd_error *err)
{
	pid_t parent = getpid();
	pid_t pid;
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0)
		return kd_fail_errno(err, KD_IO, errno, "make a pipe");
	pid = fork();
	if (pid < 0) {
		enum kd_status st =
			kd_fail_errno(err, KD_IO, errno, "start the parser");
		(void)close(fds[0]);
		(void)close(fds[1]);
		return st;
	}
	if (pid == 0) {
		(void)close(fds[0]);
		be_child(job, limits, fds[1], parent);
	}
	(void)close(fds[1]);
	*ret_fd = fds[0];
	*ret_pid = pid;
	return KD_OK;
}

enum kd_status kd_child_run(const struct kd_child_job *job,
                            const struct kd_child_limits *limits,
                            struct kd_arena *arena, struct kd_message *ret,
                            struct kd_error *err)
{
	int64_t deadline_ms = kd_monotonic_ms() + limits->wall_ms;
	struct answer answer = { .data = NULL };
	enum kd_status st;
	pid_t pid = -1;
	int fd = -1;
	bool ended;

	st = start_child(job, limits, &fd, &pid, err);
	if (st != KD_OK)
		return st;
	if (limits->meanwhile != NULL)
		st = do_meanwhile(limits->meanwhile, fd, &deadline_ms, arena,
		                  &answer, err);
	if (st == KD_OK && !answer.whole)
		st = read_answer(fd, deadline_ms, arena, &answer, err);
	ended = end_child(pid);
	(void)close(fd);
	if (st != KD_OK)
		return st;
	st = KD_BUG;
	if (ended && answer.whole)
		st = kd_wire_decode((struct kd_bytes){ answer.data,
		                                       answer.size },
		                    job->raw, arena, ret, NULL);
	if (st == KD_NOMEM)
		st = kd_fail(err, st, "no memory for the parsed message");
	if (st == KD_BUG)
		st = kd_record_fallback(job->raw, job->received,
		                        KD_PARSE_CRASHED, arena, ret, err);
	return st;
}

enum kd_status kd_child_parse(struct kd_bytes raw, int64_t received,
                              const struct kd_child_limits *limits,
                              struct kd_arena *arena, struct kd_message *ret,
                              struct kd_error *err)
{
	struct kd_child_job job = {
		.work = parse,
		.raw = raw,
		.received = received,
	};

	return kd_child_run(&job, limits, arena, ret, err);
}
