/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * coverage.h - what a function asks that stands in front of one which can
 * fail: is it to fail this time?
 */
#ifndef KD_TESTS_HOUSE_COVERAGE_H
#define KD_TESTS_HOUSE_COVERAGE_H

#include <stdbool.h>

/* True when the call of name from that place is the one; errno is set. */
bool kd_fails_from(const char *name, const char *from);
bool kd_fails_of_memory_from(const char *name, const char *from);

#define fails(name) kd_fails_from(name, __builtin_return_address(0))
#define fails_of_memory(name)                                                  \
	kd_fails_of_memory_from(name, __builtin_return_address(0))

extern int kd_fault_errno;  /* 0: it does less than it was told */
extern int kd_fault_sqlite; /* SQLite's code */

#endif /* KD_TESTS_HOUSE_COVERAGE_H */
