/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_record_who.c - of whom and when a message is, which ones are the same,
 * and what is known when the parser is not to be had.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/record_fixture.h"

static void test_author_of_answers(void **state)
{
	struct kd_message msg =
		record_built(FROM "Subject: Re: [PATCH] a\n\n"
	                          "From: C <c@example.org>\n\nx\n");

	(void)state;
	assert_string_equal(msg.author.email, "author3@example.org");
}

static const struct {
	const char *from;
	const char *line;
} from_lines[] = {
	{ "A B <a@example.org>", NULL },
	{ "a@example.org", NULL },
	{ "\"A B\" <a@example.org>", "\"A B\" <a@example.org>" },
	{ "<a@example.org>", "<a@example.org>" },
	{ "=?utf-8?q?J=C3=B6?= <a@example.org>", NULL },
	{ "A via L <l@example.org>\nReply-To: A <a@example.org>",
	  "A via L <l@example.org>" },
};

static void test_from_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(from_lines) / sizeof(from_lines[0]);
	     i++) {
		struct kd_message msg = record_built(kd_arena_printf(
			record_arena, "From: %s\n\nx\n", from_lines[i].from));

		if (from_lines[i].line == NULL)
			assert_null(msg.from_line);
		else
			assert_string_equal(msg.from_line, from_lines[i].line);
	}
}

static const struct {
	const char *date;
	bool has_date;
} dates[] = {
	{ "Tue, 4 Mar 2025 10:00:00 +0100", true },
	{ "Tue, 4 Mar 25 10:00:00 +0100", true },
	{ "Thu, 6 Mar 2025 14:53:20 +0000", true },
	{ "Thu, 6 Mar 2025 14:53:21 +0000", false },
	{ "Mon, 1 Jan 1990 00:00:00 +0000", true },
	{ "Sun, 31 Dec 1989 23:59:59 +0000", false },
	{ "Mon, 1 Jan 0001 00:00:00 +0000", false },
	{ "Fri, 31 Dec 9999 23:59:59 +0000", false },
	{ "yesterday", false },
};

static void test_dates(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
		struct kd_message msg = record_built(kd_arena_printf(
			record_arena, FROM "Date: %s\n\nx\n", dates[i].date));

		assert_int_equal(msg.has_date, dates[i].has_date);
	}
}

#define COPY                                                                   \
	FROM "Date: Tue, 4 Mar 2025 10:00:00 +0100\n"                          \
	     "Subject: [PATCH] a\n title\nIn-Reply-To: <0@example.org>\n"
#define TYPE "Content-Type: multipart/mixed; boundary=b\n"

/* Pairs of mails, and whether they are the same one. */
static const struct {
	const char *one;
	const char *other;
	bool same;
} pairs[] = {
	{ COPY "\nx\n", COPY "\nx\n", true },
	/* what happens on the way */
	{ COPY "\nx\n", "Received: y\nList-Id: <z>\n" COPY "X: y\n\nx\n",
	  true },
	{ COPY "\nx\n\ny\n",
	  "From: Patch Author 3 <author3@example.org>\r\n"
	  "Date: Tue, 4 Mar 2025 10:00:00 +0100\r\n"
	  "Subject: [PATCH] a\r\n title\r\nIn-Reply-To: <0@example.org>\r\n"
	  "\r\nx\r\n\r\ny\r\n",
	  true },
	{ COPY "\nx\n", COPY "\nx\n\n\n", true },
	{ COPY "\nx\n", COPY "\nx", true },
	{ COPY "\nx\n", "From x Tue Mar  4 10:00:00 2025\n" COPY "\nx\n",
	  true },
	{ COPY "\nx =\n",
	  COPY "Content-Transfer-Encoding: quoted-printable\n\nx =3D=\n\n",
	  true },
	{ COPY "\nx\n",
	  COPY "\nx\n\n____________________________________________\n"
	       "L mailing list\nl@example.org\nhttps://example.org/l\n",
	  true },
	{ COPY "\nx\n",
	  COPY "\nx\n--\nTo unsubscribe from this list: send the line "
	       "\"unsubscribe kvm\" in\nthe body of a message to "
	       "majordomo@vger.kernel.org\nMore majordomo info at  "
	       "http://vger.kernel.org/majordomo-info.html\n",
	  true },
	{ COPY "\nx\n",
	  COPY "\nx\n--\nTo unsubscribe from this list: send the line "
	       "\"unsubscribe kvm\" in\nthe body of a message to "
	       "majordomo@vger.kernel.org\nMore majordomo info at  "
	       "http://vger.kernel.org/majordomo-info.html\n"
	       "Please read the FAQ at  http://www.tux.org/lkml/\n",
	  true },
	{ COPY TYPE "\n--b\n\nx\n--b--\n",
	  COPY "Content-Type: multipart/mixed;\n boundary=\"cc\"\n"
	       "\n--cc\n\nx\n--cc--\n",
	  true },
	{ "From: A B <a@example.org>\n\nx\n",
	  "From: A B via L <l@example.org>\n"
	  "Reply-To: A B <a@example.org>\n\nx\n",
	  true },
	/* what does not */
	{ COPY "\nx\n", COPY "\ny\n", false },
	{ COPY "\nx\n", COPY "\n\nx\n", false },
	{ COPY "\nx\n", COPY "\nx \n", false },
	{ COPY "\nx\n", FROM "\nx\n", false },
	{ COPY "\nx\n", COPY "Content-Type: text/html\n\nx\n", false },
	{ COPY "\nx\n", COPY "\nx\n_______\nL mailing list\n", false },
	{ COPY "\nx\n",
	  COPY "\nx\n____________________________________________\nmore\n",
	  false },
	{ COPY TYPE "\n--b\n\nx\n--b\n\ny\n--b--\n",
	  COPY TYPE "\n--b\n\nx\ny\n--b--\n", false },
	{ COPY TYPE "\n--b\n\nx\n--b\nContent-Type: a/b\n\n1\n--b--\n",
	  COPY TYPE "\n--b\n\nx\n--b\nContent-Type: a/b\n\n2\n--b--\n", false },
	{ "Subject: a\nIn-Reply-To: b\n\nx\n", "Subject: ab\n\nx\n", false },
	{ "From: a@example.org\n\nx\n", "From: b@example.org\n\nx\n", false },
	{ "From: A\n\nx\n", "From: B\n\nx\n", false },
};

