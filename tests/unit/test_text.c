/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_text.c - lines, UTF-8 and the sanitizer, with what a hostile mail
 * would put there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "store/base/text.h"

#define BYTES(literal) ((struct kd_bytes){ (literal), sizeof(literal) - 1 })

static int setup(void **state)
{
	*state = kd_arena_new();
	return *state == NULL;
}

static int teardown(void **state)
{
	kd_arena_free(*state);
	return 0;
}

static void test_next_line_knows_both_line_ends(void **state)
{
	struct kd_bytes rest = BYTES("a\r\n\nb\rc\nlast");
	static const char *const want[] = { "a", "", "b\rc", "last" };
	struct kd_bytes line;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		assert_true(kd_next_line(&rest, &line));
		assert_int_equal(line.size, strlen(want[i]));
		assert_memory_equal(line.data, want[i], line.size);
	}
	assert_false(kd_next_line(&rest, &line));
}

static void test_compare_without_case(void **state)
{
	(void)state;
	assert_true(kd_bytes_equal_nocase(BYTES("List-ID"), "list-id"));
	assert_false(kd_bytes_equal_nocase(BYTES("List-I"), "list-id"));
	assert_false(kd_bytes_equal_nocase(BYTES("List-Idx"), "list-id"));
	assert_true(kd_bytes_starts_nocase(BYTES("FROM: x"), "From:"));
	assert_false(kd_bytes_starts_nocase(BYTES("Fro"), "From:"));
	assert_true(kd_strcmp_nocase("abC", "ABc") == 0);
	assert_true(kd_strcmp_nocase("ab", "abc") < 0);
	assert_true(kd_strcmp_nocase("b", "ABC") > 0);
}

static void test_trim_and_find(void **state)
{
	struct kd_bytes t = kd_trim(BYTES(" \t\r\n a b \n"));

	(void)state;
	assert_int_equal(t.size, 3);
	assert_memory_equal(t.data, "a b", 3);
	assert_int_equal(kd_trim(BYTES(" \n ")).size, 0);
	assert_non_null(kd_find(BYTES("a\0bcd"), "cd"));
	assert_null(kd_find(BYTES("abc"), "abcd"));
	assert_null(kd_find((struct kd_bytes){ NULL, 0 }, "a"));
}

