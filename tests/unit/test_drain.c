/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_drain.c - from the spool into the store: what goes in, what stays,
 * and when it ends.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

#include "mda/drain.h"
#include "store/large.h"
#include "store/spool.h"
#include "tests/support/store_fixture.h"

static const char *mail(const struct fixture *fix, int number)
{
	return kd_arena_printf(fix->arena,
	                       "From: Patch Author %d "
	                       "<author%d@example.org>\n"
	                       "Subject: [PATCH] kvm: change %d\n"
	                       "Message-ID: <change-%d@example.org>\n"
	                       "List-Id: <%s>\n"
	                       "\n"
	                       "Change %d.\n",
	                       number, number, number, number, fixture_kvm.id,
	                       number);
}

static void put(struct fixture *fix, int number, int64_t received,
                const char *list_id)
{
	const struct kd_spool_mail spooled = {
		.raw = kd_bytes_of(mail(fix, number)),
		.received = received,
		.list_id = list_id,
	};

	assert_int_equal(kd_spool_put(fix->path, &spooled, &fix->err), KD_OK);
}

static struct kd_drain_opts opts_of(const struct fixture *fix)
{
	return (struct kd_drain_opts){
		.store_path = fix->path,
		.lists = &fixture_kvm,
		.n_lists = 1,
		.max_files = 20,
		.end_ms = kd_monotonic_ms() + 10000,
	};
}

static struct kd_drained drain_with(struct fixture *fix,
                                    const struct kd_drain_opts *opts)
{
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_drained drained;

	kd_drain(store, opts, &drained);
	kd_store_close(store);
	return drained;
}

static struct kd_drained drain(struct fixture *fix)
{
	struct kd_drain_opts opts = opts_of(fix);

	return drain_with(fix, &opts);
}

static void expect_count(struct fixture *fix, size_t waiting, size_t bad)
{
	struct kd_spool_count count;

	assert_int_equal(kd_spool_count(fix->path, &count, &fix->err), KD_OK);
	assert_int_equal(count.waiting, waiting);
	assert_int_equal(count.bad, bad);
}

static void test_drain_stores_what_waits(void **state)
{
	struct fixture *fix = *state;
	struct kd_drained drained;
	struct kd_store *store;
	struct kd_bytes got;

	put(fix, 1, 1000, fixture_kvm.id);
	put(fix, 2, 2000, fixture_kvm.id);
	drained = drain(fix);
	assert_int_equal(drained.stopped.status, KD_OK);
	assert_int_equal(drained.stored, 2);
	assert_int_equal(drained.failed, 0);
	expect_count(fix, 0, 0);
	/* older than what is there: numbered when it comes, all the same */
	put(fix, 3, 500, fixture_kvm.id);
	assert_int_equal(drain(fix).stored, 1);
	assert_int_equal(
		fixture_query(fix, "SELECT count(*) FROM variant v "
	                           "JOIN message m ON v.message = m.id "
	                           "JOIN arrival a ON a.message = m.id "
	                           "JOIN list l ON a.list = l.id "
	                           "WHERE v.through_list = 1 AND v.status = 0 "
	                           "AND m.message_id = CASE a.seq "
	                           "WHEN 100000000 THEN 'change-1@example.org' "
	                           "WHEN 100000001 THEN 'change-2@example.org' "
	                           "ELSE 'change-3@example.org' END "
	                           "AND v.received = CASE a.seq "
	                           "WHEN 100000000 THEN 1000 "
	                           "WHEN 100000001 THEN 2000 ELSE 500 END"),
		3);
	store = fixture_open(fix, KD_STORE_READ);
	assert_int_equal(kd_store_raw(store, 3, fix->arena, &got, &fix->err),
	                 KD_OK);
	assert_int_equal(got.size, strlen(mail(fix, 3)));
	assert_memory_equal(got.data, mail(fix, 3), got.size);
	kd_store_close(store);
	/* nothing is left to do */
	drained = drain(fix);
	assert_int_equal(drained.stored + drained.failed, 0);
}

