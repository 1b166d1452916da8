/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_wire.c - a parsed message over the pipe: nothing is lost on the way,
 * and nothing gets in that is none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "mda/wire.h"

static const char raw_text[] = "Subject: [PATCH v5.1 04/11] kvm: x\n"
			       "\n"
			       "Gr\xc3\xbc\xc3\x9f\x65: a commit message\n"
			       "---\n"
			       "notes\n"
			       " 1 file changed\n";
enum { RAW_HEADER = 36 };

static struct kd_bytes raw_bytes(void)
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

/* Every field has a value of its own, so that two that change places are
 * seen. */
static struct kd_message full_message(void)
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
		.header_size = RAW_HEADER,
		.text = { NULL, 0 },
		.text_in_raw = { RAW_HEADER, 40 },
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

/* As little as there can be. */
static struct kd_message empty_message(void)
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

static struct kd_message own_text_message(void)
{
	struct kd_message msg = full_message();

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

static void assert_same_text(const struct kd_message *a,
                             const struct kd_message *b)
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

static void assert_same_lists(const struct kd_message *a,
                              const struct kd_message *b)
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

static void assert_same_message(const struct kd_message *a,
                                const struct kd_message *b)
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
	assert_same_text(a, b);
	assert_same_diff(a, b);
	assert_same_string(a->change_id, b->change_id);
	assert_same_string(a->base_commit, b->base_commit);
	assert_same_string(a->pull_url, b->pull_url);
	assert_same_string(a->pull_ref, b->pull_ref);
	assert_int_equal(a->fate, b->fate);
	assert_same_string(a->tree, b->tree);
	assert_same_lists(a, b);
}

static struct kd_arena *arena;

static int setup(void **state)
{
	(void)state;
	arena = kd_arena_new();
	return arena == NULL ? -1 : 0;
}

static int teardown(void **state)
{
	(void)state;
	kd_arena_free(arena);
	return 0;
}

static struct kd_bytes encode(const struct kd_message *msg)
{
	struct kd_bytes wire = { NULL, 0 };
	struct kd_error err = KD_ERROR_INIT;

	assert_int_equal(kd_wire_encode(msg, arena, &wire, &err), KD_OK);
	assert_true(wire.size <= KD_WIRE_MAX);
	return wire;
}

/* From memory of its very size, so that the sanitizer sees a byte too
 * many. */
static enum kd_status decode(struct kd_bytes wire, struct kd_bytes raw,
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

static void assert_round_trip(const struct kd_message *msg)
{
	struct kd_message back;
	char *copy = NULL;

	assert_int_equal(decode(encode(msg), raw_bytes(), arena, &back, &copy),
	                 KD_OK);
	assert_same_message(msg, &back);
	free(copy);
}

static void test_wire_round_trip(void **state)
{
	struct kd_message full = full_message();
	struct kd_message own = own_text_message();
	struct kd_message empty = empty_message();

	(void)state;
	assert_round_trip(&full);
	assert_round_trip(&own);
	assert_round_trip(&empty);
	for (int kind = 0; kind < KD_KIND_COUNT; kind++) {
		empty.kind = (enum kd_kind)kind;
		assert_round_trip(&empty);
	}
	for (int status = 0; status < KD_PARSE_COUNT; status++) {
		empty.status = (enum kd_parse_status)status;
		assert_round_trip(&empty);
	}
	for (int fate = 0; fate < KD_FATE_COUNT; fate++) {
		empty.fate = (enum kd_fate)fate;
		assert_round_trip(&empty);
	}
	own.text = (struct kd_bytes){ "", 0 }; /* there, but empty */
	own.commit = own.notes = (struct kd_span){ 0, 0 };
	assert_round_trip(&own);
}

static void test_wire_truncated_at_every_byte(void **state)
{
	struct kd_message msgs[] = { full_message(), own_text_message(),
		                     empty_message() };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct kd_bytes wire = encode(&msgs[i]);

		for (size_t size = 0; size < wire.size; size++) {
			struct kd_message back;
			char *copy = NULL;

			assert_int_equal(
				decode((struct kd_bytes){ wire.data, size },
			               raw_bytes(), arena, &back, &copy),
				KD_BUG);
			free(copy);
		}
	}
}

