/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * thread.c - see thread.h.
 */
#include "mda/thread.h"

#include <signal.h>

int kd_thread_start(pthread_t *ret, void *(*work)(void *), void *payload)
{
	sigset_t all, before;
	int code;

	(void)sigfillset(&all);
	code = pthread_sigmask(SIG_SETMASK, &all, &before);
	if (code != 0)
		return code;
	code = pthread_create(ret, NULL, work, payload);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return code;
}
