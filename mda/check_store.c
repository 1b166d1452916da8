/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check_store.c - --check: the store, its directory and what lies beside it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "mda/check_internal.h"
#include "store/place.h"
#include "store/spool.h"
#include "store/store.h"

enum {
	QUICK_CHECK_MS = 10 * 1000,
	WAIT_MS = 2 * 1000,   /* for a store that others use */
	ROOM_MIN = 256 << 20, /* on the disk, bytes */
};

/* Owner and mode of the store and of what belongs to it.  False: it cannot be
 * opened. */
static bool check_modes(struct kd_check *c, const struct kd_place *place)
{
	static const char *const suffixes[] = { "",      "-wal",   "-shm",
		                                "-lock", "-spool", "-large" };
	bool usable = true;
	const char *name;
	mode_t wanted;
	struct stat sb;
	size_t i;

	for (i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		name = kd_arena_printf(c->arena, "%s%s", place->path,
		                       suffixes[i]);
		if (name == NULL || lstat(name, &sb) != 0)
			continue;
		wanted = S_ISDIR(sb.st_mode) ? S_IRWXU : S_IRUSR | S_IWUSR;
		if (sb.st_uid != geteuid())
			kd_check_wrong(c, KD_PERM,
			               "%s belongs to user %lu, and this is "
			               "user %lu: sudo chown %lu %s",
			               name, (unsigned long)sb.st_uid,
			               (unsigned long)geteuid(),
			               (unsigned long)geteuid(), name);
		else if ((sb.st_mode & (S_IRWXG | S_IRWXO)) != 0)
			kd_check_wrong(c, KD_PERM,
			               "%s is open to others (mode %03o): "
			               "chmod go-rwx %s",
			               name, (unsigned int)sb.st_mode & 0777U,
			               name);
		else if ((sb.st_mode & wanted) != wanted)
			kd_check_wrong(c, KD_PERM,
			               "%s cannot be read and written (mode "
			               "%03o): chmod u+rw%s %s",
			               name, (unsigned int)sb.st_mode & 0777U,
			               S_ISDIR(sb.st_mode) ? "x" : "", name);
		if (sb.st_uid != geteuid() || (sb.st_mode & wanted) != wanted)
			usable = false;
	}
	return usable;
}

static void check_fs(struct kd_check *c, const struct kd_place *place)
{
	if (place->shared_fs == NULL)
		kd_check_ok(c, "%s is on a local file system", place->path);
	else if (c->opts->journal_delete)
		kd_check_note(c, "%s is on %s: let one host alone use it",
		              place->path, place->shared_fs);
	else
		kd_check_wrong(
			c, KD_IO,
			"%s is on %s, where a store can be damaged: move "
			"it to a local disk, or set store.journal to "
			"\"delete\" and let one host alone use it",
			place->path, place->shared_fs);
}

static void check_room(struct kd_check *c, const struct kd_place *place)
{
	struct statvfs fs;
	uint64_t room;

	if (fstatvfs(place->dir_fd, &fs) != 0) {
		kd_check_wrong(c, KD_IO,
		               "%s: its file system cannot be asked "
		               "for room: %s",
		               place->path, strerror(errno));
		return;
	}
	room = (uint64_t)fs.f_bavail * fs.f_frsize;
	if (room >= ROOM_MIN)
		kd_check_ok(c, "the disk has room: %llu MiB",
		            (unsigned long long)(room >> 20));
	else
		kd_check_wrong(c, KD_NOSPACE,
		               "the disk of %s is nearly full, %llu MiB are "
		               "left: make room, or move the store (df -h %s)",
		               place->path, (unsigned long long)(room >> 20),
		               place->path);
}

static void check_spool(struct kd_check *c, const char *path)
{
	struct kd_spool_count count = { .waiting = 0 };
	struct kd_error err = KD_ERROR_INIT;

	if (kd_spool_count(path, &count, &err) != KD_OK) {
		kd_check_wrong(c, err.status, "the spool: %s", err.text);
		return;
	}
	if (count.waiting > 0)
		kd_check_wrong(c, KD_BUSY,
		               "%zu message%s in %s-spool/new: put right what "
		               "is wrong with the store, then run %s --drain",
		               count.waiting,
		               count.waiting == 1 ? " waits" : "s wait", path,
		               c->hook);
	if (count.bad > 0)
		kd_check_wrong(c, KD_BUSY,
		               "%zu file%s in %s-spool/bad that could not be "
		               "stored: look at them and remove what is no "
		               "mail; to try them again: mv %s-spool/bad/* "
		               "%s-spool/new/ && %s --drain",
		               count.bad, count.bad == 1 ? " lies" : "s lie",
		               path, path, path, c->hook);
	if (count.waiting == 0 && count.bad == 0)
		kd_check_ok(c, "the spool is empty");
}

