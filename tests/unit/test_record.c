/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_record.c - a whole message: kind, author, identity, and what is
 * known when the parser is not to be had.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "mda/parse.h"
#include "mda/record.h"

#define RECEIVED 1741100000 /* 2025-03-04 */
#define FROM "From: Patch Author 3 <author3@example.org>\n"
#define DIFF                                                                   \
	"diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-x\n+y\n-- \n2.4\n"
#define STAT " f | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n"
#define PATCH "text\n---\n" STAT "\n" DIFF
#define SHORTLOG "Author 3 (2):\n  one\n  two\n\n" STAT

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

static struct kd_message built(const char *raw)
{
	struct kd_message msg;

	assert_int_equal(kd_record_build(kd_bytes_of(raw), RECEIVED, arena,
	                                 &msg, NULL),
	                 KD_OK);
	return msg;
}

static struct kd_message fallen_back(const char *raw)
{
	struct kd_message msg;

	assert_int_equal(kd_record_fallback(kd_bytes_of(raw), RECEIVED,
	                                    KD_PARSE_CRASHED, arena, &msg,
	                                    NULL),
	                 KD_OK);
	return msg;
}

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
		struct kd_message msg = built(kd_arena_printf(
			arena, "%sSubject: %s\n\n%s",
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
	struct kd_message msg = built(raw);
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
	msg = built(raw);
	assert_true(msg.has_diffstat);
	assert_int_equal(msg.diffstat.insertions, 4);
	assert_int_equal(msg.diffstat.deletions, 3);
	(void)snprintf(raw, sizeof(raw),
	               FROM "Subject: [PATCH] a\n\ntext\n---\n%s", diff);
	msg = built(raw);
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
		struct kd_message msg = built(
			kd_arena_printf(arena, FROM "Subject: %s\n\n%s",
		                        titles[i].subject, titles[i].body));

		assert_string_equal(msg.subject.title, titles[i].title);
		assert_int_equal(msg.subject.number, 1);
		assert_int_equal(msg.subject.version, 2);
	}
}

/* All that the readers say arrives in the record. */
static void test_readings(void **state)
{
	struct kd_message patch = built(
		FROM "Subject: [PATCH v2] a\n\ntext\n\n"
		     "Signed-off-by: Patch Author 3 <author3@example.org>\n"
		     "---\nLink to v1: https://lore.kernel.org/r/1@x.org\n" STAT
		     "\n" DIFF "base-commit: 0123456789abcdef\n"
		     "change-id: 2025-x-1\n");
	struct kd_message pull = built(
		FROM
		"Subject: [GIT PULL] a\n\n"
		"The following changes since commit 0123456789ab:\n\n  a\n\n"
		"are available in the Git repository at:\n\n"
		"  git://example.org/a tags/b\n\n"
		"for you to fetch changes up to 123456789abc:\n\n  b\n");
	struct kd_message cover =
		built(FROM "Subject: [PATCH 0/2] a\n\n" SHORTLOG);

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

/* Where something had to be left out, the record says so. */
static void test_limits(void **state)
{
	char *many = kd_arena_printf(arena, "From: %s", "A <a@example.org>");
	char *id = kd_arena_alloc(arena, 2000);
	struct kd_message msg;

	(void)state;
	memset(id, 'i', 1500);
	msg = built(FROM
	            "Subject: [PATCH a b c d e f g h i j k l m n o p] x\n\n"
	            "x\n");
	assert_int_equal(msg.status, KD_PARSE_LIMITED);
	msg = built(FROM "Subject: [PATCH 1/20000] x\n\nx\n");
	assert_int_equal(msg.status, KD_PARSE_LIMITED);
	msg = built(FROM "Subject: [PATCH 1/200] x\n\nx\n");
	assert_int_equal(msg.status, KD_PARSE_OK);
	msg = built(kd_arena_printf(
		arena, FROM "Message-ID: <%s@x>\nSubject: x\n\nx\n", id));
	assert_int_equal(msg.status, KD_PARSE_LIMITED);
	assert_memory_equal(msg.message_id, "sha256:", 7);
	for (int i = 0; i < 600; i++)
		many = kd_arena_printf(arena, "%s,\n b%d@example.org", many, i);
	many = kd_arena_printf(arena, "%s\nSubject: x\n\nx\n", many);
	msg = built(many);
	assert_int_equal(msg.status, KD_PARSE_LIMITED);
	assert_string_equal(msg.sender.name, "A");
	assert_string_equal(msg.author.email, "a@example.org");
	msg = fallen_back(many);
	assert_string_equal(msg.sender.email, "a@example.org");
}

static void test_author_of_answers(void **state)
{
	struct kd_message msg = built(FROM "Subject: Re: [PATCH] a\n\n"
	                                   "From: C <c@example.org>\n\nx\n");

	(void)state;
	assert_string_equal(msg.author.email, "author3@example.org");
}

static const struct {
	const char *from;
	const char *line;
} from_lines[] = {
	{ "A B <a@example.org>", NULL },
	{ "a@example.org", NULL },
	{ "\"A B\" <a@example.org>", "\"A B\" <a@example.org>" },
	{ "<a@example.org>", "<a@example.org>" },
	{ "=?utf-8?q?J=C3=B6?= <a@example.org>", NULL },
	{ "A via L <l@example.org>\nReply-To: A <a@example.org>",
	  "A via L <l@example.org>" },
};

static void test_from_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(from_lines) / sizeof(from_lines[0]);
	     i++) {
		struct kd_message msg = built(kd_arena_printf(
			arena, "From: %s\n\nx\n", from_lines[i].from));

		if (from_lines[i].line == NULL)
			assert_null(msg.from_line);
		else
			assert_string_equal(msg.from_line, from_lines[i].line);
	}
}

