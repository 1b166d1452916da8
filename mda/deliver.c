/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * deliver.c - which list, then the child that parses, then the store,
 * which is opened meanwhile where nobody else wants it.  What fails there
 * goes to the spool.
 *
 * It reads no clock but the monotonic one, and no configuration.
 */
#include "mda/deliver.h"

#include <string.h>

#include "mda/child.h"
#include "mda/drain.h"
#include "mda/headers.h"
#include "store/hash.h"
#include "store/spool.h"

enum {
	/* How long the store is held for a child that is not ready. */
	PATIENCE_MS = 20,
};

static const struct kd_child_limits child_limits = {
	.cpu_seconds = 3,
	.memory = UINT64_C(512) << 20,
};

struct place {
	const struct kd_list *list; /* NULL: of none */
	bool through;               /* its List-Id says so */
};

static struct place find_place(const struct kd_deliver_opts *opts,
                               const struct kd_headers *headers)
{
	struct place ret = { .list = NULL };

	ret.list = kd_headers_list(headers, opts->lists, opts->n_lists,
	                           &ret.through);
	if (opts->list != NULL) {
		ret.through = ret.through && ret.list == opts->list;
		ret.list = opts->list;
	}
	return ret;
}

static bool wants(const struct kd_deliver_opts *opts, const struct place *place)
{
	return place->list != NULL || !opts->unlisted_skip;
}

bool kd_deliver_wants(const struct kd_deliver_opts *opts, struct kd_bytes raw)
{
	struct kd_headers headers;
	struct place place;

	kd_headers_find(raw, &headers);
	place = find_place(opts, &headers);
	return wants(opts, &place);
}

void kd_deliver_place(const struct kd_deliver_opts *opts, struct kd_bytes raw,
                      struct kd_arriving *ret)
{
	struct kd_headers headers;
	struct place place;

	kd_headers_find(raw, &headers);
	place = find_place(opts, &headers);
	ret->list = place.list;
	ret->through_list = place.through;
}

/*
 * Of a large message only the header block was parsed.  What tells it from
 * others with the same headers is the hash of all its bytes.
 */
static enum kd_status mark_large(const struct kd_deliver_mail *mail,
                                 const struct kd_headers *headers,
                                 struct kd_arena *arena, struct kd_message *msg,
                                 struct kd_error *err)
{
	char hex[2 * KD_HASH_SIZE + 1];
	struct kd_bytes value;

	if (msg->status == KD_PARSE_OK)
		msg->status = KD_PARSE_LIMITED;
	memcpy(msg->content_sha256, mail->large_sha256, KD_HASH_SIZE);
	if (kd_headers_get(headers, "Message-ID", &value))
		return KD_OK;
	kd_hash_hex(mail->large_sha256, KD_HASH_SIZE, hex);
	msg->message_id = kd_arena_printf(arena, "sha256:%s", hex);
	if (msg->message_id == NULL)
		return kd_fail(err, KD_NOMEM, "no memory for the message");
	return KD_OK;
}

/* meanwhile: or NULL */
static enum kd_status prepare(const struct kd_deliver_opts *opts,
                              const struct kd_deliver_mail *mail,
                              const struct kd_meanwhile *meanwhile,
                              struct kd_arena *arena, struct kd_prepared *ret,
                              struct kd_error *err)
{
	struct kd_child_limits limits = child_limits;
	struct kd_headers headers;
	struct place place;
	enum kd_status st;

	kd_headers_find(mail->raw, &headers);
	place = find_place(opts, &headers);
	ret->arriving = (struct kd_arriving){
		.msg = &ret->msg,
		.raw = mail->raw,
		.list = place.list,
		.through_list = place.through,
		.received = mail->received,
		.large = mail->large,
		.size = mail->size,
	};
	if (mail->large) {
		ret->arriving.raw.size = headers.body_offset;
		memcpy(ret->arriving.large_sha256, mail->large_sha256,
		       KD_HASH_SIZE);
	}
	limits.wall_ms = opts->parse_until_ms - kd_monotonic_ms();
	limits.meanwhile = meanwhile;
	st = kd_child_parse(ret->arriving.raw, mail->received, &limits, arena,
	                    &ret->msg, err);
	if (st == KD_OK && mail->large)
		st = mark_large(mail, &headers, arena, &ret->msg, err);
	return st;
}

enum kd_status kd_deliver_prepare(const struct kd_deliver_opts *opts,
                                  const struct kd_deliver_mail *mail,
                                  struct kd_arena *arena,
                                  struct kd_prepared *ret, struct kd_error *err)
{
	return prepare(opts, mail, NULL, arena, ret, err);
}

/* A little of what waits in the spool, while we have the store. */
static void drain(const struct kd_deliver_opts *opts, struct kd_store *handle)
{
	const struct kd_drain_opts drain_opts = {
		.store_path = opts->store_path,
		.lists = opts->lists,
		.n_lists = opts->n_lists,
		.max_files = KD_DRAIN_FILES,
		.end_ms = opts->store_until_ms,
	};
	struct kd_drained drained;

	/* What stops it stops the next one, who will say so, too. */
	kd_drain(handle, &drain_opts, &drained);
}

