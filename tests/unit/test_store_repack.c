/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_store_repack.c - messages that are packed together are what they
 * were, to whoever asks, and are damaged by no fault of another.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "store/internal.h"
#include "store/repack.h"
#include "store/reread.h"
#include "tests/support/store_fixture.h"

enum {
	MANY = 40,
	SIZE = 500,       /* of a message, about */
	BLOCK = 16 * SIZE /* bytes, so that MANY make two */
};

static void run_sql(const struct fixture *fix, const char *sql)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(fix->path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static const char *name_of(const struct fixture *fix, int i)
{
	return kd_arena_printf(fix->arena, "%d@x", i);
}

/* Words that repeat within a message and more so between two. */
static struct kd_bytes bytes_of(const struct fixture *fix, int i)
{
	char *data = kd_arena_alloc(fix->arena, SIZE + 100);
	struct kd_bytes bytes = { .data = data };
	uint64_t x = (uint64_t)i * 7919 + 3;

	assert_non_null(data);
	bytes.size =
		(size_t)snprintf(data, 100, "From: a@x\nSubject: %d\n\n", i);
	while (bytes.size < SIZE + (size_t)(i % 9)) {
		x = x * 6364136223846793005 + 1442695040888963407;
		bytes.size += (size_t)snprintf(data + bytes.size,
		                               SIZE + 100 - bytes.size, "%s%d ",
		                               &"reviewed memory slot"[x % 5],
		                               (int)(x >> 60));
	}
	return bytes;
}

static const char *text_of(const struct fixture *fix, int i)
{
	return kd_arena_printf(fix->arena,
	                       "decoded %d, and again: decoded %d, "
	                       "and again: decoded\n",
	                       i, i);
}

/* Every third one has a text of its own. */
static struct kd_arriving mail(const struct fixture *fix, int i)
{
	struct kd_arriving a =
		fixture_arriving(fix, name_of(fix, i), name_of(fix, i), i);

	a.raw = bytes_of(fix, i);
	if (i % 3 == 0)
		fixture_message(&a)->text = kd_bytes_of(text_of(fix, i));
	return a;
}

static void deliver(struct fixture *fix, int from, int upto)
{
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving a;
	int i;

	for (i = from; i < upto; i++) {
		a = mail(fix, i);
		assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_NEW);
	}
	kd_store_close(store);
}

static void expect(struct fixture *fix, struct kd_store *store, int i)
{
	struct kd_posted row = fixture_get(fix, store, name_of(fix, i));
	struct kd_bytes want = bytes_of(fix, i);
	struct kd_bytes got = { .data = NULL };

	assert_int_equal(kd_store_raw(store, row.variant, fix->arena, &got,
	                              &fix->err),
	                 KD_OK);
	assert_int_equal(got.size, want.size);
	assert_memory_equal(got.data, want.data, want.size);
	assert_int_equal(kd_store_text(store, row.variant, fix->arena, &got,
	                               &fix->err),
	                 KD_OK);
	want = kd_bytes_of(i % 3 == 0 ? text_of(fix, i) : "");
	assert_int_equal(got.size, want.size);
	assert_memory_equal(got.data, want.data, want.size);
}

static void expect_all(struct fixture *fix, int upto)
{
	struct kd_store *store = fixture_open(fix, KD_STORE_READ);
	int i;

	for (i = 1; i < upto; i++)
		expect(fix, store, i);
	/* backwards, and from one block to another and back */
	for (i = upto - 1; i > 0; i--)
		expect(fix, store, i % 2 == 0 ? i : upto - i);
	kd_store_close(store);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM "
	                                    "pragma_integrity_check "
	                                    "WHERE integrity_check <> 'ok'"),
	                 0);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM "
	                                    "pragma_foreign_key_check"),
	                 0);
}

/* All of it, as the program does it. */
static struct kd_repack_counts repack(struct fixture *fix)
{
	static const struct kd_repack_opts opts = { .wait_ms = 10000,
		                                    .block_size = BLOCK };
	struct kd_store *store = fixture_open(fix, KD_STORE_WRITE);
	struct kd_repack_counts counts;
	struct kd_repack *r = NULL;
	bool more = true;

