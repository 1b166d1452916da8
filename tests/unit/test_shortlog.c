/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_shortlog.c - the patches that a cover letter announces.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/reading.h"

static const char *flat(void **state, enum kd_kind kind, const char *text)
{
	struct given given = { .text = text, .kind = kind };
	struct kd_message msg = reading_run(kd_shortlog_read, &given, *state);
	const char *ret = "";

	for (size_t i = 0; i < msg.n_titles; i++) {
		ret = kd_arena_printf(*state, "%s%s%s", ret, i == 0 ? "" : "|",
		                      msg.titles[i]);
		assert_non_null(ret);
	}
	return ret;
}

static void test_titles(void **state)
{
	static const struct {
		const char *text;
		const char *expected;
	} rows[] = {
		{ "Hello (2):\nno\n\nAuthor 1 (2):\n  KVM: a\n  KVM: b is\n"
		  "    wrapped\n\nAuthor 2 (1):\n  KVM: c\n\n f | 2 +-\n",
		  "KVM: a|KVM: b is wrapped|KVM: c" },
		/* as pull requests have it */
		{ "Author 1 (2):\n      KVM: a\n      KVM: b\n",
		  "KVM: a|KVM: b" },
		/* the count of an edited list */
		{ "Author 1 (1):\n  KVM: a\n  KVM: b\n", "KVM: a|KVM: b" },
		{ "Author 1 (2):\n  KVM: a\nAuthor 2 (1):\n  KVM: b\n",
		  "KVM: a|KVM: b" },
		{ "> Author 1 (1):\n>   KVM: a\n", "" },
		{ "Author 1 (1):\n\n f | 2 +-\n", "" },
		{ "f(1):\n  a\n", "" },
		{ "Author 1 ():\n  a\n", "" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(flat(state, KD_KIND_COVER, rows[i].text),
		                    rows[i].expected);
	assert_string_equal(flat(state, KD_KIND_REPLY, rows[1].text), "");
}

static void test_limits(void **state)
{
	char *text = kd_arena_alloc(*state, 32 + (KD_TITLES_MAX + 1) * 4);
	struct given given = { .text = text, .kind = KD_KIND_PULL };
	struct kd_message msg;
	size_t at = 14;

	strcpy(text, "Author 1 (9):\n");
	for (int i = 0; i <= KD_TITLES_MAX; i++, at += 4)
		strcpy(text + at, "  a\n");
	msg = reading_run(kd_shortlog_read, &given, *state);
	assert_int_equal(msg.n_titles, KD_TITLES_MAX);
	assert_int_equal(msg.status, KD_PARSE_LIMITED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_titles, reading_setup,
		                                reading_teardown),
		cmocka_unit_test_setup_teardown(test_limits, reading_setup,
		                                reading_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
