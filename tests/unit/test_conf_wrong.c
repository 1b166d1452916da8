/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_conf_wrong.c - what a configuration may not say, and the words that
 * a person gets: file, line, key, what was expected, what was found.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "conf/internal.h"
#include "tests/support/conf_fixture.h"

#define NAME                                                                   \
	"expected a name of 1 to 64 letters, digits and . _ + - that is not "  \
	"\"all\" or \"none\", found "
#define ID "expected a List-Id without blanks and <>, found "
#define ADDRESS "expected an address like kvm@vger.kernel.org, found "
#define ARCHIVE                                                                \
	"expected an http:// or https:// link with one %s and no other %, "    \
	"found "
#define PATH "expected a file name that begins with / or ~/, found "
#define SECTIONS                                                               \
	"expected a list ( ) of \"trends\" or \"patches\" or "                 \
	"\"revisions\" or \"applied\" or \"pulls\" or \"waiting\" or "         \
	"\"discussions\" or \"reviewers\" or \"contributors\" or "             \
	"\"domains\" or \"employers\" or \"newcomers\" or \"bots\" or "        \
	"\"messages\", none twice, found "
#define BIG "expected an integer of at most 2147483647, found "
#define MAX_MESSAGE                                                            \
	"expected an integer from 65536 to 1073741824 (bytes), found "
#define DEADLINE "expected an integer from 4 to 60, found "
#define TOP "expected an integer from 1 to 10000, found "

static void test_wrong_keys(void **state)
{
	static const struct conf_wrong cases[] = {
		{ "\n\nmdb: { };",
		  "3: mdb: expected one of lists, store, mda, "
		  "report, watch, views, found a key that is not "
		  "known" },
		{ "store: {\n\tpth = \"/x\";\n};",
		  "2: store.pth: expected one of path, journal, found a key "
		  "that is not known" },
		{ "mda: {\n\n\tDeadline = 9; };",
		  "3: mda.Deadline: expected one of unlisted, max_message, "
		  "deadline, on_db_failure, found a key that is not known" },
		{ "report: { path = \"/x\"; };",
		  "1: report.path: expected one of format, sections, messages, "
		  "top, waiting_days, mailmap, employers, mail_to, mail_from, "
		  "found a key that is not known" },
		{ "report: { waiting_days = 91; };",
		  "1: report.waiting_days: expected an integer from 1 to 90, "
		  "found 91" },
		{ "lists = ( { name = \"a\";\n adress = \"a@b\"; } );",
		  "2: lists.adress: expected one of name, id, address, "
		  "archive, found a key that is not known" },
		{ "mda: {\ndeadline = 9;\ndeadline = 9;\n};",
		  "3: mda.deadline: expected one such setting, found a second "
		  "one (the first is in line 2)" },
		{ "mda: { };\nstore: { };\nmda: { };",
		  "3: mda: expected one such setting, found a second one (the "
		  "first is in line 1)" },
		{ "lists = ( { name = \"a\"; id = \"a\"; name = \"b\"; } );",
		  "1: lists.name: expected one such setting, found a second "
		  "one (the first is in line 1)" },
		{ "watch: { path = ( \"a\" ); };",
		  "1: watch.path: expected one of paths, people, words, found "
		  "a key that is not known" },
		{ "watch: { name = \"a\"; };",
		  "1: watch.name: expected one of paths, people, words, found "
		  "a key that is not known" },
		{ "watch: { words = \"a\"; };",
		  "1: watch.words: expected a list ( ) of strings, none of them "
		  "empty, found \"a\"" },
		{ "watch: { words = ( \"a\", \"\" ); };",
		  "1: watch.words: expected a list ( ) of strings, none of them "
		  "empty, found \"\"" },
		{ "watch: { words = ( 7 ); };",
		  "1: watch.words: expected a list ( ) of strings, none of them "
		  "empty, found 7" },
		{ "views = ( { name = \"x86\"; } );",
		  "1: views: expected a group { } of views, name: { }, found a "
		  "list ( )" },
		{ "views: { x86 = \"a\"; };",
		  "1: views.x86: expected a group { }, found \"a\"" },
		{ "views: { x86: { path = \"a\"; }; };",
		  "1: views.x86.path: expected one of paths, people, words, "
		  "found a key that is not known" },
	};

	(void)state;
	ASSERT_WRONG(cases);
}

