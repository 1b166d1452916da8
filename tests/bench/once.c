/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * once.c - one delivery without a fork, for what counts instructions:
 * bench-once STORE < MESSAGE.
 *
 * The parser's child is a function call here, with its record written and
 * read as over the pipe: what a delivery takes is one number then, and does
 * not hang on which of two processes is the faster one.
 */
#include <stdio.h>
#include <stdlib.h>

#include "mda/child.h"
#include "mda/deliver.h"
#include "mda/input.h"
#include "mda/parse.h"
#include "mda/record.h"
#include "mda/wire.h"

enum { FOREVER_MS = 1000 * 1000, RECEIVED = 1763000000 };

/* In the place of mda/child.c. */
enum kd_status kd_child_parse(struct kd_bytes raw, int64_t received,
                              const struct kd_child_limits *limits,
                              struct kd_arena *arena, struct kd_message *ret,
                              struct kd_error *err)
{
	struct kd_message msg;
	struct kd_bytes wire;
	enum kd_status st;

	if (limits->meanwhile != NULL)
		limits->meanwhile->begin(limits->meanwhile->payload);
	st = kd_record_build(raw, received, arena, &msg, err);
	if (st == KD_OK)
		st = kd_wire_encode(&msg, arena, &wire, err);
	if (st == KD_OK)
		st = kd_wire_decode(wire, raw, arena, ret, err);
	return st;
}

int main(int argc, char *argv[])
{
	static const struct kd_list list = {
		.name = "KVM",
		.id = "kvm.vger.kernel.org",
		.address = "kvm@vger.kernel.org",
	};
	const int64_t until_ms = kd_monotonic_ms() + FOREVER_MS;
	const struct kd_deliver_opts opts = {
		.store_path = argv[argc - 1],
		.lists = &list,
		.n_lists = 1,
		.process_ends = true,
		.drain = true,
		.parse_until_ms = until_ms,
		.store_until_ms = until_ms,
		.spool_until_ms = until_ms,
	};
	const struct kd_input_opts input_opts = {
		.max_memory = 1 << 20,
		.idle_ms = FOREVER_MS,
		.total_ms = FOREVER_MS,
	};
	struct kd_deliver_mail mail = { .received = RECEIVED };
	struct kd_error err = KD_ERROR_INIT;
	struct kd_arena *arena = kd_arena_new();
	struct kd_delivered done;
	struct kd_input input;
	enum kd_status st;

	if (argc != 2 || arena == NULL)
		return EXIT_FAILURE;
	st = kd_input_read(0, &input_opts, &input, &err);
	if (st == KD_OK) {
		mail.raw = (struct kd_bytes){ input.data, input.size };
		st = kd_deliver(&opts, &mail, arena, &done, &err);
	}
	if (st == KD_OK && done.added == KD_ADDED_NEW)
		_Exit(EXIT_SUCCESS); /* as the hook ends */
	(void)fprintf(stderr, "bench-once: %s\n",
	              st == KD_OK ? "the store knows it" : err.text);
	return EXIT_FAILURE;
}
