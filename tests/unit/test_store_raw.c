/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_store_raw.c - the bytes that go in come out, or an error does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "tests/support/store_fixture.h"

static void exec(const struct fixture *fix, const char *sql)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(fix->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void expect_bytes(struct kd_bytes got, struct kd_bytes want)
{
	assert_int_equal(got.size, want.size);
	if (want.size > 0)
		assert_memory_equal(got.data, want.data, want.size);
}

static void expect_raw(struct fixture *fix, struct kd_store *store,
                       const char *message_id, struct kd_bytes want)
{
	struct kd_posted row = fixture_get(fix, store, message_id);
	struct kd_bytes got = { .data = NULL };

	assert_int_equal(kd_store_raw(store, row.variant, fix->arena, &got,
	                              &fix->err),
	                 KD_OK);
	expect_bytes(got, want);
}

static struct kd_bytes noise(struct fixture *fix, size_t size)
{
	char *data = kd_arena_alloc(fix->arena, size + 1);
	struct kd_bytes bytes = { .data = data, .size = size };
	uint64_t x = 88172645463325252;
	size_t i;

	assert_non_null(data);
	for (i = 0; i < size; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		memcpy(data + i, &x, 1);
	}
	return bytes;
}

static void test_raw_bytes_come_back(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	static const char nuls[] = "a\0b\0\0\r\n\xff\xfe";
	static const size_t sizes[] = { 0, 1, 2, 17, 4096, 1 << 20 };
	struct kd_arriving a;
	const char *id;
	char *text;
	size_t i;

	for (i = 0; i < 6; i++) {
		id = kd_arena_printf(fix->arena, "noise%zu@x", i);
		a = fixture_arriving(fix, id, "m", 1);
		a.raw = noise(fix, sizes[i]);
		assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_NEW);
		expect_raw(fix, store, id, a.raw);

		id = kd_arena_printf(fix->arena, "text%zu@x", i);
		a = fixture_arriving(fix, id, "m", 1);
		text = kd_arena_alloc(fix->arena, sizes[i] + 1);
		memset(text, '+', sizes[i]);
		a.raw = (struct kd_bytes){ .data = text, .size = sizes[i] };
		assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_NEW);
		expect_raw(fix, store, id, a.raw);
	}
	a = fixture_arriving(fix, "nuls@x", "m", 1);
	a.raw = (struct kd_bytes){ .data = nuls, .size = sizeof(nuls) - 1 };
	assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_NEW);
	expect_raw(fix, store, "nuls@x", a.raw);
	kd_store_close(store);
	assert_true(fixture_query(fix, "SELECT min(length(data)) FROM raw "
	                               "WHERE size = 1048576") < 1000);
}

static void expect_text(struct fixture *fix, struct kd_store *store,
                        const char *message_id, struct kd_bytes want)
{
	struct kd_posted row = fixture_get(fix, store, message_id);
	struct kd_bytes got = { .data = NULL };

	assert_int_equal(kd_store_text(store, row.variant, fix->arena, &got,
	                               &fix->err),
	                 KD_OK);
	expect_bytes(got, want);
}

static void test_raw_text_comes_back(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving a = fixture_arriving(fix, "raw@x", "body", 1);
	struct kd_message *msg = fixture_message(&a);

	msg->text_in_raw.offset = a.raw.size - 5;
	msg->text_in_raw.size = 4;
	assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_NEW);
	expect_text(fix, store, "raw@x", kd_bytes_of("body"));
	assert_int_equal(fixture_get(fix, store, "raw@x").msg.text_in_raw.size,
	                 4);

	a = fixture_arriving(fix, "own@x", "body", 2);
	msg = fixture_message(&a);
	msg->text = kd_bytes_of("decoded, and again: decoded, and again: "
	                        "decoded, and again: decoded, and again\n");
	assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_NEW);
	expect_text(fix, store, "own@x", msg->text);
	assert_int_equal(fixture_get(fix, store, "own@x").msg.text_in_raw.size,
	                 0);

	a = fixture_arriving(fix, "empty@x", "body", 3);
	fixture_message(&a)->text = kd_bytes_of("");
	assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_NEW);
	expect_text(fix, store, "empty@x", kd_bytes_of(""));

	a = fixture_arriving(fix, "none@x", "body", 4);
	assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_NEW);
	expect_text(fix, store, "none@x", kd_bytes_of(""));
	kd_store_close(store);
}

static void test_raw_damage_is_found_out(void **state)
{
	static const char *const damages[] = {
		"UPDATE raw SET data = CAST('?' || substr(data, 2) AS BLOB)",
		"UPDATE raw SET data = substr(data, 1, length(data) - 1)",
		"UPDATE raw SET size = size + 1",
		"UPDATE raw SET size = 1 << 62",
		"UPDATE raw SET codec = 2",
	};
	struct fixture *fix = *state;
	struct kd_bytes got = { .data = NULL };
	struct kd_store *store;
	struct kd_arriving a;
	int64_t variant;
	size_t i;

	for (i = 0; i < 5; i++) {
		(void)snprintf(fix->path, sizeof(fix->path), "%s/%zu.db",
		               fix->dir, i);
		store = fixture_open(fix, KD_STORE_DELIVER);
		a = fixture_arriving(fix, "s@x", "s", 1);
		(void)fixture_add(fix, store, &a);
		a = fixture_arriving(fix, "l@x", "l", 1);
		a.raw.data = kd_arena_alloc(fix->arena, 5000);
		a.raw.size = 5000;
		(void)fixture_add(fix, store, &a);
		kd_store_close(store);
		exec(fix, damages[i]);
		store = fixture_open(fix, KD_STORE_READ);
		for (variant = 1; variant <= 2; variant++)
			assert_int_equal(kd_store_raw(store, variant,
			                              fix->arena, &got,
			                              &fix->err),
			                 KD_CORRUPT);
		kd_store_close(store);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_raw_bytes_come_back),
		TEST(test_raw_text_comes_back),
		TEST(test_raw_damage_is_found_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
