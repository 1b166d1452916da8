/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_record.c - a whole message: its kind, title, diffstat and what else is
 * read in it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/record_fixture.h"

#define DIFF                                                                   \
	"diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-x\n+y\n-- \n2.4\n"
#define STAT " f | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n"
#define PATCH "text\n---\n" STAT "\n" DIFF
#define SHORTLOG "Author 3 (2):\n  one\n  two\n\n" STAT

static const struct {
	const char *subject;
	const char *body;
	enum kd_kind kind;
	const char *fields; /* or NULL: From is an author's */
} kinds[] = {
	{ "[PATCH] a", PATCH, KD_KIND_PATCH, NULL },
	{ "[PATCH v2 3/4] a", PATCH, KD_KIND_PATCH, NULL },
	{ "[PATCH] a", "where is my diff\n", KD_KIND_PATCH, NULL },
	{ "[PATCH 1/2] a", "where is my diff\n", KD_KIND_PATCH, NULL },
	{ "[RFC] a", PATCH, KD_KIND_PATCH, NULL },
	{ "[RFC] a", "let us talk\n", KD_KIND_OTHER, NULL },
	{ "[kvmtool 1/2] a", PATCH, KD_KIND_PATCH, NULL },
	{ "[kvmtool] a", "talk\n", KD_KIND_OTHER, NULL },
	{ "a fix", PATCH, KD_KIND_OTHER, NULL },
	{ "", "", KD_KIND_OTHER, NULL },
	{ "[PATCH 0/2] a", SHORTLOG, KD_KIND_COVER, NULL },
	{ "[PATCH 0/2] a", "interdiff:\n\n" DIFF, KD_KIND_COVER, NULL },
	{ "[PATCH] a", SHORTLOG, KD_KIND_COVER, NULL },
	{ "[PATCH 1/2] a", SHORTLOG, KD_KIND_PATCH, NULL },
	{ "Re: [PATCH] a", "> " PATCH "no\n", KD_KIND_REPLY, NULL },
	{ "Re: [PATCH 0/2] a", SHORTLOG, KD_KIND_REPLY, NULL },
	{ "Re: [GIT PULL] a", "no\n", KD_KIND_REPLY, NULL },
	{ "Fwd: [PATCH] a", PATCH, KD_KIND_FORWARD, NULL },
	{ "FW: [GIT PULL] a", "see\n", KD_KIND_FORWARD, NULL },
	{ "[GIT PULL] a", "please\n", KD_KIND_PULL, NULL },
	{ "[GIT PULL v1 1/1] a", PATCH, KD_KIND_PULL, NULL },
	{ "[PULL 2/3] a", PATCH, KD_KIND_PULL, NULL },
	{ "please pull",
	  "The following changes since commit 0123456789ab:\n\n  a\n\n"
	  "are available in the Git repository at:\n\n  git://example.org/a\n",
	  KD_KIND_PULL, NULL },
	{ "[PATCH 0/1] a",
	  "The following changes since commit 0123456789ab:\n\n  a\n\n"
	  "are available in the Git repository at:\n\n  git://example.org/a\n",
	  KD_KIND_COVER, NULL },
	/* applied: a verb, its object, thanks; unquoted, in an answer */
	{ "Re: [PATCH] a", "> a\n\nApplied to next, thanks!\n", KD_KIND_APPLIED,
	  NULL },
	{ "Re: [PATCH] a", "Queued, thanks.\n", KD_KIND_APPLIED, NULL },
	{ "Re: [PATCH] a", "All applied to misc.\n\nThanks,\nM\n",
	  KD_KIND_APPLIED, NULL },
	{ "Re: [PATCH] a", "Thanks, applied.\n", KD_KIND_APPLIED, NULL },
	{ "Re: [PATCH] a", "> Applied to next, thanks!\n\nWhere?\n",
	  KD_KIND_REPLY, NULL },
	{ "Re: [PATCH] a", "Applied.\n", KD_KIND_REPLY, NULL },
	{ "Re: [PATCH] a", "Applied it here and it crashes, thanks.\n",
	  KD_KIND_REPLY, NULL },
	{ "Re: [PATCH] a", "Not applied, thanks.\n", KD_KIND_REPLY, NULL },
	{ "applied", "Applied to next, thanks!\n", KD_KIND_OTHER, NULL },
	/* machines */
	{ "[syzbot] [kvm?] a", "report\n", KD_KIND_BOT,
	  "From: syzbot <syzbot+0123@syzkaller.appspotmail.com>\n" },
	{ "Re: [PATCH] a", "Applied to next, thanks!\n", KD_KIND_BOT,
	  "From: patchwork-bot+list@kernel.org\n" },
	{ "[tip: x86/urgent] a", PATCH, KD_KIND_BOT,
	  "From: tip-bot2 for A <tip-bot2@linutronix.de>\n" },
	{ "Re: [GIT PULL] a", "merged\n", KD_KIND_BOT,
	  "From: pr-tracker-bot@kernel.org\n" },
	{ "Re: [PATCH] a", "warnings\n", KD_KIND_BOT,
	  "From: kernel test robot <lkp@intel.com>\n" },
	{ "[PATCH 6.6 1/9] a", PATCH, KD_KIND_BOT, FROM "X-stable: review\n" },
	{ "Re: [PATCH 6.6 1/9] a", "no\n", KD_KIND_REPLY, NULL },
	{ "FAILED: patch \"[PATCH] a\" failed to apply to 6.6-stable tree",
	  PATCH, KD_KIND_BOT, NULL },
	{ "Patch \"a\" has been added to the 6.6-stable tree", PATCH,
	  KD_KIND_BOT, NULL },
	{ "[PATCH] a", PATCH, KD_KIND_PATCH,
	  "From: Not a Bot <tip-bot2@linutronix.de.example.org>\n" },
};

