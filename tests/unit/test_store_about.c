/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_store_about.c - what a message is about follows from the messages
 * that came, not from the order in which they did.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "store/internal.h"
#include "store/reread.h"
#include "tests/support/fewer.h"
#include "tests/support/store_fixture.h"

enum { SIZE = 6, ORDERS = 720 };

/* Messages are letters: a to f are those of the thread, x to z never
 * come. */
struct mail {
	enum kd_kind kind;
	char reply_to;          /* or 0 */
	const char *references; /* oldest first, or NULL */
	char link;              /* KD_RELATION_SUBJECT, or 0 */
	char about;             /* what is expected of it; 0: nothing */
};

static const struct thread {
	const char *name;
	struct mail mails[SIZE];
} threads[] = {
	{ "plain",
	  { { KD_KIND_PATCH, 0, NULL, 0, 0 },
	    { KD_KIND_REPLY, 'a', "a", 0, 'a' },
	    { KD_KIND_REPLY, 'b', "ab", 0, 'a' },
	    { KD_KIND_REPLY, 'c', NULL, 0, 'a' },
	    { KD_KIND_REPLY, 'x', "ax", 0, 'a' },
	    { KD_KIND_REPLY, 'f', NULL, 0, 0 } } },
	{ "cycles",
	  { { KD_KIND_REPLY, 'b', NULL, 0, 'd' },
	    { KD_KIND_REPLY, 'c', NULL, 0, 'd' },
	    { KD_KIND_REPLY, 'a', "d", 0, 'd' },
	    { KD_KIND_PATCH, 'a', "abc", 0, 0 },
	    { KD_KIND_OTHER, 'f', NULL, 0, 0 },
	    { KD_KIND_REPLY, 'e', "f", 0, 0 } } },
	{ "series",
	  { { KD_KIND_COVER, 0, NULL, 0, 0 },
	    { KD_KIND_PATCH, 'a', "a", 0, 0 },
	    { KD_KIND_PATCH, 'b', "ab", 0, 0 },
	    { KD_KIND_REPLY, 'b', "ab", 0, 'b' },
	    { KD_KIND_APPLIED, 'a', "a", 'c', 'c' },
	    { KD_KIND_REPLY, 'e', "e", 0, 'c' } } },
	{ "holes",
	  { { KD_KIND_PATCH, 0, NULL, 0, 0 },
	    { KD_KIND_REPLY, 'x', "ax", 0, 'a' },
	    { KD_KIND_REPLY, 'y', "xby", 0, 'a' },
	    { KD_KIND_REPLY, 'c', "z", 0, 'a' },
	    { KD_KIND_BOT, 'd', NULL, 0, 'a' },
	    { KD_KIND_FORWARD, 0, "xyz", 0, 0 } } },
	{ "links",
	  { { KD_KIND_PATCH, 0, NULL, 0, 0 },
	    { KD_KIND_REPLY, 'a', "a", 'e', 'a' }, /* means nothing by it */
	    { KD_KIND_BOT, 0, NULL, 'b', 'a' },
	    { KD_KIND_APPLIED, 'a', NULL, 'x', 'a' },
	    { KD_KIND_PULL, 0, NULL, 0, 0 },
	    { KD_KIND_APPLIED, 'a', "a", 'e', 'e' } } },
	{ "dead ends",
	  { { KD_KIND_REPLY, 0, NULL, 0, 0 },
	    { KD_KIND_REPLY, 'a', "ca", 0, 'c' },
	    { KD_KIND_PATCH, 0, NULL, 0, 0 },
	    { KD_KIND_REPLY, 'b', NULL, 0, 'c' },
	    { KD_KIND_PATCH, 'x', "cx", 0, 0 },
	    { KD_KIND_REPLY, 'a', "cea", 0, 'e' } } },
};

/* The n-th order of the letters. */
static void make_order(int n, char ret[SIZE + 1])
{
	char left[] = "abcdef";
	int i, k, pick, of = SIZE;

	for (i = 0; i < SIZE; i++, of--) {
		pick = n % of;
		n /= of;
		ret[i] = left[pick];
		for (k = pick; k < of; k++)
			left[k] = left[k + 1];
	}
	ret[SIZE] = '\0';
}

static const char *name(struct kd_arena *arena, int order, char letter)
{
	const char *id = NULL;

	if (letter != 0)
		id = kd_arena_printf(arena, "%d-%c@example.org", order, letter);
	return id;
}

