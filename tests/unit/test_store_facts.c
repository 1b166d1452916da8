/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_store_facts.c - what a message says beside its columns comes out
 * again, changes when it is read again, and is within limits.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "store/reread.h"
#include "tests/support/store_fixture.h"

static const struct kd_trailer trailers[] = {
	{ "Fixes", "123456789abc (\"x86: a title\")", false, false },
	{ "Reviewed-By", "Reviewer 1 <reviewer1@example.org>", true, false },
	{ "Signed-off-by", "Patch Author 1 <author1@example.org>", true, true },
};
static const char *const paths[] = { "arch/x86/kvm/x86.c", "MAINTAINERS" };
static const struct kd_link links[] = {
	{ KD_RELATION_PREVIOUS, 1, "v1@example.org" },
	{ KD_RELATION_DEPENDS, 0, "base@example.org" },
	{ KD_RELATION_DEPENDS, 0, "" }, /* nothing answers to it */
	{ KD_RELATION_SUPERSEDES, 0, NULL },
	{ KD_RELATION_SUBJECT, 0, "v1@example.org" },
};
static const char *const titles[] = { "x86: first", "x86: t\xc3\xbc",
	                              "x86: first" };
static const struct kd_taken taken[] = {
	{ 1, "x86: first", "0123456789abcdef" },
	{ KD_NUMBER_NONE, NULL, NULL },
	{ 3, "x86: third", NULL },
};

static void fill_in(struct kd_message *msg)
{
	msg->kind = KD_KIND_APPLIED;
	msg->subject.versioned = true;
	msg->has_patch_id = true;
	memset(msg->patch_id, 0xa5, KD_PATCH_ID_SIZE);
	msg->base_commit = "fedcba9876543210";
	msg->trailers = trailers;
	msg->n_trailers = 3;
	msg->paths = paths;
	msg->n_paths = 2;
	msg->links = links;
	msg->n_links = 5;
	msg->titles = titles;
	msg->n_titles = 3;
	msg->pull_url = "https://git.example.org/linux.git";
	msg->pull_ref = "tags/for-linus";
	msg->fate = KD_FATE_APPLIED;
	msg->tree = "kvm/next";
	msg->taken = taken;
	msg->n_taken = 3;
}

static struct kd_message details(struct fixture *fix, struct kd_store *store,
                                 int64_t variant)
{
	struct kd_message msg = { .message_id = "untouched" };
	struct kd_message alone = { .n_trailers = 0 };
	size_t i;

	assert_int_equal(kd_store_details(store, variant, fix->arena, &msg,
	                                  &fix->err),
	                 KD_OK);
	assert_string_equal(msg.message_id, "untouched");
	assert_int_equal(kd_store_trailers(store, variant, fix->arena, &alone,
	                                   &fix->err),
	                 KD_OK);
	assert_int_equal(alone.n_trailers, msg.n_trailers);
	for (i = 0; i < alone.n_trailers; i++)
		assert_string_equal(alone.trailers[i].value,
		                    msg.trailers[i].value);
	return msg;
}

static void expect_text(const char *got, const char *want)
{
	if (want == NULL)
		assert_null(got);
	else
		assert_string_equal(got, want);
}

static void expect_trailers(const struct kd_message *got)
{
	size_t i;

	assert_int_equal(got->n_trailers, 3);
	for (i = 0; i < 3; i++) {
		expect_text(got->trailers[i].name, trailers[i].name);
		expect_text(got->trailers[i].value, trailers[i].value);
		assert_int_equal(got->trailers[i].of_person,
		                 trailers[i].of_person);
		assert_int_equal(got->trailers[i].by_sender,
		                 trailers[i].by_sender);
	}
}

static void expect_links(const struct kd_message *got)
{
	static const size_t kept[] = { 0, 1, 4 };
	const struct kd_link *want;
	size_t i;

	assert_int_equal(got->n_links, 3);
	for (i = 0; i < 3; i++) {
		want = &links[kept[i]];
		assert_int_equal(got->links[i].relation, want->relation);
		assert_int_equal(got->links[i].version, want->version);
		expect_text(got->links[i].message_id, want->message_id);
	}
}