static void test_kinds(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct kd_message msg = record_built(kd_arena_printf(
			record_arena, "%sSubject: %s\n\n%s",
			kinds[i].fields == NULL ? FROM : kinds[i].fields,
			kinds[i].subject, kinds[i].body));

		if (msg.kind != kinds[i].kind)
			print_error("%s / %s\n", kinds[i].subject,
			            kinds[i].body);
		assert_int_equal(msg.kind, kinds[i].kind);
		assert_int_equal(msg.status, KD_PARSE_OK);
	}
}

static void test_patch(void **state)
{
	static const char raw[] =
		FROM "Message-ID: <1@example.org>\n"
		     "Date: Tue, 4 Mar 2025 10:00:00 +0100\n"
		     "Subject: [PATCH v3 2/5] KVM: a\n title\n\n"
		     "From: =?utf-8?q?J=C3=B6rg?= <j@example.org>\n\n" PATCH;
	struct kd_message msg = record_built(raw);
	const char *body = strstr(raw, "\n\n") + 2;

	(void)state;
	assert_string_equal(msg.message_id, "1@example.org");
	assert_string_equal(msg.subject.title, "KVM: a title");
	assert_int_equal(msg.subject.number, 2);
	assert_string_equal(msg.subject_line, "[PATCH v3 2/5] KVM: a");
	assert_null(msg.from_line);
	assert_string_equal(msg.sender.email, "author3@example.org");
	assert_string_equal(msg.author.name, "J\xc3\xb6rg");
	assert_string_equal(msg.author.email, "j@example.org");
	assert_true(msg.has_date);
	assert_int_equal(msg.date, 1741078800);
	assert_int_equal(msg.header_size, body - raw);
	assert_null(msg.text.data);
	assert_int_equal(msg.text_in_raw.offset, body - raw);
	assert_int_equal(msg.text_in_raw.size, strlen(body));
	assert_memory_equal(body + msg.commit.offset, "text\n", 5);
	assert_true(msg.has_diff && msg.has_diffstat);
	assert_int_equal(msg.diffstat.files, 1);
}

