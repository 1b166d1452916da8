/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * add.c - one message into the store: the whole of it or nothing.
 *
 * What can be done outside of the transaction (packing) is.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "store/arrive.h"
#include "store/facts.h"
#include "store/hash.h"

static enum kd_status pack_raw(const struct kd_store *store,
                               const struct kd_arriving *arriving,
                               struct kd_packed *ret, struct kd_error *err)
{
	if (!arriving->large && arriving->packed.size > 0) {
		if (!kd_pack_is_of(arriving->packed, arriving->raw))
			return kd_fail(err, KD_BUG,
			               "add a message: what was packed is "
			               "another one");
		ret->codec = KD_CODEC_ZSTD;
		ret->size = arriving->raw.size;
		ret->data = arriving->packed;
		return KD_OK;
	}
	if (!arriving->large)
		return kd_pack(store->packer, arriving->raw, ret, err);
	ret->codec = KD_CODEC_FILE;
	ret->size = arriving->size;
	ret->data = arriving->raw;
	ret->has_sha256 = true;
	memcpy(ret->sha256, arriving->large_sha256, KD_HASH_SIZE);
	return KD_OK;
}

static enum kd_status find_list(struct kd_store *store,
                                const struct kd_list *list, int64_t *ret,
                                struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	*ret = 0;
	if (list == NULL)
		return KD_OK;
	st = kd_stmt_open(store, KD_STMT_FIND_LIST, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_text(&cur, list->id);
	st = kd_stmt_number(&cur, 0, ret, err);
	if (st != KD_OK || *ret != 0)
		return st;
	st = kd_stmt_open(store, KD_STMT_ADD_LIST, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_text(&cur, list->id);
	kd_stmt_bind_text(&cur, list->name);
	st = kd_stmt_run(&cur, err);
	*ret = sqlite3_last_insert_rowid(store->db);
	return st;
}

/* The row that the cursor finds, if any; and close. */
static enum kd_status take_variant(struct kd_cursor *cur,
                                   struct kd_incoming *in, bool *ret_news,
                                   struct kd_error *err)
{
	bool found = false;
	enum kd_status st = kd_stmt_next(cur, &found, err);

	if (st == KD_OK && found) {
		in->variant = kd_stmt_int(cur, 0);
		*ret_news =
			in->arriving->through_list && kd_stmt_int(cur, 1) == 0;
	}
	kd_stmt_close(cur);
	return st;
}

/* The very same bytes are the same content, also where the parser died of
 * them the one time and not the other, so that the hashes differ. */
static enum kd_status find_same_bytes(struct kd_store *store,
                                      struct kd_incoming *in, bool *ret_news,
                                      struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	const struct kd_packed *raw = in->raw;
	enum kd_status st;

	st = kd_stmt_open(store, KD_STMT_FIND_SAME_BYTES, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, in->message);
	kd_stmt_bind_int(&cur, raw->codec);
	kd_stmt_bind_int(&cur, (int64_t)raw->size);
	kd_stmt_bind_blob(&cur, raw->data.data, raw->data.size);
	if (raw->has_sha256)
		kd_stmt_bind_blob(&cur, raw->sha256, KD_HASH_SIZE);
	else
		kd_stmt_bind_null(&cur);
	return take_variant(&cur, in, ret_news, err);
}

/* The same where the bytes lie in a block by now. */
static enum kd_status find_same_packed(struct kd_store *store,
                                       struct kd_incoming *in, bool *ret_news,
                                       struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	unsigned char hash[KD_HASH_SIZE];
	enum kd_status st;

	if (in->arriving->large)
		return KD_OK;
	st = kd_stmt_open(store, KD_STMT_FIND_SAME_PACKED, &cur, err);
	if (st != KD_OK)
		return st;
	kd_hash(in->arriving->raw, hash);
	kd_stmt_bind_int(&cur, in->message);
	kd_stmt_bind_int(&cur, (int64_t)in->arriving->raw.size);
	kd_stmt_bind_blob(&cur, hash, KD_HASH_SIZE);
	return take_variant(&cur, in, ret_news, err);
}

/* The variant of this content, 0 when it is new; came: the message has
 * some; *ret_news: it is known, but only now through its list. */
static enum kd_status find_variant(struct kd_store *store,
                                   struct kd_incoming *in, bool came,
                                   bool *ret_news, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	*ret_news = false;
	in->variant = 0;
	st = kd_stmt_open(store, KD_STMT_FIND_VARIANT, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, in->message);
	kd_stmt_bind_blob(&cur, in->arriving->msg->content_sha256,
	                  KD_HASH_SIZE);
	st = take_variant(&cur, in, ret_news, err);
	if (st == KD_OK && in->variant == 0 && came)
		st = find_same_bytes(store, in, ret_news, err);
	if (st == KD_OK && in->variant == 0 && came)
		st = find_same_packed(store, in, ret_news, err);
	if (st != KD_OK || !*ret_news)
		return st;
	st = kd_stmt_open(store, KD_STMT_MARK_THROUGH_LIST, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, in->variant);
	return kd_stmt_run(&cur, err);
}

/* The first variant that came through its list is preferred, else the
 * first of all. */
static enum kd_status prefer(struct kd_store *store,
                             const struct kd_incoming *in,
                             const struct kd_message_row *row,
                             struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	int64_t preferred = row->variant;
	int64_t through = 0;
	enum kd_status st;

	if (preferred == in->variant)
		return KD_OK;
	if (preferred != 0) {
		if (!in->arriving->through_list)
			return KD_OK;
		st = kd_stmt_open(store, KD_STMT_GET_THROUGH_LIST, &cur, err);
		if (st != KD_OK)
			return st;
		kd_stmt_bind_int(&cur, preferred);
		st = kd_stmt_number(&cur, 0, &through, err);
		if (st != KD_OK || through != 0)
			return st;
	}
	st = kd_stmt_open(store, KD_STMT_PREFER_VARIANT, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, in->message);
	kd_stmt_bind_int(&cur, in->variant);
	st = kd_stmt_run(&cur, err);
	if (st == KD_OK)
		st = kd_series_link(store, in, err);
	if (st == KD_OK)
		st = kd_about_put(store, in, preferred == 0, err);
	if (st != KD_OK || row->made)
		return st;
	return kd_about_put_below(store, in->message, err);
}

/* All that one transaction does. */
static enum kd_status add_all(struct kd_store *store, struct kd_incoming *in,
                              enum kd_added *ret, struct kd_error *err)
{
	struct kd_message_row row = { .message = 0 };
	int64_t list = 0;
	bool is_new, new_variant, news, arrived;
	enum kd_status st;

	st = kd_content_message(store, in->arriving->msg->message_id, &row,
	                        err);
	in->message = row.message;
	if (st == KD_OK)
		st = find_variant(store, in, row.variant != 0, &news, err);
	if (st != KD_OK)
		return st;
	is_new = row.variant == 0;
	new_variant = in->variant == 0;
	if (new_variant)
		st = kd_content_add(store, in, err);
	if (st == KD_OK && (new_variant || news))
		st = prefer(store, in, &row, err);
	if (st == KD_OK)
		st = find_list(store, in->arriving->list, &list, err);
	if (st == KD_OK)
		st = kd_arrive_known(store, list, in->message, &arrived, err);
	if (st == KD_OK && !arrived)
		st = kd_arrive(store, list, in, err);
	if (st == KD_OK && in->arriving->commit != NULL)
		st = kd_content_add_ident(store, in->arriving->commit,
		                          in->message, err);
	if (st != KD_OK)
		return st;
	*ret = KD_ADDED_DUPLICATE;
	if (!arrived)
		*ret = KD_ADDED_LIST;
	if (new_variant)
		*ret = KD_ADDED_VARIANT;
	if (is_new)
		*ret = KD_ADDED_NEW;
	return KD_OK;
}

static enum kd_status try_add(struct kd_store *store, struct kd_incoming *in,
                              enum kd_added *ret, struct kd_error *err)
{
	enum kd_added added = KD_ADDED_NEW;
	enum kd_status st;

	st = kd_stmt_do(store, KD_STMT_BEGIN_WRITE, err);
	if (st == KD_OK)
		st = add_all(store, in, &added, err);
	if (st == KD_OK)
		st = kd_stmt_do(store, KD_STMT_COMMIT, err);
	if (st == KD_OK)
		*ret = added;
	else
		kd_store_rollback(store);
	if (st == KD_OK && added != KD_ADDED_DUPLICATE)
		kd_log_note_name(store);
	return st;
}

/* The directory, because the end of a rollback journal is its removal. */
enum kd_status kd_sync_known(const struct kd_store *store, struct kd_error *err)
{
	char *name = kd_place_name(store->place.base, "-wal");
	enum kd_status st = KD_OK;
	int fd;

	if (name == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	fd = openat(store->place.dir_fd, name,
	            O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	free(name);
	if ((fd < 0 && errno != ENOENT) || (fd >= 0 && fsync(fd) != 0) ||
	    fsync(store->place.dir_fd) != 0)
		st = kd_fail_errno(err, kd_status_of_errno(errno), errno,
		                   "sync the store %s", store->place.path);
	if (fd >= 0)
		(void)close(fd);
	return st;
}

/* What comes before the transaction. */
static enum kd_status prepare(const struct kd_store *store,
                              const struct kd_arriving *arriving,
                              struct kd_packed *raw, struct kd_packed *text,
                              struct kd_incoming *in, struct kd_error *err)
{
	const struct kd_message *msg = arriving->msg;
	enum kd_status st;

	*in = (struct kd_incoming){ .arriving = arriving, .raw = raw };
	st = kd_content_check(arriving, err);
	if (st == KD_OK)
		st = pack_raw(store, arriving, raw, err);
	if (st == KD_OK && msg->text.data != NULL) {
		st = kd_pack(store->packer, msg->text, text, err);
		in->text = text;
	}
	return st;
}

enum kd_status kd_add_one(struct kd_store *store,
                          const struct kd_arriving *arriving,
                          struct kd_bulk *bulk, enum kd_added *ret,
                          struct kd_error *err)
{
	struct kd_packed raw = { .codec = KD_CODEC_NONE };
	struct kd_packed text = { .codec = KD_CODEC_NONE };
	struct kd_incoming in;
	enum kd_status st;

	st = prepare(store, arriving, &raw, &text, &in, err);
	in.front = bulk == NULL ? NULL : &bulk->front;
	in.changes = bulk == NULL ? NULL : bulk->changes;
	if (st == KD_OK)
		st = add_all(store, &in, ret, err);
	kd_raw_clear(&text);
	kd_raw_clear(&raw);
	return st;
}

enum kd_status kd_store_add(struct kd_store *store,
                            const struct kd_arriving *arriving,
                            enum kd_added *ret, struct kd_error *err)
{
	static const struct timespec nap = { .tv_nsec = 1000000 };
	struct kd_packed raw = { .codec = KD_CODEC_NONE };
	struct kd_packed text = { .codec = KD_CODEC_NONE };
	enum kd_added added = KD_ADDED_NEW;
	struct kd_incoming in;
	enum kd_status st;

	st = prepare(store, arriving, &raw, &text, &in, err);
	if (st != KD_OK)
		goto out;
	st = try_add(store, &in, &added, err);
	/* SQLite waits by itself, but not where waiting could be for ever. */
	while (st == KD_BUSY && kd_monotonic_ms() < store->deadline_ms) {
		(void)nanosleep(&nap, NULL);
		st = try_add(store, &in, &added, err);
	}
	if (st == KD_OK && added == KD_ADDED_DUPLICATE)
		st = kd_sync_known(store, err);
	if (st == KD_OK)
		*ret = added;
out:
	kd_raw_clear(&text);
	kd_raw_clear(&raw);
	return st;
}
