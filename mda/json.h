/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * json.h - a message as the one line of JSON that --dry-run prints.
 *
 * json.c is the only file that knows jansson.
 */
#ifndef KD_MDA_JSON_H
#define KD_MDA_JSON_H

#include "store/base/arena.h"
#include "store/base/error.h"
#include "store/base/text.h"
#include "store/record.h"

/*
 * The line, with its line end; *ret is the arena's.  Its keys stand in the
 * order of interface.md, each of them always there.  What would turn or
 * hide text on a terminal, and what would end a script in a page, is
 * escaped; the rest is UTF-8 as it stands.
 *
 * raw: the bytes that msg was made of.  list: the name of its list, or
 * NULL.  KD_NOMEM; KD_BUG when a string of msg is no UTF-8.
 */
KD_MUST_CHECK
enum kd_status kd_json_message(const struct kd_message *msg,
                               struct kd_bytes raw, const char *list,
                               struct kd_arena *arena, struct kd_bytes *ret,
                               struct kd_error *err);

#endif /* KD_MDA_JSON_H */
