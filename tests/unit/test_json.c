/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_json.c - the line of --dry-run, byte for byte; what is in it for all
 * kinds of mail is held by e2e/dryrun.py.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "mda/json.h"

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

static struct kd_message empty_message(void)
{
	return (struct kd_message){
		.message_id = "x@example.org",
		.subject = { .full = "",
		             .title = "",
		             .version = 1,
		             .number = KD_NUMBER_NONE,
		             .total = KD_NUMBER_NONE },
	};
}

static const char *json_of(const struct kd_message *msg, const char *raw,
                           const char *list)
{
	struct kd_error err = KD_ERROR_INIT;
	struct kd_bytes line = { NULL, 0 };

	assert_int_equal(kd_json_message(msg, kd_bytes_of(raw), list, arena,
	                                 &line, &err),
	                 KD_OK);
	assert_int_equal(strlen(line.data), line.size);
	return line.data;
}

static void test_json_of_nothing(void **state)
{
	struct kd_message msg = empty_message();

	(void)state;
	assert_string_equal(
		json_of(&msg, "", NULL),
		"{\"message_id\":\"x@example.org\",\"list\":null,"
		"\"kind\":\"other\",\"status\":\"ok\",\"subject\":\"\","
		"\"prefixes\":[],\"title\":\"\",\"version\":1,\"revision\":0,"
		"\"number\":null,\"total\":null,\"rfc\":false,\"resend\":false,"
		"\"reply\":false,\"project\":null,"
		"\"sender\":{\"name\":\"\",\"email\":\"\"},"
		"\"author\":{\"name\":\"\",\"email\":\"\"},\"date\":null,"
		"\"in_reply_to\":null,\"references\":[],\"message\":\"\","
		"\"notes\":\"\",\"has_diff\":false,\"diff\":null,"
		"\"patch_id\":null,\"trailers\":[],\"change_id\":null,"
		"\"base_commit\":null,\"pull\":null,\"applied\":null}\n");
}

/* As much as there can be. */
static struct kd_message full_message(void)
{
	static const char *const references[] = { "1@example.org",
		                                  "2@example.org" };
	static const char *const paths[] = { "a.c", "b/c.h" };
	static const struct kd_trailer trailers[] = {
		{ "Acked-By", "A <a@example.org>", true, false },
		{ "Fixes", "0123456789ab (\"x\")", false, false },
	};
	static const struct kd_taken taken[] = {
		{ 1, "one", "0123456789ab" },
		{ 2, "two", NULL },
		{ 3, "three", "fedcba987654" },
	};
	struct kd_message msg = empty_message();

	msg.in_reply_to = "2@example.org";
	msg.references = references;
	msg.n_references = 2;
	msg.subject = (struct kd_subject){
		.full = "[kvmtool PATCH RFC v5.1 04/11] x: y",
		.title = "x: y",
		.prefixes = { "kvmtool", "PATCH", "RFC", "v5.1", "04/11" },
		.n_prefixes = 5,
		.project = "kvmtool",
		.version = 5,
		.revision = 1,
		.number = 4,
		.total = 11,
		.rfc = true,
		.resend = true,
		.reply = true,
	};
	msg.sender = (struct kd_person){ "S", "s@example.org" };
	msg.author = (struct kd_person){ NULL, "a@example.org" };
	msg.has_date = true;
	msg.date = 1762795004;
	msg.kind = KD_KIND_PATCH;
	msg.status = KD_PARSE_LIMITED;
	msg.text_in_raw = (struct kd_span){ 3, 8 };
	msg.commit = (struct kd_span){ 0, 4 };
	msg.notes = (struct kd_span){ 4, 4 };
	msg.has_diff = true;
	msg.counted = (struct kd_diffstat){ 2, 40, 3 };
	msg.diffstat = (struct kd_diffstat){ 7, 7, 7 };
	msg.paths = paths;
	msg.n_paths = 2;
	msg.has_patch_id = true;
	memset(msg.patch_id, 0xa5, KD_PATCH_ID_SIZE);
	msg.trailers = trailers;
	msg.n_trailers = 2;
	msg.change_id = "2025-x-1";
	msg.base_commit = "00ff";
	msg.pull_url = "git://example.org/a";
	msg.pull_ref = "tags/b";
	msg.fate = KD_FATE_APPLIED;
	msg.tree = "kvm/next";
	msg.taken = taken;
	msg.n_taken = 3;
	return msg;
}

