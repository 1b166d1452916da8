/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_report_point.c - RANGE taken apart, and what may name a marker. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "report/point.h"

struct row {
	const char *text;
	const char *from; /* NULL: not written */
	const char *to;
	enum kd_status expect;
};

static const struct row rows[] = {
	{ "a..b", "a", "b", KD_OK },
	{ "a..", "a", NULL, KD_OK },
	{ "..b", NULL, "b", KD_OK },
	{ "2 days ago..yesterday", "2 days ago", "yesterday", KD_OK },
	{ "2.days.ago..now", "2.days.ago", "now", KD_OK },
	{ "20d4a7d4..4f55e86f", "20d4a7d4", "4f55e86f", KD_OK },
	{ "<a..b@example.org>..<c..d@example.org>", "<a..b@example.org>",
	  "<c..d@example.org>", KD_OK },
	{ "<a..b@example.org>..", "<a..b@example.org>", NULL, KD_OK },
	{ "..<a..b@example.org>", NULL, "<a..b@example.org>", KD_OK },
	{ "a@example.org..b@example.org", "a@example.org", "b@example.org",
	  KD_OK },
	{ "", NULL, NULL, KD_USAGE },
	{ "..", NULL, NULL, KD_USAGE },
	{ "a", NULL, NULL, KD_USAGE },
	{ "a.b", NULL, NULL, KD_USAGE },
	{ "a...b", NULL, NULL, KD_USAGE },
	{ "...", NULL, NULL, KD_USAGE },
	{ "<a..b@example.org>", NULL, NULL, KD_USAGE },
	{ "<a..b@example.org", NULL, NULL, KD_USAGE },
	{ "<a@example.org>.b", NULL, NULL, KD_USAGE },
};

static void check_end(const char *text, const char *got, const char *expect)
{
	if (expect == NULL && got == NULL)
		return;
	if (expect == NULL || got == NULL || strcmp(got, expect) != 0)
		fail_msg("'%s': '%s' instead of '%s'", text,
		         got ? got : "(none)", expect ? expect : "(none)");
}

static void test_split_rows(void **state)
{
	struct kd_arena *arena = kd_arena_new();

	(void)state;
	assert_non_null(arena);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct kd_error err = KD_ERROR_INIT;
		struct kd_range_text ends = { .from = NULL };
		enum kd_status st =
			kd_range_split(rows[i].text, arena, &ends, &err);

		if (st != rows[i].expect)
			fail_msg("'%s': status %d", rows[i].text, (int)st);
		if (st != KD_OK) {
			assert_true(err.text[0] != '\0');
			continue;
		}
		check_end(rows[i].text, ends.from, rows[i].from);
		check_end(rows[i].text, ends.to, rows[i].to);
	}
	kd_arena_free(arena);
}

static void test_marker_names(void **state)
{
	static const char *const good[] = {
		"last",      "a",       "7",      "20d4a7d4", "2025-03-18",
		"v6.14-rc7", "A_b.c-d", "weekly", "latest2",
	};
	static const char *const bad[] = {
		"",       "latest", "start", "now",      "today", "yesterday",
		"Latest", "a..b",   ".a",    "-a",       "_a",    "a b",
		"a/b",    "a@b",    "<a>",   "\xc3\xa4", "a\n",
	};
	char name[KD_MARKER_NAME_MAX + 2];
	struct kd_error err = KD_ERROR_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		if (kd_marker_name_check(good[i], &err) != KD_OK)
			fail_msg("'%s' was refused", good[i]);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (kd_marker_name_check(bad[i], &err) != KD_USAGE)
			fail_msg("'%s' was taken", bad[i]);
	}
	memset(name, 'x', sizeof(name));
	name[KD_MARKER_NAME_MAX + 1] = '\0';
	assert_int_equal(kd_marker_name_check(name, &err), KD_USAGE);
	name[KD_MARKER_NAME_MAX] = '\0';
	assert_int_equal(kd_marker_name_check(name, &err), KD_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_split_rows),
		cmocka_unit_test(test_marker_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