static void test_wire_trailing_bytes(void **state)
{
	struct kd_message full = full_message();
	struct kd_bytes wire = encode(&full);
	struct kd_message back;
	char *longer = calloc(1, wire.size + 1);
	char *copy = NULL;

	(void)state;
	assert_non_null(longer);
	memcpy(longer, wire.data, wire.size);
	assert_int_equal(decode((struct kd_bytes){ longer, wire.size + 1 },
	                        raw_bytes(), arena, &back, &copy),
	                 KD_BUG);
	free(copy);
	free(longer);
}

static void assert_line(const char *s)
{
	struct kd_bytes b = kd_bytes_of(s);

	assert_true(kd_utf8_valid(b));
	assert_null(s == NULL ? NULL : strpbrk(s, "\r\n"));
}

static void assert_valid_span(struct kd_span span, size_t size)
{
	assert_true(span.offset <= size && span.size <= size - span.offset);
}

static void assert_valid_strings(const char *const *strings, size_t n,
                                 size_t n_max)
{
	assert_true(n <= n_max);
	for (size_t i = 0; i < n; i++) {
		assert_non_null(strings[i]);
		assert_true(strings[i][0] != '\0');
		assert_line(strings[i]);
	}
}

static void assert_valid_hex(const char *s)
{
	if (s == NULL)
		return;
	assert_in_range(strlen(s), 1, KD_COMMIT_HEX_MAX);
	assert_int_equal(strspn(s, "0123456789abcdefABCDEF"), strlen(s));
}

/* The same of what the readers of the text found. */
static void assert_valid_readings(const struct kd_message *msg)
{
	size_t size = 0;

	assert_valid_strings(msg->paths, msg->n_paths, KD_PATHS_MAX);
	assert_valid_strings(msg->titles, msg->n_titles, KD_TITLES_MAX);
	assert_true(msg->n_trailers <= KD_TRAILERS_MAX);
	for (size_t i = 0; i < msg->n_trailers; i++) {
		assert_valid_strings(&msg->trailers[i].name, 1, 1);
		assert_non_null(msg->trailers[i].value);
		assert_line(msg->trailers[i].value);
		size += strlen(msg->trailers[i].value);
	}
	assert_true(size <= KD_TRAILERS_SIZE_MAX);
	assert_true(msg->n_links <= KD_LINKS_MAX);
	for (size_t i = 0; i < msg->n_links; i++) {
		assert_in_range(msg->links[i].relation, 1, KD_RELATION_MAX);
		assert_true(msg->links[i].version >= 0);
		assert_valid_strings(&msg->links[i].message_id, 1, 1);
	}
	assert_true(msg->n_taken <= KD_TITLES_MAX);
	for (size_t i = 0; i < msg->n_taken; i++) {
		assert_true(msg->taken[i].number >= KD_NUMBER_NONE &&
		            msg->taken[i].number <= KD_PATCH_NUMBER_MAX);
		assert_line(msg->taken[i].title);
		assert_valid_hex(msg->taken[i].commit);
	}
	assert_valid_hex(msg->base_commit);
	assert_line(msg->change_id);
	assert_line(msg->pull_url);
	assert_line(msg->pull_ref);
	assert_line(msg->tree);
	assert_in_range(msg->fate, 0, KD_FATE_COUNT - 1);
	assert_true(msg->counted.files >= 0 && msg->counted.insertions >= 0 &&
	            msg->counted.deletions >= 0);
}

