/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_headers.c - the header scan: blocks, fields, ids and lists.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mda/headers.h"

struct block_row {
	const char *name;
	const char *before; /* of the block */
	const char *block;
	const char *between; /* it and the body */
	const char *body;
	bool is_mail;
};

static const struct block_row block_rows[] = {
	{ "empty", "", "", "", "", false },
	{ "plain", "", "From: a\nTo: b\n", "\n", "body\n", true },
	{ "crlf", "", "From: a\r\nTo: b\r\n", "\r\n", "body\r\n", true },
	{ "no body", "", "From: a\n", "\n", "", true },
	{ "no empty line", "", "From: a\nTo: b\n", "", "", true },
	{ "no line end", "", "From: a", "", "", true },
	{ "envelope", "From a@example.org Mon Jan  1 00:00:00 2024\n",
	  "To: b\n", "\n", "From x\n", true },
	{ "quoted envelope", ">From a Mon\n", "To: b\n", "\n", "c", true },
	{ "byte order mark", "\xef\xbb\xbf", "To: b\n", "\n", "c", true },
	{ "both",
	  "\xef\xbb\xbf"
	  "From a\n",
	  "To: b\n", "\n", "c", true },
	{ "blank before the colon", "", "To : b\n", "\n", "c", true },
	{ "prose", "", "", "", "Hello there.\n\nFrom: a\n", false },
	{ "colon first", "", "", "", ": a\n\nb\n", false },
	{ "eight bits in a name", "", "", "", "T\xc3\xb6: a\n\nb\n", false },
	{ "empty line first", "", "", "", "\nFrom: a\n\nb\n", false },
	{ "continuation first", "", "", "", " a: b\n\nc\n", false },
	{ "junk in it", "", "A: b\njunk\nC: d\n", "\n", "e", true },
	{ "blank line is none", "", "A: b\n \nC: d\n", "\n", "e", true },
};

static void test_find(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(block_rows) / sizeof(block_rows[0]);
	     i++) {
		const struct block_row *row = &block_rows[i];
		struct kd_headers got;
		char raw[256] = "";

		print_message("%s\n", row->name);
		strcat(strcat(raw, row->before), row->block);
		strcat(strcat(raw, row->between), row->body);
		kd_headers_find(kd_bytes_of(raw), &got);
		assert_int_equal(got.is_mail, row->is_mail);
		assert_false(got.cut);
		assert_int_equal(got.offset, strlen(row->before));
		assert_int_equal(got.block.size, strlen(row->block));
		assert_int_equal(got.body_offset,
		                 strlen(raw) - strlen(row->body));
		if (got.block.size > 0)
			assert_ptr_equal(got.block.data, raw + got.offset);
	}
}

static void test_find_limit(void **state)
{
	static const char line[] = "Subject: 0123456789\n";
	const size_t size = sizeof(line) - 1;
	const size_t n = KD_HEADER_BLOCK_MAX / size + 100;
	char *raw = malloc(n * size + 6);
	struct kd_headers got;
	struct kd_header field;
	size_t pos = 0, fields = 0;

	(void)state;
	for (size_t i = 0; i < n; i++)
		memcpy(raw + i * size, line, size);
	memcpy(raw + n * size, "\nbody", 6);
	kd_headers_find(kd_bytes_of(raw), &got);
	assert_true(got.cut);
	assert_true(got.is_mail);
	assert_true(got.block.size <= KD_HEADER_BLOCK_MAX);
	assert_int_equal(got.block.size % size, 0);
	assert_int_equal(got.body_offset, n * size + 1);
	while (kd_headers_next(&got, &pos, &field))
		fields++;
	assert_int_equal(fields, got.block.size / size);

	memset(raw + 8, 'x', n * size - 8);
	kd_headers_find(kd_bytes_of(raw), &got);
	assert_true(got.cut);
	assert_int_equal(got.block.size, KD_HEADER_BLOCK_MAX);
	pos = 0;
	assert_true(kd_headers_next(&got, &pos, &field));
	assert_int_equal(field.value.size, KD_HEADER_FIELD_MAX);
	assert_false(kd_headers_next(&got, &pos, &field));
	free(raw);
}

