/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_subject.c - what subjects say, row by row.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mda/subject.h"

struct row {
	const char *subject;
	const char *title;
	const char *prefixes; /* joined by "|" */
	const char *project;
	int version;
	int revision;
	int number;
	int total;
	const char *flags; /* of "patch rfc resend pull reply forward" */
	bool diff;         /* the mail has one */
};

static struct kd_subject parse(struct kd_arena *arena, const char *subject,
                               bool has_diff)
{
	struct kd_error err = KD_ERROR_INIT;
	struct kd_subject ret;

	assert_int_equal(kd_subject_parse(subject, has_diff, arena, &ret, &err),
	                 KD_OK);
	return ret;
}

static void append(char *text, size_t size, const char *word, const char *gap)
{
	if (text[0] != '\0')
		strncat(text, gap, size - strlen(text) - 1);
	strncat(text, word, size - strlen(text) - 1);
}

static void flags_of(const struct kd_subject *subject, char *ret, size_t size)
{
	const struct {
		const char *name;
		bool is;
	} flags[] = {
		{ "patch", subject->patch },   { "rfc", subject->rfc },
		{ "resend", subject->resend }, { "pull", subject->pull },
		{ "reply", subject->reply },   { "forward", subject->forward },
	};

	ret[0] = '\0';
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (flags[i].is)
			append(ret, size, flags[i].name, " ");
}

static void check(const struct row *row)
{
	struct kd_arena *arena = kd_arena_new();
	struct kd_subject got = parse(arena, row->subject, row->diff);
	char words[512] = "", flags[128];

	for (size_t i = 0; i < got.n_prefixes; i++)
		append(words, sizeof(words), got.prefixes[i], "|");
	flags_of(&got, flags, sizeof(flags));
	print_message("%s\n", row->subject);
	assert_string_equal(got.title, row->title);
	assert_string_equal(words, row->prefixes);
	if (row->project == NULL)
		assert_null(got.project);
	else
		assert_string_equal(got.project, row->project);
	assert_int_equal(got.version, row->version);
	assert_int_equal(got.revision, row->revision);
	assert_int_equal(got.number, row->number);
	assert_int_equal(got.total, row->total);
	assert_string_equal(flags, row->flags);
	kd_arena_free(arena);
}

#define CHECK_ALL(rows)                                                        \
	for (size_t i = 0; i < sizeof(rows) / sizeof((rows)[0]); i++)          \
	check(&(rows)[i])

static void test_parse_counters(void **state)
{
	static const struct row rows[] = {
		{ "[PATCH 04/11] x: y", "x: y", "PATCH|04/11", NULL, 1, 0, 4,
		  11, "patch", false },
		{ "[PATCH RFC v2 04/11] t", "t", "PATCH|RFC|v2|04/11", NULL, 2,
		  0, 4, 11, "patch rfc", false },
		{ "[RFC PATCH v2 00/11] t", "t", "RFC|PATCH|v2|00/11", NULL, 2,
		  0, 0, 11, "patch rfc", false },
		{ "[PATCH] t", "t", "PATCH", NULL, 1, 0, -1, -1, "patch",
		  false },
		{ "[PATCH,1/2] t", "t", "PATCH|1/2", NULL, 1, 0, 1, 2, "patch",
		  false },
		{ "[PATCH v6,19/24] t", "t", "PATCH|v6|19/24", NULL, 6, 0, 19,
		  24, "patch", false },
		{ "[PATCH1/8] t", "t", "PATCH1/8", NULL, 1, 0, 1, 8, "patch",
		  false },
		{ "[PATCH100/123] t", "t", "PATCH100/123", NULL, 1, 0, 100, 123,
		  "patch", false },
		{ "[v2PATCH1/4] t", "t", "v2PATCH1/4", NULL, 2, 0, 1, 4,
		  "patch", false },
		{ "[PATCH 1 of 2] t", "t", "PATCH|1|of|2", NULL, 1, 0, 1, 2,
		  "patch", false },
		{ "[PATCH1 of 8] t", "t", "PATCH1|of|8", NULL, 1, 0, 1, 8,
		  "patch", false },
		{ "[v2.3PATCH1/4] t", "t", "v2.3PATCH1/4", NULL, 2, 3, 1, 4,
		  "patch", false },
		{ "[PATCH 3/n] t", "t", "PATCH|3/n", NULL, 1, 0, -1, -1,
		  "patch", false },
		{ "[PATCH 6/5] t", "t", "PATCH|6/5", NULL, 1, 0, 6, 6, "patch",
		  false },
		{ "[PATCH 0.5/5] t", "t", "PATCH|0.5/5", NULL, 1, 0, -1, -1,
		  "patch", false },
		{ "[PATCH 1/2/24] t", "t", "PATCH|1/2/24", NULL, 1, 0, -1, -1,
		  "patch", false },
		{ "[PATCH 99999999999999999999/3] t", "t",
		  "PATCH|99999999999999999999/3", NULL, 1, 0, 9999, 9999,
		  "patch", false },
		{ "[RFC 12/12] t", "t", "RFC|12/12", NULL, 1, 0, 12, 12, "rfc",
		  false },
		{ "[RFC] [PATCH 1/2] t", "t", "RFC|PATCH|1/2", NULL, 1, 0, 1, 2,
		  "patch rfc", false },
		{ "[PATCH] [1/2] t", "t", "PATCH|1/2", NULL, 1, 0, 1, 2,
		  "patch", false },
	};

	(void)state;
	CHECK_ALL(rows);
}

