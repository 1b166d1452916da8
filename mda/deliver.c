/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * deliver.c - which list, then the child that parses, then the store: in
 * this order, so that the lock of the store is held for as short as can be.
 *
 * It reads no clock but the monotonic one, and no configuration.
 */
#include "mda/deliver.h"

#include <string.h>

#include "mda/child.h"
#include "mda/headers.h"
#include "store/hash.h"

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

static enum kd_status parse(const struct kd_deliver_opts *opts,
                            const struct kd_deliver_mail *mail,
                            const struct kd_headers *headers,
                            struct kd_arena *arena, struct kd_message *ret,
                            struct kd_error *err)
{
	struct kd_child_limits limits = child_limits;
	struct kd_bytes raw = mail->raw;
	enum kd_status st;

	limits.wall_ms = opts->parse_until_ms - kd_monotonic_ms();
	if (mail->large)
		raw.size = headers->body_offset;
	st = kd_child_parse(raw, mail->received, &limits, arena, ret, err);
	if (st == KD_OK && mail->large)
		st = mark_large(mail, headers, arena, ret, err);
	return st;
}

static enum kd_status store(const struct kd_deliver_opts *opts,
                            const struct kd_arriving *arriving,
                            struct kd_delivered *ret, struct kd_error *err)
{
	const struct kd_store_opts store_opts = {
		.path = opts->store_path,
		.mode = KD_STORE_DELIVER,
		.journal_delete = opts->journal_delete,
		.deadline_ms = opts->store_until_ms,
	};
	struct kd_store *handle = NULL;
	enum kd_status st;

	st = kd_store_open(&store_opts, &handle, err);
	if (st != KD_OK)
		return st;
	st = kd_store_add(handle, arriving, &ret->added, err);
	if (st == KD_OK) {
		/* The message is safe: nothing below can fail any more. */
		if (opts->short_id &&
		    kd_store_short_id(handle, arriving->msg->message_id,
		                      ret->short_id, NULL) != KD_OK)
			ret->short_id[0] = '\0';
		kd_store_trim_log(handle);
	}
	if (opts->process_ends)
		kd_store_abandon(handle);
	else
		kd_store_close(handle);
	return st;
}

enum kd_status kd_deliver(const struct kd_deliver_opts *opts,
                          const struct kd_deliver_mail *mail,
                          struct kd_arena *arena, struct kd_delivered *ret,
                          struct kd_error *err)
{
	struct kd_delivered delivered = { .skipped = false };
	struct kd_headers headers;
	struct kd_message msg;
	struct kd_arriving arriving = {
		.msg = &msg,
		.raw = mail->raw,
		.received = mail->received,
		.large = mail->large,
		.size = mail->size,
	};
	struct place place;
	enum kd_status st = KD_OK;

	kd_headers_find(mail->raw, &headers);
	place = find_place(opts, &headers);
	if (!wants(opts, &place)) {
		delivered.skipped = true;
		*ret = delivered;
		return KD_OK;
	}
	st = parse(opts, mail, &headers, arena, &msg, err);
	if (st != KD_OK)
		return st;
	arriving.list = place.list;
	arriving.through_list = place.through;
	if (mail->large) {
		arriving.raw.size = headers.body_offset;
		memcpy(arriving.large_sha256, mail->large_sha256, KD_HASH_SIZE);
	}
	delivered.message_id = msg.message_id;
	st = store(opts, &arriving, &delivered, err);
	if (st == KD_OK)
		*ret = delivered;
	return st;
}
