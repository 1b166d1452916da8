/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trailer.h - what one trailer says: its person, and whether that is the
 * one who sent the mail.
 *
 * Of use to trailers.c only, which finds them.
 */
#ifndef KD_MDA_TRAILER_H
#define KD_MDA_TRAILER_H

#include "store/base/arena.h"
#include "store/record.h"

/* "Reviewed-by: A <a@b>" on a line of its own, both parts trimmed. */
struct kd_trailer_line {
	struct kd_bytes name;
	struct kd_bytes value;
};

/* False: line is none.  Its value may be empty. */
bool kd_trailer_split(struct kd_bytes line, struct kd_trailer_line *ret);

/* True when name is of the kinds that are known to carry a person (or, with
 * it false, a link, a commit or an id). */
bool kd_trailer_is_person(struct kd_bytes name);
bool kd_trailer_is_utility(struct kd_bytes name);

/* True when value names an address. */
bool kd_trailer_has_address(struct kd_bytes value);

/* "Fixes:" in front of no commit is prose. */
bool kd_trailer_is_valid(const struct kd_trailer_line *line);

/* ret's strings are the arena's: look for lack of memory there. */
void kd_trailer_make(const struct kd_trailer_line *line,
                     const struct kd_person *sender, struct kd_arena *arena,
                     struct kd_trailer *ret);

#endif /* KD_MDA_TRAILER_H */
