/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_complete.c - what may stand at the end of a command line of the hook.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "mda/complete.h"

enum { WORDS_MAX = 6 };

static const struct kd_list lists[] = {
	{ .name = "KVM", .id = "kvm.vger.kernel.org" },
	{ .name = "bad\033name", .id = "k2.example.org" },
};

static const struct {
	const char *const words[WORDS_MAX];
	const char *said;
} rows[] = {
	{ { "" }, "" },
	{ { NULL }, "" },
	{ { "--imp" }, "--import\n" },
	{ { "--import", "" }, ":files\n" },
	{ { "--import", "--", "-" }, ":files\n" },
	{ { "--drain", "" }, "" },
	{ { "a-file", "--imp" }, "--import\n" },
	{ { "--nonsense=1", "--imp" }, "--import\n" },
	{ { "-q", "-c" }, "-c\n" },
	{ { "-qc", "" }, ":files\n" },
	{ { "--store=x" }, ":files\n" },
	{ { "-l", "" }, "KVM\n" },
	{ { "--list=k" }, "" },
	{ { "--import", "--format", "g" }, "git\n" },
	{ { "--format=mbox" },
	  "--format=mboxo\n--format=mboxrd\n--format=mboxcl\n" },
	{ { "--jobs", "" }, "" },
	{ { "--comp" }, "" },
};

static void test_complete(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct kd_mda_typed line;
		char *words[WORDS_MAX];
		FILE *out = tmpfile();
		char said[1024];
		size_t n = 0;

		assert_non_null(out);
		for (; n < WORDS_MAX && rows[i].words[n] != NULL; n++)
			words[n] = (char *)(uintptr_t)rows[i].words[n];
		kd_mda_complete_read(words, n, &line);
		kd_mda_complete_write(&line, lists, 2, out);
		rewind(out);
		said[fread(said, 1, sizeof(said) - 1, out)] = '\0';
		(void)fclose(out);
		assert_string_equal(said, rows[i].said);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_complete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
