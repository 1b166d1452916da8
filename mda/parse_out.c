/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * parse_out.c - text that grows in an arena, up to KD_TEXT_MAX bytes.
 */
#include "mda/parse_internal.h"

#include <string.h>

enum { FIRST_ROOM = 4096 };

/* Make room for need bytes in all. */
static bool grow(struct kd_out *out, size_t need)
{
	size_t room = out->room == 0 ? FIRST_ROOM : out->room;
	char *data;

	if (need <= out->room)
		return true;
	while (room < need)
		room *= 2;
	data = kd_arena_room(out->arena, room);
	if (data == NULL)
		return false;
	if (out->size > 0)
		memcpy(data, out->data, out->size);
	out->data = data;
	out->room = room;
	return true;
}

void kd_out_add(struct kd_out *out, struct kd_bytes piece)
{
	size_t left = KD_TEXT_MAX - out->size;

	if (piece.size > left) {
		out->cut = true;
		piece.size = kd_utf8_cut(piece, left);
	}
	if (piece.size == 0 || !grow(out, out->size + piece.size))
		return;
	memcpy(out->data + out->size, piece.data, piece.size);
	out->size += piece.size;
}
