/* SPDX-License-Identifier: GPL-2.0-or-later */
/* search_set.h - sets of documents, a bit for each.  Knows no database. */
#ifndef KD_STORE_SEARCH_SET_H
#define KD_STORE_SEARCH_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/base/arena.h"

struct kd_search_set {
	uint64_t *words; /* the arena's */
	size_t size;     /* of them */
};

/* An empty set for numbers below n.  KD_NOMEM. */
KD_MUST_CHECK
enum kd_status kd_search_set_make(struct kd_arena *arena, size_t n,
                                  struct kd_search_set *ret,
                                  struct kd_error *err);

/* Nothing is done with a number that the set has no room for. */
void kd_search_set_add(struct kd_search_set *set, int64_t number);

void kd_search_set_clear(struct kd_search_set *set);
bool kd_search_set_is_empty(const struct kd_search_set *set);

/* Leave in set what is in other, or, without, what is not.  Both are of the
 * same size. */
void kd_search_set_cut(struct kd_search_set *set,
                       const struct kd_search_set *other, bool without);

/* The first number from *number on that is in the set; false: none is. */
bool kd_search_set_next(const struct kd_search_set *set, int64_t *number);

#endif /* KD_STORE_SEARCH_SET_H */
