/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reparse.h - read the kept messages again, after better rules or better
 * days.
 */
#ifndef KD_MDA_REPARSE_H
#define KD_MDA_REPARSE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "store/base/error.h"

struct kd_reparse_opts {
	const char *store_path; /* absolute */
	bool journal_delete;    /* as in struct kd_store_opts */
	bool all;               /* those too that these rules read well */
	int64_t wait_ms; /* for the lock of the store, each time it is taken */
};

/*
 * Parse again, each in a child of its own, the messages that could not be
 * parsed as a whole or were parsed by older rules, and replace what is
 * known of them.  Deliveries go on meanwhile: the lock is held for a
 * quarter of a second at a time at most.  It may be ended at any moment
 * and begun again.  Says on out, in one line, what it did.
 *
 * KD_CORRUPT  the bytes of some are damaged; all others were read
 * As of kd_store_open() and kd_child_parse(): it stopped there; what was
 * done until then stays done.
 */
KD_MUST_CHECK
enum kd_status kd_reparse_run(const struct kd_reparse_opts *opts, FILE *out,
                              struct kd_error *err);

#endif /* KD_MDA_REPARSE_H */
