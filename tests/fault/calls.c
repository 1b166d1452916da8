/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calls.c - the system calls that change files, in place of the libc's, for
 * this program and for every library that it uses.
 *
 * Each does what it is for, and is then noted in disk.c.  Only the syncs do
 * nothing: here the power goes when the test says so.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/fault/disk.h"

enum { FDS_MAX = 1024, PATH_SIZE = 4096 };

/* 0: not below the root, else the number of the file and 1 */
static int files[FDS_MAX];

/* The names that <fcntl.h> gives to checked and to wide calls. */
int fault_open64(const char *path, int flags, ...) __asm__("open64");
int fault_openat64(int dir, const char *name, int flags,
                   ...) __asm__("openat64");
int fault_open_2(const char *path, int flags) __asm__("__open_2");
int fault_open64_2(const char *path, int flags) __asm__("__open64_2");
int fault_openat_2(int dir, const char *name, int flags) __asm__("__openat_2");
ssize_t fault_pwrite64(int fd, const void *data, size_t size,
                       off_t offset) __asm__("pwrite64");
int fault_ftruncate64(int fd, off_t size) __asm__("ftruncate64");

static int file_of(int fd)
{
	return fd >= 0 && fd < FDS_MAX && disk_is_on() ? files[fd] - 1 : -1;
}

/* The resolved path of a descriptor. */
static bool path_of(int fd, char ret[PATH_SIZE])
{
	char proc[64];
	ssize_t n;

	(void)snprintf(proc, sizeof(proc), "/proc/self/fd/%d", fd);
	n = readlink(proc, ret, PATH_SIZE - 1);
	if (n < 0)
		return false;
	ret[n] = '\0';
	return true;
}

static bool path_at(int dir, const char *name, char path[PATH_SIZE])
{
	size_t used;

	if (dir == AT_FDCWD || name[0] == '/')
		return snprintf(path, PATH_SIZE, "%s", name) < PATH_SIZE;
	if (!path_of(dir, path))
		return false;
	used = strlen(path);
	return (size_t)snprintf(path + used, PATH_SIZE - used, "/%s", name) <
	       PATH_SIZE - used;
}

static void note_open(int fd, int flags)
{
	char path[PATH_SIZE];
	struct stat sb;

	if (fd < 0 || fd >= FDS_MAX || !disk_is_on())
		return;
	files[fd] = 0;
	if (!path_of(fd, path) || fstat(fd, &sb) != 0)
		return;
	files[fd] = disk_opened(path, S_ISDIR(sb.st_mode)) + 1;
	if ((flags & O_TRUNC) != 0 && files[fd] > 0)
		disk_truncated(files[fd] - 1, 0);
}

static int do_open(int dir, const char *name, int flags, mode_t mode)
{
	int fd = (int)syscall(SYS_openat, dir, name, flags, mode);
	int errnum = errno;

	note_open(fd, flags);
	errno = errnum;
	return fd;
}

/* The mode is there only where a file may be made. */
static int open_args(int dir, const char *name, int flags, va_list args)
{
	mode_t mode = 0;

	if ((flags & (O_CREAT | O_TMPFILE)) != 0)
		mode = va_arg(args, mode_t);
	return do_open(dir, name, flags, mode);
}

/* The libc's headers name no parameter as one may. */
/* NOLINTBEGIN(readability-inconsistent-declaration-parameter-name) */

int open(const char *path, int flags, ...)
{
	va_list args;
	int fd;

	va_start(args, flags);
	fd = open_args(AT_FDCWD, path, flags, args);
	va_end(args);
	return fd;
}

int fault_open64(const char *path, int flags, ...)
{
	va_list args;
	int fd;

	va_start(args, flags);
	fd = open_args(AT_FDCWD, path, flags, args);
	va_end(args);
	return fd;
}

int openat(int dir, const char *name, int flags, ...)
{
	va_list args;
	int fd;

	va_start(args, flags);
	fd = open_args(dir, name, flags, args);
	va_end(args);
	return fd;
}

