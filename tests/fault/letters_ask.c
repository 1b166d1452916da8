/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * letters_ask.c - is the file of a store whole?  SQLite itself is asked.
 */
#include <stdio.h>
#include <string.h>

#include <sqlite3.h>

#include "tests/fault/letters.h"

enum letter_verdict letter_broken(struct kd_error *err, const char *what)
{
	char why[sizeof(err->text)];

	(void)snprintf(why, sizeof(why), "%s", err->text);
	(void)kd_fail(err, KD_CORRUPT, "%s: %.150s", what, why);
	return LETTER_BROKEN;
}

static void ask_db(sqlite3 *db, const char *sql, char *ret, size_t size)
{
	sqlite3_stmt *stmt = NULL;
	const unsigned char *text = NULL;
	int code = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_step(stmt);
	if (code == SQLITE_ROW)
		text = sqlite3_column_text(stmt, 0);
	if (text != NULL)
		(void)snprintf(ret, size, "%s", (const char *)text);
	else
		(void)snprintf(ret, size, "%s",
		               code == SQLITE_DONE ? "" : sqlite3_errmsg(db));
	(void)sqlite3_finalize(stmt);
}

/* Closing it leaves the log as it is.  NULL when it cannot be opened. */
static sqlite3 *open_db(const char *path)
{
	sqlite3 *db = NULL;

	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) ==
	    SQLITE_OK) {
		(void)sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1,
		                        (int *)NULL);
		return db;
	}
	(void)sqlite3_close(db);
	return NULL;
}

void letter_ask(const char *path, const char *sql, char *ret, size_t size)
{
	sqlite3 *db = open_db(path);

	if (db != NULL)
		ask_db(db, sql, ret, size);
	else
		(void)snprintf(ret, size, "cannot be opened");
	(void)sqlite3_close(db);
}

enum letter_verdict letter_check_file(const char *path, struct kd_error *err)
{
	char integrity[200] = "cannot be opened";
	char keys[200] = "";
	sqlite3 *db = open_db(path);

	if (db != NULL) {
		ask_db(db, "PRAGMA integrity_check", integrity,
		       sizeof(integrity));
		ask_db(db, "PRAGMA foreign_key_check", keys, sizeof(keys));
	}
	(void)sqlite3_close(db);
	if (strcmp(integrity, "ok") == 0 && keys[0] == '\0')
		return LETTER_WELL;
	(void)kd_fail(err, KD_CORRUPT, "integrity: %s; keys: %s", integrity,
	              keys);
	return LETTER_BROKEN;
}
