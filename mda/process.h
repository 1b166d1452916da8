/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * process.h - the process as a mail system started it, made fit for work.
 */
#ifndef KD_MDA_PROCESS_H
#define KD_MDA_PROCESS_H

#include <stdint.h>

#include "store/base/error.h"

/*
 * Before anything else: standard files open, umask, signals and limits as
 * reliability 2.3, step 0, has them.
 *
 * KD_PERM  running with the rights of another (setuid, setgid, file
 *          capabilities)
 * KD_IO    /dev/null cannot be opened
 */
KD_MUST_CHECK
enum kd_status kd_process_init(struct kd_error *err);

/*
 * The last resort: from now in ms milliseconds the process ends with
 * EX_TEMPFAIL, wherever it is.  Called again it counts from then.  Takes
 * SIGALRM and ITIMER_REAL.  0: never.
 */
void kd_process_end_after(int64_t ms);

/* The message is safe: from here on such an end is a success. */
void kd_process_keep(void);

#endif /* KD_MDA_PROCESS_H */
