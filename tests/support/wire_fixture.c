/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wire_fixture.c - see wire_fixture.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "tests/support/wire_fixture.h"

static const char raw_text[] = "Subject: [PATCH v5.1 04/11] kvm: x\n"
			       "\n"
			       "Gr\xc3\xbc\xc3\x9f\x65: a commit message\n"
			       "---\n"
			       "notes\n"
			       " 1 file changed\n";

struct kd_bytes wire_raw(void)
{
	return kd_bytes_of(raw_text);
}

static const char *const references[] = { "first@example.org",
	                                  "second@example.org" };

static const char *const paths[] = { "virt/kvm/a.c", "\xc3\xbc/b.h" };
static const char *const titles[] = { "kvm: one", "kvm: two", "kvm: three" };
static const struct kd_trailer trailers[] = {
	{ "Reviewed-By", "Reviewer 1 <reviewer1@example.org>", true, true },
	{ "Fixes", "0123456789ab (\"kvm: x\")", false, false },
	{ "Acked-by", "", true, false },
};
static const struct kd_link links[] = {
	{ KD_RELATION_PREVIOUS, 4, "v4@example.org" },
	{ KD_RELATION_SUBJECT, 0, "about@example.org" },
};
static const struct kd_taken takens[] = {
	{ 1, "kvm: first", "0123456789abcdef" },
	{ KD_NUMBER_NONE, NULL, "FEDCBA9876543210" },
	{ 3, "kvm: third", NULL },
};

static void add_lists(struct kd_message *msg)
{
	for (size_t i = 0; i < KD_HASH_SIZE; i++)
		msg->content_sha256[i] = (unsigned char)(0xa0 + i);
	for (size_t i = 0; i < KD_PATCH_ID_SIZE; i++)
		msg->patch_id[i] = (unsigned char)(0x40 + i);
	msg->paths = paths;
	msg->n_paths = 2;
	msg->trailers = trailers;
	msg->n_trailers = 3;
	msg->links = links;
	msg->n_links = 2;
	msg->titles = titles;
	msg->n_titles = 3;
	msg->taken = takens;
	msg->n_taken = 3;
}

struct kd_message wire_full(void)
{
	struct kd_message msg = {
		.message_id = "id-1@example.org",
		.in_reply_to = "second@example.org",
		.references = references,
		.n_references = 2,
		.subject = {
			.full = "[kvm-unit-tests PATCH v5.1 04/11] x: \xc3\xbc",
			.title = "x: \xc3\xbc",
			.prefixes = { "kvm-unit-tests", "PATCH", "v5.1",
			              "04/11" },
			.n_prefixes = 4,
			.project = "kvm-unit-tests",
			.version = 5,
			.versioned = true,
			.revision = 1,
			.number = 4,
			.total = 11,
			.patch = true,
			.rfc = false,
			.resend = true,
			.pull = false,
			.reply = true,
			.forward = false,
		},
		.subject_line = "[kvm-unit-tests PATCH v5.1 04/11]",
		.from_line = "Patch Author 3 <author3@example.org>",
		.sender = { "List Sender 1", "sender1@example.org" },
		.author = { "Patch Author 3", "author3@example.org" },
		.has_date = true,
		.date = INT64_C(1762795004),
		.kind = KD_KIND_PATCH,
		.status = KD_PARSE_LIMITED,
		.header_size = WIRE_RAW_HEADER,
		.text = { NULL, 0 },
		.text_in_raw = { WIRE_RAW_HEADER, 40 },
		.commit = { 0, 26 },
		.notes = { 30, 6 },
		.stat = { 36, 3 },
		.has_diff = true,
		.has_diffstat = true,
		.diffstat = { 3, 40, 2 },
		.counted = { 4, 41, 5 },
		.has_patch_id = true,
		.change_id = "I0123456789abcdef",
		.base_commit = "00112233445566778899aabbccddeeff00112233",
		.pull_url = "https://git.example.org/a.git",
		.pull_ref = "tags/for-linus",
		.fate = KD_FATE_MERGED,
		.tree = "tip x86/urgent",
	};

