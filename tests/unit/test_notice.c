/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_notice.c - what notices say became of patches, and what sounds like
 * one and is none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mda/thanks.h"
#include "tests/support/reading.h"

#define HASH "1234567890abcdef1234567890abcdef12345678"
#define LETTERS "abcdefabcdefabcdefabcdefabcdefabcdefabcd"

/* "number title commit" of each, by "|"; then the link's id. */
static const char *flat(const struct kd_message *msg, struct kd_arena *arena)
{
	const char *ret = "";

	for (size_t i = 0; i < msg->n_taken; i++) {
		const struct kd_taken *t = &msg->taken[i];

		ret = kd_arena_printf(arena, "%s%s%d %s %s", ret,
		                      i == 0 ? "" : "|", t->number,
		                      t->title == NULL ? "-" : t->title,
		                      t->commit == NULL ? "-" : t->commit);
		assert_non_null(ret);
	}
	return ret;
}

struct row {
	struct given given;
	enum kd_fate fate;
	const char *tree;
	const char *taken;
	const char *about; /* message id of a link, or NULL */
};

static void check(void **state, const struct row *row)
{
	struct kd_message msg =
		reading_run(kd_notice_read, &row->given, *state);

	assert_int_equal(msg.fate, row->fate);
	reading_expect(msg.tree, row->tree);
	assert_string_equal(flat(&msg, *state), row->taken);
	assert_int_equal(msg.n_links, row->about == NULL ? 0 : 1);
	if (row->about != NULL) {
		assert_int_equal(msg.links[0].relation, KD_RELATION_SUBJECT);
		reading_expect(msg.links[0].message_id, row->about);
	}
}

