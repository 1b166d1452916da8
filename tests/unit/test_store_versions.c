/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_store_versions.c - what series there are, and which is the next
 * version of which, is the same for every order of arrival.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "store/internal.h"
#include "store/series.h"
#include "tests/support/store_fixture.h"

enum { MAILS_MAX = 14, ORDERS_MAX = 720, NONE = KD_NUMBER_NONE };

/* Mails are called by one character each. */
struct mail {
	char name;        /* '\0': no more */
	const char *refs; /* oldest first; it answers the last */
	int number;       /* NONE, NONE: no counter */
	int total;
	int version; /* 0: not said */
	int hour;
	const char *title; /* NULL: the name */
	char patch;        /* its patch-id; '\0': that of its name */
	char sender;       /* '\0': 'a' */
	char change;       /* its change-id; '\0': none */
	char link;         /* what it links to as the version before */
	const char *word;  /* "rfc", "resend", or else a prefix */
	int revision;
	bool cover;
};

struct world {
	const char *name;
	struct mail mails[MAILS_MAX + 1];
	/* Series by their first member, as "members=version", then of the
	 * version before: why, and its first member; '*': a resend. */
	const char *want;
};

static const struct world worlds[] = {
	{ "alone",
	  { { .name = 'a', .refs = "", .number = NONE, .total = NONE } },
	  "a=1" },
	{ "the cover letter alone says the version",
	  { { .name = 'a', .refs = "", .number = 0, .total = 2, .version = 3 },
	    { .name = 'b', .refs = "a", .number = 1, .total = 2 },
	    { .name = 'c', .refs = "a", .number = 2, .total = 2 } },
	  "abc=3" },
	{ "the first patch alone says the version",
	  { { .name = 'a', .refs = "", .number = 1, .total = 3, .version = 3 },
	    { .name = 'b', .refs = "a", .number = 2, .total = 3 },
	    { .name = 'c', .refs = "a", .number = 3, .total = 3 } },
	  "abc=3" },
	{ "a second version of a patch that answers the first",
	  { { .name = 'a', .refs = "", .number = 1, .total = 2 },
	    { .name = 'b', .refs = "a", .number = 2, .total = 2 },
	    { .name = 'c',
	      .refs = "ab",
	      .number = 2,
	      .total = 2,
	      .version = 2,
	      .hour = 9 } },
	  "ab=1 c=2<ta" },
	{ "of a series nothing but patches of two versions came",
	  { { .name = 'a', .refs = "", .number = 1, .total = 2 },
	    { .name = 'b',
	      .refs = "xa",
	      .number = 2,
	      .total = 2,
	      .version = 2,
	      .hour = 9 } },
	  "a=1 b=2<ta" },
	{ "a patch without number in the thread",
	  { { .name = 'a', .refs = "", .number = 0, .total = 2 },
	    { .name = 'b', .refs = "a", .number = 1, .total = 2 },
	    { .name = 'c', .refs = "a", .number = NONE, .total = NONE } },
	  "ab=1 c=1" },
	{ "one patch replaced",
	  { { .name = 'a', .refs = "", .number = 0, .total = 2, .version = 5 },
	    { .name = 'b', .refs = "a", .number = 1, .total = 2, .version = 5 },
	    { .name = 'c', .refs = "a", .number = 2, .total = 2, .version = 5 },
	    { .name = 'd',
	      .refs = "ab",
	      .number = 1,
	      .total = 2,
	      .version = 5,
	      .hour = 9,
	      .revision = 1 } },
	  "abc=5 d=5.1<ta" },
	{ "one patch of a series in a new version",
	  { { .name = 'a', .refs = "", .number = 0, .total = 3 },
	    { .name = 'b', .refs = "a", .number = 1, .total = 3 },
	    { .name = 'c', .refs = "a", .number = 2, .total = 3 },
	    { .name = 'd', .refs = "a", .number = 3, .total = 3 },
	    { .name = 'e',
	      .refs = "ac",
	      .number = 2,
	      .total = 3,
	      .version = 2,
	      .hour = 9 } },
	  "abcd=1 e=2<ta" },
	{ "a number taken",
	  { { .name = 'a', .refs = "", .number = 0, .total = 2 },
	    { .name = 'b', .refs = "a", .number = 1, .total = 2 },
	    { .name = 'c', .refs = "a", .number = 2, .total = 2 },
	    { .name = 'd', .refs = "a", .number = 2, .total = 2, .hour = 9 } },
	  "abc=1 d=1" },
	{ "one more patch than was said",
	  { { .name = 'a', .refs = "", .number = 0, .total = 2 },
	    { .name = 'b', .refs = "a", .number = 1, .total = 2 },
	    { .name = 'c', .refs = "a", .number = 2, .total = 2 },
	    { .name = 'd',
	      .refs = "a",
	      .number = NONE,
	      .total = NONE,
	      .word = "3/n" } },
	  "abcd=1" },
	{ "number over total",
	  { { .name = 'a', .refs = "", .number = 0, .total = 2 },
	    { .name = 'b', .refs = "a", .number = 1, .total = 2 },
	    { .name = 'c', .refs = "a", .number = 2, .total = 2 },
	    { .name = 'd', .refs = "a", .number = 3, .total = 3 } },
	  "abcd=1" },
	{ "cover letter without number",
	  { { .name = 'a',
	      .refs = "",
	      .number = NONE,
	      .total = NONE,
	      .cover = true },
	    { .name = 'b', .refs = "a", .number = 1, .total = 2 },
	    { .name = 'c', .refs = "a", .number = 2, .total = 2 } },
	  "abc=1" },
	{ "two posters answer with the same counters",
	  { { .name = 'a', .refs = "", .number = 0, .total = 2 },
	    { .name = 'b', .refs = "a", .number = 1, .total = 2 },
	    { .name = 'c', .refs = "a", .number = 2, .total = 2 },
	    { .name = 'd',
	      .refs = "a",
	      .number = 1,
	      .total = 2,
	      .hour = 2,
	      .sender = 'b' },
	    { .name = 'e',
	      .refs = "ad",
	      .number = 2,
	      .total = 2,
	      .hour = 2,
	      .sender = 'b' } },
	  "abc=1 de=1" },
	{ "sent again below patch 1, without a version",
	  { { .name = 'a', .refs = "", .number = 1, .total = 2, .title = "t" },
	    { .name = 'b', .refs = "a", .number = 2, .total = 2 },
	    { .name = 'c',
	      .refs = "a",
	      .number = 1,
	      .total = 2,
	      .hour = 9,
	      .title = "t" },
	    { .name = 'd', .refs = "ac", .number = 2, .total = 2, .hour = 9 } },
	  "ab=1 cd=2<ta" },
	{ "thrice in a row",
	  { { .name = 'a',
	      .refs = "",
	      .number = 1,
	      .total = 4,
	      .version = 2,
	      .title = "t" },
	    { .name = 'b',
	      .refs = "",
	      .number = 1,
	      .total = 4,
	      .version = 2,
	      .title = "t" },
	    { .name = 'c',
	      .refs = "",
	      .number = 1,
	      .total = 4,
	      .version = 2,
	      .title = "t" } },
	  "a=2 b=2 c=2" },
	{ "versions by title",
	  { { .name = 'a',
	      .refs = "",
	      .number = NONE,
	      .total = NONE,
	      .title = "t" },
	    { .name = 'b',
	      .refs = "",
	      .number = NONE,
	      .total = NONE,
	      .version = 2,
	      .hour = 1,
	      .title = "T" },
	    { .name = 'c',
	      .refs = "",
	      .number = NONE,
	      .total = NONE,
	      .version = 4,
	      .hour = 2,
	      .title = "t" },
	    { .name = 'd',
	      .refs = "",
	      .number = NONE,
	      .total = NONE,
	      .version = 3,
	      .hour = 9,
	      .title = "t" } },
	  "a=1 b=2<na c=4<nb d=3<nb" },
	{ "another's of the same title",
	  { { .name = 'a',
	      .refs = "",
	      .number = NONE,
	      .total = NONE,
	      .title = "t" },
	    { .name = 'b',
	      .refs = "",
	      .number = NONE,
	      .total = NONE,
	      .version = 2,
	      .hour = 1,
	      .title = "t",
	      .sender = 'b' } },
	  "a=1 b=2" },
	{ "reposts that say nothing",
	  { { .name = 'a',
	      .refs = "",
	      .number = NONE,
	      .total = NONE,
	      .title = "t",
	      .patch = 'p' },
	    { .name = 'b',
	      .refs = "",
	      .number = NONE,
	      .total = NONE,
	      .hour = 1,
	      .title = "t",
	      .patch = 'q' },
	    { .name = 'c',
	      .refs = "",
	      .number = NONE,
	      .total = NONE,
	      .hour = 2,
	      .title = "t",
	      .patch = 'q' },
	    { .name = 'd',
	      .refs = "",
	      .number = NONE,
	      .total = NONE,
	      .hour = 3,
	      .title = "t",
	      .patch = 'r' } },
	  "a=1 b=2<na c=2<nb* d=3<nc" },
	{ "a year later it is another one",
	  { { .name = 'a',
	      .refs = "",
	      .number = NONE,
	      .total = NONE,
	      .title = "t",
	      .patch = 'p' },
	    { .name = 'b',
	      .refs = "",
	      .number = NONE,
	      .total = NONE,
	      .hour = 9000,
	      .title = "t",
	      .patch = 'q' } },
	  "a=1 b=1" },
	{ "sent again, as it says",
	  { { .name = 'a',
	      .refs = "",
	      .number = NONE,
	      .total = NONE,
	      .version = 3,
	      .title = "t",
	      .patch = 'p' },
	    { .name = 'b',
	      .refs = "",
	      .number = NONE,
	      .total = NONE,
	      .version = 3,
	      .hour = 1,
	      .title = "t",
	      .patch = 'q',
	      .word = "resend" },
	    { .name = 'c',
	      .refs = "",
	      .number = NONE,
	      .total = NONE,
	      .version = 4,
	      .hour = 2,
	      .title = "t",
	      .patch = 'p' },
	    { .name = 'd',
	      .refs = "",
	      .number = NONE,
	      .total = NONE,
	      .version = 2,
	      .title = "u",
	      .word = "resend" } },
	  "a=3 b=3<na* c=4<nb d=2*" },
	{ "after talk, patches",
	  { { .name = 'a',
	      .refs = "",
	      .number = NONE,
	      .total = NONE,
	      .title = "t",
	      .word = "rfc" },
	    { .name = 'b',
	      .refs = "",
	      .number = NONE,
	      .total = NONE,
	      .version = 2,
	      .hour = 1,
	      .title = "t",
	      .word = "rfc" },
	    { .name = 'c',
	      .refs = "",
	      .number = NONE,
	      .total = NONE,
	      .hour = 2,
	      .title = "t" },
	    { .name = 'd',
	      .refs = "",
	      .number = NONE,
	      .total = NONE,
	      .version = 2,
	      .hour = 3,
	      .title = "t" } },
	  "a=1 b=2<na c=1<nb d=2<nc" },
	{ "change-id before title",
	  { { .name = 'a',
	      .refs = "",
	      .number = NONE,
	      .total = NONE,
	      .version = 1,
	      .title = "t",
	      .change = 'x' },
	    { .name = 'b',
	      .refs = "",
	      .number = NONE,
	      .total = NONE,
	      .version = 2,
	      .hour = 1,
	      .title = "u",
	      .change = 'x' },
	    { .name = 'c',
	      .refs = "",
	      .number = NONE,
	      .total = NONE,
	      .version = 2,
	      .hour = 1,
	      .title = "v",
	      .change = 'y' },
	    { .name = 'd',
	      .refs = "",
	      .number = NONE,
	      .total = NONE,
	      .version = 3,
	      .hour = 2,
	      .title = "v",
	      .change = 'x' } },
	  "a=1 b=2<ca c=2 d=3<cb" },
	{ "by a link",
	  { { .name = 'a', .refs = "", .number = 0, .total = 1 },
	    { .name = 'b', .refs = "a", .number = 1, .total = 1 },
	    { .name = 'c',
	      .refs = "",
	      .number = 0,
	      .total = 1,
	      .version = 2,
	      .hour = 2,
	      .link = 'a',
	      .sender = 'b' },
	    { .name = 'd',
	      .refs = "c",
	      .number = 1,
	      .total = 1,
	      .version = 2,
	      .hour = 2,
	      .sender = 'b' } },
	  "ab=1 cd=2<la" },
	{ "in the thread, under another title",
	  { { .name = 'a', .refs = "", .number = 0, .total = 1 },
	    { .name = 'b', .refs = "a", .number = 1, .total = 1 },
	    { .name = 'c',
	      .refs = "a",
	      .number = 0,
	      .total = 1,
	      .version = 2,
	      .hour = 2 },
	    { .name = 'd',
	      .refs = "ac",
	      .number = 1,
	      .total = 1,
	      .version = 2,
	      .hour = 2 },
	    { .name = 'e',
	      .refs = "a",
	      .number = 0,
	      .total = 1,
	      .version = 3,
	      .hour = 3,
	      .sender = 'b' } },
	  "ab=1 cd=2<ta e=3" },
	{ "all versions answer the first",
	  { { .name = 'a', .refs = "", .number = 0, .total = 1, .title = "t" },
	    { .name = 'c',
	      .refs = "a",
	      .number = 0,
	      .total = 1,
	      .version = 2,
	      .hour = 2,
	      .title = "t" },
	    { .name = 'e',
	      .refs = "a",
	      .number = 0,
	      .total = 1,
	      .version = 3,
	      .hour = 3,
	      .title = "t" } },
	  "a=1 c=2<ta e=3<nc" },
	{ "another title, the same patches",
	  { { .name = 'a', .refs = "", .number = 0, .total = 2 },
	    { .name = 'b', .refs = "a", .number = 1, .total = 2, .title = "s" },
	    { .name = 'c', .refs = "a", .number = 2, .total = 2, .title = "t" },
	    { .name = 'd',
	      .refs = "",
	      .number = 0,
	      .total = 3,
	      .version = 2,
	      .hour = 9 },
	    { .name = 'e',
	      .refs = "d",
	      .number = 1,
	      .total = 3,
	      .version = 2,
	      .hour = 9,
	      .title = "s" },
	    { .name = 'f',
	      .refs = "d",
	      .number = 3,
	      .total = 3,
	      .version = 2,
	      .hour = 9,
	      .title = "t" } },
	  "abc=1 def=2<pa" },
	{ "a series sent again",
	  { { .name = 'a', .refs = "", .number = 0, .total = 2, .title = "t" },
	    { .name = 'b',
	      .refs = "a",
	      .number = 1,
	      .total = 2,
	      .title = "u",
	      .patch = 'p' },
	    { .name = 'c',
	      .refs = "a",
	      .number = 2,
	      .total = 2,
	      .title = "v",
	      .patch = 'q' },
	    { .name = 'd',
	      .refs = "",
	      .number = 0,
	      .total = 2,
	      .hour = 9,
	      .title = "t" },
	    { .name = 'e',
	      .refs = "d",
	      .number = 1,
	      .total = 2,
	      .hour = 9,
	      .title = "u",
	      .patch = 'p' },
	    { .name = 'f',
	      .refs = "d",
	      .number = 2,
	      .total = 2,
	      .hour = 9,
	      .title = "v",
	      .patch = 'q' } },
	  "abc=1 def=1<na*" },
	{ "a series sent anew without a version",
	  { { .name = 'a', .refs = "", .number = 0, .total = 2, .title = "t" },
	    { .name = 'b',
	      .refs = "a",
	      .number = 1,
	      .total = 2,
	      .title = "u",
	      .patch = 'p' },
	    { .name = 'c',
	      .refs = "a",
	      .number = 2,
	      .total = 2,
	      .title = "v",
	      .patch = 'q' },
	    { .name = 'd',
	      .refs = "",
	      .number = 0,
	      .total = 2,
	      .hour = 9,
	      .title = "t" },
	    { .name = 'e',
	      .refs = "d",
	      .number = 1,
	      .total = 2,
	      .hour = 9,
	      .title = "u",
	      .patch = 'p' },
	    { .name = 'f',
	      .refs = "d",
	      .number = 2,
	      .total = 2,
	      .hour = 9,
	      .title = "v",
	      .patch = 'r' } },
	  "abc=1 def=2<na" },
};