/* A counter without PATCH needs a diff, or a version beside it. */
static void test_parse_no_counter(void **state)
{
	static const struct row rows[] = {
		{ "[1/2] t", "t", "1/2", NULL, 1, 0, -1, -1, "", false },
		{ "[1/2] t", "t", "1/2", NULL, 1, 0, 1, 2, "", true },
		{ "[1/2] [PATCH] t", "t", "1/2|PATCH", NULL, 1, 0, -1, -1,
		  "patch", false },
		{ "Re: [v3 11/15] t", "t", "v3|11/15", NULL, 3, 0, 11, 15,
		  "reply", false },
		{ "[kvm:queue 1/2] t", "t", "kvm:queue|1/2", NULL, 1, 0, -1, -1,
		  "", false },
		{ "[linux-next:master 3/9] t", "t", "linux-next:master|3/9",
		  NULL, 1, 0, -1, -1, "", false },
		{ "[syzbot] [kvm?] WARNING in x (2)", "WARNING in x (2)",
		  "syzbot|kvm?", NULL, 1, 0, -1, -1, "", false },
		{ "[tip: x86/urgent] t", "t", "tip:|x86/urgent", NULL, 1, 0, -1,
		  -1, "", true },
		{ "t 3/4", "t 3/4", "", NULL, 1, 0, -1, -1, "", true },
	};

	(void)state;
	CHECK_ALL(rows);
}

static void test_parse_versions(void **state)
{
	static const struct row rows[] = {
		{ "[PATCHv3] t", "t", "PATCHv3", NULL, 3, 0, -1, -1, "patch",
		  false },
		{ "[PATCHv2 4/4] t", "t", "PATCHv2|4/4", NULL, 2, 0, 4, 4,
		  "patch", false },
		{ "[RFCv2 1/3] t", "t", "RFCv2|1/3", NULL, 2, 0, 1, 3, "rfc",
		  false },
		{ "[PATCH-V2] t", "t", "PATCH-V2", NULL, 2, 0, -1, -1, "patch",
		  false },
		{ "[PATCH v5.1] t", "t", "PATCH|v5.1", NULL, 5, 1, -1, -1,
		  "patch", false },
		{ "[patch V1.1 11/38] t", "t", "patch|V1.1|11/38", NULL, 1, 1,
		  11, 38, "patch", false },
		/* the first of two counts */
		{ "[v2PATCHv3] t", "t", "v2PATCHv3", NULL, 2, 0, -1, -1,
		  "patch", false },
		{ "[1/2PATCH3/4] t", "t", "1/2PATCH3/4", NULL, 1, 0, 1, 2,
		  "patch", false },
		{ "[PATCH] t (v2)", "t (v2)", "PATCH", NULL, 2, 0, -1, -1,
		  "patch", false },
		{ "[PATCH v3] t (v2)", "t (v2)", "PATCH|v3", NULL, 3, 0, -1, -1,
		  "patch", false },
		{ "[PATCH] t (2)", "t (2)", "PATCH", NULL, 1, 0, -1, -1,
		  "patch", false },
		{ "[PATCH 6.6.y v3 0/5] t", "t", "PATCH|6.6.y|v3|0/5", NULL, 3,
		  0, 0, 5, "patch", false },
		{ "[PATCH v6.6.y] t", "t", "PATCH|v6.6.y", NULL, 1, 0, -1, -1,
		  "patch", false },
		{ "[PATCH v6.10-rc1] t", "t", "PATCH|v6.10-rc1", NULL, 1, 0, -1,
		  -1, "patch", false },
		{ "[PATCH 5.15 120/203] t", "t", "PATCH|5.15|120/203", NULL, 1,
		  0, 120, 203, "patch", false },
		{ "[PATCH stable v5.10 1/2] t", "t", "PATCH|stable|v5.10|1/2",
		  NULL, 1, 0, 1, 2, "patch", false },
		{ "[PATCH v99999999999999999999] t", "t",
		  "PATCH|v99999999999999999999", NULL, 999999999, 0, -1, -1,
		  "patch", false },
		{ "[v2] t", "t", "v2", NULL, 2, 0, -1, -1, "", false },
	};

	(void)state;
	CHECK_ALL(rows);
}

