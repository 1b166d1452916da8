/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_links.c - what postings say of each other.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/reading.h"

#define LORE "https://lore.kernel.org/kvm/"

/* "relation/version id" of each, by commas. */
static const char *flat(const struct kd_message *msg, struct kd_arena *arena)
{
	const char *ret = "";

	for (size_t i = 0; i < msg->n_links; i++) {
		ret = kd_arena_printf(arena, "%s%s%d/%d %s", ret,
		                      i == 0 ? "" : ",",
		                      (int)msg->links[i].relation,
		                      msg->links[i].version,
		                      msg->links[i].message_id);
		assert_non_null(ret);
	}
	return ret;
}

static const char *read_links(void **state, const char *text)
{
	struct given given = { .text = text,
		               .kind = KD_KIND_COVER,
		               .version = 3 };
	struct kd_message msg = reading_run(kd_links_read, &given, *state);

	return flat(&msg, *state);
}

static void test_previous(void **state)
{
	static const struct {
		const char *text;
		const char *expected;
	} rows[] = {
		{ "- Link to v1: https://lore.kernel.org/r/a%2Fb@c.org\n",
		  "1/1 a/b@c.org" },
		{ "v2: " LORE "2@c.org/\nv1: " LORE "1@c.org/T/#t\n",
		  "1/2 2@c.org,1/1 1@c.org" },
		{ "  * V2: https://patch.msgid.link/2@c.org\n", "1/2 2@c.org" },
		{ "v1:\n" LORE "1%40c.org/\n", "1/1 1@c.org" },
		{ "v2\n - https://lkml.kernel.org/r/2@c.org.\n",
		  "1/2 2@c.org" },
		{ "Changes since v1 (" LORE "1@c.org/):\n", "1/1 1@c.org" },
		{ "V1 -> V2: " LORE "1@c.org\n", "1/0 1@c.org" },
		{ "RFC: " LORE "0@c.org\n", "1/0 0@c.org" },
		{ "Previous version: " LORE "1@c.org/\n", "1/0 1@c.org" },
		{ "[v2] " LORE "2@c.org/\n", "1/2 2@c.org" },
		{ "v2: http://example.org/list/2@c.org/T/\n", "1/2 2@c.org" },
		/* none of them names a mail, or a version */
		{ "v2: https://example.org/list@c.org/msg00001.html\n", "" },
		{ "v2: https://lore.kernel.org/kvm/\n", "" },
		{ "v2: https://lore.kernel.org/r/2%01@c.org/\n", "" },
		{ "It breaks v2 of the boot: " LORE "2@c.org\n", "" },
		{ "[1] " LORE "1@c.org\n", "" },
		{ "Changes in v2:\n- fixed a typo\n" LORE "1@c.org\n", "" },
		{ "> v2: " LORE "2@c.org\n", "" },
		/* no mail links to itself */
		{ "Changes in v3: " LORE "2@c.org\n", "1/0 2@c.org" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(read_links(state, rows[i].text),
		                    rows[i].expected);
}

static void test_named(void **state)
{
	assert_string_equal(
		read_links(state, "Based-on: <a@b.org>\n"
	                          "Depends-on: " LORE "c@d.org/\n"
	                          "Supersedes: <e@f.org>\n"
	                          "Obsoletes: <http2-1@f.org>\n"
	                          "prerequisite-message-id: <g@h.org>\n"
	                          "Based-on: [PATCH 0/2] x <i@j.org>\n"
	                          "> Based-on: <k@l.org>\n"
	                          "Based-on: kvm/next\n"
	                          "Based-on: <a@b.org>\n"),
		"3/0 a@b.org,3/0 c@d.org,2/0 e@f.org,2/0 http2-1@f.org,3/0 g@h.org,3/0 i@j.org");
}

static void test_ids(void **state)
{
	struct given given = {
		.text = "Text change-id: no\nbase-commit: notahash\n"
			"Change-Id: I0123456789\nbase-commit: "
			"1234567890abcdef1234567890abcdef12345678\n"
			"change-id: 20240101-things-123456789abc\n",
		.kind = KD_KIND_COVER,
	};
	struct kd_message msg = reading_run(kd_links_read, &given, *state);

	reading_expect(msg.change_id, "20240101-things-123456789abc");
	reading_expect(msg.base_commit,
	               "1234567890abcdef1234567890abcdef12345678");

	given.text = "Text\n";
	given.headers = "X-Change-ID: 20240101-other-123456789abc\n\n";
	msg = reading_run(kd_links_read, &given, *state);
	reading_expect(msg.change_id, "20240101-other-123456789abc");

	/* An answer posts nothing. */
	given.kind = KD_KIND_REPLY;
	given.text = "change-id: x\nv1: " LORE "1@c.org\n";
	msg = reading_run(kd_links_read, &given, *state);
	reading_expect(msg.change_id, NULL);
	assert_int_equal(msg.n_links, 0);
}

/* Lines of the diff are no links. */
static void test_diff(void **state)
{
	struct given given = {
		.text = "Why.\n---\ndiff --git a/f b/f\n-v1: " LORE "1@c.org\n",
		.kind = KD_KIND_PATCH,
		.has_diff = true,
	};
	struct kd_message msg = reading_run(kd_links_read, &given, *state);

	assert_int_equal(msg.n_links, 0);
}

static void test_limits(void **state)
{
	struct given given = { .text = "", .kind = KD_KIND_COVER };
	struct kd_message msg;

	for (int i = 0; i <= KD_LINKS_MAX; i++) {
		given.text = kd_arena_printf(*state, "%sBased-on: <%d@c.org>\n",
		                             given.text, i);
		assert_non_null(given.text);
	}
	msg = reading_run(kd_links_read, &given, *state);
	assert_int_equal(msg.n_links, KD_LINKS_MAX);
	assert_int_equal(msg.status, KD_PARSE_LIMITED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_previous, reading_setup,
		                                reading_teardown),
		cmocka_unit_test_setup_teardown(test_named, reading_setup,
		                                reading_teardown),
		cmocka_unit_test_setup_teardown(test_ids, reading_setup,
		                                reading_teardown),
		cmocka_unit_test_setup_teardown(test_diff, reading_setup,
		                                reading_teardown),
		cmocka_unit_test_setup_teardown(test_limits, reading_setup,
		                                reading_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
