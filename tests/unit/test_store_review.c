/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_store_review.c - who said what of a patch, and what became of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "store/series.h"
#include "tests/support/store_fixture.h"

static const struct kd_trailer reviewed[] = {
	{ "Cc", "someone@example.org", false, false },
	{ "Reviewed-by", "Reviewer 1 <reviewer1@example.org>", true, true },
	{ "Tested-by", "Tester 2 <tester2@example.org>", true, false },
};

static const struct kd_taken taken[] = {
	{ 1, "x86: first", "0123" },
	{ 2, "x86: second", NULL },
};

static struct kd_arriving make(struct fixture *fix, const char *id,
                               enum kd_kind kind, const char *reply_to)
{
	struct kd_arriving a = fixture_arriving(fix, id, id, 1000);
	struct kd_message *msg = fixture_message(&a);

	msg->kind = kind;
	msg->in_reply_to = reply_to;
	msg->trailers = reviewed;
	msg->n_trailers = 3;
	return a;
}

static void add(struct fixture *fix, struct kd_store *store, const char *id,
                enum kd_kind kind, const char *reply_to)
{
	struct kd_arriving a = make(fix, id, kind, reply_to);

	(void)fixture_add(fix, store, &a);
}

/* Two links, of which the first one leads. */
static void add_notice(struct fixture *fix, struct kd_store *store,
                       const char *id, const char *reply_to, size_t n_links,
                       size_t n_taken)
{
	static const struct kd_link links[] = {
		{ KD_RELATION_SUBJECT, 0, "q@x" },
		{ KD_RELATION_SUBJECT, 0, "p@x" },
		{ KD_RELATION_SUBJECT, 0, "p@x" },
	};
	struct kd_arriving a = make(fix, id, KD_KIND_APPLIED, reply_to);
	struct kd_message *msg = fixture_message(&a);

	msg->links = links;
	msg->n_links = n_links;
	msg->fate = n_taken == 0 ? KD_FATE_QUEUED : KD_FATE_APPLIED;
	msg->tree = n_taken == 0 ? NULL : "kvm/next";
	msg->taken = taken;
	msg->n_taken = n_taken;
	(void)fixture_add(fix, store, &a);
}

/* What came, one line each. */
struct seen {
	char text[1024];
	int n;
};

static void note(struct seen *seen, const char *fmt, ...) KD_PRINTF(2, 3);

static void note(struct seen *seen, const char *fmt, ...)
{
	size_t len = strlen(seen->text);
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(seen->text + len, sizeof(seen->text) - len, fmt, args);
	va_end(args);
	seen->n++;
}

static enum kd_status note_review(const struct kd_review *row, void *payload,
                                  struct kd_error *err)
{
	(void)err;
	assert_string_equal(row->sender.email, "author1@example.org");
	assert_true(row->trailer.of_person && row->seq >= 100000000);
	note(payload, "%s %lld %s: %s%s\n", row->message_id,
	     (long long)row->target, row->trailer.name, row->trailer.value,
	     row->trailer.by_sender ? " !" : "");
	return KD_OK;
}

static enum kd_status note_event(const struct kd_event *row, void *payload,
                                 struct kd_error *err)
{
	(void)err;
	assert_string_equal(row->sender.name, "Patch Author 1");
	assert_int_equal(row->received, 1000);
	note(payload, "%s %d %s %d %s %s\n", row->message_id, (int)row->fate,
	     row->tree == NULL ? "-" : row->tree, row->taken.number,
	     row->taken.title == NULL ? "-" : row->taken.title,
	     row->taken.commit == NULL ? "-" : row->taken.commit);
	return KD_OK;
}

static enum kd_status note_about(const struct kd_answer *row, void *payload,
                                 struct kd_error *err)
{
	(void)err;
	assert_true(row->seq >= 100000000);
	note(payload, "%lld %d %s\n", (long long)row->message, (int)row->kind,
	     row->sender.email);
	return KD_OK;
}

static enum kd_status stop(const struct kd_review *row, void *payload,
                           struct kd_error *err)
{
	int *n = payload;

	(void)row;
	(*n)++;
	return kd_fail(err, KD_USAGE, "enough");
}

static void expect_reviews(struct fixture *fix, struct kd_store *store,
                           int64_t target, const char *want)
{
	struct seen seen = { .n = 0 };

	assert_int_equal(kd_store_each_review(store, target, note_review, &seen,
	                                      &fix->err),
	                 KD_OK);
	assert_string_equal(seen.text, want);
}

