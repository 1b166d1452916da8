/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_report_notes.c - the author's own words on what changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/notes.h"
#include "tests/support/fewer.h"

/* The notes on v3 in text, joined by "|"; "" when there are none. */
struct row {
	const char *text;
	const char *expect;
};

static const struct row rows[] = {
	{ "Cover.\n\nChanges in v3:\n- one\n- two\n  goes on\n\nThanks,\n"
	  "Me\n",
	  "one|two goes on" },
	{ "Changes since v2:\n * one\n\n * two\nChanges since v1:\n * old\n",
	  "one|two" },
	{ "Changes in v2:\n- old\n\nChanges in v3:\n- new\n", "new" },
	{ "v2 -> v3:\n - one\nv1 -> v2:\n - old\n", "one" },
	{ "v2->v3\n  one line\n  and more\n\nv1->v2\n  old\n",
	  "one line and more" },
	{ "Changelog v2..v3:\n1. first\n2) second\n", "first|second" },
	{ "v3 changes:\n- one\n---\n- not this\n", "one" },
	{ "v3: rebased\nv2: more\n", "rebased" },
	{ "[v3]\n- one\n", "one" },
	{ "v3 (2025-09-01):\n- one\n", "" },
	{ "Changes in v3 (2025-09-01):\n- one\n", "one" },
	{ "Changes in V3\n------------\n- no\n", "" },
	{ "* Changes in v3\n- other things\n- o\n", "other things|o" },
	{ "Since v2:\n- one\n", "one" },
	{ "Changes in v3:\n- one\n- Link to v2: https://example.org/x\n",
	  "one" },
	{ "Changes in v3:\n- one\n\nPatch Author (2):\n  KVM: demo: x\n",
	  "one" },
	{ "Changes in v3:\n- one\nSigned-off-by: A <a@example.org>\n", "one" },
	{ "v3: rebased\n  more of it\n\n virt/demo/ring.c | 2 ++\n"
	  " 1 file changed, 2 insertions(+)\n",
	  "rebased more of it" },
	{ "Changes in v3:\n- HTTP is spoken\n- https://example.org/x\n",
	  "HTTP is spoken" },
	{ "Changes in v30:\n- no\n", "" },
	{ "v3 of this was applied and then dropped\n- no\n", "" },
	{ "In v3 I changed things.\n- no\n", "" },
	{ "Changes in v3:\n- 1\n- 2\n- 3\n- 4\n- 5\n", "1|2|3|+2" },
	{ "Changes in v3:\n- one\n\n12 patches follow\n", "one" },
	{ "Changes in v3:\n\xe2\x80\xa2 one\n\xe2\x80\xa2 two\n", "one|two" },
	{ "Since v3\n- no\n", "" },
	{ "v99999999999: no\n- no\n", "" },
	{ "Changes in v3:\n", "" },
	{ "", "" },
};

static void test_rows(void **state)
{
	struct kd_arena *arena = kd_arena_new();
	struct kd_error err = KD_ERROR_INIT;
	struct kd_notes notes;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *got = "";

		assert_int_equal(kd_notes_find(arena, kd_bytes_of(rows[i].text),
		                               3, &notes, &err),
		                 KD_OK);
		for (size_t j = 0; j < notes.n && j < KD_NOTES_MAX; j++)
			got = kd_arena_printf(arena, "%s%s%s", got,
			                      j > 0 ? "|" : "", notes.notes[j]);
		if (notes.n > KD_NOTES_MAX)
			got = kd_arena_printf(arena, "%s|+%zu", got,
			                      notes.n - KD_NOTES_MAX);
		if (strcmp(got, rows[i].expect) != 0)
			fail_msg("row %zu: '%s', not '%s'", i, got,
			         rows[i].expect);
	}
	kd_arena_free(arena);
}

/* A text of nothing but notes, as large as one can be. */
static void test_large(void **state)
{
	const size_t size = (4 << 20) / (size_t)kd_one_of(16);
	char *text = malloc(size);
	struct kd_arena *arena = kd_arena_new();
	struct kd_error err = KD_ERROR_INIT;
	struct kd_notes notes;

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < size; i++)
		text[i] = (i < 4 ? "v3:\n" : "- x\n")[i % 4];
	assert_int_equal(kd_notes_find(arena, (struct kd_bytes){ text, size },
	                               3, &notes, &err),
	                 KD_OK);
	assert_int_equal(notes.n, size / 4 - 1);
	kd_arena_free(arena);
	free(text);
}

/* A note without an end: its beginning is enough. */
static void test_long(void **state)
{
	enum { LINES = 1000 };
	struct kd_arena *arena = kd_arena_new();
	char *text = kd_arena_alloc(arena, 40 + 12 * (size_t)LINES);
	struct kd_error err = KD_ERROR_INIT;
	struct kd_notes notes;

	(void)state;
	assert_non_null(text);
	strcpy(text, "v3:\n- begins");
	for (size_t i = 0; i < LINES; i++)
		strcpy(text + 12 + 11 * i, "\n  goes on.");
	assert_int_equal(kd_notes_find(arena, kd_bytes_of(text), 3, &notes,
	                               &err),
	                 KD_OK);
	assert_int_equal(notes.n, 1);
	assert_memory_equal(notes.notes[0], "begins goes on. goes on.", 24);
	assert_in_range(strlen(notes.notes[0]), 24, strlen(text) / 2);
	kd_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
