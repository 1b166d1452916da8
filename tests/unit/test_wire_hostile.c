/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_wire_hostile.c - what a child that was taken over may write: any byte,
 * any value; nothing gets in that is no message.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "tests/support/wire_fixture.h"

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
	struct kd_message msgs[] = { wire_full(), wire_own_text() };
	static const unsigned char flips[] = { 0x01, 0x02, 0x04, 0x08, 0x10,
		                               0x20, 0x40, 0x80, 0xff };
	size_t refused = 0;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct kd_bytes wire = wire_encode(&msgs[i]);
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
			st = wire_decode((struct kd_bytes){ bytes, wire.size },
			                 wire_raw(), into, &back, &copy);
			if (st == KD_OK)
				assert_valid(&back, wire_raw());
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
	struct kd_message yes = wire_full();
	struct kd_message no = wire_full();
	struct kd_message back;
	struct kd_bytes wire[2];
	char *bytes, *copy = NULL;
	size_t pos = 0;

	(void)state;
	no.has_diff = false;
	wire[0] = wire_encode(&yes);
	wire[1] = wire_encode(&no);
	assert_int_equal(wire[0].size, wire[1].size);
	while (wire[0].data[pos] == wire[1].data[pos])
		pos++;
	bytes = malloc(wire[0].size);
	assert_non_null(bytes);
	memcpy(bytes, wire[0].data, wire[0].size);
	for (int value = 0; value < 256; value++) {
		bytes[pos] = (char)value;
		assert_int_equal(
			wire_decode((struct kd_bytes){ bytes, wire[0].size },
		                    wire_raw(), wire_arena, &back, &copy),
			value > 1 ? KD_BUG : KD_OK);
		free(copy);
	}
	free(bytes);
}

/* A text that lies in the raw mail is looked at there. */
static void test_wire_text_in_raw_is_utf8(void **state)
{
	struct kd_message full = wire_full();
	struct kd_bytes wire = wire_encode(&full);
	struct kd_bytes raw = wire_raw();
	char *bytes = malloc(raw.size);
	struct kd_message back;
	char *copy = NULL;

	(void)state;
	assert_non_null(bytes);
	memcpy(bytes, raw.data, raw.size);
	assert_true(full.text_in_raw.size > 0);
	bytes[full.text_in_raw.offset] = (char)0xff;
	raw.data = bytes;
	assert_int_equal(wire_decode(wire, raw, wire_arena, &back, &copy),
	                 KD_BUG);
	free(copy);
	free(bytes);
}

/* Blocks of noise, the same ones at each run. */
static void test_wire_noise(void **state)
{
	struct kd_message full = wire_full();
	struct kd_bytes wire = wire_encode(&full);
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
		if (wire_decode((struct kd_bytes){ bytes, wire.size },
		                wire_raw(), into, &back, &copy) == KD_OK)
			assert_valid(&back, wire_raw());
		kd_arena_free(into);
		free(copy);
	}
	free(bytes);
}

/* A count that no list can have is refused, before there is memory for it. */
static void test_wire_list_longer_than_any(void **state)
{
	struct kd_message msg = wire_full();
	struct kd_bytes wire;
	struct kd_message back;
	char *bytes, *copy = NULL;
	size_t pos = 0;

	(void)state;
	msg.n_taken = 2;
	wire = wire_encode(&msg);
	bytes = malloc(wire.size);
	assert_non_null(bytes);
	memcpy(bytes, wire.data, wire.size);
	/* the count in front of the first taken, which is of number 1 */
	for (pos = wire.size - 11; pos > 0; pos--)
		if (memcmp(bytes + pos, "\2\0\0\0\0\0\0\0\1\0\0", 11) == 0)
			break;
	assert_true(pos > 0);
	memset(bytes + pos, 0xff, 8);
	assert_int_equal(wire_decode((struct kd_bytes){ bytes, wire.size },
	                             wire_raw(), wire_arena, &back, &copy),
	                 KD_BUG);
	free(copy);
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wire_every_flip),
		cmocka_unit_test(test_wire_bool_is_0_or_1),
		cmocka_unit_test(test_wire_text_in_raw_is_utf8),
		cmocka_unit_test(test_wire_noise),
		cmocka_unit_test(test_wire_list_longer_than_any),
	};

	return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
