/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_child.c - parsers that crash, hang, flood, lie and eat, each in the
 * place of the real one: the parent comes back in time, with what the
 * header scan knows.
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
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mda/child_internal.h"
#include "mda/wire.h"
#include "store/store.h"

static const char mail[] = "From: List Sender 1 <sender1@example.org>\n"
			   "Subject: [PATCH 2/3] kvm: a title\n"
			   "Message-ID: <two@example.org>\n"
			   "List-Id: <kvm.vger.kernel.org>\n"
			   "\n"
			   "A body.\n";

static const struct kd_child_limits quick = {
	.cpu_seconds = 1,
	.memory = 0, /* no limit: valgrind wants more than we would give */
	.wall_ms = 3000,
};

#ifdef KD_SANITIZE
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif

static struct kd_arena *arena;

static int setup(void **state)
{
	(void)state;
	arena = kd_arena_new();
	return arena == NULL ? -1 : 0;
}

static int teardown(void **state)
{
	(void)state;
	kd_arena_free(arena);
	return 0;
}

static struct kd_message answer(void)
{
	return (struct kd_message){
		.message_id = "from-the-child@example.org",
		.subject = { .full = "s",
		             .title = "s",
		             .version = 1,
		             .number = KD_NUMBER_NONE,
		             .total = KD_NUMBER_NONE },
	};
}

static bool put(int fd, const char *data, size_t size)
{
	while (size > 0) {
		ssize_t n = write(fd, data, size);

		if (n < 0)
			return false;
		data += n;
		size -= (size_t)n;
	}
	return true;
}

/* A correct answer, cut to its first part hundredths. */
static int put_answer(int fd, size_t hundredths)
{
	struct kd_arena *mine = kd_arena_new();
	struct kd_message msg = answer();
	struct kd_bytes wire;
	bool put_all = mine != NULL &&
	               kd_wire_encode(&msg, mine, &wire, NULL) == KD_OK &&
	               put(fd, wire.data, wire.size * hundredths / 100);

	kd_arena_free(mine);
	return put_all ? 0 : 1;
}

/* --- The parsers --------------------------------------------------- */

static int work_well(int fd, struct kd_bytes raw, int64_t received)
{
	(void)raw;
	(void)received;
	return put_answer(fd, 100);
}

static int work_nothing(int fd, struct kd_bytes raw, int64_t received)
{
	(void)fd;
	(void)raw;
	(void)received;
	return 0;
}

static int work_crash(int fd, struct kd_bytes raw, int64_t received)
{
	(void)fd;
	(void)raw;
	(void)received;
	(void)raise(SIGSEGV);
	return 0;
}

static int work_abort(int fd, struct kd_bytes raw, int64_t received)
{
	(void)fd;
	(void)raw;
	(void)received;
	abort();
}

/* All was said, and then: what it said is not to be trusted. */
static int work_crash_at_the_end(int fd, struct kd_bytes raw, int64_t received)
{
	(void)raw;
	(void)received;
	(void)put_answer(fd, 100);
	(void)raise(SIGSEGV);
	return 0;
}

static int work_fail_at_the_end(int fd, struct kd_bytes raw, int64_t received)
{
	(void)raw;
	(void)received;
	(void)put_answer(fd, 100);
	return 3;
}

static int work_die_half_way(int fd, struct kd_bytes raw, int64_t received)
{
	(void)raw;
	(void)received;
	(void)put_answer(fd, 50);
	(void)raise(SIGKILL);
	return 0;
}

static int work_half_an_answer(int fd, struct kd_bytes raw, int64_t received)
{
	(void)raw;
	(void)received;
	return put_answer(fd, 50);
}

static int work_hang(int fd, struct kd_bytes raw, int64_t received)
{
	(void)fd;
	(void)raw;
	(void)received;
	while (kd_monotonic_ms() > 0)
		(void)pause();
	return 0;
}

/* No signal but one gets it out of this. */
static int work_hang_deaf(int fd, struct kd_bytes raw, int64_t received)
{
	for (int sig = 1; sig < NSIG; sig++)
		(void)signal(sig, SIG_IGN);
	return work_hang(fd, raw, received);
}

static int work_answer_and_hang(int fd, struct kd_bytes raw, int64_t received)
{
	(void)put_answer(fd, 100);
	return work_hang(fd, raw, received);
}

