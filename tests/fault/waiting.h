/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * waiting.h - which letters are in the spool, by its directories and by all
 * of their bytes, as a person would look.
 */
#ifndef KD_TESTS_FAULT_WAITING_H
#define KD_TESTS_FAULT_WAITING_H

#include "tests/fault/letters.h"

struct waiting {
	bool *waits; /* of each letter: in new */
	bool *aside; /* of each letter: in bad */
	size_t n;    /* files in new that are no poison */
	size_t half; /* files that are no message */
};

/* For the caller to give to waiting_forget(). */
struct waiting waiting_look(const struct letter *letters, size_t n,
                            const char *path);
void waiting_forget(struct waiting *found);

#endif /* KD_TESTS_FAULT_WAITING_H */