/* All that the store relies on. */
static void assert_valid(const struct kd_message *msg, struct kd_bytes raw)
{
	size_t text_size = msg->text.size;

	assert_non_null(msg->message_id);
	assert_true(strlen(msg->message_id) > 0);
	assert_true(strlen(msg->message_id) <= KD_MESSAGE_ID_MAX);
	assert_line(msg->message_id);
	assert_line(msg->in_reply_to);
	assert_true(msg->n_references <= KD_REFERENCES_MAX);
	for (size_t i = 0; i < msg->n_references; i++) {
		assert_non_null(msg->references[i]);
		assert_line(msg->references[i]);
	}
	assert_non_null(msg->subject.full);
	assert_non_null(msg->subject.title);
	assert_line(msg->subject.full);
	assert_line(msg->subject.title);
	assert_true(strlen(msg->subject.full) <= KD_SUBJECT_MAX);
	assert_true(msg->subject.n_prefixes <= KD_PREFIXES_MAX);
	for (size_t i = 0; i < msg->subject.n_prefixes; i++)
		assert_non_null(msg->subject.prefixes[i]);
	assert_true(msg->subject.version >= 0);
	assert_true(msg->subject.revision >= 0);
	assert_true(msg->subject.number >= KD_NUMBER_NONE &&
	            msg->subject.number <= KD_PATCH_NUMBER_MAX);
	assert_true(msg->subject.total >= KD_NUMBER_NONE &&
	            msg->subject.total <= KD_PATCH_NUMBER_MAX);
	assert_line(msg->sender.name);
	assert_line(msg->author.email);
	assert_in_range(msg->kind, 0, KD_KIND_COUNT - 1);
	assert_in_range(msg->status, 0, KD_PARSE_COUNT - 1);
	assert_true(msg->header_size <= raw.size);
	if (msg->text.data == NULL) {
		assert_valid_span(msg->text_in_raw, raw.size);
		text_size = msg->text_in_raw.size;
	} else {
		assert_true(kd_utf8_valid(msg->text));
	}
	assert_valid_span(msg->commit, text_size);
	assert_valid_span(msg->notes, text_size);
	assert_valid_span(msg->stat, text_size);
	assert_true(msg->diffstat.files >= 0);
	assert_true(msg->diffstat.insertions >= 0);
	assert_true(msg->diffstat.deletions >= 0);
	assert_valid_readings(msg);
}

/* A child that was taken over can write anything: any byte, any value. */
static void test_wire_every_flip(void **state)
{
	struct kd_message msgs[] = { full_message(), own_text_message() };
	static const unsigned char flips[] = { 0x01, 0x02, 0x04, 0x08, 0x10,
		                               0x20, 0x40, 0x80, 0xff };
	size_t refused = 0;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct kd_bytes wire = encode(&msgs[i]);
		char *bytes = malloc(wire.size);

		assert_non_null(bytes);
		memcpy(bytes, wire.data, wire.size);
		for (size_t j = 0; j < wire.size * sizeof(flips); j++) {
			size_t pos = j / sizeof(flips);
			unsigned char flip = flips[j % sizeof(flips)];
			struct kd_arena *into = kd_arena_new();
			struct kd_message back;
			char *copy = NULL;
			enum kd_status st;

			assert_non_null(into);
			bytes[pos] = (char)((unsigned char)bytes[pos] ^ flip);
			st = decode((struct kd_bytes){ bytes, wire.size },
			            raw_bytes(), into, &back, &copy);
			if (st == KD_OK)
				assert_valid(&back, raw_bytes());
			else
				assert_int_equal(st, KD_BUG);
			refused += st == KD_BUG;
			bytes[pos] = (char)((unsigned char)bytes[pos] ^ flip);
			kd_arena_free(into);
			free(copy);
		}
		free(bytes);
	}
	assert_true(refused > 1000);
}