/* --- Building ---------------------------------------------------------- */

static const char *id_of(struct fixture *fix, char name, int round)
{
	return kd_arena_printf(fix->arena, "%c.%d@example.org", name, round);
}

static void set_refs(struct fixture *fix, struct kd_message *msg,
                     const struct mail *mail, int round)
{
	size_t n = strlen(mail->refs);
	const char **ids = kd_arena_array(fix->arena, n + 1, sizeof(*ids));
	size_t i;

	assert_non_null(ids);
	for (i = 0; i < n; i++)
		ids[i] = id_of(fix, mail->refs[i], round);
	msg->references = ids;
	msg->n_references = n;
	if (n > 0)
		msg->in_reply_to = ids[n - 1];
}

static void set_rest(struct fixture *fix, struct kd_message *msg,
                     const struct mail *mail, int round)
{
	struct kd_link *link;

	if (mail->change != '\0')
		msg->change_id = kd_arena_printf(fix->arena, "%c-%d",
		                                 mail->change, round);
	if (mail->link != '\0') {
		link = kd_arena_alloc(fix->arena, sizeof(*link));
		assert_non_null(link);
		link->relation = KD_RELATION_PREVIOUS;
		link->message_id = id_of(fix, mail->link, round);
		msg->links = link;
		msg->n_links = 1;
	}
	msg->has_patch_id = msg->kind == KD_KIND_PATCH;
	msg->patch_id[0] =
		(unsigned char)(mail->patch == '\0' ? mail->name : mail->patch);
	if (mail->word == NULL)
		return;
	msg->subject.rfc = strcmp(mail->word, "rfc") == 0;
	msg->subject.resend = strcmp(mail->word, "resend") == 0;
	msg->subject.prefixes[0] = mail->word;
	msg->subject.n_prefixes = 1;
}

