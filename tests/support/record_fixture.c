/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * record_fixture.c - see record_fixture.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/support/record_fixture.h"

struct kd_arena *record_arena;

int record_setup(void **state)
{
	(void)state;
	record_arena = kd_arena_new();
	return record_arena == NULL ? -1 : 0;
}

int record_teardown(void **state)
{
	(void)state;
	kd_arena_free(record_arena);
	return 0;
}

struct kd_message record_built(const char *raw)
{
	struct kd_message msg;

	assert_int_equal(kd_record_build(kd_bytes_of(raw), RECORD_RECEIVED,
	                                 record_arena, &msg, NULL),
	                 KD_OK);
	return msg;
}

struct kd_message record_fallen_back(const char *raw)
{
	struct kd_message msg;

	assert_int_equal(kd_record_fallback(kd_bytes_of(raw), RECORD_RECEIVED,
	                                    KD_PARSE_CRASHED, record_arena,
	                                    &msg, NULL),
	                 KD_OK);
	return msg;
}
