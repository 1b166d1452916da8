/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check_fixture.h - kvmdigest-mda --check, and what it says.
 */
#ifndef KD_TESTS_SUPPORT_CHECK_FIXTURE_H
#define KD_TESTS_SUPPORT_CHECK_FIXTURE_H

#include "mda/check.h"
#include "tests/support/store_fixture.h"

/* With all that was looked at. */
extern const struct kd_check_opts check_plain;

/* Run it on fix->path, if opts name no other store, which must end as
 * expected; what it said. */
const char *check_run(struct fixture *fix, struct kd_check_opts opts,
                      enum kd_status expected);

/* That must be in it. */
void check_says(const char *said, const char *what);

#endif /* KD_TESTS_SUPPORT_CHECK_FIXTURE_H */