static struct kd_arriving build(struct fixture *fix, const struct mail *mail,
                                int round)
{
	struct kd_arriving a =
		fixture_arriving(fix, id_of(fix, mail->name, round), "x", 1000);
	struct kd_message *msg = fixture_message(&a);
	struct kd_subject *subject = &msg->subject;

	set_refs(fix, msg, mail, round);
	msg->kind = mail->number == 0 || mail->cover ? KD_KIND_COVER
	                                             : KD_KIND_PATCH;
	subject->number = mail->number;
	subject->total = mail->total;
	subject->versioned = mail->version != 0;
	subject->version = mail->version == 0 ? 1 : mail->version;
	subject->revision = mail->revision;
	/* rounds have nothing to do with one another */
	subject->title = kd_arena_printf(
		fix->arena, "%s of %d",
		mail->title != NULL
			? mail->title
			: kd_arena_printf(fix->arena, "%c", mail->name),
		round);
	msg->date = (int64_t)3600 * mail->hour +
	            (mail->number > 0 ? mail->number : 0) +
	            100000000 * (int64_t)(round + 1);
	msg->sender.email =
		kd_arena_printf(fix->arena, "author-%c@example.org",
	                        mail->sender == '\0' ? 'a' : mail->sender);
	set_rest(fix, msg, mail, round);
	return a;
}

