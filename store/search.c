/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * search.c - the file of the search index: opening it, and making it anew.
 *
 * SQLite's own locks are all that keeps two who use it apart.  Nothing is
 * ever unlinked: a journal belongs to a name, not to a file.
 */
#include "store/search.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/search_internal.h"

/* What a search waits for is read again and again, and a transaction that
 * writes should fit, so that nobody is kept from reading before its end. */
static const char pragmas[] = "PRAGMA cell_size_check = ON;"
			      "PRAGMA mmap_size = 0;"
			      "PRAGMA temp_store = MEMORY;"
			      "PRAGMA synchronous = NORMAL;"
			      "PRAGMA cache_size = -24576;"; /* KiB */

static const char doing[] = "open the search index";

static enum kd_status open_file(struct kd_search *search, struct kd_error *err)
{
	enum kd_status st;

	st = kd_db_open(&search->index, SQLITE_OPEN_READWRITE, err);
	search->writable = st == KD_OK;
	if (st != KD_PERM)
		return st;
	kd_db_close(&search->index);
	return kd_db_open(&search->index, SQLITE_OPEN_READONLY, err);
}

/* Only an empty file, with the mode that the store has. */
static enum kd_status make_file(const struct kd_search *search,
                                struct kd_error *err)
{
	const struct kd_place *place = &search->index.place;
	enum kd_status st;
	int fd;

	fd = openat(search->store->place.dir_fd, place->base,
	            O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0) {
		st = kd_status_of_errno(errno);
		return kd_fail_errno(err, st, errno,
		                     "there is no search index yet, and %s "
		                     "cannot be made",
		                     place->path);
	}
	(void)close(fd);
	return KD_OK;
}

/* Pragmas read the file: of one that is no database they fail. */
static enum kd_status settle(struct kd_search *search, struct kd_error *err)
{
	struct kd_error why = KD_ERROR_INIT;
	enum kd_status st;

	st = kd_db_exec(&search->index, pragmas, doing, &why);
	if (st == KD_CORRUPT && search->writable)
		return kd_search_reset(search, err);
	if (st != KD_OK && err != NULL)
		*err = why;
	return st;
}

enum kd_status kd_search_open(struct kd_store *store, struct kd_search **ret,
                              struct kd_error *err)
{
	struct kd_search *search = calloc(1, sizeof(*search));
	struct kd_store *index;
	enum kd_status st;
	int64_t size = -1;

	if (search == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	search->store = store;
	index = &search->index;
	index->place = (struct kd_place)KD_PLACE_INIT;
	index->lock_fd = -1;
	index->mode = KD_STORE_READ;
	index->deadline_ms = store->deadline_ms;
	index->place.path = kd_place_name(store->place.path, "-search");
	if (index->place.path == NULL) {
		st = kd_fail(err, KD_NOMEM, "out of memory");
		goto out;
	}
	index->place.base =
		index->place.path + (store->place.base - store->place.path);
	st = kd_place_look(&store->place, "-search", &size, err);
	if (st == KD_OK && size < 0)
		st = make_file(search, err);
	if (st == KD_OK)
		st = open_file(search, err);
	if (st == KD_OK)
		st = settle(search, err);
out:
	if (st == KD_OK)
		*ret = search;
	else
		kd_search_close(search);
	return st;
}

void kd_search_close(struct kd_search *search)
{
	if (search == NULL)
		return;
	kd_db_close(&search->index);
	kd_place_clear(&search->index.place);
	free(search);
}

/* Of a connection that has read nothing yet: FTS5 may hold on to what it
 * was reading when it met the damage, and then nothing is thrown away. */
static enum kd_status open_anew(struct kd_search *search, struct kd_error *err)
{
	kd_db_close(&search->index);
	return kd_db_open(&search->index, SQLITE_OPEN_READWRITE, err);
}

enum kd_status kd_search_reset(struct kd_search *search, struct kd_error *err)
{
	enum kd_status st;
	int code;

	if (!search->writable)
		return kd_fail(err, KD_CORRUPT,
		               "the search index %s is of no use, and cannot "
		               "be written to make it anew",
		               search->index.place.path);
	st = open_anew(search, err);
	if (st != KD_OK)
		return st;
	/* The one way to empty a file whatever is in it, under SQLite's
	 * locks. */
	code = sqlite3_db_config(search->index.db,
	                         SQLITE_DBCONFIG_RESET_DATABASE, 1,
	                         (int *)NULL);
	if (code == SQLITE_OK)
		code = sqlite3_exec(search->index.db, "VACUUM", NULL, NULL,
		                    NULL);
	if (code != SQLITE_OK)
		return kd_store_fail(&search->index, code,
		                     "make the search index anew", err);
	st = open_anew(search, err);
	if (st != KD_OK)
		return st;
	return kd_db_exec(&search->index, pragmas, doing, err);
}

static enum kd_status store_id(struct kd_search *search, char ret[33],
                               struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;
	bool found = false;

	ret[0] = '\0';
	st = kd_stmt_open(search->store, KD_STMT_GET_STORE_ID, &cur, err);
	if (st == KD_OK)
		st = kd_stmt_next(&cur, &found, err);
	if (st == KD_OK && found)
		(void)snprintf(ret, 33, "%s", kd_stmt_text(&cur, 0));
	kd_stmt_close(&cur);
	return st;
}

/* Does the file say that it has our tables, in our format? */
static enum kd_status is_ours(struct kd_search *search, bool *ret,
                              struct kd_error *err)
{
	enum kd_status st;
	int version = 0;
	int id = 0;

	st = kd_db_pragma(&search->index, "PRAGMA application_id", &id, err);
	if (st == KD_OK)
		st = kd_db_pragma(&search->index, "PRAGMA user_version",
		                  &version, err);
	*ret = id == KD_SEARCH_APPLICATION_ID && version == KD_SEARCH_FORMAT;
	return st;
}

enum kd_status kd_search_about(struct kd_search *search,
                               struct kd_search_about *ret,
                               struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;
	char id[33];
	bool found = false;

	*ret = (struct kd_search_about){ .there = false };
	st = store_id(search, id, err);
	if (st == KD_OK)
		st = is_ours(search, &found, err);
	if (st != KD_OK || !found)
		return st;
	st = kd_stmt_open(&search->index, KD_STMT_INDEX_GET_ABOUT, &cur, err);
	if (st == KD_OK)
		st = kd_stmt_next(&cur, &found, err);
	if (st == KD_OK && found) {
		const char *of = kd_stmt_text(&cur, 0);
		const char *last = kd_stmt_text(&cur, 2);

		ret->there = of != NULL && strcmp(of, id) == 0;
		ret->upto = kd_stmt_int(&cur, 1);
		(void)snprintf(ret->last, sizeof(ret->last), "%s",
		               last != NULL ? last : "");
		ret->dead = kd_stmt_int(&cur, 3);
	}
	kd_stmt_close(&cur);
	return st;
}

enum kd_status kd_search_count(struct kd_search *search, int64_t *ret,
                               struct kd_error *err)
{
	struct kd_search_about about = { .there = false };
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	*ret = 0;
	st = kd_stmt_do(&search->index, KD_STMT_BEGIN_READ, err);
	if (st == KD_OK)
		st = kd_search_about(search, &about, err);
	if (st != KD_OK || !about.there)
		goto out;
	st = kd_stmt_open(&search->index, KD_STMT_INDEX_COUNT_DOCS, &cur, err);
	if (st == KD_OK)
		st = kd_stmt_number(&cur, 0, ret, err);
out:
	kd_store_rollback(&search->index);
	return st;
}
