/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_parse.c - MIME and charsets of mails.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/parse_fixture.h"

#define HEAD                                                                   \
	"From: Patch Author 3 <author3@example.org>\n"                         \
	"Message-ID: <p3@example.org>\n"                                       \
	"Date: Tue, 4 Mar 2025 10:00:00 +0100\n"                               \
	"Subject: [PATCH] a\n"
#define MIXED                                                                  \
	HEAD "MIME-Version: 1.0\n"                                             \
	     "Content-Type: multipart/mixed; boundary=\"xx\"\n\n"

/* The text, wherever it lies, as a string. */
static const char *text_of(const struct kd_mail *mail, const char *raw)
{
	if (mail->text.data != NULL)
		return kd_arena_strndup(parse_arena, mail->text.data,
		                        mail->text.size);
	return kd_arena_strndup(parse_arena, raw + mail->text_in_raw.offset,
	                        mail->text_in_raw.size);
}

static const struct {
	const char *raw;
	const char *text;
	bool in_raw;
} texts[] = {
	{ HEAD "\nplain\n", "plain\n", true },
	{ HEAD "\nno end", "no end", true },
	{ HEAD "\n", "", true },
	{ HEAD, "", true },
	{ "\xef\xbb\xbf" HEAD "\nmark\n", "mark\n", true },
	{ "From x@example.org Tue Mar  4 10:00:00 2025\n" HEAD "\nenvelope\n",
	  "envelope\n", true },
	{ HEAD "\nutf-8 \xc3\xb6\n", "utf-8 \xc3\xb6\n", true },
	{ HEAD "\ncr\r\nlf\r\nand \r bare\r\n", "cr\nlf\nand \r bare\n",
	  false },
	{ HEAD "\nnothing said: \xf6 \x80\n",
	  "nothing said: \xc3\xb6 \xe2\x82\xac\n", false },
	{ HEAD "\nin no charset \x81 \xf6\n",
	  "in no charset \xc2\x81 \xc3\xb6\n", false },
	{ HEAD "Content-Type: text/plain; charset=iso-8859-1\n\nJ\xf6rg\n",
	  "J\xc3\xb6rg\n", false },
	{ HEAD "Content-Type: text/plain; charset=iso-8859-1\n\nascii\n",
	  "ascii\n", true },
	{ HEAD "Content-Type: text/plain; charset=x-nobody-knows\n\n"
	       "J\xc3\xb6rg\n",
	  "J\xc3\xb6rg\n", false },
	{ HEAD "Content-Type: text/plain; charset=\"../x//TRANSLIT\"\n\n"
	       "J\xf6rg\n",
	  "J\xc3\xb6rg\n", false },
	{ HEAD "Content-Type: text/plain; charset=utf-8\n\nwrong \xf6\n",
	  "wrong \xc3\xb6\n", false },
	{ HEAD "Content-Type: text/plain; charset=utf-7\n\n+ADw-b+AD4-\n",
	  "<b>\n", false },
	{ HEAD "Content-Type: text/plain; charset=utf-8\n"
	       "Content-Transfer-Encoding: quoted-printable\n\n"
	       "J=C3=B6rg =3D soft=\n line=0D\n",
	  "J\xc3\xb6rg = soft line\n", false },
	{ HEAD "Content-Transfer-Encoding: base64\n\n"
	       "T25lDQpUd28NCg==\n",
	  "One\nTwo\n", false },
	{ HEAD "Content-Transfer-Encoding: base64\n\n"
	       "aGVsbG8=\nd29ybGQ=\n",
	  "helloworld", false },
	/* format=flowed */
	{ HEAD "Content-Type: text/plain; format=flowed\n\n"
	       "one \ntwo\n  stuffed\n> quoted \n> more\nnot quoted\n-- \nme\n",
	  "one two\n stuffed\n> quoted more\nnot quoted\n-- \nme\n", false },
	{ HEAD "Content-Type: text/plain; format=flowed; delsp=yes\n\n"
	       "hyphen \nated\nopen \n",
	  "hyphenated\nopen\n", false },
	/* HTML */
	{ HEAD "Content-Type: text/html\n\n<html><head><title>t</title></head>"
	       "<body>a &lt;b&gt; &amp;&#x20;&#99;<br>next<script>x()</script>"
	       "<!-- <p>no --> &bogus; end",
	  "a <b> & c\nnext &bogus; end", false },
	{ HEAD "Content-Type: text/html\n\n"
	       "&#228; &#x1F600; &#xd800; &#0; &#9999999999; &#12z; &#xZ;",
	  "\xc3\xa4 \xf0\x9f\x98\x80 \xef\xbf\xbd \xef\xbf\xbd "
	  "\xef\xbf\xbd &#12z; &#xZ;",
	  false },
};

