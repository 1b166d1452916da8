/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_diff.c - diffs and diffstats: found, and counted as git does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mda/diff.h"

#define GIT_HEADER "diff --git a/f b/f\nindex 1111111..2222222 100644\n"
#define NAMES "--- a/f\n+++ b/f\n"
#define HUNK "@@ -1,2 +1,3 @@ f\n a\n-b\n+c\n+d\n"

struct row {
	const char *name;
	const char *text;
	bool found;
	size_t start;
	int64_t files;
	int64_t insertions;
	int64_t deletions;
};

static const struct row rows[] = {
	{ "nothing", "", false, 0, 0, 0, 0 },
	{ "prose", "Hello\n---\n+1 from me\n-- \nx\n", false, 0, 0, 0, 0 },
	{ "git", GIT_HEADER NAMES HUNK "-- \n2.43.0\n", true, 0, 1, 2, 1 },
	{ "behind text", "---\n" GIT_HEADER NAMES HUNK, true, 4, 1, 2, 1 },
	{ "plain", NAMES HUNK, true, 0, 1, 2, 1 },
	{ "index", "Index: f\n=====\n" NAMES HUNK, true, 0, 1, 2, 1 },
	{ "diff -u", "x\ndiff -u a/f b/f\n" NAMES HUNK, true, 2, 1, 2, 1 },
	{ "lead lost", "diff -u\n\n" NAMES HUNK, true, 9, 1, 2, 1 },
	{ "two hunks", GIT_HEADER NAMES HUNK HUNK, true, 0, 1, 4, 2 },
	{ "two files", GIT_HEADER NAMES HUNK NAMES HUNK, true, 0, 2, 4, 2 },
	{ "signature", NAMES "@@ -1 +1 @@\n-a\n+b\n-- \n+x\n", true, 0, 1, 1,
	  1 },
	{ "dashes in hunk", NAMES "@@ -1,2 +1 @@\n--- x\n+++ y\n-c\n", true, 0,
	  1, 1, 2 },
	{ "no newline",
	  NAMES "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n"
	        "\\ No newline at end of file\n",
	  true, 0, 1, 1, 1 },
	{ "lost blank", NAMES "@@ -1,3 +1,3 @@\n a\n\n-b\n+c\n", true, 0, 1, 1,
	  1 },
	{ "rename",
	  "diff --git a/f b/g\nsimilarity index 100%\nrename from f\n"
	  "rename to g\n",
	  true, 0, 1, 0, 0 },
	{ "mode", "diff --git a/f b/f\nold mode 100644\nnew mode 100755\n",
	  true, 0, 1, 0, 0 },
	{ "new empty file",
	  "diff --git a/f b/f\nnew file mode 100644\nindex 0000000..e69de29\n",
	  true, 0, 1, 0, 0 },
	{ "binary",
	  "diff --git a/f b/f\nindex 1111111..2222222 100644\n"
	  "GIT binary patch\nliteral 3\nKcmZ\n\nliteral 0\nHcm\n\n",
	  true, 0, 1, 0, 0 },
	{ "binary differ",
	  GIT_HEADER "Binary files a/f and b/f differ\n" GIT_HEADER NAMES HUNK,
	  true, 0, 2, 2, 1 },
	{ "header only", "diff --git a/f b/f\nand text\n", false, 0, 0, 0, 0 },
	{ "index only", GIT_HEADER "\n", false, 0, 0, 0, 0 },
	{ "names only", NAMES "x\n", false, 0, 0, 0, 0 },
	{ "hunk only", HUNK, false, 0, 0, 0, 0 },
	{ "quoted", "> " NAMES "> " HUNK, false, 0, 0, 0, 0 },
	{ "broken off", NAMES "@@ -1,9 +1,9 @@\n+a\nb\n+c\n", true, 0, 1, 1,
	  0 },
	{ "bad hunk", NAMES "@@ -a +b @@\n+a\n", false, 0, 0, 0, 0 },
	{ "huge hunk", NAMES "@@ -1,99999999999999999999 +1 @@\n-a\n", true, 0,
	  1, 0, 1 },
};