/* --- What came of it ---------------------------------------------------- */

struct told {
	int64_t series;
	char members[MAILS_MAX + 1];
};

static enum kd_status take_name(const struct kd_posted *row, void *payload,
                                struct kd_error *err)
{
	struct told *told = payload;
	char c = row->msg.message_id[0];
	size_t n = strlen(told->members);
	size_t i;

	(void)err;
	assert_true(n < MAILS_MAX);
	for (i = n; i > 0 && told->members[i - 1] > c; i--)
		told->members[i] = told->members[i - 1];
	told->members[i] = c;
	told->members[n + 1] = '\0';
	return KD_OK;
}

static struct told members_of(struct fixture *fix, struct kd_store *store,
                              int64_t series)
{
	struct told told = { .series = series };

	assert_int_equal(kd_store_each_of_series(store, series, INT64_MAX,
	                                         take_name, &told, &fix->err),
	                 KD_OK);
	return told;
}

static char *tell(struct fixture *fix, struct kd_store *store, int64_t series,
                  char *text)
{
	static const char letters[] = "-cltnp";
	struct told told = members_of(fix, store, series);
	struct kd_series row;

	assert_int_equal(kd_store_series(store, series, fix->arena, &row,
	                                 &fix->err),
	                 KD_OK);
	text = kd_arena_printf(fix->arena, "%s%s%s=%d", text,
	                       *text == '\0' ? "" : " ", told.members,
	                       row.version);
	if (row.revision > 0)
		text = kd_arena_printf(fix->arena, "%s.%d", text, row.revision);
	if (row.previous != 0)
		text = kd_arena_printf(
			fix->arena, "%s<%c%c", text, letters[row.evidence],
			members_of(fix, store, row.previous).members[0]);
	assert_int_equal(row.previous == 0, row.evidence == KD_EVIDENCE_NONE);
	return kd_arena_printf(fix->arena, "%s%s", text, row.resend ? "*" : "");
}