static const struct {
	const char *date;
	bool has_date;
} dates[] = {
	{ "Tue, 4 Mar 2025 10:00:00 +0100", true },
	{ "Tue, 4 Mar 25 10:00:00 +0100", true },
	{ "Thu, 6 Mar 2025 14:53:20 +0000", true },
	{ "Thu, 6 Mar 2025 14:53:21 +0000", false },
	{ "Mon, 1 Jan 1990 00:00:00 +0000", true },
	{ "Sun, 31 Dec 1989 23:59:59 +0000", false },
	{ "Mon, 1 Jan 0001 00:00:00 +0000", false },
	{ "Fri, 31 Dec 9999 23:59:59 +0000", false },
	{ "yesterday", false },
};

static void test_dates(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
		struct kd_message msg = built(kd_arena_printf(
			arena, FROM "Date: %s\n\nx\n", dates[i].date));

		assert_int_equal(msg.has_date, dates[i].has_date);
	}
}

#define COPY                                                                   \
	FROM "Date: Tue, 4 Mar 2025 10:00:00 +0100\n"                          \
	     "Subject: [PATCH] a\n title\nIn-Reply-To: <0@example.org>\n"
#define TYPE "Content-Type: multipart/mixed; boundary=b\n"

/* Pairs of mails, and whether they are the same one. */
static const struct {
	const char *one;
	const char *other;
	bool same;
} pairs[] = {
	{ COPY "\nx\n", COPY "\nx\n", true },
	/* what happens on the way */
	{ COPY "\nx\n", "Received: y\nList-Id: <z>\n" COPY "X: y\n\nx\n",
	  true },
	{ COPY "\nx\n\ny\n",
	  "From: Patch Author 3 <author3@example.org>\r\n"
	  "Date: Tue, 4 Mar 2025 10:00:00 +0100\r\n"
	  "Subject: [PATCH] a\r\n title\r\nIn-Reply-To: <0@example.org>\r\n"
	  "\r\nx\r\n\r\ny\r\n",
	  true },
	{ COPY "\nx\n", COPY "\nx\n\n\n", true },
	{ COPY "\nx\n", COPY "\nx", true },
	{ COPY "\nx\n", "From x Tue Mar  4 10:00:00 2025\n" COPY "\nx\n",
	  true },
	{ COPY "\nx =\n",
	  COPY "Content-Transfer-Encoding: quoted-printable\n\nx =3D=\n\n",
	  true },
	{ COPY "\nx\n",
	  COPY "\nx\n\n____________________________________________\n"
	       "L mailing list\nl@example.org\nhttps://example.org/l\n",
	  true },
	{ COPY "\nx\n",
	  COPY "\nx\n--\nTo unsubscribe from this list: send the line "
	       "\"unsubscribe kvm\" in\nthe body of a message to "
	       "majordomo@vger.kernel.org\nMore majordomo info at  "
	       "http://vger.kernel.org/majordomo-info.html\n",
	  true },
	{ COPY TYPE "\n--b\n\nx\n--b--\n",
	  COPY "Content-Type: multipart/mixed;\n boundary=\"cc\"\n"
	       "\n--cc\n\nx\n--cc--\n",
	  true },
	{ "From: A B <a@example.org>\n\nx\n",
	  "From: A B via L <l@example.org>\n"
	  "Reply-To: A B <a@example.org>\n\nx\n",
	  true },
	/* what does not */
	{ COPY "\nx\n", COPY "\ny\n", false },
	{ COPY "\nx\n", COPY "\n\nx\n", false },
	{ COPY "\nx\n", COPY "\nx \n", false },
	{ COPY "\nx\n", FROM "\nx\n", false },
	{ COPY "\nx\n", COPY "Content-Type: text/html\n\nx\n", false },
	{ COPY "\nx\n", COPY "\nx\n_______\nL mailing list\n", false },
	{ COPY "\nx\n",
	  COPY "\nx\n____________________________________________\nmore\n",
	  false },
	{ COPY TYPE "\n--b\n\nx\n--b\n\ny\n--b--\n",
	  COPY TYPE "\n--b\n\nx\ny\n--b--\n", false },
	{ COPY TYPE "\n--b\n\nx\n--b\nContent-Type: a/b\n\n1\n--b--\n",
	  COPY TYPE "\n--b\n\nx\n--b\nContent-Type: a/b\n\n2\n--b--\n", false },
	{ "Subject: a\nIn-Reply-To: b\n\nx\n", "Subject: ab\n\nx\n", false },
	{ "From: a@example.org\n\nx\n", "From: b@example.org\n\nx\n", false },
	{ "From: A\n\nx\n", "From: B\n\nx\n", false },
};