/* Neither false nor true. */
static void test_wire_bool_is_0_or_1(void **state)
{
	struct kd_message yes = full_message();
	struct kd_message no = full_message();
	struct kd_message back;
	struct kd_bytes wire[2];
	char *bytes, *copy = NULL;
	size_t pos = 0;

	(void)state;
	no.has_diff = false;
	wire[0] = encode(&yes);
	wire[1] = encode(&no);
	assert_int_equal(wire[0].size, wire[1].size);
	while (wire[0].data[pos] == wire[1].data[pos])
		pos++;
	bytes = malloc(wire[0].size);
	assert_non_null(bytes);
	memcpy(bytes, wire[0].data, wire[0].size);
	for (int value = 0; value < 256; value++) {
		bytes[pos] = (char)value;
		assert_int_equal(
			decode((struct kd_bytes){ bytes, wire[0].size },
		               raw_bytes(), arena, &back, &copy),
			value > 1 ? KD_BUG : KD_OK);
		free(copy);
	}
	free(bytes);
}

/* Blocks of noise, the same ones at each run. */
static void test_wire_noise(void **state)
{
	struct kd_message full = full_message();
	struct kd_bytes wire = encode(&full);
	char *bytes = malloc(wire.size);
	uint32_t seed = 1;

	(void)state;
	assert_non_null(bytes);
	for (unsigned int round = 0; round < 3000; round++) {
		struct kd_arena *into = kd_arena_new();
		struct kd_message back;
		char *copy = NULL;
		size_t pos, n;

		assert_non_null(into);
		memcpy(bytes, wire.data, wire.size);
		seed = seed * 1103515245U + 12345U;
		pos = (seed >> 8) % wire.size;
		n = round % 12 + 1;
		for (size_t i = pos; i < pos + n && i < wire.size; i++) {
			seed = seed * 1103515245U + 12345U;
			bytes[i] = (char)(round % 3 == 0 ? 0xff : seed >> 16);
		}
		if (decode((struct kd_bytes){ bytes, wire.size }, raw_bytes(),
		           into, &back, &copy) == KD_OK)
			assert_valid(&back, raw_bytes());
		kd_arena_free(into);
		free(copy);
	}
	free(bytes);
}

/* What is true of one message is a lie about another. */
static void test_wire_spans_belong_to_raw(void **state)
{
	struct kd_message full = full_message();
	struct kd_bytes wire = encode(&full);
	struct kd_bytes raw = raw_bytes();
	struct kd_message back;
	char *copy = NULL;

	(void)state;
	raw.size = RAW_HEADER + 40;
	assert_int_equal(decode(wire, raw, arena, &back, &copy), KD_OK);
	free(copy);
	raw.size--;
	assert_int_equal(decode(wire, raw, arena, &back, &copy), KD_BUG);
	free(copy);
	raw = kd_bytes_of("");
	assert_int_equal(decode(wire, raw, arena, &back, &copy), KD_BUG);
	free(copy);
}

enum field {
	BAD_KIND,
	BAD_STATUS,
	BAD_VERSION,
	BAD_NUMBER,
	BAD_DATE,
	BAD_FILES,
	BAD_HEADER_SIZE,
	BAD_SPAN,
	BAD_SPAN_SUM,
	BAD_SPAN_INSIDE,
	BAD_TEXT,
	BAD_TEXT_IN_RAW,
	BAD_TITLE,
	BAD_NAME_LF,
	BAD_NAME_CR,
	BAD_ID,
	BAD_COUNTED,
	BAD_BASE_COMMIT,
	BAD_FATE,
	BAD_PATH,
	BAD_TITLE_OF_LIST,
	BAD_TRAILER_LF,
	BAD_RELATION,
	BAD_RELATION_0,
	BAD_LINK_VERSION,
	BAD_TAKEN_NUMBER,
	BAD_TAKEN_COMMIT,
	N_BAD,
};

