/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * facts_fixture.h - a message that says everything beside its columns.
 */
#ifndef KD_TESTS_SUPPORT_FACTS_FIXTURE_H
#define KD_TESTS_SUPPORT_FACTS_FIXTURE_H

#include "tests/support/store_fixture.h"

/* What it says was taken: three. */
extern const struct kd_taken facts_taken[];

/* One of everything that a message says beside its columns. */
void facts_fill_in(struct kd_message *msg);

/* What the store has of that variant. */
struct kd_message facts_of(struct fixture *fix, struct kd_store *store,
                           int64_t variant);

/* That must be what was filled in. */
void facts_expect(const struct kd_message *got);

/* Read variant 1 again; whether that changed anything. */
bool facts_reread(struct fixture *fix, struct kd_store *store,
                  const struct kd_arriving *a);

#endif /* KD_TESTS_SUPPORT_FACTS_FIXTURE_H */
