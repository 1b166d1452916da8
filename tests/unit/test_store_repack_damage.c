/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_store_repack_damage.c - what is damaged among messages that are packed
 * together is damaged by no fault of another, and takes nothing with it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/repack_fixture.h"

/* One that cannot be unpacked is told of and left, each time. */
static void test_repack_leaves_the_damaged(void **state)
{
	struct fixture *fix = *state;
	struct kd_repack_counts counts;

	repack_deliver(fix, 1, REPACK_MANY);
	repack_sql(fix, "UPDATE raw SET data = x'00' WHERE variant = 5");
	counts = repack_run(fix);
	assert_int_equal(counts.damaged, 1);
	assert_in_range(counts.blocks, 2, 3);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM raw "
	                                    "WHERE variant = 5 AND data = "
	                                    "x'00'"),
	                 1);
	assert_int_equal(repack_run(fix).damaged, 1);
}

static int count_damaged(struct fixture *fix)
{
	struct kd_store *store = fixture_open(fix, KD_STORE_READ);
	struct kd_bytes got;
	int64_t variant;
	enum kd_status st;
	int n = 0;

	for (variant = 1; variant < REPACK_MANY; variant++) {
		st = kd_store_raw(store, variant, fix->arena, &got, &fix->err);
		if (st == KD_OK)
			continue;
		assert_int_equal(st, KD_CORRUPT);
		assert_non_null(strstr(fix->err.text,
		                       kd_arena_printf(fix->arena, "<%d@x>",
		                                       (int)variant)));
		n++;
	}
	kd_store_close(store);
	return n;
}

static void test_repack_damage_is_that_of_a_block(void **state)
{
	/* what is done to the first block, or to message 2 in it alone */
	static const struct {
		const char *sql;
		bool alone;
	} damages[] = {
		{ "UPDATE block SET data = CAST(substr(data, 1, 100) || '?' || "
		  "substr(data, 102) AS BLOB) WHERE id = 1",
		  false },
		{ "UPDATE block SET data = substr(data, 1, length(data) - 1) "
		  "WHERE id = 1",
		  false },
		{ "UPDATE block SET data = x'' WHERE id = 1", false },
		{ "UPDATE block SET size = size - 1 WHERE id = 1", false },
		{ "PRAGMA ignore_check_constraints = ON; UPDATE block SET "
		  "size = 1 << 62 WHERE id = 1",
		  false },
		{ "UPDATE block SET data = (SELECT b.data FROM block b WHERE "
		  "b.id = 2) WHERE id = 1",
		  false },
		{ "UPDATE packed SET start = start + 1 WHERE variant = 2",
		  true },
		{ "UPDATE packed SET start = 1 << 62 WHERE variant = 2", true },
		{ "UPDATE packed SET size = 1 << 62 WHERE variant = 2", true },
		{ "UPDATE packed SET size = size - 1 WHERE variant = 2", true },
		{ "UPDATE packed SET sha256 = zeroblob(32) WHERE variant = 2",
		  true },
		{ "PRAGMA foreign_keys = OFF; UPDATE packed SET block = 99 "
		  "WHERE variant = 2",
		  true },
	};
	struct fixture *fix = *state;
	int64_t first;
	size_t i;

	for (i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		(void)snprintf(fix->path, sizeof(fix->path), "%s/%zu.db",
		               fix->dir, i);
		repack_deliver(fix, 1, REPACK_MANY);
		(void)repack_run(fix);
		first = fixture_query(fix, "SELECT count(*) FROM packed "
		                           "WHERE block = 1");
		assert_int_equal(count_damaged(fix), 0);
		repack_sql(fix, damages[i].sql);
		if (count_damaged(fix) != (damages[i].alone ? 1 : first))
			fail_msg("%s", damages[i].sql);
	}
}

/* Of a text, too; and nothing beside it is shown. */
static void test_repack_text_beyond_its_block(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store;
	struct kd_bytes got;

	repack_deliver(fix, 1, REPACK_MANY);
	(void)repack_run(fix);
	repack_sql(fix,
	           "UPDATE packed SET text_size = 1 << 62 WHERE variant = 3");
	store = fixture_open(fix, KD_STORE_READ);
	assert_int_equal(kd_store_text(store, 3, fix->arena, &got, &fix->err),
	                 KD_CORRUPT);
	assert_int_equal(kd_store_text(store, 6, fix->arena, &got, &fix->err),
	                 KD_OK);
	kd_store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_repack_leaves_the_damaged),
		TEST(test_repack_damage_is_that_of_a_block),
		TEST(test_repack_text_beyond_its_block),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
