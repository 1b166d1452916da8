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
	struct kd_arena *arena = kd_arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		struct kd_diff got;

		print_message("%s\n", row->name);
		kd_diff_scan(kd_bytes_of(row->text), arena, &got);
		assert_int_equal(got.found, row->found);
		assert_int_equal(got.start, row->start);
		assert_int_equal(got.stat.files, row->files);
		assert_int_equal(got.stat.insertions, row->insertions);
		assert_int_equal(got.stat.deletions, row->deletions);
		assert_false(got.limited);
	}
	kd_arena_free(arena);
}

#define ONE "@@ -1 +1 @@\n-a\n+b\n"

struct path_row {
	const char *name;
	const char *text;
	const char *paths; /* joined by "|" */
};

/* As git apply --numstat prints them, but for the two said to be other. */
static const struct path_row path_rows[] = {
	{ "git", GIT_HEADER NAMES HUNK, "f" },
	{ "directories",
	  "diff --git a/x/y.c b/x/y.c\n--- a/x/y.c\n+++ b/x/y.c\n" ONE,
	  "x/y.c" },
	{ "each once, in order",
	  "--- a/x/z\n+++ b/x/z\n" ONE "--- a/x/a\n+++ b/x/a\n" ONE
	  "--- a/x/z\n+++ b/x/z\n" ONE,
	  "x/z|x/a" },
	{ "new",
	  "diff --git a/d/f b/d/f\nnew file mode 100644\n--- /dev/null\n"
	  "+++ b/d/f\n@@ -0,0 +1 @@\n+b\n",
	  "d/f" },
	{ "new and empty",
	  "diff --git a/d f/g b/d f/g\nnew file mode 100644\n"
	  "index 0000000..e69de29\n",
	  "d f/g" },
	{ "deleted",
	  "diff --git a/d/f b/d/f\ndeleted file mode 100644\n--- a/d/f\n"
	  "+++ /dev/null\n@@ -1 +0,0 @@\n-b\n",
	  "d/f" },
	{ "renamed",
	  "diff --git a/d/f b/e/g\nsimilarity index 100%\n"
	  "rename from d/f\nrename to e/g\n",
	  "e/g" },
	{ "copied and changed",
	  "diff --git a/f b/g\nsimilarity index 50%\ncopy from f\n"
	  "copy to g\n--- a/f\n+++ b/g\n" ONE,
	  "g" },
	{ "mode", "diff --git a/x/f b/x/f\nold mode 100644\nnew mode 100755\n",
	  "x/f" },
	{ "binary", GIT_HEADER "Binary files a/f and b/f differ\n" NAMES HUNK,
	  "f" },
	{ "blank in a name",
	  "diff --git a/f g b/f g\n--- a/f g\t\n+++ b/f g\t\n" ONE, "f g" },
	{ "quoted",
	  "diff --git \"a/\\303\\244 \\\"x\\\"\" \"b/\\303\\244 \\\"x\\\"\"\n"
	  "old mode 100644\nnew mode 100755\n",
	  "\xc3\xa4 \"x\"" },
	{ "quoted file",
	  "diff --git \"a/\\303\\244\" \"b/\\303\\244\"\n"
	  "--- \"a/\\303\\244\"\n+++ \"b/\\303\\244\"\n" ONE,
	  "\xc3\xa4" },
	{ "quoted target",
	  "diff --git a/f \"b/\\tg\"\nrename from f\nrename to \"d\\\\g\"\n",
	  "d\\g" },
	{ "no UTF-8, no line", "--- a/d/f\n+++ \"b/d/\\377\\n\\033g\"\n" ONE,
	  "d/\xef\xbf\xbd??g" },
	{ "a quotation that ends in its middle",
	  "--- \"a/d/f\\\n+++ \"b/d/f\\\n" ONE, "d/f\\" },
	{ "a bad quotation", "--- \"a/d/f\\q\n+++ \"b/d/f\\q\n" ONE, "d/f\\q" },
	{ "diff -u, with time",
	  "--- l.orig/x/y.c\t2020-01-31 10:00:00.5 +0100\n"
	  "+++ l/x/y.c\t2020-01-31 10:00:00.6 +0100\n" ONE,
	  "x/y.c" },
	{ "time behind blanks",
	  "--- a/x/y 2020-01-31 10:00:00 +0100\n"
	  "+++ b/x/y 2020-01-31\n" ONE,
	  "x/y" },
	{ "no time", "--- a/x/y 31 10:00:00\n+++ b/x/y 31 10:00:00\n" ONE,
	  "x/y 31 10:00:00" },
	{ "one directory", "--- f\n+++ f\n" ONE "--- d/f\n+++ d/f\n" ONE,
	  "f|d/f" },
	{ "spare copy", "--- f.orig\n+++ f\n" ONE "--- g\n+++ g~\n" ONE,
	  "f|g" },
	{ "new, of other programs",
	  "--- /dev/null\n+++ b/d/f\n@@ -0,0 +1 @@\n+b\n", "d/f" },
	{ "deleted, of other programs",
	  "--- a/d/f\n+++ /dev/null\n@@ -1 +0,0 @@\n-b\n", "d/f" },
	/* git apply would take the first directory off ... */
	{ "no prefix", "diff --git d/e/f d/e/f\n--- d/e/f\n+++ d/e/f\n" ONE,
	  "d/e/f" },
	/* ... and refuse all of this. */
	{ "no prefix, no directory",
	  "diff --git f f\nold mode 100644\nnew mode 100755\n", "f" },
	{ "header only", "diff --git a/f b/f\nindex 1..2\n", "" },
	{ "two names of one mode",
	  "diff --git a/f b/g\nold mode 100644\nnew mode 100755\n", "" },
};

