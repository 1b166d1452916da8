/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_mailmap.c - who is who: the four forms of a .mailmap, what is no
 * line of one, and the lines that are suggested. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "report/mailmap.h"
#include "report/suggest.h"

static const char map_text[] =
	"# people\n"
	"Right Name <one@example.org>\n"
	"<two@example.org> <old2@example.org>\n"
	"Three <three@example.org> <old3@example.org>\n"
	"Four <four@example.org> Wrong Four <shared@example.org>\n"
	"Five <five@example.org> Wrong Five <shared@example.org>\r\n"
	"\n"
	"  # a comment that is set in\n"
	"no address\n"
	"Empty <>\n"
	"One <one@example.org>  # later lines win\n"
	"  Blank   Name   <SIX@example.org>\n"
	"<seven@example.org>\n"
	"Eight <eight@example.org> <>\n"
	"Last <last@example.org> <old9@example.org>";

struct mapped {
	struct kd_person from;
	struct kd_person to;
};

static void test_forms(void **state)
{
	static const struct mapped rows[] = {
		{ { "x", "one@example.org" }, { "One", "one@example.org" } },
		{ { "x", "ONE@Example.org" }, { "One", "ONE@Example.org" } },
		{ { "x", "old2@example.org" }, { "x", "two@example.org" } },
		{ { "x", "OLD3@example.org" },
		  { "Three", "three@example.org" } },
		{ { "wrong four", "shared@example.org" },
		  { "Four", "four@example.org" } },
		{ { "Wrong Five", "Shared@example.org" },
		  { "Five", "five@example.org" } },
		{ { "Another", "shared@example.org" },
		  { "Another", "shared@example.org" } },
		{ { NULL, "shared@example.org" },
		  { NULL, "shared@example.org" } },
		{ { "x", "six@example.org" },
		  { "Blank   Name", "six@example.org" } },
		{ { "x", "seven@example.org" }, { "x", "seven@example.org" } },
		{ { NULL, "old9@example.org" },
		  { "Last", "last@example.org" } },
		{ { "x", "nobody@example.org" },
		  { "x", "nobody@example.org" } },
		{ { "x", NULL }, { "x", NULL } },
	};
	struct kd_arena *arena = kd_arena_new();
	struct kd_error err = KD_ERROR_INIT;
	struct kd_mailmap *map = NULL;
	struct kd_badlines bad;

	(void)state;
	assert_int_equal(kd_mailmap_parse(arena, kd_bytes_of(map_text), &map,
	                                  &bad, &err),
	                 KD_OK);
	assert_int_equal(bad.n, 2);
	assert_int_equal(bad.first, 9);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct kd_person got = kd_mailmap_person(map, rows[i].from);

		if (rows[i].to.name == NULL)
			assert_null(got.name);
		else
			assert_string_equal(got.name, rows[i].to.name);
		if (rows[i].to.email == NULL)
			assert_null(got.email);
		else
			assert_string_equal(got.email, rows[i].to.email);
	}
	assert_string_equal(kd_mailmap_person(NULL, rows[0].from).name, "x");
	assert_int_equal(kd_mailmap_parse(arena, kd_bytes_of(""), &map, &bad,
	                                  &err),
	                 KD_OK);
	assert_string_equal(kd_mailmap_person(map, rows[0].from).name, "x");
	kd_arena_free(arena);
}

static void test_suggestions(void **state)
{
	struct kd_person people[] = {
		{ "Patch Author", "author@example.org" },
		{ "Patch Author", "author@example.org" },
		{ "P. Author", "Author@example.org" },
		{ "Patch Author", "author@lists.example.org" },
		{ "Patch Author", "pa@example.com" },
		{ "Patch Author", "pa@example.com" },
		{ "root", "root@one.example.org" },
		{ "root", "root@two.example.org" },
		{ "Evil <x@example.org>", "author@example.org" },
		{ "Evil\nLine", "author@example.org" },
		{ "#Comment", "author@example.org" },
		{ NULL, "author@example.org" },
		{ "Nobody", NULL },
		{ "Nobody", "no address" },
		{ "Single Person", "single@example.org" },
		{ "Single Person", "single@example.org" },
	};
	static const char *const expect[] = {
		"Patch Author <author@example.org>",
		"Patch Author <author@example.org> <author@lists.example.org>",
		"Patch Author <author@example.org> <pa@example.com>",
	};
	struct kd_arena *arena = kd_arena_new();
	struct kd_error err = KD_ERROR_INIT;
	struct kd_suggestion *lines = NULL;
	size_t n = 0;

	(void)state;
	assert_int_equal(kd_suggest(arena, people,
	                            sizeof(people) / sizeof(people[0]), &lines,
	                            &n, &err),
	                 KD_OK);
	assert_int_equal(n, 3);
	for (size_t i = 0; i < n; i++)
		assert_string_equal(lines[i].line, expect[i]);
	assert_non_null(strstr(lines[0].why, "one address, 2 names"));
	assert_non_null(strstr(lines[2].why, "two addresses"));
	assert_int_equal(kd_suggest(arena, people, 0, &lines, &n, &err), KD_OK);
	assert_int_equal(n, 0);
	kd_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_suggestions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
