/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * body_fixture.c - see body_fixture.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/body_fixture.h"

struct kd_body body_parse(struct kd_arena *arena, const char *text,
                          const char *diff, bool reply)
{
	struct kd_error err = KD_ERROR_INIT;
	struct kd_body ret;

	assert_int_equal(kd_body_parse(kd_bytes_of(text), kd_bytes_of(diff),
	                               reply, arena, &ret, &err),
	                 KD_OK);
	return ret;
}

void body_expect_span(const char *text, struct kd_span span,
                      const char *expected)
{
	assert_true(span.offset + span.size <= strlen(text));
	assert_int_equal(span.size, strlen(expected));
	assert_memory_equal(text + span.offset, expected, span.size);
}
