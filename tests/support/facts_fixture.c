/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * facts_fixture.c - see facts_fixture.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "store/reread.h"
#include "tests/support/facts_fixture.h"

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
const struct kd_taken facts_taken[] = {
	{ 1, "x86: first", "0123456789abcdef" },
	{ KD_NUMBER_NONE, NULL, NULL },
	{ 3, "x86: third", NULL },
};

void facts_fill_in(struct kd_message *msg)
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
	msg->taken = facts_taken;
	msg->n_taken = 3;
}

struct kd_message facts_of(struct fixture *fix, struct kd_store *store,
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

void facts_expect(const struct kd_message *got)
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
		assert_int_equal(got->taken[i].number, facts_taken[i].number);
		expect_text(got->taken[i].title, facts_taken[i].title);
		expect_text(got->taken[i].commit, facts_taken[i].commit);
	}
}

bool facts_reread(struct fixture *fix, struct kd_store *store,
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