/* The pipe is at its end, the process is not. */
static int work_answer_close_and_hang(int fd, struct kd_bytes raw,
                                      int64_t received)
{
	(void)put_answer(fd, 100);
	(void)close(fd);
	return work_hang(fd, raw, received);
}

static int work_burn(int fd, struct kd_bytes raw, int64_t received)
{
	volatile unsigned int n = 1;

	(void)fd;
	(void)raw;
	(void)received;
	while (n != 0)
		n = n % 1000 + 1;
	return 0;
}

static int work_flood(int fd, struct kd_bytes raw, int64_t received)
{
	static const char block[4096];

	(void)raw;
	(void)received;
	while (put(fd, block, sizeof(block)))
		continue;
	return 0;
}

static int work_answer_and_flood(int fd, struct kd_bytes raw, int64_t received)
{
	(void)put_answer(fd, 100);
	return work_flood(fd, raw, received);
}

static int work_garbage(int fd, struct kd_bytes raw, int64_t received)
{
	(void)received;
	return put(fd, raw.data, raw.size) ? 0 : 1;
}

/* One byte now and then: never idle, never done. */
static int work_trickle(int fd, struct kd_bytes raw, int64_t received)
{
	(void)raw;
	(void)received;
	for (;;) {
		if (!put(fd, "K", 1))
			return 1;
		(void)usleep(20000);
	}
}

static int work_eat(int fd, struct kd_bytes raw, int64_t received)
{
	(void)raw;
	(void)received;
	for (size_t eaten = 0; eaten < (size_t)2 << 30; eaten += 16 << 20) {
		volatile char *p = malloc(16 << 20);

		if (p == NULL)
			abort(); /* as GLib does */
		for (size_t i = 0; i < 16 << 20; i += 4096)
			p[i] = 1;
	}
	return put_answer(fd, 100);
}

static volatile int levels = 1 << 30; /* not for the compiler to know */

static int deeper(const volatile char *above, int level)
{
	volatile char here[4096];

	here[0] = above[0];
	here[4095] = 1;
	if (level == 0)
		return here[0];
	return deeper(here, level - 1) + here[4095];
}

static int work_overflow_the_stack(int fd, struct kd_bytes raw,
                                   int64_t received)
{
	volatile char here[1] = { 0 };

	(void)fd;
	(void)raw;
	(void)received;
	return deeper(here, levels);
}

/* The answer is written only where all is as it should be. */
static int work_look_around(int fd, struct kd_bytes raw, int64_t received)
{
	static const struct {
		unsigned int resource;
		rlim_t max;
	} limits[] = {
		{ RLIMIT_CPU, 1 },
		{ RLIMIT_CORE, 0 },
		{ RLIMIT_FSIZE, 0 },
		{ RLIMIT_NOFILE, 16 },
	};
	struct sigaction action;
	struct stat null, st;
	sigset_t mask;
	char byte;

	(void)raw;
	(void)received;
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		struct rlimit have;
		if (getrlimit(limits[i].resource, &have) != 0 ||
		    have.rlim_cur > limits[i].max)
			return 10 + (int)i;
	}
	if (stat("/dev/null", &null) != 0 || fstat(0, &st) != 0 ||
	    st.st_rdev != null.st_rdev || fstat(1, &st) != 0 ||
	    st.st_rdev != null.st_rdev)
		return 20;
	if (read(0, &byte, 1) != 0)
		return 21;
	if (sigaction(SIGPIPE, NULL, &action) != 0 ||
	    action.sa_handler != SIG_DFL)
		return 22;
	if (sigaction(SIGXFSZ, NULL, &action) != 0 ||
	    action.sa_handler != SIG_DFL)
		return 23;
	if (sigprocmask(SIG_BLOCK, NULL, &mask) != 0 ||
	    sigismember(&mask, SIGUSR1) != 0)
		return 24;
	if (getenv("PATH") != NULL)
		return 25;
	return put_answer(fd, 100);
}

/* --- The parent ---------------------------------------------------- */

static enum kd_status run(kd_child_work *work,
                          const struct kd_child_limits *limits,
                          struct kd_message *ret)
{
	const struct kd_child_job job = {
		.work = work,
		.raw = kd_bytes_of(mail),
		.received = 1762795004,
	};
	struct kd_error err = KD_ERROR_INIT;
	enum kd_status st = kd_child_run(&job, limits, arena, ret, &err);

