/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * import_fixture.h - mail of an archive, on its way into a store.
 */
#ifndef KD_TESTS_SUPPORT_IMPORT_FIXTURE_H
#define KD_TESTS_SUPPORT_IMPORT_FIXTURE_H

#include "store/import.h"
#include "tests/support/store_fixture.h"

enum { IMPORT_ROWS = 6, IMPORT_NOW = 100000 };

/* The archive that it comes from. */
extern const struct kd_import import_archive;

/* Messages "NAMEn@x" that arrived at `from`, from + 10 and so on. */
void import_rows(const struct fixture *fix, const char *name, int64_t from,
                 struct kd_arriving rows[IMPORT_ROWS]);

/* Import them, which must work. */
void import_take_in(struct fixture *fix, struct kd_store *store,
                    const struct kd_import *import,
                    const struct kd_arriving *rows, const char *position,
                    bool ends);

/* Where in the order of arrival that message is. */
kd_seq import_seq(struct fixture *fix, struct kd_store *store, const char *id);

/* Nothing arrived before what is in front of it. */
void import_expect_sound(const struct fixture *fix);

#endif /* KD_TESTS_SUPPORT_IMPORT_FIXTURE_H */
