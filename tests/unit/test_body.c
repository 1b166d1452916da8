/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_body.c - the parts of bodies, as git mailinfo would cut them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/body_fixture.h"
#include "tests/support/fewer.h"

/* git patch-id --stable of DIFF. */
static const unsigned char diff_id[KD_PATCH_ID_SIZE] = {
	0xa1, 0x05, 0xf9, 0x9e, 0xc3, 0xeb, 0xa6, 0xa0, 0x50, 0xdc,
	0x71, 0x67, 0x3f, 0x78, 0xd4, 0x34, 0xa5, 0x2a, 0xd4, 0x91,
};
#define SIGNATURE "-- \n2.43.0\n"
#define COMMIT "Why.\n\nSigned-off-by: Author 1 <author1@example.org>\n"

struct row {
	const char *name;
	const char *text;
	const char *commit;
	const char *notes;
	const char *stat;
	bool reply;
	bool has_diff;
	bool has_diffstat;
};

static void check(const struct row *row)
{
	struct kd_arena *arena = kd_arena_new();
	struct kd_body got = body_parse(arena, row->text, NULL, row->reply);

	print_message("%s\n", row->name);
	body_expect_span(row->text, got.commit, row->commit);
	body_expect_span(row->text, got.notes, row->notes);
	body_expect_span(row->text, got.stat, row->stat);
	assert_int_equal(got.has_diff, row->has_diff);
	assert_int_equal(got.has_diffstat, row->has_diffstat);
	assert_false(got.limited);
	kd_arena_free(arena);
}

