/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_body_inbody.c - the header in a body, and the patch in an answer, as git
 * mailinfo would cut them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/support/body_fixture.h"

struct header_row {
	const char *name;
	const char *text;
	const char *from;
	const char *subject;
	const char *date;
	const char *commit;
};

static const struct header_row header_rows[] = {
	{ "none", "text\nFrom: a\n", NULL, NULL, NULL, "text\nFrom: a\n" },
	{ "from", "From: Author 1 <author1@example.org>\n\ntext\n",
	  "Author 1 <author1@example.org>", NULL, NULL, "text\n" },
	{ "all, case", "\n\nfrom: a\nSUBJECT: b\nDate: c\n\ntext\n", "a", "b",
	  "c", "text\n" },
	{ "folded", "Subject: a\n b\n\tc\nFrom: d\n\ntext\n", "d", "a b\tc",
	  NULL, "text\n" },
	{ "no empty line behind", "From: a\ntext\n", "a", NULL, NULL,
	  "text\n" },
	{ "twice", "From: a\nFrom: b\n\ntext\n", "a", NULL, NULL,
	  "From: b\n\ntext\n" },
	{ "ended", "From: a\n\nSubject: b\n", "a", NULL, NULL, "Subject: b\n" },
	{ "title line", "[PATCH] a title\n\nFrom: b\n\ntext\n", "b",
	  "[PATCH] a title", NULL, "text\n" },
	{ "separator",
	  ">From 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 "
	  "00:00:00 2001\nFrom: a\nSubject: b\n\ntext\n",
	  "a", "b", NULL, "text\n" },
	{ "no separator", ">From 0123 Mon Sep 17 00:00:00 2001\nFrom: a\n",
	  NULL, NULL, NULL, ">From 0123 Mon Sep 17 00:00:00 2001\nFrom: a\n" },
	{ "no hash",
	  ">From 0123456789abcdef0123456789abcdef0123456x Mon Sep 17 "
	  "00:00:00 2001\nFrom: a\n",
	  NULL, NULL, NULL,
	  ">From 0123456789abcdef0123456789abcdef0123456x Mon Sep 17 "
	  "00:00:00 2001\nFrom: a\n" },
	{ "carriage return", "From: a\rb\r\n\ntext\n", "a b", NULL, NULL,
	  "text\n" },
	{ "empty value", "From:\n\ntext\n", NULL, NULL, NULL, "text\n" },
	{ "other header", "To: a\n\ntext\n", NULL, NULL, NULL,
	  "To: a\n\ntext\n" },
	{ "nothing behind", "From: a", "a", NULL, NULL, "" },
};

static void check_text(const char *got, const char *expected)
{
	if (expected == NULL)
		assert_null(got);
	else
		assert_string_equal(got == NULL ? "(none)" : got, expected);
}

static void test_parse_inbody(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(header_rows) / sizeof(header_rows[0]);
	     i++) {
		const struct header_row *row = &header_rows[i];
		struct kd_arena *arena = kd_arena_new();
		struct kd_body got = body_parse(arena, row->text, NULL, false);

		print_message("%s\n", row->name);
		check_text(got.from, row->from);
		check_text(got.subject, row->subject);
		check_text(got.date, row->date);
		body_expect_span(row->text, got.commit, row->commit);
		kd_arena_free(arena);
	}
}

struct reply_row {
	const char *name;
	const char *text;
	const char *from;
	const char *subject;
};

/* Whose patch it is that stands in an answer. */
static void test_parse_scissors(void **state)
{
	static const struct reply_row rows[] = {
		{ "scissors",
		  "> x\nHow about:\n\n-- >8 --\nFrom: Author 2 <a2@e.org>\n"
		  "Subject: [PATCH] y\n\nWhy.\n---\n" DIFF,
		  "Author 2 <a2@e.org>", "[PATCH] y" },
		{ "other forms",
		  "a\n- - - 8< - - - cut here - - - 8< - - -\nFrom: b\n" DIFF,
		  "b", NULL },
		{ "percent", "a\n--%<------\nFrom: b\n" DIFF, "b", NULL },
		{ "the last ones",
		  "-- >8 --\nFrom: a\n\nx\n-- 8< --\nFrom: b\n\ny\n" DIFF, "b",
		  NULL },
		{ "no scissors", "From: a\n\nb\n" DIFF, "a", NULL },
		{ "too short", "a\n- >8 -\nFrom: b\n\n" DIFF, NULL, NULL },
		{ "prose",
		  "a\nif we take >8 of them it is too much -- so\n"
		  "From: b\n\n" DIFF,
		  NULL, NULL },
		{ "mostly gaps", "a\n-       >8       -\nFrom: b\n\n" DIFF,
		  NULL, NULL },
		{ "behind the diff", DIFF "-- >8 --\nFrom: b\n", NULL, NULL },
		{ "nothing to cut out", "a\n-- >8 --\nFrom: b\n\nc\n", NULL,
		  NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct kd_arena *arena = kd_arena_new();
		struct kd_body got =
			body_parse(arena, rows[i].text, NULL, true);

		print_message("%s\n", rows[i].name);
		check_text(got.from, rows[i].from);
		check_text(got.subject, rows[i].subject);
		kd_arena_free(arena);
	}
}

/* All of an answer is its author's text; and a patch may have scissors in
 * its message, as for git am. */
static void test_parse_scissors_text(void **state)
{
	static const char text[] = "a\n-- >8 --\nFrom: b\n\nc\n" DIFF;
	struct kd_arena *arena = kd_arena_new();
	struct kd_body got = body_parse(arena, text, NULL, true);

	(void)state;
	body_expect_span(text, got.commit, text);
	got = body_parse(arena, text, NULL, false);
	check_text(got.from, NULL);
	body_expect_span(text, got.commit, "a\n-- >8 --\nFrom: b\n\nc\n");
	kd_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse_inbody),
		cmocka_unit_test(test_parse_scissors),
		cmocka_unit_test(test_parse_scissors_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