static const struct row robots[] = {
	{ { .text = "Hello:\n\nThis series was applied to a/next.git "
	            "(main)\nby M <m@example.org>:\n\n> [1/1] no\n\n"
	            "Here is the summary with links:\n"
	            "  - [next,v2,1/2] KVM: a\n"
	            "    https://git.example.org/a/c/9d160b35cc34\n"
	            "  - [next,v2,2/2] KVM: b\n"
	            "    (no matching commit)\n\nYou are awesome\n",
	    .kind = KD_KIND_BOT,
	    .reply = true,
	    .sender = { NULL, "patchwork-bot+a@kernel.org" } },
	  KD_FATE_APPLIED,
	  "a/next.git (main)",
	  "1 KVM: a 9d160b35cc34|2 KVM: b -",
	  NULL },
	{ { .text = "The pull request you sent on Monday:\n\n"
	            "> git://example.org/a tags/b\n\n"
	            "has been merged into torvalds/linux.git:\n"
	            "https://git.example.org/torvalds/c/" HASH "\n",
	    .kind = KD_KIND_BOT,
	    .reply = true,
	    .sender = { NULL, "pr-tracker-bot@kernel.org" } },
	  KD_FATE_MERGED,
	  "torvalds/linux.git",
	  "-1 - " HASH,
	  NULL },
	{ { .text = "The following commit has been merged into the "
	            "x86/urgent branch of tip:\n\n"
	            "Commit-ID:     " HASH "\n\nx86: do it\n\n"
	            "Link: https://example.org/bug/1\nSigned-off-by: x\n"
	            "Link: https://lore.kernel.org/r/1@c.org\n"
	            "---\n f | 2 +-\n",
	    .kind = KD_KIND_BOT,
	    .has_diff = true,
	    .subject = "[tip: x86/urgent] x86: do it",
	    .title = "x86: do it",
	    .sender = { NULL, "tip-bot2@linutronix.de" } },
	  KD_FATE_MERGED,
	  "tip x86/urgent",
	  "-1 x86: do it " HASH,
	  "1@c.org" },
	{ { .text = "I've just added the patch titled\n\n"
	            "    KVM: a\n\nFrom " HASH " Mon Sep 17\n"
	            "From: A <a@example.org>\n\n"
	            "commit " HASH " upstream.\n\nText.\n\n"
	            "Link: https://lore.kernel.org/r/1@c.org\n",
	    .kind = KD_KIND_BOT,
	    .has_diff = true,
	    .subject = "Patch \"KVM: a\" has been added to the "
	               "5.10-stable tree" },
	  KD_FATE_STABLE,
	  "5.10-stable",
	  "-1 KVM: a " HASH,
	  "1@c.org" },
	{ { .text = "The patch below does not apply to the 6.1-stable "
	            "tree.\n\ngit cherry-pick -x " HASH "\n\nFrom " HASH
	            " Mon\nMessage-ID: <2@c.org>\n",
	    .kind = KD_KIND_BOT,
	    .has_diff = true,
	    .subject = "FAILED: patch \"[PATCH] KVM: \"a\"\" failed "
	               "to apply to 6.1-stable tree" },
	  KD_FATE_FAILED,
	  "6.1-stable",
	  "-1 KVM: \"a\" " HASH,
	  "2@c.org" },
	{ { .text = "[ Upstream commit " HASH " ]\n\nText.\n",
	    .headers = "X-stable: review\n\n",
	    .kind = KD_KIND_BOT,
	    .has_diff = true,
	    .prefix = "6.6.y",
	    .title = "KVM: a" },
	  KD_FATE_STABLE,
	  "6.6-stable",
	  "-1 KVM: a " HASH,
	  NULL },
	/* subjects and ids that are broken */
	{ { .text = "Commit-ID:     " HASH "\n\nx86: do it\n",
	    .kind = KD_KIND_BOT,
	    .has_diff = true,
	    .subject = "[tip:x86/urgent x86: do it",
	    .sender = { NULL, "tip-bot2@linutronix.de" } },
	  KD_FATE_NONE,
	  NULL,
	  "",
	  NULL },
	{ { .text = "From " HASH " Mon\nMessage-ID: <http:2@c.org>\n",
	    .kind = KD_KIND_BOT,
	    .has_diff = true,
	    .subject = "FAILED: patch \"[PATCH] a to the 6.1-stable tree" },
	  KD_FATE_FAILED,
	  "6.1-stable",
	  "-1 - " HASH,
	  "http:2@c.org" },
	{ { .text = "From " HASH " Mon\nMessage-ID: 2@c.org\n",
	    .kind = KD_KIND_BOT,
	    .has_diff = true,
	    .subject = "Patch \"a\" has been added to the 6.1-stable tree" },
	  KD_FATE_STABLE,
	  "6.1-stable",
	  "-1 a " HASH,
	  "2@c.org" },
	{ { .text = "From " HASH " Mon\n"
	            "Message-ID: <https://lore.kernel.org/r/2@c.org>\n",
	    .kind = KD_KIND_BOT,
	    .has_diff = true,
	    .subject = "Patch \"a\" has been added to the 6.1-stable tree" },
	  KD_FATE_STABLE,
	  "6.1-stable",
	  "-1 a " HASH,
	  "2@c.org" },
	{ { .text = "Reported-by: x\n",
	    .kind = KD_KIND_BOT,
	    .sender = { NULL, "lkp@intel.com" } },
	  KD_FATE_NONE,
	  NULL,
	  "",
	  NULL },
};

static void test_robots(void **state)
{
	for (size_t i = 0; i < sizeof(robots) / sizeof(robots[0]); i++)
		check(state, &robots[i]);
}

#define THANKS(body)                                                           \
	{                                                                      \
		.text = (body), .kind = KD_KIND_APPLIED, .reply = true,        \
		.sender = {                                                    \
			"Maintainer 1",                                        \
			"maintainer1@example.org"                              \
		}                                                              \
	}