static void test_identity(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		struct kd_message one = built(pairs[i].one);
		struct kd_message other = built(pairs[i].other);

		if ((memcmp(one.content_sha256, other.content_sha256,
		            KD_HASH_SIZE) == 0) != pairs[i].same)
			print_error("%s\n---\n%s\n", pairs[i].one,
			            pairs[i].other);
		assert_int_equal(memcmp(one.content_sha256,
		                        other.content_sha256,
		                        KD_HASH_SIZE) == 0,
		                 pairs[i].same);
		assert_int_equal(strcmp(one.message_id, other.message_id) == 0,
		                 pairs[i].same);
		assert_memory_equal(one.message_id, "sha256:", 7);
		assert_int_equal(strlen(one.message_id), 7 + 64);
	}
}

static void test_no_mail(void **state)
{
	static const char *const raws[] = { "", "\n", "no mail\nat all\n" };

	(void)state;
	for (size_t i = 0; i < sizeof(raws) / sizeof(raws[0]); i++) {
		struct kd_message msg = built(raws[i]);

		assert_int_equal(msg.status, KD_PARSE_UNPARSED);
		assert_int_equal(msg.kind, KD_KIND_OTHER);
		assert_memory_equal(msg.message_id, "sha256:", 7);
		assert_string_equal(msg.subject.full, "");
		assert_int_equal(msg.text.size + msg.text_in_raw.size, 0);
	}
}

static void test_fallback(void **state)
{
	struct kd_message msg = fallen_back(
		"From: \"Patch Author 3\"\n <author3@example.org>\n"
		"Message-ID: <1@example.org>\nIn-Reply-To: <0@example.org>\n"
		"References: <r@example.org> <0@example.org>\n"
		"Date: Tue, 4 Mar 2025 10:00:00 +0100\n"
		"Subject: [PATCH 1/2] raw \xf6\n\nbody\n");

	(void)state;
	assert_int_equal(msg.status, KD_PARSE_CRASHED);
	assert_int_equal(msg.kind, KD_KIND_PATCH);
	assert_string_equal(msg.message_id, "1@example.org");
	assert_string_equal(msg.in_reply_to, "0@example.org");
	assert_int_equal(msg.n_references, 2);
	assert_string_equal(msg.sender.name, "Patch Author 3");
	assert_string_equal(msg.sender.email, "author3@example.org");
	assert_string_equal(msg.author.email, "author3@example.org");
	assert_string_equal(msg.from_line,
	                    "\"Patch Author 3\" <author3@example.org>");
	assert_string_equal(msg.subject.title, "raw \xef\xbf\xbd");
	assert_int_equal(msg.date, 1741078800);
	assert_null(msg.text.data);
	assert_int_equal(msg.text_in_raw.size, 0);
}

static void test_fallback_identity(void **state)
{
	struct kd_message one = fallen_back("Subject: a\n\nbody\n");
	struct kd_message crlf = fallen_back("X: y\r\nSubject: a\r\n\r\n"
	                                     "body\r\n");
	struct kd_message other = fallen_back("Subject: a\n\nother\n");

	(void)state;
	assert_string_equal(one.message_id, crlf.message_id);
	assert_string_not_equal(one.message_id, other.message_id);
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
		cmocka_unit_test(test_author_of_answers),
		cmocka_unit_test(test_from_lines),
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_identity),
		cmocka_unit_test(test_no_mail),
		cmocka_unit_test(test_fallback),
		cmocka_unit_test(test_fallback_identity),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
