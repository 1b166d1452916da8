/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_report_mboxrd.c - mails into mailboxes: the line in front of each, and
 * what in them could be taken for such a line.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "report/mbox.h"
#include "report/mbox_body.h"
#include "report/mboxrd.h"

#define BASE "Subject: [PATCH] x\nFrom: A <a@example.org>\n"
#define EIGHT "Content-Transfer-Encoding: 8bit\n"
#define QP "Content-Transfer-Encoding: quoted-printable\n"
#define VERSION "MIME-Version: 1.0\n"

static void test_open(void **state)
{
	static const char *const before[] = {
		"", "\xef\xbb\xbf", "From a@example.org Mon Sep  1 2025\n",
		">From a\r\n", "From a\n>From b\n"
	};
	struct kd_arena *arena = kd_arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++) {
		struct kd_mbox_mail mail = {
			.raw = kd_bytes_of(kd_arena_printf(
				arena, "%sSubject: x\n\nFrom b\n", before[i])),
			.header_size = strlen(before[i]) + 12,
		};

		kd_mbox_open(&mail);
		assert_int_equal(mail.header_size, 12);
		assert_int_equal(mail.raw.size, 19);
		assert_true(kd_bytes_starts(mail.raw, "Subject: x\n\nFrom b"));
	}
	kd_arena_free(arena);
}

static void test_is_from(void **state)
{
	static const struct {
		const char *line;
		bool expect;
	} rows[] = {
		{ "From git@z Thu Jan  1 00:00:00 1970", true },
		{ "From 0123456789abcdef Mon Sep 17 00:00:00 2001", true },
		{ "From here at 10:00:00 95", true },
		{ "From here at 10:00:00 90", false },
		{ "From here at 10:00:00 on", false },
		{ "From a Mon Sep 17 00:00:00 +0100 2001", true },
		{ "From a Mon Sep 17 00:00:00 -0100 2001", false },
		{ "From a Mon Sep 17 00:00:00 2001 and so it goes on", true },
		{ "From the beginning of it", false },
		{ "From x 1:0:0 2001 abcdef", false },
		{ ">From git@z Thu Jan  1 00:00:00 1970", false },
		{ "From: a Thu Jan  1 00:00:00 1970", false },
		{ "From ", false },
		{ "", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (kd_mbox_is_from(kd_bytes_of(rows[i].line)) !=
		    rows[i].expect)
			fail_msg("%s", rows[i].line);
}

#define FROM "From me Mon Sep 17 00:00:00 2001"

struct hidden {
	const char *head;
	const char *body;
	const char *head_after;
	const char *body_after;
	bool quoted;
};

static const struct hidden hidden[] = {
	{ BASE, "a=b\nFrom here on.\n", BASE, "a=b\nFrom here on.\n", false },
	{ BASE, "a=b \n" FROM "\n\xc3\xa4", BASE VERSION QP,
	  "a=3Db=20\n=46rom me Mon Sep 17 00:00:00 2001\n=C3=A4", false },
	{ BASE EIGHT VERSION, FROM "\r\nx\r\n", BASE VERSION QP,
	  "=46rom me Mon Sep 17 00:00:00 2001\r\nx\r\n", false },
	{ BASE QP, "a=3Db\n" FROM "\n", BASE QP,
	  "a=3Db\n=46rom me Mon Sep 17 00:00:00 2001\n", false },
	{ BASE "Content-Type: multipart/mixed; boundary=b\n", "--b\n" FROM "\n",
	  BASE "Content-Type: multipart/mixed; boundary=b\n",
	  "--b\n>" FROM "\n", true },
};

static void test_close(void **state)
{
	struct kd_arena *arena = kd_arena_new();
	struct kd_error err = KD_ERROR_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++) {
		const struct hidden *row = &hidden[i];
		struct kd_mbox_mail mail = {
			.raw = kd_bytes_of(kd_arena_printf(
				arena, "%s\n%s", row->head, row->body)),
			.header_size = strlen(row->head) + 1,
		};
		bool quoted = !row->quoted;

		assert_int_equal(kd_mbox_close(arena, &mail, &quoted, &err),
		                 KD_OK);
		assert_int_equal(quoted, row->quoted);
		assert_string_equal(
			kd_arena_strndup(arena, mail.raw.data, mail.raw.size),
			kd_arena_printf(arena, "%s\n%s", row->head_after,
		                        row->body_after));
	}
	kd_arena_free(arena);
}

/* No line is longer than a mail server lets through, and none begins as
 * the first one of a mail does, wherever it is broken. */
static void test_qp(void **state)
{
	char line[600], out[4 * 600];
	const char *end;

	(void)state;
	memset(line, 'x', sizeof(line));
	for (size_t i = 0; FROM[i] != '\0'; i++)
		line[73 + i] = FROM[i];
	memset(line + 300, '\xe4', 200);
	end = kd_mbox_put_qp(out, (struct kd_bytes){ line, sizeof(line) },
	                     "\n");
	for (const char *s = out; s < end;) {
		const char *lf = memchr(s, '\n', (size_t)(end - s));

		assert_non_null(lf);
		assert_true(lf - s <= 76);
		assert_false(strncmp(s, "From ", 5) == 0);
		s = lf + 1;
	}
	assert_int_equal(kd_mbox_decoded_size(
				 (struct kd_bytes){ out, (size_t)(end - out) },
				 KD_TRANSFER_QP),
	                 sizeof(line) + 1);
}

static void test_mboxrd_lines(void **state)
{
	static const struct {
		const char *raw;
		const char *expect;
	} rows[] = {
		{ "a\nFrom b\n>From c\n>>From d\nFrom\n", "a\n>From b\n>>From "
		                                          "c\n>>>From d\n"
		                                          "From\n" },
		{ "From a\nb", ">From a\nb" },
		{ ">From a", ">>From a" },
		{ "> From a\n\nFrom: b\nxFrom c\n",
		  "> From a\n\nFrom: b\nxFrom c\n" },
		{ "\n", "\n" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct kd_bytes rest = kd_bytes_of(rows[i].raw), piece;
		char out[100] = "";
		bool quote = false;

		while (kd_mboxrd_next(&rest, &piece, &quote)) {
			strcat(out, quote ? ">" : "");
			strncat(out, piece.data, piece.size);
		}
		assert_string_equal(out, rows[i].expect);
	}
}

static void test_mboxrd_from(void **state)
{
	static const struct {
		const char *email;
		int64_t when;
		const char *expect;
	} rows[] = {
		{ "a@example.org", 1762794999,
		  "From a@example.org Mon Nov 10 17:16:39 2025\n" },
		{ "a b@example.org", 1762794999,
		  "From MAILER-DAEMON Mon Nov 10 17:16:39 2025\n" },
		{ "a\n@example.org", 0,
		  "From MAILER-DAEMON Thu Jan  1 00:00:00 1970\n" },
		{ NULL, -5, "From MAILER-DAEMON Thu Jan  1 00:00:00 1970\n" },
		{ "", INT64_MAX,
		  "From MAILER-DAEMON Fri Dec 31 23:59:59 9999\n" },
	};
	char line[KD_FROM_LINE_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		kd_mboxrd_from(rows[i].email, rows[i].when, line);
		assert_string_equal(line, rows[i].expect);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_open),
		cmocka_unit_test(test_is_from),
		cmocka_unit_test(test_close),
		cmocka_unit_test(test_qp),
		cmocka_unit_test(test_mboxrd_lines),
		cmocka_unit_test(test_mboxrd_from),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
