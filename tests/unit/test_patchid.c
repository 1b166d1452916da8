/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_patchid.c - the ids that git patch-id --stable gives.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mda/patchid.h"
#include "tests/support/fewer.h"

#define HEAD_F                                                                 \
	"diff --git a/f b/f\nindex 1111111..2222222 100644\n--- a/f\n+++ b/f\n"
#define HEAD_G                                                                 \
	"diff --git a/g b/g\nindex 3333333..4444444 100644\n--- a/g\n+++ b/g\n"
#define HUNK "@@ -1,2 +1,3 @@ f\n a\n-b\n+c\n+d\n"
#define COMMIT "commit 0123456789abcdef0123456789ABCDEF01234567\n"
#define BINARY "index 3333333..4444444\nBinary files a/g and b/g differ\n"

/* What git 2.39 prints of these texts; NULL: nothing. */
static const struct {
	const char *name;
	const char *text;
	const char *id;
} rows[] = {
	{ "one file", HEAD_F HUNK, "a105f99ec3eba6a050dc71673f78d434a52ad491" },
	{ "text around it", "Why.\n---\n" HEAD_F HUNK "-- \n2.43.0\n",
	  "a105f99ec3eba6a050dc71673f78d434a52ad491" },
	{ "other lines", HEAD_F "@@ -9,2 +8,3 @@ g\n a\n-b\n+c\n+d\n",
	  "a105f99ec3eba6a050dc71673f78d434a52ad491" },
	{ "other blanks", HEAD_F "@@ -1,2 +1,3 @@\n\ta\n-  b\t\n+ c\n+d \n",
	  "a105f99ec3eba6a050dc71673f78d434a52ad491" },
	{ "other index",
	  "diff --git a/f b/f\nindex 5..6\n--- a/f\n+++ b/f\n" HUNK,
	  "a105f99ec3eba6a050dc71673f78d434a52ad491" },
	{ "other text", HEAD_F "@@ -1,2 +1,3 @@ f\n a\n-b\n+c\n+e\n",
	  "bb348c9a6987d3832cdb2a818e69eb58af367f0d" },
	{ "two hunks", HEAD_F HUNK "@@ -9 +10 @@\n-x\n+y\n",
	  "ccb42ae72e1f5ab8b225ff3afb96cec6a910c6e8" },
	{ "two files", HEAD_F HUNK HEAD_G HUNK,
	  "f89ba2973b68d303e8e0dbec0d60a6a61039fcf5" },
	{ "the other way round", HEAD_G HUNK HEAD_F HUNK,
	  "f89ba2973b68d303e8e0dbec0d60a6a61039fcf5" },
	{ "no newline",
	  HEAD_F "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n",
	  "e897e68f3d28ff9d46e3eee9734b8298f517d9fe" },
	{ "new file",
	  "diff --git a/f b/f\nnew file mode 100644\nindex 0000000..1111111\n--- /dev/null\n+++ b/f\n@@ -0,0 +1,2 @@\n+a\n+b\n",
	  "253dbf27c8936c9a7ecac5db2356f41b56c70f5f" },
	{ "mode", "diff --git a/f b/f\nold mode 100644\nnew mode 100755\n",
	  "4e21187d97ed6eec7a66b2827efa12512ecdccd1" },
	{ "rename",
	  "diff --git a/f b/g\nsimilarity index 100%\nrename from f\nrename to g\n",
	  "cb12fce0e0ab0aaea1e3aeef1917e8cefe4ed838" },
	{ "binary", "diff --git a/g b/g\n" BINARY,
	  "ad5edf2a7d1e160ffe01827b52eb1affd5865aed" },
	{ "binary, index with a mode",
	  "diff --git a/g b/g\nindex 3333333..4444444 100644\nGIT binary patch\nliteral 3\nKcmZ\n\n",
	  "ad5edf2a7d1e160ffe01827b52eb1affd5865aed" },
	{ "binary and text", "diff --git a/g b/g\n" BINARY HEAD_F HUNK,
	  "935d2e3099b2a8e1672d82683532827cd22d53a1" },
	{ "lost blank", HEAD_F "@@ -1,3 +1,3 @@\n a\n\n-b\n+c\n" HEAD_G HUNK,
	  "8ab595c3c8349f032e8737deee4ff318ce740a8b" },
	{ "two diffs", HEAD_F HUNK "\n" HEAD_G HUNK,
	  "a105f99ec3eba6a050dc71673f78d434a52ad491" },
	{ "commit", COMMIT "\n" HEAD_F HUNK,
	  "a105f99ec3eba6a050dc71673f78d434a52ad491" },
	{ "commit behind", HEAD_F HUNK COMMIT HEAD_G HUNK,
	  "a105f99ec3eba6a050dc71673f78d434a52ad491" },
	{ "bad head of a hunk", HEAD_F "@@ -x +y @@\n-a\n" HEAD_G HUNK,
	  "ac8d3f3bce4ba6169c2c8348d7f7521d2e0770bc" },
	{ "a line too many", HEAD_F "@@ -1 +1 @@\n-a\n+b\n+c\n" HEAD_G HUNK,
	  "e897e68f3d28ff9d46e3eee9734b8298f517d9fe" },
	{ "a line too few", HEAD_F "@@ -1,3 +1,3 @@\n-a\n+b\n" HEAD_G HUNK,
	  "91195589d46dd542a4c8bb65bae2e006e18a140f" },
	{ "huge hunk", HEAD_F "@@ -1,99999 +1,99999 @@\n-a\n+b\n",
	  "e897e68f3d28ff9d46e3eee9734b8298f517d9fe" },
	{ "no last line end", HEAD_F "@@ -1 +1 @@\n-a\n+b",
	  "e897e68f3d28ff9d46e3eee9734b8298f517d9fe" },
	{ "plain diff", "--- a/f\n+++ b/f\n" HUNK, NULL },
	{ "diff -u", "diff -u a/f b/f\n--- a/f\n+++ b/f\n" HUNK,
	  "6d4686bbf781ec602d40f07fcb6f5f3bf59cee4f" },
	{ "quoted", "> " HEAD_F, NULL },
	{ "prose", "diff between a and b:\n\nno\n",
	  "bc1df270bd2017ad9b6ae765b828b5749356087b" },
	{ "nothing", "", NULL },
};