/* Version 1 that is said is not version 1 that is not. */
static void test_parse_versioned(void **state)
{
	static const struct {
		const char *subject;
		bool versioned;
	} rows[] = {
		{ "[PATCH] t", false },
		{ "[PATCH v1] t", true },
		{ "[PATCHv3 1/2] t", true },
		{ "Re: [PATCH v5.1 1/2] t", true },
		{ "[PATCH] t (v2)", true },
		{ "[PATCH 6.6.y 1/2] t", false },
		{ "[PATCH v6.10-rc1] t", false },
		{ "[PATCH stable v5.10 1/2] t", false },
		{ "t v2", false },
	};
	struct kd_arena *arena = kd_arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		print_message("%s\n", rows[i].subject);
		assert_int_equal(parse(arena, rows[i].subject, false).versioned,
		                 rows[i].versioned);
	}
	kd_arena_free(arena);
}

static void test_parse_flags(void **state)
{
	static const struct row rows[] = {
		{ "[RFC/PATCH] t", "t", "RFC/PATCH", NULL, 1, 0, -1, -1,
		  "patch rfc", false },
		{ "[RESEND PATCH v5 4/6] t", "t", "RESEND|PATCH|v5|4/6", NULL,
		  5, 0, 4, 6, "patch resend", false },
		{ "[repost] [patch] t", "t", "repost|patch", NULL, 1, 0, -1, -1,
		  "patch resend", false },
		{ "[GIT PULL] t", "t", "GIT|PULL", NULL, 1, 0, -1, -1, "pull",
		  false },
		{ "[PULL v2 01/20] t", "t", "PULL|v2|01/20", NULL, 2, 0, 1, 20,
		  "pull", false },
		{ "[PATCHSET 0/5] t", "t", "PATCHSET|0/5", NULL, 1, 0, 0, 5,
		  "patch", false },
		{ "[PATCH-for-9.0 1/3] t", "t", "PATCH-for-9.0|1/3", NULL, 1, 0,
		  1, 3, "patch", false },
		{ "[dispatch] t", "t", "dispatch", NULL, 1, 0, -1, -1, "",
		  false },
		{ "[PATCHWORK] t", "t", "PATCHWORK", NULL, 1, 0, -1, -1, "",
		  false },
	};

	(void)state;
	CHECK_ALL(rows);
}

static void test_parse_projects(void **state)
{
	static const struct row rows[] = {
		{ "[kvm-unit-tests PATCH v2] t", "t", "kvm-unit-tests|PATCH|v2",
		  "kvm-unit-tests", 2, 0, -1, -1, "patch", false },
		{ "[PATCH kvmtool 0/1] t", "t", "PATCH|kvmtool|0/1", "kvmtool",
		  1, 0, 0, 1, "patch", false },
		{ "[qemu RFC 1/2] t", "t", "qemu|RFC|1/2", "qemu", 1, 0, 1, 2,
		  "rfc", false },
		{ "[SLOF] [PATCH v4] t", "t", "SLOF|PATCH|v4", "SLOF", 4, 0, -1,
		  -1, "patch", false },
		{ "[PATCH net-next v2 1/2] t", "t", "PATCH|net-next|v2|1/2",
		  NULL, 2, 0, 1, 2, "patch", false },
		{ "[PATCH tip] t", "t", "PATCH|tip", NULL, 1, 0, -1, -1,
		  "patch", false },
		{ "[PATCH AUTOSEL 6.4 07/17] t", "t", "PATCH|AUTOSEL|6.4|07/17",
		  NULL, 1, 0, 7, 17, "patch", false },
		{ "[PATCH 1/6] [DOC] t", "t", "PATCH|1/6|DOC", NULL, 1, 0, 1, 6,
		  "patch", false },
		{ "[PATCH for-6.1] t", "t", "PATCH|for-6.1", NULL, 1, 0, -1, -1,
		  "patch", false },
		{ "[kvmtool] question", "question", "kvmtool", NULL, 1, 0, -1,
		  -1, "", false },
	};

	(void)state;
	CHECK_ALL(rows);
}

