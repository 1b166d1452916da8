/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_report_mbox.c - trailers into mails.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "report/mbox.h"
#include "report/mbox_body.h"

#define REVIEW "Reviewed-by: R <r@example.org>"
#define JURGEN "Acked-by: J\xc3\xbcrgen <j@example.org>"
#define SIGNED "Signed-off-by: A <a@example.org>\n"
#define BASE "Subject: [PATCH] x\nFrom: A <a@example.org>\n"
#define UTF8 "Content-Type: text/plain; charset=UTF-8\n"
#define EIGHT "Content-Transfer-Encoding: 8bit\n"
#define SEVEN "Content-Transfer-Encoding: 7bit\n"
#define QP "Content-Transfer-Encoding: quoted-printable\n"
#define B64 "Content-Transfer-Encoding: base64\n"
#define VERSION "MIME-Version: 1.0\n"
#define DIFF "---\n f | 1 +\n\ndiff --git a/f b/f\n"

struct place {
	const char *message;
	bool apart;
};

static const struct place places[] = {
	{ "Words.\n\n" SIGNED, false },
	{ SIGNED, false }, /* the title stands in the header */
	{ "Words.\n", true },
	{ "Words.\nThey go on: so.\nAnd on.\n", true },
	{ "Fixes: 123456 (\"x\")\n" SIGNED "\nMore words.\n", true },
	{ "Words.\n\nFixes: 1234567 (\"a title\n  that goes on\")\n" SIGNED,
	  false },
	{ "Words.\n\n" SIGNED "[r@example.org: typo]\n" SIGNED, false },
	{ "Words.\n\nOne\ntwo\nthree\n" SIGNED, false },
	{ "Words.\n\nOne\ntwo\nthree\nfour\n" SIGNED, true },
	{ "Words.\n\nOne\nCc: x@example.org\n", true },
	{ "Words.\n\nhttps://example.org/x\n", true },
	{ "Words.\n\n(cherry picked from commit 1234567)\n", false },
	{ "Words.\n \t\n" SIGNED, false },
};

static void test_places(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		struct kd_bytes text = kd_bytes_of(places[i].message);
		struct kd_span all = { 0, text.size };
		bool apart = !places[i].apart;

		assert_int_equal(kd_mbox_place(text, all, &apart), text.size);
		if (apart != places[i].apart)
			fail_msg("%s", places[i].message);
	}
}

static void test_no_place(void **state)
{
	struct kd_bytes text = kd_bytes_of("x\n");
	const struct kd_span wrong[] = { { 0, 0 }, { 1, 2 }, { 3, 1 } };
	bool apart;

	(void)state;
	for (size_t i = 0; i < 3; i++)
		assert_true(kd_mbox_place(text, wrong[i], &apart) == SIZE_MAX);
}

struct mail {
	const char *head;
	const char *body;
	const char *text;   /* NULL: as the body */
	const char *commit; /* how it ends in the text */
	const char *line;
	const char *head_after; /* NULL: as it was */
	const char *body_after; /* NULL: nothing was added */
};

