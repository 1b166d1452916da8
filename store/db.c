/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * db.c - one SQLite connection: how it is opened, limited and closed.
 *
 * Nothing here knows what the tables hold.
 */
#include <string.h>
#include <time.h>

#include "store/base/sanitized.h"
#include "store/internal.h"
#include "store/schema.h"

enum {
	LENGTH_MAX = 64 << 20,     /* a blob, bytes */
	SQL_LENGTH_MAX = 64 << 10, /* a statement, bytes */
	VDBE_OP_MAX = 25000,
	BULK_FRAMES = 4000,   /* 8 MB */
	LOG_FRAMES_MAX = 200, /* a delivery recovers the log it finds */
};

/* Wait for another connection's lock a little longer, or give up. */
static int wait_until_deadline(void *payload, int tries)
{
	const struct kd_store *store = payload;
	int64_t left = store->deadline_ms - kd_monotonic_ms();
	struct timespec nap = { .tv_sec = 0 };
	int64_t ms = tries < 5 ? 1 << tries : 32;

	if (left <= 0)
		return 0;
	nap.tv_nsec = (long)(ms < left ? ms : left) * 1000000;
	/* a signal only makes it shorter */
	(void)nanosleep(&nap, NULL);
	return 1;
}

static int set_limits(struct kd_store *store)
{
	static const struct {
		int op;
		int on;
	} configs[] = {
		{ SQLITE_DBCONFIG_DEFENSIVE, 1 },
		{ SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
		{ SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
		{ SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0 },
		{ SQLITE_DBCONFIG_DQS_DML, 0 },
		{ SQLITE_DBCONFIG_DQS_DDL, 0 },
		{ SQLITE_DBCONFIG_ENABLE_FKEY, 1 },
		/* until kd_db_settle(): what is no store, or too new, must
		 * be left as it is */
		{ SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1 },
	};
	const struct {
		int id;
		int value;
	} limits[] = {
		{ SQLITE_LIMIT_LENGTH, LENGTH_MAX },
		{ SQLITE_LIMIT_SQL_LENGTH, SQL_LENGTH_MAX },
		/* VACUUM INTO attaches the copy that it makes */
		{ SQLITE_LIMIT_ATTACHED,
		  store->mode == KD_STORE_DELIVER ? 0 : 1 },
		{ SQLITE_LIMIT_VDBE_OP, VDBE_OP_MAX },
		{ SQLITE_LIMIT_WORKER_THREADS, 0 },
		{ SQLITE_LIMIT_TRIGGER_DEPTH, 10 },
	};
	int code = SQLITE_OK;
	size_t i;

	for (i = 0; i < sizeof(configs) / sizeof(configs[0]); i++) {
		if (code == SQLITE_OK)
			code = sqlite3_db_config(store->db, configs[i].op,
			                         configs[i].on, (int *)NULL);
	}
	for (i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		(void)sqlite3_limit(store->db, limits[i].id, limits[i].value);
	(void)sqlite3_hard_heap_limit64(KD_HEAP_MAX);
	return code;
}

enum kd_status kd_db_open(struct kd_store *store, int flags,
                          struct kd_error *err)
{
	enum kd_status st = KD_OK;
	int code;

	/* No process of ours has a second thread that knows of SQLite, so
	 * that its locks would only cost.  Refused once it is too late. */
	(void)sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	/* What takes long gives its memory back; and a sanitizer asks malloc()
	 * what may be used. */
	if (store->mode != KD_STORE_WRITE && !KD_SANITIZED)
		kd_heap_use();
	if (store->lean)
		st = kd_log_open(&store->log, kd_log_is_named(store), err);
	if (st != KD_OK)
		return st;
	code = sqlite3_open_v2(
		store->place.path, &store->db,
		flags | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE |
			SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE,
		store->lean ? store->log.vfs.zName : NULL);
	if (code == SQLITE_OK)
		code = sqlite3_busy_handler(store->db, wait_until_deadline,
		                            store);
	if (code == SQLITE_OK)
		code = set_limits(store);
	if (code != SQLITE_OK)
		return kd_store_fail(store, code, "open", err);
	if ((flags & SQLITE_OPEN_READWRITE) != 0 &&
	    sqlite3_db_readonly(store->db, "main") == 1)
		return kd_fail(err, KD_PERM,
		               "the store %s cannot be written: chmod u+w %s",
		               store->place.path, store->place.path);
	return KD_OK;
}

void kd_db_close(struct kd_store *store)
{
	size_t i;

	if (store->db != NULL) {
		kd_store_rollback(store);
		for (i = 0; i < KD_STMT_COUNT; i++) {
			(void)sqlite3_finalize(store->stmts[i]);
			store->stmts[i] = NULL;
		}
		/* fails only where statements are left */
		(void)sqlite3_close(store->db);
		store->db = NULL;
	}
	if (store->lean)
		kd_log_close(&store->log);
}

enum kd_status kd_db_exec(struct kd_store *store, const char *sql,
                          const char *doing, struct kd_error *err)
{
	int code = sqlite3_exec(store->db, sql, NULL, NULL, NULL);

	if (code != SQLITE_OK)
		return kd_store_fail(store, code, doing, err);
	return KD_OK;
}

enum kd_status kd_db_pragma(struct kd_store *store, const char *sql, int *ret,
                            struct kd_error *err)
{
	sqlite3_stmt *stmt = NULL;
	enum kd_status st = KD_OK;
	int code;

	code = sqlite3_prepare_v2(store->db, sql, -1, &stmt, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_step(stmt);
	if (code == SQLITE_ROW)
		*ret = sqlite3_column_int(stmt, 0);
	else
		st = kd_store_fail(store, code, "read the schema", err);
	(void)sqlite3_finalize(stmt);
	return st;
}

static enum kd_status check_version(const struct kd_store *store, int version,
                                    struct kd_error *err)
{
	if (version < 1)
		return kd_fail(err, KD_CORRUPT,
		               "%s is not a kvmdigest store: it has no schema",
		               store->place.path);
	if (version > kd_schema_version)
		return kd_fail(err, KD_SCHEMA,
		               "the store %s has schema %d, and this program "
		               "knows none after %d: install a newer kvmdigest",
		               store->place.path, version, kd_schema_version);
	return KD_OK;
}

/*
 * A power cut may have come while the first page was written.  Then the
 * log or the journal has all of it, and SQLite may mend it, but only where
 * the lock says that this was a store.
 */
static enum kd_status check_torn(struct kd_store *store, struct kd_error *err)
{
	enum kd_status st;
	int64_t lock = -1;
	int64_t log = -1;
	int id = 0;

	st = kd_place_look(&store->place, "-lock", &lock, err);
	if (st == KD_OK)
		st = kd_place_look(&store->place,
		                   store->journal_delete ? "-journal" : "-wal",
		                   &log, err);
	if (st == KD_OK && lock > 0 && log > 0)
		st = kd_db_pragma(store, "PRAGMA application_id", &id, err);
	if (st == KD_OK && id != KD_APPLICATION_ID)
		st = kd_fail(err, KD_CORRUPT, "%s is not a kvmdigest store",
		             store->place.path);
	return st;
}

/*
 * Look at the file before SQLite does: even to read a database that is not
 * ours could play back its journal.  Through SQLite's own descriptor, for
 * closing another one of the same file would drop its locks.
 */
static enum kd_status check_header(struct kd_store *store, struct kd_error *err)
{
	unsigned char journal = store->journal_delete ? 1 : 2;
	unsigned char head[KD_SCHEMA_HEAD_SIZE];
	sqlite3_file *file = NULL;
	int version, code;

	code = sqlite3_file_control(store->db, "main",
	                            SQLITE_FCNTL_FILE_POINTER, (void *)&file);
	if (code == SQLITE_OK && file->pMethods == NULL)
		code = SQLITE_CANTOPEN;
	if (code == SQLITE_OK)
		code = file->pMethods->xRead(file, head, KD_SCHEMA_HEAD_SIZE,
		                             0);
	if (code != SQLITE_OK && code != SQLITE_IOERR_SHORT_READ)
		return kd_store_fail(store, code, "read", err);
	if (code != SQLITE_OK || !kd_schema_in_head(head, &version))
		return check_torn(store, err);
	/* 2 is the write-ahead log, 1 the rollback journal */
	if (head[18] != journal || head[19] != journal)
		return kd_fail(err, KD_CONFIG,
		               "the store %s has another journal_mode than "
		               "store.journal says, which is \"%s\": set it to "
		               "that of the store",
		               store->place.path,
		               store->journal_delete ? "delete" : "wal");
	return check_version(store, version, err);
}

enum kd_status kd_db_check(struct kd_store *store, int *ret_version,
                           struct kd_error *err)
{
	static const char pragmas[] = "PRAGMA cell_size_check = ON;"
				      "PRAGMA mmap_size = 0;"
				      "PRAGMA foreign_keys = ON;"
				      "PRAGMA temp_store = MEMORY;"
				      "PRAGMA synchronous = EXTRA;"
				      "PRAGMA journal_size_limit = 16777216;";
	int version = 0;
	enum kd_status st;

	st = check_header(store, err);
	/* again, for a newer one may be in the log only */
	if (st == KD_OK)
		st = kd_db_pragma(store, "PRAGMA user_version", &version, err);
	if (st == KD_OK)
		st = check_version(store, version, err);
	if (st != KD_OK)
		return st;
	*ret_version = version;
	return kd_db_exec(store, pragmas, "open", err);
}

static int note_log(void *payload, sqlite3 *db, const char *name, int frames)
{
	struct kd_store *store = payload;

	(void)db;
	(void)name;
	store->log_frames = frames;
	return SQLITE_OK;
}

enum kd_status kd_db_settle(struct kd_store *store, struct kd_error *err)
{
	static const char bulk[] = "PRAGMA cache_size = -24576"; /* KiB */
	int code = SQLITE_OK;

	if (store->mode == KD_STORE_WRITE) {
		code = store->bulk
		               ? sqlite3_exec(store->db, bulk, NULL, NULL, NULL)
		               : sqlite3_wal_autocheckpoint(store->db, 1000);
		if (code == SQLITE_OK)
			code = sqlite3_db_config(
				store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0,
				(int *)NULL);
	}
	/* takes the place of the automatic checkpoint */
	if (store->bulk || store->mode == KD_STORE_DELIVER)
		(void)sqlite3_wal_hook(store->db, note_log, store);
	if (code != SQLITE_OK)
		return kd_store_fail(store, code, "open", err);
	return KD_OK;
}

enum kd_status kd_db_commit_bulk(struct kd_store *store, bool lasting,
                                 struct kd_error *err)
{
	enum kd_status st;

	store->log.lazy = store->lean && !lasting;
	st = kd_stmt_do(store, KD_STMT_COMMIT, err);
	store->log.lazy = false;
	/* What cannot be done now is done behind the next one. */
	if (st == KD_OK && store->log_frames >= BULK_FRAMES)
		(void)sqlite3_wal_checkpoint_v2(store->db, "main",
		                                SQLITE_CHECKPOINT_PASSIVE, NULL,
		                                NULL);
	return st;
}

void kd_store_trim_log(struct kd_store *store)
{
	if (store->log_frames <= LOG_FRAMES_MAX)
		return;
	/* Waits for no reader: what cannot be done now, the next delivery
	 * does. */
	(void)sqlite3_busy_timeout(store->db, 0);
	if (sqlite3_wal_checkpoint_v2(store->db, "main",
	                              SQLITE_CHECKPOINT_TRUNCATE, NULL,
	                              NULL) == SQLITE_OK)
		store->log_frames = 0;
	(void)sqlite3_busy_handler(store->db, wait_until_deadline, store);
}
