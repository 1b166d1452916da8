/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * import_write.c - from the pool: what it said is checked, what it did not
 * say is found out the way a delivery does, and all of it stored.
 */
#include <string.h>

#include "mda/import_internal.h"
#include "mda/record.h"
#include "mda/wire.h"
#include "store/large.h"

enum {
	WRITE_MS = 250,      /* a transaction; deliveries wait for it */
	LOCK_MS = 60 * 1000, /* for others to give way */
};

struct writing {
	struct kd_importing *im;
	struct kd_import_parcel *parcel;
	struct kd_arena *arena;
	struct kd_message *msgs; /* n of each, as mails of the parcel */
	struct kd_arriving *rows;
	enum kd_added *added;
	bool *fallen; /* what stands there is of kd_record_fallback() */
};

/* --- Parsed --------------------------------------------------------- */

/* What is longer than max_message goes to a file, as in a delivery. */
static enum kd_status put_large(const struct writing *w,
                                struct kd_deliver_mail *mail,
                                struct kd_error *err)
{
	struct kd_large *large = NULL;
	enum kd_status st;

	st = kd_large_begin(w->im->opts->store_path, &large, err);
	if (st == KD_OK)
		st = kd_large_write(large, mail->raw, err);
	if (st == KD_OK)
		st = kd_large_commit(large, mail->large_sha256, &mail->size,
		                     err);
	if (st != KD_OK) {
		kd_large_abort(large);
		return st;
	}
	mail->large = true;
	return KD_OK;
}

/* In a process of its own. */
static enum kd_status parse_alone(const struct writing *w, size_t i,
                                  struct kd_error *err)
{
	const struct kd_import_mail *from = &w->parcel->mails[i];
	struct kd_deliver_opts opts = w->im->deliver;
	struct kd_deliver_mail mail = { .raw = from->raw,
		                        .received = from->received };
	struct kd_prepared prepared;
	enum kd_status st = KD_OK;

	opts.parse_until_ms = kd_monotonic_ms() + KD_POOL_WALL_MS;
	if (w->im->store != NULL && mail.raw.size > w->im->opts->max_message)
		st = put_large(w, &mail, err);
	if (st == KD_OK)
		st = kd_deliver_prepare(&opts, &mail, w->arena, &prepared, err);
	if (st != KD_OK)
		return st;
	w->msgs[i] = prepared.msg;
	w->rows[i] = prepared.arriving;
	w->rows[i].msg = &w->msgs[i];
	return KD_OK;
}

static enum kd_status take_answer(const struct writing *w, size_t i,
                                  const struct kd_pool_mail *answer,
                                  struct kd_error *err)
{
	const struct kd_import_mail *mail = &w->parcel->mails[i];
	enum kd_status st = KD_BUG;

	if (answer != NULL && answer->answered &&
	    mail->raw.size <= w->im->opts->max_message)
		st = kd_wire_decode(answer->wire, mail->raw, w->arena,
		                    &w->msgs[i], NULL);
	if (st == KD_BUG)
		return parse_alone(w, i, err);
	if (st != KD_OK)
		return kd_fail(err, st, "no memory for the parsed message");
	w->rows[i] = (struct kd_arriving){
		.msg = &w->msgs[i],
		.raw = mail->raw,
		.received = mail->received,
		.packed = mail->packed,
		.list = mail->list,
		.through_list = mail->through_list,
	};
	return KD_OK;
}

static enum kd_status take_answers(const struct writing *w,
                                   struct kd_error *err)
{
	const struct kd_import_parcel *parcel = w->parcel;
	enum kd_status st = KD_OK;
	size_t next = 0;

	for (size_t i = 0; i < parcel->n && st == KD_OK; i++) {
		const struct kd_import_mail *mail = &parcel->mails[i];

		st = take_answer(
			w, i, mail->pooled ? &parcel->pool.mails[next++] : NULL,
			err);
		w->rows[i].commit = mail->commit;
		if (w->msgs[i].status != KD_PARSE_OK)
			w->im->counts->marked++;
	}
	return st;
}

/* --- Stored --------------------------------------------------------- */

/* The store will not have row i: what the parser said does not fit.  Then
 * what our own scan knows; and if that is not it either, nothing. */