static void test_people(void **state)
{
	static const struct row rows[] = {
		{ THANKS("On Monday Author 1 wrote:\n> x\n\n"
		         "Applied to kvm-x86 misc, thanks!\n\n"
		         "[1/2] KVM: a title that is\n      wrapped\n"
		         "      https://example.org/commit/9d160b35cc34\n"
		         "[2/2] KVM: b\n      (no commit info)\n"),
		  KD_FATE_APPLIED, "kvm-x86 misc",
		  "1 KVM: a title that is wrapped 9d160b35cc34|2 KVM: b -",
		  NULL },
		{ THANKS("Applied to powerpc/next.\n\n[1/1] KVM: a\n"
		         "      commit: " HASH "\n\ncheers\n"),
		  KD_FATE_APPLIED, "powerpc/next", "1 KVM: a " HASH, NULL },
		{ THANKS("Series applied to powerpc fixes, thanks.\n\n"
		         "https://example.org/c/9d160b35cc34\n"),
		  KD_FATE_APPLIED, "powerpc fixes", "-1 - 9d160b35cc34", NULL },
		{ THANKS("> x\n\nQueued, thanks.\n\nM\n"), KD_FATE_QUEUED, NULL,
		  "", NULL },
		{ THANKS("Queued 1-3 and 5 for 6.3, thanks.\n"), KD_FATE_QUEUED,
		  NULL, "1 - -|2 - -|3 - -|5 - -", NULL },
		{ THANKS("Thanks, patches 3 and 4 applied to my next branch.\n"),
		  KD_FATE_APPLIED, "next", "3 - -|4 - -", NULL },
		{ THANKS("Thanks Author, applied to my kvm-ppc-next tree.\n"),
		  KD_FATE_APPLIED, "kvm-ppc-next", "", NULL },
		{ THANKS("Looks good.  I've applied this to for-6.1.\n"),
		  KD_FATE_APPLIED, "for-6.1", "", NULL },
		{ THANKS("Applied.  Thank you!\n"), KD_FATE_APPLIED, NULL, "",
		  NULL },
		{ THANKS("Pulled, thanks.\n"), KD_FATE_APPLIED, NULL, "",
		  NULL },
		/* a hash without a digit; numbers that are none */
		{ THANKS("Applied to a/next, thanks.\n\n[12345/5] KVM: a\n"
		         "      commit: " LETTERS "\n[2/2 KVM: b\n"),
		  KD_FATE_APPLIED, "a/next", "-1 - " LETTERS, NULL },
		{ THANKS("Queued 1 and 12345 for 6.3, thanks.\n"),
		  KD_FATE_QUEUED, NULL, "1 - -", NULL },
		{ THANKS("Queued the patches and the patches 2, thanks.\n"),
		  KD_FATE_QUEUED, NULL, "", NULL },
		{ THANKS("Picked up, thanks.\n"), KD_FATE_APPLIED, NULL, "",
		  NULL },
		{ THANKS("Picked up patches 1 and 2, thanks.\n"),
		  KD_FATE_APPLIED, NULL, "1 - -|2 - -", NULL },
		{ THANKS("Queued up for 6.3 with your acks, thanks.\n"),
		  KD_FATE_QUEUED, NULL, "", NULL },
		{ THANKS("Applied, with the tags added, thanks.\n"),
		  KD_FATE_APPLIED, NULL, "", NULL },
		{ THANKS("Applied to the tree, thanks.\n"), KD_FATE_APPLIED,
		  NULL, "", NULL },
		{ THANKS("Applied to a/" LETTERS LETTERS LETTERS ", thanks.\n"),
		  KD_FATE_APPLIED, NULL, "", NULL },
		{ THANKS("Applied to arm64 (for-next/core), thanks!\n"),
		  KD_FATE_APPLIED, "arm64 (for-next/core)", "", NULL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check(state, &rows[i]);
}

/* None of these was written by one who took a patch. */
static void test_no_notice(void **state)
{
	static const char *const texts[] = {
		"Applied.\n",
		"Queued.\n",
		"> Applied, thanks.\n",
		"Applied your comments, thanks.\n",
		"I applied that change to the next version, thanks.\n",
		"Makes sense. I merged them in the next version. Thanks.\n",
		"Applied the suggestions, thanks!\n",
		"Picked up the review tags, thanks.\n",
		"Picked up all the tags, thanks!\n",
		"Picked up Author 2's Reviewed-by, thanks.\n",
		"Picked up your suggestion, thanks.\n",
		"Thanks, I've picked up both tags for v3.\n",
		"Applied both acks, thanks.\n",
		"Applied to which tree, thanks?\n",
		"I applied these 4, compiled and rebooted.\n",
		"Applied on top of v6.1 and tested, it works.\n",
		"Applied on linux-next and tested.\n",
		"The slot was\nmerged to kvm/next, but\n",
		"It is taken by the kernel in the VM, thanks.\n",
		"Could it be merged at once, thanks\n",
		"Merged pages are freed, thanks to the reaper.\n",
		"-- \nApplied, thanks.\n",
		("Thanks very much and thanks a lot and thanks very much and "
		 "this was applied.\n"),
		("On Monday, Author 1 <author1@example.org> wrote:\n> a\n\n"
		 "Applied, thanks.\n"),
		"",
	};
	const struct kd_person sender = { "Author 1", "author1@example.org" };
	struct kd_thanks thanks;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (kd_thanks_find(kd_bytes_of(texts[i]), &sender, &thanks))
			fail_msg("taken for a notice: %s", texts[i]);
	}
	/* Of his own he may say where they are. */
	assert_true(kd_thanks_find(
		kd_bytes_of("On Monday, Author 1 <author1@example.org> wrote:\n"
	                    "> a\n\nApplied to kvm/next, thanks.\n"),
		&sender, &thanks));
}

/* More than a record can hold: what there is room for, and it says so. */
static void test_many(void **state)
{
	struct row row = { .given = THANKS(NULL) };
	char *text = kd_arena_alloc(*state, 64 * (KD_TITLES_MAX + 2));
	struct kd_message msg;
	size_t used;

	used = (size_t)sprintf(text, "Applied to a/next, thanks.\n\n");
	for (int i = 1; i <= KD_TITLES_MAX + 1; i++)
		used += (size_t)sprintf(text + used, "[%d/1001] KVM: a\n", i);
	row.given.text = text;
	msg = reading_run(kd_notice_read, &row.given, *state);
	assert_int_equal(msg.n_taken, KD_TITLES_MAX);
	assert_int_equal(msg.status, KD_PARSE_LIMITED);

	row.given.text = "Queued 1 to 9999, thanks.\n";
	msg = reading_run(kd_notice_read, &row.given, *state);
	assert_int_equal(msg.n_taken, KD_TITLES_MAX);
}

/* A notice about a mail that is linked already, or links to enough. */
static void test_links(void **state)
{
	struct given given = robots[2].given;
	struct kd_message msg;

	given.n_links = 2;
	msg = reading_run(kd_notice_read, &given, *state);
	assert_int_equal(msg.n_links, 3);
	reading_expect(msg.links[0].message_id, "link@example.org");
	reading_expect(msg.links[2].message_id, "1@c.org");
	assert_int_not_equal(msg.status, KD_PARSE_LIMITED);

	given.n_links = KD_LINKS_MAX;
	msg = reading_run(kd_notice_read, &given, *state);
	assert_int_equal(msg.n_links, KD_LINKS_MAX);
	assert_int_equal(msg.status, KD_PARSE_LIMITED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_robots, reading_setup,
		                                reading_teardown),
		cmocka_unit_test_setup_teardown(test_people, reading_setup,
		                                reading_teardown),
		cmocka_unit_test(test_no_notice),
		cmocka_unit_test_setup_teardown(test_many, reading_setup,
		                                reading_teardown),
		cmocka_unit_test_setup_teardown(test_links, reading_setup,
		                                reading_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
