/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fewer.h - how much of the same a unit test does.  In the plain tree all of
 * it: that orders agree, that time does not grow.  A sanitizer, valgrind and
 * the counting of lines look at something else, and a part is enough.
 */
#ifndef KD_TESTS_SUPPORT_FEWER_H
#define KD_TESTS_SUPPORT_FEWER_H

#include <stdlib.h>

/* 1, or n with KD_FEWER=1 in the environment: one of so many is done. */
static inline int kd_one_of(int n)
{
	return getenv("KD_FEWER") != NULL ? n : 1;
}

#endif /* KD_TESTS_SUPPORT_FEWER_H */
