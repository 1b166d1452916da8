/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scenarios.c - see scenarios.h.
 */
#include "tests/fault/scenarios.h"

#include "tests/fault/hookway.h"
#include "tests/fault/letters.h"

/* The store and the large files, and the management forms. */
static const struct letter stored[] = {
	{ .id = "1@example.org", .size = 300 },
	{ .id = "2@example.org", .size = 6000 },
	{ .id = "1@example.org", .size = 301 }, /* a variant */
	{ .id = "3@example.org", .size = 12000, .large = true },
	{ .id = "4@example.org", .size = 24000 },
	{ .id = "5@example.org", .size = 400 },
	{ .id = "6@example.org", .size = 200000, .trims = true },
	{ .id = "7@example.org", .size = 500 },
	{ .id = "8@example.org", .size = 5000 }, /* by a management form */
	{ .id = "9@example.org", .size = 600 },
};

/* The spool, before there is a store and after, and what comes out of it:
 * each letter that does not wait drains it. */
static const struct letter spooled[] = {
	{ .id = "1@example.org", .size = 300, .waits = true },
	{ .id = "2@example.org", .size = 6000 },
	{ .id = "3@example.org", .size = 400, .waits = true },
	{ .id = "1@example.org", .size = 301, .waits = true },
	{ .id = "4@example.org", .size = 12000, .large = true, .waits = true },
	{ .id = HOOKWAY_POISON "@example.org", .size = 350 },
	{ .id = "5@example.org", .size = 24000 },
	{ .id = "6@example.org", .size = 500 },
	{ .id = "7@example.org", .size = 600 }, /* the poison goes to bad */
	{ .id = "8@example.org", .size = 700, .waits = true },
};

/* What is packed into blocks on the way; of the same size is of the same
 * text, so that there is something to win. */
static const struct letter packed[] = {
	{ .id = "1@example.org", .size = 4000 },
	{ .id = "2@example.org", .size = 4001 },
	{ .id = "3@example.org", .size = 4000 },
	{ .id = "4@example.org", .size = 4001 },
	{ .id = "1@example.org", .size = 4001 }, /* a variant */
	{ .id = "5@example.org", .size = 4000 },
	{ .id = "6@example.org", .size = 4001 },
	{ .id = "7@example.org", .size = 24000 }, /* too long for a block */
	{ .id = "8@example.org", .size = 4000 },
	{ .id = "9@example.org", .size = 4001 },
};

enum {
	STORED = sizeof(stored) / sizeof(stored[0]),
	SPOOLED = sizeof(spooled) / sizeof(spooled[0]),
	PACKED = sizeof(packed) / sizeof(packed[0]),
};
_Static_assert((int)STORED == (int)LETTERS && (int)SPOOLED == (int)LETTERS &&
                       (int)PACKED == (int)LETTERS,
               "as many of each");

const struct scenario scenarios[SCENARIOS] = {
	[WAL] = { "wal", stored, .share = 150 },
	[DELETE] = { "delete", stored, .journal_delete = true, .share = 200 },
	[WAL_SPOOL] = { "wal, spool", spooled, .by_hook = true, .share = 90 },
	[DELETE_SPOOL] = { "delete, spool", spooled, .journal_delete = true,
	                   .by_hook = true, .share = 170 },
	[WAL_REPACK] = { "wal, repack", packed, .repacks = true, .share = 110 },
	[DELETE_REPACK] = { "delete, repack", packed, .journal_delete = true,
	                    .repacks = true, .share = 150 },
	[WAL_IMPORT] = { "wal, import", stored, .imports = true, .share = 130 },
};
