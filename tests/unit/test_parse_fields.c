/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_parse_fields.c - encoded words, addresses and ids in the header of a
 * mail.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "mda/fields.h"
#include "tests/support/parse_fixture.h"

static const struct {
	const char *field;
	const char *subject;
	const char *line;
} subjects[] = {
	{ "a b", "a b", NULL },
	{ "one\n two", "one two", "one" },
	{ "one  \r\n\ttwo", "one   two", "one" },
	{ "=?utf-8?q?a?= =?utf-8?q?b_c?= d", "ab c d", NULL },
	{ "=?utf-8?q?J=C3=B6?=\n =?utf-8?b?cmc=?=", "J\xc3\xb6rg",
	  "J\xc3\xb6" },
	{ "=?iso-8859-1?Q?J=F6rg?= x", "J\xc3\xb6rg x", NULL },
	{ "=?x-nobody-knows?Q?J=C3=B6rg?=", "J\xc3\xb6rg", NULL },
	{ "raw \xf6", "raw \xc3\xb6", NULL },
	{ "=?utf-8?q?x=0D=0ABcc:_a?=", "x Bcc: a", NULL },
	{ "", "", NULL },
};

static void test_subjects(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++) {
		const char *raw = kd_arena_printf(
			parse_arena, "Subject: %s\nFrom: a@example.org\n\nx\n",
			subjects[i].field);
		struct kd_mail mail = parse_string(raw);

		parse_expect(mail.subject, subjects[i].subject);
		parse_expect(mail.subject_line, subjects[i].line);
	}
}

static const struct {
	const char *fields; /* From and what else counts */
	const char *name;
	const char *email;
	const char *line;
} senders[] = {
	{ "From: A B <a@example.org>\n", "A B", "a@example.org",
	  "A B <a@example.org>" },
	{ "From: a@example.org (A B)\n", "A B", "a@example.org",
	  "a@example.org (A B)" },
	{ "From: a at example.org (A B)\n", "A B", "a@example.org",
	  "a at example.org (A B)" },
	{ "From: \"B, A\"\n <a@example.org>\n", "B, A", "a@example.org",
	  "\"B, A\" <a@example.org>" },
	{ "From: =?utf-8?q?J=C3=B6rg?= <a@example.org>\n", "J\xc3\xb6rg",
	  "a@example.org", "J\xc3\xb6rg <a@example.org>" },
	{ "From: A [team] B <a@example.org>\n", "A [team] B", "a@example.org",
	  "A [team] B <a@example.org>" },
	{ "From: a@example.org\n", NULL, "a@example.org", "a@example.org" },
	{ "From: A B\n", "A B", NULL, "A B" },
	{ "From:\n", NULL, NULL, "" },
	{ "X-None: y\n", NULL, NULL, NULL },
	/* the first counts */
	{ "From: A <a@example.org>\nFrom: C <c@example.org>\n", "A",
	  "a@example.org", "A <a@example.org>" },
	/* DMARC */
	{ "From: A B via L <l@lists.example.org>\n"
	  "Reply-To: A B <a@example.org>\n",
	  "A B", "a@example.org", "A B via L <l@lists.example.org>" },
	{ "From: \"'A B' via L\" <l@lists.example.org>\n"
	  "Cc: C <c@example.org>, \"A B\" <a@example.org>\n",
	  "A B", "a@example.org", "\"'A B' via L\" <l@lists.example.org>" },
	{ "From: A B via L <l@lists.example.org>\n"
	  "X-Original-From: A B <a@example.org>\n",
	  "A B", "a@example.org", "A B via L <l@lists.example.org>" },
	{ "From: A B <l@lists.example.org>\nList-Id: L "
	  "<l.lists.example.org>\nReply-To: A B <a@example.org>\n",
	  "A B", "a@example.org", "A B <l@lists.example.org>" },
	{ "From: A B via L <l@lists.example.org>\nCc: C <c@example.org>\n",
	  "A B via L", "l@lists.example.org",
	  "A B via L <l@lists.example.org>" },
	{ "From: A B <a@example.org>\nReply-To: A B <x@example.com>\n", "A B",
	  "a@example.org", "A B <a@example.org>" },
	/* b4 relay */
	{ "From: A B via B4 Relay <devnull+a.example.org@kernel.org>\n"
	  "X-Original-From: A B <a@example.org>\n",
	  "A B", "a@example.org",
	  "A B via B4 Relay <devnull+a.example.org@kernel.org>" },
	{ "From: A B via B4 Relay <devnull+a.example.org@kernel.org>\n"
	  "Reply-To: a@example.org\n",
	  "A B", "a@example.org",
	  "A B via B4 Relay <devnull+a.example.org@kernel.org>" },
	{ "From: A B via B4 Relay <devnull+a.example.org@kernel.org>\n"
	  "X-Original-From: Not Me <c@example.org>\n",
	  "A B via B4 Relay", "devnull+a.example.org@kernel.org",
	  "A B via B4 Relay <devnull+a.example.org@kernel.org>" },
};

