/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_report_query.c - what a person types to search, and the line of a
 * message that shows why it was found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/query.h"
#include "report/snippet.h"

enum { WORDS_MAX = 8, TEXT_MAX = 512 };

/* Parse text, as the one word of a command line. */
static enum kd_status parse(struct kd_arena *arena, const char *text,
                            struct kd_query *ret, struct kd_error *err)
{
	char *words[1] = { kd_arena_strdup(arena, text) };

	return kd_query_parse(words, 1, arena, ret, err);
}

/* "|-from:text*", for each term, and what else was said. */
static void describe(const struct kd_query *query, char ret[TEXT_MAX])
{
	static const char *const fields[] = { "", "subject:", "from:", "path:",
		                              "is:" };
	static const char *const waits[] = { "", " waiting", " not-waiting" };
	size_t used = 0;

	ret[0] = '\0';
	for (size_t i = 0; i < query->n_terms; i++) {
		const struct kd_search_term *term = &query->terms[i];
		char kinds[16] = "";

		if (term->kinds != 0)
			(void)snprintf(kinds, sizeof(kinds), "%x", term->kinds);
		used += (size_t)snprintf(ret + used, TEXT_MAX - used,
		                         "%s%s%s%s<%s%s>%s", i > 0 ? " " : "",
		                         term->or_before ? "|" : "",
		                         term->without ? "-" : "",
		                         fields[term->field], term->text, kinds,
		                         term->prefix ? "+" : "");
		assert_in_range(used, 0, TEXT_MAX - 1);
		assert_true((term->fits != NULL) ==
		            (term->field == KD_SEARCH_PATH));
	}
	(void)snprintf(ret + used, TEXT_MAX - used, "%s%s%s%s%s%s%s",
	               waits[query->waiting], query->list ? " list=" : "",
	               query->list ? query->list : "",
	               query->after ? " after=" : "",
	               query->after ? query->after : "",
	               query->before ? " before=" : "",
	               query->before ? query->before : "");
}

static const struct {
	const char *text;
	const char *want;
} good[] = {
	{ "kvm", "<kvm>" },
	{ "  kvm\t vcpu\n", "<kvm> <vcpu>" },
	{ "\"load the vcpu\" x", "<load the vcpu> <x>" },
	{ "\"not closed", "<not closed>" },
	{ "kvm_arch*", "<kvm_arch*>+" },
	{ "\"kvm_arch*\"", "<kvm_arch*>" },
	{ "a -b NOT c", "<a> -<b> -<c>" },
	{ "-\"b c\" -from:d", "-<b c> -from:<d>" },
	{ "NOT -b", "-<b>" },
	{ "a OR b c", "<a> |<b> <c>" },
	{ "a OR b OR c", "<a> |<b> |<c>" },
	{ "a AND b", "<a> <b>" },
	{ "a or not and", "<a> <or> <not> <and>" },
	{ "\"OR\" \"NOT\"", "<OR> <NOT>" },
	{ "from:a@example.org", "from:<a@example.org>" },
	{ "FROM:a Subject:b", "from:<a> subject:<b>" },
	{ "from:\"A B\"", "from:<A B>" },
	{ "from:a*", "from:<a*>+" },
	{ "subject:\"x86: fix\" OR from:c", "subject:<x86: fix> |from:<c>" },
	{ "path:arch/x86/kvm/ path:**/*.c",
	  "path:<arch/x86/kvm/> path:<**/*.c>" },
	{ "path:*", "path:<*>" },
	{ "is:patch", "is:<2>" },
	{ "is:cover OR is:PULL -is:bot", "is:<4> |is:<20> -is:<80>" },
	{ "is:waiting", " waiting" },
	{ "-is:waiting x", "<x> not-waiting" },
	{ "NOT is:waiting", " not-waiting" },
	{ "list:PPC", " list=PPC" },
	{ "after:2025-03-18 before:\"2 days ago\"",
	  " after=2025-03-18 before=2 days ago" },
	/* no prefix of ours: a word */
	{ "KVM: x86: http://a", "<KVM:> <x86:> <http://a>" },
	{ "form:a", "<form:a>" },
	/* text that means something elsewhere means nothing here */
	{ "NEAR(a b, 3) ^x {c}:d", "<NEAR(a> <b,> <3)> <^x> <{c}:d>" },
	{ "a\"b 'c' ;drop", "<a\"b> <'c'> <;drop>" },
	/* what has no word in it is not looked for */
	{ "a -> b --- + *", "<a> <b>" },
	{ "a - b", "<a> <b>" },
	{ "\xff\xfe", "<\xef\xbf\xbd\xef\xbf\xbd>" },
};

static void test_good(void **state)
{
	struct kd_error err = KD_ERROR_INIT;
	char got[TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct kd_arena *arena = kd_arena_new();
		struct kd_query query;

		if (parse(arena, good[i].text, &query, &err) != KD_OK)
			fail_msg("%s: %s", good[i].text, err.text);
		describe(&query, got);
		assert_string_equal(got, good[i].want);
		kd_arena_free(arena);
	}
}

