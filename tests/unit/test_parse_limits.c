/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_parse_limits.c - mails that are made to kill or to stall a parser.
 *
 * Each is built here, must be parsed in this very process, and must say
 * that a limit was hit; what lies within the limits is there all the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "mda/fields.h"
#include "mda/parse.h"
#include "mda/record.h"

#define FIELDS "Message-ID: <b@example.org>\nSubject: [PATCH] bomb\n"

static struct kd_arena *arena;

static int set_up(void **state)
{
	(void)state;
	arena = kd_arena_new();
	return arena == NULL ? -1 : 0;
}

static int tear_down(void **state)
{
	(void)state;
	kd_arena_free(arena);
	return 0;
}

/* head, n times piece, middle, n times closing, tail. */
struct bomb {
	const char *head;
	const char *piece;
	const char *middle;
	const char *closing;
	const char *tail;
	size_t n;
	bool limited;
	const char *text; /* or NULL: anything */
};

/* n times s at data + *size. */
static void put(char *data, size_t *size, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; s[k] != '\0'; k++)
			data[(*size)++] = s[k];
	}
}

static struct kd_bytes built(const struct bomb *bomb)
{
	size_t size = strlen(bomb->head) + strlen(bomb->middle) +
	              strlen(bomb->tail) +
	              bomb->n * (strlen(bomb->piece) + strlen(bomb->closing));
	char *data = kd_arena_alloc(arena, size);
	size_t at = 0;

	assert_non_null(data);
	put(data, &at, bomb->head, 1);
	put(data, &at, bomb->piece, bomb->n);
	put(data, &at, bomb->middle, 1);
	put(data, &at, bomb->closing, bomb->n);
	put(data, &at, bomb->tail, 1);
	assert_int_equal(at, size);
	return (struct kd_bytes){ data, size };
}

#define TAIL "\n" FIELDS "\nbody\n"
#define MULTI FIELDS "Content-Type: multipart/mixed; boundary=b\n\n"

static const struct bomb bombs[] = {
	/* addresses: nested groups, too many, too long */
	{ "From: ", "a:", "x@example.org", ";", TAIL, 45000, true, "body\n" },
	{ "To: ", "a:", "x@example.org", ";", TAIL, 65, true, "body\n" },
	{ "To: ", "a:", "x@example.org", ";", TAIL, 64, false, "body\n" },
	{ "Cc: ", "\"a:\" <a@x>,\n ", "b@x", "", TAIL, 100, false, "body\n" },
	{ "Cc: ", "a@x,", "b@x", "", TAIL, 500, true, "body\n" },
	{ "Sender: ", "\"a\":", "", "", TAIL, 8000, true, "body\n" },
	{ "Reply-To: ", "(", "", ")", TAIL, 20000, true, "body\n" },
	/* header block, one field, subject */
	{ FIELDS, "X-Y: z\n", "", "", "\nbody\n", 50000, true, "body\n" },
	{ FIELDS "X-Y: ", "zzzzzzzzzzzzzzzz", "", "", "\n\nbody\n", 5000, true,
	  "body\n" },
	{ FIELDS "Content-Type: text/plain", "; a=b", "", "", "\n\nbody\n",
	  20000, true, "body\n" },
	/* parts, depth, boundary lines */
	{ MULTI, "--b\n\nx\n", "--b--\n", "", "", 1999, true, NULL },
	{ MULTI, "--b\n\nx\n", "--b--\n", "", "", 100000, true, "" },
	{ MULTI "--b\n", "Content-Type: message/rfc822\n\n", "\n\nx\n", "",
	  "\n--b--\n", 100, true, "" },
	{ MULTI "--b\n\ntext\n", "--no boundary\n", "--b--\n", "", "", 20000,
	  false, NULL },
	{ FIELDS "\n", "--b\n", "", "", "", 20000, false, NULL },
	{ FIELDS "Content-Type: multipart/mixed; boundary*=utf-8''%62\n\n",
	  "--b\n\n\n", "", "", "", 20000, true, "" },
	/* a boundary that goes on and on, and more of them than there are */
	{ FIELDS "Content-Type: multipart/mixed; boundary(", "\\\\", "", "",
	  "\n\n--b\n\nx\n", 1000, false, NULL },
	{ FIELDS "Content-Type: multipart/mixed; boundary=", "x", "", "",
	  "\n\n--b\n\nx\n", 1500, false, NULL },
	{ MULTI "--b\n\n", "boundary=b\n", "--b--\n", "", "", 2500, true,
	  NULL },
	{ FIELDS "Content-Type: message/rfc822\n\nFrom: ", "a:", "x", ";",
	  "\n\nx\n", 30000, true, "" },
};

