/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * log.c - SQLite's write-ahead log, with few calls: see internal.h.
 *
 * Writes are held back until the file is synced or looked at.  Reads are
 * answered from larger ones only while SQLite steps through the log from its
 * first byte on, frame by frame, which it does under its lock for recovery
 * alone: then nobody else may write there.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/internal.h"

enum {
	HEADER_SIZE = 32, /* of the log: recovery begins with it */
	/* SQLite's own layer takes 17 bits of a size, and no more. */
	BUFFER_SIZE = 64 << 10,
	/* What is longer when it is emptied gives its room back, bytes. */
	LOG_KEPT = 1 << 20,
};

struct log_file {
	sqlite3_file base;
	sqlite3_file *real; /* behind this */
	const struct kd_log *log;
	bool begun; /* anew from its first byte, and not synced since */
	const char *name;
	int own_fd; /* -1: none yet; of the same file, for hasten() */

	/* What was read ahead, or what waits to be written: who writes does
	 * not read on, so that one is enough.  NULL: none yet. */
	unsigned char *buffer;

	size_t unsaved_size; /* written, and not in the file yet */
	sqlite3_int64 unsaved_offset;

	bool stepping; /* this is recovery, and next is what it reads next */
	sqlite3_int64 next;
	sqlite3_int64 end;  /* of the log, as it began */
	size_t ahead_start; /* of what is in the file from next on, here */
	size_t ahead_size;
};

static sqlite3_file *real_of(sqlite3_file *file)
{
	return ((struct log_file *)file)->real;
}

static void stop_stepping(struct log_file *file)
{
	file->stepping = false;
	file->ahead_size = 0;
}

/* What was held back goes into the file. */
static int save(struct log_file *file)
{
	size_t size = file->unsaved_size;

	stop_stepping(file);
	file->unsaved_size = 0;
	if (size == 0)
		return SQLITE_OK;
	return file->real->pMethods->xWrite(file->real, file->buffer, (int)size,
	                                    file->unsaved_offset);
}

static bool have_buffer(struct log_file *file)
{
	if (file->buffer == NULL)
		file->buffer = malloc(BUFFER_SIZE);
	return file->buffer != NULL;
}

static int write_log(sqlite3_file *base, const void *data, int size,
                     sqlite3_int64 offset)
{
	struct log_file *file = (struct log_file *)base;
	sqlite3_int64 end =
		file->unsaved_offset + (sqlite3_int64)file->unsaved_size;
	int code = SQLITE_OK;

	stop_stepping(file);
	file->begun = file->begun || offset == 0;
	if (offset != end || file->unsaved_size + (size_t)size > BUFFER_SIZE)
		code = save(file);
	if (code != SQLITE_OK)
		return code;
	if (size > BUFFER_SIZE || !have_buffer(file))
		return file->real->pMethods->xWrite(file->real, data, size,
		                                    offset);
	if (file->unsaved_size == 0)
		file->unsaved_offset = offset;
	memcpy(file->buffer + file->unsaved_size, data, (size_t)size);
	file->unsaved_size += (size_t)size;
	return SQLITE_OK;
}

static void begin_stepping(struct log_file *file)
{
	file->next = 0;
	file->ahead_size = 0;
	file->stepping =
		have_buffer(file) &&
		file->real->pMethods->xFileSize(file->real, &file->end) ==
			SQLITE_OK;
}

/* The next size bytes, or more; false: it cannot be had that way. */
static bool read_ahead(struct log_file *file, size_t size)
{
	sqlite3_int64 left = file->end - file->next;

	if (size <= file->ahead_size)
		return true;
	if (left > BUFFER_SIZE)
		left = BUFFER_SIZE;
	if (left < (sqlite3_int64)size ||
	    file->real->pMethods->xRead(file->real, file->buffer, (int)left,
	                                file->next) != SQLITE_OK)
		return false;
	file->ahead_start = 0;
	file->ahead_size = (size_t)left;
	return true;
}

static int read_log(sqlite3_file *base, void *data, int size,
                    sqlite3_int64 offset)
{
	struct log_file *file = (struct log_file *)base;
	int code;

	if (file->unsaved_size > 0) {
		code = save(file);
		if (code != SQLITE_OK)
			return code;
	}
	if (offset == 0 && size == HEADER_SIZE)
		begin_stepping(file);
	if (!file->stepping || offset != file->next ||
	    !read_ahead(file, (size_t)size)) {
		stop_stepping(file);
		return file->real->pMethods->xRead(file->real, data, size,
		                                   offset);
	}
	memcpy(data, file->buffer + file->ahead_start, (size_t)size);
	file->next += size;
	file->ahead_start += (size_t)size;
	file->ahead_size -= (size_t)size;
	return SQLITE_OK;
}

static int close_log(sqlite3_file *base)
{
	struct log_file *file = (struct log_file *)base;

	/* What was not synced is of no transaction that ended well. */
	free(file->buffer);
	if (file->own_fd >= 0)
		(void)close(file->own_fd);
	return file->real->pMethods->xClose(file->real);
}

/*
 * A log without a header is an empty one, whatever follows: frames are told
 * from older ones by the salt of the header that is written next.  The room
 * that stays need not be asked for again, and to sync what is written into
 * it in place is to write it, and no journal of the file system.  Like a
 * truncation it may be undone by a power cut, and does as little harm: what
 * the log had is in the database, which was synced.
 */
static bool empty_in_place(struct log_file *file)
{
	static const unsigned char nothing[HEADER_SIZE];
	const sqlite3_io_methods *io = file->real->pMethods;
	sqlite3_int64 size;

	if (io->xFileSize(file->real, &size) != SQLITE_OK || size > LOG_KEPT)
		return false;
	return size == 0 ||
	       io->xWrite(file->real, nothing, HEADER_SIZE, 0) == SQLITE_OK;
}

