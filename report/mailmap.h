/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mailmap.h - one name and one address for each person, as git's .mailmap
 * says (gitmailmap(5)).  Pure: text in, people out; no file, no store.
 */
#ifndef KD_REPORT_MAILMAP_H
#define KD_REPORT_MAILMAP_H

#include "report/badlines.h"
#include "store/base/arena.h"
#include "store/base/text.h"
#include "store/record.h"

struct kd_mailmap;

/*
 * Read the text of a .mailmap, in its four forms; later lines win.  What
 * is no line of one is passed over, as git does, and told in *ret_bad.
 * The map is the arena's, and so are its strings.  KD_NOMEM.
 */
KD_MUST_CHECK
enum kd_status kd_mailmap_parse(struct kd_arena *arena, struct kd_bytes text,
                                struct kd_mailmap **ret,
                                struct kd_badlines *ret_bad,
                                struct kd_error *err);

/* Who that is.  map NULL: nobody is mapped.  The strings are the map's or
 * who's own. */
struct kd_person kd_mailmap_person(const struct kd_mailmap *map,
                                   struct kd_person who);

#endif /* KD_REPORT_MAILMAP_H */
