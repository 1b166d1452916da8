/* SPDX-License-Identifier: GPL-2.0-or-later */
/* search_set.c - see search_set.h. */
#include "store/search_set.h"

#include <string.h>

enum { BITS = 64 };

enum kd_status kd_search_set_make(struct kd_arena *arena, size_t n,
                                  struct kd_search_set *ret,
                                  struct kd_error *err)
{
	ret->size = n / BITS + 1;
	ret->words = kd_arena_array(arena, ret->size, sizeof(uint64_t));
	if (ret->words == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	return KD_OK;
}

void kd_search_set_add(struct kd_search_set *set, int64_t number)
{
	uint64_t n = (uint64_t)number;

	if (number >= 0 && n / BITS < set->size)
		set->words[n / BITS] |= UINT64_C(1) << (n % BITS);
}

void kd_search_set_clear(struct kd_search_set *set)
{
	memset(set->words, 0, set->size * sizeof(uint64_t));
}

bool kd_search_set_is_empty(const struct kd_search_set *set)
{
	for (size_t i = 0; i < set->size; i++) {
		if (set->words[i] != 0)
			return false;
	}
	return true;
}

void kd_search_set_cut(struct kd_search_set *set,
                       const struct kd_search_set *other, bool without)
{
	for (size_t i = 0; i < set->size; i++)
		set->words[i] &= without ? ~other->words[i] : other->words[i];
}

bool kd_search_set_next(const struct kd_search_set *set, int64_t *number)
{
	uint64_t n = (uint64_t)*number;

	while (n / BITS < set->size) {
		uint64_t rest = set->words[n / BITS] >> (n % BITS);

		if ((rest & 1) != 0) {
			*number = (int64_t)n;
			return true;
		}
		n = rest == 0 ? (n / BITS + 1) * BITS : n + 1;
	}
	return false;
}