static void test_json_of_everything(void **state)
{
	struct kd_message msg = full_message();

	(void)state;
	assert_string_equal(
		json_of(&msg,
	                "raw\xc3\xbc"
	                "a\nb\n\t\n",
	                "KVM"),
		"{\"message_id\":\"x@example.org\",\"list\":\"KVM\","
		"\"kind\":\"patch\",\"status\":\"limited\","
		"\"subject\":\"[kvmtool PATCH RFC v5.1 04/11] x: y\","
		"\"prefixes\":[\"kvmtool\",\"PATCH\",\"RFC\",\"v5.1\","
		"\"04/11\"],\"title\":\"x: y\",\"version\":5,\"revision\":1,"
		"\"number\":4,\"total\":11,\"rfc\":true,\"resend\":true,"
		"\"reply\":true,\"project\":\"kvmtool\","
		"\"sender\":{\"name\":\"S\",\"email\":\"s@example.org\"},"
		"\"author\":{\"name\":\"a@example.org\","
		"\"email\":\"a@example.org\"},"
		"\"date\":\"2025-11-10T17:16:44Z\","
		"\"in_reply_to\":\"2@example.org\","
		"\"references\":[\"1@example.org\",\"2@example.org\"],"
		"\"message\":\"\xc3\xbc"
		"a\\n\",\"notes\":\"b\\n\\t\\n\","
		"\"has_diff\":true,\"diff\":{\"files\":2,\"insertions\":40,"
		"\"deletions\":3,\"paths\":[\"a.c\",\"b/c.h\"]},"
		"\"patch_id\":\"a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5\","
		"\"trailers\":[[\"Acked-By\",\"A <a@example.org>\"],"
		"[\"Fixes\",\"0123456789ab (\\\"x\\\")\"]],"
		"\"change_id\":\"2025-x-1\",\"base_commit\":\"00ff\","
		"\"pull\":{\"url\":\"git://example.org/a\",\"ref\":\"tags/b\"},"
		"\"applied\":{\"tree\":\"kvm/next\","
		"\"commits\":[\"0123456789ab\",\"fedcba987654\"]}}\n");
}

/* Bytes of a title, and how they stand in the line. */
static const struct {
	const char *title;
	const char *json;
} escapes[] = {
	{ "\"\\/", "\"\\\"\\\\/\"" },
	{ "a\tb\x1b[31m", "\"a\\tb\\u001B[31m\"" },
	{ "\x7f", "\"\\u007F\"" },
	{ "\xc2\x9b"
	  "31m\xc2\xa0",
	  "\"\\u009B31m\xc2\xa0\"" },
	{ "\xe2\x80\xae x \xe2\x81\xa9", "\"\\u202E x \\u2069\"" },
	{ "\xe2\x80\xa8\xe2\x80\xa9", "\"\\u2028\\u2029\"" },
	{ "\xef\xbb\xbf\xf3\xa0\x81\x81", "\"\\uFEFF\\uDB40\\uDC41\"" },
	{ "</script><b/>", "\"<\\/script><b/>\"" },
	{ "\xf0\x9f\x90\xa7 \xd0\xb6", "\"\xf0\x9f\x90\xa7 \xd0\xb6\"" },
};

static void test_json_escapes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(escapes) / sizeof(escapes[0]); i++) {
		struct kd_message msg = empty_message();
		const char *want = kd_arena_printf(arena, "\"title\":%s,",
		                                   escapes[i].json);
		const char *line;

		msg.subject.title = escapes[i].title;
		line = json_of(&msg, "", NULL);
		if (strstr(line, want) == NULL)
			fail_msg("no %s in %s", want, line);
	}
}

/* Such a record is a fault of ours, and must not become half a line. */
static void test_json_refuses_what_is_no_utf8(void **state)
{
	static const char *const wrong[] = { "\xff", "a\xc3", "\xc0\xaf",
		                             "\xed\xa0\x80" };

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct kd_error err = KD_ERROR_INIT;
		struct kd_bytes line = { NULL, 0 };
		struct kd_message msg = full_message();
		struct kd_trailer trailer = { "Fixes", wrong[i], false, false };

		msg.trailers = &trailer;
		msg.n_trailers = 1;
		assert_int_equal(kd_json_message(&msg,
		                                 kd_bytes_of("0123456789"
		                                             "abcdef"),
		                                 NULL, arena, &line, &err),
		                 KD_BUG);
		assert_null(line.data);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json_of_nothing),
		cmocka_unit_test(test_json_of_everything),
		cmocka_unit_test(test_json_escapes),
		cmocka_unit_test(test_json_refuses_what_is_no_utf8),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
