/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * drain.h - what waits in the spool goes into the store.
 */
#ifndef KD_MDA_DRAIN_H
#define KD_MDA_DRAIN_H

#include <stddef.h>
#include <stdint.h>

#include "store/base/error.h"
#include "store/store.h"

enum {
	KD_DRAIN_FILES = 20, /* that a delivery takes at most */
	KD_DRAIN_MS = 300,   /* that one round takes */
};

struct kd_drain_opts {
	const char *store_path;
	const struct kd_list *lists; /* n_lists of them: those that are known */
	size_t n_lists;
	size_t max_files; /* to look at */
	/* On kd_monotonic_ms(): a file that was too slow for KD_DRAIN_MS gets
	 * the time until then. */
	int64_t end_ms;
};

struct kd_drained {
	size_t stored;
	size_t failed;        /* for their own sake; they wait, or are bad */
	size_t bad;           /* went to bad */
	struct kd_error last; /* why one of those failed */
	/* Why it ended before the files did, KD_OK: time, number, or someone
	 * who waits. */
	struct kd_error stopped;
};

/*
 * One round: the files that failed least, the oldest of them first, each
 * parsed in a child of its own and removed after the commit.  It ends when
 * another process waits for the lock of the store.
 */
void kd_drain(struct kd_store *store, const struct kd_drain_opts *opts,
              struct kd_drained *ret);

#endif /* KD_MDA_DRAIN_H */
