/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * spool_fixture.h - messages beside a store, and their files.
 */
#ifndef KD_TESTS_SUPPORT_SPOOL_FIXTURE_H
#define KD_TESTS_SUPPORT_SPOOL_FIXTURE_H

#include "store/spool.h"
#include "tests/support/store_fixture.h"

/* A message of that text, through kvm.example.org. */
struct kd_spool_mail spool_mail(const char *text, int64_t received);

/* Put it into the spool of fix->path; open that.  Both must work. */
void spool_put(struct fixture *fix, const struct kd_spool_mail *mail);
struct kd_spool *spool_open(struct fixture *fix);

void spool_expect_count(struct fixture *fix, size_t waiting, size_t bad);

/* The only file in that directory of the spool, "new" or "bad". */
const char *spool_only_name(const struct fixture *fix, const char *which);

/* A file in a directory of the spool. */
const char *spool_file(const struct fixture *fix, const char *which,
                       const char *name);

/* The directories, and nothing in them. */
void spool_make(struct fixture *fix);

#endif /* KD_TESTS_SUPPORT_SPOOL_FIXTURE_H */
