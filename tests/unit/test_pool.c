/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_pool.c - workers that crash, hang and lie, in the place of the real
 * one: each message but those has its answer, in order.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "mda/pool.h"
#include "mda/sandbox.h"
#include "mda/wire.h"
#include "store/store.h"

enum { BATCHES = 7, MAILS = 20, WALL_MS = 1500 };

static struct kd_pool *pool;
static struct kd_pool_batch batches[BATCHES];
static struct kd_error err;

/* What the mail is told to do; its answer is the mail itself. */
static bool obey(struct kd_bytes raw, int64_t received, struct kd_arena *arena,
                 struct kd_bytes *ret)
{
	(void)arena;
	(void)received;
	if (kd_bytes_starts(raw, "crash"))
		(void)raise(SIGSEGV);
	if (kd_bytes_starts(raw, "exit"))
		/* not _exit(): the sanitizers look for leaks there */
		(void)syscall(SYS_exit_group, 0);
	if (kd_bytes_starts(raw, "babble"))
		(void)!write(KD_SANDBOX_FD, "\1\0\1", 3);
	while (kd_bytes_starts(raw, "sleep"))
		(void)pause();
	while (kd_bytes_starts(raw, "spin"))
		(void)kd_monotonic_ms();
	*ret = raw;
	return !kd_bytes_starts(raw, "fail");
}

static bool say_who(struct kd_bytes raw, int64_t received,
                    struct kd_arena *arena, struct kd_bytes *ret)
{
	(void)raw;
	(void)received;
	*ret = kd_bytes_of(kd_arena_printf(arena, "%d", (int)getpid()));
	return ret->data != NULL;
}

static int setup(void **state)
{
	(void)state;
	for (size_t i = 0; i < BATCHES; i++) {
		batches[i].arena = kd_arena_new();
		batches[i].n = 0;
		if (batches[i].arena == NULL)
			return -1;
	}
	pool = NULL;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	kd_pool_close(pool);
	for (size_t i = 0; i < BATCHES; i++)
		kd_arena_free(batches[i].arena);
	return 0;
}

static void start(size_t n_workers, kd_pool_work *work, unsigned int renew)
{
	const struct kd_pool_opts opts = {
		.n_workers = n_workers,
		.work = work,
		.renew_after = renew,
		.wall_ms = WALL_MS,
		.cpu_seconds = 1,
	};

	assert_int_equal(kd_pool_open(&opts, &pool, &err), KD_OK);
}

static void add(struct kd_pool_batch *batch, const char *text)
{
	batch->mails[batch->n++].raw = kd_bytes_of(text);
}

/* Plain mails, one of which does what is told at its begin. */
static void fill(struct kd_pool_batch *batch, size_t number, size_t bad,
                 const char *what)
{
	for (size_t i = 0; i < MAILS; i++)
		add(batch,
		    kd_arena_printf(batch->arena, "%s of %zu.%zu",
		                    i == bad ? what : "mail", number, i));
}

/* All of them through the pool; the answers of the plain ones. */
static void run_all(void)
{
	struct kd_pool_batch *got;
	size_t n_put = 0, n_got = 0;

	while (n_got < BATCHES) {
		while (n_put < BATCHES && kd_pool_has_room(pool))
			assert_int_equal(kd_pool_put(pool, &batches[n_put++],
			                             &err),
			                 KD_OK);
		assert_int_equal(kd_pool_get(pool, &got, &err), KD_OK);
		assert_ptr_equal(got, &batches[n_got++]);
	}
	assert_int_equal(kd_pool_get(pool, &got, &err), KD_OK);
	assert_null(got);
}

static void expect_answers(size_t batch, size_t bad)
{
	for (size_t i = 0; i < MAILS; i++) {
		const struct kd_pool_mail *mail = &batches[batch].mails[i];

		if (i == bad) {
			assert_false(mail->answered);
			continue;
		}
		assert_true(mail->answered);
		assert_int_equal(mail->wire.size, mail->raw.size);
		assert_memory_equal(mail->wire.data, mail->raw.data,
		                    mail->raw.size);
	}
}