static void test_wrong_integers(void **state)
{
	static const struct conf_wrong cases[] = {
		{ "mda: { max_message = 65535; };",
		  "1: mda.max_message: " MAX_MESSAGE "65535" },
		{ "mda: { max_message = 1073741825; };",
		  "1: mda.max_message: " MAX_MESSAGE "1073741825" },
		{ "mda: { max_message = \"65536\"; };",
		  "1: mda.max_message: " MAX_MESSAGE "\"65536\"" },
		{ "mda: { max_message = 65536.0; };",
		  "1: mda.max_message: expected an integer, found "
		  "\"65536.0\"" },
		{ "mda: { deadline = 1e1; };",
		  "1: mda.deadline: expected an integer, found \"1e1\"" },
		{ "mda: { max_message = ( 65536 ); };",
		  "1: mda.max_message: " MAX_MESSAGE "a list ( )" },
		{ "mda: { deadline = 3; };", "1: mda.deadline: " DEADLINE "3" },
		{ "mda: { deadline = 61; };",
		  "1: mda.deadline: " DEADLINE "61" },
		{ "mda: { deadline = -9; };",
		  "1: mda.deadline: " DEADLINE "-9" },
		{ "report: { top = 0; };", "1: report.top: " TOP "0" },
		{ "report: { top = 0x2711; };", "1: report.top: " TOP "10001" },
		{ "report: { top = { }; };",
		  "1: report.top: " TOP "a group { }" },
		/* What libconfig would wrap into range. */
		{ "report: {\ntop = 4294967297; };",
		  "2: report.top: " BIG "\"4294967297\"" },
		{ "report: { top = 2147483648; };",
		  "1: report.top: " BIG "\"2147483648\"" },
		{ "report: { top = -2147483649; };",
		  "1: report.top: " BIG "\"-2147483649\"" },
		{ "report: { top = -2147483648; };",
		  "1: report.top: " TOP "-2147483648" },
		{ "report: { top = 4294967297L; };",
		  "1: report.top: " BIG "\"4294967297L\"" },
		{ "report: { top = 0x100000001; };",
		  "1: report.top: " BIG "\"0x100000001\"" },
		{ "report: { top = 0xFFFFFFFF; };",
		  "1: report.top: " BIG "\"0xFFFFFFFF\"" },
		{ "report: { top = 0X10000000000000001LL; };",
		  "1: report.top: " BIG "\"0X10000000000000001LL\"" },
		{ "report: { top = 99999999999999999999999999999; };",
		  "1: report.top: " BIG "\"99999999999999999999999999999\"" },
		{ "report: { top=/**/00000000000004294967297;};",
		  "1: report.top: " BIG "\"00000000000004294967297\"" },
		{ "report: { top = 9223372036854775808e1 };",
		  "1: report.top: " BIG "\"9223372036854775808e1\"" },
		{ "report: { top = 18446744073709551621 };",
		  "1: report.top: " BIG "\"18446744073709551621\"" },
	};

	(void)state;
	ASSERT_WRONG(cases);
}

