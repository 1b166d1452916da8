/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_employers.c - who works where, by address and by domain. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "report/employers.h"

static const char text[] = "# who works where\n"
			   "example.com      Example Corporation\n"
			   "lab.example.com\tThe Laboratory  # a part of it\n"
			   "guest@lab.example.com   Another One\n"
			   "@example.net  Networks #1 of all\n"
			   "gmail.com  Mail Company\n"
			   "someone@gmail.com  Small Company\r\n"
			   "example.org\n"
			   "twice.example  First\n"
			   "TWICE.example  Second\n";

static void test_longest(void **state)
{
	static const char *const rows[][2] = {
		{ "a@example.com", "Example Corporation" },
		{ "A@EXAMPLE.COM", "Example Corporation" },
		{ "a@deep.down.example.com", "Example Corporation" },
		{ "a@lab.example.com", "The Laboratory" },
		{ "a@x.lab.example.com", "The Laboratory" },
		{ "guest@lab.example.com", "Another One" },
		{ "Guest@Lab.Example.com", "Another One" },
		{ "guest@x.lab.example.com", "The Laboratory" },
		{ "a@notexample.com", NULL },
		{ "a@example.net", "Networks" },
		{ "a@gmail.com", NULL },
		{ "someone@gmail.com", "Small Company" },
		{ "a@example.org", NULL },
		{ "a@twice.example", "Second" },
		{ "a@com", NULL },
		{ "a@", NULL },
		{ "example.com", NULL },
		{ "", NULL },
		{ NULL, NULL },
	};
	struct kd_arena *arena = kd_arena_new();
	struct kd_error err = KD_ERROR_INIT;
	struct kd_employers *all = NULL;
	struct kd_badlines bad;

	(void)state;
	assert_int_equal(kd_employers_parse(arena, kd_bytes_of(text), &all,
	                                    &bad, &err),
	                 KD_OK);
	assert_int_equal(bad.n, 2);
	assert_int_equal(bad.first, 6);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *got = kd_employer_of(all, rows[i][0]);

		if (rows[i][1] == NULL)
			assert_null(got);
		else
			assert_string_equal(got, rows[i][1]);
	}
	assert_null(kd_employer_of(NULL, "a@example.com"));
	kd_arena_free(arena);
}

static void test_nothing(void **state)
{
	struct kd_arena *arena = kd_arena_new();
	struct kd_error err = KD_ERROR_INIT;
	struct kd_employers *all = NULL;
	struct kd_badlines bad;

	(void)state;
	assert_int_equal(kd_employers_parse(arena, kd_bytes_of("#\n\n"), &all,
	                                    &bad, &err),
	                 KD_OK);
	assert_int_equal(bad.n, 0);
	assert_null(kd_employer_of(all, "a@example.com"));
	kd_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_longest),
		cmocka_unit_test(test_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
