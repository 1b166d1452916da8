/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pool_internal.h - what pool.c and its workers (pool_worker.c) share: the
 * memory that both see.
 */
#ifndef KD_MDA_POOL_INTERNAL_H
#define KD_MDA_POOL_INTERNAL_H

#include <stdatomic.h>
#include <sys/types.h>

#include "mda/pool.h"

enum { KD_POOL_SLOTS = 2 }; /* of a worker: one is worked on, one waits */

/* What a worker says of a message. */
struct kd_pool_answer {
	unsigned int answered;         /* 0: not */
	size_t wire_offset, wire_size; /* in the slot's answers */
};

/* A batch on its way.  The worker may write to all of it at any time, if a
 * mail has taken it over: the pool reads nothing twice. */
struct kd_pool_slot {
	atomic_size_t tried; /* messages before this one are done with */
	size_t first;        /* begin with this one */
	size_t n;
	struct {
		size_t offset, size; /* in raw */
		int64_t received;
	} mails[KD_POOL_MAILS_MAX];
	struct kd_pool_answer answers[KD_POOL_MAILS_MAX];
	char raw[KD_POOL_BYTES_MAX];
	char answer[KD_POOL_ANSWER_MAX];
};

/*
 * Be a worker: take the number of a slot, one byte, from fd, parse, say the
 * number back; until the other end is closed.
 */
_Noreturn void kd_pool_worker(const struct kd_pool_opts *opts, int fd,
                              struct kd_pool_slot *const *slots, pid_t parent);

#endif /* KD_MDA_POOL_INTERNAL_H */
