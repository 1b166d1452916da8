/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_report_options.c - the command line, taken apart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "report/digest.h"
#include "report/options.h"

enum { ARGS_MAX = 12 };

/* Parse argv, which ends with NULL; getopt may shuffle a copy of it. */
static enum kd_status parse(const char *const *args, struct kd_options *ret,
                            struct kd_error *err)
{
	static char copies[ARGS_MAX][64];
	static char *argv[ARGS_MAX + 1]; /* the words point into it */
	int argc = 0;

	memset(ret, 0, sizeof(*ret));
	for (; args[argc] != NULL; argc++) {
		assert_true(argc < ARGS_MAX && strlen(args[argc]) < 64);
		strcpy(copies[argc], args[argc]);
		argv[argc] = copies[argc];
	}
	argv[argc] = NULL;
	return kd_options_parse(argc, argv, ret, err);
}

#define PARSE(...)                                                             \
	parse((const char *const[]){ "report", __VA_ARGS__, NULL }, &options,  \
	      &err)

static void test_parse_digest(void **state)
{
	struct kd_options options;
	struct kd_error err = KD_ERROR_INIT;

	(void)state;
	assert_int_equal(PARSE("a..b"), KD_OK);
	assert_int_equal(options.command, KD_COMMAND_DIGEST);
	assert_string_equal(options.args[0], "a..b");
	assert_null(options.advance);

	assert_int_equal(PARSE("digest"), KD_OK);
	assert_int_equal(options.n_args, 0);

	assert_int_equal(PARSE("--top", "3", "-d", "x.db", "digest", "a..",
	                       "--format=classic", "--advance", "-o", "-"),
	                 KD_OK);
	assert_int_equal(options.top, 3);
	assert_string_equal(options.store, "x.db");
	assert_string_equal(options.format, "classic");
	assert_string_equal(options.advance, "last");
	assert_string_equal(options.output, "-");
	assert_string_equal(options.args[0], "a..");

	assert_int_equal(PARSE("--advance=mine", "--list", "none"), KD_OK);
	assert_string_equal(options.advance, "mine");
	assert_string_equal(options.list, "none");
}

static void test_parse_commands(void **state)
{
	struct kd_options options;
	struct kd_error err = KD_ERROR_INIT;

	(void)state;
	assert_int_equal(PARSE("mark", "a"), KD_OK);
	assert_int_equal(options.command, KD_COMMAND_MARK);
	assert_int_equal(options.n_args, 1);
	assert_int_equal(PARSE("mark", "a", "<b@example.org>"), KD_OK);
	assert_string_equal(options.args[1], "<b@example.org>");
	assert_int_equal(PARSE("markers"), KD_OK);
	assert_int_equal(options.command, KD_COMMAND_MARKERS);
	assert_int_equal(PARSE("unmark", "digest"), KD_OK);
	assert_int_equal(options.command, KD_COMMAND_UNMARK);
	assert_string_equal(options.args[0], "digest");
	assert_int_equal(PARSE("show", "--raw", "a", "--variant", "2"), KD_OK);
	assert_int_equal(options.command, KD_COMMAND_SHOW);
	assert_true(options.raw);
	assert_int_equal(options.variant, 2);
	assert_int_equal(PARSE("series", "--format", "text", "-o", "x"), KD_OK);
	assert_int_equal(options.command, KD_COMMAND_SERIES);
	assert_null(options.args[0]);
	assert_int_equal(PARSE("mailmap", "a..b"), KD_OK);
	assert_int_equal(options.command, KD_COMMAND_MAILMAP);
	assert_string_equal(options.args[0], "a..b");
	assert_int_equal(PARSE("search", "a", "--limit", "7", "-v", "b", "c",
	                       "--", "-d"),
	                 KD_OK);
	assert_int_equal(options.command, KD_COMMAND_SEARCH);
	assert_int_equal(options.n_words, 4);
	assert_string_equal(options.words[0], "a");
	assert_string_equal(options.words[3], "-d");
	assert_int_equal(options.limit, 7);
	assert_true(options.verbose);
	assert_int_equal(PARSE("search", "--index"), KD_OK);
	assert_true(options.index);
	assert_int_equal(PARSE("--help", "nonsense"), KD_OK);
	assert_true(options.help);
	assert_int_equal(PARSE("--version"), KD_OK);
	assert_true(options.version);
}

