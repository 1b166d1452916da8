/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * repair.c - what is known of a message, read anew from its kept bytes.
 *
 * The bytes, arrivals, markers and Message-IDs are never touched here.
 */
#include <string.h>

#include "store/block.h"
#include "store/facts.h"
#include "store/reread.h"

enum kd_status kd_store_next_kept(struct kd_store *store, int64_t after,
                                  bool all, struct kd_kept *ret,
                                  struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	struct kd_bytes hash;
	enum kd_status st;
	bool found = false;

	st = kd_stmt_open(store, KD_STMT_NEXT_KEPT, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, after);
	kd_stmt_bind_int(&cur, KD_PARSER_VERSION);
	kd_stmt_bind_int(&cur, all);
	st = kd_stmt_next(&cur, &found, err);
	if (st == KD_OK && !found)
		st = kd_fail(err, KD_NOTFOUND, "there are no more messages");
	if (st != KD_OK)
		goto out;
	*ret = (struct kd_kept){
		.variant = kd_stmt_int(&cur, 0),
		.received = kd_stmt_int(&cur, 1),
		.ok = kd_stmt_int(&cur, 2) == KD_PARSE_OK,
		.crashed = kd_stmt_int(&cur, 2) == KD_PARSE_CRASHED,
		.large = kd_stmt_int(&cur, 3) == KD_CODEC_FILE,
		.size = (uint64_t)kd_stmt_int(&cur, 4),
		.message = kd_stmt_int(&cur, 6),
	};
	hash = kd_stmt_blob(&cur, 5);
	if (hash.size == KD_HASH_SIZE)
		memcpy(ret->large_sha256, hash.data, KD_HASH_SIZE);
out:
	kd_stmt_close(&cur);
	return st;
}

enum kd_status kd_store_kept_bytes(struct kd_store *store,
                                   const struct kd_kept *kept,
                                   struct kd_arena *arena, struct kd_bytes *ret,
                                   struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	struct kd_bytes head;
	enum kd_status st;
	bool found = false;

	if (!kept->large)
		return kd_store_raw(store, kept->variant, arena, ret, err);
	st = kd_stmt_open(store, KD_STMT_GET_RAW, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, kept->variant);
	st = kd_stmt_next(&cur, &found, err);
	if (st == KD_OK && !found)
		st = kd_fail(err, KD_NOTFOUND, "there is no such message");
	if (st == KD_OK) {
		head = kd_stmt_blob(&cur, 2);
		ret->size = head.size;
		ret->data = kd_arena_strndup(
			arena, head.size == 0 ? "" : head.data, head.size);
		if (ret->data == NULL)
			st = kd_fail(err, KD_NOMEM, "out of memory");
	}
	kd_stmt_close(&cur);
	return st;
}

/* --- One message --------------------------------------------------- */

/* A row as it is before it is replaced. */
struct before {
	unsigned char content_sha256[KD_HASH_SIZE];
	bool crashed;
	bool preferred;
	int64_t kind;
};

static enum kd_status look_at(struct kd_store *store, struct kd_incoming *in,
                              struct before *ret, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	struct kd_bytes hash;
	enum kd_status st;
	bool found = false;

	st = kd_stmt_open(store, KD_STMT_GET_KEPT, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, in->variant);
	st = kd_stmt_next(&cur, &found, err);
	if (st == KD_OK && !found)
		st = kd_fail(err, KD_NOTFOUND, "there is no such message");
	if (st == KD_OK) {
		in->message = kd_stmt_int(&cur, 0);
		hash = kd_stmt_blob(&cur, 1);
		if (hash.size == KD_HASH_SIZE)
			memcpy(ret->content_sha256, hash.data, KD_HASH_SIZE);
		ret->crashed = kd_stmt_int(&cur, 2) == KD_PARSE_CRASHED;
		ret->preferred = kd_stmt_int(&cur, 3) != 0;
		ret->kind = kd_stmt_int(&cur, 4);
	}
	kd_stmt_close(&cur);
	return st;
}

/* A hash that another variant of the message has already cannot be this
 * one's as well: it keeps the old one, and both stay. */
