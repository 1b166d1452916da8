/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_store_wanted.c - who holds the store knows whether another waits for it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/store_fixture.h"

static void nap(void)
{
	const struct timespec ms = { .tv_nsec = 1000000 };

	(void)nanosleep(&ms, NULL);
}

/* A process that opens the store once *ret_gate is closed, and waits for it
 * until wait_ms are over; it exits with the status.  Begun before the store
 * is opened here: it would have the lock, too. */
static pid_t begin_waiter(struct fixture *fix, int64_t wait_ms, int *ret_gate)
{
	struct kd_store_opts opts = fixture_opts(fix, KD_STORE_DELIVER);
	struct kd_store *store = NULL;
	enum kd_status st;
	int gate[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe(gate), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		(void)close(gate[1]);
		if (read(gate[0], &byte, 1) != 0)
			_exit(98);
		opts.deadline_ms = kd_monotonic_ms() + wait_ms;
		st = kd_store_open(&opts, &store, NULL);
		/* nobody waits once the one who did has it */
		if (st == KD_OK && kd_store_is_wanted(store))
			_exit(99);
		kd_store_close(store);
		_exit((int)st);
	}
	(void)close(gate[0]);
	*ret_gate = gate[1];
	return pid;
}

static void test_store_knows_who_waits(void **state)
{
	struct fixture *fix = *state;
	int64_t end_ms = kd_monotonic_ms() + 10000;
	struct kd_store *store;
	int gate, status;
	pid_t pid;

	pid = begin_waiter(fix, 10000, &gate);
	store = fixture_open(fix, KD_STORE_DELIVER);
	assert_false(kd_store_is_wanted(store));
	assert_int_equal(close(gate), 0);
	while (!kd_store_is_wanted(store) && kd_monotonic_ms() < end_ms)
		nap();
	assert_true(kd_store_is_wanted(store));
	kd_store_close(store);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);

	/* one who gave up is seen no longer */
	pid = begin_waiter(fix, 50, &gate);
	store = fixture_open(fix, KD_STORE_DELIVER);
	assert_int_equal(close(gate), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), KD_BUSY);
	assert_false(kd_store_is_wanted(store));
	kd_store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_store_knows_who_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