int fault_openat64(int dir, const char *name, int flags, ...)
{
	va_list args;
	int fd;

	va_start(args, flags);
	fd = open_args(dir, name, flags, args);
	va_end(args);
	return fd;
}

int fault_open_2(const char *path, int flags)
{
	return do_open(AT_FDCWD, path, flags, 0);
}

int fault_open64_2(const char *path, int flags)
{
	return do_open(AT_FDCWD, path, flags, 0);
}

int fault_openat_2(int dir, const char *name, int flags)
{
	return do_open(dir, name, flags, 0);
}

int close(int fd)
{
	if (fd >= 0 && fd < FDS_MAX)
		files[fd] = 0;
	return (int)syscall(SYS_close, fd);
}

ssize_t write(int fd, const void *data, size_t size)
{
	int file = file_of(fd);
	off_t offset = file < 0 ? 0 : lseek(fd, 0, SEEK_CUR);
	ssize_t n = syscall(SYS_write, fd, data, size);

	if (n > 0)
		disk_wrote(file, offset, data, (size_t)n);
	return n;
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t offset)
{
	ssize_t n = syscall(SYS_pwrite64, fd, data, size, offset);

	if (n > 0)
		disk_wrote(file_of(fd), offset, data, (size_t)n);
	return n;
}

ssize_t fault_pwrite64(int fd, const void *data, size_t size, off_t offset)
{
	return pwrite(fd, data, size, offset);
}

int ftruncate(int fd, off_t size)
{
	int result = (int)syscall(SYS_ftruncate, fd, size);

	if (result == 0)
		disk_truncated(file_of(fd), size);
	return result;
}

int fault_ftruncate64(int fd, off_t size)
{
	return ftruncate(fd, size);
}

int fsync(int fd)
{
	disk_synced(file_of(fd));
	return 0;
}

int fdatasync(int fd)
{
	disk_synced(file_of(fd));
	return 0;
}

int unlinkat(int dir, const char *name, int flags)
{
	int result = (int)syscall(SYS_unlinkat, dir, name, flags);
	char path[PATH_SIZE];

	if (result == 0 && disk_is_on() && path_at(dir, name, path))
		disk_unlinked(path);
	return result;
}

int unlink(const char *path)
{
	return unlinkat(AT_FDCWD, path, 0);
}

int mkdirat(int dir, const char *name, mode_t mode)
{
	int result = (int)syscall(SYS_mkdirat, dir, name, mode);
	char path[PATH_SIZE];

	if (result == 0 && disk_is_on() && path_at(dir, name, path))
		(void)disk_opened(path, true);
	return result;
}

int mkdir(const char *path, mode_t mode)
{
	return mkdirat(AT_FDCWD, path, mode);
}

static bool both_at(int from_dir, const char *from, int to_dir, const char *to,
                    char paths[2][PATH_SIZE])
{
	return disk_is_on() && path_at(from_dir, from, paths[0]) &&
	       path_at(to_dir, to, paths[1]);
}

int linkat(int from_dir, const char *from, int to_dir, const char *to,
           int flags)
{
	int result =
		(int)syscall(SYS_linkat, from_dir, from, to_dir, to, flags);
	char paths[2][PATH_SIZE];

	if (result == 0 && both_at(from_dir, from, to_dir, to, paths))
		disk_linked(paths[0], paths[1]);
	return result;
}

int renameat(int from_dir, const char *from, int to_dir, const char *to)
{
	int result = (int)syscall(SYS_renameat, from_dir, from, to_dir, to);
	char paths[2][PATH_SIZE];

	if (result == 0 && both_at(from_dir, from, to_dir, to, paths))
		disk_renamed(paths[0], paths[1]);
	return result;
}

int rename(const char *from, const char *to)
{
	return renameat(AT_FDCWD, from, AT_FDCWD, to);
}

/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */
