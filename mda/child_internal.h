/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * child_internal.h - kd_child_parse() with the parser left open, so that a
 * test can put one in its place that crashes, hangs or lies.
 */
#ifndef KD_MDA_CHILD_INTERNAL_H
#define KD_MDA_CHILD_INTERNAL_H

#include "mda/child.h"

/* What the child does: write a record to fd (wire.h) and return 0.  Runs
 * under the limits; its return value is the exit code of the child. */
typedef int kd_child_work(int fd, struct kd_bytes raw, int64_t received);

struct kd_child_job {
	kd_child_work *work;
	struct kd_bytes raw;
	int64_t received;
};

KD_MUST_CHECK
enum kd_status kd_child_run(const struct kd_child_job *job,
                            const struct kd_child_limits *limits,
                            struct kd_arena *arena, struct kd_message *ret,
                            struct kd_error *err);

#endif /* KD_MDA_CHILD_INTERNAL_H */
