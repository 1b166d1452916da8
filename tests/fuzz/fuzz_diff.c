/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_diff.c - diffs: what they count, the files that they name, and the
 * patch-id.
 */
#include "mda/diff.h"

#include <string.h>

#include "mda/patchid.h"
#include "tests/fuzz/fuzz.h"

static void check_paths(const struct kd_diff *diff)
{
	size_t size = 0;

	CHECK(diff->n_paths <= KD_PATHS_MAX);
	CHECK((int64_t)diff->n_paths <= diff->stat.files);
	for (size_t i = 0; i < diff->n_paths; i++) {
		CHECK(diff->paths[i] != NULL && diff->paths[i][0] != '\0');
		kd_fuzz_line(diff->paths[i], KD_PATHS_SIZE_MAX);
		size += strlen(diff->paths[i]);
		for (size_t j = 0; j < i; j++)
			CHECK(strcmp(diff->paths[i], diff->paths[j]) != 0);
	}
	CHECK(size <= KD_PATHS_SIZE_MAX);
}

/* in without its blanks and tabs: what is left of it has the same id. */
static void check_blanks(struct kd_arena *arena, struct kd_bytes in,
                         const unsigned char *id)
{
	unsigned char other[KD_PATCH_ID_SIZE];
	char *text = kd_arena_alloc(arena, 2 * in.size + 1);
	size_t n = 0;

	/* Blanks at the end of a line mean nothing to anyone, but where the
	 * size of a line counts, or a hunk's head is read. */
	for (size_t i = 0; i < in.size; i++) {
		if (in.data[i] == '@' || in.data[i] == '\\')
			return;
		if (in.data[i] == '\n' && i > 0 && in.data[i - 1] == '+')
			text[n++] = ' ';
		text[n++] = in.data[i];
	}
	CHECK(kd_patchid((struct kd_bytes){ text, n }, other));
	CHECK(memcmp(id, other, sizeof(other)) == 0);
}

void kd_fuzz_one(struct kd_bytes in)
{
	struct kd_arena *arena = kd_fuzz_arena();
	struct kd_bytes text = kd_fuzz_utf8(arena, in);
	unsigned char id[KD_PATCH_ID_SIZE];
	struct kd_diff diff;

	kd_diff_scan(text, arena, &diff);
	CHECK(diff.found || diff.n_paths == 0);
	check_paths(&diff);
	/* Any bytes will do for the id. */
	(void)kd_patchid(in, id);
	if (kd_patchid(text, id))
		check_blanks(arena, text, id);
	CHECK(!kd_arena_failed(arena));
	kd_arena_free(arena);
}
