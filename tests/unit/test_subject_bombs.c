/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_subject_bombs.c - subjects that were made to take long.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mda/subject.h"

static struct kd_subject parse(struct kd_arena *arena, const char *subject,
                               bool has_diff)
{
	struct kd_error err = KD_ERROR_INIT;
	struct kd_subject ret;

	assert_int_equal(kd_subject_parse(subject, has_diff, arena, &ret, &err),
	                 KD_OK);
	return ret;
}

/* Bombs: as many words as fit are kept, and it all ends at once. */
static void test_parse_bombs(void **state)
{
	static const char *const units[] = {
		"[", "[[]", "[a]", "[a ", "]", "Re:", "[1/2] ", "[v2PATCH "
	};
	struct kd_arena *arena = kd_arena_new();
	size_t size = 1 << 20;
	char *bomb = malloc(size + 16);

	(void)state;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		size_t used = 0;

		while (used < size) {
			strcpy(bomb + used, units[i]);
			used += strlen(units[i]);
		}
		assert_true(parse(arena, bomb, true).n_prefixes <=
		            KD_PREFIXES_MAX);
	}
	assert_int_equal(parse(arena,
	                       "[a b c d e f g h i j k l m n o p q r s t] x", 0)
	                         .n_prefixes,
	                 KD_PREFIXES_MAX);
	free(bomb);
	kd_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse_bombs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
