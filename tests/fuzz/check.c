/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check.c - the promises that every target checks.  They are written from
 * the headers alone, so that they can differ from the code.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mda/wire.h"
#include "tests/fuzz/fuzz.h"

enum { ERROR_MAX = KD_ERROR_TEXT_MAX - 1 };

void kd_fuzz_fail(const char *what, const char *file, int line)
{
	(void)fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
	abort();
}

struct kd_arena *kd_fuzz_arena(void)
{
	struct kd_arena *arena = kd_arena_new();

	CHECK(arena != NULL);
	return arena;
}

char *kd_fuzz_string(struct kd_arena *arena, struct kd_bytes in)
{
	char *ret =
		kd_arena_strndup(arena, in.size == 0 ? "" : in.data, in.size);

	CHECK(ret != NULL);
	return ret;
}

struct kd_bytes kd_fuzz_utf8(struct kd_arena *arena, struct kd_bytes in)
{
	char *ret = kd_utf8_force(arena, in);

	CHECK(ret != NULL);
	CHECK(kd_utf8_valid(kd_bytes_of(ret)));
	return kd_bytes_of(ret);
}

bool kd_fuzz_within(struct kd_bytes a, struct kd_bytes b)
{
	return a.size == 0 || (a.data >= b.data && a.size <= b.size &&
	                       (size_t)(a.data - b.data) <= b.size - a.size);
}

void kd_fuzz_line(const char *s, size_t max)
{
	if (s == NULL)
		return;
	CHECK(strlen(s) <= max);
	CHECK(strchr(s, '\n') == NULL && strchr(s, '\r') == NULL);
	CHECK(kd_utf8_valid(kd_bytes_of(s)));
}

