/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * record_fixture.h - a whole mail, made into a record.
 */
#ifndef KD_TESTS_SUPPORT_RECORD_FIXTURE_H
#define KD_TESTS_SUPPORT_RECORD_FIXTURE_H

#include "mda/record.h"

#define RECORD_RECEIVED 1741100000 /* 2025-03-04 */
#define FROM "From: Patch Author 3 <author3@example.org>\n"

/* For cmocka; what is read is in record_arena. */
extern struct kd_arena *record_arena;
int record_setup(void **state);
int record_teardown(void **state);

/* What the parser makes of a mail, and what is known without it. */
struct kd_message record_built(const char *raw);
struct kd_message record_fallen_back(const char *raw);

#endif /* KD_TESTS_SUPPORT_RECORD_FIXTURE_H */