static const struct mail mails[] = {
	{ BASE, "Words.\n\n" SIGNED DIFF, NULL, SIGNED, REVIEW, NULL,
	  "Words.\n\n" SIGNED REVIEW "\n" DIFF },
	{ BASE, "Words.\n" DIFF, NULL, "Words.\n", REVIEW, NULL,
	  "Words.\n\n" REVIEW "\n" DIFF },
	{ BASE, SIGNED "\n" DIFF, NULL, SIGNED, REVIEW, NULL,
	  SIGNED REVIEW "\n\n" DIFF },
	/* what cannot be said in the mail's charset */
	{ BASE UTF8 EIGHT, SIGNED DIFF, NULL, SIGNED, JURGEN,
	  BASE UTF8 VERSION EIGHT, SIGNED JURGEN "\n" DIFF },
	{ BASE, SIGNED DIFF, NULL, SIGNED, JURGEN, BASE VERSION UTF8 EIGHT,
	  SIGNED JURGEN "\n" DIFF },
	{ VERSION BASE "content-type: text/plain;\n\tcharset=us-ascii\n" SEVEN,
	  SIGNED DIFF, NULL, SIGNED, JURGEN, VERSION BASE UTF8 EIGHT,
	  SIGNED JURGEN "\n" DIFF },
	{ BASE, "\xc3\xa4\n\n" SIGNED DIFF, NULL, SIGNED, JURGEN,
	  BASE VERSION UTF8 EIGHT, "\xc3\xa4\n\n" SIGNED JURGEN "\n" DIFF },
	{ BASE "Content-Type: text/plain; charset=ISO-8859-1\n" EIGHT,
	  "\xe4\n\n" SIGNED DIFF, "\xc3\xa4\n\n" SIGNED DIFF, SIGNED, REVIEW,
	  NULL, "\xe4\n\n" SIGNED REVIEW "\n" DIFF },
	{ BASE "Content-Type: text/plain; charset=ISO-8859-1\n" EIGHT,
	  "\xe4\n\n" SIGNED DIFF, "\xc3\xa4\n\n" SIGNED DIFF, SIGNED, JURGEN,
	  BASE VERSION UTF8 EIGHT, "\xc3\xa4\n\n" SIGNED JURGEN "\n" DIFF },
	/* the patch has bytes that git does not change: neither do we */
	{ BASE "Content-Type: text/plain; charset=ISO-8859-1\n" EIGHT,
	  SIGNED DIFF "+\xe4\n", SIGNED DIFF "+\xc3\xa4\n", SIGNED, JURGEN,
	  NULL, NULL },
	{ BASE "Content-Type: text/plain; charset=ISO-8859-1\n" EIGHT,
	  SIGNED DIFF "+\xe4\n", SIGNED DIFF "+\xc3\xa4\n", SIGNED, REVIEW,
	  NULL, SIGNED REVIEW "\n" DIFF "+\xe4\n" },
	/* it says Latin-1 and is UTF-8 */
	{ BASE "Content-Type: text/plain; charset=ISO-8859-1\n",
	  "\xc3\xa4\n\n" SIGNED DIFF, "\xc3\xa4\n\n" SIGNED DIFF, SIGNED,
	  JURGEN, NULL, NULL },
	/* carriage returns */
	{ "Subject: x\r\n", "Words.\r\n\r\n---\r\ndiff --git a/f b/f\r\n",
	  "Words.\n\n---\ndiff --git a/f b/f\n", "Words.\n", REVIEW, NULL,
	  "Words.\r\n\r\n" REVIEW "\r\n\r\n---\r\ndiff --git a/f b/f\r\n" },
	/* quoted-printable */
	{ BASE UTF8 QP, "Long =\nline =3D.\n\n" SIGNED "---\n a=3Db\n",
	  "Long line =.\n\n" SIGNED "---\n a=b\n", SIGNED, REVIEW, NULL,
	  "Long =\nline =3D.\n\n" SIGNED REVIEW "\n---\n a=3Db\n" },
	{ BASE UTF8 QP, SIGNED "---\n", SIGNED "---\n", SIGNED, JURGEN,
	  BASE UTF8 QP VERSION,
	  SIGNED "Acked-by: J=C3=BCrgen <j@example.org>\n---\n" },
	{ BASE QP, "=C3=A4\n" SIGNED "---\n", "\xc3\xa4\n" SIGNED "---\n",
	  SIGNED, JURGEN, BASE VERSION UTF8 EIGHT,
	  "\xc3\xa4\n" SIGNED JURGEN "\n---\n" },
	{ BASE UTF8 QP, "a=0D\n" SIGNED "---\n", "a\n" SIGNED "---\n", SIGNED,
	  REVIEW, NULL, "a=0D\n" SIGNED REVIEW "\n---\n" },
	{ BASE UTF8 QP, "a=0Ab\n" SIGNED "---\n", "a\nb\n" SIGNED "---\n",
	  SIGNED, REVIEW, NULL, NULL },
	/* base64 is decoded, where that loses nothing */
	{ BASE UTF8 B64, "V29yZHMuCi0tLQp4Cg==\n", "Words.\n---\nx\n",
	  "Words.\n", REVIEW, BASE VERSION UTF8 EIGHT,
	  "Words.\n\n" REVIEW "\n---\nx\n" },
	{ BASE UTF8 B64, "V29yZHMuDQotLS0NCng=\n", "Words.\n---\nx", "Words.\n",
	  REVIEW, NULL, NULL },
	/* what is left alone */
	{ BASE "Content-Type: multipart/mixed; boundary=b\n", SIGNED DIFF, NULL,
	  SIGNED, REVIEW, NULL, NULL },
	{ BASE "Content-Type: text/plain; format=flowed\n", SIGNED DIFF, NULL,
	  SIGNED, REVIEW, NULL, NULL },
	{ BASE "Content-Type: text/html\n", SIGNED DIFF, NULL, SIGNED, REVIEW,
	  NULL, NULL },
	{ BASE "Content-Type: text/plain; charset=utf-16\n", SIGNED DIFF, NULL,
	  SIGNED, REVIEW, NULL, NULL },
	{ BASE "Content-Type: text/plain; charset*0=utf; charset*1=-8\n",
	  SIGNED DIFF, NULL, SIGNED, REVIEW, NULL, NULL },
	{ BASE UTF8 UTF8, SIGNED DIFF, NULL, SIGNED, REVIEW, NULL, NULL },
	{ BASE "no header at all\n", SIGNED DIFF, NULL, SIGNED, REVIEW, NULL,
	  NULL },
	{ BASE, "x\n" SIGNED DIFF, SIGNED DIFF, SIGNED, REVIEW, NULL, NULL },
	{ BASE, "Words.", NULL, "Words.", REVIEW, NULL, NULL },
};

