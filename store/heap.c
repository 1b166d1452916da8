/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * heap.c - the memory of SQLite in a process that lives for one mail or one
 * digest.
 *
 * To read the schema and prepare the statements of one delivery takes some
 * thousand small pieces, most of which stay until the end: a seventh of its
 * instructions were malloc()'s and free()'s, and of a digest a fifteenth.  Here
 * a piece is cut from a slab, and one that is given back waits in the list of
 * its size.  No slab goes back: the process ends soon.
 */
#include <stdlib.h>
#include <string.h>

#include "store/internal.h"

enum {
	STEP = 16,        /* sizes are multiples of it */
	PIECE_MAX = 4096, /* above it each comes from malloc(); a page of the
	                   * store and what SQLite keeps with it fit */
	SIZES = PIECE_MAX / STEP + 1,
	SLAB = 64 << 10,
};

/* Before each piece; SQLite asks for an alignment of 8, which it keeps. */
struct head {
	size_t size; /* of the piece without it */
};

/* A piece that was given back. */
struct spare {
	struct spare *next;
};

static struct {
	struct spare *spares[SIZES]; /* of size index * STEP */
	char *rest;                  /* of the last slab */
	size_t rest_size;
	size_t taken; /* from malloc(), bytes */
	void *slabs;  /* each begins with the address of the one before */
} heap;

static struct head *head_of(void *piece)
{
	return (struct head *)piece - 1;
}

/* From malloc(), within the limit. */
static void *take(size_t size)
{
	void *taken = NULL;

	if (heap.taken + size <= KD_HEAP_MAX)
		taken = malloc(size);
	if (taken != NULL)
		heap.taken += size;
	return taken;
}

/* With its head, from the last slab or from a new one. */
static struct head *cut(size_t size)
{
	struct head *head;
	void **slab;

	if (heap.rest_size < size) {
		slab = take(SLAB);
		if (slab == NULL)
			return NULL;
		*slab = heap.slabs;
		heap.slabs = slab;
		heap.rest = (char *)(slab + 1);
		heap.rest_size = SLAB - sizeof(*slab);
	}
	head = (struct head *)(void *)heap.rest;
	heap.rest += size;
	heap.rest_size -= size;
	return head;
}

static int round_up(int size)
{
	return (size + STEP - 1) / STEP * STEP;
}

/* These are SQLite's sqlite3_mem_methods, as it documents them: it does what
 * NULL and a size of 0 ask for itself. */

static void *heap_malloc(int wanted)
{
	size_t size = (size_t)round_up(wanted);
	struct head *head;
	struct spare *spare;

	if (size <= PIECE_MAX && heap.spares[size / STEP] != NULL) {
		spare = heap.spares[size / STEP];
		heap.spares[size / STEP] = spare->next;
		return spare;
	}
	if (size <= PIECE_MAX)
		head = cut(sizeof(*head) + size);
	else
		head = take(sizeof(*head) + size);
	if (head == NULL)
		return NULL;
	head->size = size;
	return head + 1;
}

static int heap_size(void *piece)
{
	return (int)head_of(piece)->size;
}

static void heap_free(void *piece)
{
	struct spare *spare = piece;
	struct head *head = head_of(piece);

	if (head->size > PIECE_MAX) {
		heap.taken -= sizeof(*head) + head->size;
		free(head);
		return;
	}
	spare->next = heap.spares[head->size / STEP];
	heap.spares[head->size / STEP] = spare;
}

static void *heap_realloc(void *piece, int wanted)
{
	size_t had = (size_t)heap_size(piece);
	void *larger;

	if ((size_t)wanted <= had)
		return piece;
	larger = heap_malloc(wanted);
	if (larger == NULL)
		return NULL;
	memcpy(larger, piece, had);
	heap_free(piece);
	return larger;
}

static int heap_init(void *unused)
{
	(void)unused;
	return SQLITE_OK;
}

void kd_heap_use(void)
{
	static const sqlite3_mem_methods methods = {
		.xMalloc = heap_malloc,
		.xFree = heap_free,
		.xRealloc = heap_realloc,
		.xSize = heap_size,
		.xRoundup = round_up,
		.xInit = heap_init, /* and nobody shuts SQLite down */
	};

	/* refused once SQLite is in use: then what it has goes on */
	if (sqlite3_config(SQLITE_CONFIG_MALLOC, &methods) == SQLITE_OK)
		(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}