static void test_parse_patch(void **state)
{
	static const struct row rows[] = {
		{ "plain", COMMIT "---\n" STAT "\n" DIFF SIGNATURE, COMMIT, "",
		  STAT, false, true, true },
		{ "notes", COMMIT "---\nv2: more\n\n" STAT "\n" DIFF, COMMIT,
		  "v2: more\n", STAT, false, true, true },
		{ "rules around notes",
		  COMMIT "\n---\n\nv2: a\n\nb\n---\n" STAT "\n" DIFF, COMMIT,
		  "v2: a\n\nb\n", STAT, false, true, true },
		{ "rule with blanks", COMMIT "--- \t\nx\n" DIFF, COMMIT, "x\n",
		  "", false, true, true },
		{ "no rule", COMMIT "\n" DIFF, COMMIT, "", "", false, true,
		  true },
		{ "notes behind the stat", COMMIT "---\n" STAT "late\n\n" DIFF,
		  COMMIT, "", STAT, false, true, true },
		{ "git cuts at a file name", "a\n--- b\nc\n---\n" DIFF, "a\n",
		  "--- b\nc\n", "", false, true, true },
		{ "longer rules are text", "a\n----\nb\n---\n" DIFF,
		  "a\n----\nb\n", "", "", false, true, true },
		{ "leading empty lines", "\n\n" COMMIT "---\n" DIFF, COMMIT, "",
		  "", false, true, true },
		{ "subversion",
		  "a\n\nIndex: f\n=====\n--- f\n+++ f\n"
		  "@@ -1 +1 @@\n-a\n+b\n",
		  "a\n", "", "", false, true, true },
		{ "no message", DIFF, "", "", "", false, true, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check(&rows[i]);
}

static void test_parse_letter(void **state)
{
	static const struct row rows[] = {
		{ "empty", "", "", "", "", false, false, false },
		{ "blank", "\n \n\n", "", "", "", false, false, false },
		{ "cover", "Hi\n\nAuthor 1 (1):\n  x\n\n" STAT "\n" SIGNATURE,
		  "Hi\n\nAuthor 1 (1):\n  x\n", "", STAT, false, false, true },
		{ "cover with notes",
		  "Hi\n---\nv2: x\n---\n" STAT "---\nb: 1\n", "Hi\n", "v2: x\n",
		  STAT, false, false, true },
		{ "interdiff", "Hi\n\n" STAT "\nInterdiff against v1:\n" DIFF,
		  "Hi\n", "", STAT, false, true, true },
		{ "rule without a stat", "a\n---\nb\n", "a\n---\nb\n", "", "",
		  false, false, false },
		{ "signature", "a\n\n-- \nb\n", "a\n", "", "", false, false,
		  false },
		{ "bare version", "a\n--\n2.34.1\n", "a\n", "", "", false,
		  false, false },
		{ "bare version of a build", "a\n--\n2.34.1.rc1-dirty\n", "a\n",
		  "", "", false, false, false },
		{ "bare dashes", "a\n--\nb\n", "a\n--\nb\n", "", "", false,
		  false, false },
		{ "vger",
		  "a\n--\nTo unsubscribe from this list: send the line\n",
		  "a\n", "", "", false, false, false },
		{ "mailman",
		  "a\n________________________________________\nlist\n", "a\n",
		  "", "", false, false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check(&rows[i]);
}

static void test_parse_reply(void **state)
{
	static const struct row rows[] = {
		{ "rule", "> x\na\n---\nb\n" STAT, "> x\na\n---\nb\n" STAT, "",
		  "", true, false, false },
		{ "quoted diff",
		  "> --- a/f\n> +++ b/f\n> @@ -1 +1 @@\n> -a\nb\n",
		  "> --- a/f\n> +++ b/f\n> @@ -1 +1 @@\n> -a\nb\n", "", "",
		  true, false, false },
		{ "own diff", "like so:\n" DIFF "?\n", "like so:\n" DIFF "?\n",
		  "", "", true, true, true },
		{ "signature", "a\n-- \nb\n", "a\n", "", "", true, false,
		  false },
		{ "forwarded header",
		  "From: Author 2 <author2@example.org>\n\nx\n",
		  "From: Author 2 <author2@example.org>\n\nx\n", "", "", true,
		  false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check(&rows[i]);
}

static void test_parse_counts(void **state)
{
	struct kd_arena *arena = kd_arena_new();
	struct kd_body got;

	(void)state;
	/* The diff is right where the diffstat is not. */
	got = body_parse(arena,
	                 "a\n---\n 9 files changed, 8 insertions(+)\n" DIFF,
	                 NULL, false);
	assert_int_equal(got.diffstat.files, 1);
	assert_int_equal(got.diffstat.insertions, 2);
	assert_int_equal(got.diffstat.deletions, 1);
	assert_true(got.has_summary);
	assert_int_equal(got.summary.files, 9);

	/* A diff against the last version is not what a series changes. */
	got = body_parse(arena, "a\n\n 9 files changed\n\nInterdiff:\n" DIFF,
	                 NULL, false);
	assert_true(got.has_diff);
	assert_int_equal(got.diffstat.files, 9);

	got = body_parse(arena, "a\n\n 9 files changed, 8 insertions(+)\n",
	                 NULL, false);
	assert_false(got.has_diff);
	assert_true(got.has_diffstat);
	assert_int_equal(got.diffstat.files, 9);
	assert_int_equal(got.diffstat.insertions, 8);
	kd_arena_free(arena);
}

static void test_parse_attached(void **state)
{
	static const char text[] = COMMIT "\n-- \nAuthor 1\n";
	static const char ruled[] = COMMIT "---\n" STAT "\n-- \nAuthor 1\n";
	struct kd_arena *arena = kd_arena_new();
	struct kd_body got;

	(void)state;
	got = body_parse(arena, text, DIFF, false);
	assert_true(got.has_diff);
	assert_int_equal(got.diffstat.insertions, 2);
	body_expect_span(text, got.commit, COMMIT);

	got = body_parse(arena, ruled, DIFF, false);
	body_expect_span(ruled, got.commit, COMMIT);
	body_expect_span(ruled, got.stat, STAT);

	/* Inline and attached: it is the same diff twice. */
	got = body_parse(arena, "a\n---\n" DIFF, DIFF, false);
	assert_int_equal(got.diffstat.files, 1);
	got = body_parse(arena, "a\n", DIFF, true);
	assert_true(got.has_diff);
	kd_arena_free(arena);
}

static void test_parse_diff(void **state)
{
	struct kd_arena *arena = kd_arena_new();
	struct kd_body got;

	(void)state;
	got = body_parse(arena,
	                 "a\n---\ndiff of mine\n" STAT "\n" DIFF SIGNATURE,
	                 NULL, false);
	assert_int_equal(got.counted.files, 1);
	assert_int_equal(got.counted.insertions, 2);
	assert_int_equal(got.n_paths, 1);
	assert_string_equal(got.paths[0], "f");
	assert_true(got.has_patch_id);
	assert_memory_equal(got.patch_id, diff_id, sizeof(diff_id));

	/* Of an attachment, and of an answer's own diff. */
	got = body_parse(arena, "a\n", DIFF, false);
	assert_true(got.has_patch_id);
	assert_memory_equal(got.patch_id, diff_id, sizeof(diff_id));
	assert_int_equal(got.n_paths, 1);
	got = body_parse(arena, "> diff --git a/g b/g\nlike so:\n" DIFF, NULL,
	                 true);
	assert_true(got.has_patch_id);
	assert_memory_equal(got.patch_id, diff_id, sizeof(diff_id));

	/* A diff against the last version is no patch, nor is a quoted one,
	 * and git knows none without a line "diff". */
	got = body_parse(arena, "a\n\n 9 files changed\n\nInterdiff:\n" DIFF,
	                 NULL, false);
	assert_false(got.has_patch_id);
	got = body_parse(arena, "> diff --git a/f b/f\n> old mode 100644\n",
	                 NULL, true);
	assert_false(got.has_patch_id);
	assert_int_equal(got.n_paths, 0);
	got = body_parse(arena, "--- a/d/f\n+++ b/d/f\n@@ -1 +1 @@\n-a\n+b\n",
	                 NULL, false);
	assert_true(got.has_diff);
	assert_false(got.has_patch_id);
	assert_string_equal(got.paths[0], "d/f");
	kd_arena_free(arena);
}

/* What would take long if any step looked twice at the same lines. */
static void test_parse_bombs(void **state)
{
	static const char *const units[] = {
		"---\n",
		"--- a\n",
		"--- a\n+++ b\n",
		"\n",
		"diff --git \n",
		"From: a\n ",
		"Index: \n",
		" a | 1 +\n",
		"--\n",
		"@@ -1 +1 @@",
		" 1 file changed\n",
		"________________________________________\n",
		"-- >8 --\n",
		">8",
	};
	const size_t size = (4 << 20) / (size_t)kd_one_of(16);
	char *text = malloc(size + 64);
	struct kd_arena *arena = kd_arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		size_t used = 0, unit = strlen(units[i]);
		struct kd_body got;

		for (; used < size; used += unit)
			memcpy(text + used, units[i], unit);
		text[used] = '\0';
		got = body_parse(arena, text, text, false);
		(void)body_parse(arena, text, NULL, true);
		if (used / unit > KD_BODY_LINES_MAX &&
		    units[i][unit - 1] == '\n')
			assert_true(got.limited);
	}
	free(text);
	kd_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse_patch),
		cmocka_unit_test(test_parse_letter),
		cmocka_unit_test(test_parse_reply),
		cmocka_unit_test(test_parse_counts),
		cmocka_unit_test(test_parse_attached),
		cmocka_unit_test(test_parse_diff),
		cmocka_unit_test(test_parse_bombs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
