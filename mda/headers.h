/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * headers.h - our own small, bounded scanner of a raw header block.
 *
 * It knows no MIME and allocates nothing: it finds fields.  The hook asks
 * it which list a message is of, before any parser runs, and falls back on
 * it when the parser dies.
 */
#ifndef KD_MDA_HEADERS_H
#define KD_MDA_HEADERS_H

#include <stdbool.h>
#include <stddef.h>

#include "store/base/text.h"
#include "store/record.h"
#include "store/store.h"

enum {
	KD_HEADER_BLOCK_MAX = 256 << 10, /* bytes that are looked at */
	KD_HEADER_FIELD_MAX = 64 << 10,  /* bytes of one field */
};

/* First bytes of names, told apart by the bits that case is not in. */
enum { KD_HEADER_INITIALS = 32 };

struct kd_headers {
	struct kd_bytes block; /* the fields; no envelope, BOM, empty line */
	size_t offset;         /* where block begins in the raw bytes */
	size_t body_offset;    /* where the body begins */
	bool is_mail; /* at least one well-formed field stands at the start */
	bool cut;     /* the block is longer than KD_HEADER_BLOCK_MAX */
	/* Where in the block the first line with each initial is, SIZE_MAX:
	 * there is none; for kd_headers_get(). */
	size_t initials[KD_HEADER_INITIALS];
};

/*
 * Find the header block of raw: behind a UTF-8 byte order mark and an mbox
 * envelope line ("From " or ">From "), up to the first empty line (LF or
 * CRLF).  Never fails; without a field at the start is_mail is false and
 * the block is empty.
 */
void kd_headers_find(struct kd_bytes raw, struct kd_headers *ret);

/* One field; all borrowed from the raw bytes. */
struct kd_header {
	struct kd_bytes name;  /* without the colon and blanks before it */
	struct kd_bytes value; /* still folded, without the last line end */
};

/* Step through the fields: *pos starts at 0.  Lines that are no field are
 * passed over.  False at the end. */
bool kd_headers_next(const struct kd_headers *headers, size_t *pos,
                     struct kd_header *ret);

/* The first field of that name (without regard to case); false: none. */
bool kd_headers_get(const struct kd_headers *headers, const char *name,
                    struct kd_bytes *ret);

/* Unfolded copy (RFC 5322 2.2.3: line ends go, blanks stay), UTF-8 forced;
 * NULL when out of memory. */
char *kd_header_unfold(struct kd_arena *arena, struct kd_bytes value);

/*
 * The Message-ID in a field value: the bytes between the first < and its >
 * (RFC 5322 3.6.4), comments, blanks and tabs out; a bare one is taken as
 * it is.  Over KD_MESSAGE_ID_MAX bytes: "sha256:" and the hash of it, in
 * hex.  NULL when there is none or out of memory.
 */
char *kd_message_id_of(struct kd_arena *arena, struct kd_bytes value);

/*
 * The list that a message is of (interface.md): the one whose id its first
 * List-Id names (the last <...> of the field, or all of it when there is
 * none), and *ret_through is true; without a List-Id field the one whose
 * address stands in To, Cc, X-Mailing-List, X-Original-To or Delivered-To.
 * A message with "X-Kvmdigest: digest" is of none.  NULL: of none.
 */
const struct kd_list *kd_headers_list(const struct kd_headers *headers,
                                      const struct kd_list *lists,
                                      size_t n_lists, bool *ret_through);

#endif /* KD_MDA_HEADERS_H */
