/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * parse_fixture.c - see parse_fixture.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/parse_fixture.h"

struct kd_arena *parse_arena;

int parse_setup(void **state)
{
	(void)state;
	parse_arena = kd_arena_new();
	return parse_arena == NULL ? -1 : 0;
}

int parse_teardown(void **state)
{
	(void)state;
	kd_arena_free(parse_arena);
	return 0;
}

struct kd_mail parse_bytes(const char *raw, size_t size)
{
	struct kd_error err = KD_ERROR_INIT;
	struct kd_mail mail;

	assert_int_equal(kd_parse((struct kd_bytes){ raw, size }, parse_arena,
	                          &mail, &err),
	                 KD_OK);
	return mail;
}

struct kd_mail parse_string(const char *raw)
{
	return parse_bytes(raw, strlen(raw));
}

void parse_expect(const char *is, const char *must)
{
	if (must == NULL) {
		assert_null(is);
		return;
	}
	assert_non_null(is);
	assert_string_equal(is, must);
}