/* The list of patches says the same as the diffstat that is printed with
 * the commit message; only a mail that has none is counted. */
static void test_diffstat_is_the_one_that_readers_see(void **state)
{
	static const char diff[] = "diff --git a/f b/f\n"
				   "--- a/f\n+++ b/f\n"
				   "@@ -1 +1,2 @@\n a\n+b\n";
	char raw[1024];
	struct kd_message msg;

	(void)state;
	(void)snprintf(raw, sizeof(raw),
	               FROM "Subject: [PATCH] a\n\ntext\n---\n"
	                    " f | 7 ++++---\n"
	                    " 1 file changed, 4 insertions(+), "
	                    "3 deletions(-)\n\n%s",
	               diff);
	msg = record_built(raw);
	assert_true(msg.has_diffstat);
	assert_int_equal(msg.diffstat.insertions, 4);
	assert_int_equal(msg.diffstat.deletions, 3);
	(void)snprintf(raw, sizeof(raw),
	               FROM "Subject: [PATCH] a\n\ntext\n---\n%s", diff);
	msg = record_built(raw);
	assert_true(msg.has_diffstat);
	assert_int_equal(msg.diffstat.insertions, 1);
	assert_int_equal(msg.diffstat.deletions, 0);
}

/* git takes the Subject in the body for the title of the commit, and so
 * does who looks for that commit here. */
