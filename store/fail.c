/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fail.c - what a SQLite code means to a caller that knows no SQLite.
 */
#include <errno.h>

#include "store/internal.h"

/* Of a failed system call SQLite keeps the number. */
static enum kd_status status_of_system(const struct kd_store *store)
{
	int errnum = store->db == NULL ? 0 : sqlite3_system_errno(store->db);
	enum kd_status st = kd_status_of_errno(errnum);

	if (errnum == 0 || st == KD_NOTFOUND)
		return KD_IO;
	return st;
}

static enum kd_status status_of(const struct kd_store *store, int code)
{
	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_PROTOCOL:
		return KD_BUSY;
	case SQLITE_FULL:
		return KD_NOSPACE;
	case SQLITE_NOMEM:
		return KD_NOMEM;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return KD_CORRUPT;
	case SQLITE_TOOBIG:
		return KD_TOOBIG;
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return KD_PERM;
	case SQLITE_CANTOPEN:
	case SQLITE_IOERR:
	case SQLITE_READONLY:
	case SQLITE_NOLFS:
		return status_of_system(store);
	default:
		break;
	}
	return KD_BUG;
}

enum kd_status kd_store_fail(const struct kd_store *store, int code,
                             const char *doing, struct kd_error *err)
{
	const char *text = sqlite3_errstr(code);

	if (store->db != NULL && sqlite3_extended_errcode(store->db) == code)
		text = sqlite3_errmsg(store->db);
	return kd_fail(err, status_of(store, code),
	               "%s: store %s: %s (sqlite %d)", doing, store->place.path,
	               text, code);
}
