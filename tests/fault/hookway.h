/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hookway.h - letters by the hook's own way: the store, or the spool when
 * the store cannot be had, and from there into the store.
 *
 * All of it is kd_deliver(); only the parser, a process of its own, is one
 * of ours in this process.
 */
#ifndef KD_TESTS_FAULT_HOOKWAY_H
#define KD_TESTS_FAULT_HOOKWAY_H

#include "mda/deliver.h"
#include "tests/fault/letters.h"

/* A letter whose Message-ID begins so is one that no parser takes: it goes
 * to the spool, and ends in bad. */
#define HOOKWAY_POISON "poison"
bool hookway_is_poison(const char *id);

struct hookway_opts {
	bool journal_delete;
	bool spool;       /* what the store cannot take goes there */
	int64_t store_ms; /* that the store may take */
};

/* Deliver, and drain what waits.  A letter that waits finds the lock of the
 * store held, or, where there is none yet, no parser. */
KD_MUST_CHECK
enum kd_status hookway_deliver(const struct letter *letter, const char *path,
                               const struct hookway_opts *opts,
                               struct kd_delivered *ret, struct kd_error *err);

/*
 * As letter_inspect(), but an acknowledged letter may be in the spool as
 * well: then the next delivery has to bring it into the store.
 */
enum letter_verdict hookway_inspect(const struct letter_expect *expect,
                                    const char *path, struct kd_error *err);

#endif /* KD_TESTS_FAULT_HOOKWAY_H */
