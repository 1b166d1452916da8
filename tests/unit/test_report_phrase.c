/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_report_phrase.c - what changed between two versions, in words; and a
 * person as trailers name one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "report/phrase.h"

enum { N = 4 };

/* v1 of n patches, of which some came, and v2 of as many.  What changed is
 * written "=~+-?" for each row of v2 (or what was dropped): a letter "r"
 * behind it says that it was renamed, "m" that it was moved. */
struct row {
	const char *name;
	const char *changes;
	size_t n; /* 0: a single */
	bool lacks;
	bool resend;
	enum kd_evidence evidence;
	const char *expect;
};

static const struct row rows[] = {
	{ "the same", "==", 2, false, false, KD_EVIDENCE_THREAD,
	  "since v1: the same patches" },
	{ "changed", "=~", 2, false, false, KD_EVIDENCE_TITLE,
	  "since v1 (by its title): 1 unchanged; 2 changed" },
	{ "new, where not all is known", "=+", 2, true, false,
	  KD_EVIDENCE_PATCHES,
	  "since v1 (by its patches): 1 unchanged; 2 without a match" },
	{ "moved", "=m=m", 2, false, false, KD_EVIDENCE_LINK,
	  "since v1: 1-2 moved" },
	{ "not to compare", "?=", 2, false, false, KD_EVIDENCE_LINK,
	  "since v1: 2 unchanged; 1 not to compare" },
	{ "renamed", "=r=", 2, false, false, KD_EVIDENCE_LINK,
	  "since v1: 1-2 unchanged; 1 was \"Old 1\"" },
	{ "many renamed", "=r=r=r=r", 4, false, false, KD_EVIDENCE_LINK,
	  "since v1: 1-4 unchanged; 1-4 renamed" },
	{ "dropped", "=-", 2, false, false, KD_EVIDENCE_LINK,
	  "since v1: 1 unchanged; v1 2 dropped \"Old 2\"" },
	{ "sent again", "==", 2, false, true, KD_EVIDENCE_THREAD,
	  "v1 sent again" },
	{ "a single, the same", "=", 0, false, false, KD_EVIDENCE_LINK,
	  "since v1: the same diff" },
	{ "a single, changed", "~", 0, false, false, KD_EVIDENCE_LINK,
	  "since v1: another diff" },
	{ "a single, another", "+", 0, false, false, KD_EVIDENCE_LINK,
	  "since v1: another patch" },
};

/* A story of a version, and its patches. */
struct version {
	struct kd_story story;
	struct kd_story_patch patches[N];
	struct kd_patch_facts facts[N];
	struct kd_patch rows[N];
};

static void set_up(struct version *v, struct kd_arena *arena, int version,
                   const struct row *row)
{
	memset(v, 0, sizeof(*v));
	v->story.arena = arena;
	v->story.patches = v->patches;
	v->story.facts = v->facts;
	v->story.n = row->n == 0 ? 1 : row->n;
	v->story.series.version = version;
	v->story.series.total = row->n == 0 ? KD_NUMBER_NONE : (int)row->n;
	for (size_t i = 0; i < v->story.n; i++) {
		v->facts[i].came = true;
		v->rows[i].number = row->n == 0 ? KD_NUMBER_NONE : (int)i + 1;
		v->rows[i].title = kd_arena_printf(
			arena, "%s %zu", version == 1 ? "Old" : "New", i + 1);
	}
}

static enum kd_change kind_of(char c)
{
	switch (c) {
	case '=':
		return KD_CHANGE_NONE;
	case '~':
		return KD_CHANGE_DIFF;
	case '+':
		return KD_CHANGE_NEW;
	case '-':
		return KD_CHANGE_DROPPED;
	default:
		return KD_CHANGE_UNKNOWN;
	}
}

static struct kd_change_list list_of(const char *changes, struct version *v1,
                                     struct version *v2,
                                     struct kd_change_row *made)
{
	struct kd_change_list list = { .rows = made };

	for (const char *c = changes; *c != '\0'; list.n++) {
		struct kd_change_row *row = &made[list.n];

		*row = (struct kd_change_row){ .before = &v1->rows[list.n],
			                       .after = &v2->rows[list.n] };
		row->kind = kind_of(*c);
		if (row->kind == KD_CHANGE_NEW)
			row->before = NULL;
		if (row->kind == KD_CHANGE_DROPPED)
			row->after = NULL;
		for (c++; *c == 'm' || *c == 'r'; c++) {
			row->moved = row->moved || *c == 'm';
			row->renamed = row->renamed || *c == 'r';
		}
	}
	return list;
}

static void test_changes(void **state)
{
	struct kd_arena *arena = kd_arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct kd_change_row made[N];
		struct kd_change_list list;
		struct version v1, v2;
		const char *got;

		set_up(&v1, arena, 1, &rows[i]);
		set_up(&v2, arena, 2, &rows[i]);
		list = list_of(rows[i].changes, &v1, &v2, made);
		v1.facts[1].came = !rows[i].lacks;
		v2.story.series.resend = rows[i].resend;
		v2.story.series.evidence = rows[i].evidence;
		got = kd_phrase_changes(arena, &v1.story, &v2.story, &list);
		if (strcmp(got, rows[i].expect) != 0)
			fail_msg("%s: '%s', not '%s'", rows[i].name, got,
			         rows[i].expect);
	}
	kd_arena_free(arena);
}

/* Of a version of which nothing came there is nothing to say. */
static void test_nothing_came(void **state)
{
	struct kd_change_list none = { .n = 0 };
	struct kd_arena *arena = kd_arena_new();
	struct version v1, v2;

	(void)state;
	set_up(&v1, arena, 1, &rows[0]);
	set_up(&v2, arena, 2, &rows[0]);
	memset(v1.facts, 0, sizeof(v1.facts));
	assert_false(kd_story_came(&v1.story));
	assert_null(kd_story_head(&v1.story));
	assert_string_equal(
		kd_phrase_changes(arena, &v1.story, &v2.story, &none), "");
	kd_arena_free(arena);
}

static void test_persons(void **state)
{
	static const struct {
		const char *value, *name, *email;
	} people[] = {
		{ "A <a@x.org>", "A", "a@x.org" },
		{ "\"A, B\" <a@x.org>", "A, B", "a@x.org" },
		{ "<a@x.org>", NULL, "a@x.org" },
		{ "a@x.org", NULL, "a@x.org" },
		{ "A", "A", NULL },
		{ "A <a@x.org", NULL, "A <a@x.org" },
	};
	struct kd_arena *arena = kd_arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(people) / sizeof(people[0]); i++) {
		struct kd_person who = kd_person_parse(arena, people[i].value);

		assert_int_equal(who.name == NULL, people[i].name == NULL);
		assert_int_equal(who.email == NULL, people[i].email == NULL);
		if (who.name != NULL)
			assert_string_equal(who.name, people[i].name);
		if (who.email != NULL)
			assert_string_equal(who.email, people[i].email);
	}
	kd_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_nothing_came),
		cmocka_unit_test(test_persons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
