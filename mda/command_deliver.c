/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * command_deliver.c - the message on standard input, within its budgets
 * (reliability 1): what is longer than memory should hold goes on to a
 * file while it is read.
 */
#include "mda/command.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "mda/deliver.h"
#include "mda/headers.h"
#include "mda/input.h"
#include "mda/process.h"
#include "store/large.h"

enum {
	/* Behind the parser the store has until 6 ninths of the time to the
	 * last resort, and the spool is begun until 8. */
	STORE_NINTHS = 6,
	SPOOL_NINTHS = 8,
	NAME_MAX_SHOWN = 200, /* bytes of a Message-ID */
};

/* What is longer than memory should hold goes on to a file. */
struct overflow {
	const char *store_path;
	struct kd_large *large; /* NULL: not needed so far */
};

static enum kd_status write_large(void *payload, struct kd_bytes piece,
                                  struct kd_error *err)
{
	struct overflow *overflow = payload;
	enum kd_status st = KD_OK;

	if (overflow->large == NULL)
		st = kd_large_begin(overflow->store_path, &overflow->large,
		                    err);
	if (st == KD_OK)
		st = kd_large_write(overflow->large, piece, err);
	return st;
}

/* Read the message; a long one is on stable storage then, where it is
 * wanted: how long that takes goes by its length, as reading does. */
static enum kd_status read_mail(const struct kd_setup *setup,
                                const struct kd_deliver_opts *opts,
                                struct kd_input *input,
                                struct kd_deliver_mail *ret,
                                struct kd_error *err)
{
	struct overflow overflow = { .store_path = setup->store_path };
	const struct kd_input_opts input_opts = {
		.max_memory = setup->max_message < KD_ROW_MAX
		                      ? setup->max_message
		                      : KD_ROW_MAX,
		.keep = KD_HEADER_BLOCK_MAX,
		.idle_ms = KD_IDLE_MS,
		.total_ms = KD_TOTAL_MS,
		.overflow = write_large,
		.payload = &overflow,
		.tee = setup->tee,
	};
	enum kd_status st;

	st = kd_input_read(STDIN_FILENO, &input_opts, input, err);
	if (st != KD_OK)
		goto out;
	ret->raw = (struct kd_bytes){ input->data, input->size };
	ret->received = (int64_t)time(NULL);
	if (overflow.large == NULL || !kd_deliver_wants(opts, ret->raw))
		goto out;
	st = kd_large_commit(overflow.large, ret->large_sha256, &ret->size,
	                     err);
	if (st == KD_OK) {
		overflow.large = NULL;
		ret->large = true;
	}
out:
	kd_large_abort(overflow.large);
	return st;
}

static void report(const struct kd_delivered *done)
{
	static const char *const added[] = {
		[KD_ADDED_NEW] = "stored",
		[KD_ADDED_VARIANT] = "stored as a variant",
		[KD_ADDED_LIST] = "known, added to this list",
		[KD_ADDED_DUPLICATE] = "known",
	};
	struct kd_bytes id = kd_bytes_of(done->message_id);

	if (done->skipped) {
		kd_command_say("of no list, not kept", kd_bytes_of(""));
		return;
	}
	if (done->spooled) {
		kd_command_say("kept in the spool: ",
		               kd_bytes_of(done->why.text));
		return;
	}
	(void)fprintf(stderr, "kvmdigest-mda: %s %s: <", added[done->added],
	              done->short_id);
	id.size = kd_utf8_cut(id, NAME_MAX_SHOWN);
	kd_sanitize(stderr, id, false);
	(void)fputs(">\n", stderr);
}

static struct kd_deliver_opts opts_of(const struct kd_setup *setup)
{
	return (struct kd_deliver_opts){
		.store_path = setup->store_path,
		.lists = setup->lists,
		.n_lists = setup->n_lists,
		.list = setup->list,
		.journal_delete = setup->journal_delete,
		.unlisted_skip = setup->unlisted_skip,
		.short_id = setup->verbose,
		.process_ends = true,
		.spool = setup->spool,
		.drain = true,
	};
}

/* From the end of the input on. */
static enum kd_status deliver(const struct kd_setup *setup,
                              struct kd_deliver_opts *opts,
                              const struct kd_deliver_mail *mail,
                              struct kd_arena *arena, struct kd_error *err)
{
	int64_t start_ms = kd_monotonic_ms();
	struct kd_error no_copy = KD_ERROR_INIT;
	struct kd_delivered done;
	enum kd_status copied = KD_OK;
	enum kd_status st;

	kd_process_end_after(setup->deadline_ms);
	if (setup->tee != NULL)
		copied = kd_tee_check(setup->tee, &no_copy);
	if (copied == KD_OK)
		opts->kept = kd_process_keep;
	opts->parse_until_ms =
		start_ms + setup->deadline_ms * KD_PARSE_NINTHS / 9;
	opts->store_until_ms = start_ms + setup->deadline_ms * STORE_NINTHS / 9;
	opts->spool_until_ms = start_ms + setup->deadline_ms * SPOOL_NINTHS / 9;
	st = kd_deliver(opts, mail, arena, &done, err);
	if (st != KD_OK)
		return st;
	/* The message is kept; but an agent that takes the copy for the
	 * whole of it must be told. */
	if (copied != KD_OK)
		return kd_fail(err, copied, "%s", no_copy.text);
	if (setup->verbose && !setup->quiet)
		report(&done);
	return KD_OK;
}

enum kd_status kd_command_deliver(const struct kd_setup *setup,
                                  struct kd_error *err)
{
	struct kd_deliver_opts opts = opts_of(setup);
	struct kd_deliver_mail mail = { .large = false };
	struct kd_input input = { .data = NULL };
	struct kd_arena *arena = kd_arena_new();
	enum kd_status st;

	kd_process_end_after(KD_TOTAL_MS + setup->deadline_ms);
	if (arena == NULL) {
		kd_input_pass_on(STDIN_FILENO, KD_IDLE_MS, KD_TOTAL_MS,
		                 setup->tee);
		return kd_fail(err, KD_NOMEM, "out of memory");
	}
	st = read_mail(setup, &opts, &input, &mail, err);
	if (st == KD_OK)
		st = deliver(setup, &opts, &mail, arena, err);
	kd_input_clear(&input);
	kd_arena_free(arena);
	return st;
}