static int truncate_log(sqlite3_file *base, sqlite3_int64 size)
{
	struct log_file *file = (struct log_file *)base;
	int code = save(file);

	if (code != SQLITE_OK)
		return code;
	if (size == 0 && empty_in_place(file))
		return SQLITE_OK;
	return file->real->pMethods->xTruncate(file->real, size);
}

/* Let it go to the disk while others work: whoever syncs it finds less to
 * wait for.  SQLite does not say which descriptor is its own.  That the file
 * is no longer of that name, or not to be had, does no harm. */
static void hasten(struct log_file *file)
{
	if (file->own_fd < 0)
		file->own_fd =
			open(file->name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (file->own_fd >= 0)
		(void)sync_file_range(file->own_fd, 0, 0,
		                      SYNC_FILE_RANGE_WRITE);
}

/* The head of a log that begins anew must be there before what follows it:
 * a power cut could leave a mixture of this log and the one before. */
static int sync_log(sqlite3_file *base, int flags)
{
	struct log_file *file = (struct log_file *)base;
	int code = save(file);

	if (code != SQLITE_OK)
		return code;
	if (file->log->lazy && !file->begun) {
		hasten(file);
		return SQLITE_OK;
	}
	code = file->real->pMethods->xSync(file->real, flags);
	if (code == SQLITE_OK)
		file->begun = false;
	return code;
}

static int size_of_log(sqlite3_file *base, sqlite3_int64 *ret)
{
	struct log_file *file = (struct log_file *)base;
	int code = save(file);

	if (code != SQLITE_OK)
		return code;
	return file->real->pMethods->xFileSize(file->real, ret);
}

/* A log is not locked, and has no memory that is shared. */

static int control_log(sqlite3_file *file, int op, void *arg)
{
	sqlite3_file *real = real_of(file);

	return real->pMethods->xFileControl(real, op, arg);
}

static int sector_size(sqlite3_file *file)
{
	sqlite3_file *real = real_of(file);

	return real->pMethods->xSectorSize(real);
}

static int characteristics(sqlite3_file *file)
{
	sqlite3_file *real = real_of(file);

	return real->pMethods->xDeviceCharacteristics(real);
}

static const sqlite3_io_methods methods = {
	.iVersion = 1,
	.xClose = close_log,
	.xRead = read_log,
	.xWrite = write_log,
	.xTruncate = truncate_log,
	.xSync = sync_log,
	.xFileSize = size_of_log,
	.xFileControl = control_log,
	.xSectorSize = sector_size,
	.xDeviceCharacteristics = characteristics,
};

/* What is opened as one that may have to be made has its directory synced
 * with it. */
static int open_real(struct kd_log *log, const char *name, sqlite3_file *ret,
                     int flags, int *ret_flags)
{
	sqlite3_vfs *below = log->below;
	int code;

	if (log->named) {
		code = below->xOpen(below, name, ret,
		                    flags & ~SQLITE_OPEN_CREATE, ret_flags);
		if (code == SQLITE_OK)
			return code;
		if (ret->pMethods != NULL)
			(void)ret->pMethods->xClose(ret);
		log->named = false;
	}
	return below->xOpen(below, name, ret, flags, ret_flags);
}

static int open_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *ret,
                     int flags, int *ret_flags)
{
	struct kd_log *log = vfs->pAppData;
	struct log_file *file = (struct log_file *)ret;
	int code;

	if ((flags & SQLITE_OPEN_WAL) == 0)
		return log->below->xOpen(log->below, name, ret, flags,
		                         ret_flags);
	memset(file, 0, sizeof(*file));
	file->real = (sqlite3_file *)(file + 1);
	file->log = log;
	file->name = name;
	file->own_fd = -1;
	code = open_real(log, name, file->real, flags, ret_flags);
	if (file->real->pMethods != NULL)
		ret->pMethods = &methods;
	return code;
}

/*
 * In place of fchown(): SQLite gives what root opens to the owner of the
 * database each time, and to change nothing is a change to ext4, which syncs
 * the inode with the next fsync().
 */
static int give_to(int fd, uid_t uid, gid_t gid)
{
	struct stat st;

	if (fstat(fd, &st) == 0 && st.st_uid == uid && st.st_gid == gid)
		return 0;
	return fchown(fd, uid, gid);
}

enum kd_status kd_log_open(struct kd_log *log, bool named, struct kd_error *err)
{
	memset(log, 0, sizeof(*log));
	log->below = sqlite3_vfs_find(NULL);
	if (log->below == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	/* of the whole process; a layer that has none of these calls its own */
	if (log->below->iVersion >= 3 && log->below->xSetSystemCall != NULL)
		(void)log->below->xSetSystemCall(log->below, "fchown",
		                                 (sqlite3_syscall_ptr)give_to);
	log->named = named;
	log->vfs = *log->below;
	log->vfs.pNext = NULL;
	log->vfs.pAppData = log;
	log->vfs.szOsFile += (int)sizeof(struct log_file);
	log->vfs.xOpen = open_file;
	/* of its own, for each connection has one */
	(void)snprintf(log->name, sizeof(log->name), "kvmdigest-%p",
	               (void *)log);
	log->vfs.zName = log->name;
	if (sqlite3_vfs_register(&log->vfs, 0) != SQLITE_OK)
		return kd_fail(err, KD_NOMEM, "out of memory");
	log->registered = true;
	return KD_OK;
}

void kd_log_close(struct kd_log *log)
{
	if (log->registered)
		(void)sqlite3_vfs_unregister(&log->vfs);
	log->registered = false;
}
