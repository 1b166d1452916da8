/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * command_dryrun.c - --dry-run: the message on standard input, parsed as a
 * delivery would, in the same child under the same limits, and shown.
 *
 * Neither store nor spool is looked at, and no file is written.
 */
#include "mda/command.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include <nettle/sha2.h>

#include "mda/deliver.h"
#include "mda/headers.h"
#include "mda/input.h"
#include "mda/json.h"

/* What is longer than memory should hold is only hashed. */
static enum kd_status hash_large(void *payload, struct kd_bytes piece,
                                 struct kd_error *err)
{
	(void)err;
	sha256_update(payload, piece.size, (const uint8_t *)piece.data);
	return KD_OK;
}

static enum kd_status read_mail(const struct kd_setup *setup,
                                struct kd_input *input,
                                struct kd_deliver_mail *ret,
                                struct kd_error *err)
{
	struct sha256_ctx hash;
	const struct kd_input_opts opts = {
		.max_memory = setup->max_message < KD_ROW_MAX
		                      ? setup->max_message
		                      : KD_ROW_MAX,
		.keep = KD_HEADER_BLOCK_MAX,
		.idle_ms = KD_TOTAL_MS, /* a person may be slow */
		.total_ms = KD_TOTAL_MS,
		.overflow = hash_large,
		.payload = &hash,
	};
	enum kd_status st;

	sha256_init(&hash);
	st = kd_input_read(STDIN_FILENO, &opts, input, err);
	if (st != KD_OK)
		return st;
	ret->raw = (struct kd_bytes){ input->data, input->size };
	ret->received = (int64_t)time(NULL);
	ret->large = input->total > input->size;
	ret->size = input->total;
	sha256_digest(&hash, SHA256_DIGEST_SIZE, ret->large_sha256);
	return KD_OK;
}

static enum kd_status show(const struct kd_setup *setup,
                           const struct kd_deliver_mail *mail,
                           struct kd_arena *arena, struct kd_error *err)
{
	const struct kd_deliver_opts opts = {
		.lists = setup->lists,
		.n_lists = setup->n_lists,
		.list = setup->list,
		.parse_until_ms = kd_monotonic_ms() +
		                  setup->deadline_ms * KD_PARSE_NINTHS / 9,
	};
	const struct kd_list *list;
	struct kd_prepared prepared;
	struct kd_bytes line;
	enum kd_status st;

	st = kd_deliver_prepare(&opts, mail, arena, &prepared, err);
	if (st != KD_OK)
		return st;
	list = prepared.arriving.list;
	st = kd_json_message(&prepared.msg, prepared.arriving.raw,
	                     list == NULL ? NULL : list->name, arena, &line,
	                     err);
	if (st != KD_OK)
		return st;
	if (fwrite(line.data, 1, line.size, stdout) != line.size ||
	    fflush(stdout) != 0)
		return kd_fail(err, KD_IO, "standard output cannot be written");
	return KD_OK;
}

enum kd_status kd_command_dryrun(const struct kd_setup *setup,
                                 struct kd_error *err)
{
	struct kd_deliver_mail mail = { .large = false };
	struct kd_input input = { .data = NULL };
	struct kd_arena *arena = kd_arena_new();
	enum kd_status st;

	if (arena == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	st = read_mail(setup, &input, &mail, err);
	if (st == KD_OK)
		st = show(setup, &mail, arena, err);
	kd_input_clear(&input);
	kd_arena_free(arena);
	return st;
}
