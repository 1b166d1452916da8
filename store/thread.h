/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * thread.h - which messages belong to one thread, by what they refer to.
 *
 * Continues store.h; all of it reads only.
 */
#ifndef KD_STORE_THREAD_H
#define KD_STORE_THREAD_H

#include "store/store.h"

/* A message that is asked about. */
struct kd_threaded {
	int64_t message;
	int64_t variant; /* its preferred one */
	int64_t root;    /* what its thread begins with; it may be a message
	                  * that never came.  Those of one thread have the
	                  * same. */
};

/*
 * Find the roots of n messages.  A thread goes on upwards over messages
 * that are not among them; those are looked at, too, but no more than n
 * and some thousands: beyond that a thread is what could be seen of it.
 * KD_NOMEM.
 */
KD_MUST_CHECK
enum kd_status kd_store_find_roots(struct kd_store *store,
                                   struct kd_threaded *messages, size_t n,
                                   struct kd_error *err);

#endif /* KD_STORE_THREAD_H */
