/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * words.h - small scans that the readers of a mail's text share: words,
 * hex, message ids in links.
 *
 * Pure, linear, and of no use outside them.
 */
#ifndef KD_MDA_WORDS_H
#define KD_MDA_WORDS_H

#include "store/base/arena.h"
#include "store/base/text.h"

enum { KD_HEX_MIN = 7 }; /* shorter ones are words: "added", "decade" */

bool kd_ends_nocase(struct kd_bytes b, const char *tail);

/* Without the first n bytes. */
struct kd_bytes kd_from(struct kd_bytes b, size_t n);

/* If b begins with prefix, without regard to case, take it off. */
bool kd_take_nocase(struct kd_bytes *b, const char *prefix);

/* Take a run of letters and digits, and what blanks stand before it, off
 * *rest; empty when something else stands there. */
struct kd_bytes kd_take_word(struct kd_bytes *rest);

/* Take a run of bytes that are no blanks, as above. */
struct kd_bytes kd_take_token(struct kd_bytes *rest);

/* words ends in NULL; case plays no part. */
bool kd_is_one_of(struct kd_bytes word, const char *const *words);

/* How many hex digits b begins with. */
size_t kd_hex_size(struct kd_bytes b);

/* The first run of KD_HEX_MIN to KD_COMMIT_HEX_MAX hex digits with a digit
 * among them that stands by itself; size 0: there is none. */
struct kd_bytes kd_find_hex(struct kd_bytes b);

/* A quotation: its first sign is a ">" or "|". */
bool kd_is_quoted(struct kd_bytes line);

/* b as one line: line ends become blanks.  NULL when out of memory. */
char *kd_line_dup(struct kd_arena *arena, struct kd_bytes b);

/* The same, with one blank for each run of them. */
char *kd_line_squeeze(struct kd_arena *arena, struct kd_bytes b);

/* The first http or https link in b, up to a blank, quote or bracket; size
 * 0: there is none. */
struct kd_bytes kd_find_url(struct kd_bytes b);

/*
 * The message id that a link to an archive of mail names, %xx decoded:
 * lore.kernel.org/LIST/ID/, patch.msgid.link/ID, and of other hosts the part
 * of the path that holds an "@".  NULL: none, or out of memory.
 */
char *kd_url_message_id(struct kd_arena *arena, struct kd_bytes url);

/* The id in the first <...@...> or link of b, or in b itself when that is
 * one word; NULL: none, or out of memory. */
char *kd_find_message_id(struct kd_arena *arena, struct kd_bytes b);

#endif /* KD_MDA_WORDS_H */
