/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_reparse.c - kept bytes are read again: what was lost to a crash comes
 * back, and nothing else moves.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mda/child_internal.h"
#include "mda/reparse.h"
#include "tests/support/store_fixture.h"

static const struct kd_child_limits limits = {
	.cpu_seconds = 3,
	.memory = UINT64_C(512) << 20,
	.wall_ms = 20000,
};

static const char letter[] = "From: Reviewer Two <reviewer2@example.net>\n"
			     "To: kvm@vger.kernel.org\n"
			     "Subject: a question\n"
			     "Date: Mon, 10 Nov 2025 18:00:00 +0000\n"
			     "List-Id: <kvm.vger.kernel.org>\n";

/* A patch of a series of two, its From as an encoded word. */
static const char *patch(const struct fixture *fix, int number)
{
	return kd_arena_printf(
		fix->arena,
		"From: =?utf-8?q?Patch_=C3=84uthor?= <author1@example.org>\n"
		"To: kvm@vger.kernel.org\n"
		"Subject: [PATCH %d/2] kvm: change\n"
		"Date: Mon, 10 Nov 2025 17:16:4%d +0000\n"
		"Message-ID: <change-%d@example.org>\n%s"
		"Content-Type: text/plain; charset=utf-8\n"
		"Content-Transfer-Encoding: base64\n"
		"List-Id: <kvm.vger.kernel.org>\n"
		"\n"
		"V2h5IHRoaXMgaXMgZG9uZS4KCkNoYW5nZS1JZDogYWJjCg==\n",
		number, number, number,
		number == 2 ? "In-Reply-To: <change-1@example.org>\n" : "");
}

static int crash(int fd, struct kd_bytes raw, int64_t received)
{
	(void)fd;
	(void)raw;
	(void)received;
	abort();
}

static void add(struct fixture *fix, const char *mail, kd_child_work *work)
{
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_message msg;
	struct kd_arriving a = {
		.msg = &msg,
		.raw = kd_bytes_of(mail),
		.list = &fixture_kvm,
		.through_list = true,
		.received = 1762795010,
	};
	const struct kd_child_job job = {
		.work = work,
		.raw = a.raw,
		.received = a.received,
	};
	enum kd_status st;

	if (work != NULL)
		st = kd_child_run(&job, &limits, fix->arena, &msg, &fix->err);
	else
		st = kd_child_parse(a.raw, a.received, &limits, fix->arena,
		                    &msg, &fix->err);
	assert_int_equal(st, KD_OK);
	(void)fixture_add(fix, store, &a);
	kd_store_close(store);
}

/* Run it, and compare what it says but the seconds. */
static void reparse(struct fixture *fix, bool all, const char *expected)
{
	const struct kd_reparse_opts opts = {
		.store_path = fix->path,
		.all = all,
		.wait_ms = 10000,
	};
	FILE *out = tmpfile();
	char line[200] = "";

	assert_non_null(out);
	if (kd_reparse_run(&opts, out, &fix->err) != KD_OK)
		fail_msg("%s", fix->err.text);
	rewind(out);
	assert_non_null(fgets(line, sizeof(line), out));
	(void)fclose(out);
	assert_memory_equal(line, expected, strlen(expected));
}

/* All that must stay, as one number. */
static int64_t kept(const struct fixture *fix)
{
	return fixture_query(
		fix, "SELECT (SELECT sum(seq * 7 + message * 3 + list) "
		     "FROM arrival) + (SELECT total(length(data) + size) "
		     "FROM raw) + (SELECT count(*) * 1000 FROM variant) + "
		     "(SELECT total(seq) FROM marker) + (SELECT "
		     "count(*) FROM ident) * 100000");
}

static struct kd_posted get(struct fixture *fix, const char *message_id)
{
	static const struct kd_scope scope = { .kind = KD_SCOPE_ALL };
	struct kd_store *store = fixture_open(fix, KD_STORE_READ);
	struct kd_posted row;
	struct kd_found found;

