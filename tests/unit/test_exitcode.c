/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_exitcode.c - the table of exit codes, row by row.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sysexits.h>

#include <cmocka.h>

#include "mda/exitcode.h"

static const struct row {
	const char *name;
	enum kd_status status;
	int delivery;
	int terminal;
} table[] = {
	{ "OK", KD_OK, 0, 0 },
	{ "BUSY", KD_BUSY, 75, 75 },
	{ "NOSPACE", KD_NOSPACE, 75, 73 },
	{ "NOMEM", KD_NOMEM, 75, 75 },
	{ "IO", KD_IO, 75, 74 },
	{ "PERM", KD_PERM, 75, 77 },
	{ "NOTMAIL", KD_NOTMAIL, 75, 65 },
	{ "TOOBIG", KD_TOOBIG, 75, 65 },
	{ "CONFIG", KD_CONFIG, 75, 78 },
	{ "USAGE", KD_USAGE, 75, 64 },
	{ "NOTFOUND", KD_NOTFOUND, 75, 66 },
	{ "AMBIGUOUS", KD_AMBIGUOUS, 75, 65 },
	{ "SCHEMA", KD_SCHEMA, 75, 78 },
	{ "CORRUPT", KD_CORRUPT, 75, 70 },
	{ "BUG", KD_BUG, 75, 70 },
};
enum { N_ROWS = sizeof(table) / sizeof(table[0]) };

static void test_exitcode_delivery_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS; i++) {
		print_message("%s\n", table[i].name);
		assert_int_equal(kd_exitcode_delivery(table[i].status),
		                 table[i].delivery);
	}
}

static void test_exitcode_terminal_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS; i++) {
		print_message("%s\n", table[i].name);
		assert_int_equal(kd_exitcode_terminal(table[i].status),
		                 table[i].terminal);
	}
}

/* Each status once, so that a new one is given a row. */
static void test_exitcode_table_is_complete(void **state)
{
	(void)state;
	assert_int_equal(N_ROWS, KD_BUG + 1);
	for (int status = KD_OK; status <= KD_BUG; status++) {
		size_t n = 0;
		for (size_t i = 0; i < N_ROWS; i++)
			n += (int)table[i].status == status;
		assert_int_equal(n, 1);
	}
}

/* Whatever number it is given, an agent hears 0 or 75, and 0 for one only. */
static void test_exitcode_delivery_is_0_or_75(void **state)
{
	(void)state;
	for (int status = -1; status < 100; status++)
		assert_int_equal(kd_exitcode_delivery((enum kd_status)status),
		                 status == KD_OK ? EX_OK : EX_TEMPFAIL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exitcode_delivery_table),
		cmocka_unit_test(test_exitcode_terminal_table),
		cmocka_unit_test(test_exitcode_table_is_complete),
		cmocka_unit_test(test_exitcode_delivery_is_0_or_75),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
