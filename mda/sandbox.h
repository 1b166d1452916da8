/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sandbox.h - what a process gives up before it looks at mail: files,
 * environment, memory, time.
 *
 * It knows neither mail nor parser.
 */
#ifndef KD_MDA_SANDBOX_H
#define KD_MDA_SANDBOX_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { KD_SANDBOX_FD = 3 }; /* the one descriptor that is kept */

struct kd_sandbox {
	unsigned int cpu_seconds; /* of the process */
	uint64_t memory;          /* bytes of address space; 0: no limit */
};

/*
 * In a child of parent, right behind fork(): from here on it has fd, as
 * KD_SANDBOX_FD, /dev/null as standard files, no environment, and no more
 * than limits say.  It ends when parent does.  False: it must end now.
 */
bool kd_sandbox_enter(const struct kd_sandbox *limits, int fd, pid_t parent);

#endif /* KD_MDA_SANDBOX_H */
