/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * employers.h - who works where, as a file of the user's says.  Pure: text
 * in, names out; no file, no store.
 */
#ifndef KD_REPORT_EMPLOYERS_H
#define KD_REPORT_EMPLOYERS_H

#include "report/badlines.h"
#include "store/base/arena.h"
#include "store/base/text.h"

struct kd_employers;

/*
 * Lines of "domain-or-address  Name of the employer"; "#" begins a comment
 * at the start of a line or behind a blank.  The later of two lines for
 * the same wins.  A line without a name, or for a domain where anybody can
 * have an address, is passed over and told in *ret_bad.  KD_NOMEM.
 */
KD_MUST_CHECK
enum kd_status kd_employers_parse(struct kd_arena *arena, struct kd_bytes text,
                                  struct kd_employers **ret,
                                  struct kd_badlines *ret_bad,
                                  struct kd_error *err);

/* The employer of an address: by the address itself, else by its domain or
 * the nearest one above it.  NULL: not known; employers and email may be
 * NULL. */
const char *kd_employer_of(const struct kd_employers *employers,
                           const char *email);

#endif /* KD_REPORT_EMPLOYERS_H */
