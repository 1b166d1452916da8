/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_spool.c - a file of the spool, whoever wrote it.
 */
#include "store/spool.h"

#include "tests/fuzz/fuzz.h"

void kd_fuzz_one(struct kd_bytes in)
{
	struct kd_arena *arena = kd_fuzz_arena();
	struct kd_spool_mail mail;
	struct kd_error err = KD_ERROR_INIT;
	enum kd_status st = kd_spool_parse(in, arena, &mail, &err);

	kd_fuzz_error(&err, st);
	CHECK(st == KD_OK || st == KD_CORRUPT);
	if (st == KD_OK) {
		CHECK(kd_fuzz_within(mail.raw, in));
		CHECK(mail.large || mail.raw.size > 0);
		CHECK(mail.received >= 0);
		kd_fuzz_line(mail.list_id, in.size);
		CHECK(mail.list_id == NULL || mail.list_id[0] != '\0');
	}
	kd_arena_free(arena);
}