	add_lists(&msg);
	return msg;
}

struct kd_message wire_empty(void)
{
	return (struct kd_message){
		.message_id = "x",
		.subject = { .full = "",
		             .title = "",
		             .version = 1,
		             .number = KD_NUMBER_NONE,
		             .total = KD_NUMBER_NONE },
	};
}

struct kd_message wire_own_text(void)
{
	struct kd_message msg = wire_full();

	msg.text = kd_bytes_of("decoded \xe2\x82\xac\nsecond line\n");
	msg.text_in_raw = (struct kd_span){ 0, 0 };
	msg.commit = (struct kd_span){ 0, 12 };
	msg.notes = (struct kd_span){ 12, 6 };
	msg.stat = (struct kd_span){ 0, 0 };
	return msg;
}

static void assert_same_string(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		assert_ptr_equal(a, b);
	else
		assert_string_equal(a, b);
}

static void assert_same_span(struct kd_span a, struct kd_span b)
{
	assert_int_equal(a.offset, b.offset);
	assert_int_equal(a.size, b.size);
}

static void assert_same_subject(const struct kd_subject *a,
                                const struct kd_subject *b)
{
	assert_same_string(a->full, b->full);
	assert_same_string(a->title, b->title);
	assert_int_equal(a->n_prefixes, b->n_prefixes);
	for (size_t i = 0; i < a->n_prefixes; i++)
		assert_same_string(a->prefixes[i], b->prefixes[i]);
	assert_same_string(a->project, b->project);
	assert_int_equal(a->version, b->version);
	assert_int_equal(a->versioned, b->versioned);
	assert_int_equal(a->revision, b->revision);
	assert_int_equal(a->number, b->number);
	assert_int_equal(a->total, b->total);
	assert_int_equal(a->patch, b->patch);
	assert_int_equal(a->rfc, b->rfc);
	assert_int_equal(a->resend, b->resend);
	assert_int_equal(a->pull, b->pull);
	assert_int_equal(a->reply, b->reply);
	assert_int_equal(a->forward, b->forward);
}

void wire_expect_text(const struct kd_message *a, const struct kd_message *b)
{
	assert_int_equal(a->text.data == NULL, b->text.data == NULL);
	assert_int_equal(a->text.size, b->text.size);
	if (a->text.data != NULL)
		assert_memory_equal(a->text.data, b->text.data, a->text.size);
	assert_same_span(a->text_in_raw, b->text_in_raw);
	assert_same_span(a->commit, b->commit);
	assert_same_span(a->notes, b->notes);
	assert_same_span(a->stat, b->stat);
}

static void assert_same_diffstat(const struct kd_diffstat *a,
                                 const struct kd_diffstat *b)
{
	assert_int_equal(a->files, b->files);
	assert_int_equal(a->insertions, b->insertions);
	assert_int_equal(a->deletions, b->deletions);
}

static void assert_same_strings(const char *const *a, size_t n_a,
                                const char *const *b, size_t n_b)
{
	assert_int_equal(n_a, n_b);
	for (size_t i = 0; i < n_a; i++)
		assert_string_equal(a[i], b[i]);
}

static void assert_same_diff(const struct kd_message *a,
                             const struct kd_message *b)
{
	assert_int_equal(a->has_diff, b->has_diff);
	assert_int_equal(a->has_diffstat, b->has_diffstat);
	assert_same_diffstat(&a->diffstat, &b->diffstat);
	assert_same_diffstat(&a->counted, &b->counted);
	assert_same_strings(a->paths, a->n_paths, b->paths, b->n_paths);
	assert_int_equal(a->has_patch_id, b->has_patch_id);
	assert_memory_equal(a->patch_id, b->patch_id, KD_PATCH_ID_SIZE);
}