static void test_scan_paths(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(path_rows) / sizeof(path_rows[0]); i++) {
		const struct path_row *row = &path_rows[i];
		struct kd_arena *arena = kd_arena_new();
		char paths[256] = "";
		struct kd_diff got;

		print_message("%s\n", row->name);
		kd_diff_scan(kd_bytes_of(row->text), arena, &got);
		for (size_t j = 0; j < got.n_paths; j++) {
			strcat(paths, j == 0 ? "" : "|");
			strcat(paths, got.paths[j]);
		}
		assert_string_equal(paths, row->paths);
		assert_false(got.limited);
		kd_arena_free(arena);
	}
}

/* n files of names of that many digits. */
static struct kd_diff scan_files(struct kd_arena *arena, int n, int digits)
{
	const size_t size = (size_t)n * ((size_t)digits + 64);
	char *text = kd_arena_alloc(arena, size);
	struct kd_diff got;
	size_t used = 0;

	for (int i = 0; i < n; i++)
		used += (size_t)snprintf(text + used, size - used,
		                         "--- /dev/null\n+++ b/%0*d\n"
		                         "@@ -0,0 +1 @@\n+\n",
		                         digits, i);
	kd_diff_scan((struct kd_bytes){ text, used }, arena, &got);
	return got;
}

static void test_scan_paths_limit(void **state)
{
	struct kd_arena *arena = kd_arena_new();
	struct kd_diff got = scan_files(arena, KD_PATHS_MAX, 9);

	(void)state;
	assert_false(got.limited);
	assert_int_equal(got.n_paths, KD_PATHS_MAX);
	assert_string_equal(got.paths[KD_PATHS_MAX - 1], "000001999");

	got = scan_files(arena, KD_PATHS_MAX + 1, 9);
	assert_true(got.limited);
	assert_int_equal(got.n_paths, KD_PATHS_MAX);
	assert_int_equal(got.stat.files, KD_PATHS_MAX + 1);

	got = scan_files(arena, 200, 1024);
	assert_true(got.limited);
	assert_int_equal(got.n_paths, KD_PATHS_SIZE_MAX / 1024);
	got = scan_files(arena, 2, 5000);
	assert_true(got.limited);
	assert_int_equal(got.n_paths, 0);
	kd_arena_free(arena);
}

static void test_scan_limit(void **state)
{
	static const char one[] = "diff --git a/f b/f\nold mode 100644\n";
	const size_t n = KD_DIFF_FILES_MAX + 1, size = sizeof(one) - 1;
	struct kd_arena *arena = kd_arena_new();
	char *text = malloc(n * size);
	struct kd_diff got;

	(void)state;
	for (size_t i = 0; i < n; i++)
		memcpy(text + i * size, one, size);
	kd_diff_scan((struct kd_bytes){ text, (n - 1) * size }, arena, &got);
	assert_false(got.limited);
	kd_diff_scan((struct kd_bytes){ text, n * size }, arena, &got);
	assert_true(got.limited);
	assert_int_equal(got.stat.files, n);
	kd_arena_free(arena);
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
		cmocka_unit_test(test_scan_paths),
		cmocka_unit_test(test_scan_paths_limit),
		cmocka_unit_test(test_scan_limit),
		cmocka_unit_test(test_diffstat_find),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
