/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * large_list.h - which files of large messages a store has need of.
 */
#ifndef KD_STORE_LARGE_LIST_H
#define KD_STORE_LARGE_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "store/base/error.h"
#include "store/record.h"

struct kd_store;

/* Their names. */
struct kd_large_list {
	char (*hex)[2 * KD_HASH_SIZE + 1]; /* n of them */
	size_t n;
	size_t room;
};

/* Those of all messages of the store, into an empty list.  In any case the
 * caller clears it. */
KD_MUST_CHECK
enum kd_status kd_large_list_read(struct kd_store *store,
                                  struct kd_large_list *ret,
                                  struct kd_error *err);
void kd_large_list_clear(struct kd_large_list *list);

bool kd_large_list_has(const struct kd_large_list *list, const char *name);

#endif /* KD_STORE_LARGE_LIST_H */
