/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_store_facts_limits.c - what a message says beside its columns is within
 * limits, or is not stored.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/facts_fixture.h"

/* What a broken parser could say: lists, */
static bool spoil_list(struct kd_message *msg, int what, const char *endless)
{
	static struct kd_trailer trailer = { "Fixes", NULL, false, false };
	static struct kd_link link = { (enum kd_relation)9, 0, "1@x" };
	static const char *texts[1];

	texts[0] = what % 2 == 0 ? NULL : endless;
	trailer.value = texts[0];
	switch (what / 2) {
	case 0:
		msg->trailers = &trailer;
		msg->n_trailers = 1;
		return true;
	case 1:
		msg->paths = texts;
		msg->n_paths = 1;
		return true;
	case 2:
		msg->titles = texts;
		msg->n_titles = 1;
		return true;
	case 3:
		msg->links = &link;
		msg->n_links = what == 6 ? 1 : KD_LINKS_MAX + 1;
		return true;
	case 4:
		msg->n_trailers = what == 8 ? KD_TRAILERS_MAX + 1 : 0;
		msg->n_paths = what == 8 ? 0 : KD_PATHS_MAX + 1;
		return true;
	default:
		return false;
	}
}

/* and what there is one of. */
static void spoil(struct kd_message *msg, int what, const char *endless)
{
	static struct kd_taken one = { -7, NULL, NULL };

	if (spoil_list(msg, what, endless))
		return;
	msg->fate = KD_FATE_QUEUED;
	switch (what) {
	case 10:
		msg->pull_url = endless;
		break;
	case 11:
		msg->fate = (enum kd_fate)77;
		break;
	case 12:
		msg->tree = endless;
		break;
	case 13:
		msg->taken = &one;
		msg->n_taken = 1;
		break;
	case 14:
		msg->base_commit = endless;
		break;
	case 15:
		msg->subject.number = -9;
		break;
	case 16:
		msg->sender.name = endless;
		break;
	default:
		msg->subject.title = NULL;
		break;
	}
}

static void test_facts_over_a_limit_are_refused_at_once(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving a = fixture_arriving(fix, "1@x", "one", 1000);
	struct kd_message *msg = fixture_message(&a);
	const struct kd_message plain = *msg;
	char *endless = kd_arena_alloc(fix->arena, 300000);
	enum kd_added added = KD_ADDED_NEW;
	int i;

	memset(endless, 'x', 299999);
	for (i = 0; i <= 17; i++) {
		spoil(msg, i, endless);
		if (kd_store_add(store, &a, &added, &fix->err) != KD_BUG)
			fail_msg("%d was taken", i);
		assert_null(strstr(fix->err.text, "sqlite"));
		*msg = plain;
	}
	assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_NEW);
	kd_store_close(store);
}

/* The most that is allowed is taken. */
static void test_facts_at_their_limits(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving a = fixture_arriving(fix, "1@x", "one", 1000);
	struct kd_message *msg = fixture_message(&a);
	const char *many[KD_PATHS_MAX];
	struct kd_trailer longest = { "A", NULL, true, false };
	char *path = kd_arena_alloc(fix->arena, KD_PATHS_SIZE_MAX + 1);
	char *value = kd_arena_alloc(fix->arena, KD_TRAILERS_SIZE_MAX + 1);
	struct kd_message got;
	size_t i;

	memset(path, 'p', KD_PATHS_SIZE_MAX);
	memset(value, 'v', KD_TRAILERS_SIZE_MAX);
	longest.value = value;
	many[0] = path;
	for (i = 1; i < KD_PATHS_MAX; i++)
		many[i] = kd_arena_printf(fix->arena, "%zu", i);
	msg->paths = many;
	msg->n_paths = KD_PATHS_MAX;
	msg->titles = many;
	msg->n_titles = KD_TITLES_MAX;
	msg->trailers = &longest;
	msg->n_trailers = 1;
	assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_NEW);
	got = facts_of(fix, store, 1);
	assert_int_equal(got.n_paths, KD_PATHS_MAX);
	for (i = 0; i < KD_PATHS_MAX; i++)
		assert_string_equal(got.paths[i], many[i]);
	assert_int_equal(got.n_titles, KD_TITLES_MAX);
	assert_string_equal(got.trailers[0].value, value);
	assert_false(facts_reread(fix, store, &a));
	kd_store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_facts_over_a_limit_are_refused_at_once),
		TEST(test_facts_at_their_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
