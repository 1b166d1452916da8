/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_store_repack.c - messages that are packed together are what they were,
 * to whoever asks, and whatever is done meanwhile or after it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "store/reread.h"
#include "tests/support/repack_fixture.h"

static void test_repack_keeps_every_byte(void **state)
{
	struct fixture *fix = *state;
	struct kd_repack_counts counts;
	size_t before, after;

	repack_deliver(fix, 1, REPACK_MANY);
	kd_store_close(fixture_open(fix, KD_STORE_WRITE)); /* the log */
	before = fixture_read(fix, fix->path).size;
	counts = repack_run(fix);
	assert_in_range(counts.blocks, 2, 3);
	assert_in_range(counts.messages, REPACK_MANY / 2, REPACK_MANY - 1);
	assert_int_equal(counts.damaged, 0);
	assert_int_equal(counts.free, 0);
	after = fixture_read(fix, fix->path).size;
	assert_int_equal(counts.bytes, after);
	assert_true(after < before);
	repack_expect_all(fix, REPACK_MANY);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM packed "
	                                    "JOIN raw USING (variant)"),
	                 0);
	assert_int_equal(fixture_query(fix, "SELECT (SELECT count(*) FROM raw) "
	                                    "+ (SELECT count(*) FROM packed)"),
	                 REPACK_MANY - 1);
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

	repack_deliver(fix, 1, REPACK_MANY);
	first = repack_run(fix);
	blocks = fixture_query(fix, "SELECT sum(length(data)) FROM block");
	second = repack_run(fix);
	assert_int_equal(second.messages, 0);
	assert_int_equal(second.blocks, 0);
	assert_int_equal(second.bytes, first.bytes);
	repack_deliver(fix, REPACK_MANY, 3 * REPACK_MANY);
	second = repack_run(fix);
	assert_in_range(second.blocks, 4, 6);
	assert_int_equal(fixture_query(fix,
	                               "SELECT sum(length(data)) FROM block "
	                               "WHERE id <= 2"),
	                 blocks);
	repack_expect_all(fix, 3 * REPACK_MANY);
}

/* Neither packed with others nor in the way of them: what is long, what is
 * in a file of its own, what cannot be packed; what is empty is. */
static void test_repack_leaves_some(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store;
	struct kd_arriving a = fixture_arriving(fix, "long@x", "l", 1);
	struct kd_bytes got;
	char *data = kd_arena_alloc(fix->arena, 3 * REPACK_BLOCK);

	memset(data, 'x', 3 * REPACK_BLOCK);
	a.raw = (struct kd_bytes){ data, 3 * REPACK_BLOCK };
	store = fixture_open(fix, KD_STORE_DELIVER);
	(void)fixture_add(fix, store, &a);
	a = fixture_arriving(fix, "empty@x", "e", 1);
	a.raw = kd_bytes_of("");
	(void)fixture_add(fix, store, &a);
	kd_store_close(store);
	repack_deliver(fix, 1, REPACK_MANY);
	assert_true(repack_run(fix).messages > 10);
	repack_expect_all(fix, REPACK_MANY);
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
	assert_int_equal(got.size, 3 * REPACK_BLOCK);
	kd_store_close(store);
}

static void test_repack_known_as_before(void **state)
{
	struct fixture *fix = *state;
	struct kd_arriving a;
	struct kd_store *store;

	repack_deliver(fix, 1, REPACK_MANY);
	(void)repack_run(fix);
	store = fixture_open(fix, KD_STORE_DELIVER);
	a = repack_mail(fix, 3);
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
	repack_expect_all(fix, REPACK_MANY);
}

/* Letters that cannot be packed but by what was before: those of message
 * i + APART are those of message i. */
enum { APART = 20, LONG = 6000 };

static void deliver_long(struct fixture *fix, struct kd_store *store, int i)
{
	const char *id = kd_arena_printf(fix->arena, "%d@x", i);
	const char *head = kd_arena_printf(
		fix->arena, "From: a@example.org\nMessage-ID: <%s>\n\n", id);
	struct kd_arriving arriving = fixture_arriving(fix, id, id, 1);
	size_t size = strlen(head) + LONG;
	char *raw = kd_arena_alloc(fix->arena, size + 1);
	uint64_t x = (uint64_t)(i % APART + 1) * 0x9E3779B97F4A7C15;

	assert_non_null(raw);
	memcpy(raw, head, strlen(head) + 1);
	for (size_t k = strlen(head); k < size; k++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		raw[k] = (char)(33 + x % 94);
	}
	arriving.raw = (struct kd_bytes){ raw, size };
	assert_int_equal(fixture_add(fix, store, &arriving), KD_ADDED_NEW);
}

static void test_repack_finds_what_is_far_apart(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);

	for (int i = 0; i < 2 * APART; i++)
		deliver_long(fix, store, i);
	kd_store_close(store);
	(void)repack_into(fix, (2 * APART - 1) * LONG);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM block"), 1);
	assert_in_range(fixture_query(fix,
	                              "SELECT sum(length(data)) FROM block"),
	                1, APART * LONG);
}

