/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * child.h - parse in a process of its own, which may crash or hang.
 */
#ifndef KD_MDA_CHILD_H
#define KD_MDA_CHILD_H

#include "store/base/arena.h"
#include "store/base/error.h"
#include "store/record.h"

/* What the parent does while the child works. */
struct kd_meanwhile {
	/* Right behind the fork, so that the child knows nothing of it. */
	void (*begin)(void *payload);
	/* The child did not end well, or takes longer than patience_ms: undo
	 * it, others may wait for what was taken. */
	void (*give_up)(void *payload);
	void *payload;
	int64_t patience_ms;
};

struct kd_child_limits {
	unsigned int cpu_seconds; /* 3 */
	uint64_t memory;          /* bytes of address space, 512 MiB */
	int64_t wall_ms;          /* 5,000 */
	const struct kd_meanwhile *meanwhile; /* NULL: it only waits */
};

/*
 * kd_record_build() in a forked child under limits.  When the child dies,
 * runs out of time or says nonsense, *ret is what kd_record_fallback()
 * knows, with KD_PARSE_CRASHED, and that is KD_OK too: a message that
 * cannot be parsed is kept all the same.  KD_NOMEM, KD_IO (no process, no
 * pipe): nothing is known, try again later.
 */
KD_MUST_CHECK
enum kd_status kd_child_parse(struct kd_bytes raw, int64_t received,
                              const struct kd_child_limits *limits,
                              struct kd_arena *arena, struct kd_message *ret,
                              struct kd_error *err);

#endif /* KD_MDA_CHILD_H */
