/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * large_list.c - see large_list.h.
 */
#include "store/large_list.h"

#include <stdlib.h>
#include <string.h>

#include "store/hash.h"
#include "store/internal.h"

static enum kd_status keep(struct kd_large_list *list, struct kd_bytes hash,
                           struct kd_error *err)
{
	size_t room = list->room == 0 ? 64 : 2 * list->room;
	char(*hex)[2 * KD_HASH_SIZE + 1];

	if (hash.size != KD_HASH_SIZE)
		return KD_OK;
	if (list->n == list->room) {
		hex = reallocarray(list->hex, room, sizeof(*hex));
		if (hex == NULL)
			return kd_fail(err, KD_NOMEM, "out of memory");
		list->hex = hex;
		list->room = room;
	}
	kd_hash_hex((const unsigned char *)hash.data, KD_HASH_SIZE,
	            list->hex[list->n++]);
	return KD_OK;
}

enum kd_status kd_large_list_read(struct kd_store *store,
                                  struct kd_large_list *ret,
                                  struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;
	bool more = true;

	st = kd_stmt_open(store, KD_STMT_LIST_LARGE, &cur, err);
	if (st != KD_OK)
		return st;
	while (st == KD_OK && more) {
		st = kd_stmt_next(&cur, &more, err);
		if (st == KD_OK && more)
			st = keep(ret, kd_stmt_blob(&cur, 0), err);
	}
	kd_stmt_close(&cur);
	return st;
}

void kd_large_list_clear(struct kd_large_list *list)
{
	free(list->hex);
	*list = (struct kd_large_list){ .hex = NULL };
}

bool kd_large_list_has(const struct kd_large_list *list, const char *name)
{
	size_t i;

	for (i = 0; i < list->n; i++)
		if (strcmp(list->hex[i], name) == 0)
			return true;
	return false;
}
