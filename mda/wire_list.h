/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wire_list.h - private to wire.c: the lists of a message on the wire.
 */
#ifndef KD_MDA_WIRE_LIST_H
#define KD_MDA_WIRE_LIST_H

#include "mda/wire_io.h"
#include "store/record.h"

enum {
	KD_WIRE_TRAILER_NAME_MAX = 256, /* bytes */
	KD_WIRE_PATH_MAX = 4096,
	/* What the strings of a list may take beside them: each item its
	 * lengths and numbers. */
	KD_WIRE_ITEM_MAX = 24,
	/* bytes of all lists together */
	KD_WIRE_LISTS_MAX =
		KD_TRAILERS_MAX *
			(KD_WIRE_TRAILER_NAME_MAX + KD_WIRE_ITEM_MAX) +
		KD_TRAILERS_SIZE_MAX + KD_PATHS_MAX * KD_WIRE_ITEM_MAX +
		KD_PATHS_SIZE_MAX +
		KD_LINKS_MAX * (KD_MESSAGE_ID_MAX + KD_WIRE_ITEM_MAX) +
		2 * (KD_TITLES_MAX * KD_WIRE_ITEM_MAX + KD_TITLES_SIZE_MAX) +
		KD_TITLES_MAX * KD_COMMIT_HEX_MAX + 5 * 8,
};

/* Trailers, paths, links, titles and taken.  Of a list that is over its
 * limits what does not fit is left out; read, it is bad. */
void kd_wire_lists(struct kd_wire *w, struct kd_message *msg);

#endif /* KD_MDA_WIRE_LIST_H */
