/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * repack_fixture.c - see repack_fixture.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "store/internal.h"
#include "tests/support/repack_fixture.h"

void repack_sql(const struct fixture *fix, const char *sql)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(fix->path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

const char *repack_name(const struct fixture *fix, int i)
{
	return kd_arena_printf(fix->arena, "%d@x", i);
}

/* Words that repeat within a message and more so between two. */
struct kd_bytes repack_bytes(const struct fixture *fix, int i)
{
	char *data = kd_arena_alloc(fix->arena, REPACK_SIZE + 100);
	struct kd_bytes bytes = { .data = data };
	uint64_t x = (uint64_t)i * 7919 + 3;

	assert_non_null(data);
	bytes.size =
		(size_t)snprintf(data, 100, "From: a@x\nSubject: %d\n\n", i);
	while (bytes.size < REPACK_SIZE + (size_t)(i % 9)) {
		x = x * 6364136223846793005 + 1442695040888963407;
		bytes.size += (size_t)snprintf(data + bytes.size,
		                               REPACK_SIZE + 100 - bytes.size,
		                               "%s%d ",
		                               &"reviewed memory slot"[x % 5],
		                               (int)(x >> 60));
	}
	return bytes;
}

const char *repack_text(const struct fixture *fix, int i)
{
	return kd_arena_printf(fix->arena,
	                       "decoded %d, and again: decoded %d, "
	                       "and again: decoded\n",
	                       i, i);
}

struct kd_arriving repack_mail(const struct fixture *fix, int i)
{
	struct kd_arriving a = fixture_arriving(fix, repack_name(fix, i),
	                                        repack_name(fix, i), i);

	a.raw = repack_bytes(fix, i);
	if (i % 3 == 0)
		fixture_message(&a)->text = kd_bytes_of(repack_text(fix, i));
	return a;
}

void repack_deliver(struct fixture *fix, int from, int upto)
{
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving a;
	int i;

	for (i = from; i < upto; i++) {
		a = repack_mail(fix, i);
		assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_NEW);
	}
	kd_store_close(store);
}

void repack_expect(struct fixture *fix, struct kd_store *store, int i)
{
	struct kd_posted row = fixture_get(fix, store, repack_name(fix, i));
	struct kd_bytes want = repack_bytes(fix, i);
	struct kd_bytes got = { .data = NULL };

	assert_int_equal(kd_store_raw(store, row.variant, fix->arena, &got,
	                              &fix->err),
	                 KD_OK);
	assert_int_equal(got.size, want.size);
	assert_memory_equal(got.data, want.data, want.size);
	assert_int_equal(kd_store_text(store, row.variant, fix->arena, &got,
	                               &fix->err),
	                 KD_OK);
	want = kd_bytes_of(i % 3 == 0 ? repack_text(fix, i) : "");
	assert_int_equal(got.size, want.size);
	assert_memory_equal(got.data, want.data, want.size);
}

void repack_expect_all(struct fixture *fix, int upto)
{
	struct kd_store *store = fixture_open(fix, KD_STORE_READ);
	int i;

	for (i = 1; i < upto; i++)
		repack_expect(fix, store, i);
	/* backwards, and from one block to another and back */
	for (i = upto - 1; i > 0; i--)
		repack_expect(fix, store, i % 2 == 0 ? i : upto - i);
	kd_store_close(store);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM "
	                                    "pragma_integrity_check "
	                                    "WHERE integrity_check <> 'ok'"),
	                 0);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM "
	                                    "pragma_foreign_key_check"),
	                 0);
}

struct kd_repack_counts repack_run(struct fixture *fix)
{
	return repack_into(fix, REPACK_BLOCK);
}

struct kd_repack_counts repack_into(struct fixture *fix, size_t block_size)
{
	const struct kd_repack_opts opts = { .wait_ms = 10000,
		                             .block_size = block_size };
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
