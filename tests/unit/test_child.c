/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_child.c - a parser in a process of its own: what it has there, what the
 * parent does meanwhile, and that the answer comes back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/store.h"
#include "tests/support/child_fixture.h"

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
	return child_put_answer(fd, 100);
}

static void test_child_answers(void **state)
{
	struct kd_message msg;

	(void)state;
	assert_int_equal(child_run(child_well, &child_quick, &msg), KD_OK);
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
	assert_int_equal(child_run(work_look_around, &child_quick, &msg),
	                 KD_OK);
	assert_string_equal(msg.message_id, "from-the-child@example.org");
	assert_int_equal(sigprocmask(SIG_UNBLOCK, &usr1, NULL), 0);
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
	struct kd_child_limits limits = child_quick;
	struct kd_message msg;
	int64_t start;

	(void)state;
	assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
	assert_int_equal(setitimer(ITIMER_REAL, &often, NULL), 0);
	for (int i = 0; i < 20; i++) {
		assert_int_equal(child_run(child_well, &limits, &msg), KD_OK);
		assert_int_equal(msg.status, KD_PARSE_OK);
	}
	limits.wall_ms = 300;
	start = kd_monotonic_ms();
	assert_int_equal(child_run(child_hang, &limits, &msg), KD_OK);
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
	assert_int_equal(child_run(child_well, &child_quick, &msg), KD_IO);
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
		{ child_well, 60000, 0, 60000, 0, KD_PARSE_OK },
		{ child_well, 50, 500, 3000, 0, KD_PARSE_OK },
		{ child_nothing, 60000, 0, 60000, 0, KD_PARSE_CRASHED },
		{ child_hang, 100, 0, 20, 1, KD_PARSE_CRASHED },
		{ child_answer_and_hang, 100, 0, 20, 1, KD_PARSE_CRASHED },
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
		struct kd_child_limits limits = child_quick;
		struct kd_message msg;

		limits.wall_ms = table[i].wall_ms;
		limits.meanwhile = &meanwhile;
		assert_int_equal(child_run(table[i].work, &limits, &msg),
		                 KD_OK);
		assert_int_equal(msg.status, table[i].status);
		assert_int_equal(aside.begun, 1);
		assert_int_equal(aside.given_up, table[i].given_up);
	}
}

/* The real parser, through the same door. */
static void test_child_parse(void **state)
{
	struct kd_child_limits limits = child_quick;
	struct kd_error err = KD_ERROR_INIT;
	struct kd_message msg;

	(void)state;
	limits.cpu_seconds = 30; /* valgrind takes its time */
	limits.wall_ms = 60000;
	assert_int_equal(kd_child_parse(kd_bytes_of(child_mail), 1762795004,
	                                &limits, child_arena, &msg, &err),
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
		cmocka_unit_test(test_child_under_signals),
		cmocka_unit_test(test_child_no_descriptors),
		cmocka_unit_test(test_child_meanwhile),
		cmocka_unit_test(test_child_parse),
	};

	return cmocka_run_group_tests(tests, child_setup, child_teardown);
}