static void expect_field(const struct kd_headers *headers, size_t *pos,
                         const char *name, const char *value)
{
	struct kd_header field;

	assert_true(kd_headers_next(headers, pos, &field));
	assert_int_equal(field.name.size, strlen(name));
	assert_memory_equal(field.name.data, name, field.name.size);
	assert_int_equal(field.value.size, strlen(value));
	assert_memory_equal(field.value.data, value, field.value.size);
}

static void test_next(void **state)
{
	struct kd_headers headers;
	struct kd_header field;
	size_t pos = 0;

	(void)state;
	kd_headers_find(kd_bytes_of("A: b\r\nC  : d\r\n\te\r\njunk\n  f\n"
	                            "D:\nE:g:h\n\nX: no\n"),
	                &headers);
	expect_field(&headers, &pos, "A", " b");
	expect_field(&headers, &pos, "C", " d\r\n\te");
	expect_field(&headers, &pos, "D", "");
	expect_field(&headers, &pos, "E", "g:h");
	assert_false(kd_headers_next(&headers, &pos, &field));
	assert_false(kd_headers_next(&headers, &pos, &field));
}

static void test_get(void **state)
{
	struct kd_headers headers;
	struct kd_bytes value;

	(void)state;
	kd_headers_find(kd_bytes_of("Subject2: z\nsubject: a\nSubject: b\n\n"),
	                &headers);
	assert_true(kd_headers_get(&headers, "SUBJECT", &value));
	assert_true(kd_bytes_equal_nocase(kd_trim(value), "a"));
	assert_false(kd_headers_get(&headers, "Subj", &value));
}

static void test_unfold(void **state)
{
	static const struct {
		const char *value;
		const char *expected;
	} rows[] = {
		{ " a", "a" },
		{ " a\r\n b\n\tc", "a b\tc" },
		{ "\n a", "a" },
		{ "a\rb", "a b" },
		{ "\xff", "\xef\xbf\xbd" },
		{ "", "" },
	};
	struct kd_arena *arena = kd_arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(
			kd_header_unfold(arena, kd_bytes_of(rows[i].value)),
			rows[i].expected);
	kd_arena_free(arena);
}

static void test_message_id(void **state)
{
	static const struct {
		const char *value;
		const char *expected;
	} rows[] = {
		{ " <a@example.org>", "a@example.org" },
		{ "<A@example.org> <b@example.org>", "A@example.org" },
		{ "(<no@x>) <a@example.org>", "a@example.org" },
		{ "(x (y) \\) <no@x>) <a@b>", "a@b" },
		{ "(never closed <a@b>", "a@b" },
		{ "<a@b", "a@b" },
		{ "<a\t@\r\n b>", "a@b" },
		{ "<a(b)@c>", "a(b)@c" },
		{ "a@example.org (comment)", "a@example.org" },
		{ "a@example.org (open", "a@example.org(open" },
		{ "text <a@b>", "a@b" },
		{ "<\xff@b>", "\xef\xbf\xbd@b" },
		{ "<>", NULL },
		{ " \t", NULL },
		{ "", NULL },
	};
	struct kd_arena *arena = kd_arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *got = kd_message_id_of(arena, kd_bytes_of(rows[i].value));

		print_message("%s\n", rows[i].value);
		if (rows[i].expected == NULL)
			assert_null(got);
		else
			assert_string_equal(got, rows[i].expected);
	}
	kd_arena_free(arena);
}

static void test_message_id_limit(void **state)
{
	/* sha256sum of 999 times "a" */
	static const char hash[] = "sha256:"
				   "d9fe27f3d807a7c46467325f7189495e"
				   "82b099ce2e14c5b16cc76697fa909f81";
	char id[KD_MESSAGE_ID_MAX + 2];
	struct kd_arena *arena = kd_arena_new();

	(void)state;
	memset(id, 'a', sizeof(id));
	id[KD_MESSAGE_ID_MAX + 1] = '\0';
	assert_string_equal(kd_message_id_of(arena, kd_bytes_of(id)), hash);
	id[KD_MESSAGE_ID_MAX] = '\0';
	assert_string_equal(kd_message_id_of(arena, kd_bytes_of(id)), id);
	kd_arena_free(arena);
}

static const struct kd_list lists[] = {
	{ "KVM", "kvm.vger.kernel.org", "kvm@vger.kernel.org", "" },
	{ "PPC", "kvm-ppc.vger.kernel.org", "kvm-ppc@vger.kernel.org", "" },
};

struct list_row {
	const char *block;
	const char *list; /* NULL: none */
	bool through;
};

