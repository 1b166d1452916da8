/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_conf_syntax.c - configurations that are none, and files that would
 * include others.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/conf_fixture.h"

static void test_wrong_syntax(void **state)
{
	static const struct conf_wrong cases[] = {
		{ "mda: {\n\tdeadline 9;\n};",
		  "2: mda.deadline: expected = behind the key, found \"9\"" },
		{ "mda: {\ndeadline\n= ; };",
		  "3: mda.deadline: expected a number, or text in quotes, "
		  "found \";\"" },
		{ "mda: { deadline = 9\n9; };",
		  "2: mda.deadline: expected ; behind the value, found \"9\"" },
		{ "mda: { deadline = 9;; };",
		  "1: mda.deadline: expected a key and =, found \";\"" },
		{ "mda: { };\n\"x\" = 5;",
		  "2: mda: expected a key and =, found \"\"\"" },
		{ "mda", "2: mda: expected = behind the key, found the end of "
		         "the file" },
		{ "lists = ( { } { } );",
		  "1: lists: expected a comma or a closing bracket, found "
		  "\"{\"" },
		{ "lists = ( { }, );",
		  "1: lists: expected a group { }, or text in quotes, found "
		  "\")\"" },
		{ "report: {\nformat = text; };",
		  "2: report.format: expected a number, or text in quotes, "
		  "found \"text\"" },
		{ "report: { sections = ( \"domains\", patches ); };",
		  "1: report.sections: expected a group { }, or text in "
		  "quotes, found \"patches\"" },
		{ "mda: {\nunlisted = \"keep;\n};\n",
		  "2: mda.unlisted: expected a closing quote, found the end of "
		  "the file" },
		{ "\nmda: {\ndeadline = 9;\n",
		  "2: mda: expected a closing }, found the end of the file" },
		{ "mda: { deadline = 9; );",
		  "1: mda.deadline: expected a } for the bracket before it, "
		  "found \")\"" },
		{ "mda: { }; }", "1: mda: expected no closing bracket without "
		                 "an opening one, found \"}\"" },
		{ "\n/* mda: {\n deadline = 5; }\n",
		  "2: syntax: expected */ behind this comment, found the end "
		  "of the file" },
		{ "a = ((((((((( 1 )))))))));",
		  "1: a: expected fewer brackets in brackets, found \"(\"" },
		{ "report: { sections = [ \"domains\", 1 ]; };",
		  "1: syntax: expected key = value; and closed brackets, found "
		  "\"report: { sections = [ \"domains\", 1 ]; };\" (mismatched "
		  "element type in array)" },
		{ "a = \"\xff\";", "1: syntax: expected UTF-8, found the byte "
		                   "0xff" },
		{ "\n# \x1b[31m", "2: syntax: expected text, found the control "
		                  "character 0x1b" },
		{ "store: { path = \"/a\\x00b\"; };",
		  "1: store.path: expected a string without NUL, found "
		  "\"\\x00\"" },
		{ "store: { path = \"/a \\x8f\"; };",
		  "1: store.path: expected UTF-8 as it is, not in escapes, "
		  "found \"\\x8f\"" },
	};

	(void)state;
	ASSERT_WRONG(cases);
}

/* Wherever libconfig would follow it, and a little beyond. */
static void test_wrong_include(void **state)
{
	static const struct conf_wrong cases[] = {
		{ "@include \"/etc/passwd\"",
		  "1: syntax: expected one file that is whole, found "
		  "\"@include\"" },
		{ "mda: { }\n \t@include\t\"x\"\n",
		  "2: mda: expected one file that is whole, found "
		  "\"@include\"" },
		{ "# \\\n@include \"x\"", "2: syntax: expected one file that "
		                          "is whole, found \"@include\"" },
		{ "store: { path = \"/a\n @include \\\"x\\\" \"; };",
		  "2: store.path: expected one file that is whole, found "
		  "\"@include\"" },
		{ "store: { path = \"/a\\\n@include \\\"x\\\" \"; };",
		  "2: store.path: expected one file that is whole, found "
		  "\"@include\"" },
	};

	(void)state;
	ASSERT_WRONG(cases);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wrong_syntax),
		cmocka_unit_test(test_wrong_include),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
