/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_store_series.c - patches find their series whatever comes first.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "store/internal.h"
#include "tests/support/fewer.h"
#include "tests/support/store_fixture.h"

enum { MAILS_MAX = 6 };

/* Mails are called by one character each. */
struct mail {
	char name;        /* '\0': no more */
	char in_reply_to; /* '\0': to none */
	const char *references;
	int number;
	int version; /* 0: 1 */
	int minute;
	char group; /* the series that it belongs to; '-': to none */
	const char *email;
	const char *project;
};

struct thread {
	const char *name;
	int total;
	struct mail mails[MAILS_MAX + 1];
};

static const struct thread threads[] = {
	{ "shallow",
	  3,
	  { { '0', 0, "", 0, 0, 0, 'a', NULL, NULL },
	    { '1', '0', "0", 1, 0, 0, 'a', NULL, NULL },
	    { '2', '0', "0", 2, 0, 0, 'a', NULL, NULL },
	    { '3', '0', "0", 3, 0, 0, 'a', NULL, NULL } } },
	{ "deep",
	  3,
	  { { '0', 0, "", 0, 0, 0, 'a', NULL, NULL },
	    { '1', '0', "0", 1, 0, 0, 'a', NULL, NULL },
	    { '2', '1', "01", 2, 0, 0, 'a', NULL, NULL },
	    { '3', '2', "012", 3, 0, 0, 'a', NULL, NULL } } },
	{ "deep, no References",
	  4,
	  { { '0', 0, "", 0, 0, 0, 'a', NULL, NULL },
	    { '1', '0', "", 1, 0, 50, 'a', NULL, NULL },
	    { '2', '1', "", 2, 0, 100, 'a', NULL, NULL },
	    { '3', '2', "", 3, 0, 150, 'a', NULL, NULL },
	    { '4', '3', "", 4, 0, 200, 'a', NULL, NULL } } },
	{ "no cover letter",
	  3,
	  { { '1', 0, "", 1, 0, 0, 'a', NULL, NULL },
	    { '2', '1', "1", 2, 0, 0, 'a', NULL, NULL },
	    { '3', '1', "1", 3, 0, 0, 'a', NULL, NULL } } },
	{ "cover letter lost",
	  4,
	  { { '1', 'x', "x", 1, 0, 0, 'a', NULL, NULL },
	    { '2', 'x', "x", 2, 0, 0, 'a', NULL, NULL },
	    { '4', 'x', "x", 4, 0, 90, 'a', NULL, NULL } } },
	{ "cover letter from another address",
	  2,
	  { { '0', 0, "", 0, 0, 0, 'a', "author2@example.org", NULL },
	    { '1', '0', "0", 1, 0, 0, 'a', NULL, NULL },
	    { '2', '0', "0", 2, 0, 0, 'a', NULL, NULL } } },
	{ "without threads",
	  4,
	  { { '0', 0, "", 0, 0, 0, 'a', NULL, NULL },
	    { '1', 0, "", 1, 0, 1, 'a', "AUTHOR1@example.org", NULL },
	    { '2', 0, "", 2, 0, 2, 'a', NULL, NULL },
	    { '3', 0, "", 3, 0, 3, 'a', NULL, NULL },
	    { '4', 0, "", 4, 0, 19, 'a', NULL, NULL } } },
	{ "without threads, other senders and projects and days",
	  2,
	  { { '1', 0, "", 1, 0, 0, 'a', NULL, NULL },
	    { '2', 0, "", 2, 0, 0, 'b', "author2@example.org", NULL },
	    { '3', 0, "", 2, 0, 0, 'c', NULL, "kvm-unit-tests" },
	    { '4', 0, "", 2, 0, 1440, 'd', NULL, NULL },
	    { '5', 0, "", 2, 2, 0, 'e', NULL, NULL } } },
	{ "two at once",
	  2,
	  { { '0', 0, "", 0, 0, 0, 'a', NULL, NULL },
	    { '1', '0', "0", 1, 0, 0, 'a', NULL, NULL },
	    { '2', '0', "0", 2, 0, 0, 'a', NULL, NULL },
	    { '5', 0, "", 0, 0, 1, 'b', NULL, NULL },
	    { '6', '5', "5", 1, 0, 1, 'b', NULL, NULL } } },
	{ "two at once, one without a cover letter",
	  2,
	  { { '0', 0, "", 0, 0, 0, 'a', NULL, NULL },
	    { '1', '0', "0", 1, 0, 0, 'a', NULL, NULL },
	    { '6', 0, "", 1, 0, 1, 'b', NULL, NULL },
	    { '7', '6', "6", 2, 0, 1, 'b', NULL, NULL } } },
	{ "next version in the thread",
	  2,
	  { { '0', 0, "", 0, 0, 0, 'a', NULL, NULL },
	    { '1', '0', "0", 1, 0, 0, 'a', NULL, NULL },
	    { '5', '0', "0", 0, 2, 0, 'b', NULL, NULL },
	    { '6', '5', "05", 1, 2, 0, 'b', NULL, NULL },
	    { '7', '5', "05", 2, 2, 0, 'b', NULL, NULL } } },
	{ "sent again in the thread",
	  1,
	  { { '0', 0, "", 0, 0, 0, 'a', NULL, NULL },
	    { '1', '0', "0", 1, 0, 0, 'a', NULL, NULL },
	    { '5', '0', "0", 0, 0, 9, 'b', NULL, NULL },
	    { '6', '5', "5", 1, 0, 9, 'b', NULL, NULL } } },
	{ "two answers to one report",
	  2,
	  { { '1', 'x', "x", 1, 0, 0, 'a', NULL, NULL },
	    { '2', 'x', "x", 2, 0, 0, 'a', NULL, NULL },
	    { '6', 'x', "x", 1, 0, 0, 'b', "author2@example.org", NULL },
	    { '7', 'x', "x", 2, 0, 0, 'b', "author2@example.org", NULL } } },
	{ "cycles",
	  2,
	  { { '0', '2', "012", 0, 0, 0, 'a', NULL, NULL },
	    { '1', '1', "0121", 1, 0, 0, 'a', NULL, NULL },
	    { '2', '1', "210", 2, 0, 0, 'a', NULL, NULL } } },
	{ "what is none",
	  2,
	  { { '0', 0, "", 0, 0, 0, 'a', NULL, NULL },
	    { '1', '0', "0", KD_NUMBER_NONE, 0, 0, 'b', NULL, NULL },
	    { '2', '0', "0", 2, 0, 0, 'a', NULL, NULL } } },
};