	assert_int_equal(kd_store_find_message_id(store, message_id, &scope,
	                                          &found, &fix->err),
	                 KD_OK);
	assert_int_equal(kd_store_get(store, found.message, fix->arena, &row,
	                              &fix->err),
	                 KD_OK);
	kd_store_close(store);
	return row;
}

static void test_reparse_makes_a_crashed_one_whole(void **state)
{
	struct fixture *fix = *state;
	struct kd_bytes text = { .data = NULL };
	struct kd_store *store;
	struct kd_posted row, other;
	int64_t before;

	add(fix, patch(fix, 1), NULL);
	add(fix, patch(fix, 2), crash);
	row = get(fix, "change-2@example.org");
	assert_int_equal(row.msg.status, KD_PARSE_CRASHED);
	assert_string_equal(row.msg.sender.email, "author1@example.org");
	assert_string_equal(row.msg.subject.title, "kvm: change");
	assert_int_equal(row.msg.commit.size, 0);
	before = kept(fix);

	reparse(fix, false, "read 1, changed 1, still not ok 0, ");
	row = get(fix, "change-2@example.org");
	other = get(fix, "change-1@example.org");
	assert_int_equal(row.msg.status, KD_PARSE_OK);
	assert_string_equal(row.msg.sender.name, "Patch \303\204uthor");
	assert_string_equal(row.msg.in_reply_to, "change-1@example.org");
	assert_int_not_equal(row.series, 0);
	assert_int_equal(row.series, other.series);
	assert_int_equal(kept(fix), before);
	store = fixture_open(fix, KD_STORE_READ);
	assert_int_equal(kd_store_text(store, row.variant, fix->arena, &text,
	                               &fix->err),
	                 KD_OK);
	kd_store_close(store);
	assert_true(kd_bytes_starts(text, "Why this is done.\n"));

	reparse(fix, false, "read 0, changed 0, still not ok 0, ");
	reparse(fix, true, "read 2, changed 0, still not ok 0, ");
	assert_int_equal(kept(fix), before);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM series"), 1);
}

static void test_reparse_reads_what_older_rules_read(void **state)
{
	struct fixture *fix = *state;

	add(fix, patch(fix, 1), NULL);
	add(fix, patch(fix, 2), NULL);
	fixture_change(fix,
	               "UPDATE variant SET parser = 0, title = 'wrong', "
	               "subject_line = 'x' WHERE id = 2;"
	               "DELETE FROM reference WHERE variant = 2;"
	               "UPDATE decoded SET data = x'00' WHERE variant = 2");
	reparse(fix, false, "read 1, changed 1, still not ok 0, ");
	assert_string_equal(get(fix, "change-2@example.org").msg.subject.title,
	                    "kvm: change");
	assert_string_equal(get(fix, "change-2@example.org").msg.in_reply_to,
	                    "change-1@example.org");
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM decoded "
	                                    "WHERE length(data) > 1"),
	                 2);
	/* the same as they are, by older rules: read, and stamped */
	fixture_change(fix, "UPDATE variant SET parser = 0");
	reparse(fix, false, "read 2, changed 0, still not ok 0, ");
	reparse(fix, false, "read 0, changed 0, still not ok 0, ");
}

/* What an older release took for a patch leaves the series that it was put
 * into; one that it had for itself goes with it. */
static void test_reparse_takes_out_of_a_series(void **state)
{
	struct fixture *fix = *state;

	add(fix, patch(fix, 1), NULL);
	add(fix, patch(fix, 2), NULL);
	add(fix,
	    kd_arena_printf(fix->arena, "%s%s", letter,
	                    "In-Reply-To: "
	                    "<change-1@example.org>\n"
	                    "Message-ID: <in@example.org>\n\nHello.\n"),
	    NULL);
	add(fix,
	    kd_arena_printf(fix->arena, "%s%s", letter,
	                    "Message-ID: <by@example.org>\n\nHello.\n"),
	    NULL);
	fixture_change(
		fix,
		"INSERT INTO series (id, threaded) VALUES (2, 0);"
		"UPDATE message SET series = 2 WHERE "
		"message_id = 'by@example.org';"
		"UPDATE message SET series = 1 WHERE "
		"message_id = 'in@example.org';"
		"UPDATE variant SET parser = 0, kind = 1, number = 2, total = 2 "
		"WHERE id > 2");
	reparse(fix, false, "read 2, changed 2, still not ok 0, ");
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM message "
	                                    "WHERE series = 1"),
	                 2);
	assert_int_equal(fixture_query(fix, "SELECT received FROM series"), 2);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM series"), 1);
}

