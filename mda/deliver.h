/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * deliver.h - a delivery without the process around it: which list, parse,
 * store.
 */
#ifndef KD_MDA_DELIVER_H
#define KD_MDA_DELIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/base/arena.h"
#include "store/base/error.h"
#include "store/base/text.h"
#include "store/record.h"
#include "store/store.h"

struct kd_deliver_opts {
	const char *store_path;      /* absolute */
	const struct kd_list *lists; /* n_lists of them: those that are known */
	size_t n_lists;
	const struct kd_list *list; /* the list, whatever the headers say; NULL:
	                             * they say it */
	bool journal_delete;        /* as in struct kd_store_opts */
	bool unlisted_skip;         /* do not keep what belongs to no list */
	bool short_id;              /* find out the id that a person is shown */
	bool process_ends; /* right after this: leave the clean-up to that */
	/* On kd_monotonic_ms(): until when the parser, then the store, may
	 * take. */
	int64_t parse_until_ms;
	int64_t store_until_ms;
};

struct kd_deliver_mail {
	struct kd_bytes raw; /* the exact bytes, or those that are in memory */
	int64_t received;    /* wall clock, seconds */
	/* All of it lies in a file beside the store (store/large.h). */
	bool large;
	unsigned char large_sha256[KD_HASH_SIZE];
	uint64_t size; /* of that file, bytes */
};

struct kd_delivered {
	bool skipped; /* of no list; the rest says nothing then */
	enum kd_added added;
	const char *message_id;           /* the arena's */
	char short_id[KD_ID_HEX_MAX + 1]; /* "" where not asked for */
};

/* False when the message is of no list and opts say not to keep such. */
bool kd_deliver_wants(const struct kd_deliver_opts *opts, struct kd_bytes raw);

/*
 * Deliver one message.  KD_OK: its exact bytes are on stable storage, were
 * there before, or it was skipped.  Anything else: it must be offered
 * again.
 */
KD_MUST_CHECK
enum kd_status kd_deliver(const struct kd_deliver_opts *opts,
                          const struct kd_deliver_mail *mail,
                          struct kd_arena *arena, struct kd_delivered *ret,
                          struct kd_error *err);

#endif /* KD_MDA_DELIVER_H */
