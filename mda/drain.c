/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * drain.c - see drain.h.  Two sorts of failure are kept apart: the file's
 * own, which is counted, and that of the world around, which ends the
 * round and is nobody's fault.
 */
#include "mda/drain.h"

#include <string.h>

#include "mda/deliver.h"
#include "store/spool.h"

enum {
	BEGIN_MS = 50,   /* with less than that left no file is begun */
	SLOW_MS = 1000,  /* nor one that was too slow before */
	CHILD_MS = 5000, /* as in a delivery */
};

struct round {
	struct kd_store *store;
	const struct kd_drain_opts *opts;
	struct kd_spool *spool;
	int64_t until_ms;
	struct kd_drained *done;
};

static bool is_own_fault(enum kd_status st)
{
	switch (st) {
	case KD_NOTMAIL:
	case KD_TOOBIG:
	case KD_BUG:
	/* A commit has just worked: it is this one that takes too much. */
	case KD_NOMEM:
		return true;
	case KD_OK:
	case KD_BUSY:
	case KD_NOSPACE:
	case KD_IO:
	case KD_PERM:
	case KD_CONFIG:
	case KD_USAGE:
	case KD_NOTFOUND:
	case KD_AMBIGUOUS:
	case KD_SCHEMA:
	case KD_CORRUPT:
		break;
	}
	return false;
}

/* Count a failure of the current file, whose reason is in done->last. */
static enum kd_status blame(const struct round *round, struct kd_error *err)
{
	bool bad = false;
	enum kd_status st = kd_spool_blame(round->spool, &bad, err);

	if (st != KD_OK)
		return st;
	round->done->failed++;
	if (bad)
		round->done->bad++;
	return KD_OK;
}

/* The list that a file names.  One that the configuration has no longer
 * is a list all the same. */
static struct kd_list list_of(const struct kd_drain_opts *opts, const char *id)
{
	for (size_t i = 0; i < opts->n_lists; i++)
		if (kd_strcmp_nocase(opts->lists[i].id, id) == 0)
			return opts->lists[i];
	return (struct kd_list){ .name = id, .id = id, .address = "" };
}

/* Parse and add.  *ret_slow: the parser had no end in the time of a round,
 * which is not all the time that there is. */
static enum kd_status add(const struct round *round,
                          const struct kd_spool_mail *spooled,
                          struct kd_arena *arena, bool *ret_slow,
                          struct kd_error *err)
{
	int64_t now_ms = kd_monotonic_ms();
	bool was_slow = kd_spool_tries(round->spool) > 0;
	int64_t end_ms = was_slow ? round->opts->end_ms : round->until_ms;
	struct kd_deliver_mail mail = {
		.raw = spooled->raw,
		.received = spooled->received,
		.large = spooled->large,
		.size = spooled->size,
	};
	struct kd_deliver_opts opts = { .parse_until_ms = end_ms };
	struct kd_prepared prepared;
	struct kd_list list;
	enum kd_added added;
	enum kd_status st;

	if (opts.parse_until_ms > now_ms + CHILD_MS)
		opts.parse_until_ms = now_ms + CHILD_MS;
	memcpy(mail.large_sha256, spooled->large_sha256, KD_HASH_SIZE);
	if (spooled->list_id != NULL) {
		list = list_of(round->opts, spooled->list_id);
		opts.lists = &list;
		opts.n_lists = 1;
		opts.list = &list;
	}
	st = kd_deliver_prepare(&opts, &mail, arena, &prepared, err);
	if (st != KD_OK)
		return st;
	*ret_slow = !was_slow && prepared.msg.status == KD_PARSE_CRASHED &&
	            kd_monotonic_ms() >= opts.parse_until_ms;
	if (*ret_slow)
		return kd_fail(err, KD_BUSY, "parsing it takes long");
	kd_store_set_deadline(round->store, end_ms);
	return kd_store_add(round->store, &prepared.arriving, &added, err);
}

/* The current file.  Anything but KD_OK ends the round. */
static enum kd_status take(const struct round *round, struct kd_arena *arena,
                           struct kd_error *err)
{
	struct kd_drained *done = round->done;
	struct kd_error why = KD_ERROR_INIT;
	struct kd_spool_mail mail;
	bool slow = false;
	enum kd_status st;

	st = kd_spool_read(round->spool, arena, &mail, &why);
	if (st == KD_NOTFOUND)
		return KD_OK;
	if (st != KD_OK) {
		done->last = why;
		if (st != KD_CORRUPT)
			return blame(round, err);
		done->failed++;
		done->bad++;
		return kd_spool_put_aside(round->spool, err);
	}
	st = add(round, &mail, arena, &slow, &why);
	if (st == KD_OK) {
		done->stored++;
		return kd_spool_remove(round->spool, err);
	}
	if (slow || is_own_fault(st)) {
		done->last = why;
		return blame(round, err);
	}
	*err = why;
	return st;
}

static bool may_begin(const struct round *round)
{
	int64_t now_ms = kd_monotonic_ms();

	if (kd_store_is_wanted(round->store) ||
	    now_ms + BEGIN_MS > round->until_ms)
		return false;
	return kd_spool_tries(round->spool) == 0 ||
	       now_ms + SLOW_MS <= round->opts->end_ms;
}

void kd_drain(struct kd_store *store, const struct kd_drain_opts *opts,
              struct kd_drained *ret)
{
	struct round round = {
		.store = store,
		.opts = opts,
		.until_ms = kd_monotonic_ms() + KD_DRAIN_MS,
		.done = ret,
	};
	struct kd_arena *arena;
	enum kd_status st;

	*ret = (struct kd_drained){ .stored = 0 };
	if (round.until_ms > opts->end_ms)
		round.until_ms = opts->end_ms;
	st = kd_spool_open(opts->store_path, &round.spool, &ret->stopped);
	for (size_t n = 0; st == KD_OK && n < opts->max_files &&
	                   kd_spool_next(round.spool) && may_begin(&round);
	     n++) {
		arena = kd_arena_new();
		if (arena != NULL)
			st = take(&round, arena, &ret->stopped);
		else
			st = kd_fail(&ret->stopped, KD_NOMEM, "out of memory");
		kd_arena_free(arena);
	}
	kd_spool_close(round.spool);
}