	assert_int_equal(kd_repack_new(store, &opts, &r, &fix->err), KD_OK);
	while (more)
		if (kd_repack_step(r, &more, &fix->err) != KD_OK)
			fail_msg("%s", fix->err.text);
	more = true;
	while (more)
		if (kd_repack_shrink(r, &more, &fix->err) != KD_OK)
			fail_msg("%s", fix->err.text);
	counts = *kd_repack_counts(r);
	kd_repack_free(r);
	kd_store_close(store);
	return counts;
}

static void test_repack_keeps_every_byte(void **state)
{
	struct fixture *fix = *state;
	struct kd_repack_counts counts;
	size_t before, after;

	deliver(fix, 1, MANY);
	kd_store_close(fixture_open(fix, KD_STORE_WRITE)); /* the log */
	before = fixture_read(fix, fix->path).size;
	counts = repack(fix);
	assert_in_range(counts.blocks, 2, 3);
	assert_in_range(counts.messages, MANY / 2, MANY - 1);
	assert_int_equal(counts.damaged, 0);
	assert_int_equal(counts.free, 0);
	after = fixture_read(fix, fix->path).size;
	assert_int_equal(counts.bytes, after);
	assert_true(after < before);
	expect_all(fix, MANY);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM packed "
	                                    "JOIN raw USING (variant)"),
	                 0);
	assert_int_equal(fixture_query(fix, "SELECT (SELECT count(*) FROM raw) "
	                                    "+ (SELECT count(*) FROM packed)"),
	                 MANY - 1);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM decoded "
	                                    "JOIN packed USING (variant)"),
	                 0);
}

/* What is left is no full block; when more comes, it is part of one, and
 * what is packed stays where it is. */
static void test_repack_again(void **state)
{
	struct fixture *fix = *state;
	struct kd_repack_counts first, second;
	int64_t blocks;

	deliver(fix, 1, MANY);
	first = repack(fix);
	blocks = fixture_query(fix, "SELECT sum(length(data)) FROM block");
	second = repack(fix);
	assert_int_equal(second.messages, 0);
	assert_int_equal(second.blocks, 0);
	assert_int_equal(second.bytes, first.bytes);
	deliver(fix, MANY, 3 * MANY);
	second = repack(fix);
	assert_in_range(second.blocks, 4, 6);
	assert_int_equal(fixture_query(fix,
	                               "SELECT sum(length(data)) FROM block "
	                               "WHERE id <= 2"),
	                 blocks);
	expect_all(fix, 3 * MANY);
}

/* Neither packed with others nor in the way of them: what is long, what is
 * in a file of its own, what cannot be packed; what is empty is. */
static void test_repack_leaves_some(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store;
	struct kd_arriving a = fixture_arriving(fix, "long@x", "l", 1);
	struct kd_bytes got;
	char *data = kd_arena_alloc(fix->arena, 3 * BLOCK);

	memset(data, 'x', 3 * BLOCK);
	a.raw = (struct kd_bytes){ data, 3 * BLOCK };
	store = fixture_open(fix, KD_STORE_DELIVER);
	(void)fixture_add(fix, store, &a);
	a = fixture_arriving(fix, "empty@x", "e", 1);
	a.raw = kd_bytes_of("");
	(void)fixture_add(fix, store, &a);
	kd_store_close(store);
	deliver(fix, 1, MANY);
	assert_true(repack(fix).messages > 10);
	expect_all(fix, MANY);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM raw "
	                                    "WHERE variant = 1"),
	                 1);
	assert_int_equal(fixture_query(fix, "SELECT size FROM packed "
	                                    "WHERE variant = 2"),
	                 0);
	store = fixture_open(fix, KD_STORE_READ);
	assert_int_equal(kd_store_raw(store, 2, fix->arena, &got, &fix->err),
	                 KD_OK);
	assert_int_equal(got.size, 0);
	assert_int_equal(kd_store_raw(store, 1, fix->arena, &got, &fix->err),
	                 KD_OK);
	assert_int_equal(got.size, 3 * BLOCK);
	kd_store_close(store);
}

