/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * import_fixture.c - see import_fixture.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/support/import_fixture.h"

const struct kd_import import_archive = { "/archive", "auto", 50, IMPORT_NOW };

void import_rows(const struct fixture *fix, const char *name, int64_t from,
                 struct kd_arriving rows[IMPORT_ROWS])
{
	for (int i = 0; i < IMPORT_ROWS; i++) {
		const char *id = kd_arena_printf(fix->arena, "%s%d@x", name, i);

		rows[i] = fixture_arriving(fix, id, id, from + 10 * i);
	}
}

void import_take_in(struct fixture *fix, struct kd_store *store,
                    const struct kd_import *import,
                    const struct kd_arriving *rows, const char *position,
                    bool ends)
{
	const struct kd_import_batch batch = {
		.import = import,
		.rows = rows,
		.n = IMPORT_ROWS,
		.position = position,
		.ends = ends,
		.until_ms = INT64_MAX,
	};
	enum kd_added added[IMPORT_ROWS];
	size_t at = 0;

	assert_int_equal(kd_store_import(store, &batch, &at, added, &fix->err),
	                 KD_OK);
	assert_int_equal(at, IMPORT_ROWS);
}

kd_seq import_seq(struct fixture *fix, struct kd_store *store, const char *id)
{
	return fixture_get(fix, store, id).seq;
}

void import_expect_sound(const struct fixture *fix)
{
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM arrival a "
	                                    "JOIN arrival b ON b.seq > a.seq "
	                                    "AND b.received < a.received"),
	                 0);
	assert_int_equal(fixture_query(fix, "SELECT count(*) FROM "
	                                    "pragma_foreign_key_check"),
	                 0);
}