static void expect_events(struct fixture *fix, struct kd_store *store,
                          int64_t target, const char *want)
{
	struct seen seen = { .n = 0 };

	assert_int_equal(kd_store_each_event(store, target, note_event, &seen,
	                                     &fix->err),
	                 KD_OK);
	assert_string_equal(seen.text, want);
}

static void test_reviews_are_those_of_people_who_answered(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	int n = 0;

	add(fix, store, "p@x", KD_KIND_PATCH, NULL); /* 1 */
	add(fix, store, "r@x", KD_KIND_REPLY, "p@x");
	add(fix, store, "b@x", KD_KIND_BOT, "p@x");
	add(fix, store, "v2@x", KD_KIND_PATCH, "p@x"); /* 4 */
	add(fix, store, "s@x", KD_KIND_OTHER, "r@x");
	add(fix, store, "t@x", KD_KIND_REPLY, "v2@x");
	expect_reviews(fix, store, 1,
	               "r@x 1 Reviewed-by: Reviewer 1 "
	               "<reviewer1@example.org> !\n"
	               "r@x 1 Tested-by: Tester 2 <tester2@example.org>\n"
	               "s@x 1 Reviewed-by: Reviewer 1 "
	               "<reviewer1@example.org> !\n"
	               "s@x 1 Tested-by: Tester 2 <tester2@example.org>\n");
	expect_reviews(fix, store, 4,
	               "t@x 4 Reviewed-by: Reviewer 1 "
	               "<reviewer1@example.org> !\n"
	               "t@x 4 Tested-by: Tester 2 <tester2@example.org>\n");
	expect_reviews(fix, store, 2, "");
	expect_reviews(fix, store, 99, "");
	assert_int_equal(kd_store_each_review(store, 1, stop, &n, &fix->err),
	                 KD_USAGE);
	assert_int_equal(n, 1);
	kd_store_close(store);
}

static void test_each_about_in_order_of_arrival(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct seen seen = { .n = 0 };
	char want[256];

	/* the ids of late ones are lower than that of the patch */
	add(fix, store, "r@x", KD_KIND_REPLY, "p@x");
	add(fix, store, "b@x", KD_KIND_BOT, "r@x");
	add(fix, store, "p@x", KD_KIND_PATCH, NULL);
	add(fix, store, "s@x", KD_KIND_FORWARD, "p@x");
	assert_int_equal(kd_store_each_about(
				 store, fixture_get(fix, store, "p@x").message,
				 note_about, &seen, &fix->err),
	                 KD_OK);
	(void)snprintf(want, sizeof(want),
	               "%lld 3 author1@example.org\n"
	               "%lld 7 author1@example.org\n"
	               "%lld 4 author1@example.org\n",
	               (long long)fixture_get(fix, store, "r@x").message,
	               (long long)fixture_get(fix, store, "b@x").message,
	               (long long)fixture_get(fix, store, "s@x").message);
	assert_string_equal(seen.text, want);
	assert_true(fixture_get(fix, store, "p@x").answered);
	assert_false(fixture_get(fix, store, "s@x").answered);
	kd_store_close(store);
}

static void test_events_answer_or_link(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	int64_t p, q;

	add_notice(fix, store, "early@x", NULL, 1, 0);
	add(fix, store, "p@x", KD_KIND_PATCH, NULL);
	add(fix, store, "q@x", KD_KIND_PATCH, NULL);
	add(fix, store, "r@x", KD_KIND_REPLY, "p@x");
	add_notice(fix, store, "answer@x", "r@x", 0, 2);
	add_notice(fix, store, "both@x", "p@x", 3, 0);
	p = fixture_get(fix, store, "p@x").message;
	q = fixture_get(fix, store, "q@x").message;
	expect_events(fix, store, p,
	              "answer@x 2 kvm/next 1 x86: first 0123\n"
	              "answer@x 2 kvm/next 2 x86: second -\n"
	              "both@x 1 - -1 - -\n");
	expect_events(fix, store, q, "early@x 1 - -1 - -\nboth@x 1 - -1 - -\n");
	assert_int_equal(fixture_get(fix, store, "both@x").about, q);
	/* linked to, and nothing else */
	add_notice(fix, store, "further@x", NULL, 1, 0);
	assert_true(fixture_get(fix, store, "q@x").answered);
	assert_false(fixture_get(fix, store, "further@x").answered);
	kd_store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_reviews_are_those_of_people_who_answered),
		TEST(test_each_about_in_order_of_arrival),
		TEST(test_events_answer_or_link),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