/* Another hash by better rules: the row stays, unless that hash is the one
 * of another variant; then both stay. */
static void test_reparse_keeps_the_variants(void **state)
{
	struct fixture *fix = *state;
	int64_t before;

	add(fix, patch(fix, 1), NULL);
	/* the same content by another way, of which the parser died */
	add(fix,
	    kd_arena_printf(fix->arena, "X-Spam-Score: 0\n%s", patch(fix, 1)),
	    crash);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM variant"), 2);
	before = kept(fix);
	reparse(fix, false, "read 1, changed 1, still not ok 0, ");
	assert_int_equal(kept(fix), before);
	assert_int_equal(fixture_query(fix,
	                               "SELECT count(DISTINCT content_sha256) "
	                               "FROM variant WHERE status = 0"),
	                 2);
	assert_int_equal(get(fix, "change-1@example.org").n_variants, 2);
	fixture_change(fix, "UPDATE variant SET content_sha256 = zeroblob(32), "
	                    "parser = 0 WHERE id = 1");
	reparse(fix, false, "read 1, changed 1, still not ok 0, ");
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM variant "
	                                    "WHERE content_sha256 = "
	                                    "zeroblob(32)"),
	                 0);
	assert_int_equal(kept(fix), before);
}

static void test_reparse_more_than_a_batch(void **state)
{
	enum { MANY = 230 };
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	int i;

	for (i = 0; i < MANY; i++) {
		const char *id = kd_arena_printf(fix->arena, "%d@x", i);
		struct kd_arriving a =
			fixture_arriving(fix, id, id, 1700000000 + i);

		fixture_message(&a)->status = KD_PARSE_CRASHED;
		(void)fixture_add(fix, store, &a);
	}
	kd_store_close(store);
	reparse(fix, false, "read 230, changed 230, still not ok 0, ");
	reparse(fix, false, "read 0, changed 0, still not ok 0, ");
}

static void test_reparse_damaged_bytes(void **state)
{
	struct fixture *fix = *state;
	const struct kd_reparse_opts opts = {
		.store_path = fix->path,
		.all = true,
		.wait_ms = 10000,
	};
	FILE *out = tmpfile();

	assert_non_null(out);
	add(fix, patch(fix, 1), NULL);
	add(fix, patch(fix, 2), crash);
	fixture_change(fix, "UPDATE raw SET data = x'0102' WHERE variant = 1");
	assert_int_equal(kd_reparse_run(&opts, out, &fix->err), KD_CORRUPT);
	assert_non_null(strstr(fix->err.text, "1 messages are damaged"));
	assert_int_equal(get(fix, "change-2@example.org").msg.status,
	                 KD_PARSE_OK);
	(void)fclose(out);
}

static void test_reparse_without_a_store(void **state)
{
	struct fixture *fix = *state;
	const struct kd_reparse_opts opts = { .store_path = fix->path };

	assert_int_equal(kd_reparse_run(&opts, stdout, &fix->err), KD_NOTFOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_reparse_makes_a_crashed_one_whole),
		TEST(test_reparse_reads_what_older_rules_read),
		TEST(test_reparse_takes_out_of_a_series),
		TEST(test_reparse_keeps_the_variants),
		TEST(test_reparse_more_than_a_batch),
		TEST(test_reparse_damaged_bytes),
		TEST(test_reparse_without_a_store),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
