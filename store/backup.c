/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * backup.c - see backup.h: the pages, and whether they are a sound store.
 *
 * All is read in one transaction, for SQLite begins a copy anew when
 * another process has written in between.  With the log that keeps nobody
 * from writing.  With a rollback journal it does: there it is tried without
 * one at first.
 */
#include "store/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "store/backup_internal.h"
#include "store/disk.h"

enum {
	PAGES = 512,       /* a step: a megabyte */
	STARTS_MAX = 3,    /* before deliveries have to wait */
	GAP_NS = 20000000, /* between two steps, for deliveries */
	STEPS = 100000,    /* of SQLite's machine between two looks */
	WAIT_MS = 60 * 1000,
};

static void tell(const struct kd_backup *backup, bool checking, int64_t done)
{
	if (backup->opts->progress != NULL)
		backup->opts->progress(checking, done, backup->counts.bytes,
		                       backup->opts->payload);
}

/* Contents of messages, and how many of them have their bytes. */
struct kept {
	int64_t contents, raw;
};

static enum kd_status count_kept(struct kd_store *store, struct kept *ret,
                                 struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;
	bool found = false;

	st = kd_stmt_open(store, KD_STMT_COUNT_KEPT, &cur, err);
	if (st == KD_OK)
		st = kd_stmt_next(&cur, &found, err);
	if (st == KD_OK)
		*ret = (struct kept){ kd_stmt_int(&cur, 0),
			              kd_stmt_int(&cur, 1) };
	kd_stmt_close(&cur);
	return st;
}

/* --- The pages --------------------------------------------------------- */

/* How a copy of pages is going. */
struct pages {
	sqlite3_backup *backup;
	int left;   /* after the last step */
	int starts; /* that it was begun anew */
	bool held;  /* in one transaction */
};

static enum kd_status hold(struct kd_backup *backup, struct pages *pages,
                           struct kd_error *err)
{
	enum kd_status st = kd_store_begin_read(backup->store, err);

	pages->held = st == KD_OK;
	return st;
}

/* *ret_code: of SQLite. */
static enum kd_status step(struct kd_backup *backup, struct pages *pages,
                           int *ret_code, struct kd_error *err)
{
	const struct timespec gap = { .tv_nsec = GAP_NS };
	int left;

	kd_store_set_deadline(backup->store, kd_monotonic_ms() + WAIT_MS);
	if (!pages->held && pages->starts > STARTS_MAX)
		return hold(backup, pages, err);
	*ret_code = sqlite3_backup_step(pages->backup, PAGES);
	left = sqlite3_backup_remaining(pages->backup);
	pages->starts += left >= pages->left;
	pages->left = left;
	if (!pages->held)
		(void)nanosleep(&gap, NULL);
	return KD_OK;
}

static enum kd_status copy_pages(struct kd_backup *backup, struct pages *pages,
                                 struct kd_error *err)
{
	int code = SQLITE_OK;
	enum kd_status st = KD_OK;
	int size = 0;

	st = kd_db_pragma(backup->store, "PRAGMA page_size", &size, err);
	pages->left = INT32_MAX;
	pages->backup = sqlite3_backup_init(backup->copy.db, "main",
	                                    backup->store->db, "main");
	if (pages->backup == NULL)
		return kd_store_fail(&backup->copy, SQLITE_ERROR, "copy", err);
	while (st == KD_OK && code == SQLITE_OK) {
		st = step(backup, pages, &code, err);
		backup->counts.bytes =
			(int64_t)size * sqlite3_backup_pagecount(pages->backup);
		tell(backup, false,
		     backup->counts.bytes - (int64_t)size * pages->left);
	}
	/* says once more what a step has said */
	(void)sqlite3_backup_finish(pages->backup);
	if (st == KD_OK && code != SQLITE_DONE)
		st = kd_store_fail(&backup->copy, code, "copy", err);
	return st;
}

/* The file is empty, and nobody else knows of it: a journal would only
 * cost.  It is synced once, by us. */
static enum kd_status copy_store(struct kd_backup *backup, struct kept *kept,
                                 struct kd_error *err)
{
	static const char alone[] = "PRAGMA locking_mode = EXCLUSIVE;"
				    "PRAGMA journal_mode = MEMORY;"
				    "PRAGMA synchronous = OFF;";
	struct pages pages = { .held = false };
	enum kd_status st;

	kd_store_set_deadline(backup->store, kd_monotonic_ms() + WAIT_MS);
	st = kd_db_open(&backup->copy, SQLITE_OPEN_READWRITE, err);
	if (st == KD_OK)
		st = kd_db_exec(&backup->copy, alone, "copy", err);
	if (st == KD_OK && !backup->store->journal_delete)
		st = hold(backup, &pages, err);
	if (st == KD_OK)
		st = count_kept(backup->store, kept, err);
	if (st == KD_OK)
		st = copy_pages(backup, &pages, err);
	kd_store_end_read(backup->store);
	kd_db_close(&backup->copy);
	return st;
}

