/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_mail.c - the work of the child as a whole: raw bytes to a message,
 * over the wire, into the parent; what --dry-run shows of it; and what the
 * parent does without the child.
 */
#include <string.h>

#include "mda/json.h"
#include "mda/parse.h"
#include "mda/record.h"
#include "tests/fuzz/fuzz.h"

#define RECEIVED INT64_C(1741100000) /* 2025-03-04 */

/* One line without what a terminal would obey. */
static void check_json(const struct kd_message *msg, struct kd_bytes raw,
                       struct kd_arena *arena)
{
	struct kd_bytes line;

	CHECK(kd_json_message(msg, raw, "KVM", arena, &line, NULL) == KD_OK);
	CHECK(line.size > 2 &&
	      memcmp(line.data + line.size - 2, "}\n", 2) == 0);
	line.size--;
	CHECK(kd_utf8_valid(line));
	kd_fuzz_harmless(line, true);
	CHECK(memchr(line.data, '\t', line.size) == NULL);
}

void kd_fuzz_one(struct kd_bytes in)
{
	struct kd_arena *arena = kd_fuzz_arena();
	struct kd_message msg;

	CHECK(kd_record_build(in, RECEIVED, arena, &msg, NULL) == KD_OK);
	kd_fuzz_message(&msg, in);
	kd_fuzz_wire(&msg, in, arena);
	check_json(&msg, in, arena);

	CHECK(kd_record_fallback(in, RECEIVED, KD_PARSE_CRASHED, arena, &msg,
	                         NULL) == KD_OK);
	CHECK(msg.status == KD_PARSE_CRASHED);
	kd_fuzz_message(&msg, in);
	kd_fuzz_wire(&msg, in, arena);
	check_json(&msg, in, arena);
	kd_arena_free(arena);
}