static void add(struct fixture *fix, struct kd_store *store,
                const struct thread *thread, int order, char letter)
{
	const struct mail *mail = &thread->mails[letter - 'a'];
	const char *id = name(fix->arena, order, letter);
	/* a title of its own: series and versions are none of our business */
	struct kd_arriving a = fixture_arriving(fix, id, id, 1000);
	struct kd_message *msg = fixture_message(&a);
	const char *references[SIZE];
	struct kd_link link = { .relation = KD_RELATION_SUBJECT };
	size_t i;

	msg->kind = mail->kind;
	msg->in_reply_to = name(fix->arena, order, mail->reply_to);
	msg->references = references;
	if (mail->references != NULL)
		msg->n_references = strlen(mail->references);
	for (i = 0; i < msg->n_references; i++)
		references[i] = name(fix->arena, order, mail->references[i]);
	link.message_id = name(fix->arena, order, mail->link);
	msg->links = &link;
	msg->n_links = mail->link != 0;
	assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_NEW);
}

/* Which letter each of those that came is about; '.' for none. */
static void look(struct fixture *fix, struct kd_store *store, int order,
                 const char *came, char ret[SIZE + 1])
{
	int64_t ids[SIZE] = { 0 };
	int64_t about[SIZE] = { 0 };
	struct kd_posted row;
	int i, k;

	(void)snprintf(ret, SIZE + 1, "??????");
	for (i = 0; came[i] != '\0'; i++) {
		row = fixture_get(fix, store, name(fix->arena, order, came[i]));
		ids[came[i] - 'a'] = row.message;
		about[came[i] - 'a'] = row.about;
		ret[came[i] - 'a'] = '.';
	}
	for (i = 0; i < SIZE; i++) {
		for (k = 0; k < SIZE && about[i] != 0; k++) {
			if (ids[k] == about[i])
				ret[i] = "abcdef"[k];
		}
	}
}

/* What the first order said of each set of messages. */
struct memo {
	char of_set[1 << SIZE][SIZE + 1];
};

static void play(struct fixture *fix, struct kd_store *store,
                 const struct thread *thread, int n, struct memo *memo)
{
	char order[SIZE + 1];
	char came[SIZE + 1] = "";
	char got[SIZE + 1];
	unsigned int set = 0;
	int i;

	make_order(n, order);
	for (i = 0; i < SIZE; i++) {
		add(fix, store, thread, n, order[i]);
		came[i] = order[i];
		came[i + 1] = '\0';
		set |= 1U << (order[i] - 'a');
		if (n % 5 != 0 && i + 1 < SIZE)
			continue;
		look(fix, store, n, came, got);
		if (memo->of_set[set][0] == '\0')
			memcpy(memo->of_set[set], got, sizeof(got));
		if (strcmp(memo->of_set[set], got) != 0)
			fail_msg("%s, %s of %s: %s, else %s", thread->name,
			         came, order, got, memo->of_set[set]);
	}
}

static void quicken(struct fixture *fix, struct kd_store *store)
{
	assert_int_equal(kd_db_exec(store, "PRAGMA synchronous = OFF", "test",
	                            &fix->err),
	                 KD_OK);
}

static void play_all(struct fixture *fix, const struct thread *thread)
{
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arena *keep = fix->arena;
	struct memo memo = { .of_set = { "" } };
	const int step = kd_one_of(83);
	char want[SIZE + 1];
	int i;

	for (i = 0; i < SIZE; i++) {
		want[i] = thread->mails[i].about;
		if (want[i] == 0)
			want[i] = '.';
	}
	want[SIZE] = '\0';
	memcpy(memo.of_set[(1 << SIZE) - 1], want, sizeof(want));
	quicken(fix, store);
	for (i = 0; i < ORDERS; i += step) {
		fix->arena = kd_arena_new();
		assert_non_null(fix->arena);
		play(fix, store, thread, i, &memo);
		kd_arena_free(fix->arena);
	}
	fix->arena = keep;
	kd_store_close(store);
}

static void test_about_is_the_same_for_all_orders(void **state)
{
	struct fixture *fix = *state;
	const char *path = kd_arena_strdup(fix->arena, fix->path);
	size_t i;

	for (i = 0; i < sizeof(threads) / sizeof(threads[0]); i++) {
		(void)snprintf(fix->path, sizeof(fix->path), "%s%zu", path, i);
		play_all(fix, &threads[i]);
	}
}

/* --- Changes ----------------------------------------------------------- */

static struct kd_arriving make(struct fixture *fix, const char *id,
                               const char *content, enum kd_kind kind,
                               const char *reply_to)
{
	struct kd_arriving a = fixture_arriving(fix, id, content, 1000);
	struct kd_message *msg = fixture_message(&a);

	msg->kind = kind;
	msg->in_reply_to = reply_to;
	return a;
}

static void expect_about(struct fixture *fix, struct kd_store *store,
                         const char *id, const char *want)
{
	struct kd_posted row = fixture_get(fix, store, id);

	if (want == NULL)
		assert_int_equal(row.about, 0);
	else
		assert_int_equal(row.about,
		                 fixture_get(fix, store, want).message);
}

