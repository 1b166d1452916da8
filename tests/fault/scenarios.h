/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scenarios.h - the runs of deliveries that the power is cut in.
 */
#ifndef KD_TESTS_FAULT_SCENARIOS_H
#define KD_TESTS_FAULT_SCENARIOS_H

#include <stdbool.h>
#include <stddef.h>

enum { LETTERS = 10 }; /* of each scenario */

struct letter;

struct scenario {
	const char *name;
	const struct letter *letters; /* LETTERS of them */
	bool journal_delete;
	bool by_hook; /* all of its way, with the spool */
	bool repacks;
	bool imports; /* some of them, as an archive */
	size_t share; /* of a thousand cuts: more than steps */
};

enum {
	WAL,
	DELETE,
	WAL_SPOOL,
	DELETE_SPOOL,
	WAL_REPACK,
	DELETE_REPACK,
	WAL_IMPORT,
	SCENARIOS
};

extern const struct scenario scenarios[SCENARIOS];

#endif /* KD_TESTS_FAULT_SCENARIOS_H */