	if (st == KD_OK) /* left alone on success */
		assert_int_equal(err.status, KD_OK);
	/* no child is left behind */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	return st;
}

static int open_files(void)
{
	int n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static void test_child_answers(void **state)
{
	struct kd_message msg;

	(void)state;
	assert_int_equal(run(work_well, &quick, &msg), KD_OK);
	assert_string_equal(msg.message_id, "from-the-child@example.org");
	assert_int_equal(msg.status, KD_PARSE_OK);
}

static void test_child_surroundings(void **state)
{
	struct kd_message msg;
	sigset_t usr1;

	(void)state;
	assert_int_equal(sigemptyset(&usr1), 0);
	assert_int_equal(sigaddset(&usr1, SIGUSR1), 0);
	assert_int_equal(sigprocmask(SIG_BLOCK, &usr1, NULL), 0);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(run(work_look_around, &quick, &msg), KD_OK);
	assert_string_equal(msg.message_id, "from-the-child@example.org");
	assert_int_equal(sigprocmask(SIG_UNBLOCK, &usr1, NULL), 0);
}

static void test_child_comes_to_grief(void **state)
{
	enum { LONG_MS = 20000 };
	static const struct {
		const char *name;
		kd_child_work *work;
		int64_t wall_ms;
	} table[] = {
		{ "nothing", work_nothing, LONG_MS },
		{ "crash", work_crash, LONG_MS },
		{ "abort", work_abort, LONG_MS },
		{ "crash at the end", work_crash_at_the_end, LONG_MS },
		{ "fail at the end", work_fail_at_the_end, LONG_MS },
		{ "die half way", work_die_half_way, LONG_MS },
		{ "half an answer", work_half_an_answer, LONG_MS },
		{ "hang", work_hang, 300 },
		{ "hang deaf", work_hang_deaf, 300 },
		{ "answer and hang", work_answer_and_hang, 300 },
		{ "answer, close, hang", work_answer_close_and_hang, LONG_MS },
		{ "trickle", work_trickle, 300 },
		{ "flood", work_flood, LONG_MS },
		{ "answer and flood", work_answer_and_flood, LONG_MS },
		{ "garbage", work_garbage, LONG_MS },
		{ "no time at all", work_well, 0 },
		{ "time is over", work_well, -1000 },
		{ "stack", work_overflow_the_stack, LONG_MS },
	};
	int files = open_files();

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct kd_child_limits limits = quick;
		int64_t start = kd_monotonic_ms();
		struct kd_message msg = { .message_id = NULL };

		print_message("%s\n", table[i].name);
		limits.wall_ms = table[i].wall_ms;
		assert_int_equal(run(table[i].work, &limits, &msg), KD_OK);
		/* its end is seen when it comes, and not at the deadline */
		assert_true(kd_monotonic_ms() - start < LONG_MS);
		assert_int_equal(msg.status, KD_PARSE_CRASHED);
		assert_string_equal(msg.message_id, "two@example.org");
		assert_string_equal(msg.subject.full,
		                    "[PATCH 2/3] kvm: a title");
		assert_string_equal(msg.sender.email, "sender1@example.org");
	}
	assert_int_equal(open_files(), files);
}

/* The limit on time of the processor ends it long before the clock. */
static void test_child_burns_cpu(void **state)
{
	struct kd_child_limits limits = quick;
	int64_t start = kd_monotonic_ms();
	struct kd_message msg;

	(void)state;
	limits.wall_ms = 60000;
	assert_int_equal(run(work_burn, &limits, &msg), KD_OK);
	assert_int_equal(msg.status, KD_PARSE_CRASHED);
	assert_true(kd_monotonic_ms() - start < 20000);
}

static void test_child_eats_memory(void **state)
{
	struct kd_child_limits limits = quick;
	struct kd_message msg;

	(void)state;
	if (SANITIZED)
		skip(); /* it maps more than any limit */
	limits.memory = UINT64_C(512) << 20;
	assert_int_equal(run(work_eat, &limits, &msg), KD_OK);
	assert_int_equal(msg.status, KD_PARSE_CRASHED);
}

static void do_nothing(int sig)
{
	(void)sig;
}

