/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * command_drain.c - --drain: round after round, and between two of them
 * the store is anybody's, so that mail goes on arriving.
 */
#include "mda/command.h"

#include <inttypes.h>
#include <stdio.h>

#include "mda/drain.h"
#include "store/spool.h"

enum {
	WAIT_MS = 60 * 1000, /* for the store */
	FILE_MS = 10 * 1000, /* for one file that takes long */
};

/* One round under the lock. */
static enum kd_status run_round(const struct kd_setup *setup,
                                struct kd_drained *ret, struct kd_error *err)
{
	const struct kd_store_opts store_opts = {
		.path = setup->store_path,
		.mode = KD_STORE_DELIVER,
		.journal_delete = setup->journal_delete,
		.deadline_ms = kd_monotonic_ms() + WAIT_MS,
	};
	struct kd_drain_opts opts = {
		.store_path = setup->store_path,
		.lists = setup->lists,
		.n_lists = setup->n_lists,
		.max_files = SIZE_MAX,
	};
	struct kd_store *store = NULL;
	enum kd_status st;

	st = kd_store_open(&store_opts, &store, err);
	if (st != KD_OK)
		return st;
	opts.end_ms = kd_monotonic_ms() + FILE_MS;
	kd_drain(store, &opts, ret);
	kd_store_trim_log(store);
	kd_store_close(store);
	if (ret->stopped.status != KD_OK)
		st = kd_fail(err, ret->stopped.status, "%s", ret->stopped.text);
	return st;
}

/* Rounds until nothing waits, or none got any further. */
static enum kd_status run_rounds(const struct kd_setup *setup, size_t waiting,
                                 struct kd_drained *total, struct kd_error *err)
{
	int64_t idle_since_ms = kd_monotonic_ms();
	struct kd_spool_count count = { .waiting = waiting };
	enum kd_status st = KD_OK;

	while (st == KD_OK && count.waiting > 0) {
		struct kd_drained round = { .stored = 0 };

		st = run_round(setup, &round, err);
		total->stored += round.stored;
		total->failed += round.failed;
		total->bad += round.bad;
		if (round.failed > 0)
			total->last = round.last;
		if (round.stored > 0 || round.failed > 0)
			idle_since_ms = kd_monotonic_ms();
		else if (kd_monotonic_ms() > idle_since_ms + WAIT_MS)
			return kd_fail(err, KD_BUSY,
			               "deliveries come without end: try "
			               "again later");
		if (st == KD_OK)
			st = kd_spool_count(setup->store_path, &count, err);
	}
	return st;
}

enum kd_status kd_command_drain(const struct kd_setup *setup,
                                struct kd_error *err)
{
	struct kd_drained total = { .stored = 0 };
	struct kd_spool_count count = { .waiting = 0 };
	enum kd_status st;

	st = kd_spool_count(setup->store_path, &count, err);
	if (st != KD_OK)
		return st;
	st = run_rounds(setup, count.waiting, &total, err);
	if (st == KD_OK)
		st = kd_spool_count(setup->store_path, &count, err);
	else if (kd_spool_count(setup->store_path, &count, NULL) != KD_OK)
		return st;
	if ((printf("drained %zu, %zu wait, %zu in bad/\n", total.stored,
	            count.waiting, count.bad) < 0 ||
	     fflush(stdout) != 0) &&
	    st == KD_OK)
		st = kd_fail(err, KD_IO, "standard output was not written");
	if (st == KD_OK && total.bad > 0)
		st = kd_fail(err, KD_NOTMAIL,
		             "%zu files went to %s-spool/bad; the last one: %s",
		             total.bad, setup->store_path, total.last.text);
	return st;
}
