/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_wire.c - a parsed message over the pipe: nothing is lost on the way,
 * and no field is taken that cannot be.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "tests/support/wire_fixture.h"

static void assert_round_trip(const struct kd_message *msg)
{
	struct kd_message back;
	char *copy = NULL;

	assert_int_equal(wire_decode(wire_encode(msg), wire_raw(), wire_arena,
	                             &back, &copy),
	                 KD_OK);
	wire_expect_same(msg, &back);
	free(copy);
}

static void test_wire_round_trip(void **state)
{
	struct kd_message full = wire_full();
	struct kd_message own = wire_own_text();
	struct kd_message empty = wire_empty();

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
	struct kd_message msgs[] = { wire_full(), wire_own_text(),
		                     wire_empty() };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct kd_bytes wire = wire_encode(&msgs[i]);

		for (size_t size = 0; size < wire.size; size++) {
			struct kd_message back;
			char *copy = NULL;

			assert_int_equal(
				wire_decode(
					(struct kd_bytes){ wire.data, size },
					wire_raw(), wire_arena, &back, &copy),
				KD_BUG);
			free(copy);
		}
	}
}

static void test_wire_trailing_bytes(void **state)
{
	struct kd_message full = wire_full();
	struct kd_bytes wire = wire_encode(&full);
	struct kd_message back;
	char *longer = calloc(1, wire.size + 1);
	char *copy = NULL;

	(void)state;
	assert_non_null(longer);
	memcpy(longer, wire.data, wire.size);
	assert_int_equal(wire_decode((struct kd_bytes){ longer, wire.size + 1 },
	                             wire_raw(), wire_arena, &back, &copy),
	                 KD_BUG);
	free(copy);
	free(longer);
}

/* What is true of one message is a lie about another. */
static void test_wire_spans_belong_to_raw(void **state)
{
	struct kd_message full = wire_full();
	struct kd_bytes wire = wire_encode(&full);
	struct kd_bytes raw = wire_raw();
	struct kd_message back;
	char *copy = NULL;

	(void)state;
	raw.size = WIRE_RAW_HEADER + 40;
	assert_int_equal(wire_decode(wire, raw, wire_arena, &back, &copy),
	                 KD_OK);
	free(copy);
	raw.size--;
	assert_int_equal(wire_decode(wire, raw, wire_arena, &back, &copy),
	                 KD_BUG);
	free(copy);
	raw = kd_bytes_of("");
	assert_int_equal(wire_decode(wire, raw, wire_arena, &back, &copy),
	                 KD_BUG);
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
		msg->header_size = wire_raw().size + 1;
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
		struct kd_message msg = wire_full();
		struct kd_message back;
		char *copy = NULL;

		spoil(&msg, (enum field)field);
		if (wire_decode(wire_encode(&msg), wire_raw(), wire_arena,
		                &back, &copy) != KD_BUG)
			fail_msg("field %d was let through", field);
		free(copy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wire_round_trip),
		cmocka_unit_test(test_wire_truncated_at_every_byte),
		cmocka_unit_test(test_wire_trailing_bytes),
		cmocka_unit_test(test_wire_spans_belong_to_raw),
		cmocka_unit_test(test_wire_each_field_is_checked),
	};

	return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
