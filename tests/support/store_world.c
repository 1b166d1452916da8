/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * store_world.c - see store_world.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "store/internal.h"
#include "store/series.h"
#include "tests/support/fewer.h"
#include "tests/support/store_fixture.h"
#include "tests/support/store_world.h"

const char *world_id(struct fixture *fix, char name, int round)
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
		ids[i] = world_id(fix, mail->refs[i], round);
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
		link->message_id = world_id(fix, mail->link, round);
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

struct kd_arriving world_mail(struct fixture *fix, const struct mail *mail,
                              int round)
{
	struct kd_arriving a = fixture_arriving(
		fix, world_id(fix, mail->name, round), "x", 1000);
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
		                      world_id(fix, mails[i].name, round))
		                  .series;
		assert_int_not_equal(seen[i], 0);
		for (j = 0; j < i && seen[j] != seen[i]; j++)
			;
		if (j == i)
			text = tell(fix, store, seen[i], text);
	}
	return text;
}

void world_try(struct fixture *fix, struct kd_store *store,
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
		a = world_mail(fix, &mails[order[i]], round);
		assert_int_equal(fixture_add(fix, store, &a), KD_ADDED_NEW);
		said[i] = mails[order[i]].name;
	}
	text = tell_all(fix, store, mails, n, round);
	if (want[0] == '\0')
		(void)snprintf(want, WANT_SIZE, "%s", text);
	if (strcmp(text, want) != 0)
		fail_msg("%s, in the order %s: %s, not %s", trial->name, said,
		         text, want);
	kd_arena_free(fix->arena);
	fix->arena = keep;
}

struct kd_store *world_open(struct fixture *fix)
{
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);

	/* thousands of commits: only what they say matters here */
	assert_int_equal(kd_db_exec(store, "PRAGMA synchronous = OFF", "test",
	                            &fix->err),
	                 KD_OK);
	return store;
}

void world_try_all(struct fixture *fix, const struct world *worlds,
                   size_t n_worlds)
{
	struct kd_store *store = world_open(fix);
	struct trial trial;
	char want[WANT_SIZE];
	const int step = kd_one_of(7);
	int round = 0;
	size_t i;
	int tried, n;

	for (i = 0; i < n_worlds; i++) {
		tried = 0;
		for (n = 0; worlds[i].mails[n].name != '\0'; n++)
			trial.order[n] = n;
		trial.n = n;
		trial.name = worlds[i].name;
		trial.mails = worlds[i].mails;
		(void)snprintf(want, sizeof(want), "%s", worlds[i].want);
		do {
			if (tried++ % step == 0)
				world_try(fix, store, &trial, round++, want);
		} while (fixture_next_order(trial.order, n));
	}
	kd_store_close(store);
}