/* All series of a round, by their first members. */
static char *tell_all(struct fixture *fix, struct kd_store *store,
                      const struct mail *mails, int n, int round)
{
	char *text = kd_arena_strdup(fix->arena, "");
	int64_t seen[MAILS_MAX];
	int i, j;

	for (i = 0; i < n; i++) {
		seen[i] = fixture_get(fix, store,
		                      id_of(fix, mails[i].name, round))
		                  .series;
		assert_int_not_equal(seen[i], 0);
		for (j = 0; j < i && seen[j] != seen[i]; j++)
			;
		if (j == i)
			text = tell(fix, store, seen[i], text);
	}
	return text;
}

/* --- Orders -------------------------------------------------------------- */

static unsigned int seed = 1;

static int random_below(int n)
{
	seed = seed * 1103515245U + 12345U;
	return (int)((seed >> 16) % (unsigned int)n);
}

static void shuffle(int *order, int n)
{
	int i, j, swap;

	for (i = n - 1; i > 0; i--) {
		j = random_below(i + 1);
		swap = order[i];
		order[i] = order[j];
		order[j] = swap;
	}
}

/* Mails, and an order of them. */
struct trial {
	const char *name;
	const struct mail *mails;
	int order[MAILS_MAX];
	int n;
};

/* Add the mails in that order; what came of it must be want, which is the
 * arena's of the caller. */
