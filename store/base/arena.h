/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * arena.h - memory that dies together.
 *
 * One arena for each message on the way in, one for each digest on the
 * way out.  Nothing that is allocated here is freed by itself.
 */
#ifndef KD_STORE_BASE_ARENA_H
#define KD_STORE_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include "store/base/error.h"

struct kd_arena;

/* A new empty arena, or NULL when out of memory.  The caller frees it. */
struct kd_arena *kd_arena_new(void);

/* Free the arena and all that is in it.  NULL is allowed. */
void kd_arena_free(struct kd_arena *arena);

/*
 * size zeroed bytes, aligned for any type, valid until kd_arena_free();
 * NULL when out of memory.  A size of 0 gives a pointer that must not be
 * read through, but is not NULL.
 */
void *kd_arena_alloc(struct kd_arena *arena, size_t size);

/* As kd_arena_alloc(), of whatever bytes: for what is about to be written. */
void *kd_arena_room(struct kd_arena *arena, size_t size);

/* n * size zeroed bytes as above; NULL also when the product overflows. */
void *kd_arena_array(struct kd_arena *arena, size_t n, size_t size);

/* A copy of len bytes of s with a NUL behind it; s may be NULL: then
 * NULL. */
char *kd_arena_strndup(struct kd_arena *arena, const char *s, size_t len);

/* A copy of the C string s; s may be NULL: then NULL. */
char *kd_arena_strdup(struct kd_arena *arena, const char *s);

/* printf into the arena; NULL when out of memory. */
KD_PRINTF(2, 3)
char *kd_arena_printf(struct kd_arena *arena, const char *fmt, ...);

/*
 * True once any allocation from this arena has failed: a builder can make
 * many copies and look once at the end, as with ferror(3).
 */
bool kd_arena_failed(const struct kd_arena *arena);

#endif /* KD_STORE_BASE_ARENA_H */
