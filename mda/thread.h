/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * thread.h - a second thread of an import.
 */
#ifndef KD_MDA_THREAD_H
#define KD_MDA_THREAD_H

#include <pthread.h>

#include "store/base/error.h"

/* Run work(payload) in a thread that no signal is for: those are for the one
 * that reads and writes.  0, or an errno; whoever gets 0 joins *ret. */
KD_MUST_CHECK
int kd_thread_start(pthread_t *ret, void *(*work)(void *), void *payload);

#endif /* KD_MDA_THREAD_H */
