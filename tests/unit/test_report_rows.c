/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_report_rows.c - what sections do with rows: counting, grouping,
 * versions, links; and the exit codes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "report/exitcode.h"
#include "report/group.h"
#include "report/link.h"
#include "report/rawhead.h"
#include "report/tally.h"

static void test_tally_order(void **state)
{
	static const char *const labels[][2] = {
		{ "a@x", "A <a@x>" }, { "b@x", "B <b@x>" },
		{ "c@x", "C <c@x>" }, { "b@x", "Bee <b@x>" },
		{ "d@x", "D <d@x>" },
	};
	struct kd_arena *arena = kd_arena_new();
	struct kd_tally tally;

	(void)state;
	kd_tally_init(&tally, arena, 5);
	for (size_t i = 0; i < 5; i++)
		kd_tally_add(&tally, labels[i][0], labels[i][1]);
	kd_tally_add(&tally, "one", "too many");
	assert_int_equal(kd_tally_finish(&tally, 3), 3);
	assert_string_equal(tally.items[0].label, "Bee <b@x>");
	assert_int_equal(tally.items[0].count, 2);
	assert_string_equal(tally.items[1].label, "D <d@x>");
	assert_int_equal(tally.items[1].count, 1);
	assert_string_equal(tally.items[2].label, "C <c@x>");

	kd_tally_init(&tally, arena, 0);
	assert_int_equal(kd_tally_finish(&tally, 3), 0);
	kd_arena_free(arena);
}

static struct kd_posted row(kd_seq seq, int64_t series, int number)
{
	struct kd_posted posted = { .seq = seq, .series = series };

	posted.msg.kind = number == 0 ? KD_KIND_COVER : KD_KIND_PATCH;
	posted.msg.subject.number = number;
	posted.msg.subject.version = 1;
	return posted;
}

static void test_group_order(void **state)
{
	/* Two series, interleaved, one with its cover second and a slot
	 * taken twice; singles; a reply; a patch without a number that the
	 * store put into a series. */
	struct kd_posted posted[] = {
		row(1, 7, 1),
		row(2, 7, 0),
		row(3, 0, KD_NUMBER_NONE),
		row(4, 8, 2),
		row(5, 7, 2),
		row(6, 8, 3),
		row(7, 0, 1),
		row(8, 7, 2),
		row(9, 8, KD_NUMBER_NONE),
		row(10, 0, KD_NUMBER_NONE),
	};
	static const kd_seq expect[][5] = {
		{ 9 }, { 2, 1, 5, 8 }, { 7 }, { 4, 6 }, { 3 },
	};
	const struct kd_posted *rows[10];
	struct kd_arena *arena = kd_arena_new();
	struct kd_error err = KD_ERROR_INIT;
	struct kd_group *groups = NULL;
	size_t n = 0;

	(void)state;
	posted[9].msg.kind = KD_KIND_REPLY;
	for (size_t i = 0; i < 10; i++)
		rows[i] = &posted[i];
	assert_int_equal(kd_group_build(arena, rows, 10, &groups, &n, &err),
	                 KD_OK);
	assert_int_equal(n, 5);
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < groups[i].n; j++)
			assert_int_equal(groups[i].rows[j]->seq, expect[i][j]);
		assert_int_equal(expect[i][groups[i].n], 0);
	}
	assert_int_equal(kd_group_build(arena, rows, 0, &groups, &n, &err),
	                 KD_OK);
	assert_int_equal(n, 0);
	kd_arena_free(arena);
}

static void test_version_label(void **state)
{
	struct kd_arena *arena = kd_arena_new();
	struct kd_posted posted = row(1, 0, 1);

	(void)state;
	assert_string_equal(kd_row_version(arena, &posted), "New");
	posted.msg.subject.version = 6;
	assert_string_equal(kd_row_version(arena, &posted), "v6");
	posted.msg.subject.version = 5;
	posted.msg.subject.revision = 1;
	assert_string_equal(kd_row_version(arena, &posted), "v5.1");
	kd_arena_free(arena);
}

