/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_store_members.c - which mails are one series, and of which version, is
 * the same for every order of arrival; and no thread makes it slow.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <time.h>

#include <cmocka.h>

#include "store/series_members.h"
#include "tests/support/fewer.h"
#include "tests/support/store_world.h"

static const struct world worlds[] = {
	{ "alone",
	  { { .name = 'a', .refs = "", .number = NONE, .total = NONE } },
	  "a=1" },
	{ "the cover letter alone says the version",
	  { { .name = 'a', .refs = "", .number = 0, .total = 2, .version = 3 },
	    { .name = 'b', .refs = "a", .number = 1, .total = 2 },
	    { .name = 'c', .refs = "a", .number = 2, .total = 2 } },
	  "abc=3" },
	{ "the first patch alone says the version",
	  { { .name = 'a', .refs = "", .number = 1, .total = 3, .version = 3 },
	    { .name = 'b', .refs = "a", .number = 2, .total = 3 },
	    { .name = 'c', .refs = "a", .number = 3, .total = 3 } },
	  "abc=3" },
	{ "a second version of a patch that answers the first",
	  { { .name = 'a', .refs = "", .number = 1, .total = 2 },
	    { .name = 'b', .refs = "a", .number = 2, .total = 2 },
	    { .name = 'c',
	      .refs = "ab",
	      .number = 2,
	      .total = 2,
	      .version = 2,
	      .hour = 9 } },
	  "ab=1 c=2<ta" },
	{ "of a series nothing but patches of two versions came",
	  { { .name = 'a', .refs = "", .number = 1, .total = 2 },
	    { .name = 'b',
	      .refs = "xa",
	      .number = 2,
	      .total = 2,
	      .version = 2,
	      .hour = 9 } },
	  "a=1 b=2<ta" },
	{ "a patch without number in the thread",
	  { { .name = 'a', .refs = "", .number = 0, .total = 2 },
	    { .name = 'b', .refs = "a", .number = 1, .total = 2 },
	    { .name = 'c', .refs = "a", .number = NONE, .total = NONE } },
	  "ab=1 c=1" },
	{ "one patch replaced",
	  { { .name = 'a', .refs = "", .number = 0, .total = 2, .version = 5 },
	    { .name = 'b', .refs = "a", .number = 1, .total = 2, .version = 5 },
	    { .name = 'c', .refs = "a", .number = 2, .total = 2, .version = 5 },
	    { .name = 'd',
	      .refs = "ab",
	      .number = 1,
	      .total = 2,
	      .version = 5,
	      .hour = 9,
	      .revision = 1 } },
	  "abc=5 d=5.1<ta" },
	{ "one patch of a series in a new version",
	  { { .name = 'a', .refs = "", .number = 0, .total = 3 },
	    { .name = 'b', .refs = "a", .number = 1, .total = 3 },
	    { .name = 'c', .refs = "a", .number = 2, .total = 3 },
	    { .name = 'd', .refs = "a", .number = 3, .total = 3 },
	    { .name = 'e',
	      .refs = "ac",
	      .number = 2,
	      .total = 3,
	      .version = 2,
	      .hour = 9 } },
	  "abcd=1 e=2<ta" },
	{ "a number taken",
	  { { .name = 'a', .refs = "", .number = 0, .total = 2 },
	    { .name = 'b', .refs = "a", .number = 1, .total = 2 },
	    { .name = 'c', .refs = "a", .number = 2, .total = 2 },
	    { .name = 'd', .refs = "a", .number = 2, .total = 2, .hour = 9 } },
	  "abc=1 d=1" },
	{ "one more patch than was said",
	  { { .name = 'a', .refs = "", .number = 0, .total = 2 },
	    { .name = 'b', .refs = "a", .number = 1, .total = 2 },
	    { .name = 'c', .refs = "a", .number = 2, .total = 2 },
	    { .name = 'd',
	      .refs = "a",
	      .number = NONE,
	      .total = NONE,
	      .word = "3/n" } },
	  "abcd=1" },
	{ "number over total",
	  { { .name = 'a', .refs = "", .number = 0, .total = 2 },
	    { .name = 'b', .refs = "a", .number = 1, .total = 2 },
	    { .name = 'c', .refs = "a", .number = 2, .total = 2 },
	    { .name = 'd', .refs = "a", .number = 3, .total = 3 } },
	  "abcd=1" },
	{ "cover letter without number",
	  { { .name = 'a',
	      .refs = "",
	      .number = NONE,
	      .total = NONE,
	      .cover = true },
	    { .name = 'b', .refs = "a", .number = 1, .total = 2 },
	    { .name = 'c', .refs = "a", .number = 2, .total = 2 } },
	  "abc=1" },
	{ "two posters answer with the same counters",
	  { { .name = 'a', .refs = "", .number = 0, .total = 2 },
	    { .name = 'b', .refs = "a", .number = 1, .total = 2 },
	    { .name = 'c', .refs = "a", .number = 2, .total = 2 },
	    { .name = 'd',
	      .refs = "a",
	      .number = 1,
	      .total = 2,
	      .hour = 2,
	      .sender = 'b' },
	    { .name = 'e',
	      .refs = "ad",
	      .number = 2,
	      .total = 2,
	      .hour = 2,
	      .sender = 'b' } },
	  "abc=1 de=1" },
	{ "sent again below patch 1, without a version",
	  { { .name = 'a', .refs = "", .number = 1, .total = 2, .title = "t" },
	    { .name = 'b', .refs = "a", .number = 2, .total = 2 },
	    { .name = 'c',
	      .refs = "a",
	      .number = 1,
	      .total = 2,
	      .hour = 9,
	      .title = "t" },
	    { .name = 'd', .refs = "ac", .number = 2, .total = 2, .hour = 9 } },
	  "ab=1 cd=2<ta" },
	{ "thrice in a row",
	  { { .name = 'a',
	      .refs = "",
	      .number = 1,
	      .total = 4,
	      .version = 2,
	      .title = "t" },
	    { .name = 'b',
	      .refs = "",
	      .number = 1,
	      .total = 4,
	      .version = 2,
	      .title = "t" },
	    { .name = 'c',
	      .refs = "",
	      .number = 1,
	      .total = 4,
	      .version = 2,
	      .title = "t" } },
	  "a=2 b=2 c=2" },
};

