/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * health.c - is the store sound?  Changes nothing, and takes no longer than
 * it is given.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/internal.h"
#include "store/large_list.h"
#include "store/schema.h"

enum { STEPS = 1000 }; /* of SQLite's machine between two looks at the clock */

static bool has_log(const char *path)
{
	char *name = kd_place_name(path, "-wal");
	struct stat sb;
	bool ret = name != NULL && stat(name, &sb) == 0 && sb.st_size > 0;

	free(name);
	return ret;
}

/* The schema as SQLite reads it, or what the file itself says where it does
 * not: of a store that was brought up to date a moment ago the new one stands
 * in the log alone. */
static int schema_in_log(const char *path, int in_file)
{
	static const char sql[] = "PRAGMA user_version";
	sqlite3_stmt *stmt = NULL;
	sqlite3 *db = NULL;
	int ret = in_file;
	int code;

	code = sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE,
		                         1, (int *)NULL);
	if (code == SQLITE_OK)
		code = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);
	if (code == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW)
		ret = sqlite3_column_int(stmt, 0);
	(void)sqlite3_finalize(stmt);
	(void)sqlite3_close(db);
	return ret;
}

enum kd_status kd_store_peek(const char *path, struct kd_store_peek *ret,
                             struct kd_error *err)
{
	struct kd_store_peek peek = { .schema_max = kd_schema_version };
	unsigned char head[KD_SCHEMA_HEAD_SIZE] = { 0 };
	enum kd_status st = KD_OK;
	ssize_t n = 0;
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0 && errno != ENOENT)
		return kd_fail_errno(err, kd_status_of_errno(errno), errno,
		                     "open %s", path);
	if (fd >= 0) {
		peek.there = true;
		n = pread(fd, head, sizeof(head), 0);
		if (n < 0)
			st = kd_fail_errno(err, KD_IO, errno, "read %s", path);
		(void)close(fd);
	}
	if (n == (ssize_t)sizeof(head) &&
	    kd_schema_in_head(head, &peek.schema)) {
		peek.ours = true;
		if (peek.schema < peek.schema_max && has_log(path))
			peek.schema = schema_in_log(path, peek.schema);
	}
	if (st == KD_OK)
		*ret = peek;
	return st;
}

static int is_late(void *payload)
{
	const int64_t *until_ms = payload;

	return kd_monotonic_ms() >= *until_ms;
}

enum kd_status kd_store_quick_check(struct kd_store *store, int64_t until_ms,
                                    bool *ret_finished, struct kd_error *err)
{
	static const char sql[] = "PRAGMA quick_check(1)";
	sqlite3_stmt *stmt = NULL;
	enum kd_status st = KD_OK;
	const char *said = NULL;
	int code;

	*ret_finished = false;
	code = sqlite3_prepare_v2(store->db, sql, -1, &stmt, NULL);
	sqlite3_progress_handler(store->db, STEPS, is_late, &until_ms);
	if (code == SQLITE_OK)
		code = sqlite3_step(stmt);
	if (code == SQLITE_ROW)
		said = (const char *)sqlite3_column_text(stmt, 0);
	if (code != SQLITE_ROW && code != SQLITE_INTERRUPT)
		st = kd_store_fail(store, code, "look for damage", err);
	if (said != NULL && strcmp(said, "ok") != 0)
		st = kd_fail(err, KD_CORRUPT, "the store %s is damaged: %s",
		             store->place.path, said);
	*ret_finished = st == KD_OK && said != NULL;
	sqlite3_progress_handler(store->db, 0, NULL, NULL);
	(void)sqlite3_finalize(stmt);
	return st;
}

/* --- Large files ----------------------------------------------------- */

static DIR *open_large(const struct kd_store *store, struct kd_arena *arena)
{
	const char *name =
		kd_arena_printf(arena, "%s-large", store->place.base);
	int fd = -1;
	DIR *dir = NULL;

	if (name != NULL)
		fd = openat(store->place.dir_fd, name,
		            O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0)
		dir = fdopendir(fd);
	if (fd >= 0 && dir == NULL)
		(void)close(fd);
	return dir;
}

enum kd_status kd_store_loose_large(struct kd_store *store,
                                    struct kd_arena *arena, size_t *ret,
                                    struct kd_error *err)
{
	struct kd_large_list all = { .hex = NULL };
	const struct dirent *entry;
	enum kd_status st;
	DIR *dir;

	*ret = 0;
	errno = 0;
	dir = open_large(store, arena);
	if (dir == NULL && errno == ENOENT)
		return KD_OK;
	if (dir == NULL)
		return kd_fail_errno(err, kd_status_of_errno(errno), errno,
		                     "open the directory %s-large",
		                     store->place.path);
	st = kd_large_list_read(store, &all, err);
	while (st == KD_OK && (entry = readdir(dir)) != NULL)
		*ret += entry->d_name[0] != '.' &&
		        !kd_large_list_has(&all, entry->d_name);
	(void)closedir(dir);
	kd_large_list_clear(&all);
	return st;
}