static void spoil_list(struct kd_message *msg, enum field field)
{
	static const char *const not_utf8[] = { "a", "b\xff" };
	static const struct kd_trailer two_lines[] = {
		{ "Acked-by", "A\nB", true, false },
	};
	static const struct kd_link no_relation[] = { { 0, 0, "a@b" } };
	static const struct kd_link no_such[] = { { KD_RELATION_MAX + 1, 0,
		                                    "a@b" } };
	static const struct kd_link no_version[] = { { 1, -1, "a@b" } };
	static const struct kd_taken no_number[] = { { -2, "a", NULL } };
	static const struct kd_taken no_hex[] = { { 1, "a", "0123x" } };

	if (field == BAD_PATH)
		msg->paths = not_utf8;
	if (field == BAD_TITLE_OF_LIST)
		msg->titles = not_utf8;
	if (field == BAD_TRAILER_LF)
		msg->trailers = two_lines;
	if (field == BAD_RELATION)
		msg->links = no_such;
	if (field == BAD_RELATION_0)
		msg->links = no_relation;
	if (field == BAD_LINK_VERSION)
		msg->links = no_version;
	if (field == BAD_TAKEN_NUMBER)
		msg->taken = no_number;
	if (field == BAD_TAKEN_COMMIT)
		msg->taken = no_hex;
	msg->n_titles = 2;
	msg->n_trailers = msg->n_links = msg->n_taken = 1;
}

static void spoil_text(struct kd_message *msg, enum field field)
{
	if (field == BAD_SPAN)
		msg->commit.offset = 41;
	if (field == BAD_SPAN_SUM)
		msg->commit = (struct kd_span){ 1, SIZE_MAX };
	if (field == BAD_SPAN_INSIDE) /* the two bytes of an umlaut */
		msg->commit = (struct kd_span){ 3, 4 };
	if (field == BAD_TEXT)
		msg->text = kd_bytes_of("not \xff UTF-8, but long enough as a "
		                        "text for all of the spans");
	if (field == BAD_TEXT_IN_RAW)
		msg->text_in_raw.offset = SIZE_MAX;
	if (field == BAD_TITLE)
		msg->subject.title = "x\xc0\xaf";
	if (field == BAD_NAME_LF)
		msg->author.name = "A\nBcc: victim";
	if (field == BAD_NAME_CR)
		msg->author.name = "A\rB";
	if (field == BAD_ID)
		msg->message_id = "id\x80@example.org";
	if (field == BAD_BASE_COMMIT)
		msg->base_commit = "master";
}

static void spoil_number(struct kd_message *msg, enum field field)
{
	if (field == BAD_KIND)
		msg->kind = (enum kd_kind)KD_KIND_COUNT;
	if (field == BAD_STATUS)
		msg->status = (enum kd_parse_status)KD_PARSE_COUNT;
	if (field == BAD_VERSION)
		msg->subject.version = -1;
	if (field == BAD_NUMBER)
		msg->subject.number = -2;
	if (field == BAD_DATE)
		msg->date = INT64_MIN;
	if (field == BAD_FILES)
		msg->diffstat.files = -1;
	if (field == BAD_HEADER_SIZE)
		msg->header_size = sizeof(raw_text);
	if (field == BAD_COUNTED)
		msg->counted.deletions = -1;
	if (field == BAD_FATE)
		msg->fate = (enum kd_fate)KD_FATE_COUNT;
}

static void spoil(struct kd_message *msg, enum field field)
{
	spoil_number(msg, field);
	spoil_text(msg, field);
	if (field >= BAD_PATH)
		spoil_list(msg, field);
}

static void test_wire_each_field_is_checked(void **state)
{
	(void)state;
	for (int field = 0; field < N_BAD; field++) {
		struct kd_message msg = full_message();
		struct kd_message back;
		char *copy = NULL;

		spoil(&msg, (enum field)field);
		if (decode(encode(&msg), raw_bytes(), arena, &back, &copy) !=
		    KD_BUG)
			fail_msg("field %d was let through", field);
		free(copy);
	}
}