/* Signals that interrupt poll, read and waitpid shorten nothing. */
static void test_child_under_signals(void **state)
{
	const struct itimerval often = { { 0, 2000 }, { 0, 2000 } };
	const struct itimerval never = { { 0, 0 }, { 0, 0 } };
	const struct sigaction action = { .sa_handler = do_nothing };
	struct kd_child_limits limits = quick;
	struct kd_message msg;
	int64_t start;

	(void)state;
	assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
	assert_int_equal(setitimer(ITIMER_REAL, &often, NULL), 0);
	for (int i = 0; i < 20; i++) {
		assert_int_equal(run(work_well, &limits, &msg), KD_OK);
		assert_int_equal(msg.status, KD_PARSE_OK);
	}
	limits.wall_ms = 300;
	start = kd_monotonic_ms();
	assert_int_equal(run(work_hang, &limits, &msg), KD_OK);
	assert_int_equal(msg.status, KD_PARSE_CRASHED);
	assert_true(kd_monotonic_ms() - start >= 300);
	assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
}

/* No process to be had: nothing is known, and nothing is made up. */
static void test_child_no_descriptors(void **state)
{
	struct kd_message msg = { .message_id = NULL };
	struct rlimit old, none;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	none = old;
	none.rlim_cur = 3;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	assert_int_equal(run(work_well, &quick, &msg), KD_IO);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
	assert_null(msg.message_id);
}

struct aside {
	int64_t busy_ms;
	int begun;
	int given_up;
};

static void begin(void *payload)
{
	struct aside *aside = payload;
	int64_t until_ms = kd_monotonic_ms() + aside->busy_ms;

	aside->begun++;
	while (kd_monotonic_ms() < until_ms)
		(void)usleep(1000);
}

static void give_up(void *payload)
{
	struct aside *aside = payload;

	aside->given_up++;
}

/* What the parent holds meanwhile it does not hold for a child that hangs,
 * whatever that has said; and how long it took is no fault of the child. */
static void test_child_meanwhile(void **state)
{
	static const struct {
		kd_child_work *work;
		int64_t wall_ms;
		int64_t busy_ms;
		int64_t patience_ms;
		int given_up;
		enum kd_parse_status status;
	} table[] = {
		{ work_well, 60000, 0, 60000, 0, KD_PARSE_OK },
		{ work_well, 50, 500, 3000, 0, KD_PARSE_OK },
		{ work_nothing, 60000, 0, 60000, 0, KD_PARSE_CRASHED },
		{ work_hang, 100, 0, 20, 1, KD_PARSE_CRASHED },
		{ work_answer_and_hang, 100, 0, 20, 1, KD_PARSE_CRASHED },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct aside aside = { .busy_ms = table[i].busy_ms };
		const struct kd_meanwhile meanwhile = {
			.begin = begin,
			.give_up = give_up,
			.payload = &aside,
			.patience_ms = table[i].patience_ms,
		};
		struct kd_child_limits limits = quick;
		struct kd_message msg;

		limits.wall_ms = table[i].wall_ms;
		limits.meanwhile = &meanwhile;
		assert_int_equal(run(table[i].work, &limits, &msg), KD_OK);
		assert_int_equal(msg.status, table[i].status);
		assert_int_equal(aside.begun, 1);
		assert_int_equal(aside.given_up, table[i].given_up);
	}
}

/* The real parser, through the same door. */
static void test_child_parse(void **state)
{
	struct kd_child_limits limits = quick;
	struct kd_error err = KD_ERROR_INIT;
	struct kd_message msg;

	(void)state;
	limits.cpu_seconds = 30; /* valgrind takes its time */
	limits.wall_ms = 60000;
	assert_int_equal(kd_child_parse(kd_bytes_of(mail), 1762795004, &limits,
	                                arena, &msg, &err),
	                 KD_OK);
	assert_int_equal(msg.status, KD_PARSE_OK);
	assert_string_equal(msg.message_id, "two@example.org");
	assert_string_equal(msg.subject.title, "kvm: a title");
	assert_int_equal(msg.subject.number, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_child_answers),
		cmocka_unit_test(test_child_surroundings),
		cmocka_unit_test(test_child_comes_to_grief),
		cmocka_unit_test(test_child_burns_cpu),
		cmocka_unit_test(test_child_eats_memory),
		cmocka_unit_test(test_child_under_signals),
		cmocka_unit_test(test_child_no_descriptors),
		cmocka_unit_test(test_child_meanwhile),
		cmocka_unit_test(test_child_parse),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