/* What stands in the database itself. */
static void check_content(struct kd_check *c, const char *path)
{
	const struct kd_store_opts opts = {
		.path = path,
		.mode = KD_STORE_READ,
		.journal_delete = c->opts->journal_delete,
		.deadline_ms = kd_monotonic_ms() + WAIT_MS,
	};
	struct kd_error err = KD_ERROR_INIT;
	struct kd_store *store = NULL;
	bool finished = false;
	size_t loose = 0;

	if (kd_store_open(&opts, &store, &err) != KD_OK) {
		kd_check_wrong(c, err.status, "%s%s", err.text,
		               err.status == KD_CORRUPT
		                       ? ": put it back from a backup"
		                       : "");
		return;
	}
	kd_store_set_deadline(store, kd_monotonic_ms() + QUICK_CHECK_MS);
	if (kd_store_quick_check(store, kd_monotonic_ms() + QUICK_CHECK_MS,
	                         &finished, &err) != KD_OK)
		kd_check_wrong(c, err.status, "%s: put it back from a backup",
		               err.text);
	else if (finished)
		kd_check_ok(c, "no damage in %s", path);
	else
		kd_check_note(c, "%s is large, and not all of it was looked at",
		              path);
	if (kd_store_loose_large(store, c->arena, &loose, &err) != KD_OK)
		kd_check_wrong(c, err.status, "%s", err.text);
	else if (loose > 0)
		kd_check_note(c,
		              "%zu files in %s-large belong to no message "
		              "yet: those that are older than a day may be "
		              "removed when the spool is empty",
		              loose, path);
	kd_store_close(store);
}

static void check_missing(struct kd_check *c, const struct kd_place *place)
{
	struct kd_error err = KD_ERROR_INIT;
	int64_t size = -1;

	if (kd_place_look(place, "-lock", &size, &err) != KD_OK)
		kd_check_wrong(c, err.status, "%s", err.text);
	else if (size > 0)
		kd_check_wrong(c, KD_IO,
		               "the store %s is gone, but %s-lock says that "
		               "there was one: put it back from a backup, or "
		               "rm %s-lock to begin a new one",
		               place->path, place->path, place->path);
	else
		kd_check_note(c,
		              "there is no store at %s yet: the first "
		              "message makes it, or mail that you have: %s "
		              "--import FILE",
		              place->path, c->hook);
}

static void check_database(struct kd_check *c, const struct kd_place *place)
{
	struct kd_error err = KD_ERROR_INIT;
	struct kd_store_peek peek;

	if (kd_store_peek(place->path, &peek, &err) != KD_OK) {
		kd_check_wrong(c, err.status, "%s", err.text);
		return;
	}
	if (!peek.there)
		check_missing(c, place);
	else if (!peek.ours)
		kd_check_wrong(c, KD_CORRUPT,
		               "%s is not a kvmdigest store: move it away and "
		               "put the store back from a backup",
		               place->path);
	else if (peek.schema > peek.schema_max)
		kd_check_wrong(c, KD_SCHEMA,
		               "the store %s has schema %d, and this program "
		               "knows none after %d: install a newer kvmdigest",
		               place->path, peek.schema, peek.schema_max);
	else if (peek.schema < peek.schema_max)
		kd_check_wrong(
			c, KD_SCHEMA,
			"the store %s has schema %d, and this program "
			"has %d: run %s --reparse, which brings it up to "
			"date, as the next delivery does",
			place->path, peek.schema, peek.schema_max, c->hook);
	else
		check_content(c, place->path);
}

/* The directory is not one for a store, or cannot be opened. */
static void check_closed(struct kd_check *c, enum kd_status st,
                         const struct kd_error *err)
{
	const char *path = c->opts->store_path;
	const char *slash = strrchr(path, '/');
	const char *dir = kd_arena_strndup(
		c->arena, path, slash != NULL ? (size_t)(slash - path) : 0);

	if (dir != NULL && st == KD_PERM && access(dir, R_OK | X_OK) != 0)
		kd_check_wrong(c, st, "%s: chmod u+rwx %s", err->text, dir);
	else
		kd_check_wrong(c, st, "%s", err->text);
}

void kd_check_store(struct kd_check *c)
{
	struct kd_place place = KD_PLACE_INIT;
	struct kd_error err = KD_ERROR_INIT;
	enum kd_status st;
	bool usable;

	st = kd_place_open(c->opts->store_path, false, &place, &err);
	if (st == KD_NOTFOUND) {
		kd_check_note(c,
		              "there is no store at %s yet: the first "
		              "message makes it and its directory, or mail "
		              "that you have: %s --import FILE",
		              c->opts->store_path, c->hook);
		return;
	}
	if (st != KD_OK) {
		check_closed(c, st, &err);
		return;
	}
	usable = check_modes(c, &place);
	check_fs(c, &place);
	check_room(c, &place);
	/* what cannot be opened, or is on no local disk, was said */
	if (usable && (place.shared_fs == NULL || c->opts->journal_delete))
		check_database(c, &place);
	check_spool(c, place.path);
	kd_place_clear(&place);
}
