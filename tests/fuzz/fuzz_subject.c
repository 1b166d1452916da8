/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_subject.c - subjects, decoded ones, with a diff below and without.
 */
#include "mda/subject.h"

#include <string.h>

#include "tests/fuzz/fuzz.h"

/* A subject comes decoded, unfolded, and as UTF-8. */
static const char *line_of(struct kd_arena *arena, struct kd_bytes in)
{
	struct kd_bytes text = kd_fuzz_utf8(arena, in);
	char *line = kd_fuzz_string(arena, text);

	for (char *s = line; *s != '\0'; s++) {
		if (*s == '\n' || *s == '\r')
			*s = ' ';
	}
	return line;
}

void kd_fuzz_one(struct kd_bytes in)
{
	struct kd_arena *arena = kd_fuzz_arena();
	const char *line = line_of(arena, in);
	struct kd_subject subject;
	struct kd_subject again;

	for (int diff = 0; diff < 2; diff++) {
		CHECK(kd_subject_parse(line, diff != 0, arena, &subject,
		                       NULL) == KD_OK);
		kd_fuzz_subject(&subject);
		CHECK(strlen(subject.title) <= strlen(subject.full));
		/* what is stored says the same when it is read again */
		CHECK(kd_subject_parse(subject.full, diff != 0, arena, &again,
		                       NULL) == KD_OK);
		CHECK(strcmp(again.full, subject.full) == 0);
		CHECK(strcmp(again.title, subject.title) == 0);
		CHECK(again.version == subject.version);
		CHECK(again.number == subject.number);
		CHECK(again.total == subject.total);
	}
	kd_arena_free(arena);
}
