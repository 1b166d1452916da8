/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_store_facts.c - what a message says beside its columns comes out again,
 * and changes when it is read again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "store/reread.h"
#include "tests/support/facts_fixture.h"

static void test_facts_come_back(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving a = fixture_arriving(fix, "1@x", "one", 1000);
	struct kd_arriving b = fixture_arriving(fix, "2@x", "two", 1000);
	struct kd_message got;
	struct kd_posted row;

	facts_fill_in(fixture_message(&a));
	facts_fill_in(fixture_message(&b));
	(void)fixture_add(fix, store, &a);
	(void)fixture_add(fix, store, &b); /* paths are known now */
	got = facts_of(fix, store, 1);
	facts_expect(&got);
	got = facts_of(fix, store, 2);
	facts_expect(&got);
	row = fixture_get(fix, store, "2@x");
	assert_true(row.msg.subject.versioned && row.msg.has_patch_id);
	assert_memory_equal(row.msg.patch_id, a.msg->patch_id,
	                    KD_PATCH_ID_SIZE);
	assert_string_equal(row.msg.base_commit, "fedcba9876543210");
	kd_store_close(store);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM path"), 2);
	/* what is linked to has a row, and did not come */
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM message "
	                                    "WHERE variant IS NULL"),
	                 2);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM "
	                                    "pragma_foreign_key_check"),
	                 0);
}

static void test_facts_of_nothing_are_no_rows(void **state)
{
	static const char count[] =
		"SELECT (SELECT count(*) FROM trailer) + "
		"(SELECT count(*) FROM touched) + (SELECT count(*) FROM link) "
		"+ (SELECT count(*) FROM announced) + "
		"(SELECT count(*) FROM pull) + (SELECT count(*) FROM notice) + "
		"(SELECT count(*) FROM taken) + (SELECT count(*) FROM about)";
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving a = fixture_arriving(fix, "1@x", "one", 1000);
	struct kd_message got;
	struct kd_posted row;

	fixture_message(&a)->tree = "of no notice";
	fixture_message(&a)->taken = facts_taken;
	fixture_message(&a)->n_taken = 3;
	(void)fixture_add(fix, store, &a);
	got = facts_of(fix, store, 1);
	assert_int_equal(got.n_trailers + got.n_paths + got.n_links +
	                         got.n_titles + got.n_taken,
	                 0);
	assert_int_equal(got.fate, KD_FATE_NONE);
	assert_null(got.tree);
	assert_null(got.pull_url);
	row = fixture_get(fix, store, "1@x");
	assert_false(row.msg.subject.versioned || row.msg.has_patch_id);
	assert_null(row.msg.base_commit);
	kd_store_close(store);
	assert_int_equal(fixture_query(fix, count), 0);
}

/* Of the words of the brackets those that are words. */
static void test_facts_words(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving a = fixture_arriving(fix, "1@x", "one", 1000);
	struct kd_subject *subject = &fixture_message(&a)->subject;
	struct kd_posted row;

	subject->prefixes[0] = "";
	subject->prefixes[1] = "kvm-unit-tests";
	subject->n_prefixes = 2;
	(void)fixture_add(fix, store, &a);
	row = fixture_get(fix, store, "1@x");
	assert_int_equal(row.msg.subject.n_prefixes, 1);
	assert_string_equal(row.msg.subject.prefixes[0], "kvm-unit-tests");
	kd_store_close(store);
}

/* What --reparse asks for may be gone in the meantime. */
static void test_facts_of_what_is_not_there(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving a = fixture_arriving(fix, "1@x", "one", 1000);
	struct kd_kept kept = { .variant = 4711, .large = true };
	struct kd_reread row = { .kept = kept, .msg = *a.msg };
	struct kd_bytes bytes;
	size_t n = 0;

	(void)fixture_add(fix, store, &a);
	assert_int_equal(kd_store_kept_bytes(store, &kept, fix->arena, &bytes,
	                                     &fix->err),
	                 KD_NOTFOUND);
	assert_int_equal(kd_store_reread(store, &row, 1, INT64_MAX, &n,
	                                 &fix->err),
	                 KD_NOTFOUND);
	assert_int_equal(n, 0);
	kd_store_close(store);
}

static void test_facts_are_those_of_each_variant(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving a = fixture_arriving(fix, "1@x", "one", 1000);
	struct kd_arriving b = fixture_arriving(fix, "1@x", "two", 1000);
	struct kd_message got;

	facts_fill_in(fixture_message(&a));
	assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_NEW);
	assert_int_equal(fixture_add(fix, store, &b), KD_ADDED_VARIANT);
	assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_DUPLICATE);
	got = facts_of(fix, store, 1);
	facts_expect(&got);
	got = facts_of(fix, store, 2);
	assert_int_equal(got.n_trailers, 0);
	kd_store_close(store);
}

/* Each alone makes a difference. */
static void change(struct kd_message *msg, int what)
{
	static const struct kd_trailer other[] = {
		{ "Fixes", "x", false, false },
		{ "Reviewed-By", "Reviewer 1 <reviewer1@example.org>", true,
		  true },
	};
	static const struct kd_taken unlike = { 1, "x86: first", "0123" };
	static const char *const paths[] = { "virt/one.c", "virt/two.c" };

	switch (what) {
	case 0:
		msg->n_trailers--;
		break;
	case 1:
		msg->trailers = other;
		msg->n_trailers = 2;
		break;
	case 2:
		msg->n_paths--;
		break;
	case 3:
		msg->n_links--;
		break;
	case 4:
		msg->titles++;
		msg->n_titles--;
		break;
	case 5:
		msg->pull_ref = NULL;
		break;
	case 6:
		msg->pull_url = NULL;
		break;
	case 7:
		msg->fate = KD_FATE_MERGED;
		break;
	case 8:
		msg->tree = NULL;
		break;
	case 9:
		msg->taken = &unlike;
		msg->n_taken = 1;
		break;
	case 10:
		msg->paths = paths;
		break;
	case 11:
		msg->has_patch_id = false;
		break;
	case 12:
		msg->base_commit = NULL;
		break;
	default:
		msg->subject.versioned = false;
		break;
	}
}

static void test_facts_follow_what_is_read_again(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving a = fixture_arriving(fix, "1@x", "one", 1000);
	struct kd_message *msg = fixture_message(&a);
	struct kd_message plain = *msg;
	struct kd_message full, got;
	int i;

	facts_fill_in(msg);
	full = *msg;
	*msg = plain;
	(void)fixture_add(fix, store, &a);
	assert_false(facts_reread(fix, store, &a));
	*msg = full;
	assert_true(facts_reread(fix, store, &a));
	assert_false(facts_reread(fix, store, &a));
	for (i = 0; i <= 13; i++) {
		change(msg, i);
		if (!facts_reread(fix, store, &a))
			fail_msg("change %d went unseen", i);
		assert_false(facts_reread(fix, store, &a));
		*msg = full;
		assert_true(facts_reread(fix, store, &a));
	}
	got = facts_of(fix, store, 1);
	facts_expect(&got);
	*msg = plain;
	assert_true(facts_reread(fix, store, &a));
	got = facts_of(fix, store, 1);
	assert_int_equal(got.n_trailers + got.n_taken + got.n_links, 0);
	kd_store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_facts_come_back),
		TEST(test_facts_of_nothing_are_no_rows),
		TEST(test_facts_words),
		TEST(test_facts_of_what_is_not_there),
		TEST(test_facts_are_those_of_each_variant),
		TEST(test_facts_follow_what_is_read_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