/* Message-IDs of one round are not those of another. */
static const char *id_of(struct fixture *fix, char name, int round)
{
	return kd_arena_printf(fix->arena, "%c.%d@example.org", name, round);
}

static struct kd_arriving build(struct fixture *fix,
                                const struct thread *thread,
                                const struct mail *mail, int round)
{
	struct kd_arriving a = fixture_arriving(
		fix, id_of(fix, mail->name, round), "patch", 1000);
	struct kd_message *msg = fixture_message(&a);
	size_t n = strlen(mail->references);
	const char **ids = kd_arena_array(fix->arena, n + 1, sizeof(*ids));
	size_t i;

	for (i = 0; i < n; i++)
		ids[i] = id_of(fix, mail->references[i], round);
	msg->references = ids;
	msg->n_references = n;
	if (mail->in_reply_to != '\0')
		msg->in_reply_to = id_of(fix, mail->in_reply_to, round);
	msg->kind = mail->number == 0 ? KD_KIND_COVER : KD_KIND_PATCH;
	msg->subject.number = mail->number;
	msg->subject.total = thread->total;
	msg->subject.version = mail->version == 0 ? 1 : mail->version;
	msg->subject.project = mail->project;
	msg->subject.title =
		kd_arena_printf(fix->arena, "%c of %d", mail->name, round);
	/* rounds are days apart, so that they have nothing to do with one
	 * another */
	msg->date = 60 * mail->minute + 1000000 * (int64_t)(round + 1);
	if (mail->email != NULL)
		msg->sender.email = mail->email;
	return a;
}

static int64_t series_of(struct fixture *fix, struct kd_store *store,
                         const char *message_id)
{
	static const struct kd_scope all = { .kind = KD_SCOPE_ALL };
	struct kd_found found = { .message = 0 };
	struct kd_posted row = { .message = 0 };

	assert_int_equal(kd_store_find_message_id(store, message_id, &all,
	                                          &found, &fix->err),
	                 KD_OK);
	assert_int_equal(kd_store_get(store, found.message, fix->arena, &row,
	                              &fix->err),
	                 KD_OK);
	return row.series;
}

/* Same group, same series; and no series for '-'. */
static bool is_right(const struct mail *mails, const int64_t *series, int n)
{
	int i, j;

	for (i = 0; i < n; i++) {
		if ((series[i] == 0) != (mails[i].group == '-'))
			return false;
		for (j = 0; j < i; j++) {
			if ((series[i] == series[j]) !=
			    (mails[i].group == mails[j].group))
				return false;
		}
	}
	return true;
}

