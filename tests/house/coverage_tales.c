/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * coverage_tales.c - as coverage_calls.c; but these need more than a value to
 * say that they failed, or do half of what they are told.
 */
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "store/base/arena.h"
#include "store/base/error.h"
#include "tests/house/coverage.h"

/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl*,readability-identifier-*,
 * bugprone-macro-parentheses): the linker's names */

/* As if SQLite did not take the statement; most that call it ask for one that
 * is there already.  Weak: not all programs have it. */
struct kd_store;
struct kd_cursor;
__attribute__((weak)) enum kd_status __real_kd_stmt_open(struct kd_store *store,
                                                         int which,
                                                         struct kd_cursor *ret,
                                                         struct kd_error *err);
enum kd_status __wrap_kd_stmt_open(struct kd_store *store, int which,
                                   struct kd_cursor *ret, struct kd_error *err);
enum kd_status __wrap_kd_stmt_open(struct kd_store *store, int which,
                                   struct kd_cursor *ret, struct kd_error *err)
{
	if (fails("kd_stmt_open"))
		return kd_fail(err, KD_IO, "prepare: I/O error");
	return __real_kd_stmt_open(store, which, ret, err);
}

/* Some of them do half of what they are told, where no errno is given. */
#define WRAP_SOME(name, params, args, half)                                    \
	ssize_t __real_##name params;                                          \
	ssize_t __wrap_##name params;                                          \
	ssize_t __wrap_##name params                                           \
	{                                                                      \
		if (fails(#name)) {                                            \
			if (kd_fault_errno != 0)                               \
				return -1;                                     \
			size = half;                                           \
		}                                                              \
		return __real_##name args;                                     \
	}                                                                      \
	extern int kd_coverage_unused

WRAP_SOME(read, (int fd, void *data, size_t size), (fd, data, size), 0);
WRAP_SOME(pread, (int fd, void *data, size_t size, off_t at),
          (fd, data, size, at), 0);
WRAP_SOME(recv, (int fd, void *data, size_t size, int flags),
          (fd, data, size, flags), 0);
WRAP_SOME(send, (int fd, const void *data, size_t size, int flags),
          (fd, data, size, flags), (size + 1) / 2);
WRAP_SOME(write, (int fd, const void *data, size_t size), (fd, data, size),
          (size + 1) / 2);
WRAP_SOME(pwrite, (int fd, const void *data, size_t size, off_t at),
          (fd, data, size, at), size / 2);

/* Where no errno is given they tell a story: of a file of another user, of a
 * disk that other hosts share, of one that is full. */
#define WRAP_LIE(name, params, args, lie)                                      \
	int __real_##name params;                                              \
	int __wrap_##name params;                                              \
	int __wrap_##name params                                               \
	{                                                                      \
		bool broken = fails(#name);                                    \
		int ret;                                                       \
                                                                               \
		if (broken && kd_fault_errno != 0)                             \
			return -1;                                             \
		ret = __real_##name args;                                      \
		if (broken && ret == 0)                                        \
			lie;                                                   \
		return ret;                                                    \
	}                                                                      \
	extern int kd_coverage_unused

WRAP_LIE(fstat, (int fd, struct stat *sb), (fd, sb), sb->st_uid++);
WRAP_LIE(fstatat, (int fd, const char *path, struct stat *sb, int flags),
         (fd, path, sb, flags), sb->st_uid++);
WRAP_LIE(stat, (const char *path, struct stat *sb), (path, sb), sb->st_uid++);
WRAP_LIE(lstat, (const char *path, struct stat *sb), (path, sb), sb->st_uid++);
WRAP_LIE(fstatfs, (int fd, struct statfs *sb), (fd, sb), sb->f_type = 0x6969);
WRAP_LIE(fstatvfs, (int fd, struct statvfs *sb), (fd, sb), sb->f_bavail = 0);

uid_t __real_getuid(void);
uid_t __wrap_getuid(void);
uid_t __wrap_getuid(void)
{
	return __real_getuid() + fails("getuid");
}

/* What is closed is closed, whatever close(2) says; what was written into a
 * stream is lost. */
#define WRAP_END(name, params, args)                                           \
	int __real_##name params;                                              \
	int __wrap_##name params;                                              \
	int __wrap_##name params                                               \
	{                                                                      \
		bool broken = fails(#name);                                    \
		int ret = __real_##name args;                                  \
                                                                               \
		if (!broken)                                                   \
			return ret;                                            \
		errno = kd_fault_errno;                                        \
		return -1;                                                     \
	}                                                                      \
	extern int kd_coverage_unused

WRAP_END(close, (int fd), (fd));
WRAP_END(fclose, (FILE * file), (file));

/* ferror() tells, as it does when the real one fails. */
enum { ERROR_SEEN = 0x20 };

int __real_fputs(const char *s, FILE *file);
int __wrap_fputs(const char *s, FILE *file);
int __wrap_fputs(const char *s, FILE *file)
{
	if (!fails("fputs"))
		return __real_fputs(s, file);
	file->_flags |= ERROR_SEEN;
	return EOF;
}

size_t __real_fread(void *data, size_t size, size_t n, FILE *file);
size_t __wrap_fread(void *data, size_t size, size_t n, FILE *file);
size_t __wrap_fread(void *data, size_t size, size_t n, FILE *file)
{
	if (!fails("fread"))
		return __real_fread(data, size, n, file);
	file->_flags |= ERROR_SEEN;
	return 0;
}

size_t __real_fwrite(const void *data, size_t size, size_t n, FILE *file);
size_t __wrap_fwrite(const void *data, size_t size, size_t n, FILE *file);
size_t __wrap_fwrite(const void *data, size_t size, size_t n, FILE *file)
{
	if (!fails("fwrite"))
		return __real_fwrite(data, size, n, file);
	file->_flags |= ERROR_SEEN;
	return 0;
}

#define WRAP_ARENA(type, name, params, args)                                   \
	type __real_##name params;                                             \
	type __wrap_##name params;                                             \
	type __wrap_##name params                                              \
	{                                                                      \
		if (fails_of_memory(#name))                                    \
			return too_much(arena);                                \
		return __real_##name args;                                     \
	}                                                                      \
	extern int kd_coverage_unused

void *__real_kd_arena_alloc(struct kd_arena *arena, size_t size);

/* The arena has to know that something failed. */
static void *too_much(struct kd_arena *arena)
{
	return __real_kd_arena_alloc(arena, SIZE_MAX);
}

WRAP_ARENA(void *, kd_arena_alloc, (struct kd_arena * arena, size_t size),
           (arena, size));
WRAP_ARENA(void *, kd_arena_room, (struct kd_arena * arena, size_t size),
           (arena, size));
WRAP_ARENA(void *, kd_arena_array,
           (struct kd_arena * arena, size_t n, size_t size), (arena, n, size));
WRAP_ARENA(char *, kd_arena_strndup,
           (struct kd_arena * arena, const char *s, size_t len),
           (arena, s, len));
WRAP_ARENA(char *, kd_arena_strdup, (struct kd_arena * arena, const char *s),
           (arena, s));

KD_PRINTF(2, 3)
char *__real_kd_arena_printf(struct kd_arena *arena, const char *fmt, ...);
KD_PRINTF(2, 3)
char *__wrap_kd_arena_printf(struct kd_arena *arena, const char *fmt, ...);
char *__wrap_kd_arena_printf(struct kd_arena *arena, const char *fmt, ...)
{
	char *text, *copy;
	va_list args;
	int len;

	if (fails_of_memory("kd_arena_printf"))
		return too_much(arena);
	va_start(args, fmt);
	len = vasprintf(&text, fmt, args);
	va_end(args);
	if (len < 0)
		abort();
	copy = __real_kd_arena_printf(arena, "%s", text);
	free(text);
	return copy;
}

int __wrap_asprintf(char **ret, const char *fmt, ...);
int __wrap_asprintf(char **ret, const char *fmt, ...)
{
	va_list args;
	int len;

	if (fails_of_memory("asprintf"))
		return -1;
	va_start(args, fmt);
	len = vasprintf(ret, fmt, args);
	va_end(args);
	return len;
}

/* A mode is there only where a file may be made. */
#define MODE(flags, last) ((flags)&O_CREAT ? va_arg(last, mode_t) : 0)

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
	va_list last;
	mode_t mode;

	va_start(last, flags);
	mode = MODE(flags, last);
	va_end(last);
	return fails("open") ? -1 : __real_open(path, flags, mode);
}

int __real_openat(int fd, const char *path, int flags, ...);
int __wrap_openat(int fd, const char *path, int flags, ...);
int __wrap_openat(int fd, const char *path, int flags, ...)
{
	va_list last;
	mode_t mode;

	va_start(last, flags);
	mode = MODE(flags, last);
	va_end(last);
	return fails("openat") ? -1 : __real_openat(fd, path, flags, mode);
}

/* The third argument of these is a pointer, or nothing that is longer. */
#define WRAP_LAST(name, type)                                                  \
	int __real_##name(int fd, type what, ...);                             \
	int __wrap_##name(int fd, type what, ...);                             \
	int __wrap_##name(int fd, type what, ...)                              \
	{                                                                      \
		va_list last;                                                  \
		void *arg;                                                     \
                                                                               \
		va_start(last, what);                                          \
		arg = va_arg(last, void *);                                    \
		va_end(last);                                                  \
		if (fails(#name))                                              \
			return -1;                                             \
		return __real_##name(fd, what, arg);                           \
	}                                                                      \
	extern int kd_coverage_unused

WRAP_LAST(fcntl, int);
WRAP_LAST(ioctl, unsigned long);

/* As long as any of ours. */
int __real_execl(const char *path, const char *arg, ...);
int __wrap_execl(const char *path, const char *a, const char *b, const char *c,
                 const char *d);
int __wrap_execl(const char *path, const char *a, const char *b, const char *c,
                 const char *d)
{
	return fails("execl") ? -1 : __real_execl(path, a, b, c, d);
}

int __real_prctl(int option, ...);
int __wrap_prctl(int option, unsigned long arg);
int __wrap_prctl(int option, unsigned long arg)
{
	return fails("prctl") ? -1 : __real_prctl(option, arg, 0, 0, 0);
}

int __real_sqlite3_db_config(sqlite3 *db, int op, ...);
int __wrap_sqlite3_db_config(sqlite3 *db, int op, int on, int *ret);
int __wrap_sqlite3_db_config(sqlite3 *db, int op, int on, int *ret)
{
	if (fails("sqlite3_db_config"))
		return kd_fault_sqlite;
	return __real_sqlite3_db_config(db, op, on, ret);
}
/* NOLINTEND(...) */