static void try_order(struct fixture *fix, struct kd_store *store,
                      const struct trial *trial, int round, char *want)
{
	const struct mail *mails = trial->mails;
	const int *order = trial->order;
	const int n = trial->n;
	struct kd_arena *keep = fix->arena;
	char said[MAILS_MAX + 1] = "";
	struct kd_arriving a;
	const char *text;
	int i;

	fix->arena = kd_arena_new();
	assert_non_null(fix->arena);
	for (i = 0; i < n; i++) {
		a = build(fix, &mails[order[i]], round);
		assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_NEW);
		said[i] = mails[order[i]].name;
	}
	text = tell_all(fix, store, mails, n, round);
	if (want[0] == '\0')
		(void)snprintf(want, 256, "%s", text);
	if (strcmp(text, want) != 0)
		fail_msg("%s, in the order %s: %s, not %s", trial->name, said,
		         text, want);
	kd_arena_free(fix->arena);
	fix->arena = keep;
}

static struct kd_store *open_fast(struct fixture *fix)
{
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);

	/* thousands of commits: only what they say matters here */
	assert_int_equal(kd_db_exec(store, "PRAGMA synchronous = OFF", "test",
	                            &fix->err),
	                 KD_OK);
	return store;
}

static void test_versions_in_every_order(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = open_fast(fix);
	struct trial trial;
	char want[256];
	int round = 0;
	size_t i;
	int n;

	for (i = 0; i < sizeof(worlds) / sizeof(worlds[0]); i++) {
		for (n = 0; worlds[i].mails[n].name != '\0'; n++)
			trial.order[n] = n;
		trial.n = n;
		trial.name = worlds[i].name;
		trial.mails = worlds[i].mails;
		(void)snprintf(want, sizeof(want), "%s", worlds[i].want);
		do {
			try_order(fix, store, &trial, round++, want);
		} while (fixture_next_order(trial.order, n));
	}
	kd_store_close(store);
}

/* --- Worlds of chance ---------------------------------------------------- */

static struct mail any_mail(int i, int n)
{
	static const char *const titles[] = { "s", "t", "u", NULL };
	static char refs[MAILS_MAX][4];
	struct mail mail = { .name = (char)('a' + i), .refs = refs[i] };
	int k;

