/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * identity.h - the content hash: are two mails of one Message-ID the same?
 *
 * SHA-256 over an allow-list (reliability 3.2), so that what a mail host
 * adds on the way plays no part.  It knows no MIME: parts come decoded.
 */
#ifndef KD_MDA_IDENTITY_H
#define KD_MDA_IDENTITY_H

#include <stdbool.h>

#include <nettle/sha2.h>

#include "store/base/arena.h"
#include "store/base/text.h"
#include "store/record.h"

struct kd_identity {
	struct sha256_ctx hash;
};

struct kd_headers;

void kd_identity_begin(struct kd_identity *id);

/* One field.  Its length is hashed behind it, so that no byte can move
 * from one field to the next. */
void kd_identity_field(struct kd_identity *id, struct kd_bytes value);

/*
 * The fields that tell two mails apart, as they stand, where one is too
 * long for the scan of the header to show, or lies beyond what it shows:
 * else mails that differ there only would be one, and the second be lost.
 */
void kd_identity_long_fields(struct kd_identity *id,
                             const struct kd_headers *headers);

/*
 * The content of a part, its transfer encoding undone: with LF line ends,
 * without empty lines at its end and, when it is text, without the footer
 * that a list puts below.
 */
void kd_identity_part(struct kd_identity *id, struct kd_bytes content,
                      bool text);

void kd_identity_end(struct kd_identity *id,
                     unsigned char ret[static KD_HASH_SIZE]);

/* "sha256:" and hash in hex, the Message-ID of a mail that has none; NULL
 * when out of memory. */
char *kd_identity_synthetic(struct kd_arena *arena,
                            const unsigned char hash[static KD_HASH_SIZE]);

#endif /* KD_MDA_IDENTITY_H */