static void test_identity(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		struct kd_message one = record_built(pairs[i].one);
		struct kd_message other = record_built(pairs[i].other);

		if ((memcmp(one.content_sha256, other.content_sha256,
		            KD_HASH_SIZE) == 0) != pairs[i].same)
			print_error("%s\n---\n%s\n", pairs[i].one,
			            pairs[i].other);
		assert_int_equal(memcmp(one.content_sha256,
		                        other.content_sha256,
		                        KD_HASH_SIZE) == 0,
		                 pairs[i].same);
		assert_int_equal(strcmp(one.message_id, other.message_id) == 0,
		                 pairs[i].same);
		assert_memory_equal(one.message_id, "sha256:", 7);
		assert_int_equal(strlen(one.message_id), 7 + 64);
	}
}

static void test_no_mail(void **state)
{
	static const char *const raws[] = { "", "\n", "no mail\nat all\n" };

	(void)state;
	for (size_t i = 0; i < sizeof(raws) / sizeof(raws[0]); i++) {
		struct kd_message msg = record_built(raws[i]);

		assert_int_equal(msg.status, KD_PARSE_UNPARSED);
		assert_int_equal(msg.kind, KD_KIND_OTHER);
		assert_memory_equal(msg.message_id, "sha256:", 7);
		assert_string_equal(msg.subject.full, "");
		assert_int_equal(msg.text.size + msg.text_in_raw.size, 0);
	}
}

static void test_fallback(void **state)
{
	struct kd_message msg = record_fallen_back(
		"From: \"Patch Author 3\"\n <author3@example.org>\n"
		"Message-ID: <1@example.org>\nIn-Reply-To: <0@example.org>\n"
		"References: <r@example.org> <0@example.org>\n"
		"Date: Tue, 4 Mar 2025 10:00:00 +0100\n"
		"Subject: [PATCH 1/2] raw \xf6\n\nbody\n");

	(void)state;
	assert_int_equal(msg.status, KD_PARSE_CRASHED);
	assert_int_equal(msg.kind, KD_KIND_PATCH);
	assert_string_equal(msg.message_id, "1@example.org");
	assert_string_equal(msg.in_reply_to, "0@example.org");
	assert_int_equal(msg.n_references, 2);
	assert_string_equal(msg.sender.name, "Patch Author 3");
	assert_string_equal(msg.sender.email, "author3@example.org");
	assert_string_equal(msg.author.email, "author3@example.org");
	assert_string_equal(msg.from_line,
	                    "\"Patch Author 3\" <author3@example.org>");
	assert_string_equal(msg.subject.title, "raw \xef\xbf\xbd");
	assert_int_equal(msg.date, 1741078800);
	assert_null(msg.text.data);
	assert_int_equal(msg.text_in_raw.size, 0);
}

static void test_fallback_identity(void **state)
{
	struct kd_message one = record_fallen_back("Subject: a\n\nbody\n");
	struct kd_message crlf = record_fallen_back("X: y\r\nSubject: a\r\n\r\n"
	                                            "body\r\n");
	struct kd_message other = record_fallen_back("Subject: a\n\nother\n");

	(void)state;
	assert_string_equal(one.message_id, crlf.message_id);
	assert_string_not_equal(one.message_id, other.message_id);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_author_of_answers),
		cmocka_unit_test(test_from_lines),
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_identity),
		cmocka_unit_test(test_no_mail),
		cmocka_unit_test(test_fallback),
		cmocka_unit_test(test_fallback_identity),
	};

	return cmocka_run_group_tests(tests, record_setup, record_teardown);
}