static void test_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct kd_mail mail = parse_string(texts[i].raw);

		assert_string_equal(text_of(&mail, texts[i].raw),
		                    texts[i].text);
		assert_int_equal(mail.text.data == NULL, texts[i].in_raw);
		parse_expect(mail.message_id, "p3@example.org");
		parse_expect(mail.subject, "[PATCH] a");
		assert_false(mail.limited);
	}
}

static void test_nul(void **state)
{
	static const char raw[] = "Subject: [PATCH] a\0b\n\none\0two\n";
	struct kd_mail mail = parse_bytes(raw, sizeof(raw) - 1);

	(void)state;
	parse_expect(mail.subject, "[PATCH] ab");
	assert_int_equal(mail.text.size, strlen("onetwo\n"));
	assert_memory_equal(mail.text.data, "onetwo\n", mail.text.size);
}

#define DIFF "diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-x\n+y\n"

static const struct {
	const char *raw;
	const char *text;
	const char *diff;
} trees[] = {
	/* as git format-patch --attach */
	{ MIXED "--xx\nContent-Type: text/plain\n\nmessage\n---\n"
	        "--xx\nContent-Type: text/x-patch; name=\"1.patch\"\n"
	        "Content-Disposition: attachment\n\n" DIFF "--xx--\n",
	  "message\n---", DIFF },
	{ MIXED "--xx\n\nmessage\n--xx\n"
	        "Content-Type: application/octet-stream\n\n" DIFF "\n--xx--\n",
	  "message", DIFF },
	{ MIXED "--xx\n\nmessage\n--xx\nContent-Disposition: attachment\n"
	        "Content-Type: text/plain\n\n" DIFF "\n--xx--\n",
	  "message", DIFF },
	/* what is attached and no patch is neither */
	{ MIXED "--xx\n\nmessage\n--xx\nContent-Disposition: attachment\n"
	        "Content-Type: text/plain\n\na log\n--xx--\n",
	  "message", "" },
	{ MIXED "--xx\n\none\n--xx\n\ntwo\n--xx--\n", "one\ntwo", "" },
	{ MIXED "--xx\nContent-Type: text/html\n\n<b>html</b>\n--xx\n\n"
	        "plain\n--xx--\n",
	  "plain", "" },
	{ MIXED "--xx\nContent-Type: message/rfc822\n\nSubject: inner\n\n" DIFF
	        "\n--xx\n\nlook at this\n--xx--\n",
	  "look at this", "" },
	{ HEAD "Content-Type: multipart/mixed\n\nno boundary\n",
	  "no boundary\n", "" },
	{ HEAD "Content-Type: text/x-patch\n\n" DIFF, DIFF, "" },
	/* comments where nobody writes any */
	{ HEAD "Content-Type: multipart/mixed; boundary (a (b) \\) c)=xx\n\n"
	       "--xx\n\nmessage\n--xx--\n",
	  "message", "" },
	{ HEAD "Content-Type: text/plain; boundary (a\\\n\nmessage\n",
	  "message\n", "" },
};

static void test_trees(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(trees) / sizeof(trees[0]); i++) {
		struct kd_mail mail = parse_string(trees[i].raw);
		size_t size = mail.diff.size;

		while (size > 0 && mail.diff.data[size - 1] == '\n')
			size--;
		assert_string_equal(text_of(&mail, trees[i].raw),
		                    trees[i].text);
		assert_int_equal(size,
		                 strlen(trees[i].diff) -
		                         (trees[i].diff[0] == '\0' ? 0 : 1));
		if (size > 0)
			assert_memory_equal(mail.diff.data, trees[i].diff,
			                    size);
	}
}

static void test_no_mail(void **state)
{
	static const char *const raws[] = { "", "\n", "\n\n", "no mail at all",
		                            "\177ELF\2\1" };
	struct kd_error err;
	struct kd_mail mail;

	(void)state;
	for (size_t i = 0; i < sizeof(raws) / sizeof(raws[0]); i++)
		assert_int_equal(kd_parse(kd_bytes_of(raws[i]), parse_arena,
		                          &mail, &err),
		                 KD_NOTMAIL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_trees),
		cmocka_unit_test(test_no_mail),
	};

	return cmocka_run_group_tests(tests, parse_setup, parse_teardown);
}
