/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vfs.c - see vfs.h.
 */
#include "tests/fault/vfs.h"

#include <stdlib.h>

#include <sqlite3.h>

/* The file of the usual VFS lies behind it. */
struct file {
	sqlite3_file base;
	sqlite3_file *real;
};

static sqlite3_vfs *usual;

static struct {
	struct vfs_plan plan;
	bool armed;
	size_t seen;
	size_t failed;
	enum vfs_call first; /* that failed */
} state;

void vfs_arm(const struct vfs_plan *plan)
{
	state.plan = *plan;
	state.armed = true;
	state.seen = 0;
	state.failed = 0;
}

size_t vfs_disarm(void)
{
	state.armed = false;
	return state.failed;
}

/* Does this call fail? */
static bool fails(enum vfs_call call)
{
	size_t number;

	if (!state.armed || (state.plan.calls & VFS_BIT(call)) == 0)
		return false;
	number = state.seen++;
	if (number < state.plan.at)
		return false;
	if (number == state.plan.at)
		state.first = call;
	else if (state.plan.span == VFS_ONCE ||
	         (state.plan.span == VFS_KIND && state.first != call))
		return false;
	state.failed++;
	return true;
}

static int code_of(enum vfs_call call)
{
	static const int ioerrs[VFS_CALLS] = {
		[VFS_WRITE] = SQLITE_IOERR_WRITE,
		[VFS_SYNC] = SQLITE_IOERR_FSYNC,
		[VFS_TRUNCATE] = SQLITE_IOERR_TRUNCATE,
		[VFS_DELETE] = SQLITE_IOERR_DELETE,
		[VFS_OPEN] = SQLITE_CANTOPEN,
		[VFS_LOCK] = SQLITE_IOERR_LOCK,
		[VFS_SHM_MAP] = SQLITE_IOERR_SHMMAP,
		[VFS_SHM_LOCK] = SQLITE_IOERR_SHMLOCK,
		[VFS_READ] = SQLITE_IOERR_READ,
	};

	switch (state.plan.fault) {
	case VFS_IOERR:
		return ioerrs[call];
	case VFS_FULL:
		return SQLITE_FULL;
	case VFS_BUSY:
		return SQLITE_BUSY;
	case VFS_LIE:
		break;
	}
	return SQLITE_OK;
}

static sqlite3_file *real_of(sqlite3_file *file)
{
	return ((struct file *)file)->real;
}

static int close_file(sqlite3_file *file)
{
	sqlite3_file *real = real_of(file);

	return real->pMethods->xClose(real);
}

static int read_file(sqlite3_file *file, void *data, int size,
                     sqlite3_int64 offset)
{
	sqlite3_file *real = real_of(file);

	if (fails(VFS_READ))
		return code_of(VFS_READ);
	return real->pMethods->xRead(real, data, size, offset);
}

static int write_file(sqlite3_file *file, const void *data, int size,
                      sqlite3_int64 offset)
{
	sqlite3_file *real = real_of(file);

	if (!fails(VFS_WRITE))
		return real->pMethods->xWrite(real, data, size, offset);
	if (state.plan.fault != VFS_LIE && size > 1)
		(void)real->pMethods->xWrite(real, data, size / 2, offset);
	return code_of(VFS_WRITE);
}

static int truncate_file(sqlite3_file *file, sqlite3_int64 size)
{
	sqlite3_file *real = real_of(file);

	if (fails(VFS_TRUNCATE))
		return code_of(VFS_TRUNCATE);
	return real->pMethods->xTruncate(real, size);
}

static int sync_file(sqlite3_file *file, int flags)
{
	sqlite3_file *real = real_of(file);

	if (fails(VFS_SYNC))
		return code_of(VFS_SYNC);
	return real->pMethods->xSync(real, flags);
}

static int size_file(sqlite3_file *file, sqlite3_int64 *ret)
{
	sqlite3_file *real = real_of(file);

	return real->pMethods->xFileSize(real, ret);
}

static int lock_file(sqlite3_file *file, int level)
{
	sqlite3_file *real = real_of(file);

	if (fails(VFS_LOCK))
		return code_of(VFS_LOCK);
	return real->pMethods->xLock(real, level);
}

static int unlock_file(sqlite3_file *file, int level)
{
	sqlite3_file *real = real_of(file);

	return real->pMethods->xUnlock(real, level);
}

static int check_lock(sqlite3_file *file, int *ret)
{
	sqlite3_file *real = real_of(file);

	return real->pMethods->xCheckReservedLock(real, ret);
}

static int control_file(sqlite3_file *file, int op, void *arg)
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

static int map_shm(sqlite3_file *file, int page, int size, int extend,
                   void volatile **ret)
{
	sqlite3_file *real = real_of(file);

	if (fails(VFS_SHM_MAP)) {
		*ret = NULL;
		return code_of(VFS_SHM_MAP);
	}
	return real->pMethods->xShmMap(real, page, size, extend, ret);
}

static int lock_shm(sqlite3_file *file, int offset, int n, int flags)
{
	sqlite3_file *real = real_of(file);

	if ((flags & SQLITE_SHM_LOCK) != 0 && fails(VFS_SHM_LOCK))
		return code_of(VFS_SHM_LOCK);
	return real->pMethods->xShmLock(real, offset, n, flags);
}

static void barrier_shm(sqlite3_file *file)
{
	sqlite3_file *real = real_of(file);

	real->pMethods->xShmBarrier(real);
}

static int unmap_shm(sqlite3_file *file, int remove)
{
	sqlite3_file *real = real_of(file);

	return real->pMethods->xShmUnmap(real, remove);
}

static const sqlite3_io_methods methods = {
	.iVersion = 2, /* without memory-mapped pages */
	.xClose = close_file,
	.xRead = read_file,
	.xWrite = write_file,
	.xTruncate = truncate_file,
	.xSync = sync_file,
	.xFileSize = size_file,
	.xLock = lock_file,
	.xUnlock = unlock_file,
	.xCheckReservedLock = check_lock,
	.xFileControl = control_file,
	.xSectorSize = sector_size,
	.xDeviceCharacteristics = characteristics,
	.xShmMap = map_shm,
	.xShmLock = lock_shm,
	.xShmBarrier = barrier_shm,
	.xShmUnmap = unmap_shm,
};

static int open_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *ret,
                     int flags, int *ret_flags)
{
	struct file *file = (struct file *)ret;
	int code;

	(void)vfs;
	ret->pMethods = NULL;
	if (fails(VFS_OPEN))
		return code_of(VFS_OPEN);
	file->real = (sqlite3_file *)(file + 1);
	code = usual->xOpen(usual, name, file->real, flags, ret_flags);
	if (file->real->pMethods != NULL)
		ret->pMethods = &methods;
	return code;
}

static int delete_file(sqlite3_vfs *vfs, const char *name, int sync_dir)
{
	(void)vfs;
	if (fails(VFS_DELETE))
		return code_of(VFS_DELETE);
	return usual->xDelete(usual, name, sync_dir);
}

void vfs_register(void)
{
	static sqlite3_vfs vfs;

	usual = sqlite3_vfs_find(NULL);
	if (usual == NULL)
		abort();
	vfs = *usual;
	vfs.pNext = NULL;
	vfs.zName = "kd-fault";
	vfs.szOsFile += (int)sizeof(struct file);
	vfs.xOpen = open_file;
	vfs.xDelete = delete_file;
	if (sqlite3_vfs_register(&vfs, 1) != SQLITE_OK)
		abort();
}
