/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pager.h - long output through the user's pager, as git does it.
 */
#ifndef KD_REPORT_PAGER_H
#define KD_REPORT_PAGER_H

#include <sys/types.h>

#include "store/base/error.h"

/*
 * Which one: $PAGER, or else less; NULL: none is wanted ("" or "cat").  The
 * string is the environment's.
 */
const char *kd_pager_command(void);

/*
 * Let standard output, a terminal, go through command, which the shell
 * runs.  It is run when there is something to show, and not before: a
 * failure without output shows none.  LESS and LV are set to what git sets
 * them to, where the user has not.  On KD_OK *ret is for kd_pager_wait().
 * KD_IO  no process or pipe
 */
KD_MUST_CHECK
enum kd_status kd_pager_start(const char *command, pid_t *ret,
                              struct kd_error *err);

/* Close standard output, and wait until the user has read it. */
void kd_pager_wait(pid_t pager);

#endif /* KD_REPORT_PAGER_H */
