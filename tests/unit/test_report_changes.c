/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_report_changes.c - which patch of one version is which of the
 * next. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "report/changes.h"

/* A patch is written "a:Title": a letter for its diff, "-" for none known;
 * a case has two lists, and what is expected as "after<before" rows. */
struct row {
	const char *name;
	const char *before[8];
	const char *after[8];
	const char *expect;
};

static const struct row rows[] = {
	{ "the same", { "a:One", "b:Two" }, { "a:One", "b:Two" }, "1=1 2=2 " },
	{ "changed", { "a:One", "b:Two" }, { "a:One", "c:two" }, "1=1 2~2 " },
	{ "new and dropped",
	  { "a:Read the head", "b:Free the ring", "c:Count events" },
	  { "a:Read the head", "d:Explain all of this", "c:Count events" },
	  "1=1 +2 3=3 -2 " },
	{ "a title is written another way",
	  { "a:KVM: demo: Read the head of the ring once" },
	  { "b:KVM: demo: Read the head of the ring only once" },
	  "1~1r " },
	{ "a diff under another title",
	  { "a:One", "b:Two" },
	  { "a:One", "b:Something else" },
	  "1=1 2=2r " },
	{ "moved",
	  { "a:One", "b:Two", "c:Three", "d:Four" },
	  { "d:Four", "a:One", "b:Two", "c:Three" },
	  "1=4m 2=1 3=2 4=3 " },
	{ "dropped: the others have not moved",
	  { "a:One", "b:Two", "c:Three" },
	  { "b:Two", "c:Three" },
	  "1=2 2=3 -1 " },
	{ "by place, with words in common",
	  { "a:One", "b:Free the ring at the end", "c:Three" },
	  { "a:One", "d:Release the ring when done", "c:Three" },
	  "1=1 2~2r 3=3 " },
	{ "by place, without",
	  { "a:One", "b:Free it", "c:Three" },
	  { "a:One", "d:Document everything", "c:Three" },
	  "1=1 +2 3=3 -2 " },
	{ "by place, without a word to compare",
	  { "a:One", "b:..." },
	  { "a:One", "c:---" },
	  "1=1 +2 -2 " },
	{ "the place behind it is another's",
	  { "a:One", "b:Free the ring", "c:Three", "d:Four" },
	  { "a:One", "e:Free a ring", "d:Four", "c:Three" },
	  "1=1 2~2r 3=4m 4=3 " },
	{ "the last one, and not at the end",
	  { "a:One", "b:Two", "c:Free the ring" },
	  { "b:Two", "d:Release a ring when done", "a:One" },
	  "1=2m +2 3=1 -3 " },
	{ "twice the same title",
	  { "a:Fix", "b:Fix" },
	  { "c:Fix", "a:Fix" },
	  "1~2m 2=1 " },
	{ "no diff known", { "-:One" }, { "-:One" }, "1~1 " },
	{ "all new", { NULL }, { "a:One" }, "+1 " },
	{ "all gone", { "a:One" }, { NULL }, "-1 " },
	{ "nothing", { NULL }, { NULL }, "" },
};

static struct kd_patch_list list_of(struct kd_arena *arena,
                                    const char *const *texts)
{
	struct kd_patch *patches = kd_arena_array(arena, 8, sizeof(*patches));
	struct kd_patch_list list = { .patches = patches };

	for (; list.n < 8 && texts[list.n] != NULL; list.n++) {
		struct kd_patch *patch = &patches[list.n];

		patch->number = (int)list.n + 1;
		patch->title = texts[list.n] + 2;
		patch->has_patch_id = texts[list.n][0] != '-';
		patch->patch_id[0] = (unsigned char)texts[list.n][0];
	}
	return list;
}

static void describe(const struct kd_change_list *changes, char *ret,
                     size_t size)
{
	size_t used = 0;

	ret[0] = '\0';
	for (size_t i = 0; i < changes->n; i++) {
		const struct kd_change_row *row = &changes->rows[i];

		if (row->kind == KD_CHANGE_NEW)
			(void)snprintf(ret + used, size - used, "+%d ",
			               row->after->number);
		else if (row->kind == KD_CHANGE_DROPPED)
			(void)snprintf(ret + used, size - used, "-%d ",
			               row->before->number);
		else
			(void)snprintf(ret + used, size - used, "%d%c%d%s%s ",
			               row->after->number,
			               row->kind == KD_CHANGE_NONE ? '=' : '~',
			               row->before->number,
			               row->moved ? "m" : "",
			               row->renamed ? "r" : "");
		used = strlen(ret);
	}
}

static void test_rows(void **state)
{
	struct kd_arena *arena = kd_arena_new();
	struct kd_error err = KD_ERROR_INIT;
	struct kd_change_list changes;
	char got[200];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(kd_changes_find(arena,
		                                 list_of(arena, rows[i].before),
		                                 list_of(arena, rows[i].after),
		                                 &changes, &err),
		                 KD_OK);
		describe(&changes, got, sizeof(got));
		if (strcmp(got, rows[i].expect) != 0)
			fail_msg("%s: %s, not %s", rows[i].name, got,
			         rows[i].expect);
	}
	kd_arena_free(arena);
}

/* As many as a subject can number, all alike, none the same. */
static void test_many(void **state)
{
	enum { N = KD_PATCH_NUMBER_MAX };
	struct kd_arena *arena = kd_arena_new();
	struct kd_patch *old = kd_arena_array(arena, N, sizeof(*old));
	struct kd_patch *new = kd_arena_array(arena, N, sizeof(*new));
	struct kd_error err = KD_ERROR_INIT;
	struct kd_change_list changes;

	(void)state;
	for (int i = 0; i < N; i++) {
		old[i].number = new[i].number = i + 1;
		old[i].title = "a b c d e f g h i j k l m n o p q r s t u v";
		new[i].title = "A B C D E F G H I J K L M N O P Q R S T U w";
	}
	assert_int_equal(kd_changes_find(arena,
	                                 (struct kd_patch_list){ old, N },
	                                 (struct kd_patch_list){ new, N },
	                                 &changes, &err),
	                 KD_OK);
	assert_in_range(changes.n, N, 2 * N);
	kd_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