static char *filled(size_t size, const char *unit)
{
	size_t n = strlen(unit);
	char *s = malloc(size * n + 1);

	assert_non_null(s);
	for (size_t i = 0; i < size; i++)
		memcpy(s + i * n, unit, n);
	s[size * n] = '\0';
	return s;
}

/* Too long is cut between two characters, or left out; the rest stays. */
static void test_wire_too_long(void **state)
{
	struct kd_message msg = full_message();
	char *title = filled(5000, "\xe2\x82\xac");
	char *name = filled(100000, "n");
	char *email = filled(2000, "e");
	struct kd_message back;
	char *copy = NULL;

	(void)state;
	msg.status = KD_PARSE_OK;
	msg.subject.title = title;
	msg.author.name = name;
	msg.author.email = email;
	msg.in_reply_to = email;
	assert_int_equal(decode(encode(&msg), raw_bytes(), arena, &back, &copy),
	                 KD_OK);
	assert_int_equal(back.status, KD_PARSE_LIMITED);
	assert_int_equal(strlen(back.subject.title), KD_SUBJECT_MAX / 3 * 3);
	assert_true(strlen(back.author.name) > 1000);
	assert_null(back.author.email); /* half of it is someone else's */
	assert_null(back.in_reply_to);
	assert_string_equal(back.subject.full, msg.subject.full);
	assert_string_equal(back.sender.email, msg.sender.email);
	assert_same_text(&msg, &back);
	free(copy);
	free(title);
	free(name);
	free(email);
}

static void test_wire_references_first_and_last(void **state)
{
	struct kd_message msg = full_message();
	const char **ids = kd_arena_array(arena, 1000, sizeof(*ids));
	struct kd_message back;
	char *copy = NULL;

	(void)state;
	for (int i = 0; i < 1000; i++)
		ids[i] = kd_arena_printf(arena, "%d@example.org", i);
	msg.references = ids;
	msg.n_references = 1000;
	msg.status = KD_PARSE_OK;
	assert_int_equal(decode(encode(&msg), raw_bytes(), arena, &back, &copy),
	                 KD_OK);
	assert_int_equal(back.status, KD_PARSE_LIMITED);
	assert_int_equal(back.n_references, KD_REFERENCES_MAX);
	assert_string_equal(back.references[0], "0@example.org");
	assert_string_equal(back.references[1], "901@example.org");
	assert_string_equal(back.references[99], "999@example.org");
	free(copy);
}

/* Of a list what fits is sent, in its order, and nothing is cut in two. */
static void test_wire_lists_over_their_limits(void **state)
{
	struct kd_message msg = full_message();
	char *path = filled(5000, "p");
	char *value = filled(KD_TRAILER_MAX, "v");
	const char **many = kd_arena_array(arena, 3000, sizeof(*many));
	struct kd_trailer *full = kd_arena_array(arena, 300, sizeof(*full));
	const char *some[] = { "a", path, "", NULL, "b" };
	struct kd_message back;
	char *copy = NULL;

	(void)state;
	for (int i = 0; i < 3000; i++)
		many[i] = kd_arena_printf(arena, "title %d", i);
	for (int i = 0; i < 300; i++)
		full[i] = (struct kd_trailer){ "Acked-by", i < 15 ? value : "A",
			                       true, false };
	msg.status = KD_PARSE_OK;
	msg.paths = some;
	msg.n_paths = 5;
	msg.titles = many;
	msg.n_titles = 3000;
	msg.trailers = full;
	msg.n_trailers = 300;
	msg.base_commit = value;
	assert_int_equal(decode(encode(&msg), raw_bytes(), arena, &back, &copy),
	                 KD_OK);
	assert_int_equal(back.status, KD_PARSE_LIMITED);
	assert_int_equal(back.n_paths, 2);
	assert_string_equal(back.paths[0], "a");
	assert_string_equal(back.paths[1], "b");
	assert_int_equal(back.n_titles, KD_TITLES_MAX);
	assert_string_equal(back.titles[999], "title 999");
	assert_int_equal(back.n_trailers, KD_TRAILERS_MAX);
	assert_string_equal(back.trailers[199].value, "A");
	assert_null(back.base_commit);
	assert_int_equal(back.n_links, 2);
	free(copy);
	free(path);
	free(value);
}

