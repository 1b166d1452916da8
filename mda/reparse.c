/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reparse.c - see reparse.h.
 *
 * A batch is read and parsed without the lock, which takes long, and then
 * written under it, which does not.
 */
#include "mda/reparse.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "mda/child.h"
#include "store/reread.h"
#include "store/store.h"

enum {
	BATCH_MAX = 200,        /* messages in one transaction */
	BATCH_BYTES = 16 << 20, /* of them; what is parsed lies in memory */
	WRITE_MS = 250,         /* a transaction */
};

static const struct kd_child_limits child_limits = {
	.cpu_seconds = 3,
	.memory = UINT64_C(512) << 20,
	.wall_ms = 5000,
};

struct reparse {
	const struct kd_reparse_opts *opts;
	struct kd_store *reader; /* without the lock */
	struct kd_arena *arena;  /* of the batch */
	struct kd_reread rows[BATCH_MAX];
	size_t n;
	int64_t last; /* variant that was looked at */
	bool at_end;
	uint64_t n_read;
	uint64_t n_changed;
	uint64_t n_not_ok;
	uint64_t n_damaged;
};

static enum kd_status open_store(const struct reparse *r,
                                 enum kd_store_mode mode, struct kd_store **ret,
                                 struct kd_error *err)
{
	const struct kd_store_opts opts = {
		.path = r->opts->store_path,
		.mode = mode,
		.journal_delete = r->opts->journal_delete,
		.deadline_ms = kd_monotonic_ms() + r->opts->wait_ms,
	};

	return kd_store_open(&opts, ret, err);
}

/* As a delivery does it: of a large message only the header block is
 * parsed, and the hash of all its bytes tells it from others. */
static void mark_large(const struct kd_kept *kept, struct kd_message *msg)
{
	if (!kept->large)
		return;
	if (msg->status == KD_PARSE_OK)
		msg->status = KD_PARSE_LIMITED;
	memcpy(msg->content_sha256, kept->large_sha256, KD_HASH_SIZE);
}

/* Parse the message of the next free row; size is what it takes. */
static enum kd_status parse(struct reparse *r, uint64_t *size,
                            struct kd_error *err)
{
	struct kd_reread *row = &r->rows[r->n];
	struct kd_bytes raw = { .data = NULL };
	enum kd_status st;

	st = kd_store_kept_bytes(r->reader, &row->kept, r->arena, &raw, NULL);
	if (st == KD_CORRUPT) {
		r->n_damaged++;
		return KD_OK;
	}
	if (st != KD_OK)
		return kd_fail(err, st,
		               "the bytes of a message cannot be read");
	st = kd_child_parse(raw, row->kept.received, &child_limits, r->arena,
	                    &row->msg, err);
	if (st != KD_OK)
		return st;
	mark_large(&row->kept, &row->msg);
	*size += raw.size + row->msg.text.size;
	r->n_read++;
	if (row->msg.status != KD_PARSE_OK)
		r->n_not_ok++;
	r->n++;
	return KD_OK;
}

static enum kd_status read_batch(struct reparse *r, struct kd_error *err)
{
	enum kd_status st = KD_OK;
	struct kd_error end = KD_ERROR_INIT;
	uint64_t size = 0;

	r->n = 0;
	kd_store_set_deadline(r->reader, kd_monotonic_ms() + r->opts->wait_ms);
	while (st == KD_OK && r->n < BATCH_MAX && size < BATCH_BYTES) {
		r->rows[r->n] = (struct kd_reread){ .changed = false };
		st = kd_store_next_kept(r->reader, r->last, r->opts->all,
		                        &r->rows[r->n].kept, &end);
		if (st == KD_NOTFOUND) {
			r->at_end = true;
			return KD_OK;
		}
		if (st != KD_OK)
			return kd_fail(err, st, "%s", end.text);
		r->last = r->rows[r->n].kept.variant;
		st = parse(r, &size, err);
	}
	return st;
}

static enum kd_status write_batch(struct reparse *r, struct kd_error *err)
{
	struct kd_store *writer = NULL;
	enum kd_status st = KD_OK;
	size_t from, i;
	size_t n = 0;

	for (from = 0; from < r->n && st == KD_OK; from += n) {
		/* opened anew each time, for it is the lock that others
		 * wait for */
		st = open_store(r, KD_STORE_WRITE, &writer, err);
		if (st != KD_OK)
			return st;
		st = kd_store_reread(writer, r->rows + from, r->n - from,
		                     kd_monotonic_ms() + WRITE_MS, &n, err);
		kd_store_close(writer);
		writer = NULL;
		for (i = from; st == KD_OK && i < from + n; i++)
			r->n_changed += r->rows[i].changed;
	}
	return st;
}

static enum kd_status run_batch(struct reparse *r, struct kd_error *err)
{
	enum kd_status st;

	r->arena = kd_arena_new();
	if (r->arena == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	st = read_batch(r, err);
	if (st == KD_OK)
		st = write_batch(r, err);
	kd_arena_free(r->arena);
	r->arena = NULL;
	return st;
}

static enum kd_status sum_up(const struct reparse *r, int64_t ms, FILE *out,
                             struct kd_error *err)
{
	if (fprintf(out,
	            "read %" PRIu64 ", changed %" PRIu64
	            ", still not ok %" PRIu64 ", %" PRId64 ".%" PRId64
	            " seconds\n",
	            r->n_read, r->n_changed, r->n_not_ok, ms / 1000,
	            ms % 1000 / 100) < 0 ||
	    fflush(out) != 0)
		return kd_fail(err, KD_IO, "standard output cannot be written");
	if (r->n_damaged > 0)
		return kd_fail(err, KD_CORRUPT,
		               "the bytes of %" PRIu64 " messages are damaged, "
		               "and were left as they are",
		               r->n_damaged);
	return KD_OK;
}

enum kd_status kd_reparse_run(const struct kd_reparse_opts *opts, FILE *out,
                              struct kd_error *err)
{
	struct reparse *r = calloc(1, sizeof(*r));
	int64_t start_ms = kd_monotonic_ms();
	enum kd_status st;

	if (r == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	r->opts = opts;
	st = open_store(r, KD_STORE_READ, &r->reader, err);
	while (st == KD_OK && !r->at_end)
		st = run_batch(r, err);
	kd_store_close(r->reader);
	if (st == KD_OK)
		st = sum_up(r, kd_monotonic_ms() - start_ms, out, err);
	free(r);
	return st;
}