static void test_pool_answers_in_order(void **state)
{
	(void)state;
	start(3, obey, 1000);
	for (size_t i = 0; i < BATCHES; i++)
		fill(&batches[i], i, MAILS, "");
	run_all();
	for (size_t i = 0; i < BATCHES; i++)
		expect_answers(i, MAILS);
}

static void test_pool_loses_the_culprit_only(void **state)
{
	static const struct {
		const char *what;
		size_t at;
	} cases[BATCHES] = {
		{ "crash", 0 },         { "crash", MAILS - 1 }, { "exit", 7 },
		{ "sleep", 3 },         { "spin", 5 },          { "fail", 2 },
		{ "crash", MAILS / 2 },
	};

	(void)state;
	start(2, obey, 1000);
	for (size_t i = 0; i < BATCHES; i++)
		fill(&batches[i], i, cases[i].at, cases[i].what);
	run_all();
	for (size_t i = 0; i < BATCHES; i++)
		expect_answers(i, cases[i].at);
}

/* One after the other, with the next batch waiting behind. */
static void test_pool_survives_many_crashes(void **state)
{
	(void)state;
	start(1, obey, 1000);
	for (size_t i = 0; i < BATCHES; i++) {
		for (size_t k = 0; k < 5; k++)
			add(&batches[i], "crash");
	}
	run_all();
	for (size_t i = 0; i < BATCHES; i++) {
		for (size_t k = 0; k < 5; k++)
			assert_false(batches[i].mails[k].answered);
	}
}

/* A worker that says it is done when it is not cannot make anything of what
 * it did not do, nor stop those behind it. */
static void test_pool_does_not_believe_babble(void **state)
{
	(void)state;
	start(1, obey, 1000);
	fill(&batches[0], 0, 3, "babble");
	for (size_t i = 1; i < BATCHES; i++)
		fill(&batches[i], i, MAILS, "");
	run_all();
	for (size_t i = 0; i < BATCHES; i++) {
		for (size_t k = 0; k < MAILS; k++) {
			const struct kd_pool_mail *m = &batches[i].mails[k];

			assert_true(!m->answered ||
			            (m->wire.size == m->raw.size &&
			             memcmp(m->wire.data, m->raw.data,
			                    m->raw.size) == 0));
		}
	}
}

static void test_pool_renews_its_workers(void **state)
{
	char *first;

	(void)state;
	start(1, say_who, 2 * MAILS);
	for (size_t i = 0; i < BATCHES; i++)
		fill(&batches[i], i, MAILS, "");
	run_all();
	first = kd_arena_strndup(batches[0].arena,
	                         batches[0].mails[0].wire.data,
	                         batches[0].mails[0].wire.size);
	assert_true(kd_bytes_starts(batches[1].mails[0].wire, first));
	assert_false(kd_bytes_starts(batches[2].mails[0].wire, first));
	assert_string_not_equal(first, kd_arena_printf(batches[0].arena, "%d",
	                                               (int)getpid()));
}

/* The real parser. */
static void test_pool_parses(void **state)
{
	static const char mail[] =
		"From: Patch Author 1 <author1@example.org>\n"
		"Subject: [PATCH 2/3] kvm: a title\n"
		"Message-ID: <two@example.org>\n"
		"\n"
		"A body, a body, a body, a body, a body, a body, a body.\n"
		"A body, a body, a body, a body, a body, a body, a body.\n"
		"A body, a body, a body, a body, a body, a body, a body.\n";
	const struct kd_pool_mail *got = &batches[0].mails[0];
	struct kd_pool_batch *batch;
	struct kd_message msg;

	(void)state;
	start(1, NULL, 1000);
	add(&batches[0], mail);
	assert_int_equal(kd_pool_put(pool, &batches[0], &err), KD_OK);
	assert_int_equal(kd_pool_get(pool, &batch, &err), KD_OK);
	assert_true(got->answered);
	assert_int_equal(kd_wire_decode(got->wire, got->raw, batch->arena, &msg,
	                                &err),
	                 KD_OK);
	assert_string_equal(msg.message_id, "two@example.org");
	assert_int_equal(msg.subject.number, 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_pool_answers_in_order),
		TEST(test_pool_loses_the_culprit_only),
		TEST(test_pool_survives_many_crashes),
		TEST(test_pool_does_not_believe_babble),
		TEST(test_pool_renews_its_workers),
		TEST(test_pool_parses),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