	memset(refs[i], 0, sizeof(refs[i]));
	/* also to what never comes, and to itself */
	for (k = 0; k < random_below(4); k++)
		refs[i][k] = (char)('a' + random_below(n + 1));
	mail.total = random_below(5) == 0 ? NONE : 2 + random_below(5) / 4;
	mail.number = mail.total == NONE ? NONE : random_below(mail.total + 1);
	mail.version = random_below(3);
	mail.hour = random_below(5) * random_below(2);
	mail.title = titles[random_below(4)];
	mail.patch = (char)('p' + random_below(3));
	mail.sender = (char)('a' + random_below(2));
	if (random_below(6) == 0)
		mail.change = (char)('x' + random_below(2));
	if (random_below(6) == 0)
		mail.link = (char)('a' + random_below(n + 1));
	if (random_below(8) == 0)
		mail.word = random_below(2) == 0 ? "rfc" : "resend";
	mail.cover = mail.total == NONE && random_below(3) == 0;
	return mail;
}

#ifdef KD_COVERAGE /* that they agree, and in time, is judged elsewhere */
enum { SOME_ORDERS = 2, CROWD = 110 };
#else
enum { SOME_ORDERS = 12, CROWD = 1100 };
#endif

/* KD_LONG: as many as it takes to be sure. */
static void test_any_world_in_any_order(void **state)
{
	const bool all = getenv("KD_LONG") != NULL;
	const int n_worlds = all ? 1000 : 60;
	const int n_orders = all ? 30 : SOME_ORDERS;
	struct fixture *fix = *state;
	struct kd_store *store = open_fast(fix);
	struct mail mails[MAILS_MAX];
	char name[32];
	struct trial trial = { .name = name, .mails = mails };
	char want[256];
	int world, i, n, k;

	for (world = 0; world < n_worlds; world++) {
		n = 4 + random_below(6);
		for (i = 0; i < n; i++) {
			mails[i] = any_mail(i, n);
			trial.order[i] = i;
		}
		trial.n = n;
		want[0] = '\0';
		(void)snprintf(name, sizeof(name), "world %d", world);
		for (k = 0; k < n_orders; k++) {
			try_order(fix, store, &trial, n_orders * world + k,
			          want);
			shuffle(trial.order, n);
		}
	}
	kd_store_close(store);
}

/* --- Questions ----------------------------------------------------------- */

static const struct mail asked[] = {
	{ .name = 'a', .refs = "", .number = 0, .total = 1, .title = "t" },
	{ .name = 'b', .refs = "a", .number = 1, .total = 1 },
	{ .name = 'c',
	  .refs = "",
	  .number = 0,
	  .total = 1,
	  .title = "t",
	  .hour = 1,
	  .word = "resend" },
	{ .name = 'd',
	  .refs = "",
	  .number = 0,
	  .total = 2,
	  .title = "t",
	  .hour = 2,
	  .version = 2 },
	{ .name = 'e', .refs = "", .number = NONE, .total = NONE },
};
enum { ASKED = sizeof(asked) / sizeof(asked[0]) };

static enum kd_status take_head(const struct kd_series *row, void *payload,
                                struct kd_error *err)
{
	char *text = payload;

	(void)err;
	text[strlen(text)] = row->message_id[0];
	return KD_OK;
}

static const char *heads(struct fixture *fix, struct kd_store *store,
                         const struct kd_scope *scope, kd_seq after,
                         kd_seq upto)
{
	const struct kd_range range = { .after = after, .upto = upto };
	char *text = kd_arena_alloc(fix->arena, ASKED + 1);

	assert_int_equal(kd_store_each_series(store, scope, range, take_head,
	                                      text, &fix->err),
	                 KD_OK);
	return text;
}

static int64_t series_of(struct fixture *fix, struct kd_store *store, char name)
{
	return fixture_get(fix, store, id_of(fix, name, 0)).series;
}

static struct kd_store *open_asked(struct fixture *fix)
{
	struct kd_store *store = open_fast(fix);
	struct kd_arriving a;
	int i;

	for (i = 0; i < ASKED; i++) {
		a = build(fix, &asked[i], 0);
		if (asked[i].name == 'e')
			a.list = &fixture_ppc;
		assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_NEW);
	}
	return store;
}

