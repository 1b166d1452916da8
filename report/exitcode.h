/* SPDX-License-Identifier: GPL-2.0-or-later */
/* exitcode.h - what the caller of kvmdigest-report is told. */
#ifndef KD_REPORT_EXITCODE_H
#define KD_REPORT_EXITCODE_H

#include "store/base/error.h"

/* A code of <sysexits.h>; the codes are part of the interface (README). */
int kd_exitcode_report(enum kd_status status);

#endif /* KD_REPORT_EXITCODE_H */