static void expect_all(const struct kd_message *got)
{
	size_t i;

	expect_trailers(got);
	expect_links(got);
	assert_int_equal(got->n_paths, 2);
	for (i = 0; i < 2; i++)
		expect_text(got->paths[i], paths[i]);
	assert_int_equal(got->n_titles, 3);
	for (i = 0; i < 3; i++)
		expect_text(got->titles[i], titles[i]);
	expect_text(got->pull_url, "https://git.example.org/linux.git");
	expect_text(got->pull_ref, "tags/for-linus");
	assert_int_equal(got->fate, KD_FATE_APPLIED);
	expect_text(got->tree, "kvm/next");
	assert_int_equal(got->n_taken, 3);
	for (i = 0; i < 3; i++) {
		assert_int_equal(got->taken[i].number, taken[i].number);
		expect_text(got->taken[i].title, taken[i].title);
		expect_text(got->taken[i].commit, taken[i].commit);
	}
}

static void test_facts_come_back(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving a = fixture_arriving(fix, "1@x", "one", 1000);
	struct kd_arriving b = fixture_arriving(fix, "2@x", "two", 1000);
	struct kd_message got;
	struct kd_posted row;

	fill_in(fixture_message(&a));
	fill_in(fixture_message(&b));
	(void)fixture_add(fix, store, &a);
	(void)fixture_add(fix, store, &b); /* paths are known now */
	got = details(fix, store, 1);
	expect_all(&got);
	got = details(fix, store, 2);
	expect_all(&got);
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
	fixture_message(&a)->taken = taken;
	fixture_message(&a)->n_taken = 3;
	(void)fixture_add(fix, store, &a);
	got = details(fix, store, 1);
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

static void test_facts_are_those_of_each_variant(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving a = fixture_arriving(fix, "1@x", "one", 1000);
	struct kd_arriving b = fixture_arriving(fix, "1@x", "two", 1000);
	struct kd_message got;

	fill_in(fixture_message(&a));
	assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_NEW);
	assert_int_equal(fixture_add(fix, store, &b), KD_ADDED_VARIANT);
	assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_DUPLICATE);
	got = details(fix, store, 1);
	expect_all(&got);
	got = details(fix, store, 2);
	assert_int_equal(got.n_trailers, 0);
	kd_store_close(store);
}

/* --- Reading again ----------------------------------------------------- */

static bool reread(struct fixture *fix, struct kd_store *store,
                   const struct kd_arriving *a)
{
	struct kd_reread row = {
		.kept = { .variant = 1, .message = 1, .received = 1000 },
		.msg = *a->msg,
	};
	size_t done = 0;

	row.kept.size = a->raw.size;
	assert_int_equal(kd_store_reread(store, &row, 1, INT64_MAX, &done,
	                                 &fix->err),
	                 KD_OK);
	assert_int_equal(done, 1);
	return row.changed;
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
		msg->has_patch_id = false;
		break;
	case 11:
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

	fill_in(msg);
	full = *msg;
	*msg = plain;
	(void)fixture_add(fix, store, &a);
	assert_false(reread(fix, store, &a));
	*msg = full;
	assert_true(reread(fix, store, &a));
	assert_false(reread(fix, store, &a));
	for (i = 0; i <= 12; i++) {
		change(msg, i);
		if (!reread(fix, store, &a))
			fail_msg("change %d went unseen", i);
		assert_false(reread(fix, store, &a));
		*msg = full;
		assert_true(reread(fix, store, &a));
	}
	got = details(fix, store, 1);
	expect_all(&got);
	*msg = plain;
	assert_true(reread(fix, store, &a));
	got = details(fix, store, 1);
	assert_int_equal(got.n_trailers + got.n_taken + got.n_links, 0);
	kd_store_close(store);
}

/* --- Limits ------------------------------------------------------------ */

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
	got = details(fix, store, 1);
	assert_int_equal(got.n_paths, KD_PATHS_MAX);
	for (i = 0; i < KD_PATHS_MAX; i++)
		assert_string_equal(got.paths[i], many[i]);
	assert_int_equal(got.n_titles, KD_TITLES_MAX);
	assert_string_equal(got.trailers[0].value, value);
	assert_false(reread(fix, store, &a));
	kd_store_close(store);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_facts_come_back),
		TEST(test_facts_of_nothing_are_no_rows),
		TEST(test_facts_are_those_of_each_variant),
		TEST(test_facts_follow_what_is_read_again),
		TEST(test_facts_over_a_limit_are_refused_at_once),
		TEST(test_facts_at_their_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