static void test_scan(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		struct kd_diff got;

		print_message("%s\n", row->name);
		kd_diff_scan(kd_bytes_of(row->text), &got);
		assert_int_equal(got.found, row->found);
		assert_int_equal(got.start, row->start);
		assert_int_equal(got.stat.files, row->files);
		assert_int_equal(got.stat.insertions, row->insertions);
		assert_int_equal(got.stat.deletions, row->deletions);
		assert_false(got.limited);
	}
}

static void test_scan_limit(void **state)
{
	static const char one[] = "diff --git a/f b/f\nold mode 100644\n";
	const size_t n = KD_DIFF_FILES_MAX + 1, size = sizeof(one) - 1;
	char *text = malloc(n * size);
	struct kd_diff got;

	(void)state;
	for (size_t i = 0; i < n; i++)
		memcpy(text + i * size, one, size);
	kd_diff_scan((struct kd_bytes){ text, (n - 1) * size }, &got);
	assert_false(got.limited);
	kd_diff_scan((struct kd_bytes){ text, n * size }, &got);
	assert_true(got.limited);
	assert_int_equal(got.stat.files, n);
	free(text);
}

struct stat_row {
	const char *name;
	const char *before;
	const char *stat; /* NULL: none is found */
	const char *after;
	struct kd_diffstat counts;
};

static const struct stat_row stat_rows[] = {
	{ "none", "a | b\n", NULL, "", { 0, 0, 0 } },
	{ "whole",
	  "text\n\n",
	  " a.c     | 12 ++++++------\n b/{c => d}.h |  2 +-\n"
	  " 2 files changed, 7 insertions(+), 7 deletions(-)\n",
	  " create mode 100644 x\n",
	  { 2, 7, 7 } },
	{ "one file",
	  "",
	  " .../long/name.c | 1 +\n 1 file changed, 1 insertion(+)\n",
	  "",
	  { 1, 1, 0 } },
	{ "deletions",
	  "",
	  " a | 1 -\n 1 file changed, 1 deletion(-)\n",
	  "",
	  { 1, 0, 1 } },
	{ "binary",
	  "",
	  " a | Bin 0 -> 12 bytes\n b | 0\n 2 files changed, 0 "
	  "insertions(+), 0 deletions(-)\n",
	  "",
	  { 2, 0, 0 } },
	{ "some left out",
	  "",
	  " a | 2 +-\n ...\n 30 files changed, 9 insertions(+)\n",
	  "",
	  { 30, 9, 0 } },
	{ "summary alone", "\n", " 3 files changed\n", "", { 3, 0, 0 } },
	{ "the last one",
	  " a | 2 ++\n 1 file changed, 2 insertions(+)\n",
	  " b | 3 +++\n 1 file changed, 3 insertions(+)\n",
	  "x\n",
	  { 1, 3, 0 } },
	{ "prose", "2 files changed their names\n", NULL, "", { 0, 0, 0 } },
	{ "quoted",
	  "> 1 file changed, 1 insertion(+)\n",
	  NULL,
	  "",
	  { 0, 0, 0 } },
	{ "end of text",
	  "",
	  " 1 file changed, 1 insertion(+)",
	  "",
	  { 1, 1, 0 } },
};

static void test_diffstat_find(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(stat_rows) / sizeof(stat_rows[0]); i++) {
		const struct stat_row *row = &stat_rows[i];
		struct kd_diffstat counts = { 0 };
		struct kd_span span = { 0 };
		char text[512] = "";
		bool found;

		print_message("%s\n", row->name);
		strcat(text, row->before);
		strcat(text, row->stat == NULL ? "" : row->stat);
		strcat(text, row->after);
		found = kd_diffstat_find(kd_bytes_of(text), &span, &counts);
		assert_int_equal(found, row->stat != NULL);
		if (!found)
			continue;
		assert_int_equal(span.offset, strlen(row->before));
		assert_int_equal(span.size, strlen(row->stat));
		assert_int_equal(counts.files, row->counts.files);
		assert_int_equal(counts.insertions, row->counts.insertions);
		assert_int_equal(counts.deletions, row->counts.deletions);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scan),
		cmocka_unit_test(test_scan_limit),
		cmocka_unit_test(test_diffstat_find),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