static void test_series_of_a_range(void **state)
{
	static const struct kd_scope all = { .kind = KD_SCOPE_ALL };
	static const struct kd_scope none = { .kind = KD_SCOPE_NONE };
	static const struct kd_scope kvm = { KD_SCOPE_LIST, "kvm.example.org" };
	struct fixture *fix = *state;
	struct kd_store *store = open_asked(fix);
	kd_seq start = fixture_get(fix, store, id_of(fix, 'a', 0)).seq;

	assert_string_equal(heads(fix, store, &all, 0, INT64_MAX), "acde");
	assert_string_equal(heads(fix, store, &kvm, 0, INT64_MAX), "acd");
	assert_string_equal(heads(fix, store, &none, 0, INT64_MAX), "");
	/* of one that began before the range a member came in it */
	assert_string_equal(heads(fix, store, &all, start, start + 2), "ac");
	kd_store_close(store);
}

static void test_one_series(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = open_asked(fix);
	struct kd_series row = { .series = 0 };

	assert_int_equal(kd_store_series(store, series_of(fix, store, 'a'),
	                                 fix->arena, &row, &fix->err),
	                 KD_OK);
	assert_string_equal(row.message_id, "a.0@example.org");
	assert_string_equal(row.title, "t of 0");
	assert_string_equal(row.poster.email, "author-a@example.org");
	assert_true(row.has_cover && !row.rfc && !row.resend && row.has_date);
	assert_int_equal(row.total, 1);
	assert_int_equal(row.received, 1);
	assert_int_equal(row.received_at, 1000);
	assert_int_equal(row.seq,
	                 fixture_get(fix, store, id_of(fix, 'a', 0)).seq);
	/* not the resend, though it was that which came next */
	assert_int_equal(row.next, series_of(fix, store, 'd'));
	assert_int_equal(kd_store_series(store, series_of(fix, store, 'e'),
	                                 fix->arena, &row, &fix->err),
	                 KD_OK);
	assert_int_equal(row.total, NONE);
	assert_int_equal(row.received, 1);
	assert_int_equal(row.next, 0);
	assert_int_equal(kd_store_series(store, 4711, fix->arena, &row,
	                                 &fix->err),
	                 KD_NOTFOUND);
	kd_store_close(store);
}

static void test_all_versions(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = open_asked(fix);
	struct kd_series *rows = NULL;
	char text[ASKED + 1];
	size_t i, n, from;

	for (from = 0; from < ASKED; from++) {
		assert_int_equal(
			kd_store_versions(
				store, series_of(fix, store, asked[from].name),
				fix->arena, &rows, &n, &fix->err),
			KD_OK);
		memset(text, 0, sizeof(text));
		for (i = 0; i < n; i++)
			text[i] = rows[i].message_id[0];
		assert_string_equal(text,
		                    asked[from].name == 'e' ? "e" : "acd");
	}
	kd_store_close(store);
}

/* --- An attack ----------------------------------------------------------- */

/* What this process has worked, whatever others do. */
static int64_t worked_ms(void)
{
	struct timespec t;

	assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t), 0);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Thousands answer one message with the same counters: two senders, with
 * and without a version. */
static void test_no_thread_makes_a_delivery_slow(void **state)
{
	enum { ANSWERS = CROWD, SLOW_MS = 2000 }; /* the hook has 6,000 */
	struct fixture *fix = *state;
	struct kd_store *store = open_fast(fix);
	struct kd_arena *keep = fix->arena;
	struct mail mail = { .refs = "x", .total = 2 };
	struct kd_arriving a;
	int64_t begin, took;
	int64_t worst = 0;
	int i;

	for (i = 0; i < ANSWERS; i++) {
		fix->arena = kd_arena_new();
		assert_non_null(fix->arena);
		mail.name = 'a';
		mail.number = 1 + i % 2;
		mail.sender = (char)('a' + i % 3 / 2);
		mail.version = i % 5 / 4 * 2;
		a = build(fix, &mail, 0);
		fixture_message(&a)->message_id =
			kd_arena_printf(fix->arena, "%d@example.org", i);
		fixture_message(&a)->date += i % 100;
		begin = worked_ms();
		assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_NEW);
		took = worked_ms() - begin;
		if (took > worst)
			worst = took;
		kd_arena_free(fix->arena);
	}
	fix->arena = keep;
	assert_in_range(worst, 0, SLOW_MS);
	kd_store_close(store);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_versions_in_every_order),
		TEST(test_any_world_in_any_order),
		TEST(test_series_of_a_range),
		TEST(test_one_series),
		TEST(test_all_versions),
		TEST(test_no_thread_makes_a_delivery_slow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