static void test_parse_answers(void **state)
{
	static const struct row rows[] = {
		{ "Re: [PATCH 1/2] t", "t", "PATCH|1/2", NULL, 1, 0, 1, 2,
		  "patch reply", false },
		{ "RE: AW: Sv: t", "t", "", NULL, 1, 0, -1, -1, "reply",
		  false },
		{ "Antw: Rif : t", "t", "", NULL, 1, 0, -1, -1, "reply",
		  false },
		{ "Re[2]: t", "t", "", NULL, 1, 0, -1, -1, "reply", false },
		{ "Re [17] : t", "t", "", NULL, 1, 0, -1, -1, "reply", false },
		{ "Fwd: [PATCH] t", "t", "PATCH", NULL, 1, 0, -1, -1,
		  "patch forward", false },
		{ "FW: Re: t", "t", "", NULL, 1, 0, -1, -1, "reply forward",
		  false },
		{ "Re: Fwd: t", "t", "", NULL, 1, 0, -1, -1, "reply", false },
		{ "[list] Re: [PATCH v2] t", "t", "list|PATCH|v2", "list", 2, 0,
		  -1, -1, "patch reply", false },
		{ "Review: t", "Review: t", "", NULL, 1, 0, -1, -1, "", false },
		{ "Re t", "Re t", "", NULL, 1, 0, -1, -1, "", false },
	};

	(void)state;
	CHECK_ALL(rows);
}

static void test_parse_brackets(void **state)
{
	static const struct row rows[] = {
		{ "", "", "", NULL, 1, 0, -1, -1, "", false },
		{ "[PATCH]", "", "PATCH", NULL, 1, 0, -1, -1, "patch", false },
		{ "[PATCH 1/2]: t", "t", "PATCH|1/2", NULL, 1, 0, 1, 2, "patch",
		  false },
		{ "[PATCH] rewrite [a-z] regexes", "rewrite [a-z] regexes",
		  "PATCH", NULL, 1, 0, -1, -1, "patch", false },
		{ "[PATCH [v2] 1/3] t", "t", "PATCH|v2|1/3", NULL, 2, 0, 1, 3,
		  "patch", false },
		{ "[[PATCH] t", "t", "PATCH", NULL, 1, 0, -1, -1, "patch",
		  false },
		{ "[PATCH t", "[PATCH t", "", NULL, 1, 0, -1, -1, "", false },
		{ "[] [PATCH] t", "t", "PATCH", NULL, 1, 0, -1, -1, "patch",
		  false },
		{ "] t", "] t", "", NULL, 1, 0, -1, -1, "", false },
		{ "[PATCH]\t a \r\n b ", "a b", "PATCH", NULL, 1, 0, -1, -1,
		  "patch", false },
	};

	(void)state;
	CHECK_ALL(rows);
}

static void test_parse_full(void **state)
{
	struct kd_arena *arena = kd_arena_new();
	struct kd_subject got;
	char *longer = malloc(KD_SUBJECT_MAX + 10);

	(void)state;
	got = parse(arena, "  Re:  [PATCH]\n\ta  b ", false);
	assert_string_equal(got.full, "Re: [PATCH] a b");

	/* Cut between characters, not within one. */
	memset(longer, 'x', KD_SUBJECT_MAX + 9);
	memcpy(longer + KD_SUBJECT_MAX - 1, "\xc3\xa4", 2);
	longer[KD_SUBJECT_MAX + 9] = '\0';
	got = parse(arena, longer, false);
	assert_int_equal(strlen(got.full), KD_SUBJECT_MAX - 1);
	free(longer);
	kd_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse_counters),
		cmocka_unit_test(test_parse_no_counter),
		cmocka_unit_test(test_parse_versions),
		cmocka_unit_test(test_parse_versioned),
		cmocka_unit_test(test_parse_flags),
		cmocka_unit_test(test_parse_projects),
		cmocka_unit_test(test_parse_answers),
		cmocka_unit_test(test_parse_brackets),
		cmocka_unit_test(test_parse_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
