/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_store_heap.c - the memory that SQLite has in a delivery.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "store/internal.h"

enum {
	PIECES = 500,
	ROUNDS = 20000,
	LARGE = 8 << 20,
	LARGE_MAX = (256 << 20) / LARGE,
};

struct piece {
	unsigned char *data;
	size_t size;
	unsigned char mark; /* all of its bytes */
};

static void expect_whole(const struct piece *piece)
{
	size_t i;

	for (i = 0; i < piece->size; i++)
		assert_int_equal(piece->data[i], piece->mark);
}

/* Below limit; the same ones each time. */
static size_t some(size_t limit)
{
	static uint32_t state = 1;

	state = state * 1664525 + 1013904223;
	return (state >> 8) % limit;
}

/* Of all sizes there are, most of them small. */
static size_t some_size(void)
{
	return some(some(8) == 0 ? 20000 : 600) + 1;
}

/* Pieces come and go, shrink and grow, and none writes into another. */
static void test_pieces_are_apart(void **state)
{
	struct piece pieces[PIECES] = { { NULL, 0, 0 } };
	struct piece *piece;
	size_t kept;
	int i;

	(void)state;
	for (i = 0; i < ROUNDS; i++) {
		piece = &pieces[some(PIECES)];
		expect_whole(piece);
		if (some(3) == 0) {
			sqlite3_free(piece->data);
			*piece = (struct piece){ NULL, 0, 0 };
			continue;
		}
		kept = piece->size;
		piece->size = some_size();
		piece->data = sqlite3_realloc64(piece->data, piece->size);
		assert_non_null(piece->data);
		assert_int_equal((uintptr_t)piece->data % 8, 0);
		assert_true(sqlite3_msize(piece->data) >= piece->size);
		if (kept > piece->size)
			kept = piece->size;
		for (; kept > 0; kept--)
			assert_int_equal(piece->data[kept - 1], piece->mark);
		piece->mark = (unsigned char)i;
		memset(piece->data, piece->mark, piece->size);
	}
	for (i = 0; i < PIECES; i++) {
		expect_whole(&pieces[i]);
		sqlite3_free(pieces[i].data);
	}
}

/* What was given back is used again, before more is taken. */
static void test_pieces_come_again(void **state)
{
	void *piece = sqlite3_malloc(100);
	void *other = sqlite3_malloc(100);
	uintptr_t address = (uintptr_t)piece;

	(void)state;
	assert_non_null(piece);
	assert_non_null(other);
	sqlite3_free(piece);
	piece = sqlite3_malloc(97);
	assert_int_equal((uintptr_t)piece, address);
	sqlite3_free(piece);
	sqlite3_free(other);
	assert_null(sqlite3_malloc(0));
	sqlite3_free(NULL);
}

/* A store made to eat memory ends as out of memory, not as the machine's. */
static void test_limit(void **state)
{
	void *large[LARGE_MAX];
	int n = 0;
	int i;

	(void)state;
	while (n < LARGE_MAX) {
		large[n] = sqlite3_malloc(LARGE);
		if (large[n] == NULL)
			break;
		n++;
	}
	/* the slabs of the tests before, and what stands before each */
	assert_int_equal(n, LARGE_MAX - 1);
	assert_null(sqlite3_realloc(large[0], LARGE + 1));
	sqlite3_free(large[0]);
	large[0] = sqlite3_malloc(LARGE);
	assert_non_null(large[0]);
	for (i = 0; i < n; i++)
		sqlite3_free(large[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pieces_are_apart),
		cmocka_unit_test(test_pieces_come_again),
		cmocka_unit_test(test_limit),
	};

	kd_heap_use();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
