/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * create.c - an empty store, which gets its name only when it is whole.
 *
 * Whatever happens on the way, the next one who holds the lock begins
 * anew: all of it is under one temporary name.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "store/internal.h"
#include "store/schema.h"

/* Fixed, not random: under the lock there is no other, and what a killed
 * creator left is found again. */
static const char new_suffix[] = "-new";

static enum kd_status fail_sync(const struct kd_place *place,
                                struct kd_error *err)
{
	return kd_fail_errno(err, kd_status_of_errno(errno), errno,
	                     "make the store %s", place->path);
}

static enum kd_status remove_file(const struct kd_place *place,
                                  const char *base, const char *suffix,
                                  struct kd_error *err)
{
	char *name = kd_place_name(base, suffix);
	enum kd_status st = KD_OK;

	if (name == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	if (unlinkat(place->dir_fd, name, 0) != 0 && errno != ENOENT)
		st = kd_fail_errno(err, kd_status_of_errno(errno), errno,
		                   "remove %s beside %s", name, place->path);
	free(name);
	return st;
}

enum kd_status kd_db_remove_logs(const struct kd_place *place, const char *base,
                                 struct kd_error *err)
{
	static const char *const suffixes[] = { "-journal", "-wal", "-shm" };
	enum kd_status st = KD_OK;
	size_t i;

	for (i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		if (st == KD_OK)
			st = remove_file(place, base, suffixes[i], err);
	}
	return st;
}

static enum kd_status remove_leftovers(const struct kd_place *place,
                                       const char *base, struct kd_error *err)
{
	enum kd_status st = remove_file(place, base, "", err);

	return st == KD_OK ? kd_db_remove_logs(place, base, err) : st;
}

/* A log without its database holds messages that were acknowledged, and
 * SQLite would play it into the new one. */
static enum kd_status check_no_log(const struct kd_place *place,
                                   struct kd_error *err)
{
	static const char *const suffixes[] = { "-wal", "-journal" };
	int64_t size = -1;
	enum kd_status st;
	size_t i;

	for (i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		st = kd_place_look(place, suffixes[i], &size, err);
		if (st != KD_OK)
			return st;
		if (size > 0)
			return kd_fail(err, KD_IO,
			               "%s is gone but %s%s is there: put the "
			               "store back, or move that file away",
			               place->path, place->path, suffixes[i]);
	}
	return KD_OK;
}

/* Nothing waits for the disk: what is made has no name before give_name()
 * has synced it.  The page size is fixed from here on: of 1, 2 and 4 kB, 2 kB
 * takes the least room a message. */
static enum kd_status fill(struct kd_store *store, struct kd_error *err)
{
	static const char pragmas[] = "PRAGMA page_size = 2048;"
				      "PRAGMA auto_vacuum = INCREMENTAL;"
				      "PRAGMA encoding = 'UTF-8';"
				      "PRAGMA synchronous = OFF;"
				      "PRAGMA temp_store = MEMORY;"
				      "PRAGMA foreign_keys = ON;";
	static const char wal[] = "PRAGMA journal_mode = WAL";
	static const char doing[] = "make";
	enum kd_status st;
	int code;

	st = kd_db_open(store, SQLITE_OPEN_READWRITE, err);
	if (st == KD_OK)
		st = kd_db_exec(store, pragmas, doing, err);
	if (st == KD_OK)
		st = kd_schema_migrate(store, err);
	if (st == KD_OK && !store->journal_delete)
		st = kd_db_exec(store, wal, doing, err);
	if (st != KD_OK)
		return st;
	/* Closing must put all of it into the one file that gets the name. */
	code = sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0,
	                         (int *)NULL);
	if (code != SQLITE_OK)
		return kd_store_fail(store, code, doing, err);
	return KD_OK;
}

static enum kd_status sync_dirs(const struct kd_place *place,
                                struct kd_error *err)
{
	int up =
		openat(place->dir_fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum kd_status st = KD_OK;

	/* A directory above that may not be read was there before. */
	if (fsync(place->dir_fd) != 0 || (up >= 0 && fsync(up) != 0))
		st = fail_sync(place, err);
	if (up >= 0)
		(void)close(up);
	return st;
}

static enum kd_status give_name(const struct kd_place *place, const char *base,
                                int fd, struct kd_error *err)
{
	enum kd_status st;

	if (fsync(fd) != 0)
		return fail_sync(place, err);
	/* One that is there already is the right one, whoever made it. */
	if (linkat(place->dir_fd, base, place->dir_fd, place->base, 0) != 0 &&
	    errno != EEXIST)
		return fail_sync(place, err);
	st = remove_leftovers(place, base, err);
	if (st != KD_OK)
		return st;
	return sync_dirs(place, err);
}

enum kd_status kd_create(const struct kd_store *store, struct kd_error *err)
{
	const struct kd_place *place = &store->place;
	struct kd_store made = { .mode = KD_STORE_WRITE, .lock_fd = -1 };
	enum kd_status st;
	int fd = -1;

	st = check_no_log(place, err);
	if (st != KD_OK)
		return st;
	made.journal_delete = store->journal_delete;
	made.deadline_ms = store->deadline_ms;
	made.place.path = kd_place_name(place->path, new_suffix);
	made.place.dir_fd = -1; /* place owns it */
	if (made.place.path == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	made.place.base = made.place.path + (place->base - place->path);
	st = remove_leftovers(place, made.place.base, err);
	if (st != KD_OK)
		goto out;
	fd = openat(place->dir_fd, made.place.base,
	            O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0) {
		st = fail_sync(place, err);
		goto out;
	}
	st = fill(&made, err);
	kd_db_close(&made);
	if (st == KD_OK)
		st = give_name(place, made.place.base, fd, err);
out:
	if (fd >= 0)
		(void)close(fd);
	kd_place_clear(&made.place);
	return st;
}
