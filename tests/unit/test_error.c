/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_error.c - errors are one line, whatever is put into them.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "store/base/error.h"

static void test_fail_sets_status_and_text(void **state)
{
	struct kd_error err = KD_ERROR_INIT;

	(void)state;
	assert_int_equal(kd_fail(&err, KD_BUSY, "wait %d", 3), KD_BUSY);
	assert_int_equal(err.status, KD_BUSY);
	assert_string_equal(err.text, "wait 3");
	assert_int_equal(kd_fail(NULL, KD_IO, "nobody listens"), KD_IO);
	assert_int_equal(kd_fail_errno(NULL, KD_PERM, EACCES, "nobody"),
	                 KD_PERM);
	kd_error_prefix(NULL, "nobody");
}

static void test_fail_text_stays_one_line(void **state)
{
	struct kd_error err = KD_ERROR_INIT;

	(void)state;
	(void)kd_fail(&err, KD_IO, "a\nb\033[1m\x7f");
	assert_string_equal(err.text, "a?b?[1m?");
	kd_error_prefix(&err, "x\ry");
	assert_string_equal(err.text, "x?y: a?b?[1m?");
}

static void test_fail_cuts_long_text(void **state)
{
	struct kd_error err = KD_ERROR_INIT;
	char text[2000];

	(void)state;
	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	(void)kd_fail_errno(&err, KD_IO, EIO, "%s", text);
	assert_int_equal(strlen(err.text), KD_ERROR_TEXT_MAX - 1);
	kd_error_prefix(&err, "open %s", "y");
	assert_int_equal(strlen(err.text), KD_ERROR_TEXT_MAX - 1);
	assert_memory_equal(err.text, "open y: aaa", 11);
}

static void test_fail_errno_says_why(void **state)
{
	struct kd_error err = KD_ERROR_INIT;

	(void)state;
	(void)kd_fail_errno(&err, KD_PERM, EACCES, "open store %s", "/x");
	assert_string_equal(err.text, "open store /x: Permission denied");
}

static void test_status_of_errno(void **state)
{
	static const struct {
		int errnum;
		enum kd_status status;
	} rows[] = {
		{ ENOSPC, KD_NOSPACE },  { EDQUOT, KD_NOSPACE },
		{ ENOMEM, KD_NOMEM },    { EACCES, KD_PERM },
		{ EPERM, KD_PERM },      { EROFS, KD_PERM },
		{ ENOENT, KD_NOTFOUND }, { EIO, KD_IO },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(kd_status_of_errno(rows[i].errnum),
		                 rows[i].status);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fail_sets_status_and_text),
		cmocka_unit_test(test_fail_text_stays_one_line),
		cmocka_unit_test(test_fail_cuts_long_text),
		cmocka_unit_test(test_fail_errno_says_why),
		cmocka_unit_test(test_status_of_errno),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