static void to_hex(const unsigned char *id, char *ret)
{
	for (size_t i = 0; i < KD_PATCH_ID_SIZE; i++)
		sprintf(ret + 2 * i, "%02x", id[i]);
}

static void test_patchid(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned char id[KD_PATCH_ID_SIZE];
		char hex[2 * KD_PATCH_ID_SIZE + 1];
		bool found = kd_patchid(kd_bytes_of(rows[i].text), id);

		print_message("%s\n", rows[i].name);
		assert_int_equal(found, rows[i].id != NULL);
		if (!found)
			continue;
		to_hex(id, hex);
		assert_string_equal(hex, rows[i].id);
	}
}

/* Blanks of a line longer than what is hashed at once count as little, and
 * all of the rest of it counts. */
static void test_patchid_long_line(void **state)
{
	enum { LONG = 3000 };
	static const char head[] = HEAD_F "@@ -1 +1 @@\n-a\n+";
	unsigned char id[3][KD_PATCH_ID_SIZE];
	char text[sizeof(head) + LONG + 2];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		memcpy(text, head, sizeof(head) - 1);
		memset(text + sizeof(head) - 1, 'x', LONG);
		text[sizeof(head) + 1022] = i == 1 ? 'y' : 'x';
		text[sizeof(head) + LONG - 2] = i == 2 ? ' ' : 'x';
		memcpy(text + sizeof(head) - 1 + LONG, i == 2 ? "x\n" : "\n",
		       i == 2 ? 3 : 2);
		assert_true(kd_patchid(kd_bytes_of(text), id[i]));
	}
	assert_memory_not_equal(id[0], id[1], KD_PATCH_ID_SIZE);
	assert_memory_equal(id[0], id[2], KD_PATCH_ID_SIZE);
}

/* What would take long if any step looked twice at the same lines. */
static void test_patchid_bombs(void **state)
{
	static const char *const units[] = {
		"diff \n",   "diff --git\n\n",
		HEAD_F,      "a",
		"commit \n", "diff a\nindex 1..2\nBinary files\n",
	};
	const size_t size = (4 << 20) / (size_t)kd_one_of(16);
	char *text = malloc(size + 256);

	(void)state;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		unsigned char id[KD_PATCH_ID_SIZE];
		size_t used = 0, unit = strlen(units[i]);

		for (; used < size; used += unit)
			memcpy(text + used, units[i], unit);
		assert_int_equal(
			kd_patchid((struct kd_bytes){ text, used }, id),
			kd_find((struct kd_bytes){ text, used }, "diff ") !=
				NULL);
	}
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_patchid),
		cmocka_unit_test(test_patchid_long_line),
		cmocka_unit_test(test_patchid_bombs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