static void test_senders(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(senders) / sizeof(senders[0]); i++) {
		const char *raw = kd_arena_printf(
			parse_arena, "%sSubject: x\n\nx\n", senders[i].fields);
		struct kd_mail mail = parse_string(raw);

		parse_expect(mail.sender.name, senders[i].name);
		parse_expect(mail.sender.email, senders[i].email);
		parse_expect(mail.from_line, senders[i].line);
	}
}

static void test_first_field_counts(void **state)
{
	struct kd_mail mail = parse_string("Message-ID: <1@example.org>\n"
	                                   "Message-ID: <2@example.org>\n"
	                                   "Subject: one\nSubject: two\n\n");

	(void)state;
	parse_expect(mail.message_id, "1@example.org");
	parse_expect(mail.subject, "one");
}

static void test_references(void **state)
{
	struct kd_mail mail = parse_string(
		"In-Reply-To: <b@example.org> (A's message)\n"
		"References: <a@example.org>\n\t<b@example.org> <c@\n d>\n\n");

	(void)state;
	parse_expect(mail.in_reply_to, "b@example.org");
	assert_int_equal(mail.n_references, 3);
	parse_expect(mail.references[0], "a@example.org");
	parse_expect(mail.references[2], "c@d");

	mail = parse_string("In-Reply-To: Your message of Tuesday\n\n");
	assert_null(mail.in_reply_to);
	assert_int_equal(mail.n_references, 0);
}

static void test_parts_of_bodies(void **state)
{
	struct kd_person person;

	(void)state;
	person = kd_parse_person(parse_arena,
	                         "=?utf-8?q?J=C3=B6?= <j@example.org>");
	parse_expect(person.name, "J\xc3\xb6");
	parse_expect(person.email, "j@example.org");
	person = kd_parse_person(parse_arena, "A  U\t Thor <a@example.org>");
	parse_expect(person.name, "A U Thor");
	person = kd_parse_person(parse_arena, "A U Thor a@example.org");
	parse_expect(person.name, "A U Thor");
	parse_expect(person.email, "a@example.org");
	person = kd_parse_person(parse_arena, "a@example.org (A U Thor)");
	parse_expect(person.name, "A U Thor");
	parse_expect(person.email, "a@example.org");
	person = kd_parse_person(parse_arena, "a @ b");
	assert_null(person.name);
	person = kd_parse_person(parse_arena, "nobody in particular");
	assert_null(person.name);
	assert_null(person.email);
	parse_expect(kd_parse_words(parse_arena, "a =?utf-8?q?b?="), "a b");
}

/* Where GMime finds nobody: up to the first comma that is not quoted. */
static void test_first_address(void **state)
{
	static const struct {
		const char *field;
		const char *first;
	} cases[] = {
		{ "a@example.org, b@example.org", "a@example.org" },
		{ "\"a, b\" <a@example.org>, c", "\"a, b\" <a@example.org>" },
		{ "\"a\\\", b\" <a@example.org>, c",
		  "\"a\\\", b\" <a@example.org>" },
		{ "a\\, b <a@example.org>, c", "a\\, b <a@example.org>" },
		{ "(a, b) <a@example.org>, c", "(a, b) <a@example.org>" },
		{ "group: a@example.org, b@example.org;", "" },
		{ "a@example.org", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct kd_bytes got =
			kd_field_first_address(kd_bytes_of(cases[i].field));

		assert_int_equal(got.size, strlen(cases[i].first));
		assert_memory_equal(got.data, cases[i].first, got.size);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_subjects),
		cmocka_unit_test(test_senders),
		cmocka_unit_test(test_first_field_counts),
		cmocka_unit_test(test_first_address),
		cmocka_unit_test(test_references),
		cmocka_unit_test(test_parts_of_bodies),
	};

	return cmocka_run_group_tests(tests, parse_setup, parse_teardown);
}
