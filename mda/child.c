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
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mda/child_internal.h"
#include "mda/parse.h"
#include "mda/record.h"
#include "mda/wire.h"
#include "store/store.h"

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define KD_SANITIZED 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define KD_SANITIZED 1
#endif
#ifndef KD_SANITIZED
#define KD_SANITIZED 0
#endif

enum {
	CHILD_FILES = 16,      /* RLIMIT_NOFILE; iconv opens a few */
	CHILD_PIPE = 3,        /* the descriptor of its end of the pipe */
	OLD_FILES_MAX = 1024,  /* closed where close_range(2) is unknown */
	FIRST_READ = 16 << 10, /* nine records in ten are shorter */
	READ_MAX = KD_WIRE_MAX + 1,
};

/* --- In the child -------------------------------------------------- */

static bool limit(unsigned int resource, uint64_t soft, uint64_t hard)
{
	struct rlimit old;
	struct rlimit new;

	if (getrlimit(resource, &old) < 0)
		return false;
	/* What stands may be lower already: never ask for more. */
	new.rlim_max = hard < old.rlim_max ? hard : old.rlim_max;
	new.rlim_cur = soft < new.rlim_max ? soft : new.rlim_max;
	return setrlimit(resource, &new) == 0;
}

/* Valgrind lets no process lower the hard limit on files: then the soft one
 * has to do. */
static bool set_limits(const struct kd_child_limits *limits)
{
	/* The sanitizers map terabytes. */
	if (!KD_SANITIZED && limits->memory > 0 &&
	    !limit(RLIMIT_AS, limits->memory, limits->memory))
		return false;
	return limit(RLIMIT_CPU, limits->cpu_seconds,
	             limits->cpu_seconds + 1ULL) &&
	       limit(RLIMIT_CORE, 0, 0) && limit(RLIMIT_FSIZE, 0, 0) &&
	       (limit(RLIMIT_NOFILE, CHILD_FILES, CHILD_FILES) ||
	        limit(RLIMIT_NOFILE, CHILD_FILES, RLIM_INFINITY));
}

static void default_signals(void)
{
	sigset_t none;

	/* SIGKILL, SIGSTOP and the two of the C library refuse; no harm. */
	for (int sig = 1; sig < NSIG; sig++)
		(void)signal(sig, SIG_DFL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/*
 * Standard input, output and error become /dev/null: what a library, or a
 * mail that took it over, says there is read by a delivery agent.  The
 * sanitizers keep the last one, for what they find has to be seen.
 */
static bool let_go_of_standard_files(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int last = KD_SANITIZED ? STDOUT_FILENO : STDERR_FILENO;

	if (null < 0)
		return false;
	for (int fd = STDIN_FILENO; fd <= last; fd++)
		if (dup2(null, fd) < 0)
			return false;
	return null <= STDERR_FILENO || close(null) == 0;
}

/* All but the pipe, which becomes CHILD_PIPE: what an agent has left open
 * is no business of a mail either. */
static bool let_go_of_files(int fd)
{
	if (!let_go_of_standard_files() ||
	    (fd != CHILD_PIPE && dup3(fd, CHILD_PIPE, O_CLOEXEC) < 0))
		return false;
	if (close_range(CHILD_PIPE + 1, ~0U, 0) == 0)
		return true;
	for (int old = CHILD_PIPE + 1; old < OLD_FILES_MAX; old++)
		(void)close(old);
	return true;
}

static _Noreturn void be_child(const struct kd_child_job *job,
                               const struct kd_child_limits *limits, int fd,
                               pid_t parent)
{
	default_signals();
	/* No child outlives its parent, none is a core file of somebody who
	 * collects them whatever the limit says, and none reads the
	 * environment: GCONV_PATH and the like are no interface of ours. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent ||
	    prctl(PR_SET_DUMPABLE, 0) < 0 || clearenv() != 0 ||
	    !let_go_of_files(fd) || !set_limits(limits))
		_exit(EXIT_FAILURE);
	_exit(job->work(CHILD_PIPE, job->raw, job->received));
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
	kd_parse_init();
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
	data = kd_arena_alloc(arena, capacity);
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