/* What is there already is no fault: a delivery was killed behind its
 * commit. */
static void test_drain_of_what_is_known(void **state)
{
	struct fixture *fix = *state;

	put(fix, 1, 1000, fixture_kvm.id);
	put(fix, 1, 1000, fixture_kvm.id);
	assert_int_equal(drain(fix).stored, 2);
	expect_count(fix, 0, 0);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM arrival"), 1);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM variant"), 1);
}

static void test_drain_keeps_the_list(void **state)
{
	struct fixture *fix = *state;

	put(fix, 1, 1000, NULL);
	put(fix, 2, 1000, "forgotten.example.org");
	assert_int_equal(drain(fix).stored, 2);
	assert_int_equal(
		fixture_query(fix, "SELECT count(*) FROM arrival a "
	                           "JOIN message m ON a.message = m.id "
	                           "LEFT JOIN list l ON a.list = l.id "
	                           "WHERE (m.message_id LIKE 'change-1@%' "
	                           "AND a.list = 0) "
	                           "OR (m.message_id LIKE 'change-2@%' "
	                           "AND l.list_id = 'forgotten.example.org')"),
		2);
	assert_int_equal(fixture_query(fix, "SELECT sum(through_list) "
	                                    "FROM variant"),
	                 0);
}

static void test_drain_of_a_large_message(void **state)
{
	static const char body[] = "Subject: large\n\nall of it\n";
	struct fixture *fix = *state;
	struct kd_spool_mail spooled = {
		.raw = { body, 16 },
		.received = 1000,
		.large = true,
	};
	struct kd_large *large = NULL;
	struct kd_store *store;
	struct kd_bytes got;

	assert_int_equal(kd_large_begin(fix->path, &large, &fix->err), KD_OK);
	assert_int_equal(kd_large_write(large, kd_bytes_of(body), &fix->err),
	                 KD_OK);
	assert_int_equal(kd_large_commit(large, spooled.large_sha256,
	                                 &spooled.size, &fix->err),
	                 KD_OK);
	assert_int_equal(kd_spool_put(fix->path, &spooled, &fix->err), KD_OK);
	assert_int_equal(drain(fix).stored, 1);
	store = fixture_open(fix, KD_STORE_READ);
	assert_int_equal(kd_store_raw(store, 1, fix->arena, &got, &fix->err),
	                 KD_OK);
	assert_int_equal(got.size, sizeof(body) - 1);
	assert_memory_equal(got.data, body, got.size);
	kd_store_close(store);
}

/* A large message that is shorter than its header block: the store takes
 * it never. */
static void put_poison(struct fixture *fix)
{
	const struct kd_spool_mail spooled = {
		.raw = kd_bytes_of(mail(fix, 99)),
		.received = 1,
		.large = true,
		.size = 1,
	};

	assert_int_equal(kd_spool_put(fix->path, &spooled, &fix->err), KD_OK);
}

static void test_drain_puts_poison_aside(void **state)
{
	struct fixture *fix = *state;
	struct kd_drained drained;
	int i;

	put_poison(fix);
	fixture_write(fixture_name(fix, "-spool/new/stranger"),
	              kd_bytes_of("x"));
	for (i = 1; i <= KD_SPOOL_TRIES_MAX; i++) {
		put(fix, i, 1000, NULL);
		drained = drain(fix);
		assert_int_equal(drained.stopped.status, KD_OK);
		assert_int_equal(drained.stored, 1);
		/* the stranger is put aside at once */
		assert_int_equal(drained.failed, i == 1 ? 2 : 1);
		assert_int_equal(drained.bad,
		                 i == 1 || i == KD_SPOOL_TRIES_MAX);
		assert_int_not_equal(drained.last.status, KD_OK);
	}
	expect_count(fix, 0, 2);
}

