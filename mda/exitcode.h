/* SPDX-License-Identifier: GPL-2.0-or-later */
/* exitcode.h - what a delivery agent, or a person, is told. */
#ifndef KD_MDA_EXITCODE_H
#define KD_MDA_EXITCODE_H

#include "store/base/error.h"

/*
 * For a delivery agent: 0 (EX_OK) or 75 (EX_TEMPFAIL), nothing else.
 * Postfix, sendmail and Courier bounce most other codes, and a bounce gets
 * a subscriber removed from the list (reliability 0.1).
 */
int kd_exitcode_delivery(enum kd_status status);

/* The precise code of <sysexits.h>, for uses at a terminal. */
int kd_exitcode_terminal(enum kd_status status);

#endif /* KD_MDA_EXITCODE_H */