/* A count that no list can have is refused, before there is memory for it. */
static void test_wire_list_longer_than_any(void **state)
{
	struct kd_message msg = full_message();
	struct kd_bytes wire;
	struct kd_message back;
	char *bytes, *copy = NULL;
	size_t pos = 0;

	(void)state;
	msg.n_taken = 2;
	wire = encode(&msg);
	bytes = malloc(wire.size);
	assert_non_null(bytes);
	memcpy(bytes, wire.data, wire.size);
	/* the count in front of the first taken, which is of number 1 */
	for (pos = wire.size - 11; pos > 0; pos--)
		if (memcmp(bytes + pos, "\2\0\0\0\0\0\0\0\1\0\0", 11) == 0)
			break;
	assert_true(pos > 0);
	memset(bytes + pos, 0xff, 8);
	assert_int_equal(decode((struct kd_bytes){ bytes, wire.size },
	                        raw_bytes(), arena, &back, &copy),
	                 KD_BUG);
	free(copy);
	free(bytes);
}

static struct kd_trailer *most_trailers(const char *name, const char *value)
{
	struct kd_trailer *ret =
		kd_arena_array(arena, KD_TRAILERS_MAX, sizeof(*ret));

	for (size_t i = 0; i < KD_TRAILERS_MAX; i++)
		ret[i] = (struct kd_trailer){ name, value, true, true };
	return ret;
}

static const char **most_strings(const char *s, size_t n)
{
	const char **ret = kd_arena_array(arena, n, sizeof(*ret));

	for (size_t i = 0; i < n; i++)
		ret[i] = s;
	return ret;
}

static void fill_lists(struct kd_message *msg, const char *id)
{
	struct kd_link *most_links =
		kd_arena_array(arena, KD_LINKS_MAX, sizeof(*most_links));
	struct kd_taken *most_taken =
		kd_arena_array(arena, KD_TITLES_MAX, sizeof(*most_taken));
	char *hex = kd_arena_strndup(arena,
	                             "0000000000000000000000000000000"
	                             "000000000000000000000000000000000",
	                             KD_COMMIT_HEX_MAX);
	char *name = kd_arena_strndup(arena, id, 256);
	char *title =
		kd_arena_strndup(arena, id, KD_TITLES_SIZE_MAX / KD_TITLES_MAX);

	for (size_t i = 0; i < KD_LINKS_MAX; i++)
		most_links[i] = (struct kd_link){ 1, 1, id };
	for (size_t i = 0; i < KD_TITLES_MAX; i++)
		most_taken[i] = (struct kd_taken){ 1, title, hex };
	msg->trailers = most_trailers(
		name, kd_arena_strndup(arena, id,
	                               KD_TRAILERS_SIZE_MAX / KD_TRAILERS_MAX));
	msg->n_trailers = KD_TRAILERS_MAX;
	msg->paths = most_strings(
		kd_arena_strndup(arena, id, KD_PATHS_SIZE_MAX / KD_PATHS_MAX),
		KD_PATHS_MAX);
	msg->n_paths = KD_PATHS_MAX;
	msg->titles = most_strings(title, KD_TITLES_MAX);
	msg->n_titles = KD_TITLES_MAX;
	msg->links = most_links;
	msg->n_links = KD_LINKS_MAX;
	msg->taken = most_taken;
	msg->n_taken = KD_TITLES_MAX;
	msg->base_commit = hex;
}

