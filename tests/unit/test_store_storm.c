/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_store_storm.c - many processes at once: none loses a message.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/store_fixture.h"

enum { PROCESSES = 30 };

/* What a delivery does, and how it ends. */
static int deliver(struct fixture *fix, const char *message_id)
{
	struct kd_store_opts opts = fixture_opts(fix, KD_STORE_DELIVER);
	struct kd_arriving a = fixture_arriving(fix, message_id, "m", 1000);
	enum kd_added added = KD_ADDED_NEW;
	struct kd_store *store = NULL;
	enum kd_status st;

	opts.deadline_ms = kd_monotonic_ms() + 60000;
	st = kd_store_open(&opts, &store, &fix->err);
	if (st == KD_OK)
		st = kd_store_add(store, &a, &added, &fix->err);
	if (st != KD_OK) {
		(void)fprintf(stderr, "%s\n", fix->err.text);
		return 1;
	}
	kd_store_trim_log(store);
	kd_store_abandon(store);
	/* a delivery does not; here it keeps valgrind quiet */
	kd_store_close(store);
	return 0;
}

/* PROCESSES deliveries of `messages` different messages, let go at once;
 * each removes the file `lock` first, unless that is NULL. */
static void run_storm(struct fixture *fix, int messages, const char *lock)
{
	pid_t pids[PROCESSES];
	int gate[2];
	int i, status;
	char go;

	assert_int_equal(pipe(gate), 0);
	for (i = 0; i < PROCESSES; i++) {
		const char *id = kd_arena_printf(fix->arena, "%d@example.org",
		                                 i % messages);

		pids[i] = fork();
		assert_true(pids[i] >= 0);
		if (pids[i] > 0)
			continue;
		(void)close(gate[1]);
		/* the end of the file is the signal */
		if (read(gate[0], &go, 1) != 0)
			_exit(2);
		if (lock != NULL)
			(void)unlink(lock);
		_exit(deliver(fix, id));
	}
	(void)close(gate[0]);
	(void)close(gate[1]);
	for (i = 0; i < PROCESSES; i++) {
		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 0);
	}
}

static void expect_sound(struct fixture *fix, int messages)
{
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM "
	                                    "pragma_integrity_check "
	                                    "WHERE integrity_check <> 'ok'"),
	                 0);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM "
	                                    "pragma_foreign_key_check"),
	                 0);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM raw"),
	                 messages);
	assert_int_equal(fixture_query(fix, "SELECT count(DISTINCT message) "
	                                    "FROM arrival"),
	                 messages);
	assert_int_equal(fixture_query(fix, "SELECT max(seq) - min(seq) + 1 "
	                                    "FROM arrival"),
	                 messages);
}

static void test_storm_into_a_store_that_is_not_there(void **state)
{
	struct fixture *fix = *state;

	(void)snprintf(fix->path, sizeof(fix->path), "%s/a/b/kvm.db", fix->dir);
	run_storm(fix, PROCESSES, NULL);
	expect_sound(fix, PROCESSES);
}

/* The lock is for fairness: a store is as safe without it. */
static void test_storm_without_the_lock(void **state)
{
	struct fixture *fix = *state;
	const char *lock = fixture_name(fix, "-lock");

	kd_store_close(fixture_open(fix, KD_STORE_DELIVER));
	run_storm(fix, PROCESSES, lock);
	expect_sound(fix, PROCESSES);
}

static void test_storm_of_duplicates(void **state)
{
	struct fixture *fix = *state;

	run_storm(fix, PROCESSES / 3, NULL);
	run_storm(fix, PROCESSES / 3, NULL);
	expect_sound(fix, PROCESSES / 3);
}

/* A delivery that is killed after a while.  Was it done by then? */
static bool deliver_and_kill(struct fixture *fix, const char *message_id,
                             int64_t after_us)
{
	struct timespec nap = { .tv_sec = 0 };
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(deliver(fix, message_id));
	nap.tv_sec = (time_t)(after_us / 1000000);
	nap.tv_nsec = (long)(after_us % 1000000) * 1000;
	(void)nanosleep(&nap, NULL);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* How long a delivery takes here and now, in microseconds. */
static int64_t measure(struct fixture *fix, const char *message_id)
{
	int64_t before = kd_monotonic_ms();
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(deliver(fix, message_id));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	return (kd_monotonic_ms() - before + 1) * 1000;
}

/* Offered again, what was said to be stored is there, and nothing twice. */
static void offer_again(struct fixture *fix, const char *message_id,
                        bool stored)
{
	struct kd_arriving a = fixture_arriving(fix, message_id, "m", 1000);
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	enum kd_added added = fixture_add(fix, store, &a);

	kd_store_close(store);
	assert_true(!stored || added == KD_ADDED_DUPLICATE);
}

static void test_storm_of_kills(void **state)
{
	struct fixture *fix = *state;
	bool stored[PROCESSES];
	const char *ids[PROCESSES];
	int64_t us;
	int i;

	(void)measure(fix, "first@example.org");
	us = measure(fix, "second@example.org");
	for (i = 0; i < PROCESSES; i++) {
		ids[i] = kd_arena_printf(fix->arena, "%d@example.org", i);
		stored[i] = deliver_and_kill(fix, ids[i],
		                             3 * us * i / (2 * PROCESSES));
	}
	for (i = 0; i < PROCESSES; i++)
		offer_again(fix, ids[i], stored[i]);
	expect_sound(fix, PROCESSES + 2);
}

static void test_storm_of_kills_at_creation(void **state)
{
	struct fixture *fix = *state;
	int64_t us = measure(fix, "first@example.org");
	bool stored;
	int i;

	for (i = 0; i < PROCESSES / 2; i++) {
		(void)snprintf(fix->path, sizeof(fix->path), "%s/%d/kvm.db",
		               fix->dir, i);
		stored = deliver_and_kill(fix, "1@example.org",
		                          3 * us * i / PROCESSES);
		offer_again(fix, "1@example.org", stored);
		expect_sound(fix, 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_storm_into_a_store_that_is_not_there),
		TEST(test_storm_without_the_lock),
		TEST(test_storm_of_duplicates),
		TEST(test_storm_of_kills),
		TEST(test_storm_of_kills_at_creation),
	};

	fixture_make_anew();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
