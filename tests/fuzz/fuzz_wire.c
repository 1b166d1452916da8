/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_wire.c - what a child that the mail has taken over could say.
 *
 * The bytes are taken as they are and, so that they get behind the first
 * checks, as changes to what an honest child says: three bytes for each,
 * where and what.
 */
#include "mda/wire.h"

#include <string.h>

#include "mda/record.h"
#include "tests/fuzz/fuzz.h"

static const char mail[] =
	"From: Patch Author 3 <author3@example.org>\n"
	"Subject: [kvm-unit-tests PATCH v5.1 04/11] kvm: x\n"
	"Message-ID: <id-1@example.org>\n"
	"References: <first@example.org> <second@example.org>\n"
	"\n"
	"Gr\xc3\xbc\xc3\x9f\x65: a commit message\n"
	"---\n"
	"notes\n"
	" 1 file changed\n";

static void add_readings(struct kd_message *msg)
{
	static const struct kd_trailer trailers[] = {
		{ "Acked-by", "A <a@example.org>", true, true },
		{ "Fixes", "0123456789ab", false, false },
	};
	static const struct kd_link links[] = {
		{ KD_RELATION_DEPENDS, 3, "l@example.org" },
	};
	static const struct kd_taken taken[] = {
		{ 1, "kvm: x", "0123456789abcdef" },
	};
	static const char *const strings[] = { "a/b.c", "kvm: y" };

	msg->trailers = trailers;
	msg->n_trailers = 2;
	msg->links = links;
	msg->n_links = 1;
	msg->taken = taken;
	msg->n_taken = 1;
	msg->paths = msg->titles = strings;
	msg->n_paths = msg->n_titles = 2;
	msg->has_patch_id = true;
	msg->counted = (struct kd_diffstat){ 2, 3, 4 };
	msg->base_commit = "0123456789abcdef";
	msg->pull_url = "git://example.org/a";
	msg->tree = "kvm/next";
	msg->fate = KD_FATE_APPLIED;
}

static struct kd_message honest(struct kd_arena *arena)
{
	struct kd_bytes raw = kd_bytes_of(mail);
	struct kd_message msg;

	CHECK(kd_record_fallback(raw, INT64_C(1741100000), KD_PARSE_OK, arena,
	                         &msg, NULL) == KD_OK);
	msg.text_in_raw.offset = msg.header_size;
	msg.text_in_raw.size = raw.size - msg.header_size;
	msg.commit = (struct kd_span){ 0, 26 };
	msg.notes = (struct kd_span){ 30, 6 };
	add_readings(&msg);
	return msg;
}

static void check_reader(struct kd_bytes wire, struct kd_arena *arena)
{
	struct kd_bytes raw = kd_bytes_of(mail);
	struct kd_error err = KD_ERROR_INIT;
	struct kd_message msg;
	enum kd_status st = kd_wire_decode(wire, raw, arena, &msg, &err);

	kd_fuzz_error(&err, st);
	CHECK(st == KD_OK || st == KD_BUG);
	if (st != KD_OK)
		return;
	kd_fuzz_message(&msg, raw);
	kd_fuzz_wire(&msg, raw, arena);
}

void kd_fuzz_one(struct kd_bytes in)
{
	struct kd_arena *arena = kd_fuzz_arena();
	struct kd_message msg = honest(arena);
	struct kd_bytes wire;
	char *changed;

	check_reader(in, arena);

	CHECK(kd_wire_encode(&msg, arena, &wire, NULL) == KD_OK);
	changed = kd_arena_alloc(arena, wire.size);
	CHECK(changed != NULL);
	memcpy(changed, wire.data, wire.size);
	for (size_t i = 0; i + 2 < in.size; i += 3) {
		size_t at = (unsigned char)in.data[i] * 256U +
		            (unsigned char)in.data[i + 1];

		changed[at % wire.size] = in.data[i + 2];
	}
	wire.data = changed;
	check_reader(wire, arena);
	/* cut off behind any of its bytes */
	if (in.size > 0)
		wire.size = (unsigned char)in.data[0] % wire.size;
	check_reader(wire, arena);
	kd_arena_free(arena);
}
