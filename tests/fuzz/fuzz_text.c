/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_text.c - the sanitizer of all that is shown, and what else is done
 * with text of unknown origin.
 */
#include <string.h>

#include "tests/fuzz/fuzz.h"

enum { INPUT_MAX = 1024 };

static void check_sanitizer(struct kd_arena *arena, struct kd_bytes in,
                            bool keep_lf)
{
	const char *once = kd_sanitized(arena, in, keep_lf);
	const char *twice;

	CHECK(once != NULL);
	CHECK(kd_utf8_valid(kd_bytes_of(once)));
	kd_fuzz_harmless(kd_bytes_of(once), !keep_lf);
	twice = kd_sanitized(arena, kd_bytes_of(once), keep_lf);
	CHECK(twice != NULL && strcmp(once, twice) == 0);
}

static void check_lines(struct kd_bytes in)
{
	struct kd_bytes rest = in;
	struct kd_bytes line;
	size_t left = in.size;

	while (kd_next_line(&rest, &line)) {
		CHECK(rest.size < left);
		left = rest.size;
		CHECK(kd_fuzz_within(line, in));
		CHECK(line.size == 0 ||
		      memchr(line.data, '\n', line.size) == NULL);
		CHECK(kd_fuzz_within(kd_trim(line), line));
	}
	CHECK(left == 0);
}

void kd_fuzz_one(struct kd_bytes in)
{
	struct kd_arena *arena = kd_fuzz_arena();
	struct kd_bytes forced;
	size_t max, cut;

	/* what goes wrong with much text does so with little */
	if (in.size > INPUT_MAX)
		in.size = INPUT_MAX;
	forced = kd_fuzz_utf8(arena, in);
	max = in.size / 2;
	cut = kd_utf8_cut(forced, max);

	check_sanitizer(arena, in, true);
	check_sanitizer(arena, in, false);
	check_lines(in);
	CHECK(kd_columns(in) <= 2 * in.size);
	CHECK(cut <= max && max - cut < 4);
	CHECK(kd_utf8_valid((struct kd_bytes){ forced.data, cut }));
	CHECK(!kd_utf8_valid(in) ||
	      (forced.size == in.size &&
	       (in.size == 0 || memcmp(forced.data, in.data, in.size) == 0)));
	kd_arena_free(arena);
}