static enum kd_status settle_hash(struct kd_store *store,
                                  const struct kd_incoming *in,
                                  const struct before *before,
                                  struct kd_message *msg, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	int64_t other = 0;
	enum kd_status st;

	st = kd_stmt_open(store, KD_STMT_FIND_VARIANT, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, in->message);
	kd_stmt_bind_blob(&cur, msg->content_sha256, KD_HASH_SIZE);
	st = kd_stmt_number(&cur, 0, &other, err);
	if (st == KD_OK && other != 0 && other != in->variant)
		memcpy(msg->content_sha256, before->content_sha256,
		       KD_HASH_SIZE);
	return st;
}

static bool is_reference(const struct kd_message *msg, int64_t ordinal,
                         const char *message_id)
{
	const char *now = NULL;

	if (ordinal == 0)
		now = msg->in_reply_to;
	else if ((uint64_t)ordinal <= msg->n_references)
		now = msg->references[ordinal - 1];
	return now != NULL && message_id != NULL &&
	       strcmp(now, message_id) == 0;
}

static int64_t count_references(const struct kd_message *msg)
{
	int64_t n = 0;
	size_t i, len;

	for (i = 0; i < msg->n_references && i < KD_REFERENCES_MAX; i++) {
		len = strlen(msg->references[i]);
		n += len > 0 && len <= KD_MESSAGE_ID_MAX;
	}
	len = msg->in_reply_to == NULL ? 0 : strlen(msg->in_reply_to);
	return n + (len > 0 && len <= KD_MESSAGE_ID_MAX);
}

static enum kd_status same_references(struct kd_store *store,
                                      const struct kd_incoming *in, bool *ret,
                                      struct kd_error *err)
{
	const struct kd_message *msg = in->arriving->msg;
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;
	bool more = true;
	int64_t n = 0;

	*ret = true;
	st = kd_stmt_open(store, KD_STMT_LIST_REFERENCES, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, in->variant);
	while (st == KD_OK && more && *ret) {
		st = kd_stmt_next(&cur, &more, err);
		if (st != KD_OK || !more)
			break;
		*ret = is_reference(msg, kd_stmt_int(&cur, 0),
		                    kd_stmt_text(&cur, 1));
		n++;
	}
	kd_stmt_close(&cur);
	*ret = *ret && n == count_references(msg);
	return st;
}

/* Run a statement of the variant alone; *changed when it did something. */
static enum kd_status run_one(struct kd_store *store, enum kd_stmt which,
                              int64_t variant, bool *changed,
                              struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	st = kd_stmt_open(store, which, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, variant);
	st = kd_stmt_run(&cur, err);
	if (st == KD_OK && sqlite3_changes(store->db) > 0)
		*changed = true;
	return st;
}

static enum kd_status put_references(struct kd_store *store,
                                     const struct kd_incoming *in,
                                     bool *changed, struct kd_error *err)
{
	enum kd_status st;
	bool same = true;

	st = same_references(store, in, &same, err);
	if (st != KD_OK || same)
		return st;
	*changed = true;
	st = run_one(store, KD_STMT_DROP_REFERENCES, in->variant, changed, err);
	if (st != KD_OK)
		return st;
	return kd_content_add_references(store, in, err);
}

/* Is the text of the message in its block, and the one that it has now? */
static enum kd_status same_packed_text(struct kd_store *store,
                                       const struct kd_incoming *in, bool *ret,
                                       struct kd_error *err)
{
	const struct kd_bytes now = in->arriving->msg->text;
	struct kd_arena *arena = kd_arena_new();
	struct kd_error why = KD_ERROR_INIT;
	struct kd_bytes old = { .data = NULL };
	enum kd_status st;

	*ret = false;
	if (arena == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	st = kd_block_text(store, in->variant, arena, &old, &why);
	if (st == KD_OK)
		*ret = old.size == now.size &&
		       memcmp(old.data, now.data, now.size) == 0;
	kd_arena_free(arena);
	/* what is damaged is as good as not there */
	if (st == KD_OK || st == KD_NOTFOUND || st == KD_CORRUPT)
		return KD_OK;
	return kd_fail(err, st, "%s", why.text);
}

static enum kd_status put_text(struct kd_store *store,
                               const struct kd_incoming *in, bool *changed,
                               struct kd_error *err)
{
	enum kd_status st = KD_OK;
	bool same = false;