static void test_parse_wrong(void **state)
{
	static const char *const rows[][5] = {
		{ "report", "--nosuch", "x" },
		{ "report", "-x" },
		{ "report", "--top" },
		{ "report", "--top", "0" },
		{ "report", "--top", "10001" },
		{ "report", "--top", "99999999999999999999" },
		{ "report", "--top", "1x" },
		{ "report", "--top", "-1" },
		{ "report", "--top", "" },
		{ "report", "search" },
		{ "report", "search", "-v" },
		{ "report", "search", "x", "-y" },
		{ "report", "search", "x", "--raw" },
		{ "report", "search", "x", "--limit=0" },
		{ "report", "show", "x", "--limit=1" },
		{ "report", "find", "x" },
		{ "report", "series", "a..b", "c..d" },
		{ "report", "series", "--format=classic" },
		{ "report", "series", "--top=3" },
		{ "report", "mailmap", "--format=text" },
		{ "report", "a..b", "c..d" },
		{ "report", "mark" },
		{ "report", "mark", "a", "b", "c" },
		{ "report", "markers", "a" },
		{ "report", "unmark" },
		{ "report", "show" },
		{ "report", "--raw" },
		{ "report", "show", "a", "--advance" },
		{ "report", "markers", "--top=3" },
		{ "report", "mark", "a", "--format=text" },
		{ "report", "unmark", "a", "-ox" },
		{ "report", "--variant=2" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct kd_options options;
		struct kd_error err = KD_ERROR_INIT;

		if (parse(rows[i], &options, &err) != KD_USAGE ||
		    err.text[0] == '\0')
			fail_msg("row %zu was taken: %s", i, rows[i][1]);
	}
}

/* The way out stands in the line. */
static void test_parse_names_what_there_is(void **state)
{
	struct kd_options options;
	struct kd_error err = KD_ERROR_INIT;

	(void)state;
	assert_int_equal(PARSE("--nosuch"), KD_USAGE);
	assert_non_null(strstr(err.text, "--nosuch"));
	assert_non_null(strstr(err.text, "--advance"));
	assert_int_equal(PARSE("mark"), KD_USAGE);
	assert_non_null(strstr(err.text, "mark NAME [POINT]"));
}

static void test_digest_choices(void **state)
{
	struct kd_digest digest = { .format = NULL };
	struct kd_error err = KD_ERROR_INIT;

	(void)state;
	assert_int_equal(kd_digest_set_format(&digest, NULL, &err), KD_OK);
	assert_string_equal(digest.format->name, "text");
	assert_int_equal(kd_digest_set_format(&digest, "classic", &err), KD_OK);
	assert_int_equal(kd_digest_set_format(&digest, "Text", &err), KD_USAGE);
	assert_non_null(strstr(err.text, "text, classic, json"));

	assert_int_equal(kd_digest_set_messages(&digest, NULL, &err), KD_OK);
	assert_int_equal(digest.messages, KD_MESSAGES_FIRST);
	assert_int_equal(kd_digest_set_messages(&digest, "cover", &err), KD_OK);
	assert_int_equal(digest.messages, KD_MESSAGES_COVER);
	assert_int_equal(kd_digest_set_messages(&digest, "all", &err), KD_OK);
	assert_int_equal(digest.messages, KD_MESSAGES_ALL);
	assert_int_equal(kd_digest_set_messages(&digest, "", &err), KD_USAGE);

	assert_int_equal(kd_digest_set_sections(&digest, NULL, &err), KD_OK);
	assert_int_equal(digest.n_sections, 0);
	/* in the order asked for, each once */
	assert_int_equal(kd_digest_set_sections(
				 &digest, "messages,domains,messages", &err),
	                 KD_OK);
	assert_int_equal(digest.n_sections, 2);
	assert_string_equal(digest.sections[0]->name, "messages");
	assert_string_equal(digest.sections[1]->name, "domains");
	assert_int_equal(kd_digest_set_sections(&digest, "", &err), KD_USAGE);
	assert_int_equal(kd_digest_set_sections(&digest, "patches,", &err),
	                 KD_USAGE);
	assert_int_equal(kd_digest_set_sections(&digest, "patch", &err),
	                 KD_USAGE);
	assert_non_null(strstr(err.text, "contributors"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse_digest),
		cmocka_unit_test(test_parse_commands),
		cmocka_unit_test(test_parse_wrong),
		cmocka_unit_test(test_parse_names_what_there_is),
		cmocka_unit_test(test_digest_choices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