static void test_utf8_valid(void **state)
{
	static const struct {
		struct kd_bytes bytes;
		bool valid;
	} rows[] = {
		{ { "", 0 }, true },
		{ { "Pr\xc3\xbc", 4 }, true },
		{ { "\xe2\x82\xac", 3 }, true },
		{ { "\xf0\x9f\x90\xa7", 4 }, true },
		{ { "a\0b", 3 }, false },
		{ { "\xc0\xaf", 2 }, false },         /* overlong */
		{ { "\xe0\x80\xaf", 3 }, false },     /* overlong */
		{ { "\xed\xa0\x80", 3 }, false },     /* surrogate */
		{ { "\xf4\x90\x80\x80", 4 }, false }, /* above U+10FFFF */
		{ { "\xe2\x82", 2 }, false },         /* cut off */
		{ { "\xfc", 1 }, false },
		{ { "\x80", 1 }, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(kd_utf8_valid(rows[i].bytes), rows[i].valid);
}

static void test_utf8_force_replaces_each_bad_byte(void **state)
{
	assert_string_equal(kd_utf8_force(*state, BYTES("a\xe4 b\0c\xe2\x82")),
	                    "a\xef\xbf\xbd b\xef\xbf\xbd"
	                    "c\xef\xbf\xbd\xef\xbf\xbd");
	assert_string_equal(kd_utf8_force(*state, BYTES("")), "");
}

static void test_utf8_cut_ends_between_characters(void **state)
{
	(void)state;
	assert_int_equal(kd_utf8_cut(BYTES("a\xe2\x82\xac"), 3), 1);
	assert_int_equal(kd_utf8_cut(BYTES("a\xe2\x82\xac"), 4), 4);
	assert_int_equal(kd_utf8_cut(BYTES("abc"), 9), 3);
	assert_int_equal(kd_utf8_cut(BYTES("\xe2\x82\xac"), 2), 0);
}

static void test_columns(void **state)
{
	(void)state;
	assert_int_equal(kd_columns(BYTES("abc")), 3);
	assert_int_equal(kd_columns(BYTES("Pr\xc3\xbc")), 3);
	assert_int_equal(kd_columns(BYTES("e\xcc\x81")), 1); /* combining */
	assert_int_equal(kd_columns(BYTES("\xe6\xbc\xa2\xe5\xad\x97")), 4);
	assert_int_equal(kd_columns(BYTES("\xf0\x9f\x90\xa7")), 2);
}

static void test_sanitize(void **state)
{
	static const struct {
		const char *name;
		struct kd_bytes in;
		const char *lines; /* with keep_lf */
		const char *line;  /* without */
	} rows[] = {
		{ "plain", { "a\tb\nc", 5 }, "a\tb\nc", "a\tb c" },
		{ "crlf", { "a\r\nb", 4 }, "a\nb", "a b" },
		{ "escape", { "\033[31m", 5 }, "<U+001B>[31m", "<U+001B>[31m" },
		{ "lone cr", { "a\rb", 3 }, "a<U+000D>b", "a<U+000D>b" },
		{ "nul", { "a\0b", 3 }, "a<U+0000>b", "a<U+0000>b" },
		{ "del", { "\x7f", 1 }, "<U+007F>", "<U+007F>" },
		{ "c1",
		  { "\xc2\x9b"
		    "1m",
		    4 },
		  "<U+009B>1m",
		  "<U+009B>1m" },
		{ "separator", { "\xe2\x80\xa8", 3 }, "<U+2028>", "<U+2028>" },
		{ "override", { "\xe2\x80\xae", 3 }, "<U+202E>", "<U+202E>" },
		{ "isolate", { "\xe2\x81\xa6", 3 }, "<U+2066>", "<U+2066>" },
		{ "zero width", { "\xe2\x80\x8b", 3 }, "<U+200B>", "<U+200B>" },
		{ "bom", { "\xef\xbb\xbf", 3 }, "<U+FEFF>", "<U+FEFF>" },
		{ "tag", { "\xf3\xa0\x81\x81", 4 }, "<U+E0041>", "<U+E0041>" },
		{ "no utf-8", { "\xff", 1 }, "\xef\xbf\xbd", "\xef\xbf\xbd" },
		{ "umlaut", { "\xc3\xbc", 2 }, "\xc3\xbc", "\xc3\xbc" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *lines = kd_sanitized(*state, rows[i].in, true);
		char *line = kd_sanitized(*state, rows[i].in, false);
		if (strcmp(lines, rows[i].lines) != 0 ||
		    strcmp(line, rows[i].line) != 0)
			fail_msg("%s: %s / %s", rows[i].name, lines, line);
	}
}

/* Whatever goes in, what comes out is UTF-8 without controls, and comes
 * out unchanged when it goes in again. */
static void test_sanitize_any_bytes(void **state)
{
	unsigned int seed = 1;

	for (int round = 0; round < 20000; round++) {
		char noise[40];
		struct kd_bytes once, twice;

		for (size_t i = 0; i < sizeof(noise); i++) {
			seed = seed * 1103515245U + 12345U;
			noise[i] = (char)(seed >> 16);
		}
		once = kd_bytes_of(kd_sanitized(
			*state, (struct kd_bytes){ noise, sizeof(noise) },
			true));
		assert_true(kd_utf8_valid(once));
		for (size_t i = 0; i < once.size; i++) {
			unsigned char c = (unsigned char)once.data[i];
			assert_true(c >= 0x20 || c == '\n' || c == '\t');
			assert_true(c != 0x7f);
		}
		twice = kd_bytes_of(kd_sanitized(*state, once, true));
		assert_string_equal(once.data, twice.data);
	}
}

static void test_small_helpers(void **state)
{
	struct kd_bytes b = { "index 12", 8 };

	(void)state;
	assert_false(kd_bytes_take(&b, "indexes "));
	assert_int_equal(b.size, 8);
	assert_true(kd_bytes_take(&b, "index "));
	assert_int_equal(b.size, 2);
	assert_memory_equal(b.data, "12", 2);

	assert_true(
		kd_bytes_same_nocase(kd_bytes_of("A-b"), kd_bytes_of("a-B")));
	assert_false(
		kd_bytes_same_nocase(kd_bytes_of("ab"), kd_bytes_of("abc")));
	assert_false(
		kd_bytes_same_nocase(kd_bytes_of("ab"), kd_bytes_of("ac")));

	assert_true(kd_str_same(NULL, NULL));
	assert_true(kd_str_same("a", "a"));
	assert_false(kd_str_same("a", NULL));
	assert_false(kd_str_same("a", "A"));

	assert_int_equal(kd_count_lines(kd_bytes_of("")), 0);
	assert_int_equal(kd_count_lines(kd_bytes_of("a")), 1);
	assert_int_equal(kd_count_lines(kd_bytes_of("a\n\nb\n")), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_next_line_knows_both_line_ends),
		cmocka_unit_test(test_compare_without_case),
		cmocka_unit_test(test_trim_and_find),
		cmocka_unit_test(test_utf8_valid),
		cmocka_unit_test_setup_teardown(
			test_utf8_force_replaces_each_bad_byte, setup,
			teardown),
		cmocka_unit_test(test_utf8_cut_ends_between_characters),
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_small_helpers),
		cmocka_unit_test_setup_teardown(test_sanitize, setup, teardown),
		cmocka_unit_test_setup_teardown(test_sanitize_any_bytes, setup,
		                                teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
