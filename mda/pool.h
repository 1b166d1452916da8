/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pool.h - parse many messages in a few processes that live on.
 *
 * Each is shut in as the child of a delivery is.  What a message can do to
 * one of them costs that message its answer, and no other: whoever has no
 * answer is for child.h.  Nothing that comes from a worker is believed
 * here; wire.h and the store look at it.
 */
#ifndef KD_MDA_POOL_H
#define KD_MDA_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/base/arena.h"
#include "store/base/error.h"
#include "store/base/text.h"

enum {
	KD_POOL_WORKERS_MAX = 4,      /* one writer keeps up with no more */
	KD_POOL_MAILS_MAX = 400,      /* of a batch */
	KD_POOL_BYTES_MAX = 3 << 20,  /* of a batch, raw */
	KD_POOL_ANSWER_MAX = 6 << 20, /* of a batch */
	KD_POOL_RENEW_AFTER = 10000,  /* messages */
	KD_POOL_CPU_SECONDS = 3,      /* of a message */
	KD_POOL_WALL_MS = 5000,       /* of a message */
	KD_POOL_MEMORY_MIB = 512,     /* of a worker */
};

struct kd_pool_mail {
	struct kd_bytes raw;
	int64_t received;
	/* What the pool sets; the batch's arena owns it. */
	bool answered;
	struct kd_bytes wire; /* wire.h */
};

struct kd_pool_batch {
	struct kd_arena *arena;
	struct kd_pool_mail mails[KD_POOL_MAILS_MAX];
	size_t n;
};

/* Parse raw in a worker; *ret is the arena's.  False: no answer. */
typedef bool kd_pool_work(struct kd_bytes raw, int64_t received,
                          struct kd_arena *arena, struct kd_bytes *ret);

struct kd_pool_opts {
	size_t n_workers;         /* 1 to KD_POOL_WORKERS_MAX */
	kd_pool_work *work;       /* NULL: the parser */
	unsigned int renew_after; /* messages, then a worker is replaced */
	int64_t wall_ms;          /* for one message */
	unsigned int cpu_seconds; /* the same */
};

struct kd_pool;

/* KD_NOMEM, KD_IO (no process).  On KD_OK the caller closes *ret. */
KD_MUST_CHECK
enum kd_status kd_pool_open(const struct kd_pool_opts *opts,
                            struct kd_pool **ret, struct kd_error *err);
void kd_pool_close(struct kd_pool *pool); /* NULL is allowed */

/* May a batch be put now?  Else get one first. */
bool kd_pool_has_room(const struct kd_pool *pool);

/*
 * Begin to parse the mails of batch, of which there is one at least and
 * whose raw bytes take no more than KD_POOL_BYTES_MAX.  It belongs to the
 * pool until it comes back.
 */
KD_MUST_CHECK
enum kd_status kd_pool_put(struct kd_pool *pool, struct kd_pool_batch *batch,
                           struct kd_error *err);

/* The batch that was put first, when all of it was tried; NULL: there is
 * none. */
KD_MUST_CHECK
enum kd_status kd_pool_get(struct kd_pool *pool, struct kd_pool_batch **ret,
                           struct kd_error *err);

#endif /* KD_MDA_POOL_H */