static void try_order(struct fixture *fix, struct kd_store *store,
                      const struct thread *thread, const int *order, int n,
                      int round)
{
	struct kd_arena *keep = fix->arena;
	char said[MAILS_MAX + 1] = "";
	int64_t series[MAILS_MAX];
	struct kd_arriving a;
	int i;

	fix->arena = kd_arena_new();
	assert_non_null(fix->arena);
	for (i = 0; i < n; i++) {
		a = build(fix, thread, &thread->mails[order[i]], round);
		assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_NEW);
		said[i] = thread->mails[order[i]].name;
	}
	for (i = 0; i < n; i++)
		series[i] = series_of(fix, store,
		                      id_of(fix, thread->mails[i].name, round));
	kd_arena_free(fix->arena);
	fix->arena = keep;
	if (is_right(thread->mails, series, n))
		return;
	for (i = 0; i < n; i++)
		print_error("%c: %lld\n", thread->mails[i].name,
		            (long long)series[i]);
	fail_msg("%s, in the order %s", thread->name, said);
}

static void test_series_in_every_order(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	const struct thread *thread;
	const int step = kd_one_of(11);
	int order[MAILS_MAX];
	int round = 0;
	size_t i;
	int tried, n;

	/* thousands of commits: only what they say matters here */
	assert_int_equal(kd_db_exec(store, "PRAGMA synchronous = OFF", "test",
	                            &fix->err),
	                 KD_OK);
	for (i = 0; i < sizeof(threads) / sizeof(threads[0]); i++) {
		thread = &threads[i];
		tried = 0;
		for (n = 0; thread->mails[n].name != '\0'; n++)
			order[n] = n;
		do {
			if (tried++ % step == 0)
				try_order(fix, store, thread, order, n,
				          round++);
		} while (fixture_next_order(order, n));
	}
	kd_store_close(store);
	/* no series is left without members */
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM series "
	                                    "WHERE id NOT IN (SELECT series "
	                                    "FROM message WHERE series "
	                                    "IS NOT NULL)"),
	                 0);
}

static enum kd_status take_number(const struct kd_posted *row, void *payload,
                                  struct kd_error *err)
{
	char *text = payload;

	(void)err;
	text[strlen(text)] = (char)('0' + row->msg.subject.number);
	return KD_OK;
}

static void test_series_is_read_up_to_a_position(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	static const int order[] = { 3, 0, 2, 1 };
	char numbers[8] = "";
	struct kd_arriving a;
	int64_t series;
	size_t i;

	for (i = 0; i < 4; i++) {
		a = build(fix, &threads[0], &threads[0].mails[order[i]], 0);
		(void)fixture_add(fix, store, &a);
	}
	a.list = &fixture_ppc; /* its arrival there is none of the series */
	assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_LIST);
	series = series_of(fix, store, id_of(fix, '0', 0));
	assert_int_equal(kd_store_each_of_series(store, series, INT64_MAX,
	                                         take_number, numbers,
	                                         &fix->err),
	                 KD_OK);
	assert_string_equal(numbers, "3021");
	memset(numbers, 0, sizeof(numbers));
	assert_int_equal(kd_store_each_of_series(store, series, 100000001,
	                                         take_number, numbers,
	                                         &fix->err),
	                 KD_OK);
	assert_string_equal(numbers, "30");
	kd_store_close(store);
}

static void test_series_follows_the_preferred_variant(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving a, forged;
	int64_t series;
	int i;

	/* a forged copy of the first patch comes before the true one */
	forged = build(fix, &threads[0], &threads[0].mails[3], 0);
	fixture_message(&forged)->message_id = id_of(fix, '1', 0);
	fixture_message(&forged)->content_sha256[0] ^= 1;
	forged.through_list = false;
	assert_int_equal(fixture_add(fix, store, &forged), KD_ADDED_NEW);
	for (i = 0; i < 4; i++) {
		a = build(fix, &threads[0], &threads[0].mails[i], 0);
		assert_int_equal(fixture_add(fix, store, &a),
		                 i == 1 ? KD_ADDED_VARIANT : KD_ADDED_NEW);
	}
	series = series_of(fix, store, id_of(fix, '0', 0));
	for (i = 1; i < 4; i++)
		assert_int_equal(series_of(fix, store,
		                           id_of(fix, (char)('0' + i), 0)),
		                 series);
	kd_store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_series_in_every_order),
		TEST(test_series_is_read_up_to_a_position),
		TEST(test_series_follows_the_preferred_variant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