/* One that cannot be unpacked is told of and left, each time. */
static void test_repack_leaves_the_damaged(void **state)
{
	struct fixture *fix = *state;
	struct kd_repack_counts counts;

	deliver(fix, 1, MANY);
	run_sql(fix, "UPDATE raw SET data = x'00' WHERE variant = 5");
	counts = repack(fix);
	assert_int_equal(counts.damaged, 1);
	assert_in_range(counts.blocks, 2, 3);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM raw "
	                                    "WHERE variant = 5 AND data = "
	                                    "x'00'"),
	                 1);
	assert_int_equal(repack(fix).damaged, 1);
}

static void test_repack_known_as_before(void **state)
{
	struct fixture *fix = *state;
	struct kd_arriving a;
	struct kd_store *store;

	deliver(fix, 1, MANY);
	(void)repack(fix);
	store = fixture_open(fix, KD_STORE_DELIVER);
	a = mail(fix, 3);
	assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_DUPLICATE);
	a.list = &fixture_ppc;
	assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_LIST);
	/* the same bytes, and the parser died of them this time */
	memset(fixture_message(&a)->content_sha256, 7, KD_HASH_SIZE);
	assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_DUPLICATE);
	/* other bytes of the same length are another content */
	a.raw = (struct kd_bytes){
		memset(kd_arena_alloc(fix->arena, a.raw.size), 'y', a.raw.size),
		a.raw.size
	};
	fixture_message(&a)->text = (struct kd_bytes){ .data = NULL };
	assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_VARIANT);
	kd_store_close(store);
	expect_all(fix, MANY);
}

static int count_damaged(struct fixture *fix)
{
	struct kd_store *store = fixture_open(fix, KD_STORE_READ);
	struct kd_bytes got;
	int64_t variant;
	enum kd_status st;
	int n = 0;

	for (variant = 1; variant < MANY; variant++) {
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
		deliver(fix, 1, MANY);
		(void)repack(fix);
		first = fixture_query(fix, "SELECT count(*) FROM packed "
		                           "WHERE block = 1");
		assert_int_equal(count_damaged(fix), 0);
		run_sql(fix, damages[i].sql);
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

	deliver(fix, 1, MANY);
	(void)repack(fix);
	run_sql(fix, "UPDATE packed SET text_size = 1 << 62 WHERE variant = 3");
	store = fixture_open(fix, KD_STORE_READ);
	assert_int_equal(kd_store_text(store, 3, fix->arena, &got, &fix->err),
	                 KD_CORRUPT);
	assert_int_equal(kd_store_text(store, 6, fix->arena, &got, &fix->err),
	                 KD_OK);
	kd_store_close(store);
}

static struct kd_reread reread(struct fixture *fix, struct kd_store *store,
                               int i, const char *text)
{
	struct kd_arriving a = mail(fix, i);
	struct kd_reread row = { .changed = false };
	struct kd_bytes raw;
	size_t done = 0;

	assert_int_equal(kd_store_next_kept(store, i - 1, true, &row.kept,
	                                    &fix->err),
	                 KD_OK);
	assert_int_equal(row.kept.variant, i);
	assert_false(row.kept.large);
	assert_int_equal(row.kept.size, a.raw.size);
	assert_int_equal(kd_store_kept_bytes(store, &row.kept, fix->arena, &raw,
	                                     &fix->err),
	                 KD_OK);
	assert_int_equal(raw.size, a.raw.size);
	row.msg = *a.msg;
	row.msg.text = (struct kd_bytes){ .data = NULL };
	if (text != NULL)
		row.msg.text = kd_bytes_of(text);
	if (kd_store_reread(store, &row, 1, INT64_MAX, &done, &fix->err) !=
	    KD_OK)
		fail_msg("%s", fix->err.text);
	return row;
}

static void expect_text(struct fixture *fix, struct kd_store *store, int i,
                        const char *want)
{
	struct kd_bytes got;

	assert_int_equal(kd_store_text(store, i, fix->arena, &got, &fix->err),
	                 KD_OK);
	assert_int_equal(got.size, strlen(want));
	assert_memory_equal(got.data, want, got.size);
}

static void test_repack_then_reparse(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store;
	int i;

	deliver(fix, 1, MANY);
	(void)repack(fix);
	store = fixture_open(fix, KD_STORE_WRITE);
	for (i = 1; i < MANY; i++) /* the same again is no change */
		assert_false(reread(fix, store, i,
		                    i % 3 == 0 ? text_of(fix, i) : NULL)
		                     .changed);
	assert_true(reread(fix, store, 3, "another").changed);
	assert_true(reread(fix, store, 6, NULL).changed);
	assert_true(reread(fix, store, 4, "it has one").changed);
	assert_false(reread(fix, store, 4, "it has one").changed);
	expect_text(fix, store, 3, "another");
	expect_text(fix, store, 6, "");
	expect_text(fix, store, 4, "it has one");
	expect(fix, store, 9);
	kd_store_close(store);
	assert_int_equal(repack(fix).messages, 0);
	store = fixture_open(fix, KD_STORE_READ);
	expect_text(fix, store, 3, "another");
	kd_store_close(store);
}

/* Someone else has packed, or parsed anew, what was read for a block: here
 * by a second handle between two steps of the first. */
static void test_repack_at_the_same_time(void **state)
{
	static const struct kd_repack_opts opts = { .wait_ms = 10000,
		                                    .block_size = BLOCK };
	struct fixture *fix = *state;
	struct kd_store *store;
	struct kd_repack *r = NULL;
	uint64_t mine, others;
	bool more = true;

	deliver(fix, 1, 3 * MANY);
	store = fixture_open(fix, KD_STORE_WRITE);
	assert_int_equal(kd_repack_new(store, &opts, &r, &fix->err), KD_OK);
	assert_int_equal(kd_repack_step(r, &more, &fix->err), KD_OK);
	assert_true(more);
	others = repack(fix).messages;
	while (more)
		assert_int_equal(kd_repack_step(r, &more, &fix->err), KD_OK);
	mine = kd_repack_counts(r)->messages;
	kd_repack_free(r);
	kd_store_close(store);
	assert_in_range(mine, 1, MANY);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM packed"),
	                 mine + others);
	expect_all(fix, 3 * MANY);
}