static bool harms(uint32_t c)
{
	return (c < 0x20 && c != '\n' && c != '\t') ||
	       (c >= 0x7f && c <= 0x9f) || c == UINT32_MAX || c == 0x61c ||
	       (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       c == 0x2060 || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff ||
	       (c >= 0xe0000 && c <= 0xe007f);
}

void kd_fuzz_harmless(struct kd_bytes text, bool one_line)
{
	size_t pos = 0;

	while (pos < text.size) {
		uint32_t c = kd_utf8_next(text, &pos);

		CHECK(!harms(c));
		CHECK(!one_line || c != '\n');
	}
	CHECK(pos == text.size);
}

void kd_fuzz_error(const struct kd_error *err, enum kd_status st)
{
	CHECK(err->status == st);
	if (st == KD_OK)
		return;
	CHECK(memchr(err->text, '\0', sizeof(err->text)) != NULL);
	CHECK(err->text[0] != '\0');
	for (const char *s = err->text; *s != '\0'; s++)
		CHECK((unsigned char)*s >= 0x20 && *s != 0x7f);
	CHECK(strlen(err->text) <= ERROR_MAX);
}

void kd_fuzz_subject(const struct kd_subject *subject)
{
	const int max = KD_PATCH_NUMBER_MAX;

	CHECK(subject->full != NULL && subject->title != NULL);
	kd_fuzz_line(subject->full, SIZE_MAX);
	kd_fuzz_line(subject->title, SIZE_MAX); /* maybe of the body */
	CHECK(subject->n_prefixes <= KD_PREFIXES_MAX);
	for (size_t i = 0; i < subject->n_prefixes; i++) {
		CHECK(subject->prefixes[i] != NULL);
		kd_fuzz_line(subject->prefixes[i], strlen(subject->full));
	}
	kd_fuzz_line(subject->project, strlen(subject->full));
	CHECK(subject->project == NULL || subject->project[0] != '\0');
	CHECK(subject->version >= 0 && subject->revision >= 0);
	CHECK(subject->number >= KD_NUMBER_NONE && subject->number <= max);
	CHECK(subject->total >= KD_NUMBER_NONE && subject->total <= max);
}

static void check_span(struct kd_span span, struct kd_bytes text)
{
	CHECK(span.offset <= text.size);
	CHECK(span.size <= text.size - span.offset);
	CHECK(kd_utf8_valid(
		(struct kd_bytes){ text.data + span.offset, span.size }));
}

static void check_text(const struct kd_message *msg, struct kd_bytes raw)
{
	struct kd_bytes text = msg->text;

	if (text.data == NULL && msg->text_in_raw.size > 0) {
		CHECK(msg->text_in_raw.offset <= raw.size);
		CHECK(msg->text_in_raw.size <=
		      raw.size - msg->text_in_raw.offset);
		text.data = raw.data + msg->text_in_raw.offset;
		text.size = msg->text_in_raw.size;
	}
	CHECK(text.size <= KD_TEXT_MAX);
	CHECK(kd_utf8_valid(text));
	if (text.data == NULL)
		text.data = "";
	check_span(msg->commit, text);
	check_span(msg->notes, text);
	check_span(msg->stat, text);
}

static void check_person(struct kd_person person)
{
	kd_fuzz_line(person.name, SIZE_MAX);
	kd_fuzz_line(person.email, SIZE_MAX);
}

static void check_strings(const char *const *strings, size_t n, size_t max)
{
	CHECK(n <= max);
	for (size_t i = 0; i < n; i++) {
		CHECK(strings[i] != NULL && strings[i][0] != '\0');
		kd_fuzz_line(strings[i], SIZE_MAX);
	}
}

static void check_hex(const char *s)
{
	if (s == NULL)
		return;
	CHECK(s[0] != '\0' && strlen(s) <= KD_COMMIT_HEX_MAX);
	CHECK(strspn(s, "0123456789abcdefABCDEF") == strlen(s));
}

static void check_trailers(const struct kd_message *msg)
{
	size_t size = 0;

	CHECK(msg->n_trailers <= KD_TRAILERS_MAX);
	for (size_t i = 0; i < msg->n_trailers; i++) {
		check_strings(&msg->trailers[i].name, 1, 1);
		CHECK(msg->trailers[i].value != NULL);
		kd_fuzz_line(msg->trailers[i].value, KD_TRAILER_MAX);
		size += strlen(msg->trailers[i].value);
	}
	CHECK(size <= KD_TRAILERS_SIZE_MAX);
}

/* What the readers of the text have found. */
static void check_readings(const struct kd_message *msg)
{
	check_trailers(msg);
	check_strings(msg->paths, msg->n_paths, KD_PATHS_MAX);
	check_strings(msg->titles, msg->n_titles, KD_TITLES_MAX);
	CHECK(msg->n_links <= KD_LINKS_MAX);
	for (size_t i = 0; i < msg->n_links; i++) {
		CHECK((int)msg->links[i].relation >= 1 &&
		      (int)msg->links[i].relation <= KD_RELATION_MAX);
		CHECK(msg->links[i].version >= 0);
		check_strings(&msg->links[i].message_id, 1, 1);
		kd_fuzz_line(msg->links[i].message_id, KD_MESSAGE_ID_MAX);
	}
	CHECK(msg->n_taken <= KD_TITLES_MAX);
	for (size_t i = 0; i < msg->n_taken; i++) {
		CHECK(msg->taken[i].number >= KD_NUMBER_NONE &&
		      msg->taken[i].number <= KD_PATCH_NUMBER_MAX);
		kd_fuzz_line(msg->taken[i].title, SIZE_MAX);
		check_hex(msg->taken[i].commit);
	}
	check_hex(msg->base_commit);
	kd_fuzz_line(msg->pull_url, SIZE_MAX);
	kd_fuzz_line(msg->pull_ref, SIZE_MAX);
	kd_fuzz_line(msg->tree, SIZE_MAX);
	CHECK((int)msg->fate >= 0 && (int)msg->fate < KD_FATE_COUNT);
	CHECK(msg->counted.files >= 0 && msg->counted.insertions >= 0 &&
	      msg->counted.deletions >= 0);
}

void kd_fuzz_message(const struct kd_message *msg, struct kd_bytes raw)
{
	CHECK(msg->message_id != NULL && msg->message_id[0] != '\0');
	kd_fuzz_line(msg->message_id, KD_MESSAGE_ID_MAX);
	kd_fuzz_line(msg->in_reply_to, KD_MESSAGE_ID_MAX);
	CHECK(msg->n_references <= KD_REFERENCES_MAX);
	for (size_t i = 0; i < msg->n_references; i++) {
		CHECK(msg->references[i] != NULL);
		kd_fuzz_line(msg->references[i], KD_MESSAGE_ID_MAX);
	}
	kd_fuzz_subject(&msg->subject);
	kd_fuzz_line(msg->subject_line, SIZE_MAX);
	kd_fuzz_line(msg->from_line, SIZE_MAX);
	check_person(msg->sender);
	check_person(msg->author);
	CHECK(!msg->has_date || msg->date >= 0);
	CHECK((int)msg->kind >= 0 && (int)msg->kind < KD_KIND_COUNT);
	CHECK((int)msg->status >= 0 && (int)msg->status < KD_PARSE_COUNT);
	CHECK(msg->header_size <= raw.size);
	check_text(msg, raw);
	CHECK(msg->diffstat.files >= 0 && msg->diffstat.insertions >= 0 &&
	      msg->diffstat.deletions >= 0);
	kd_fuzz_line(msg->change_id, SIZE_MAX);
	check_readings(msg);
}

void kd_fuzz_wire(const struct kd_message *msg, struct kd_bytes raw,
                  struct kd_arena *arena)
{
	struct kd_bytes first;
	struct kd_bytes second;
	struct kd_message copy;

	CHECK(kd_wire_encode(msg, arena, &first, NULL) == KD_OK);
	CHECK(first.size <= KD_WIRE_MAX);
	CHECK(kd_wire_decode(first, raw, arena, &copy, NULL) == KD_OK);
	kd_fuzz_message(&copy, raw);
	CHECK(strcmp(copy.message_id, msg->message_id) == 0);
	CHECK(memcmp(copy.content_sha256, msg->content_sha256, KD_HASH_SIZE) ==
	      0);
	CHECK(copy.kind == msg->kind);
	CHECK(copy.text.size == msg->text.size);
	CHECK(copy.text_in_raw.size == msg->text_in_raw.size);
	CHECK(kd_wire_encode(&copy, arena, &second, NULL) == KD_OK);
	CHECK(first.size == second.size);
	CHECK(memcmp(first.data, second.data, first.size) == 0);
}
