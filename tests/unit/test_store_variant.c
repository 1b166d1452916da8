/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_store_variant.c - one Message-ID, several contents: all are kept,
 * one is preferred.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/store_fixture.h"

/* The parser died of it the one time and not the other. */
static void test_same_bytes_are_one_variant(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving arriving = fixture_arriving(fix, "1@x", "m", 1);

	assert_int_equal(fixture_add(fix, store, &arriving), KD_ADDED_NEW);
	fixture_message(&arriving)->content_sha256[0] ^= 1;
	fixture_message(&arriving)->status = KD_PARSE_CRASHED;
	assert_int_equal(fixture_add(fix, store, &arriving),
	                 KD_ADDED_DUPLICATE);
	assert_int_equal(fixture_get(fix, store, "1@x").n_variants, 1);
	kd_store_close(store);
}

static void test_variants_are_kept(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving direct = fixture_arriving(fix, "1@x", "direct", 1);
	struct kd_arriving forged = fixture_arriving(fix, "1@x", "forged", 2);
	struct kd_arriving listed = fixture_arriving(fix, "1@x", "listed", 3);
	struct kd_arriving late = fixture_arriving(fix, "1@x", "late", 4);
	struct kd_bytes raw = { .data = NULL };
	struct kd_posted row;
	int64_t variant = 0;

	direct.through_list = false;
	forged.through_list = false;
	assert_int_equal(fixture_add(fix, store, &direct), KD_ADDED_NEW);
	assert_int_equal(fixture_add(fix, store, &forged), KD_ADDED_VARIANT);
	row = fixture_get(fix, store, "1@x");
	assert_string_equal(row.msg.subject.full, "direct");
	assert_int_equal(row.n_variants, 2);
	assert_int_equal(fixture_add(fix, store, &listed), KD_ADDED_VARIANT);
	assert_int_equal(fixture_add(fix, store, &late), KD_ADDED_VARIANT);
	assert_int_equal(fixture_add(fix, store, &late), KD_ADDED_DUPLICATE);
	row = fixture_get(fix, store, "1@x");
	assert_string_equal(row.msg.subject.full, "listed");
	assert_int_equal(row.n_variants, 4);
	assert_int_equal(row.seq, 100000000);
	assert_int_equal(row.received, 1);
	assert_int_equal(kd_store_raw(store, row.variant, fix->arena, &raw,
	                              &fix->err),
	                 KD_OK);
	assert_int_equal(raw.size, listed.raw.size);
	assert_memory_equal(raw.data, listed.raw.data, raw.size);

	/* the preferred one first, then as they came */
	assert_int_equal(kd_store_variant(store, row.message, 1, &variant,
	                                  &fix->err),
	                 KD_OK);
	assert_int_equal(variant, row.variant);
	assert_int_equal(kd_store_variant(store, row.message, 2, &variant,
	                                  &fix->err),
	                 KD_OK);
	assert_int_equal(variant, 1);
	assert_int_equal(kd_store_variant(store, row.message, 4, &variant,
	                                  &fix->err),
	                 KD_OK);
	assert_int_equal(variant, 4);
	assert_int_equal(kd_store_variant(store, row.message, 5, &variant,
	                                  &fix->err),
	                 KD_NOTFOUND);
	assert_int_equal(kd_store_variant(store, row.message, 0, &variant,
	                                  &fix->err),
	                 KD_NOTFOUND);
	kd_store_close(store);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM arrival"), 1);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM raw"), 4);
}

static void test_variant_known_content_comes_through_its_list(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving a = fixture_arriving(fix, "1@x", "forged", 1);
	struct kd_arriving b = fixture_arriving(fix, "1@x", "true", 2);

	a.through_list = false;
	b.through_list = false;
	assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_NEW);
	assert_int_equal(fixture_add(fix, store, &b), KD_ADDED_VARIANT);
	b.through_list = true;
	assert_int_equal(fixture_add(fix, store, &b), KD_ADDED_DUPLICATE);
	assert_string_equal(fixture_get(fix, store, "1@x").msg.subject.full,
	                    "true");
	kd_store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_same_bytes_are_one_variant),
		TEST(test_variants_are_kept),
		TEST(test_variant_known_content_comes_through_its_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
