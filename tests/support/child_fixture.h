/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * child_fixture.h - parsers in the place of the real one, and the parent that
 * runs them.
 */
#ifndef KD_TESTS_SUPPORT_CHILD_FIXTURE_H
#define KD_TESTS_SUPPORT_CHILD_FIXTURE_H

#include "mda/child_internal.h"

/* The message that is parsed: two@example.org, which is patch 2/3. */
extern const char child_mail[];

/* Limits for a parser that is at its end at once. */
extern const struct kd_child_limits child_quick;

/* For cmocka; child_arena is where an answer goes. */
extern struct kd_arena *child_arena;
int child_setup(void **state);
int child_teardown(void **state);

/* What a parser writes: these bytes; a correct answer, which is
 * from-the-child@example.org, cut to its first part of hundred. */
bool child_put(int fd, const char *data, size_t size);
int child_put_answer(int fd, size_t hundredths);

/* Parsers. */
int child_well(int fd, struct kd_bytes raw, int64_t received);
int child_nothing(int fd, struct kd_bytes raw, int64_t received);
int child_hang(int fd, struct kd_bytes raw, int64_t received);
int child_answer_and_hang(int fd, struct kd_bytes raw, int64_t received);

/* Run one on child_mail; none may be left behind. */
enum kd_status child_run(kd_child_work *work,
                         const struct kd_child_limits *limits,
                         struct kd_message *ret);

#endif /* KD_TESTS_SUPPORT_CHILD_FIXTURE_H */
