/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * schema.c - see schema.h.  The migrations themselves are in sql/.
 */
#include "store/schema.h"

#include <stdio.h>
#include <string.h>

#include "store/internal.h"

static int big_endian(const unsigned char *b)
{
	return (int)((uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 |
	             (uint32_t)b[2] << 8 | (uint32_t)b[3]);
}

bool kd_schema_in_head(const unsigned char head[KD_SCHEMA_HEAD_SIZE],
                       int *ret_version)
{
	static const char magic[] = "SQLite format 3";

	/* 60: user_version, 68: application_id */
	if (memcmp(head, magic, sizeof(magic)) != 0 ||
	    big_endian(head + 68) != KD_APPLICATION_ID)
		return false;
	*ret_version = big_endian(head + 60);
	return true;
}

static enum kd_status set_pragma(struct kd_store *store, const char *name,
                                 int value, struct kd_error *err)
{
	char sql[80];

	(void)snprintf(sql, sizeof(sql), "PRAGMA %s = %d", name, value);
	return kd_db_exec(store, sql, "set up the schema", err);
}

/*
 * Programs of before the first release wrote stores of schema 1 that do not
 * say which parser read a message: 0, then, of all of them.
 */
static enum kd_status add_parser(struct kd_store *store, struct kd_error *err)
{
	static const char find[] = "SELECT count(*) FROM "
				   "pragma_table_info('variant') "
				   "WHERE name = 'parser'";
	static const char add[] =
		"ALTER TABLE variant "
		"ADD COLUMN parser INTEGER NOT NULL DEFAULT 0";
	enum kd_status st;
	int n = 0;

	st = kd_db_pragma(store, find, &n, err);
	if (st == KD_OK && n == 0)
		st = kd_db_exec(store, add, "bring the schema up to date", err);
	return st;
}

/* Schema 5 is the text of the schema before it, written anew. */
enum { REWRITES = 5 };

/* The text of the schema can be written: what is never so otherwise. */
static enum kd_status open_schema(struct kd_store *store, bool open,
                                  struct kd_error *err)
{
	int code = sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE,
	                             !open, (int *)NULL);

	if (code == SQLITE_OK)
		code = sqlite3_db_config(store->db,
		                         SQLITE_DBCONFIG_WRITABLE_SCHEMA, open,
		                         (int *)NULL);
	if (code != SQLITE_OK)
		return kd_store_fail(store, code, "set up the schema", err);
	return KD_OK;
}

/*
 * As SQLite's documentation of ALTER TABLE has it, for changes that do not
 * touch what is stored: the text is written, and by its new number all that
 * have the store open, we too, know to read it again.
 */
static enum kd_status rewrite(struct kd_store *store, const char *sql,
                              struct kd_error *err)
{
	enum kd_status st;
	int number = 0;

	st = kd_db_pragma(store, "PRAGMA schema_version", &number, err);
	if (st == KD_OK)
		st = kd_db_exec(store, sql, "bring the schema up to date", err);
	if (st == KD_OK)
		st = set_pragma(store, "schema_version", number + 1, err);
	return st;
}

static enum kd_status migrate_to(struct kd_store *store, int version,
                                 struct kd_error *err)
{
	const char *sql = kd_schema_migrations[version - 1];
	struct kd_error why = KD_ERROR_INIT;
	enum kd_status st, closed;

	if (version != REWRITES)
		return kd_db_exec(store, sql, "bring the schema up to date",
		                  err);
	st = open_schema(store, true, err);
	if (st == KD_OK)
		st = rewrite(store, sql, err);
	closed = open_schema(store, false, &why);
	if (st == KD_OK && closed != KD_OK)
		st = kd_fail(err, closed, "%s", why.text);
	return st;
}

static enum kd_status migrate(struct kd_store *store, struct kd_error *err)
{
	enum kd_status st;
	int version = 0;
	int i;

	st = kd_db_pragma(store, "PRAGMA user_version", &version, err);
	if (st != KD_OK)
		return st;
	if (version > kd_schema_version)
		return kd_fail(err, KD_SCHEMA,
		               "the store %s has schema %d, and this program "
		               "knows none after %d: install a newer kvmdigest",
		               store->place.path, version, kd_schema_version);
	if (version == kd_schema_version)
		return KD_OK;
	if (version == 0) {
		st = set_pragma(store, "application_id", KD_APPLICATION_ID,
		                err);
		if (st != KD_OK)
			return st;
	}
	if (version > 0) {
		st = add_parser(store, err);
		if (st != KD_OK)
			return st;
	}
	for (i = version; i < kd_schema_version; i++) {
		st = migrate_to(store, i + 1, err);
		if (st != KD_OK)
			return st;
	}
	return set_pragma(store, "user_version", kd_schema_version, err);
}

enum kd_status kd_schema_migrate(struct kd_store *store, struct kd_error *err)
{
	enum kd_status st;

	st = kd_stmt_do(store, KD_STMT_BEGIN_WRITE, err);
	if (st != KD_OK)
		return st;
	st = migrate(store, err);
	if (st == KD_OK)
		st = kd_stmt_do(store, KD_STMT_COMMIT, err);
	if (st != KD_OK)
		kd_store_rollback(store);
	return st;
}
