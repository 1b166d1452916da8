/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_trailers.c - trailers, as b4 reads them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/reading.h"

#define A1 "Author 1 <author1@example.org>"
#define R2 "Reviewer 2 <reviewer2@example.org>"
#define DIFF "---\n f | 2 +-\n\ndiff --git a/f b/f\n"

/* All of them in one line: "Name=value", "!" of a person, "*" of the
 * sender. */
static const char *flat(const struct kd_message *msg, struct kd_arena *arena)
{
	const char *ret = "";

	for (size_t i = 0; i < msg->n_trailers; i++) {
		const struct kd_trailer *t = &msg->trailers[i];

		ret = kd_arena_printf(arena, "%s%s%s=%s%s%s", ret,
		                      i == 0 ? "" : "|", t->name, t->value,
		                      t->of_person ? "!" : "",
		                      t->by_sender ? "*" : "");
		assert_non_null(ret);
	}
	return ret;
}

struct row {
	struct given given;
	const char *expected;
};

static void check(void **state, const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct kd_message msg =
			reading_run(kd_trailers_read, &rows[i].given, *state);

		assert_string_equal(flat(&msg, *state), rows[i].expected);
		assert_int_equal(msg.status, KD_PARSE_OK);
	}
}

#define PATCH(body)                                                            \
	{                                                                      \
		.text = body DIFF, .kind = KD_KIND_PATCH, .has_diff = true,    \
		.sender = {                                                    \
			"Author 1",                                            \
			"author1@example.org"                                  \
		}                                                              \
	}

static void test_patch(void **state)
{
	static const struct row rows[] = {
		{ PATCH("Why.\n\nSigned-off-by: " A1 "\n"),
		  "Signed-off-by=" A1 "!*" },
		/* the last paragraph, and nothing above it */
		{ PATCH("Reviewed-by: " R2 "\n\nWhy: so.\n\nAcked-By: " R2
		        "\nSigned-off-by: " A1 "\n"),
		  "Acked-By=" R2 "!|Signed-off-by=" A1 "!*" },
		/* values that were wrapped */
		{ PATCH("Why.\n\nFixes: 1234567890ab (\"A title that is\n"
		        "too long for a line\")\nSigned-off-by: Author 1\n"
		        "<author1@example.org>\n"),
		  "Fixes=1234567890ab (\"A title that is too long for a "
		  "line\")|Signed-off-by=" A1 "!*" },
		{ PATCH("Why.\n\nLink:\nhttps://example.org/1\n"
		        "Signed-off-by: " A1 "\n"),
		  "Link=https://example.org/1|Signed-off-by=" A1 "!*" },
		/* notes and comments */
		{ PATCH("Why.\n\nReviewed-by: " R2 "\n[for the first half]\n"
		        "Tested-by: " R2 " # on old hardware\n"
		        "Cc: <stable@example.org> # 6.1+\n"
		        "Acked-by: " R2 " [one part]\n"),
		  "Reviewed-by=" R2 "!|Tested-by=" R2
		  "!|Cc=stable@example.org|Acked-by=" R2 "!" },
		{ PATCH("Why.\n\nFixes: 1234567890ab (\"issue # 5\")\n"
		        "Closes: #123\n"),
		  "Fixes=1234567890ab (\"issue # 5\")|Closes=#123" },
		{ PATCH("Why.\n\nFixes: commit 1234567890ab (\"a\")\n"
		        "Reported-by: " A1 ", " R2 "\n"),
		  "Fixes=commit 1234567890ab (\"a\")|Reported-by=" A1 ", " R2
		  "!*" },
		/* names as they stand */
		{ PATCH("Why.\n\nCc: \"A. Person\" <person@example.org>\n"
		        "Cc: Person (Example) <person@example.org>\n"
		        "Reported-by: A Machine\n"
		        "Tested-by: X <x@example.org<mailto:x@example.org>>\n"),
		  "Cc=\"A. Person\" <person@example.org>|"
		  "Cc=Person (Example) <person@example.org>|"
		  "Reported-by=A Machine!|Tested-by=X <x@example.org>!" },
		/* what is none */
		{ PATCH("Why.\n\nFixes: the thing\nPhone: 123\n"
		        "Signed-off-by: " A1 "\n"),
		  "Signed-off-by=" A1 "!*" },
		{ PATCH("Why.\n\nThis is prose\nwarning: of a kind\n"), "" },
		{ PATCH("Why.\n\nObsoleted-by: 1234567\n"
		        "Assisted-by: A tool\n"),
		  "Obsoleted-by=1234567|Assisted-by=A tool!" },
		{ PATCH(""), "" },
	};

	check(state, rows, sizeof(rows) / sizeof(rows[0]));
}

#define ANSWER(body, name, email)                                              \
	{                                                                      \
		.text = (body), .kind = KD_KIND_REPLY, .reply = true,          \
		.sender = {                                                    \
			name,                                                  \
			email                                                  \
		}                                                              \
	}

