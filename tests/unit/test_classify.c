/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_classify.c - the kinds of mail, and which of two wins.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mda/classify.h"

struct row {
	enum kd_kind kind;
	struct kd_subject subject;
	struct kd_person sender;
	const char *text;
	const char *headers;
	const char *in_reply_to;
	bool has_diff;
	bool has_stat;
};

#define NONE .number = KD_NUMBER_NONE, .total = KD_NUMBER_NONE
#define SHORTLOG "Author 1 (1):\n  KVM: a\n\n f | 2 +-\n"

static const struct row rows[] = {
	/* robots, whatever else fits */
	{ KD_KIND_BOT,
	  { NONE, .full = "Re: [PATCH] a", .reply = true, .patch = true },
	  .sender = { NULL, "patchwork-bot+a@kernel.org" },
	  .text = "Applied to a, thanks!\n" },
	{ KD_KIND_BOT,
	  { NONE, .full = "[syzbot] WARNING in a" },
	  .sender = { "syzbot", "syzbot+1a2b@syzkaller.appspotmail.com" } },
	{ KD_KIND_BOT,
	  { NONE, .full = "[syzbot ci] Re: a", .patch = true },
	  .sender = { "syzbot ci", "ci@example.org" } },
	{ KD_KIND_BOT,
	  { NONE, .full = "a" },
	  .sender = { NULL, "lkp@intel.com" } },
	{ KD_KIND_BOT,
	  { NONE, .full = "a" },
	  .sender = { "kernel test robot", "person@intel.com" } },
	{ KD_KIND_BOT,
	  { NONE, .full = "[tip: x86/mm] a" },
	  .sender = { "tip-bot2 for A", "tip-bot2@linutronix.de" },
	  .has_diff = true },
	{ KD_KIND_BOT,
	  { NONE, .full = "Re: [GIT PULL] a", .reply = true },
	  .sender = { NULL, "pr-tracker-bot@kernel.org" } },
	{ KD_KIND_BOT,
	  { NONE, .full = "a" },
	  .sender = { NULL, "bot+bpf-ci@kernel.org" } },
	{ KD_KIND_BOT,
	  { NONE, .full = "a" },
	  .sender = { NULL, "sashiko-bot@kernel.org" } },
	{ KD_KIND_BOT,
	  { NONE, .full = "a" },
	  .sender = { NULL, "no-reply@patchew.org" } },
	{ KD_KIND_BOT,
	  { NONE, .full = "a" },
	  .sender = { NULL, "buildbot@example.org" } },
	{ KD_KIND_BOT,
	  { NONE, .full = "Patch \"a\" has been added to the 6.1-stable tree" },
	  .sender = { "Greg", "greg@example.org" },
	  .has_diff = true },
	{ KD_KIND_BOT,
	  { NONE, .full = "FAILED: patch \"[PATCH] a\" failed to apply" },
	  .sender = { "Greg", "greg@example.org" },
	  .has_diff = true },
	{ KD_KIND_BOT,
	  { .full = "[PATCH 6.6 1/9] a", .number = 1, .patch = true },
	  .sender = { "Greg", "greg@example.org" },
	  .headers = "X-stable: review\n\n",
	  .has_diff = true },
	/* and who answers one is none */
	{ KD_KIND_REPLY,
	  { NONE, .full = "Re: FAILED: patch \"[PATCH] a\" failed to apply",
	    .reply = true },
	  .sender = { "A", "a@example.org" },
	  .text = "Why?\n" },
	{ KD_KIND_APPLIED,
	  { NONE, .full = "Re: [PATCH] a", .reply = true, .patch = true },
	  .sender = { "M", "m@example.org" },
	  .text = "> a\n\nQueued, thanks.\n" },
	{ KD_KIND_REPLY,
	  { NONE, .full = "Re: [PATCH] a", .reply = true, .patch = true },
	  .sender = { "M", "m@example.org" },
	  .text = "Applied your comments, thanks.\n",
	  .has_diff = true },
	/* no one is thanked in a mail of his own */
	{ KD_KIND_OTHER,
	  { NONE, .full = "a" },
	  .sender = { "M", "m@example.org" },
	  .text = "Queued, thanks.\n" },
	{ KD_KIND_PULL,
	  { NONE, .full = "[GIT PULL] a", .pull = true },
	  .sender = { "M", "m@example.org" } },
	{ KD_KIND_PULL,
	  { NONE, .full = "[GIT] a" },
	  .sender = { "M", "m@example.org" },
	  .text = "The following changes since commit 1:\n\n"
	          "are available in the Git repository at:\n" },
	{ KD_KIND_REPLY,
	  { NONE, .full = "Re: [GIT PULL] a", .pull = true, .reply = true },
	  .sender = { "M", "m@example.org" },
	  .text = "Hm.\n" },
	{ KD_KIND_FORWARD,
	  { NONE, .full = "Fwd: [PATCH] a", .forward = true, .patch = true },
	  .sender = { "M", "m@example.org" },
	  .has_diff = true },
	{ KD_KIND_COVER,
	  { .full = "[PATCH 0/2] a", .number = 0, .patch = true },
	  .sender = { "A", "a@example.org" },
	  .has_diff = true },
	/* a cover letter without a number */
	{ KD_KIND_COVER,
	  { NONE, .full = "[PATCH] a", .patch = true },
	  .sender = { "A", "a@example.org" },
	  .text = SHORTLOG },
	{ KD_KIND_COVER,
	  { NONE, .full = "a" },
	  .sender = { "A", "a@example.org" },
	  .text = SHORTLOG,
	  .has_stat = true },
	{ KD_KIND_OTHER,
	  { NONE, .full = "a" },
	  .sender = { "A", "a@example.org" },
	  .text = "It crashes.\n" },
	{ KD_KIND_OTHER,
	  { NONE, .full = "a" },
	  .sender = { "A", "a@example.org" },
	  .text = SHORTLOG,
	  .in_reply_to = "1@c.org",
	  .has_stat = true },
	{ KD_KIND_PATCH,
	  { NONE, .full = "[PATCH] a", .patch = true },
	  .sender = { "A", "a@example.org" },
	  .has_diff = true },
	{ KD_KIND_PATCH,
	  { .full = "[RFC 1/2] a", .number = 1, .rfc = true },
	  .sender = { "A", "a@example.org" } },
	{ KD_KIND_OTHER,
	  { NONE, .full = "[RFC] talk", .rfc = true },
	  .sender = { "A", "a@example.org" } },
	/* an answer that has lost its "Re:" */
	{ KD_KIND_REPLY,
	  { NONE, .full = "[PATCH] a", .patch = true },
	  .sender = { "R", "r@example.org" },
	  .text = "> a\n\nReviewed-by: R <r@example.org>\n",
	  .in_reply_to = "1@c.org" },
};

static void test_kinds(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		struct kd_message msg = { .subject = row->subject,
			                  .sender = row->sender,
			                  .in_reply_to = row->in_reply_to,
			                  .has_diff = row->has_diff };
		struct kd_headers headers;

		msg.stat.size = row->has_stat ? 10 : 0;
		kd_headers_find(kd_bytes_of(row->headers == NULL
		                                    ? "X: y\n\n"
		                                    : row->headers),
		                &headers);
		if (kd_classify(&msg, kd_bytes_of(row->text), &headers) !=
		    row->kind)
			fail_msg("row %zu: %s", i, row->subject.full);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