static enum kd_status step_back(const struct writing *w, size_t i,
                                const struct kd_error *why,
                                struct kd_error *err)
{
	const struct kd_import_mail *mail = &w->parcel->mails[i];
	struct kd_error text = KD_ERROR_INIT;

	w->rows[i].packed = (struct kd_bytes){ NULL, 0 };
	if (w->fallen[i] || w->rows[i].large) {
		w->rows[i].msg = NULL;
		(void)kd_fail(&text, why->status, "%s: %s", mail->where,
		              why->text);
		kd_import_fault(w->im, text.text);
		return KD_OK;
	}
	w->fallen[i] = true;
	return kd_record_fallback(mail->raw, mail->received, KD_PARSE_CRASHED,
	                          w->arena, &w->msgs[i], err);
}

static void count(const struct writing *w, size_t from, size_t to)
{
	struct kd_import_counts *counts = w->im->counts;

	for (size_t i = from; i < to; i++) {
		if (w->rows[i].msg == NULL)
			continue;
		switch (w->added[i]) {
		case KD_ADDED_NEW:
		case KD_ADDED_VARIANT:
			counts->added++;
			break;
		case KD_ADDED_LIST:
		case KD_ADDED_DUPLICATE:
			counts->known++;
			break;
		}
	}
}

/* One transaction, from *at on; the lock is given back behind it, and who
 * waits for it gets it first. */
static enum kd_status store_some(const struct writing *w, size_t *at,
                                 struct kd_error *err)
{
	struct kd_store *store = w->im->store;
	struct kd_import_batch batch = {
		.import = &w->im->import,
		.rows = w->rows,
		.n = w->parcel->n,
		.position = w->parcel->position,
		.ends = w->parcel->ends,
	};
	struct kd_error why = KD_ERROR_INIT;
	size_t from = *at;
	enum kd_status st;

	kd_store_set_deadline(store, kd_monotonic_ms() + LOCK_MS);
	st = kd_store_hold(store, err);
	if (st != KD_OK)
		return st;
	batch.until_ms = kd_monotonic_ms() + WRITE_MS;
	st = kd_store_import(store, &batch, at, w->added, &why);
	kd_store_let_go(store);
	if (st == KD_OK) {
		count(w, from, *at);
		return KD_OK;
	}
	if ((st == KD_BUG || st == KD_TOOBIG) && *at < batch.n)
		st = step_back(w, *at, &why, err);
	else
		st = kd_fail(err, st, "%s", why.text);
	*at = from;
	return st;
}

static enum kd_status store_all(const struct writing *w, struct kd_error *err)
{
	enum kd_status st;
	size_t at = 0;

	/* once in any case: for the position */
	do
		st = store_some(w, &at, err);
	while (st == KD_OK && at < w->parcel->n);
	return st;
}

static enum kd_status show_all(const struct writing *w, struct kd_error *err)
{
	const struct kd_import_opts *opts = w->im->opts;
	struct kd_prepared prepared;
	enum kd_status st = KD_OK;

	for (size_t i = 0; i < w->parcel->n && st == KD_OK; i++) {
		prepared.msg = w->msgs[i];
		prepared.arriving = w->rows[i];
		st = opts->show(opts->payload, &prepared, w->arena, err);
	}
	return st;
}

enum kd_status kd_import_parcel_write(struct kd_importing *im,
                                      struct kd_import_parcel *parcel,
                                      struct kd_error *err)
{
	struct kd_arena *arena = parcel->pool.arena;
	struct writing w = { .im = im, .parcel = parcel, .arena = arena };
	enum kd_status st;

	w.msgs = kd_arena_array(arena, parcel->n, sizeof(*w.msgs));
	w.rows = kd_arena_array(arena, parcel->n, sizeof(*w.rows));
	w.added = kd_arena_array(arena, parcel->n, sizeof(*w.added));
	w.fallen = kd_arena_array(arena, parcel->n, sizeof(*w.fallen));
	if (kd_arena_failed(arena))
		return kd_fail(err, KD_NOMEM, "out of memory");
	st = take_answers(&w, err);
	if (st == KD_OK)
		st = im->store != NULL ? store_all(&w, err) : show_all(&w, err);
	im->counts->done = parcel->done;
	return st;
}