/* The lock is free between two steps, and mail that comes is not lost. */
static void test_repack_while_mail_arrives(void **state)
{
	static const struct kd_repack_opts opts = { .wait_ms = 10000,
		                                    .block_size = BLOCK };
	struct fixture *fix = *state;
	struct kd_store *store;
	struct kd_repack *r = NULL;
	bool more = true;
	int next = 3 * MANY;

	deliver(fix, 1, next);
	store = fixture_open(fix, KD_STORE_WRITE);
	assert_int_equal(kd_repack_new(store, &opts, &r, &fix->err), KD_OK);
	while (more) {
		deliver(fix, next, next + 1);
		next++;
		assert_int_equal(kd_repack_step(r, &more, &fix->err), KD_OK);
	}
	more = true;
	while (more) {
		deliver(fix, next, next + 1);
		next++;
		assert_int_equal(kd_repack_shrink(r, &more, &fix->err), KD_OK);
	}
	kd_repack_free(r);
	kd_store_close(store);
	expect_all(fix, next);
}

/* A store of before can give nothing back in pieces: all at once. */
static void test_repack_of_an_old_store(void **state)
{
	struct fixture *fix = *state;
	struct kd_repack_counts counts;

	fixture_make(fix);
	run_sql(fix, "PRAGMA journal_mode = DELETE; PRAGMA auto_vacuum = NONE; "
	             "VACUUM; PRAGMA journal_mode = WAL");
	assert_int_equal(fixture_query(fix, "PRAGMA auto_vacuum"), 0);
	deliver(fix, 1, MANY);
	counts = repack(fix);
	assert_int_equal(counts.free, 0);
	assert_int_equal(counts.bytes, fixture_read(fix, fix->path).size);
	expect_all(fix, MANY);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_repack_keeps_every_byte),
		TEST(test_repack_again),
		TEST(test_repack_leaves_some),
		TEST(test_repack_leaves_the_damaged),
		TEST(test_repack_known_as_before),
		TEST(test_repack_damage_is_that_of_a_block),
		TEST(test_repack_text_beyond_its_block),
		TEST(test_repack_then_reparse),
		TEST(test_repack_at_the_same_time),
		TEST(test_repack_while_mail_arrives),
		TEST(test_repack_of_an_old_store),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
