/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_store_thread.c - which messages are one thread, whatever their
 * headers say; and who had posted before.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "store/series.h"
#include "store/thread.h"
#include "tests/support/store_world.h"

/* A message "id@x" in reply to the last of refs, "a b c". */
static void add(struct fixture *fix, struct kd_store *store, const char *id,
                const char *refs)
{
	struct kd_arriving a = fixture_arriving(
		fix, kd_arena_printf(fix->arena, "%s@x", id), "m", 1000);
	struct kd_message *msg = fixture_message(&a);
	const char **list =
		kd_arena_array(fix->arena, KD_REFERENCES_MAX, sizeof(*list));
	struct kd_bytes rest = kd_bytes_of(refs);

	assert_non_null(list);
	msg->kind = KD_KIND_REPLY;
	msg->references = list;
	while (rest.size > 0) {
		const char *end = memchr(rest.data, ' ', rest.size);
		size_t size =
			end != NULL ? (size_t)(end - rest.data) : rest.size;

		list[msg->n_references++] = kd_arena_printf(
			fix->arena, "%.*s@x", (int)size, rest.data);
		msg->in_reply_to = list[msg->n_references - 1];
		rest.data += size + (end != NULL);
		rest.size -= size + (end != NULL);
	}
	(void)fixture_add(fix, store, &a);
}

static struct kd_threaded ask(struct fixture *fix, struct kd_store *store,
                              const char *id)
{
	struct kd_threaded ret = { .root = 0 };
	struct kd_posted posted = fixture_get(
		fix, store, kd_arena_printf(fix->arena, "%s@x", id));

	ret.message = posted.message;
	ret.variant = posted.variant;
	return ret;
}

/* Are they one thread, all of them asked about at once and each alone? */
static void expect(struct fixture *fix, struct kd_store *store, const char *a,
                   const char *b, bool same)
{
	struct kd_threaded both[2] = { ask(fix, store, a), ask(fix, store, b) };
	int64_t roots[2];

	for (int i = 0; i < 2; i++) {
		assert_int_equal(kd_store_find_roots(store, &both[i], 1,
		                                     &fix->err),
		                 KD_OK);
		roots[i] = both[i].root;
	}
	assert_int_equal(kd_store_find_roots(store, both, 2, &fix->err), KD_OK);
	if ((both[0].root == both[1].root) != same ||
	    (roots[0] == roots[1]) != same)
		fail_msg("%s and %s: %d", a, b, same);
}

static void test_threads(void **state)
{
	static const struct {
		const char *a, *b;
		bool same;
	} cases[] = {
		{ "root", "one", true },
		{ "one", "two", true },
		{ "two", "cut", true }, /* only the last is named */
		{ "root", "other", false },
		{ "lost1", "lost2", true }, /* their root never came */
		{ "lost1", "root", false },
		{ "lost1", "lost3", true }, /* over one that came */
		{ "circle1", "circle2", true },
		{ "circle1", "circle3", true },
		{ "tail", "circle2", true }, /* it hangs on the circle */
		{ "self", "root", false },
		{ "self", "self2", true },
	};
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_threaded root;

	add(fix, store, "root", "");
	add(fix, store, "one", "root");
	add(fix, store, "two", "root one");
	add(fix, store, "cut", "two");
	add(fix, store, "other", "");
	add(fix, store, "lost1", "never");
	add(fix, store, "lost2", "never gone");
	add(fix, store, "lost3", "never lost1");
	add(fix, store, "circle1", "circle3");
	add(fix, store, "circle2", "circle1");
	add(fix, store, "circle3", "circle2");
	add(fix, store, "tail", "circle1");
	add(fix, store, "self", "self");
	add(fix, store, "self2", "self");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect(fix, store, cases[i].a, cases[i].b, cases[i].same);
	/* A root is the root of itself. */
	root = ask(fix, store, "root");
	assert_int_equal(kd_store_find_roots(store, &root, 1, &fix->err),
	                 KD_OK);
	assert_int_equal(root.root, root.message);
	assert_int_equal(kd_store_find_roots(store, NULL, 0, &fix->err), KD_OK);
	kd_store_close(store);
}

enum { DEEP = 600 }; /* more than a map has places for at first */

/* Each answers the one before and names no other. */
static void test_deep_thread(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = world_open(fix);
	struct kd_arena *keep = fix->arena;

	for (int i = 0; i < DEEP; i++) {
		char id[32], before[32] = "";

		fix->arena = kd_arena_new();
		assert_non_null(fix->arena);
		(void)snprintf(id, sizeof(id), "d%d", i);
		if (i > 0)
			(void)snprintf(before, sizeof(before), "d%d", i - 1);
		add(fix, store, id, before);
		kd_arena_free(fix->arena);
	}
	fix->arena = keep;
	expect(fix, store, "d0", "d599", true);
	expect(fix, store, "d150", "d599", true);
	kd_store_close(store);
}

static void test_has_posted(void **state)
{
	static const struct {
		const char *email;
		kd_seq upto;
		bool had;
	} cases[] = {
		{ "a@example.org", 100000000, true },
		{ "A@Example.ORG", 100000000, true },
		{ "a@example.org", 99999999, false },
		{ "b@example.org", 100000009, false },
		{ "", 100000009, false },
	};
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving a = fixture_arriving(fix, "p@x", "m", 1000);
	struct kd_message *msg = fixture_message(&a);

	msg->kind = KD_KIND_PATCH;
	msg->sender.email = "A@example.org";
	(void)fixture_add(fix, store, &a);
	a = fixture_arriving(fix, "q@x", "m", 1001);
	msg = fixture_message(&a);
	msg->kind = KD_KIND_REPLY;
	msg->sender.email = "b@example.org";
	(void)fixture_add(fix, store, &a);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool had = false;

		assert_int_equal(kd_store_has_posted(store, cases[i].email,
		                                     cases[i].upto, &had,
		                                     &fix->err),
		                 KD_OK);
		assert_int_equal(had, cases[i].had);
	}
	kd_store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_threads),
		TEST(test_deep_thread),
		TEST(test_has_posted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