/* The largest message that there can be. */
static void test_wire_everything_at_its_limit(void **state)
{
	struct kd_message msg = full_message();
	char *id = filled(KD_MESSAGE_ID_MAX, "i");
	char *line = filled(KD_SUBJECT_MAX, "s");
	char *from = filled(100000, "f");
	char *text = filled(KD_TEXT_MAX, "t");
	char *url = filled(KD_URL_MAX, "u");
	const char *ids[KD_REFERENCES_MAX];
	struct kd_message back;
	char *copy = NULL;

	(void)state;
	for (size_t i = 0; i < KD_REFERENCES_MAX; i++)
		ids[i] = id;
	for (size_t i = 0; i < KD_PREFIXES_MAX; i++)
		msg.subject.prefixes[i] = line;
	msg.subject.n_prefixes = KD_PREFIXES_MAX;
	msg.message_id = msg.in_reply_to = msg.change_id = id;
	msg.subject.project = msg.sender.email = msg.author.email = id;
	msg.references = ids;
	msg.n_references = KD_REFERENCES_MAX;
	msg.subject.full = msg.subject.title = msg.subject_line = line;
	msg.from_line = msg.sender.name = msg.author.name = from;
	msg.text = (struct kd_bytes){ text, KD_TEXT_MAX };
	msg.text_in_raw = (struct kd_span){ 0, 0 };
	msg.commit = (struct kd_span){ 0, KD_TEXT_MAX };
	msg.pull_url = msg.pull_ref = msg.tree = url;
	fill_lists(&msg, id);
	assert_int_equal(decode(encode(&msg), raw_bytes(), arena, &back, &copy),
	                 KD_OK);
	assert_int_equal(back.text.size, KD_TEXT_MAX);
	assert_string_equal(back.references[99], id);
	assert_same_lists(&msg, &back);
	assert_int_equal(back.n_paths, KD_PATHS_MAX);
	assert_string_equal(back.pull_url, url);
	free(copy);
	free(url);
	free(id);
	free(line);
	free(from);
	free(text);
}

/* Messages that must not go out at all. */
static void test_wire_encode_refuses(void **state)
{
	char *id = filled(KD_MESSAGE_ID_MAX + 1, "i");
	struct kd_bytes wire = { NULL, 0 };
	struct kd_error err = KD_ERROR_INIT;
	struct kd_message msg;

	(void)state;
	msg = full_message();
	msg.message_id = NULL;
	assert_int_equal(kd_wire_encode(&msg, arena, &wire, &err), KD_BUG);
	msg.message_id = "";
	assert_int_equal(kd_wire_encode(&msg, arena, &wire, &err), KD_BUG);
	msg.message_id = id;
	assert_int_equal(kd_wire_encode(&msg, arena, &wire, &err), KD_BUG);
	msg = full_message();
	msg.subject.full = NULL;
	assert_int_equal(kd_wire_encode(&msg, arena, &wire, &err), KD_BUG);
	assert_null(wire.data);
	free(id);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wire_round_trip),
		cmocka_unit_test(test_wire_truncated_at_every_byte),
		cmocka_unit_test(test_wire_trailing_bytes),
		cmocka_unit_test(test_wire_every_flip),
		cmocka_unit_test(test_wire_bool_is_0_or_1),
		cmocka_unit_test(test_wire_noise),
		cmocka_unit_test(test_wire_spans_belong_to_raw),
		cmocka_unit_test(test_wire_each_field_is_checked),
		cmocka_unit_test(test_wire_too_long),
		cmocka_unit_test(test_wire_references_first_and_last),
		cmocka_unit_test(test_wire_lists_over_their_limits),
		cmocka_unit_test(test_wire_list_longer_than_any),
		cmocka_unit_test(test_wire_everything_at_its_limit),
		cmocka_unit_test(test_wire_encode_refuses),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
