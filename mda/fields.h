/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fields.h - readers of header values that need no parser library.
 *
 * Message-ID lists, dates, the plain form of an address.  Pure and linear;
 * the parent process uses them too when the parser has died.
 */
#ifndef KD_MDA_FIELDS_H
#define KD_MDA_FIELDS_H

#include <stdbool.h>
#include <stdint.h>

#include "mda/headers.h"
#include "store/base/arena.h"
#include "store/base/text.h"
#include "store/record.h"

enum {
	KD_ADDRESS_FIELD_MAX = 32 << 10, /* bytes of From, To and the like */
	KD_ADDRESSES_MAX = 500,          /* in one such field */
	KD_ADDRESS_COLONS_MAX = 64,      /* outside quotes: nested groups */
};

/* The first field of that name, also what lies beyond
 * KD_HEADER_FIELD_MAX: for readers that do not mind length. */
bool kd_field_whole(const struct kd_headers *headers, const char *name,
                    struct kd_bytes *ret);

/*
 * A copy as one line: each fold becomes one blank, other line ends too,
 * NULs go, blanks at both ends as well.  Not made UTF-8.  NULL when out of
 * memory.
 */
char *kd_field_line(struct kd_arena *arena, struct kd_bytes value);

/* The ids of a References field, oldest first: the first and the last 99.
 * True when there were more. */
bool kd_field_references(struct kd_arena *arena, struct kd_bytes value,
                         const char ***ret, size_t *ret_n);

/* The first id of an In-Reply-To field, or NULL. */
char *kd_field_parent(struct kd_arena *arena, struct kd_bytes value);

/* An RFC 5322 date as programs write it; false: it is none, or in some
 * other form. */
bool kd_field_date(struct kd_bytes value, int64_t *ret);

/* "Name <address>", or an address alone, or else a name alone; made
 * UTF-8, encoded words left alone. */
struct kd_person kd_field_person(struct kd_arena *arena, struct kd_bytes value);

/* True when the value of an address field is within the limits above, so
 * that a parser which recurses may see it. */
bool kd_field_addresses_ok(struct kd_bytes value);

/* The first address of a field that is over those limits, itself within
 * them; empty when that cannot be told, as in groups. */
struct kd_bytes kd_field_first_address(struct kd_bytes value);

#endif /* KD_MDA_FIELDS_H */