static void test_person(void **state)
{
	struct kd_arena *arena = kd_arena_new();
	const struct kd_person both = { "A", "a@example.org" };
	const struct kd_person same = { "B", "A@Example.org" };
	const struct kd_person bare = { NULL, "a@example.net" };
	const struct kd_person named = { "A", NULL };
	const struct kd_person nobody = { NULL, NULL };

	(void)state;
	assert_string_equal(kd_person_format(arena, &both),
	                    "A <a@example.org>");
	assert_string_equal(kd_person_format(arena, &bare), "a@example.net");
	assert_string_equal(kd_person_format(arena, &named), "A");
	assert_string_equal(kd_person_format(arena, &nobody), "(unknown)");
	assert_true(kd_person_same(&both, &same));
	assert_false(kd_person_same(&both, &bare));
	assert_false(kd_person_same(&both, &nobody));
	assert_true(kd_person_same(&named, &nobody));
	kd_arena_free(arena);
}

static void test_link_rows(void **state)
{
	static const char *const rows[][3] = {
		{ "https://example.org/%s", "a.b-c_d~1@example.org",
		  "https://example.org/a.b-c_d~1@example.org" },
		{ "https://example.org/%s/", "a/b c%\"<\xc3\xa4?#",
		  "https://example.org/a%2Fb%20c%25%22%3C%C3%A4%3F%23/" },
		{ "https://example.org/%s?x=%s", "a@b",
		  "https://example.org/a@b?x=a@b" },
		{ "https://example.org/100%", "a@b",
		  "https://example.org/100%" },
		{ "https://example.org/%s", "sha256:00ff", NULL },
		{ "", "a@b", NULL },
		{ NULL, "a@b", NULL },
	};
	struct kd_arena *arena = kd_arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *got = kd_link_make(arena, rows[i][0], rows[i][1]);

		if (rows[i][2] == NULL)
			assert_null(got);
		else
			assert_string_equal(got, rows[i][2]);
	}
	kd_arena_free(arena);
}

static void test_rawhead(void **state)
{
	struct kd_arena *arena = kd_arena_new();
	struct kd_bytes raw = kd_bytes_of("From someone Mon Sep 17\n"
	                                  "SUBJECT:  one\r\n\ttwo\r\n"
	                                  "Subjects: no\n"
	                                  "Date:\n"
	                                  "Subject: second\n"
	                                  "Last: x\n"
	                                  "\n"
	                                  "From: body\n");

	(void)state;
	assert_string_equal(kd_rawhead_get(arena, raw, "Subject"),
	                    "one\r\n\ttwo");
	assert_string_equal(kd_rawhead_get(arena, raw, "Date"), "");
	assert_string_equal(kd_rawhead_get(arena, raw, "Last"), "x");
	assert_null(kd_rawhead_get(arena, raw, "From"));
	assert_null(kd_rawhead_get(arena, raw, "Sub"));
	assert_null(kd_rawhead_get(arena, kd_bytes_of(NULL), "From"));
	kd_arena_free(arena);
}

static void test_exit_codes(void **state)
{
	static const struct {
		enum kd_status status;
		int code;
	} rows[] = {
		{ KD_OK, 0 },        { KD_USAGE, 64 },   { KD_AMBIGUOUS, 65 },
		{ KD_CORRUPT, 65 },  { KD_NOTMAIL, 65 }, { KD_TOOBIG, 65 },
		{ KD_NOTFOUND, 66 }, { KD_BUG, 70 },     { KD_IO, 74 },
		{ KD_NOSPACE, 74 },  { KD_BUSY, 75 },    { KD_NOMEM, 75 },
		{ KD_PERM, 77 },     { KD_CONFIG, 78 },  { KD_SCHEMA, 78 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(kd_exitcode_report(rows[i].status),
		                 rows[i].code);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tally_order),
		cmocka_unit_test(test_group_order),
		cmocka_unit_test(test_version_label),
		cmocka_unit_test(test_person),
		cmocka_unit_test(test_link_rows),
		cmocka_unit_test(test_rawhead),
		cmocka_unit_test(test_exit_codes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