static void test_about_follows_the_preferred_variant(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving p = make(fix, "p@x", "p", KD_KIND_PATCH, NULL);
	struct kd_arriving q = make(fix, "q@x", "q", KD_KIND_PATCH, NULL);
	struct kd_arriving forged =
		make(fix, "r@x", "forged", KD_KIND_REPLY, "p@x");
	struct kd_arriving listed =
		make(fix, "r@x", "listed", KD_KIND_REPLY, "q@x");
	struct kd_arriving below = make(fix, "s@x", "s", KD_KIND_REPLY, "r@x");
	struct kd_arriving patch =
		make(fix, "s@x", "patch", KD_KIND_PATCH, "r@x");

	forged.through_list = false;
	below.through_list = false;
	(void)fixture_add(fix, store, &p);
	(void)fixture_add(fix, store, &q);
	(void)fixture_add(fix, store, &forged);
	(void)fixture_add(fix, store, &below);
	expect_about(fix, store, "r@x", "p@x");
	expect_about(fix, store, "s@x", "p@x");
	assert_int_equal(fixture_add(fix, store, &listed), KD_ADDED_VARIANT);
	expect_about(fix, store, "r@x", "q@x");
	expect_about(fix, store, "s@x", "q@x");
	/* what was a reply is a patch: no longer about anything */
	assert_int_equal(fixture_add(fix, store, &patch), KD_ADDED_VARIANT);
	expect_about(fix, store, "s@x", NULL);
	expect_about(fix, store, "p@x", NULL);
	kd_store_close(store);
}

static void test_about_follows_what_is_read_again(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving p = make(fix, "p@x", "p", KD_KIND_OTHER, NULL);
	struct kd_arriving r = make(fix, "r@x", "r", KD_KIND_REPLY, "p@x");
	struct kd_arriving s = make(fix, "s@x", "s", KD_KIND_REPLY, "r@x");
	struct kd_reread row = { .kept = { .variant = 1 } };
	size_t done = 0;

	(void)fixture_add(fix, store, &p);
	(void)fixture_add(fix, store, &r);
	(void)fixture_add(fix, store, &s);
	expect_about(fix, store, "s@x", NULL);
	row.kept.size = p.raw.size;
	row.msg = *p.msg;
	row.msg.kind = KD_KIND_PATCH;
	assert_int_equal(kd_store_reread(store, &row, 1, INT64_MAX, &done,
	                                 &fix->err),
	                 KD_OK);
	assert_true(row.changed);
	expect_about(fix, store, "r@x", "p@x");
	expect_about(fix, store, "s@x", "p@x");
	kd_store_close(store);
}

/* --- Hostile threads --------------------------------------------------- */

enum { DEEP = 400, WIDE = 1500 };

static void test_about_climbs_no_further_than_it_must(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving a = make(fix, "0@x", "m", KD_KIND_PATCH, NULL);
	const char *id = "0@x";
	int i;

	quicken(fix, store);
	(void)fixture_add(fix, store, &a);
	for (i = 1; i < DEEP; i++) {
		a = make(fix, kd_arena_printf(fix->arena, "%d@x", i), "m",
		         KD_KIND_REPLY, id);
		id = a.msg->message_id;
		(void)fixture_add(fix, store, &a);
	}
	expect_about(fix, store, "150@x", "0@x");
	expect_about(fix, store, "399@x", NULL);
	kd_store_close(store);
}

/* Thousands that wait for one, and refer to each other as well. */
static void test_about_of_a_crowd_takes_no_time(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	const char *ids[WIDE];
	struct kd_arriving a;
	int64_t begin;
	int i;

	quicken(fix, store);
	for (i = 0; i < WIDE; i++) {
		ids[i] = kd_arena_printf(fix->arena, "%d@x", i);
		a = make(fix, ids[i], "m", KD_KIND_REPLY, "p@x");
		fixture_message(&a)->references = ids + (i < 100 ? 0 : i - 100);
		fixture_message(&a)->n_references = i < 100 ? (size_t)i : 100;
		(void)fixture_add(fix, store, &a);
	}
	a = make(fix, "p@x", "m", KD_KIND_PATCH, NULL);
	begin = kd_monotonic_ms();
	(void)fixture_add(fix, store, &a);
	assert_in_range(kd_monotonic_ms() - begin, 0, 5000);
	expect_about(fix, store, "0@x", "p@x");
	expect_about(fix, store, "900@x", "p@x");
	kd_store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_about_is_the_same_for_all_orders),
		TEST(test_about_follows_the_preferred_variant),
		TEST(test_about_follows_what_is_read_again),
		TEST(test_about_climbs_no_further_than_it_must),
		TEST(test_about_of_a_crowd_takes_no_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