static void test_bombs(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bombs) / sizeof(bombs[0]); i++) {
		struct kd_error err = KD_ERROR_INIT;
		struct kd_bytes raw = built(&bombs[i]);
		struct kd_mail mail;
		struct kd_bytes text;

		assert_int_equal(kd_parse(raw, arena, &mail, &err), KD_OK);
		assert_int_equal(mail.limited, bombs[i].limited);
		assert_string_equal(mail.message_id, "b@example.org");
		assert_string_equal(mail.subject, "[PATCH] bomb");
		if (bombs[i].text == NULL)
			continue;
		text = mail.text;
		if (text.data == NULL)
			text = (struct kd_bytes){
				raw.data + mail.text_in_raw.offset,
				mail.text_in_raw.size
			};
		assert_int_equal(text.size, strlen(bombs[i].text));
		assert_memory_equal(text.data, bombs[i].text, text.size);
	}
}

static void test_nested_multiparts(void **state)
{
	enum { LEVELS = 40 };
	char *raw = kd_arena_strdup(arena, FIELDS);
	struct kd_error err = KD_ERROR_INIT;
	struct kd_mail mail;

	(void)state;
	for (int i = 0; i < LEVELS; i++)
		raw = kd_arena_printf(arena,
		                      "%sContent-Type: multipart/mixed; "
		                      "boundary=\"b%02d\"\n\n--b%02d\n",
		                      raw, i, i);
	raw = kd_arena_printf(arena, "%s\ndeep\n", raw);
	assert_int_equal(kd_parse(kd_bytes_of(raw), arena, &mail, &err), KD_OK);
	assert_true(mail.limited);
	assert_int_equal(mail.text_in_raw.size + mail.text.size, 0);
}

static void test_long_subject(void **state)
{
	const struct bomb bomb = {
		.head = "Message-ID: <b@example.org>\nSubject: ",
		.piece = "\xc3\xb6\xc3\xb6\xc3\xb6",
		.middle = "",
		.closing = "",
		.tail = "\n\nx\n",
		.n = 1000,
	};
	struct kd_error err = KD_ERROR_INIT;
	struct kd_mail mail;

	(void)state;
	assert_int_equal(kd_parse(built(&bomb), arena, &mail, &err), KD_OK);
	assert_true(mail.limited);
	assert_int_equal(strlen(mail.subject), KD_SUBJECT_MAX);
	assert_true(kd_utf8_valid(kd_bytes_of(mail.subject)));
}

static void test_long_text(void **state)
{
	static const char *const heads[] = {
		FIELDS "\n",
		FIELDS "Content-Type: text/plain; charset=iso-8859-1\n\n\xf6",
		FIELDS "Content-Type: text/html\n\n",
	};
	struct bomb bomb = { .piece = "0123456789012345678901234567890\n",
		             .middle = "",
		             .closing = "",
		             .tail = "",
		             .n = 300000 };

	(void)state;
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		struct kd_error err = KD_ERROR_INIT;
		struct kd_mail mail;

		bomb.head = heads[i];
		assert_int_equal(kd_parse(built(&bomb), arena, &mail, &err),
		                 KD_OK);
		assert_true(mail.limited);
		assert_int_equal(mail.text.size + mail.text_in_raw.size,
		                 KD_TEXT_MAX);
	}
}

/* The first and the last 99, also of a field that is cut elsewhere. */
static void test_many_references(void **state)
{
	enum { N = 5000 };
	char *raw = kd_arena_alloc(arena, N * 32 + 128);
	struct kd_error err = KD_ERROR_INIT;
	struct kd_mail mail;
	size_t size = 0;

	(void)state;
	assert_non_null(raw);
	put(raw, &size, FIELDS "References:", 1);
	for (int i = 0; i < N; i++)
		put(raw, &size,
		    kd_arena_printf(arena, "\n <%d@example.org>", i), 1);
	put(raw, &size, "\n\nx\n", 1);
	assert_int_equal(kd_parse((struct kd_bytes){ raw, size }, arena, &mail,
	                          &err),
	                 KD_OK);
	assert_true(mail.limited);
	assert_int_equal(mail.n_references, KD_REFERENCES_MAX);
	assert_string_equal(mail.references[0], "0@example.org");
	assert_string_equal(mail.references[1], "4901@example.org");
	assert_string_equal(mail.references[99], "4999@example.org");
}

/* A subject that goes on beyond the header block is shown as far as any. */
static void test_endless_subject(void **state)
{
	const struct bomb bomb = {
		.head = "From: a@example.org\nSubject: [PATCH] ",
		.piece = "0123456789abcdef",
		.middle = "",
		.closing = "",
		.tail = "\nMessage-ID: <b@example.org>\n\nx\n",
		.n = 20000,
	};
	struct kd_error err = KD_ERROR_INIT;
	struct kd_mail mail;

	(void)state;
	assert_int_equal(kd_parse(built(&bomb), arena, &mail, &err), KD_OK);
	assert_true(mail.limited);
	assert_int_equal(strlen(mail.subject), KD_SUBJECT_MAX);
	assert_memory_equal(mail.subject, "[PATCH] 0123456789abcdef", 24);
}