static struct kd_mbox_mail mail_of(struct kd_arena *arena,
                                   const struct mail *row)
{
	const char *eol = strchr(row->head, '\r') != NULL ? "\r\n" : "\n";
	const char *text = row->text != NULL ? row->text : row->body;
	const char *end = strstr(text, row->commit);
	struct kd_mbox_mail mail = {
		.raw = kd_bytes_of(kd_arena_printf(arena, "%s%s%s", row->head,
		                                   eol, row->body)),
		.header_size = strlen(row->head) + strlen(eol),
		.text = kd_bytes_of(text),
	};

	assert_non_null(end);
	mail.commit.size = (size_t)(end - text) + strlen(row->commit);
	return mail;
}

static void test_mails(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(mails) / sizeof(mails[0]); i++) {
		const struct mail *row = &mails[i];
		struct kd_arena *arena = kd_arena_new();
		struct kd_mbox_mail mail = mail_of(arena, row);
		struct kd_error err = KD_ERROR_INIT;
		const char *why = NULL;
		const char *want;

		want = kd_arena_printf(
			arena, "%s%s%s",
			row->head_after ? row->head_after : row->head,
			strchr(row->head, '\r') != NULL ? "\r\n" : "\n",
			row->body_after ? row->body_after : row->body);
		assert_int_equal(kd_mbox_add(arena, &mail, &row->line, 1, &why,
		                             &err),
		                 KD_OK);
		if (row->body_after != NULL)
			assert_null(why);
		else
			assert_non_null(why);
		assert_string_equal(kd_arena_strndup(arena, mail.raw.data,
		                                     mail.raw.size),
		                    want);
		kd_arena_free(arena);
	}
}

static void test_several(void **state)
{
	static const char *const lines[] = { REVIEW, JURGEN };
	static const struct mail row = {
		BASE UTF8, "Words.\n" DIFF, NULL, "Words.\n", NULL, NULL, NULL
	};
	struct kd_arena *arena = kd_arena_new();
	struct kd_mbox_mail mail = mail_of(arena, &row);
	struct kd_error err = KD_ERROR_INIT;
	const char *why;

	(void)state;
	assert_int_equal(kd_mbox_add(arena, &mail, lines, 2, &why, &err),
	                 KD_OK);
	assert_null(why);
	assert_non_null(
		kd_find(mail.raw, "Words.\n\n" REVIEW "\n" JURGEN "\n---\n"));
	kd_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_no_place),
		cmocka_unit_test(test_mails),
		cmocka_unit_test(test_several),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
