/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz.h - what a fuzz target defines, and what it may check with.
 *
 * A target is one function that takes any bytes.  What it calls must come
 * back, must touch no byte that is not its own, and must keep its promises:
 * those are checked here, and a broken one ends the process.
 */
#ifndef KD_TESTS_FUZZ_FUZZ_H
#define KD_TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>

#include "store/base/arena.h"
#include "store/base/text.h"
#include "store/record.h"

/* The target: defined once in each tests/fuzz/fuzz_NAME.c. */
void kd_fuzz_one(struct kd_bytes in);

_Noreturn void kd_fuzz_fail(const char *what, const char *file, int line);

#define CHECK(what) ((what) ? (void)0 : kd_fuzz_fail(#what, __FILE__, __LINE__))

/* A new arena; there is always memory here. */
struct kd_arena *kd_fuzz_arena(void);

/* in as a C string, up to its first NUL; the arena's. */
char *kd_fuzz_string(struct kd_arena *arena, struct kd_bytes in);

/* in as the UTF-8 without NUL that a function may count on. */
struct kd_bytes kd_fuzz_utf8(struct kd_arena *arena, struct kd_bytes in);

/* False when a is not within b. */
bool kd_fuzz_within(struct kd_bytes a, struct kd_bytes b);

/* NULL, or UTF-8 on one line, of at most max bytes. */
void kd_fuzz_line(const char *s, size_t max);

/* What the sanitizer makes harmless is harmless. */
void kd_fuzz_harmless(struct kd_bytes text, bool one_line);

/* That err says st, in one line. */
void kd_fuzz_error(const struct kd_error *err, enum kd_status st);

/* All that record.h promises of a subject and of a message. */
void kd_fuzz_subject(const struct kd_subject *subject);
void kd_fuzz_message(const struct kd_message *msg, struct kd_bytes raw);

/* That msg goes over the wire and comes out as it was. */
void kd_fuzz_wire(const struct kd_message *msg, struct kd_bytes raw,
                  struct kd_arena *arena);

#endif /* KD_TESTS_FUZZ_FUZZ_H */