static void test_title_in_the_body(void **state)
{
	static const struct {
		const char *subject;
		const char *body;
		const char *title;
	} titles[] = {
		{ "[PATCH v2 1/3] outer", "Subject: inner\n\n" PATCH, "inner" },
		{ "[PATCH v2 1/3] outer",
		  "From: A <a@example.org>\nSubject: [PATCH 7/9] inner\n and "
		  "more\n\n" PATCH,
		  "inner and more" },
		{ "[PATCH v2 1/3] outer", "Subject: [PATCH]\n\n" PATCH,
		  "outer" },
		{ "[PATCH v2 1/3] outer", "Subject: inner\n\nno diff\n",
		  "outer" },
		{ "Re: [PATCH v2 1/3] outer", "Subject: inner\n\n" PATCH,
		  "outer" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++) {
		struct kd_message msg = record_built(
			kd_arena_printf(record_arena, FROM "Subject: %s\n\n%s",
		                        titles[i].subject, titles[i].body));

		assert_string_equal(msg.subject.title, titles[i].title);
		assert_int_equal(msg.subject.number, 1);
		assert_int_equal(msg.subject.version, 2);
	}
}

/* All that the readers say arrives in the record. */
static void test_readings(void **state)
{
	struct kd_message patch = record_built(
		FROM "Subject: [PATCH v2] a\n\ntext\n\n"
		     "Signed-off-by: Patch Author 3 <author3@example.org>\n"
		     "---\nLink to v1: https://lore.kernel.org/r/1@x.org\n" STAT
		     "\n" DIFF "base-commit: 0123456789abcdef\n"
		     "change-id: 2025-x-1\n");
	struct kd_message pull = record_built(
		FROM
		"Subject: [GIT PULL] a\n\n"
		"The following changes since commit 0123456789ab:\n\n  a\n\n"
		"are available in the Git repository at:\n\n"
		"  git://example.org/a tags/b\n\n"
		"for you to fetch changes up to 123456789abc:\n\n  b\n");
	struct kd_message cover =
		record_built(FROM "Subject: [PATCH 0/2] a\n\n" SHORTLOG);

	(void)state;
	assert_int_equal(patch.n_trailers, 1);
	assert_string_equal(patch.trailers[0].name, "Signed-off-by");
	assert_true(patch.trailers[0].by_sender);
	assert_string_equal(patch.change_id, "2025-x-1");
	assert_string_equal(patch.base_commit, "0123456789abcdef");
	assert_int_equal(patch.n_links, 1);
	assert_string_equal(patch.links[0].message_id, "1@x.org");
	assert_int_equal(patch.counted.files, 1);
	assert_int_equal(patch.n_paths, 1);
	assert_string_equal(patch.paths[0], "f");
	assert_true(patch.has_patch_id);
	assert_true(patch.subject.versioned);
	assert_string_equal(pull.pull_url, "git://example.org/a");
	assert_string_equal(pull.pull_ref, "tags/b");
	assert_int_equal(cover.n_titles, 2);
	assert_string_equal(cover.titles[1], "two");
	assert_int_equal(cover.fate, KD_FATE_NONE);
}

/* A patch of so many files. */
static const char *diff_of(int n)
{
	enum { SIZE = 80 };
	static const char head[] = FROM "Subject: [PATCH] x\n\nx\n---\n";
	char *text =
		kd_arena_alloc(record_arena, sizeof(head) + (size_t)n * SIZE);
	char *end = text;

	assert_non_null(text);
	end = stpcpy(end, head);
	for (int i = 0; i < n; i++)
		end += snprintf(end, SIZE,
		                "diff --git a/f%d b/f%d\nold mode 100644\n"
		                "new mode 100755\n",
		                i, i);
	return text;
}

/* Where something had to be left out, the record says so. */
static void test_limits(void **state)
{
	char *many =
		kd_arena_printf(record_arena, "From: %s", "A <a@example.org>");
	char *id = kd_arena_alloc(record_arena, 2000);
	struct kd_message msg;

	(void)state;
	memset(id, 'i', 1500);
	msg = record_built(
		FROM "Subject: [PATCH a b c d e f g h i j k l m n o p] x\n\n"
		     "x\n");
	assert_int_equal(msg.status, KD_PARSE_LIMITED);
	msg = record_built(FROM "Subject: [PATCH 1/20000] x\n\nx\n");
	assert_int_equal(msg.status, KD_PARSE_LIMITED);
	msg = record_built(FROM "Subject: [PATCH 1/200] x\n\nx\n");
	assert_int_equal(msg.status, KD_PARSE_OK);
	msg = record_built(kd_arena_printf(
		record_arena, FROM "Message-ID: <%s@x>\nSubject: x\n\nx\n",
		id));
	assert_int_equal(msg.status, KD_PARSE_LIMITED);
	assert_memory_equal(msg.message_id, "sha256:", 7);
	for (int i = 0; i < 600; i++)
		many = kd_arena_printf(record_arena, "%s,\n b%d@example.org",
		                       many, i);
	many = kd_arena_printf(record_arena, "%s\nSubject: x\n\nx\n", many);
	msg = record_built(many);
	assert_int_equal(msg.status, KD_PARSE_LIMITED);
	assert_string_equal(msg.sender.name, "A");
	assert_string_equal(msg.author.email, "a@example.org");
	msg = record_fallen_back(many);
	assert_string_equal(msg.sender.email, "a@example.org");
	msg = record_built(diff_of(KD_PATHS_MAX));
	assert_int_equal(msg.status, KD_PARSE_OK);
	assert_int_equal(msg.n_paths, KD_PATHS_MAX);
	msg = record_built(diff_of(KD_PATHS_MAX + 1));
	assert_int_equal(msg.status, KD_PARSE_LIMITED);
	assert_int_equal(msg.n_paths, KD_PATHS_MAX);
	/* each byte of it becomes three */
	memset(id, 0xff, 1500);
	msg = record_fallen_back(
		kd_arena_printf(record_arena, FROM "Subject: %s\n\nx\n", id));
	assert_in_range(strlen(msg.subject.full), 1, KD_SUBJECT_MAX);
	assert_true(kd_utf8_valid(kd_bytes_of(msg.subject.full)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_patch),
		cmocka_unit_test(test_diffstat_is_the_one_that_readers_see),
		cmocka_unit_test(test_title_in_the_body),
		cmocka_unit_test(test_readings),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, record_setup, record_teardown);
}
