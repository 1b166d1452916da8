/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_child_grief.c - parsers that crash, hang, flood, lie and eat, each in
 * the place of the real one: the parent comes back in time, with what the
 * header scan knows.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "store/base/sanitized.h"
#include "store/store.h"
#include "tests/support/child_fixture.h"

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
	(void)child_put_answer(fd, 100);
	(void)raise(SIGSEGV);
	return 0;
}

static int work_fail_at_the_end(int fd, struct kd_bytes raw, int64_t received)
{
	(void)raw;
	(void)received;
	(void)child_put_answer(fd, 100);
	return 3;
}

static int work_die_half_way(int fd, struct kd_bytes raw, int64_t received)
{
	(void)raw;
	(void)received;
	(void)child_put_answer(fd, 50);
	(void)raise(SIGKILL);
	return 0;
}

static int work_half_an_answer(int fd, struct kd_bytes raw, int64_t received)
{
	(void)raw;
	(void)received;
	return child_put_answer(fd, 50);
}

/* No signal but one gets it out of this. */
static int work_hang_deaf(int fd, struct kd_bytes raw, int64_t received)
{
	for (int sig = 1; sig < NSIG; sig++)
		(void)signal(sig, SIG_IGN);
	return child_hang(fd, raw, received);
}

/* The pipe is at its end, the process is not. */
static int work_answer_close_and_hang(int fd, struct kd_bytes raw,
                                      int64_t received)
{
	(void)child_put_answer(fd, 100);
	(void)close(fd);
	return child_hang(fd, raw, received);
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
	while (child_put(fd, block, sizeof(block)))
		continue;
	return 0;
}

static int work_answer_and_flood(int fd, struct kd_bytes raw, int64_t received)
{
	(void)child_put_answer(fd, 100);
	return work_flood(fd, raw, received);
}

static int work_garbage(int fd, struct kd_bytes raw, int64_t received)
{
	(void)received;
	return child_put(fd, raw.data, raw.size) ? 0 : 1;
}

/* One byte now and then: never idle, never done. */
static int work_trickle(int fd, struct kd_bytes raw, int64_t received)
{
	(void)raw;
	(void)received;
	for (;;) {
		if (!child_put(fd, "K", 1))
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
	return child_put_answer(fd, 100);
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

static int open_files(void)
{
	int n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static void test_child_comes_to_grief(void **state)
{
	enum { LONG_MS = 20000 };
	static const struct {
		const char *name;
		kd_child_work *work;
		int64_t wall_ms;
	} table[] = {
		{ "nothing", child_nothing, LONG_MS },
		{ "crash", work_crash, LONG_MS },
		{ "abort", work_abort, LONG_MS },
		{ "crash at the end", work_crash_at_the_end, LONG_MS },
		{ "fail at the end", work_fail_at_the_end, LONG_MS },
		{ "die half way", work_die_half_way, LONG_MS },
		{ "half an answer", work_half_an_answer, LONG_MS },
		{ "hang", child_hang, 300 },
		{ "hang deaf", work_hang_deaf, 300 },
		{ "answer and hang", child_answer_and_hang, 300 },
		{ "answer, close, hang", work_answer_close_and_hang, LONG_MS },
		{ "trickle", work_trickle, 300 },
		{ "flood", work_flood, LONG_MS },
		{ "answer and flood", work_answer_and_flood, LONG_MS },
		{ "garbage", work_garbage, LONG_MS },
		{ "no time at all", child_well, 0 },
		{ "time is over", child_well, -1000 },
		{ "stack", work_overflow_the_stack, LONG_MS },
	};
	int files = open_files();

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct kd_child_limits limits = child_quick;
		int64_t start = kd_monotonic_ms();
		struct kd_message msg = { .message_id = NULL };

		print_message("%s\n", table[i].name);
		limits.wall_ms = table[i].wall_ms;
		assert_int_equal(child_run(table[i].work, &limits, &msg),
		                 KD_OK);
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
	struct kd_child_limits limits = child_quick;
	int64_t start = kd_monotonic_ms();
	struct kd_message msg;

	(void)state;
	limits.wall_ms = 60000;
	assert_int_equal(child_run(work_burn, &limits, &msg), KD_OK);
	assert_int_equal(msg.status, KD_PARSE_CRASHED);
	assert_true(kd_monotonic_ms() - start < 20000);
}

static void test_child_eats_memory(void **state)
{
	struct kd_child_limits limits = child_quick;
	struct kd_message msg;

	(void)state;
	if (KD_SANITIZED)
		skip(); /* it maps more than any limit */
	limits.memory = UINT64_C(512) << 20;
	assert_int_equal(child_run(work_eat, &limits, &msg), KD_OK);
	assert_int_equal(msg.status, KD_PARSE_CRASHED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_child_comes_to_grief),
		cmocka_unit_test(test_child_burns_cpu),
		cmocka_unit_test(test_child_eats_memory),
	};

	return cmocka_run_group_tests(tests, child_setup, child_teardown);
}