static enum kd_status open_store(const struct kd_deliver_opts *opts,
                                 int64_t until_ms, struct kd_store **ret,
                                 struct kd_error *err)
{
	const struct kd_store_opts store_opts = {
		.path = opts->store_path,
		.mode = KD_STORE_DELIVER,
		.journal_delete = opts->journal_delete,
		.deadline_ms = until_ms,
	};

	return kd_store_open(&store_opts, ret, err);
}

/*
 * To open the store costs as much as to parse a mail, and there is more
 * than one processor: where nobody has the store, it is opened while the
 * child works.  Under the lock as ever; and nobody waits for a child that
 * takes its time.
 */
struct early {
	const struct kd_deliver_opts *opts;
	struct kd_store *handle; /* NULL: not open */
};

static void open_early(void *payload)
{
	struct early *early = payload;

	/* Without waiting.  Whatever is wrong will be so later, too. */
	if (open_store(early->opts, 0, &early->handle, NULL) != KD_OK)
		early->handle = NULL;
}

static void close_early(void *payload)
{
	struct early *early = payload;

	kd_store_close(early->handle);
	early->handle = NULL;
}

/* handle: of the store, when it is open already; it is closed. */
static enum kd_status store(const struct kd_deliver_opts *opts,
                            struct kd_store *handle,
                            const struct kd_arriving *arriving,
                            struct kd_delivered *ret, struct kd_error *err)
{
	enum kd_status st = KD_OK;

	if (handle != NULL)
		kd_store_set_deadline(handle, opts->store_until_ms);
	else
		st = open_store(opts, opts->store_until_ms, &handle, err);
	if (st != KD_OK)
		return st;
	st = kd_store_add(handle, arriving, &ret->added, err);
	if (st == KD_OK) {
		/* The message is safe: nothing below can fail any more. */
		if (opts->kept != NULL)
			opts->kept();
		if (opts->short_id &&
		    kd_store_short_id(handle, arriving->msg->message_id,
		                      ret->short_id, NULL) != KD_OK)
			ret->short_id[0] = '\0';
		if (opts->drain)
			drain(opts, handle);
		kd_store_trim_log(handle);
	}
	if (opts->process_ends)
		kd_store_abandon(handle);
	else
		kd_store_close(handle);
	return st;
}

/* Into the spool, for the reason in delivered->why.  That of the spool is
 * said behind it. */
static enum kd_status spool(const struct kd_deliver_opts *opts,
                            const struct kd_deliver_mail *mail,
                            const struct place *place,
                            const struct kd_delivered *delivered,
                            struct kd_error *err)
{
	struct kd_spool_mail spooled = {
		.raw = mail->raw,
		.received = mail->received,
		.list_id = place->list != NULL ? place->list->id : NULL,
		.large = mail->large,
		.size = mail->size,
	};
	struct kd_error why = KD_ERROR_INIT;
	struct kd_headers headers;
	enum kd_status st;

	if (mail->large) {
		kd_headers_find(mail->raw, &headers);
		spooled.raw.size = headers.body_offset;
		memcpy(spooled.large_sha256, mail->large_sha256, KD_HASH_SIZE);
	}
	if (kd_monotonic_ms() < opts->spool_until_ms)
		st = kd_spool_put(opts->store_path, &spooled, &why);
	else
		st = kd_fail(&why, KD_BUSY, "no time is left");
	if (st == KD_OK)
		return KD_OK;
	if (strcmp(why.text, delivered->why.text) == 0)
		return kd_fail(err, st, "%s", why.text);
	return kd_fail(err, delivered->why.status, "%.240s; and the spool: %s",
	               delivered->why.text, why.text);
}

enum kd_status kd_deliver(const struct kd_deliver_opts *opts,
                          const struct kd_deliver_mail *mail,
                          struct kd_arena *arena, struct kd_delivered *ret,
                          struct kd_error *err)
{
	struct kd_delivered delivered = { .skipped = false };
	struct early early = { .opts = opts };
	const struct kd_meanwhile meanwhile = {
		.begin = open_early,
		.give_up = close_early,
		.payload = &early,
		.patience_ms = PATIENCE_MS,
	};
	struct kd_prepared prepared;
	struct kd_headers headers;
	struct place place;
	enum kd_status st;

	kd_headers_find(mail->raw, &headers);
	place = find_place(opts, &headers);
	if (!wants(opts, &place)) {
		delivered.skipped = true;
		*ret = delivered;
		return KD_OK;
	}
	st = prepare(opts, mail, &meanwhile, arena, &prepared, &delivered.why);
	if (st == KD_OK) {
		delivered.message_id = prepared.msg.message_id;
		st = store(opts, early.handle, &prepared.arriving, &delivered,
		           &delivered.why);
	} else {
		close_early(&early);
	}
	if (st != KD_OK && !opts->spool)
		return kd_fail(err, st, "%s", delivered.why.text);
	if (st != KD_OK) {
		delivered.spooled = true;
		st = spool(opts, mail, &place, &delivered, err);
	}
	if (st == KD_OK)
		*ret = delivered;
	return st;
}