static void test_answer(void **state)
{
	static const struct row rows[] = {
		{ ANSWER("> Signed-off-by: " A1 "\n\nReviewed-by: " R2 "\n\n"
		         "> more\n\nTested-by: " R2 "\n-- \n"
		         "Acked-by: " R2 "\n",
		         "Reviewer 2", "reviewer2@example.org"),
		  "Reviewed-by=" R2 "!*|Tested-by=" R2 "!*" },
		/* nobody else's word counts as the sender's */
		{ ANSWER("Reviewed-by: " R2 "\n", "Reviewer 3",
		         "reviewer3@example.org"),
		  "Reviewed-by=" R2 "!" },
		/* the same person: case, extension, sub-domain, name */
		{ ANSWER("Acked-by: R <REVIEWER2+x@Lists.example.org>\n", "X",
		         "reviewer2@example.org"),
		  "Acked-by=R <REVIEWER2+x@Lists.example.org>!*" },
		{ ANSWER("Acked-by: R <reviewer2@anexample.org>\n", "X",
		         "reviewer2@example.org"),
		  "Acked-by=R <reviewer2@anexample.org>!" },
		{ ANSWER("Acked-by: Reviewer 2 <r2@example.com>\n",
		         "reviewer 2", "reviewer2@example.org"),
		  "Acked-by=Reviewer 2 <r2@example.com>!*" },
		{ ANSWER("Acked-by: First Last <fl@example.com>\n",
		         "Last, First", "first@example.org"),
		  "Acked-by=First Last <fl@example.com>!*" },
		{ ANSWER("Acked-by: Some One <so@example.com>\n", "Last, First",
		         "first@example.org"),
		  "Acked-by=Some One <so@example.com>!" },
		/* talk, headers, links in talk */
		{ ANSWER("Hello: there\nFrom: " A1 "\nCc: " R2
		         "\nSee: https://example.org/x@y.z\n"
		         "Fixes: ?\nFixes: 1234567890ab (\"x\")\n"
		         "Link: https://example.org/1\n",
		         "Reviewer 2", "reviewer2@example.org"),
		  "Fixes=1234567890ab (\"x\")|Link=https://example.org/1" },
		/* one that has lost its "Re:" */
		{ { .text = "Tested-by: " R2 "\n",
		    .kind = KD_KIND_PATCH,
		    .in_reply_to = "a@example.org",
		    .sender = { "Reviewer 2", "reviewer2@example.org" } },
		  "Tested-by=" R2 "!*" },
		/* the diff in an answer */
		{ { .text = "Like so?\n\nSigned-off-by: " A1
		            "\n\ndiff --git a/f b/f\n Cc: " R2 "\n",
		    .kind = KD_KIND_REPLY,
		    .reply = true,
		    .has_diff = true,
		    .sender = { "Author 1", "author1@example.org" } },
		  "Signed-off-by=" A1 "!*" },
	};

	check(state, rows, sizeof(rows) / sizeof(rows[0]));
}

static void test_letter(void **state)
{
	static const struct row rows[] = {
		{ { .text = "What it does.\n\nSigned-off-by: " A1
		            "\n\nAuthor 1 (1):\n  KVM: do it\n\n f | 2 +-\n",
		    .kind = KD_KIND_COVER },
		  "Signed-off-by=" A1 "!" },
		{ { .text = "What it does.\n\nAuthor 1 (1):\n  KVM: do it\n",
		    .kind = KD_KIND_COVER },
		  "" },
		{ { .text = "Hello.\n\nReported-by: " A1 "\n",
		    .kind = KD_KIND_OTHER },
		  "" },
	};

	check(state, rows, sizeof(rows) / sizeof(rows[0]));
}

/* All of them together have a limit, too. */
static void test_limit_of_all(void **state)
{
	enum { LINE = KD_TRAILER_MAX, LINES = 2 * KD_TRAILERS_SIZE_MAX / LINE };
	struct kd_arena *arena = *state;
	char *text = kd_arena_alloc(arena, (size_t)LINES * LINE + 1);
	struct given given = { .text = text,
		               .kind = KD_KIND_PATCH,
		               .has_diff = true };
	struct kd_message msg;

	assert_non_null(text);
	memset(text, 'x', (size_t)LINES * LINE);
	for (size_t i = 0; i < LINES; i++) {
		*stpcpy(text + i * LINE, "Link: https://example.org/") = 'x';
		text[(i + 1) * LINE - 1] = '\n';
	}
	msg = reading_run(kd_trailers_read, &given, arena);
	assert_in_range(msg.n_trailers, 10, LINES / 2 + 1);
	assert_int_equal(msg.status, KD_PARSE_LIMITED);
}

/* Over a limit the rest is left out, and the message says so. */
static void test_limits(void **state)
{
	struct kd_arena *arena = *state;
	size_t size = 300 * 32;
	char *text = kd_arena_alloc(arena, size + KD_TRAILER_MAX + 64);
	struct given given = { .text = text,
		               .kind = KD_KIND_PATCH,
		               .has_diff = true };
	struct kd_message msg;

	for (int i = 0; i < 300; i++)
		strcat(text + (size_t)i * 20, "Acked-by: a@b.c.org\n");
	msg = reading_run(kd_trailers_read, &given, arena);
	assert_int_equal(msg.n_trailers, KD_TRAILERS_MAX);
	assert_int_equal(msg.status, KD_PARSE_LIMITED);

	strcpy(text, "Acked-by: a@b.org\nLink: ");
	memset(text + strlen(text), 'x', KD_TRAILER_MAX + 1);
	strcpy(text + 24 + KD_TRAILER_MAX + 1, "\nAcked-by: c@d.org\n");
	msg = reading_run(kd_trailers_read, &given, arena);
	assert_string_equal(flat(&msg, arena),
	                    "Acked-by=a@b.org!|Acked-by=c@d.org!");
	assert_int_equal(msg.status, KD_PARSE_LIMITED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_patch, reading_setup,
		                                reading_teardown),
		cmocka_unit_test_setup_teardown(test_answer, reading_setup,
		                                reading_teardown),
		cmocka_unit_test_setup_teardown(test_letter, reading_setup,
		                                reading_teardown),
		cmocka_unit_test_setup_teardown(
			test_limit_of_all, reading_setup, reading_teardown),
		cmocka_unit_test_setup_teardown(test_limits, reading_setup,
		                                reading_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
