/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wire_fixture.h - a parsed message with everything in it, through the pipe
 * and back.
 */
#ifndef KD_TESTS_SUPPORT_WIRE_FIXTURE_H
#define KD_TESTS_SUPPORT_WIRE_FIXTURE_H

#include "mda/wire.h"

enum { WIRE_RAW_HEADER = 36 };

/* Where the tests have their memory; wire_setup() makes it. */
extern struct kd_arena *wire_arena;

/* For cmocka. */
int wire_setup(void **state);
int wire_teardown(void **state);

/* The raw mail of them all; its header ends at WIRE_RAW_HEADER. */
struct kd_bytes wire_raw(void);

/* Every field has a value of its own, so that two that change places are
 * seen. */
struct kd_message wire_full(void);

/* The same with a text that is none of the raw mail. */
struct kd_message wire_own_text(void);

/* As little as there can be. */
struct kd_message wire_empty(void);

/* Encode, which must work. */
struct kd_bytes wire_encode(const struct kd_message *msg);

/* From memory of its very size, so that the sanitizer sees a byte too
 * many.  The caller frees *ret_copy; the text may lie in it. */
enum kd_status wire_decode(struct kd_bytes wire, struct kd_bytes raw,
                           struct kd_arena *into, struct kd_message *ret,
                           char **ret_copy);

/* All of a must be that of b; or its text; or its trailers, links, titles
 * and what was taken. */
void wire_expect_same(const struct kd_message *a, const struct kd_message *b);
void wire_expect_text(const struct kd_message *a, const struct kd_message *b);
void wire_expect_lists(const struct kd_message *a, const struct kd_message *b);

#endif /* KD_TESTS_SUPPORT_WIRE_FIXTURE_H */
