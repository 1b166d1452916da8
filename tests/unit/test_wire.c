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
		.change_id = "I0123456789abcdef",
	};

	for (size_t i = 0; i < KD_HASH_SIZE; i++)
		msg.content_sha256[i] = (unsigned char)(0xa0 + i);
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
	assert_int_equal(a->has_diff, b->has_diff);
	assert_int_equal(a->has_diffstat, b->has_diffstat);
	assert_int_equal(a->diffstat.files, b->diffstat.files);
	assert_int_equal(a->diffstat.insertions, b->diffstat.insertions);
	assert_int_equal(a->diffstat.deletions, b->diffstat.deletions);
	assert_same_string(a->change_id, b->change_id);
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
	N_BAD,
};

static void spoil(struct kd_message *msg, enum field field)
{
	switch (field) {
	case BAD_KIND:
		msg->kind = (enum kd_kind)KD_KIND_COUNT;
		break;
	case BAD_STATUS:
		msg->status = (enum kd_parse_status)KD_PARSE_COUNT;
		break;
	case BAD_VERSION:
		msg->subject.version = -1;
		break;
	case BAD_NUMBER:
		msg->subject.number = -2;
		break;
	case BAD_DATE:
		msg->date = INT64_MIN;
		break;
	case BAD_FILES:
		msg->diffstat.files = -1;
		break;
	case BAD_HEADER_SIZE:
		msg->header_size = sizeof(raw_text);
		break;
	case BAD_SPAN:
		msg->commit.offset = 41;
		break;
	case BAD_SPAN_SUM:
		msg->commit = (struct kd_span){ 1, SIZE_MAX };
		break;
	case BAD_SPAN_INSIDE: /* between the two bytes of an umlaut */
		msg->commit = (struct kd_span){ 3, 4 };
		break;
	case BAD_TEXT:
		msg->text = kd_bytes_of("not \xff UTF-8, but long enough as a "
		                        "text for all of the spans");
		break;
	case BAD_TEXT_IN_RAW:
		msg->text_in_raw.offset = SIZE_MAX;
		break;
	case BAD_TITLE:
		msg->subject.title = "x\xc0\xaf";
		break;
	case BAD_NAME_LF:
		msg->author.name = "A\nBcc: victim";
		break;
	case BAD_NAME_CR:
		msg->author.name = "A\rB";
		break;
	case BAD_ID:
		msg->message_id = "id\x80@example.org";
		break;
	case N_BAD:
		break;
	}
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

/* The largest message that there can be. */
static void test_wire_everything_at_its_limit(void **state)
{
	struct kd_message msg = full_message();
	char *id = filled(KD_MESSAGE_ID_MAX, "i");
	char *line = filled(KD_SUBJECT_MAX, "s");
	char *from = filled(100000, "f");
	char *text = filled(KD_TEXT_MAX, "t");
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
	assert_int_equal(decode(encode(&msg), raw_bytes(), arena, &back, &copy),
	                 KD_OK);
	assert_int_equal(back.text.size, KD_TEXT_MAX);
	assert_string_equal(back.references[99], id);
	free(copy);
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
		cmocka_unit_test(test_wire_everything_at_its_limit),
		cmocka_unit_test(test_wire_encode_refuses),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
