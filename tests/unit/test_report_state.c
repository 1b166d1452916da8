/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_report_state.c - where a series stands, and what a trailer says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "report/state.h"

static void test_tags(void **state)
{
	static const struct {
		const char *trailer;
		unsigned int tags;
	} rows[] = {
		{ "Reviewed-by", KD_TAG_REVIEWED },
		{ "reviewed-By", KD_TAG_REVIEWED },
		{ "Acked-by", KD_TAG_ACKED },
		{ "Tested-by", KD_TAG_TESTED },
		{ "Reviewed-and-tested-by", KD_TAG_REVIEWED | KD_TAG_TESTED },
		{ "Signed-off-by", 0 },
		{ "Reported-and-tested-by", 0 },
		{ "Not-reviewed-by", 0 },
		{ "Reviewed", 0 },
		{ "-by", 0 },
		{ "by", 0 },
		{ "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(kd_tag_of(rows[i].trailer), rows[i].tags);
}

enum { N = 3, R = KD_TAG_REVIEWED, A = KD_TAG_ACKED, T = KD_TAG_TESTED };
#define Q KD_FATE_QUEUED
#define AP KD_FATE_APPLIED
#define M KD_FATE_MERGED

struct row {
	unsigned int tags[N];
	enum kd_fate fates[N];
	size_t n_replies;
	int next;
	const char *expect;
	const char *tags_text;
};

static const struct row rows[] = {
	{ { 0 }, { KD_FATE_NONE }, 0, 0, "new", "" },
	{ { 0 }, { KD_FATE_NONE }, 2, 0, "under review", "" },
	{ { 0, T }, { KD_FATE_NONE }, 0, 0, "under review", "tested 1/3" },
	{ { R, R, 0 }, { KD_FATE_NONE }, 1, 0, "under review", "reviewed 2/3" },
	{ { R, A, R | A },
	  { KD_FATE_NONE },
	  1,
	  0,
	  "reviewed",
	  "reviewed 2/3, acked 2/3" },
	{ { T, T, T }, { KD_FATE_NONE }, 1, 0, "under review", "tested 3/3" },
	{ { R, R, R },
	  { KD_FATE_NONE },
	  1,
	  7,
	  "superseded by v7",
	  "reviewed 3/3" },
	{ { 0 }, { Q, Q, Q }, 1, 0, "queued", "" },
	{ { 0 }, { AP, KD_FATE_NONE, AP }, 1, 0, "applied 2/3", "" },
	{ { 0 }, { AP, KD_FATE_NONE, M }, 1, 0, "merged 1/3, applied 1/3", "" },
	{ { 0 },
	  { AP, Q, KD_FATE_NONE },
	  1,
	  7,
	  "applied 1/3, queued 1/3, superseded by v7",
	  "" },
	{ { 0 }, { M, M, M }, 1, 0, "merged", "" },
};

static void test_states(void **state)
{
	struct kd_arena *arena = kd_arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct kd_patch_facts patches[N] = { { .came = true } };
		struct kd_state_facts facts = {
			.patches = patches,
			.n = N,
			.n_replies = rows[i].n_replies,
			.next_version = rows[i].next,
		};
		struct kd_standing got;

		for (size_t j = 0; j < N; j++) {
			patches[j].tags = rows[i].tags[j];
			patches[j].fate = rows[i].fates[j];
		}
		got = kd_state_of(&facts);
		assert_string_equal(kd_state_text(arena, &got), rows[i].expect);
		assert_string_equal(kd_tags_text(arena, &got),
		                    rows[i].tags_text);
	}
	kd_arena_free(arena);
}

static void test_stable(void **state)
{
	struct kd_patch_facts patches[2] = { { .stable = true },
		                             { .failed = true } };
	struct kd_state_facts facts = { .patches = patches, .n = 2 };
	struct kd_arena *arena = kd_arena_new();
	struct kd_standing got;

	(void)state;
	patches[0].fate = patches[1].fate = KD_FATE_MERGED;
	facts.next_version = 5;
	facts.next_revision = 1;
	got = kd_state_of(&facts);
	assert_string_equal(kd_state_text(arena, &got),
	                    "merged, superseded by v5.1, in stable 1/2, "
	                    "failed to apply to stable 1/2");
	kd_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tags),
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_stable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
