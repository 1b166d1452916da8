/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * no_slabs.c - in the place of store/heap.c: SQLite has its memory from
 * malloc(), of which fault/malloc lets each fail.
 */
#include "store/internal.h"

void kd_heap_use(void)
{
}
