/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * command_repack.c - --repack: block after block, then the room that is
 * left, and what a person sees of it, on standard error.
 */
#include "mda/command.h"

#include <inttypes.h>
#include <stdio.h>

#include "mda/progress.h"
#include "store/repack.h"

enum { WAIT_MS = 60 * 1000 }; /* for the lock of the store, each time */

static void sum_up(struct kd_progress *progress,
                   const struct kd_repack_counts *counts, uint64_t before)
{
	char seconds[32];

	kd_progress_wipe(progress);
	if (progress->quiet)
		return;
	kd_progress_seconds(progress, seconds, sizeof(seconds));
	(void)fprintf(stderr,
	              "kvmdigest-mda: packed %" PRIu64 " messages into %" PRIu64
	              " blocks, %" PRIu64 " bytes before, %" PRIu64
	              " now, %" PRIu64
	              " of them free for mail that comes, %s s\n",
	              counts->messages, counts->blocks, before, counts->bytes,
	              counts->free, seconds);
}

static enum kd_status run(struct kd_repack *repack,
                          struct kd_progress *progress, struct kd_error *err)
{
	const struct kd_repack_counts *counts = kd_repack_counts(repack);
	enum kd_status st = KD_OK;
	bool more = true;

	while (st == KD_OK && more) {
		kd_progress_show(progress, counts->messages, counts->done,
		                 counts->total);
		st = kd_repack_step(repack, &more, err);
	}
	more = true;
	while (st == KD_OK && more) {
		kd_progress_show(progress, counts->messages, 1, 1);
		st = kd_repack_shrink(repack, &more, err);
	}
	return st;
}

enum kd_status kd_command_repack(const struct kd_setup *setup,
                                 struct kd_error *err)
{
	const struct kd_store_opts opts = {
		.path = setup->store_path,
		.mode = KD_STORE_WRITE,
		.journal_delete = setup->journal_delete,
		.deadline_ms = kd_monotonic_ms() + WAIT_MS,
	};
	const struct kd_repack_opts repack_opts = { .wait_ms = WAIT_MS };
	const struct kd_repack_counts *counts;
	struct kd_repack *repack = NULL;
	struct kd_store *store = NULL;
	struct kd_progress progress;
	uint64_t before, damaged;
	enum kd_status st;

	kd_progress_begin(&progress, setup->quiet);
	st = kd_store_open(&opts, &store, err);
	if (st != KD_OK)
		return st;
	st = kd_repack_new(store, &repack_opts, &repack, err);
	if (st != KD_OK)
		goto out;
	counts = kd_repack_counts(repack);
	before = counts->bytes;
	st = run(repack, &progress, err);
	sum_up(&progress, counts, before);
	damaged = counts->damaged;
	if (st == KD_OK && damaged > 0)
		st = kd_fail(err, KD_CORRUPT,
		             "the bytes of %" PRIu64 " messages are damaged, "
		             "and were left as they are",
		             damaged);
out:
	kd_repack_free(repack);
	kd_store_close(store);
	return st;
}