static struct kd_reread reread(struct fixture *fix, struct kd_store *store,
                               int i, const char *text)
{
	struct kd_arriving a = repack_mail(fix, i);
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

	repack_deliver(fix, 1, REPACK_MANY);
	(void)repack_run(fix);
	store = fixture_open(fix, KD_STORE_WRITE);
	for (i = 1; i < REPACK_MANY; i++) /* the same again is no change */
		assert_false(reread(fix, store, i,
		                    i % 3 == 0 ? repack_text(fix, i) : NULL)
		                     .changed);
	assert_true(reread(fix, store, 3, "another").changed);
	assert_true(reread(fix, store, 6, NULL).changed);
	assert_true(reread(fix, store, 4, "it has one").changed);
	assert_false(reread(fix, store, 4, "it has one").changed);
	expect_text(fix, store, 3, "another");
	expect_text(fix, store, 6, "");
	expect_text(fix, store, 4, "it has one");
	repack_expect(fix, store, 9);
	kd_store_close(store);
	assert_int_equal(repack_run(fix).messages, 0);
	store = fixture_open(fix, KD_STORE_READ);
	expect_text(fix, store, 3, "another");
	kd_store_close(store);
}

/* Someone else has packed, or parsed anew, what was read for a block: here
 * by a second handle between two steps of the first. */
static void test_repack_at_the_same_time(void **state)
{
	static const struct kd_repack_opts opts = { .wait_ms = 10000,
		                                    .block_size =
		                                            REPACK_BLOCK };
	struct fixture *fix = *state;
	struct kd_store *store;
	struct kd_repack *r = NULL;
	uint64_t mine, others;
	bool more = true;

	repack_deliver(fix, 1, 3 * REPACK_MANY);
	store = fixture_open(fix, KD_STORE_WRITE);
	assert_int_equal(kd_repack_new(store, &opts, &r, &fix->err), KD_OK);
	assert_int_equal(kd_repack_step(r, &more, &fix->err), KD_OK);
	assert_true(more);
	others = repack_run(fix).messages;
	while (more)
		assert_int_equal(kd_repack_step(r, &more, &fix->err), KD_OK);
	mine = kd_repack_counts(r)->messages;
	kd_repack_free(r);
	kd_store_close(store);
	assert_in_range(mine, 1, REPACK_MANY);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM packed"),
	                 mine + others);
	repack_expect_all(fix, 3 * REPACK_MANY);
}

/* The lock is free between two steps, and mail that comes is not lost. */
static void test_repack_while_mail_arrives(void **state)
{
	static const struct kd_repack_opts opts = { .wait_ms = 10000,
		                                    .block_size =
		                                            REPACK_BLOCK };
	struct fixture *fix = *state;
	struct kd_store *store;
	struct kd_repack *r = NULL;
	bool more = true;
	int next = 3 * REPACK_MANY;

	repack_deliver(fix, 1, next);
	store = fixture_open(fix, KD_STORE_WRITE);
	assert_int_equal(kd_repack_new(store, &opts, &r, &fix->err), KD_OK);
	while (more) {
		repack_deliver(fix, next, next + 1);
		next++;
		assert_int_equal(kd_repack_step(r, &more, &fix->err), KD_OK);
	}
	more = true;
	while (more) {
		repack_deliver(fix, next, next + 1);
		next++;
		assert_int_equal(kd_repack_shrink(r, &more, &fix->err), KD_OK);
	}
	kd_repack_free(r);
	kd_store_close(store);
	repack_expect_all(fix, next);
}

/* A store of before can give nothing back in pieces: all at once. */
static void test_repack_of_an_old_store(void **state)
{
	struct fixture *fix = *state;
	struct kd_repack_counts counts;

	fixture_make(fix);
	repack_sql(fix,
	           "PRAGMA journal_mode = DELETE; PRAGMA auto_vacuum = NONE; "
	           "VACUUM; PRAGMA journal_mode = WAL");
	assert_int_equal(fixture_query(fix, "PRAGMA auto_vacuum"), 0);
	repack_deliver(fix, 1, REPACK_MANY);
	counts = repack_run(fix);
	assert_int_equal(counts.free, 0);
	assert_int_equal(counts.bytes, fixture_read(fix, fix->path).size);
	repack_expect_all(fix, REPACK_MANY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_repack_keeps_every_byte),
		TEST(test_repack_again),
		TEST(test_repack_leaves_some),
		TEST(test_repack_known_as_before),
		TEST(test_repack_finds_what_is_far_apart),
		TEST(test_repack_then_reparse),
		TEST(test_repack_at_the_same_time),
		TEST(test_repack_while_mail_arrives),
		TEST(test_repack_of_an_old_store),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
