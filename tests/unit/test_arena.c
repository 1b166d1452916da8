/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_arena.c - memory that dies together: alignment, zeroes, large
 * pieces, sizes that cannot be had.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "store/base/arena.h"

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

static void test_alloc_is_zeroed_aligned_and_apart(void **state)
{
	unsigned char *pieces[2000];

	for (size_t i = 0; i < 2000; i++) {
		size_t size = i % 97;
		pieces[i] = kd_arena_alloc(*state, size);
		assert_non_null(pieces[i]);
		assert_int_equal((uintptr_t)pieces[i] % _Alignof(max_align_t),
		                 0);
		for (size_t k = 0; k < size; k++)
			assert_int_equal(pieces[i][k], 0);
		memset(pieces[i], (int)(i % 255) + 1, size);
	}
	for (size_t i = 0; i < 2000; i++)
		for (size_t k = 0; k < i % 97; k++)
			assert_int_equal(pieces[i][k], i % 255 + 1);
	assert_false(kd_arena_failed(*state));
}

static void test_room_is_apart_and_may_be_impossible(void **state)
{
	char *first = kd_arena_room(*state, 100);
	char *large = kd_arena_room(*state, 1 << 20);
	char *next = kd_arena_alloc(*state, 100);

	memset(first, 1, 100);
	memset(large, 2, 1 << 20);
	for (size_t i = 0; i < 100; i++) {
		assert_int_equal(first[i], 1);
		assert_int_equal(next[i], 0);
	}
	assert_null(kd_arena_room(*state, SIZE_MAX));
	assert_true(kd_arena_failed(*state));
}

static void test_alloc_large_piece_keeps_the_block_in_use(void **state)
{
	char *small = kd_arena_alloc(*state, 16);
	char *large = kd_arena_alloc(*state, 1 << 20);
	char *next = kd_arena_alloc(*state, 16);

	assert_non_null(large);
	memset(large, 1, 1 << 20);
	assert_ptr_equal(next, small + 16);
}

static void test_alloc_impossible_size_fails_and_is_remembered(void **state)
{
	assert_null(kd_arena_alloc(*state, SIZE_MAX));
	assert_true(kd_arena_failed(*state));
	assert_null(kd_arena_alloc(*state, SIZE_MAX - 32));
	assert_null(kd_arena_strndup(*state, "abc", SIZE_MAX));
	assert_non_null(kd_arena_alloc(*state, 8));
	assert_true(kd_arena_failed(*state));
}

static void test_array_product_overflow_fails(void **state)
{
	assert_null(kd_arena_array(*state, SIZE_MAX / 2, 3));
	assert_true(kd_arena_failed(*state));
}

static void test_strings(void **state)
{
	assert_string_equal(kd_arena_strndup(*state, "abcdef", 3), "abc");
	assert_string_equal(kd_arena_strdup(*state, ""), "");
	assert_null(kd_arena_strdup(*state, NULL));
	assert_null(kd_arena_strndup(*state, NULL, 4));
	assert_string_equal(kd_arena_printf(*state, "%d-%s", 7, "x"), "7-x");
	assert_false(kd_arena_failed(*state));
}

static void test_free_accepts_null(void **state)
{
	(void)state;
	kd_arena_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_alloc_is_zeroed_aligned_and_apart, setup,
			teardown),
		cmocka_unit_test_setup_teardown(
			test_room_is_apart_and_may_be_impossible, setup,
			teardown),
		cmocka_unit_test_setup_teardown(
			test_alloc_large_piece_keeps_the_block_in_use, setup,
			teardown),
		cmocka_unit_test_setup_teardown(
			test_alloc_impossible_size_fails_and_is_remembered,
			setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_array_product_overflow_fails, setup, teardown),
		cmocka_unit_test_setup_teardown(test_strings, setup, teardown),
		cmocka_unit_test(test_free_accepts_null),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