static void test_members_in_every_order(void **state)
{
	world_try_all(*state, worlds, sizeof(worlds) / sizeof(worlds[0]));
}

/* What this process has worked, whatever others do. */
static int64_t worked_ms(void)
{
	struct timespec t;

	assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t), 0);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Thousands answer one message with the same counters: two senders, with
 * and without a version. */
static void test_no_thread_makes_a_delivery_slow(void **state)
{
	enum { SLOW_MS = 2000 }; /* the hook has 6,000 */
	const int answers = 1100 / kd_one_of(10);
	struct fixture *fix = *state;
	struct kd_store *store = world_open(fix);
	struct kd_arena *keep = fix->arena;
	struct mail mail = { .refs = "x", .total = 2 };
	struct kd_arriving a;
	int64_t begin, took;
	int64_t worst = 0;
	int i;

	for (i = 0; i < answers; i++) {
		fix->arena = kd_arena_new();
		assert_non_null(fix->arena);
		mail.name = 'a';
		mail.number = 1 + i % 2;
		mail.sender = (char)('a' + i % 3 / 2);
		mail.version = i % 5 / 4 * 2;
		a = world_mail(fix, &mail, 0);
		fixture_message(&a)->message_id =
			kd_arena_printf(fix->arena, "%d@example.org", i);
		fixture_message(&a)->date += i % 100;
		begin = worked_ms();
		assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_NEW);
		took = worked_ms() - begin;
		if (took > worst)
			worst = took;
		kd_arena_free(fix->arena);
	}
	fix->arena = keep;
	assert_in_range(worst, 0, SLOW_MS);
	kd_store_close(store);
}

/* More than it can note are left out, and the one answered is not. */
static void test_members_that_refer_to_many(void **state)
{
	struct kd_node node = { .message = 1 };

	(void)state;
	for (int i = 1; i < 10; i++)
		kd_members_cite(&node, i, 100 + i);
	assert_int_equal(node.n_cites, KD_CITES_MAX);
	assert_true(node.refers);
	for (int i = 1; i < KD_CITES_MAX; i++)
		assert_true(node.ordinals[i] < node.ordinals[i - 1]);
	kd_members_cite(&node, 0, 200);
	assert_int_equal(node.parent, 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_members_in_every_order),
		TEST(test_members_that_refer_to_many),
		TEST(test_no_thread_makes_a_delivery_slow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