/* Each is one line with what was expected. */
static const struct {
	const char *text;
	const char *word;
} bad[] = {
	{ "", "nothing to search for" },
	{ " \t ", "nothing to search for" },
	{ "->", "nothing to search for" },
	{ "\"\"", "nothing to search for" },
	{ "OR a", "OR stands between" },
	{ "a OR", "OR without a word" },
	{ "a OR OR b", "OR without a word" },
	{ "a OR -b", "OR joins" },
	{ "-a OR b", "OR stands between" },
	{ "NOT", "NOT without a word" },
	{ "a NOT OR b", "NOT without a word" },
	{ "from:", "a name or address" },
	{ "from: x", "a name or address" },
	{ "path:", "a GLOB" },
	{ "is:", "patch, cover, reply" },
	{ "is:patches", "patch, cover, reply, pull, applied, bot" },
	{ "a OR is:waiting", "is:waiting cannot" },
	{ "is:waiting OR a", "OR stands between" },
	{ "list:a list:b", "list: is there twice" },
	{ "after:1 after:2", "after: is there twice" },
	{ "-list:a", "cannot be left out" },
	{ "NOT before:a", "cannot be left out" },
};

static void test_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct kd_arena *arena = kd_arena_new();
		struct kd_error err = KD_ERROR_INIT;
		struct kd_query query;

		if (parse(arena, bad[i].text, &query, &err) != KD_USAGE)
			fail_msg("%s: %s", bad[i].text, err.text);
		if (strstr(err.text, bad[i].word) == NULL)
			fail_msg("%s: %s", bad[i].text, err.text);
		assert_null(strchr(err.text, '\n'));
		kd_arena_free(arena);
	}
}

static void test_words_of_a_command_line(void **state)
{
	static const char *const args[] = { "kvm", "NOT", "\"a", "b\"" };
	struct kd_arena *arena = kd_arena_new();
	struct kd_error err = KD_ERROR_INIT;
	char *words[WORDS_MAX];
	struct kd_query query;
	char got[TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < 4; i++)
		words[i] = kd_arena_strdup(arena, args[i]);
	assert_int_equal(kd_query_parse(words, 4, arena, &query, &err), KD_OK);
	describe(&query, got);
	assert_string_equal(got, "<kvm> -<a b>");
	kd_arena_free(arena);
}

static void test_limits(void **state)
{
	struct kd_arena *arena = kd_arena_new();
	struct kd_error err = KD_ERROR_INIT;
	char *text = kd_arena_alloc(arena, 4 * KD_QUERY_TERM_MAX);
	struct kd_query query;

	(void)state;
	memset(text, 'a', KD_QUERY_TERM_MAX);
	assert_int_equal(parse(arena, text, &query, &err), KD_OK);
	text[KD_QUERY_TERM_MAX] = 'a';
	assert_int_equal(parse(arena, text, &query, &err), KD_USAGE);
	for (size_t i = 0; i < KD_QUERY_TERMS_MAX; i++)
		memcpy(text + 2 * i, "a ", 3);
	assert_int_equal(parse(arena, text, &query, &err), KD_OK);
	assert_int_equal(query.n_terms, KD_QUERY_TERMS_MAX);
	memcpy(text + 2 * (size_t)KD_QUERY_TERMS_MAX, "a", 2);
	assert_int_equal(parse(arena, text, &query, &err), KD_USAGE);
	kd_arena_free(arena);
}

static const struct {
	const char *query;
	const char *text;
	const char *want;
} snippets[] = {
	{ "load", "first\n  the LOAD of it \nload\n", "the LOAD of it" },
	{ "load", "download\nupload it\n", "" },
	{ "vcpu_load", "x\n\tkvm_arch_vcpu_load(v);\n",
	  "kvm_arch_vcpu_load(v);" },
	{ "vcpu_load", "a vCPU load b", "a vCPU load b" },
	{ "vcpu_load", "a vcpu_loaded b\n", "" },
	{ "vcpu_lo*", "a vcpu_loaded b\n", "a vcpu_loaded b" },
	{ "nowhere load", "no\nload\n", "load" },
	{ "-load other", "load\nother\n", "other" },
	{ "from:load", "load\n", "" },
	{ "is:patch", "load\n", "" },
	{ "load", "", "" },
};

static void test_snippets(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(snippets) / sizeof(snippets[0]); i++) {
		struct kd_arena *arena = kd_arena_new();
		struct kd_error err = KD_ERROR_INIT;
		struct kd_query query;
		struct kd_bytes got;

		assert_int_equal(parse(arena, snippets[i].query, &query, &err),
		                 KD_OK);
		got = kd_snippet(kd_bytes_of(snippets[i].text), &query);
		if (got.size != strlen(snippets[i].want) ||
		    !kd_bytes_starts(got, snippets[i].want))
			fail_msg("%s: '%.*s'", snippets[i].query, (int)got.size,
			         got.data);
		kd_arena_free(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_words_of_a_command_line),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_snippets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
