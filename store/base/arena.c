/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * arena.c - a chain of blocks that are freed together.
 */
#include "store/base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_SIZE = 16 << 10, ALIGNMENT = _Alignof(max_align_t) };

struct block {
	struct block *next;
	size_t size;
	size_t used;
	max_align_t data[];
};

struct kd_arena {
	struct block *blocks; /* the first one is being filled */
	bool failed;
};

struct kd_arena *kd_arena_new(void)
{
	return calloc(1, sizeof(struct kd_arena));
}

void kd_arena_free(struct kd_arena *arena)
{
	if (arena == NULL)
		return;
	while (arena->blocks != NULL) {
		struct block *block = arena->blocks;
		arena->blocks = block->next;
		free(block);
	}
	free(arena);
}

static struct block *push_block(struct kd_arena *arena, size_t size)
{
	struct block *block;

	if (size > SIZE_MAX - sizeof(*block))
		return NULL;
	block = malloc(sizeof(*block) + size);
	if (block == NULL)
		return NULL;
	block->size = size;
	block->used = 0;
	/* A large piece has a block of its own; going on with the one that is
	 * half full wastes less. */
	if (size > BLOCK_SIZE && arena->blocks != NULL) {
		block->next = arena->blocks->next;
		arena->blocks->next = block;
	} else {
		block->next = arena->blocks;
		arena->blocks = block;
	}
	return block;
}

/* Of whatever bytes. */
static void *take(struct kd_arena *arena, size_t size)
{
	struct block *block = arena->blocks;
	size_t rounded;
	char *piece;

	if (size == 0)
		size = 1;
	if (size > SIZE_MAX - ALIGNMENT) {
		arena->failed = true;
		return NULL;
	}
	rounded = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	if (block == NULL || block->size - block->used < rounded)
		block = push_block(arena,
		                   rounded > BLOCK_SIZE ? rounded : BLOCK_SIZE);
	if (block == NULL) {
		arena->failed = true;
		return NULL;
	}
	piece = (char *)block->data + block->used;
	block->used += rounded;
	return piece;
}

/* Here, not a block at a time: of most blocks little is used, and what a
 * string is copied to needs no zeroes. */
void *kd_arena_alloc(struct kd_arena *arena, size_t size)
{
	void *piece = take(arena, size);

	if (piece != NULL)
		memset(piece, 0, size);
	return piece;
}

void *kd_arena_room(struct kd_arena *arena, size_t size)
{
	return take(arena, size);
}

void *kd_arena_array(struct kd_arena *arena, size_t n, size_t size)
{
	if (size != 0 && n > SIZE_MAX / size) {
		arena->failed = true;
		return NULL;
	}
	return kd_arena_alloc(arena, n * size);
}

char *kd_arena_strndup(struct kd_arena *arena, const char *s, size_t len)
{
	char *copy;

	if (s == NULL)
		return NULL;
	if (len == SIZE_MAX) {
		arena->failed = true;
		return NULL;
	}
	copy = take(arena, len + 1);
	if (copy == NULL)
		return NULL;
	memcpy(copy, s, len);
	copy[len] = '\0';
	return copy;
}

char *kd_arena_strdup(struct kd_arena *arena, const char *s)
{
	return s == NULL ? NULL : kd_arena_strndup(arena, s, strlen(s));
}

char *kd_arena_printf(struct kd_arena *arena, const char *fmt, ...)
{
	char *text = NULL;
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	if (len >= 0)
		text = take(arena, (size_t)len + 1);
	if (text == NULL) {
		arena->failed = true;
		return NULL;
	}
	va_start(args, fmt);
	(void)vsnprintf(text, (size_t)len + 1, fmt, args);
	va_end(args);
	return text;
}

bool kd_arena_failed(const struct kd_arena *arena)
{
	return arena->failed;
}
