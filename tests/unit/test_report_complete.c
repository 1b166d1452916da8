/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_report_complete.c - what may stand at the end of a command line of the
 * report; tests/e2e/completion.py has what the shells make of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/complete.h"
#include "tests/support/store_fixture.h"

enum { WORDS_MAX = 8 };

static const char *view(const void *views_of, size_t i)
{
	const char *const *views = views_of;

	return views[i];
}

static struct kd_list lists[] = {
	{ .name = "KVM", .id = "kvm.vger.kernel.org" },
	{ .name = "K2", .id = "k2.example.org" },
};
static const char *const views[] = { "arm", "x86", NULL };

/* What may follow on the line, words with blanks between them; with one at
 * its end a new word begins. */
static const char *complete(const struct fixture *fix, const char *line,
                            struct kd_given_names names)
{
	char *copy = kd_arena_strdup(fix->arena, line);
	char *said = kd_arena_alloc(fix->arena, 4096);
	struct kd_report_typed typed;
	char *words[WORDS_MAX];
	FILE *out = tmpfile();
	size_t n = 0;

	assert_non_null(copy);
	assert_non_null(said);
	assert_non_null(out);
	for (char *end = copy; end != NULL && n < WORDS_MAX; n++) {
		words[n] = end;
		end = strchr(end, ' ');
		if (end != NULL)
			*end++ = '\0';
	}
	kd_complete_read(words, n, &typed);
	kd_complete_write(&typed, &names, fix->arena, out);
	rewind(out);
	said[fread(said, 1, 4095, out)] = '\0';
	(void)fclose(out);
	return said;
}

#define POINTS(before, behind)                                                 \
	before "rc1" behind "\n" before "latest" behind "\n" before            \
	       "start" behind "\n" before "now" behind "\n" before             \
	       "today" behind "\n" before "yesterday" behind "\n"

static const struct {
	const char *line;
	const char *said;
} lines[] = {
	{ "mar", "mark\tNAME [POINT]\nmarkers\n" },
	{ "nothing", "" },
	{ "unmark ", "rc1\n" },
	{ "unmark rc1 ", "" },
	{ "mark x ", POINTS("", "") },
	{ "mark x y ", "" },
	{ "digest ", POINTS("", "..") },
	{ "digest rc1..", POINTS("rc1..", "") },
	{ "a..b ", "" },
	{ "r", "rc1..\n" },
	{ "..r", "..rc1\n" },
	{ "export a..rc", "a..rc1\n" },
	{ "complete x ", "" },
	{ "--list ", "KVM\nK2\nall\nnone\n" },
	{ "--list=a", "--list=all\n" },
	{ "--lis=a", "--lis=all\n" },
	{ "--l=a", "" },
	{ "--nosuch=", "" },
	{ "--view ", "arm\nx86\n" },
	{ "--messages ", "cover\nfirst\nall\n" },
	{ "--color=", "--color=always\n--color=never\n--color=auto\n" },
	{ "--color ne", "" },
	{ "--format m", "mail\n" },
	{ "series --format ", "text\n" },
	{ "stats --format c", "classic\n" },
	{ "--top ", "" },
	{ "--section pa", "patches\n" },
	{ "--section patches,p", "patches,pulls\n" },
	{ "--section patch,p", "patch,patches\npatch,pulls\n" },
	{ "--advance=", "--advance=rc1\n" },
	{ "--advance mark ", "rc1\n" },
	{ "-o ", ":files\n" },
	{ "--path x", ":files\n" },
	{ "-", NULL },
	{ "-o", "-o\n" },
	{ "show --r", "--raw\n" },
	{ "--adv", "--advance\n--advance=\n" },
	{ "search -- -", "" },
	{ "search a b i", "is:\n" },
	{ "search is:w", "is:waiting\n" },
	{ "search list:K", "list:KVM\nlist:K2\n" },
	{ "search before:r", "before:rc1\n" },
	{ "search from:", "" },
	{ "search nosuch:", "" },
	{ "-vq search is:b", "is:bot\n" },
	{ "--top 3 -x -o file show lat", "latest\n" },
};

static void make_store(struct fixture *fix)
{
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving a = fixture_arriving(fix, "1@x", "one", 1000);

	(void)fixture_add(fix, store, &a);
	assert_int_equal(kd_store_move_marker(store, "rc1", NULL, 1, 1000,
	                                      &fix->err),
	                 KD_OK);
	kd_store_close(store);
}

static void test_complete_lines(void **state)
{
	struct fixture *fix = *state;
	const struct kd_given_names names = {
		.lists = lists,
		.n_lists = 2,
		.view = view,
		.views_of = views,
		.store_path = fix->path,
	};

	make_store(fix);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		const char *said = complete(fix, lines[i].line, names);

		if (lines[i].said != NULL)
			assert_string_equal(said, lines[i].said);
		else
			assert_non_null(strstr(said, "-o\n--output\n"));
	}
}

/* There are only the names of the program. */
static void test_complete_without_names(void **state)
{
	struct fixture *fix = *state;
	struct kd_given_names names = { .store_path = fix->path };

	assert_string_equal(complete(fix, "unmark ", names), "");
	assert_string_equal(complete(fix, "--list ", names), "all\nnone\n");
	assert_string_equal(complete(fix, "--view ", names), "");
	names.store_path = NULL;
	assert_string_equal(complete(fix, "unmark ", names), "");
	assert_string_equal(complete(fix, "--format j", names), "json\n");
}

/* -c and -d, in all of their spellings, for who opens them. */
static void test_complete_files_of_line(void **state)
{
	static const struct {
		const char *const words[6];
		const char *conf, *store;
	} rows[] = {
		{ { "-c", "a", "-d", "b", "" }, "a", "b" },
		{ { "-ca", "-vdb", "" }, "a", "b" },
		{ { "--config=a", "mark", "--store", "b", "" }, "a", "b" },
		{ { "--conf", "a", "--st=b", "" }, "a", "b" },
		{ { "-d", "a", "-d", "b" }, NULL, "a" },
		{ { "--", "-d", "b", "" }, NULL, NULL },
	};
	char *words[6];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct kd_report_typed line;
		size_t n = 0;

		for (; n < 6 && rows[i].words[n] != NULL; n++)
			words[n] = (char *)(uintptr_t)rows[i].words[n];
		kd_complete_read(words, n, &line);
		assert_true(kd_str_same(line.conf, rows[i].conf));
		assert_true(kd_str_same(line.store, rows[i].store));
	}
}

static void test_complete_home(void **state)
{
	struct fixture *fix = *state;

	assert_int_equal(setenv("HOME", "/home/x", 1), 0);
	assert_string_equal(kd_typed_path("~/a", fix->arena), "/home/x/a");
	assert_string_equal(kd_typed_path("~x/a", fix->arena), "~x/a");
	assert_string_equal(kd_typed_path("a/~/", fix->arena), "a/~/");
	assert_null(kd_typed_path(NULL, fix->arena));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_complete_lines),
		TEST(test_complete_without_names),
		TEST(test_complete_files_of_line),
		TEST(test_complete_home),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