	if (in->text != NULL)
		st = same_packed_text(store, in, &same, err);
	if (st != KD_OK || same)
		return st;
	st = run_one(store, KD_STMT_DROP_PACKED_TEXT, in->variant, changed,
	             err);
	if (st != KD_OK)
		return st;
	if (in->text == NULL)
		return run_one(store, KD_STMT_DROP_DECODED, in->variant,
		               changed, err);
	st = kd_content_put_packed(store, KD_STMT_PUT_DECODED, in->variant,
	                           in->text, err);
	if (st == KD_OK && sqlite3_changes(store->db) > 0)
		*changed = true;
	return st;
}

static enum kd_status stamp(struct kd_store *store, int64_t variant,
                            struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	st = kd_stmt_open(store, KD_STMT_STAMP_VARIANT, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, variant);
	kd_stmt_bind_int(&cur, KD_PARSER_VERSION);
	return kd_stmt_run(&cur, err);
}

/* Its own climb in any case: a store of before knows of none. */
static enum kd_status put_about(struct kd_store *store,
                                const struct kd_incoming *in, bool climbed,
                                struct kd_error *err)
{
	enum kd_status st;

	st = kd_about_put(store, in, false, err);
	if (st != KD_OK || !climbed)
		return st;
	return kd_about_put_below(store, in->message, err);
}

static enum kd_status replace(struct kd_store *store, struct kd_incoming *in,
                              struct kd_message *msg, bool *ret_changed,
                              struct kd_error *err)
{
	struct before before = { .crashed = false };
	bool changed = false;
	bool climbed = false; /* through it, another way than before */
	enum kd_status st;

	st = look_at(store, in, &before, err);
	/* What a parser knew is worth more than what the header scan knows;
	 * it may be the machine that is in trouble, not the message. */
	if (st != KD_OK ||
	    (msg->status == KD_PARSE_CRASHED && !before.crashed)) {
		*ret_changed = false;
		return st;
	}
	st = settle_hash(store, in, &before, msg, err);
	if (st == KD_OK)
		st = kd_content_put(store, KD_STMT_REPLACE_VARIANT, in, err);
	if (st == KD_OK && sqlite3_changes(store->db) > 0)
		changed = true;
	if (st == KD_OK)
		st = put_references(store, in, &climbed, err);
	if (st == KD_OK)
		st = kd_facts_put(store, in->variant, msg, &climbed, err);
	climbed = climbed || before.kind != (int64_t)msg->kind;
	changed = changed || climbed;
	if (st == KD_OK)
		st = put_text(store, in, &changed, err);
	if (st == KD_OK)
		st = stamp(store, in->variant, err);
	if (st == KD_OK && changed && before.preferred)
		st = kd_series_link(store, in, err);
	if (st == KD_OK && before.preferred)
		st = put_about(store, in, climbed, err);
	*ret_changed = changed;
	return st;
}

static enum kd_status replace_row(struct kd_store *store, struct kd_reread *row,
                                  struct kd_error *err)
{
	struct kd_message msg = row->msg;
	const struct kd_arriving arriving = {
		.msg = &msg,
		.size = row->kept.size,
		.large = true, /* size counts, no bytes are at hand */
		.received = row->kept.received,
	};
	struct kd_packed text = { .codec = KD_CODEC_NONE };
	struct kd_incoming in = {
		.arriving = &arriving,
		.message = row->kept.message,
		.variant = row->kept.variant,
	};
	enum kd_status st;

	st = kd_content_check(&arriving, err);
	if (st == KD_OK && msg.text.data != NULL) {
		st = kd_raw_pack(msg.text, &text, err);
		in.text = &text;
	}
	if (st == KD_OK)
		st = replace(store, &in, &msg, &row->changed, err);
	kd_raw_clear(&text);
	return st;
}

enum kd_status kd_store_reread(struct kd_store *store, struct kd_reread *rows,
                               size_t n, int64_t until_ms, size_t *ret,
                               struct kd_error *err)
{
	enum kd_status st;
	size_t i = 0;

	st = kd_stmt_do(store, KD_STMT_BEGIN_WRITE, err);
	while (st == KD_OK && i < n) {
		st = replace_row(store, &rows[i], err);
		i++;
		if (kd_monotonic_ms() >= until_ms)
			break;
	}
	if (st == KD_OK)
		st = kd_stmt_do(store, KD_STMT_COMMIT, err);
	if (st == KD_OK)
		*ret = i;
	else
		kd_store_rollback(store);
	return st;
}