void wire_expect_lists(const struct kd_message *a, const struct kd_message *b)
{
	assert_int_equal(a->n_trailers, b->n_trailers);
	for (size_t i = 0; i < a->n_trailers; i++) {
		assert_string_equal(a->trailers[i].name, b->trailers[i].name);
		assert_string_equal(a->trailers[i].value, b->trailers[i].value);
		assert_int_equal(a->trailers[i].of_person,
		                 b->trailers[i].of_person);
		assert_int_equal(a->trailers[i].by_sender,
		                 b->trailers[i].by_sender);
	}
	assert_int_equal(a->n_links, b->n_links);
	for (size_t i = 0; i < a->n_links; i++) {
		assert_int_equal(a->links[i].relation, b->links[i].relation);
		assert_int_equal(a->links[i].version, b->links[i].version);
		assert_string_equal(a->links[i].message_id,
		                    b->links[i].message_id);
	}
	assert_same_strings(a->titles, a->n_titles, b->titles, b->n_titles);
	assert_int_equal(a->n_taken, b->n_taken);
	for (size_t i = 0; i < a->n_taken; i++) {
		assert_int_equal(a->taken[i].number, b->taken[i].number);
		assert_same_string(a->taken[i].title, b->taken[i].title);
		assert_same_string(a->taken[i].commit, b->taken[i].commit);
	}
}

void wire_expect_same(const struct kd_message *a, const struct kd_message *b)
{
	assert_same_string(a->message_id, b->message_id);
	assert_memory_equal(a->content_sha256, b->content_sha256, KD_HASH_SIZE);
	assert_same_string(a->in_reply_to, b->in_reply_to);
	assert_int_equal(a->n_references, b->n_references);
	for (size_t i = 0; i < a->n_references; i++)
		assert_same_string(a->references[i], b->references[i]);
	assert_same_subject(&a->subject, &b->subject);
	assert_same_string(a->subject_line, b->subject_line);
	assert_same_string(a->from_line, b->from_line);
	assert_same_string(a->sender.name, b->sender.name);
	assert_same_string(a->sender.email, b->sender.email);
	assert_same_string(a->author.name, b->author.name);
	assert_same_string(a->author.email, b->author.email);
	assert_int_equal(a->has_date, b->has_date);
	assert_int_equal(a->date, b->date);
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->status, b->status);
	assert_int_equal(a->header_size, b->header_size);
	wire_expect_text(a, b);
	assert_same_diff(a, b);
	assert_same_string(a->change_id, b->change_id);
	assert_same_string(a->base_commit, b->base_commit);
	assert_same_string(a->pull_url, b->pull_url);
	assert_same_string(a->pull_ref, b->pull_ref);
	assert_int_equal(a->fate, b->fate);
	assert_same_string(a->tree, b->tree);
	wire_expect_lists(a, b);
}

struct kd_arena *wire_arena;

int wire_setup(void **state)
{
	(void)state;
	wire_arena = kd_arena_new();
	return wire_arena == NULL ? -1 : 0;
}

int wire_teardown(void **state)
{
	(void)state;
	kd_arena_free(wire_arena);
	return 0;
}

struct kd_bytes wire_encode(const struct kd_message *msg)
{
	struct kd_bytes wire = { NULL, 0 };
	struct kd_error err = KD_ERROR_INIT;

	assert_int_equal(kd_wire_encode(msg, wire_arena, &wire, &err), KD_OK);
	assert_true(wire.size <= KD_WIRE_MAX);
	return wire;
}

enum kd_status wire_decode(struct kd_bytes wire, struct kd_bytes raw,
                           struct kd_arena *into, struct kd_message *ret,
                           char **ret_copy)
{
	struct kd_error err = KD_ERROR_INIT;
	char *copy = malloc(wire.size == 0 ? 1 : wire.size);

	assert_non_null(copy);
	memcpy(copy, wire.data, wire.size);
	*ret_copy = copy; /* the text may lie in it */
	return kd_wire_decode((struct kd_bytes){ copy, wire.size }, raw, into,
	                      ret, &err);
}
