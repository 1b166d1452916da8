/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * open.c - a handle of the store, from the path to a sound database.
 *
 * The order of the steps is what keeps a store safe: whose directory it
 * is, the lock, the file itself, its schema.  Each step fails before it
 * has changed anything.
 */
#include <stdlib.h>
#include <unistd.h>

#include "store/import.h"
#include "store/internal.h"
#include "store/lock.h"
#include "store/schema.h"

static enum kd_status no_store(const struct kd_store *store,
                               struct kd_error *err)
{
	return kd_fail(err, KD_NOTFOUND, "there is no store at %s",
	               store->place.path);
}

/* Under the lock: the store is there afterwards, or it fails. */
static enum kd_status make_sure(struct kd_store *store, bool marked,
                                struct kd_error *err)
{
	int64_t size = -1;
	enum kd_status st;

	st = kd_place_look(&store->place, "", &size, err);
	if (st != KD_OK || size >= 0)
		return st;
	if (store->mode != KD_STORE_DELIVER)
		return no_store(store, err);
	if (marked)
		return kd_fail(err, KD_IO,
		               "the store %s is gone, but %s-lock says that "
		               "there was one: put it back, or remove that "
		               "file to begin a new one",
		               store->place.path, store->place.path);
	return kd_create(store, err);
}

/* The creator may have died before it could mark the lock. */
static enum kd_status mark_lock(struct kd_store *store, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;
	bool found = false;

	st = kd_stmt_open(store, KD_STMT_GET_STORE_ID, &cur, err);
	if (st == KD_OK)
		st = kd_stmt_next(&cur, &found, err);
	if (st == KD_OK && !found)
		st = kd_fail(err, KD_CORRUPT, "the store %s has no id",
		             store->place.path);
	if (st == KD_OK)
		st = kd_lock_mark(store->lock_fd, kd_stmt_text(&cur, 0), err);
	kd_stmt_close(&cur);
	return st;
}

static enum kd_status open_writer(struct kd_store *store, struct kd_error *err)
{
	bool marked = false;
	int64_t size = -1;
	int version = 0;
	enum kd_status st;

	if (store->mode != KD_STORE_DELIVER) {
		/* leaves no lock file where there is no store */
		st = kd_place_look(&store->place, "", &size, err);
		if (st != KD_OK)
			return st;
		if (size < 0)
			return no_store(store, err);
	}
	st = kd_lock_take(&store->place, store->deadline_ms, &store->lock_fd,
	                  err);
	if (st == KD_OK)
		st = kd_lock_is_marked(store->lock_fd, &marked, err);
	if (st == KD_OK)
		st = make_sure(store, marked, err);
	/* kd_db_check() makes them sync each commit before any writes. */
	store->lean = (store->mode == KD_STORE_DELIVER || store->bulk) &&
	              !store->journal_delete;
	if (st == KD_OK)
		st = kd_db_open(store, SQLITE_OPEN_READWRITE, err);
	if (st == KD_OK)
		st = kd_db_check(store, &version, err);
	if (st == KD_OK && version < kd_schema_version)
		st = kd_schema_migrate(store, err);
	if (st == KD_OK && !marked)
		st = mark_lock(store, err);
	if (st == KD_OK)
		st = kd_db_settle(store, err);
	return st;
}

static enum kd_status try_reader(struct kd_store *store, int *ret_version,
                                 struct kd_error *err)
{
	int64_t size = -1;
	enum kd_status st;

	st = kd_place_look(&store->place, "", &size, err);
	if (st != KD_OK)
		return st;
	if (size < 0)
		return no_store(store, err);
	st = kd_db_open(store, SQLITE_OPEN_READONLY, err);
	if (st == KD_OK)
		st = kd_db_check(store, ret_version, err);
	return st;
}

static void close_writer(struct kd_store *store)
{
	kd_db_close(store);
	if (store->lock_fd >= 0)
		(void)close(store->lock_fd);
	store->lock_fd = -1;
}

/* A store of an older release is brought up to date before it is read. */
static enum kd_status open_reader(struct kd_store *store, struct kd_error *err)
{
	struct kd_error why = KD_ERROR_INIT;
	int version = 0;
	enum kd_status st;

	st = try_reader(store, &version, err);
	if (st != KD_OK || version == kd_schema_version)
		return st;
	kd_db_close(store);
	store->mode = KD_STORE_WRITE;
	st = open_writer(store, &why);
	close_writer(store);
	store->mode = KD_STORE_READ;
	if (st != KD_OK)
		return kd_fail(err, st,
		               "the store has schema %d and is brought to %d "
		               "before it is read, which failed: %s",
		               version, kd_schema_version, why.text);
	return try_reader(store, &version, err);
}

/* The log of SQLite is shared memory, which ends at the host; its rollback
 * journal needs locks only, and those may hold. */
static enum kd_status check_fs(const struct kd_store *store,
                               struct kd_error *err)
{
	if (store->place.shared_fs == NULL || store->journal_delete)
		return KD_OK;
	return kd_fail(err, KD_IO,
	               "%s is on %s, which other hosts may share: keep the "
	               "store on a local disk, or set store.journal to "
	               "\"delete\" and let one host alone use it",
	               store->place.path, store->place.shared_fs);
}

enum kd_status kd_store_open(const struct kd_store_opts *opts,
                             struct kd_store **ret, struct kd_error *err)
{
	struct kd_store *store = calloc(1, sizeof(*store));
	enum kd_status st;

	if (store == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	store->place = (struct kd_place)KD_PLACE_INIT;
	store->mode = opts->mode;
	store->journal_delete = opts->journal_delete;
	store->bulk = opts->bulk;
	store->deadline_ms = opts->deadline_ms;
	store->lock_fd = -1;
	if (opts->bulk)
		store->packer = kd_packer_new(); /* it goes without, too */
	st = kd_place_open(opts->path, opts->mode == KD_STORE_DELIVER,
	                   &store->place, err);
	if (st == KD_OK)
		st = check_fs(store, err);
	if (st == KD_OK)
		st = opts->mode == KD_STORE_READ ? open_reader(store, err)
		                                 : open_writer(store, err);
	if (st == KD_OK)
		*ret = store;
	else
		kd_store_close(store);
	return st;
}

void kd_store_close(struct kd_store *store)
{
	if (store == NULL)
		return;
	close_writer(store);
	kd_place_clear(&store->place);
	kd_packer_free(store->packer);
	free(store->block.data);
	kd_raw_close(store);
	free(store);
}

bool kd_store_is_wanted(const struct kd_store *store)
{
	return store->lock_fd >= 0 && kd_lock_is_wanted(store->lock_fd);
}

void kd_store_set_deadline(struct kd_store *store, int64_t deadline_ms)
{
	store->deadline_ms = deadline_ms;
}

void kd_store_abandon(struct kd_store *store)
{
	if (store->lock_fd >= 0)
		(void)close(store->lock_fd);
	store->lock_fd = -1;
}
