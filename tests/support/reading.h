/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reading.h - one reader of mda/reading.h, run on a text of a test's own.
 */
#ifndef KD_TESTS_SUPPORT_READING_H
#define KD_TESTS_SUPPORT_READING_H

#include "mda/reading.h"

/* What the reader is told; what a test leaves out is empty. */
struct given {
	const char *text;
	const char *headers; /* "Name: value\n" lines */
	const char *subject;
	const char *title;
	const char *prefix; /* the one word of its brackets */
	enum kd_kind kind;
	bool reply;
	bool has_diff;
	const char *in_reply_to;
	struct kd_person sender;
	int version;
	size_t n_links; /* to link@example.org, that it has already */
};

/* Its commit message ends at a "---" line, or else at "-- ". */
struct kd_message reading_run(kd_reader_fn *reader, const struct given *given,
                              struct kd_arena *arena);

/* For cmocka: *state is a struct kd_arena *. */
int reading_setup(void **state);
int reading_teardown(void **state);

/* Both NULL, or the same. */
void reading_expect(const char *got, const char *expected);

#endif /* KD_TESTS_SUPPORT_READING_H */
