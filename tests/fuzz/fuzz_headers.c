/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_headers.c - the header scan, which both processes rely upon: where
 * the block ends, its fields, the list that a mail is of, Message-IDs.
 */
#include "mda/headers.h"

#include <string.h>

#include "mda/parse_internal.h"
#include "tests/fuzz/fuzz.h"

static const struct kd_list lists[] = {
	{ "KVM", "kvm.vger.kernel.org", "kvm@vger.kernel.org", NULL },
	{ "test", "test.example.org", "test@example.org", NULL },
};
enum { N_LISTS = sizeof(lists) / sizeof(lists[0]) };

static void check_value(struct kd_arena *arena, struct kd_bytes value)
{
	const char *s = kd_message_id_of(arena, value);

	CHECK(s == NULL || s[0] != '\0');
	kd_fuzz_line(s, KD_MESSAGE_ID_MAX);
	s = kd_header_unfold(arena, value);
	CHECK(s != NULL && kd_utf8_valid(kd_bytes_of(s)));
}

static void check_fields(const struct kd_headers *headers,
                         struct kd_arena *arena)
{
	struct kd_header field;
	struct kd_bytes value;
	size_t pos = 0;
	size_t last = 0;
	char *name;

	while (kd_headers_next(headers, &pos, &field)) {
		CHECK(pos > last && pos <= headers->block.size);
		last = pos;
		CHECK(field.name.size > 0);
		CHECK(kd_fuzz_within(field.name, headers->block));
		CHECK(kd_fuzz_within(field.value, headers->block));
		CHECK(field.value.size <= KD_HEADER_FIELD_MAX);
		check_value(arena, field.value);
		name = kd_fuzz_string(arena, field.name);
		CHECK(strlen(name) == field.name.size);
		CHECK(kd_headers_get(headers, name, &value));
		CHECK(value.data <= field.value.data);
	}
}

void kd_fuzz_one(struct kd_bytes in)
{
	struct kd_arena *arena = kd_fuzz_arena();
	const struct kd_list *list;
	struct kd_headers headers;
	bool through = false;

	kd_headers_find(in, &headers);
	CHECK(headers.offset <= in.size);
	CHECK(headers.body_offset <= in.size);
	CHECK(kd_fuzz_within(headers.block, in));
	CHECK(headers.block.size <= KD_HEADER_BLOCK_MAX);
	if (headers.is_mail) {
		CHECK(headers.block.data == in.data + headers.offset);
		CHECK(headers.body_offset >=
		      headers.offset + headers.block.size);
	} else {
		CHECK(headers.block.size == 0);
	}
	check_fields(&headers, arena);
	list = kd_headers_list(&headers, lists, N_LISTS, &through);
	CHECK(list == NULL || list == &lists[0] || list == &lists[1]);
	(void)kd_guard_addresses(&headers);
	check_value(arena, in);
	kd_arena_free(arena);
}
