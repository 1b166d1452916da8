/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_reading.c - the readers behind the body: trailers, links, shortlog,
 * pull requests and notices, for mails of each kind.
 */
#include "mda/reading.h"

#include <string.h>

#include "mda/classify.h"
#include "tests/fuzz/fuzz.h"

static const struct kd_person people[] = {
	{ "A Person", "a.person@example.org" },
	{ NULL, "patchwork-bot+a@kernel.org" },
	{ NULL, "pr-tracker-bot@kernel.org" },
	{ NULL, "tip-bot2@linutronix.de" },
	{ NULL, NULL },
};

static void check_trailers(const struct kd_message *msg)
{
	size_t size = 0;

	CHECK(msg->n_trailers <= KD_TRAILERS_MAX);
	for (size_t i = 0; i < msg->n_trailers; i++) {
		const struct kd_trailer *trailer = &msg->trailers[i];

		CHECK(trailer->name != NULL && trailer->value != NULL);
		kd_fuzz_line(trailer->name, KD_TRAILER_MAX);
		kd_fuzz_line(trailer->value, KD_TRAILER_MAX);
		size += strlen(trailer->name) + strlen(trailer->value);
	}
	CHECK(size <= KD_TRAILERS_SIZE_MAX);
}

static void check_links(const struct kd_message *msg)
{
	CHECK(msg->n_links <= KD_LINKS_MAX);
	for (size_t i = 0; i < msg->n_links; i++) {
		const struct kd_link *link = &msg->links[i];

		CHECK((int)link->relation > 0 &&
		      (int)link->relation <= KD_RELATION_MAX);
		CHECK(link->version >= 0 && link->message_id != NULL);
		CHECK(*link->message_id != '\0');
		kd_fuzz_line(link->message_id, KD_MESSAGE_ID_MAX);
	}
	kd_fuzz_line(msg->change_id, KD_TRAILER_MAX);
	kd_fuzz_line(msg->base_commit, KD_COMMIT_HEX_MAX);
}

static void check_titles(const struct kd_message *msg)
{
	size_t size = 0;

	CHECK(msg->n_titles <= KD_TITLES_MAX);
	for (size_t i = 0; i < msg->n_titles; i++) {
		kd_fuzz_line(msg->titles[i], KD_TITLES_SIZE_MAX);
		size += strlen(msg->titles[i]);
	}
	CHECK(size <= KD_TITLES_SIZE_MAX);
	kd_fuzz_line(msg->pull_url, KD_URL_MAX);
	kd_fuzz_line(msg->pull_ref, KD_URL_MAX);
}

static void check_notice(const struct kd_message *msg)
{
	CHECK((int)msg->fate >= 0 && (int)msg->fate < KD_FATE_COUNT);
	CHECK(msg->n_taken <= KD_TITLES_MAX);
	CHECK(msg->fate != KD_FATE_NONE || msg->n_taken == 0);
	kd_fuzz_line(msg->tree, KD_URL_MAX);
	for (size_t i = 0; i < msg->n_taken; i++) {
		CHECK(msg->taken[i].number >= KD_NUMBER_NONE &&
		      msg->taken[i].number <= KD_PATCH_NUMBER_MAX);
		kd_fuzz_line(msg->taken[i].title, KD_TITLES_SIZE_MAX);
		kd_fuzz_line(msg->taken[i].commit, KD_COMMIT_HEX_MAX);
	}
}

static void read_all(const struct kd_reading *in)
{
	CHECK(kd_trailers_read(in, NULL) == KD_OK);
	CHECK(kd_links_read(in, NULL) == KD_OK);
	CHECK(kd_shortlog_read(in, NULL) == KD_OK);
	CHECK(kd_pull_read(in, NULL) == KD_OK);
	CHECK(kd_notice_read(in, NULL) == KD_OK);
	check_trailers(in->msg);
	check_links(in->msg);
	check_titles(in->msg);
	check_notice(in->msg);
}

/* The first line is the subject. */
static struct kd_message make(struct kd_arena *arena, struct kd_bytes text,
                              size_t who)
{
	struct kd_bytes rest = text, line = { "", 0 };
	struct kd_message msg = { .sender = people[who],
		                  .commit = { 0, text.size } };

	(void)kd_next_line(&rest, &line);
	msg.subject.full = kd_fuzz_string(arena, kd_trim(line));
	msg.subject.title = msg.subject.full;
	msg.subject.number = KD_NUMBER_NONE;
	return msg;
}

void kd_fuzz_one(struct kd_bytes in)
{
	struct kd_arena *arena = kd_fuzz_arena();
	struct kd_bytes text = kd_fuzz_utf8(arena, in);
	struct kd_headers headers;
	struct kd_message msg;

	kd_headers_find(kd_bytes_of("X-stable: review\n\n"), &headers);
	for (size_t i = 0; i < sizeof(people) / sizeof(people[0]); i++) {
		for (int kind = 0; kind < KD_KIND_COUNT; kind++) {
			struct kd_reading reading = { .text = text,
				                      .headers = &headers,
				                      .arena = arena,
				                      .msg = &msg };

			msg = make(arena, text, i);
			msg.kind = (enum kd_kind)kind;
			msg.has_diff = kind % 2 == 1;
			msg.subject.reply = i == 0;
			CHECK((int)kd_classify(&msg, text, &headers) <
			      KD_KIND_COUNT);
			read_all(&reading);
		}
	}
	CHECK(!kd_arena_failed(arena));
	kd_arena_free(arena);
}
