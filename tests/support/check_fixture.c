/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check_fixture.c - see check_fixture.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/statfs.h>
#include <sys/syscall.h>

#include <cmocka.h>

#include "tests/support/check_fixture.h"

const char *check_run(struct fixture *fix, struct kd_check_opts opts,
                      enum kd_status expected)
{
	FILE *out = tmpfile();
	char *said = kd_arena_alloc(fix->arena, 8192);
	enum kd_status st;

	assert_non_null(out);
	assert_non_null(said);
	if (opts.store_path == NULL)
		opts.store_path = fix->path;
	if (opts.deadline == 0)
		opts.deadline = 9;
	st = kd_check_run(&opts, out, &fix->err);
	rewind(out);
	said[fread(said, 1, 8191, out)] = '\0';
	(void)fclose(out);
	if (st != expected)
		fail_msg("status %d, not %d: %s", (int)st, (int)expected, said);
	return said;
}

void check_says(const char *said, const char *what)
{
	if (strstr(said, what) == NULL)
		fail_msg("\"%s\" is not said: %s", what, said);
}

const struct kd_check_opts check_plain = { .verbose = true };