/* The same up to a limit: not the same, or the second would be lost. */
static const struct bomb long_fields[] = {
	{ FIELDS "From: ", "0123456789abcdef", "", "", "@example.org", 5000,
	  true, NULL },
	{ FIELDS "Subject: ", "0123456789abcdef", "", "", "", 5000, true,
	  NULL },
	{ "Subject: ", "0123456789abcdef", "", "", "", 5000, true, NULL },
	{ "Subject: ", "0123456789abcdef", "", "", "", 20000, true, NULL },
	{ "Subject:", "\n 0123456789abcdef", "", "", "", 20000, true, NULL },
	{ "X: ", "0123456789abcdef", "", "", "\nSubject: ", 20000, true, NULL },
	{ "X: ", "0123456789abcdef", "", "", "\nFrom: a@example.", 20000, true,
	  NULL },
	{ "", "X: 0123456789abcdef\n", "", "", "Date: 4 Mar 202", 20000, true,
	  NULL },
	{ "In-Reply-To: <", "0123456789abcdef", "", "", "@x>\n ", 5000, true,
	  NULL },
	{ "Content-Type: text/x; a=", "0123456789abcdef", "", "", "", 5000,
	  true, NULL },
};

static struct kd_bytes with_end(const struct bomb *bomb, const char *end)
{
	struct bomb whole = *bomb;

	whole.tail = kd_arena_printf(arena, "%s%s\n\nbody\n", bomb->tail, end);
	assert_non_null(whole.tail);
	return built(&whole);
}

static void hashes_of(struct kd_bytes raw, unsigned char *parsed,
                      unsigned char *fallback)
{
	struct kd_error err = KD_ERROR_INIT;
	struct kd_message msg;
	struct kd_mail mail;

	assert_int_equal(kd_parse(raw, arena, &mail, &err), KD_OK);
	memcpy(parsed, mail.content_sha256, KD_HASH_SIZE);
	assert_int_equal(kd_record_fallback(raw, 1741078800, KD_PARSE_CRASHED,
	                                    arena, &msg, &err),
	                 KD_OK);
	memcpy(fallback, msg.content_sha256, KD_HASH_SIZE);
}

static void test_long_fields_tell_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(long_fields) / sizeof(long_fields[0]);
	     i++) {
		unsigned char one[2][KD_HASH_SIZE], two[2][KD_HASH_SIZE];
		const struct bomb *bomb = &long_fields[i];

		print_message("%zu\n", i);
		hashes_of(with_end(bomb, "5"), one[0], one[1]);
		hashes_of(with_end(bomb, "6"), two[0], two[1]);
		assert_memory_not_equal(one[0], two[0], KD_HASH_SIZE);
		assert_memory_not_equal(one[1], two[1], KD_HASH_SIZE);
		hashes_of(with_end(bomb, "5"), two[0], two[1]);
		assert_memory_equal(one[0], two[0], KD_HASH_SIZE);
		assert_memory_equal(one[1], two[1], KD_HASH_SIZE);
	}
}

static const struct {
	const char *value;
	bool ok;
	int64_t date;
} dates[] = {
	{ "Tue, 4 Mar 2025 10:00:00 +0100", true, 1741078800 },
	{ "4 Mar 2025 09:00 GMT (comment)", true, 1741078800 },
	{ "Tue,  4 Mar 2025\n 04:00:00 -0500", true, 1741078800 },
	{ "Thu, 1 Jan 1970 00:00:00 +0000", true, 0 },
	{ "Mon, 1 Jan 0001 00:00:00 +0000", true, -62135596800 },
	{ "Tue, 4 Mar 25 10:00:00 +0100", false, 0 },
	{ "Tue, 4 Mar 2925000 10:00:00 +0100", false, 0 },
	{ "Tue, 32 Mar 2025 10:00:00 +0100", false, 0 },
	{ "Tue, 4 Mar 2025 24:00:00 +0100", false, 0 },
	{ "Tue, 4 Mar 2025 10:00:00", false, 0 },
	{ "2025-03-04", false, 0 },
	{ ",", false, 0 },
	{ "", false, 0 },
};

static void test_dates(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
		int64_t date = 0;

		assert_int_equal(kd_field_date(kd_bytes_of(dates[i].value),
		                               &date),
		                 dates[i].ok);
		if (dates[i].ok)
			assert_int_equal(date, dates[i].date);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bombs),
		cmocka_unit_test(test_nested_multiparts),
		cmocka_unit_test(test_long_subject),
		cmocka_unit_test(test_long_text),
		cmocka_unit_test(test_many_references),
		cmocka_unit_test(test_endless_subject),
		cmocka_unit_test(test_long_fields_tell_apart),
		cmocka_unit_test(test_dates),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