static void test_wrong_words(void **state)
{
	static const struct conf_wrong cases[] = {
		{ "store: { journal = \"off\"; };",
		  "1: store.journal: expected \"wal\" or \"delete\", found "
		  "\"off\"" },
		{ "store: { journal = \"WAL\"; };",
		  "1: store.journal: expected \"wal\" or \"delete\", found "
		  "\"WAL\"" },
		{ "mda: { unlisted = false; };",
		  "1: mda.unlisted: expected \"keep\" or \"skip\", found "
		  "false" },
		{ "mda: { on_db_failure = \"\"; };",
		  "1: mda.on_db_failure: expected \"spool\" or \"tempfail\", "
		  "found \"\"" },
		{ "report: { format = \"xml\"; };",
		  "1: report.format: expected \"text\" or \"classic\" or "
		  "\"json\" or \"html\" or \"mail\", found \"xml\"" },
		{ "report: { format = 1; };",
		  "1: report.format: expected \"text\" or \"classic\" or "
		  "\"json\" or \"html\" or \"mail\", found 1" },
		{ "report: { messages = \"first \"; };",
		  "1: report.messages: expected \"cover\" or \"first\" or "
		  "\"all\", found \"first \"" },
		{ "report: { sections = \"domains\"; };",
		  "1: report.sections: " SECTIONS "\"domains\"" },
		{ "report: { sections = ( ); };",
		  "1: report.sections: " SECTIONS "an empty list ( )" },
		{ "report: { sections = [ ]; };",
		  "1: report.sections: " SECTIONS "an empty array [ ]" },
		{ "report: { sections = ( \"domains\", \"authors\" ); };",
		  "1: report.sections: " SECTIONS "\"authors\"" },
		{ "report: {\nsections = ( \"domains\",\n\"domains\"\n); };",
		  "2: report.sections: " SECTIONS "\"domains\"" },
		{ "report: { sections = ( \"domains\", 2 ); };",
		  "1: report.sections: " SECTIONS "2" },
	};

	(void)state;
	ASSERT_WRONG(cases);
}

static void test_wrong_strings(void **state)
{
	static const struct conf_wrong cases[] = {
		{ "store: { path = \"kvm.db\"; };",
		  "1: store.path: " PATH "\"kvm.db\"" },
		{ "store: { path = \"\"; };", "1: store.path: " PATH "\"\"" },
		{ "store: { path = \"/var/\"; };",
		  "1: store.path: " PATH "\"/var/\"" },
		{ "store: { path = \"/a\\nb\"; };",
		  "1: store.path: " PATH "\"/a?b\"" },
		{ "store: { path = 1; };", "1: store.path: " PATH "1" },
		{ "report: { mailmap = \".mailmap\"; };",
		  "1: report.mailmap: expected a file name that begins with / "
		  "or ~/, or \"\", found \".mailmap\"" },
		{ "report: { mail_to = \"somebody\"; };",
		  "1: report.mail_to: expected an address like "
		  "user@example.org, or \"\", found \"somebody\"" },
		{ "report: { mail_from = \"a@b, c@d\"; };",
		  "1: report.mail_from: expected an address like "
		  "user@example.org, or \"\", found \"a@b, c@d\"" },
	};

	(void)state;
	ASSERT_WRONG(cases);
}

/* A list in line 2, its text in line 3, and one that is right before it. */
#define BEHIND "lists = ( { name = \"a\"; id = \"a.example.org\" },\n{\n"
#define IN(text) "lists = ( { " text " } );"

static void test_wrong_lists(void **state)
{
	static const struct conf_wrong cases[] = {
		{ "lists = ( );", "1: lists: expected a list ( ) of one or "
		                  "more groups { }, found an empty list ( )" },
		{ "lists = \"KVM\";", "1: lists: expected a list ( ) of one or "
		                      "more groups { }, found \"KVM\"" },
		{ "lists: { name = \"a\"; };",
		  "1: lists: expected a list ( ) of one or more groups { }, "
		  "found a group { }" },
		{ "lists = ( \"KVM\"\n);",
		  "1: lists: expected a group { }, found \"KVM\"" },
		{ "lists = ( ( ) );", "1: lists: expected a group { }, found "
		                      "an empty list ( )" },
		{ "mda = ( );",
		  "1: mda: expected a group { }, found an empty list ( )" },
		{ "lists =\n( { } );", "2: lists.name: expected each list to "
		                       "have one, found a list without" },
		{ BEHIND "name = \"b\" } );",
		  "2: lists.id: expected each list to have one, found the "
		  "list \"b\" without" },
		{ BEHIND "name = \"A\"; id = \"b\" } );",
		  "2: lists.name: expected each list to have its own, found "
		  "\"A\" again" },
		{ BEHIND "name = \"b\"; id = \"A.example.org\" } );",
		  "2: lists.id: expected each list to have its own, found "
		  "\"A.example.org\" again" },
	};

	(void)state;
	ASSERT_WRONG(cases);
}