static void test_drain_ends_in_time(void **state)
{
	struct fixture *fix = *state;
	struct kd_drain_opts opts;
	struct kd_drained drained;
	int64_t start_ms;
	int i;

	for (i = 1; i <= 5; i++)
		put(fix, i, 1000 + i, NULL);
	opts = opts_of(fix);
	opts.max_files = 2;
	assert_int_equal(drain_with(fix, &opts).stored, 2);
	opts = opts_of(fix);
	opts.end_ms = kd_monotonic_ms() - 1;
	drained = drain_with(fix, &opts);
	assert_int_equal(drained.stored + drained.failed, 0);
	assert_int_equal(drained.stopped.status, KD_OK);
	expect_count(fix, 3, 0);
	for (i = 10; i < 1000; i++)
		put(fix, i, 1000 + i, NULL);
	opts = opts_of(fix);
	opts.max_files = SIZE_MAX;
	start_ms = kd_monotonic_ms();
	drained = drain_with(fix, &opts);
	assert_true(drained.stored > 0);
	/* and what opening and the last file take, on a busy machine */
	assert_true(kd_monotonic_ms() - start_ms < 3 * KD_DRAIN_MS);
}

static void nap(void)
{
	const struct timespec ms = { .tv_nsec = 1000000 };

	(void)nanosleep(&ms, NULL);
}

static void test_drain_gives_way(void **state)
{
	struct fixture *fix = *state;
	struct kd_drain_opts opts = opts_of(fix);
	struct kd_drained drained;
	struct kd_store *store;
	int gate[2], status;
	char byte;
	pid_t pid;

	put(fix, 1, 1000, NULL);
	assert_int_equal(pipe(gate), 0);
	pid = fork(); /* before the lock is taken, which it would share */
	assert_true(pid >= 0);
	if (pid == 0) {
		(void)close(gate[1]);
		if (read(gate[0], &byte, 1) != 0)
			_exit(1);
		kd_store_close(fixture_open(fix, KD_STORE_DELIVER));
		_exit(0);
	}
	store = fixture_open(fix, KD_STORE_DELIVER);
	(void)close(gate[0]);
	(void)close(gate[1]);
	while (!kd_store_is_wanted(store) && kd_monotonic_ms() < opts.end_ms)
		nap();
	kd_drain(store, &opts, &drained);
	kd_store_close(store);
	assert_int_equal(drained.stored + drained.failed, 0);
	assert_int_equal(drained.stopped.status, KD_OK);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(drain(fix).stored, 1);
}

/* The store is somebody else's for the moment: nobody's fault. */
static void test_drain_blames_no_file_for_the_store(void **state)
{
	struct fixture *fix = *state;
	struct kd_drain_opts opts = opts_of(fix);
	struct kd_drained drained;
	struct kd_store *store;
	sqlite3 *db = NULL;
	int i;

	put(fix, 1, 1000, NULL);
	put(fix, 2, 1000, NULL);
	store = fixture_open(fix, KD_STORE_DELIVER);
	assert_int_equal(sqlite3_open_v2(fix->path, &db, SQLITE_OPEN_READWRITE,
	                                 NULL),
	                 SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL),
	                 SQLITE_OK);
	for (i = 0; i <= KD_SPOOL_TRIES_MAX; i++) {
		kd_drain(store, &opts, &drained);
		assert_int_equal(drained.stored + drained.failed, 0);
		assert_int_equal(drained.stopped.status, KD_BUSY);
	}
	(void)sqlite3_close(db);
	kd_store_close(store);
	expect_count(fix, 2, 0);
	assert_int_equal(drain(fix).stored, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_drain_stores_what_waits),
		TEST(test_drain_of_what_is_known),
		TEST(test_drain_keeps_the_list),
		TEST(test_drain_of_a_large_message),
		TEST(test_drain_puts_poison_aside),
		TEST(test_drain_ends_in_time),
		TEST(test_drain_gives_way),
		TEST(test_drain_blames_no_file_for_the_store),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