/* --- Is it sound? ------------------------------------------------------ */

/* So that what is checked is what the disk has: it is not kept in memory. */
static enum kd_status sync_copy(struct kd_backup *backup, struct kd_error *err)
{
	if (kd_disk.fsync(backup->fd) != 0)
		return kd_fail_errno(err, kd_status_of_errno(errno), errno,
		                     "sync %s", backup->copy.place.path);
	(void)posix_fadvise(backup->fd, 0, 0, POSIX_FADV_DONTNEED);
	return KD_OK;
}

static int tell_checking(void *payload)
{
	tell(payload, true, 0);
	return 0;
}

/* The copy is a copy: what it lacks the store lacks. */
static enum kd_status damaged(const struct kd_backup *backup, const char *what,
                              struct kd_error *err)
{
	return kd_fail(err, KD_CORRUPT,
	               "%s was not written, for the store %s is damaged: %s",
	               backup->opts->path, backup->store->place.path, what);
}

/* A statement that says "ok", or nothing, where all is well. */
static enum kd_status expect_well(struct kd_backup *backup, const char *sql,
                                  struct kd_error *err)
{
	struct kd_store *copy = &backup->copy;
	sqlite3_stmt *stmt = NULL;
	enum kd_status st = KD_OK;
	const char *said = NULL;
	int code;

	code = sqlite3_prepare_v2(copy->db, sql, -1, &stmt, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_step(stmt);
	if (code == SQLITE_ROW)
		said = (const char *)sqlite3_column_text(stmt, 0);
	if (said != NULL && strcmp(said, "ok") != 0)
		st = damaged(backup, said, err);
	else if (code != SQLITE_ROW && code != SQLITE_DONE)
		st = kd_store_fail(copy, code, "check the copy", err);
	(void)sqlite3_finalize(stmt);
	return st;
}

static enum kd_status check_kept(struct kd_backup *backup,
                                 const struct kept *wanted,
                                 struct kd_error *err)
{
	struct kept found = { .contents = 0 };
	enum kd_status st = count_kept(&backup->copy, &found, err);

	backup->counts.messages = found.contents;
	if (st == KD_OK &&
	    (found.contents < wanted->contents || found.raw < wanted->raw))
		st = damaged(backup, "messages are missing in the copy", err);
	return st;
}

/* Without memory that is shared: the disk may not know how. */
static enum kd_status check_copy(struct kd_backup *backup,
                                 const struct kept *wanted,
                                 struct kd_error *err)
{
	struct kd_store *copy = &backup->copy;
	enum kd_status st;
	int version = 0;

	st = kd_db_open(copy, SQLITE_OPEN_READWRITE, err);
	if (st == KD_OK)
		st = kd_db_exec(copy, "PRAGMA locking_mode = EXCLUSIVE",
		                "check the copy", err);
	if (st == KD_OK)
		st = kd_db_check(copy, &version, err);
	if (st == KD_OK)
		st = kd_db_settle(copy, err);
	if (st != KD_OK)
		return st;
	sqlite3_progress_handler(copy->db, STEPS, tell_checking, backup);
	st = expect_well(backup, "PRAGMA integrity_check(1)", err);
	if (st == KD_OK)
		st = expect_well(backup,
		                 "SELECT 'row ' || rowid || ' of ' || \"table\""
		                 " || ' refers to nothing' "
		                 "FROM pragma_foreign_key_check",
		                 err);
	if (st == KD_OK)
		st = check_kept(backup, wanted, err);
	sqlite3_progress_handler(copy->db, 0, NULL, NULL);
	return st;
}

enum kd_status kd_store_backup(struct kd_store *store,
                               const struct kd_backup_opts *opts,
                               struct kd_backup_counts *ret,
                               struct kd_error *err)
{
	struct kd_backup backup = { .store = store, .opts = opts };
	struct kept kept = { .contents = 0 };
	enum kd_status st;

	backup.copy = (struct kd_store){
		.mode = KD_STORE_WRITE,
		.journal_delete = store->journal_delete,
		.lock_fd = -1,
	};
	st = kd_backup_begin(&backup, err);
	if (st == KD_OK)
		st = copy_store(&backup, &kept, err);
	if (st == KD_OK)
		st = sync_copy(&backup, err);
	if (st == KD_OK)
		st = check_copy(&backup, &kept, err);
	if (st == KD_OK)
		st = kd_backup_large(&backup, err);
	kd_db_close(&backup.copy);
	if (st == KD_OK)
		st = kd_backup_publish(&backup, err);
	if (st == KD_OK)
		*ret = backup.counts;
	kd_large_list_clear(&backup.large);
	kd_backup_drop(&backup);
	return st;
}
