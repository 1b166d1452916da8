/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reread.h - messages that are kept, parsed once more: after an upgrade, or
 * where the parser was in trouble.
 *
 * Continues store.h.
 */
#ifndef KD_STORE_REREAD_H
#define KD_STORE_REREAD_H

#include "store/store.h"

/* A variant whose bytes can be parsed again. */
struct kd_kept {
	int64_t variant;
	int64_t message;
	int64_t received; /* when the hook read it */
	bool ok;          /* it was parsed as a whole */
	bool crashed;     /* the parser died of it */
	/* As in struct kd_arriving; size is of the message in any case. */
	bool large;
	unsigned char large_sha256[KD_HASH_SIZE];
	uint64_t size;
};

/*
 * The first variant behind `after` (0: of all) that older rules read, or
 * whose status is not KD_PARSE_OK; all: whatever it is.  KD_NOTFOUND when
 * there is none.
 */
KD_MUST_CHECK
enum kd_status kd_store_next_kept(struct kd_store *store, int64_t after,
                                  bool all, struct kd_kept *ret,
                                  struct kd_error *err);

/* Its bytes, of a large message its header block; the arena's.  KD_CORRUPT
 * when they are not what was stored. */
KD_MUST_CHECK
enum kd_status kd_store_kept_bytes(struct kd_store *store,
                                   const struct kd_kept *kept,
                                   struct kd_arena *arena, struct kd_bytes *ret,
                                   struct kd_error *err);

struct kd_reread {
	struct kd_kept kept;
	struct kd_message msg; /* what its bytes say now */
	bool changed;          /* set by the call */
};

/*
 * Replace what is known of the variants, in one transaction that ends after
 * the last, or after the first that is done at until_ms or later; *ret is
 * how many were done.  The variants stay what they are: none is added, a
 * content hash that another variant of the message has is not taken, and
 * a parser that crashes now takes nothing from one that did not.  Series
 * follow.
 */
KD_MUST_CHECK
enum kd_status kd_store_reread(struct kd_store *store, struct kd_reread *rows,
                               size_t n, int64_t until_ms, size_t *ret,
                               struct kd_error *err);

#endif /* KD_STORE_REREAD_H */
