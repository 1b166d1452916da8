/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * parse_fixture.h - a mail, through the parser.
 */
#ifndef KD_TESTS_SUPPORT_PARSE_FIXTURE_H
#define KD_TESTS_SUPPORT_PARSE_FIXTURE_H

#include "mda/parse.h"

/* For cmocka; what is read is in parse_arena. */
extern struct kd_arena *parse_arena;
int parse_setup(void **state);
int parse_teardown(void **state);

/* Parse it, which must work. */
struct kd_mail parse_bytes(const char *raw, size_t size);
struct kd_mail parse_string(const char *raw);

/* Both NULL, or the same. */
void parse_expect(const char *is, const char *must);

#endif /* KD_TESTS_SUPPORT_PARSE_FIXTURE_H */