static void test_wrong_members_of_lists(void **state)
{
	static const struct conf_wrong cases[] = {
		{ BEHIND "name = \"All\" } );",
		  "3: lists.name: " NAME "\"All\"" },
		{ IN("name = \"none\""), "1: lists.name: " NAME "\"none\"" },
		{ IN("name = \"\""), "1: lists.name: " NAME "\"\"" },
		{ IN("name = \"K M\""), "1: lists.name: " NAME "\"K M\"" },
		{ IN("name = \"-l\""), "1: lists.name: " NAME "\"-l\"" },
		{ IN("name = \"a=b\""), "1: lists.name: " NAME "\"a=b\"" },
		{ IN("id = \"<kvm.vger.kernel.org>\""),
		  "1: lists.id: " ID "\"<kvm.vger.kernel.org>\"" },
		{ IN("id = \"KVM list\""), "1: lists.id: " ID "\"KVM list\"" },
		{ IN("id = \"\""), "1: lists.id: " ID "\"\"" },
		{ IN("address = \"kvm\""),
		  "1: lists.address: " ADDRESS "\"kvm\"" },
		{ IN("address = \"\""), "1: lists.address: " ADDRESS "\"\"" },
		{ IN("address = \"@b\""),
		  "1: lists.address: " ADDRESS "\"@b\"" },
		{ IN("address = \"a@\""),
		  "1: lists.address: " ADDRESS "\"a@\"" },
		{ IN("address = \"a@b@c\""),
		  "1: lists.address: " ADDRESS "\"a@b@c\"" },
		{ IN("address = \"<a@b>\""),
		  "1: lists.address: " ADDRESS "\"<a@b>\"" },
		{ IN("archive = \"https://example.org/\""),
		  "1: lists.archive: " ARCHIVE "\"https://example.org/\"" },
		{ IN("archive = \"https://example.org/<%s>\""),
		  "1: lists.archive: " ARCHIVE "\"https://example.org/<%s>\"" },
		{ IN("archive = \"ftp://example.org/%s\""),
		  "1: lists.archive: " ARCHIVE "\"ftp://example.org/%s\"" },
		{ IN("archive = \"https://example.org/%s/%s\""),
		  "1: lists.archive: " ARCHIVE
		  "\"https://example.org/%s/%s\"" },
		{ IN("archive = \"https://example.org/%s%n\""),
		  "1: lists.archive: " ARCHIVE "\"https://example.org/%s%n\"" },
		{ IN("archive = \"https://example.org/%%s\""),
		  "1: lists.archive: " ARCHIVE "\"https://example.org/%%s\"" },
		{ IN("archive = \"https://example.org/%d\""),
		  "1: lists.archive: " ARCHIVE "\"https://example.org/%d\"" },
		{ IN("archive = \"javascript:%s\""),
		  "1: lists.archive: " ARCHIVE "\"javascript:%s\"" },
	};

	(void)state;
	ASSERT_WRONG(cases);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wrong_keys),
		cmocka_unit_test(test_wrong_integers),
		cmocka_unit_test(test_wrong_words),
		cmocka_unit_test(test_wrong_strings),
		cmocka_unit_test(test_wrong_lists),
		cmocka_unit_test(test_wrong_members_of_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