static const struct list_row list_rows[] = {
	{ "List-Id: <kvm.vger.kernel.org>", "KVM", true },
	{ "LIST-ID: KVM list\n <KVM.vger.kernel.org> (x)", "KVM", true },
	{ "List-ID: kvm.vger.kernel.org", "KVM", true },
	{ "List-Id: \"<no>\" <kvm-ppc.vger.kernel.org>", "PPC", true },
	{ "List-Id: <kvm.vger.kernel.org> <other>", NULL, false },
	{ "List-Id: <other>\nList-Id: <kvm.vger.kernel.org>", NULL, false },
	{ "List-Id: <kvm.vger.kernel.org>\nList-Id: <other>", "KVM", true },
	{ "List-Id: <xkvm.vger.kernel.org>", NULL, false },
	{ "List-Id: <other>\nTo: kvm@vger.kernel.org", NULL, false },
	{ "List-Id:\nTo: kvm@vger.kernel.org", NULL, false },
	{ "To: kvm@vger.kernel.org", "KVM", false },
	{ "Cc: A <a@example.org>,\n KVM <KVM@VGER.kernel.org>", "KVM", false },
	{ "X-Mailing-List: kvm-ppc@vger.kernel.org", "PPC", false },
	{ "X-Original-To: kvm@vger.kernel.org", "KVM", false },
	{ "Delivered-To: kvm@vger.kernel.org", "KVM", false },
	{ "From: kvm@vger.kernel.org", NULL, false },
	{ "To: xkvm@vger.kernel.org", NULL, false },
	{ "To: kvm@vger.kernel.org.example.org", NULL, false },
	{ "To: \"kvm@vger.kernel.org\" <a@example.org>", NULL, false },
	{ "To: kvm@vger.kernel.org <a@example.org>", NULL, false },
	{ "To: a@example.org (kvm@vger.kernel.org)", NULL, false },
	{ "To: (a (b)) kvm@vger.kernel.org (c)", "KVM", false },
	{ "To: \"a \\\" , b\" <kvm@vger.kernel.org>", "KVM", false },
	{ "To: <a@example.org> junk, kvm@vger.kernel.org", "KVM", false },
	{ "To: list: a@example.org, kvm@vger.kernel.org;", "KVM", false },
	{ "To: <@a,@b:kvm@vger.kernel.org>", "KVM", false },
	{ "To: a@example.org kvm@vger.kernel.org", "KVM", false },
	{ "To: <kvm@vger.kernel.org", "KVM", false },
	{ "To: \"kvm@vger.kernel.org", NULL, false },
	{ "To: kvm-ppc@vger.kernel.org, kvm@vger.kernel.org", "KVM", false },
	{ "To: kvm@vger.kernel.org\nX-Kvmdigest: digest", NULL, false },
	{ "List-Id: <kvm.vger.kernel.org>\nX-KVMdigest: Digest", NULL, false },
	{ "List-Id: <kvm.vger.kernel.org>\nX-Kvmdigest: x", "KVM", true },
	{ "Subject: x", NULL, false },
};

static void test_list(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(list_rows) / sizeof(list_rows[0]); i++) {
		const struct list_row *row = &list_rows[i];
		const struct kd_list *got;
		struct kd_headers headers;
		bool through = true;

		print_message("%s\n", row->block);
		kd_headers_find(kd_bytes_of(row->block), &headers);
		got = kd_headers_list(&headers, lists, 2, &through);
		if (row->list == NULL)
			assert_null(got);
		else
			assert_string_equal(got == NULL ? "" : got->name,
			                    row->list);
		assert_int_equal(through, row->through);
	}
}

static void test_list_long_word(void **state)
{
	char block[2048] = "To: ";
	struct kd_headers headers;
	bool through;

	(void)state;
	memset(block + 4, 'x', 1000);
	strcpy(block + 1004, "kvm@vger.kernel.org, kvm-ppc@vger.kernel.org");
	kd_headers_find(kd_bytes_of(block), &headers);
	assert_ptr_equal(kd_headers_list(&headers, lists, 2, &through),
	                 &lists[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_find_limit),
		cmocka_unit_test(test_next),
		cmocka_unit_test(test_get),
		cmocka_unit_test(test_unfold),
		cmocka_unit_test(test_message_id),
		cmocka_unit_test(test_message_id_limit),
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_list_long_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
