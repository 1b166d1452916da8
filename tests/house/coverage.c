/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * coverage.c - linked into the programs of a coverage build: the linker
 * gives it each call that our code makes of a function named below (--wrap).
 *
 * Two ways to end, and a limit, would take the counters with them.  The
 * others are here to fail, one call at a time: see coverage_faults.py.  No
 * line of the product differs for any of this.
 */
#include <dirent.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <iconv.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <zstd.h>

#include "store/base/arena.h"

/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl*,readability-identifier-*,
 * bugprone-macro-parentheses,misc-no-recursion): the linker's names */

enum { FRAMES = 40, WAYS = 6 };

/* The environment as the program begins; the hook's child has none. */
static struct {
	long at; /* KD_FAULT_AT: the number of the call that fails */
	/* KD_FAULT_NAME: ... or the next one of that name: what the hook does
	 * beside its child comes a little sooner or later each time. */
	const char *name;
	bool done;
	bool on;          /* KD_FAULT_ON: ... and all that come after it */
	bool child;       /* KD_FAULT_IN=child: calls of a child count */
	int errnum;       /* KD_FAULT_ERRNO; 0: it does less than it was told */
	int sqlite;       /* KD_FAULT_SQLITE: SQLite's code */
	const char *list; /* KD_FAULT_LIST: a file to write each call to */
	long seen;
	pid_t pid;
} fault;

extern const char __executable_start, etext;

static long number_of(const char *name, long otherwise)
{
	const char *text = getenv(name);

	return text != NULL ? strtol(text, NULL, 10) : otherwise;
}

__attribute__((constructor)) static void begin(void)
{
	const char *in = getenv("KD_FAULT_IN");
	const char *list = getenv("KD_FAULT_LIST");
	void *frame;

	fault.at = number_of("KD_FAULT_AT", 0);
	fault.on = number_of("KD_FAULT_ON", 0) != 0;
	fault.name = getenv("KD_FAULT_NAME");
	if (fault.name != NULL)
		fault.name = strdup(fault.name);
	fault.child = in != NULL && strcmp(in, "child") == 0;
	fault.errnum = (int)number_of("KD_FAULT_ERRNO", EIO);
	fault.sqlite = (int)number_of("KD_FAULT_SQLITE", SQLITE_IOERR);
	fault.pid = getpid();
	if (list != NULL) {
		fault.list = strdup(list);
		(void)backtrace(&frame, 1); /* loads what it needs */
	}
}

int __real_open(const char *path, int flags, ...);
ssize_t __real_write(int fd, const void *data, size_t size);
int __real_close(int fd);
int __real_dup2(int from, int to);

/* From here on it is the counters that are being written.  Where they cannot
 * be, libgcov says so on standard error, which a test may look at. */
__attribute__((destructor)) static void end(void)
{
	int null = __real_open("/dev/null", O_WRONLY | O_CLOEXEC);

	fault.at = 0;
	fault.list = NULL;
	if (null >= 0)
		(void)__real_dup2(null, STDERR_FILENO);
}

/* A line for the call: its name, and by which way the program came to it. */
static void list_call(const char *name)
{
	void *frames[FRAMES];
	int n = backtrace(frames, FRAMES);
	char line[256];
	size_t used = (size_t)snprintf(line, sizeof(line), "%s", name);
	int fd, ways = 0;

	for (int i = 2; i < n && ways < WAYS; i++) {
		const char *at = frames[i];

		if (at < &__executable_start || at >= &etext)
			continue;
		used += (size_t)snprintf(line + used, sizeof(line) - used,
		                         " %tx", at - &__executable_start);
		ways++;
	}
	line[used++] = '\n';
	fd = __real_open(fault.list, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC,
	                 0600);
	if (fd < 0 || __real_write(fd, line, used) != (ssize_t)used)
		abort();
	(void)__real_close(fd);
}

static bool fails(const char *name)
{
	if (fault.at == 0 && fault.list == NULL)
		return false;
	if (fault.child != (getpid() != fault.pid))
		return false;
	if (fault.list != NULL)
		list_call(name);
	fault.seen++;
	if (fault.at == 0 || fault.seen < fault.at || (fault.done && !fault.on))
		return false;
	if (fault.name != NULL && !fault.done && strcmp(name, fault.name) != 0)
		return false;
	fault.done = true;
	errno = fault.errnum;
	return true;
}

static bool fails_of_memory(const char *name)
{
	if (!fails(name))
		return false;
	errno = ENOMEM;
	return true;
}

/* --- What would take the counters with it ---------------------------- */

void __gcov_dump(void);
_Noreturn void __real__exit(int code);
_Noreturn void __wrap__exit(int code);
int __real_setrlimit(unsigned int what, const struct rlimit *limit);
int __wrap_setrlimit(unsigned int what, const struct rlimit *limit);

_Noreturn void __wrap__exit(int code)
{
	end();
	__gcov_dump();
	__real__exit(code);
}

int __wrap_setrlimit(unsigned int what, const struct rlimit *limit)
{
	if (fails("setrlimit"))
		return -1;
	/* the child's: no file at all */
	if (what == RLIMIT_FSIZE && limit->rlim_max == 0)
		return 0;
	return __real_setrlimit(what, limit);
}

/* --- What fails ------------------------------------------------------ */

/* test: fails() or fails_of_memory(); broken: the value that says so. */
#define WRAP(type, name, params, args, test, broken)                           \
	type __real_##name params;                                             \
	type __wrap_##name params;                                             \
	type __wrap_##name params                                              \
	{                                                                      \
		if (test(#name))                                               \
			return broken;                                         \
		return __real_##name args;                                     \
	}                                                                      \
	extern int kd_coverage_unused

WRAP(void *, malloc, (size_t size), (size), fails_of_memory, NULL);
WRAP(void *, calloc, (size_t n, size_t size), (n, size), fails_of_memory, NULL);
WRAP(void *, realloc, (void *p, size_t size), (p, size), fails_of_memory, NULL);
WRAP(void *, reallocarray, (void *p, size_t n, size_t size), (p, n, size),
     fails_of_memory, NULL);
WRAP(char *, strdup, (const char *s), (s), fails_of_memory, NULL);
WRAP(char *, strndup, (const char *s, size_t n), (s, n), fails_of_memory, NULL);
WRAP(FILE *, open_memstream, (char **p, size_t *size), (p, size),
     fails_of_memory, NULL);
WRAP(int, on_exit, (void (*f)(int, void *), void *p), (f, p), fails_of_memory,
     -1);

WRAP(int, access, (const char *path, int mode), (path, mode), fails, -1);
WRAP(int, fsync, (int fd), (fd), fails, -1);
WRAP(int, fchmod, (int fd, mode_t mode), (fd, mode), fails, -1);
WRAP(int, mkdir, (const char *path, mode_t mode), (path, mode), fails, -1);
WRAP(int, mkdirat, (int fd, const char *path, mode_t mode), (fd, path, mode),
     fails, -1);
WRAP(int, linkat,
     (int from_fd, const char *from, int to_fd, const char *to, int flags),
     (from_fd, from, to_fd, to, flags), fails, -1);
WRAP(int, renameat, (int from_fd, const char *from, int to_fd, const char *to),
     (from_fd, from, to_fd, to), fails, -1);
WRAP(int, unlinkat, (int fd, const char *path, int flags), (fd, path, flags),
     fails, -1);
WRAP(DIR *, opendir, (const char *path), (path), fails, NULL);
WRAP(DIR *, fdopendir, (int fd), (fd), fails, NULL);
WRAP(struct dirent *, readdir, (DIR * dir), (dir), fails, NULL);
WRAP(char *, realpath, (const char *path, char *ret), (path, ret), fails, NULL);
WRAP(char *, getcwd, (char *ret, size_t size), (ret, size), fails, NULL);
WRAP(ssize_t, getrandom, (void *data, size_t size, unsigned int flags),
     (data, size, flags), fails, -1);
WRAP(struct passwd *, getpwuid, (uid_t uid), (uid), fails, NULL);
WRAP(int, flock, (int fd, int what), (fd, what), fails, -1);
WRAP(int, dup2, (int from, int to), (from, to), fails, -1);
WRAP(int, dup3, (int from, int to, int flags), (from, to, flags), fails, -1);
WRAP(int, close_range, (unsigned int from, unsigned int to, int flags),
     (from, to, flags), fails, -1);
WRAP(int, pipe2, (int fds[2], int flags), (fds, flags), fails, -1);
WRAP(pid_t, fork, (void), (), fails, -1);
WRAP(pid_t, waitpid, (pid_t pid, int *status, int flags), (pid, status, flags),
     fails, -1);
WRAP(int, poll, (struct pollfd * fds, nfds_t n, int ms), (fds, n, ms), fails,
     -1);
WRAP(int, getrlimit, (unsigned int what, struct rlimit *limit), (what, limit),
     fails, -1);
WRAP(int, clearenv, (void), (), fails, -1);
WRAP(int, sigaction,
     (int sig, const struct sigaction *new, struct sigaction *old),
     (sig, new, old), fails, -1);
WRAP(int, sigprocmask, (int how, const sigset_t *set, sigset_t *old),
     (how, set, old), fails, -1);
WRAP(int, timer_create, (clockid_t clock, struct sigevent *event, timer_t *ret),
     (clock, event, ret), fails, -1);
WRAP(int, timer_settime,
     (timer_t timer, int flags, const struct itimerspec *new,
      struct itimerspec *old),
     (timer, flags, new, old), fails, -1);
WRAP(int, fputs, (const char *s, FILE *file), (s, file), fails, EOF);
WRAP(int, fflush, (FILE * file), (file), fails, EOF);
WRAP(iconv_t, iconv_open, (const char *to, const char *from), (to, from),
     fails_of_memory, (iconv_t)-1);

WRAP(ZSTD_CCtx *, ZSTD_createCCtx, (void), (), fails, NULL);
WRAP(size_t, ZSTD_compress2,
     (ZSTD_CCtx * c, void *to, size_t room, const void *from, size_t size),
     (c, to, room, from, size), fails, (size_t)-1);
WRAP(size_t, ZSTD_CCtx_setParameter, (ZSTD_CCtx * c, ZSTD_cParameter p, int v),
     (c, p, v), fails, (size_t)-1);
WRAP(size_t, ZSTD_decompress,
     (void *to, size_t room, const void *from, size_t size),
     (to, room, from, size), fails, (size_t)-1);

WRAP(int, sqlite3_bind_int64, (sqlite3_stmt * s, int i, sqlite3_int64 v),
     (s, i, v), fails, SQLITE_NOMEM);
WRAP(int, sqlite3_busy_handler, (sqlite3 * db, int (*f)(void *, int), void *p),
     (db, f, p), fails, fault.sqlite);
WRAP(int, sqlite3_exec,
     (sqlite3 * db, const char *sql, int (*f)(void *, int, char **, char **),
      void *p, char **text),
     (db, sql, f, p, text), fails, fault.sqlite);
WRAP(int, sqlite3_file_control,
     (sqlite3 * db, const char *name, int op, void *p), (db, name, op, p),
     fails, fault.sqlite);
WRAP(int, sqlite3_open_v2,
     (const char *path, sqlite3 **db, int flags, const char *vfs),
     (path, db, flags, vfs), fails, fault.sqlite);
WRAP(int, sqlite3_prepare_v2,
     (sqlite3 * db, const char *sql, int size, sqlite3_stmt **ret,
      const char **tail),
     (db, sql, size, ret, tail), fails, fault.sqlite);
WRAP(int, sqlite3_prepare_v3,
     (sqlite3 * db, const char *sql, int size, unsigned int flags,
      sqlite3_stmt **ret, const char **tail),
     (db, sql, size, flags, ret, tail), fails, fault.sqlite);
WRAP(int, sqlite3_step, (sqlite3_stmt * s), (s), fails, fault.sqlite);
WRAP(int, sqlite3_wal_autocheckpoint, (sqlite3 * db, int n), (db, n), fails,
     fault.sqlite);
WRAP(const unsigned char *, sqlite3_column_text, (sqlite3_stmt * s, int i),
     (s, i), fails, NULL);
WRAP(const void *, sqlite3_column_blob, (sqlite3_stmt * s, int i), (s, i),
     fails, NULL);

WRAP(struct kd_arena *, kd_arena_new, (void), (), fails, NULL);

/* --- What needs more than a value ------------------------------------ */

/* Some of them do half of what they are told, where no errno is given. */
#define WRAP_SOME(name, params, args, half)                                    \
	ssize_t __real_##name params;                                          \
	ssize_t __wrap_##name params;                                          \
	ssize_t __wrap_##name params                                           \
	{                                                                      \
		if (fails(#name)) {                                            \
			if (fault.errnum != 0)                                 \
				return -1;                                     \
			size = half;                                           \
		}                                                              \
		return __real_##name args;                                     \
	}                                                                      \
	extern int kd_coverage_unused

WRAP_SOME(read, (int fd, void *data, size_t size), (fd, data, size), 0);
WRAP_SOME(pread, (int fd, void *data, size_t size, off_t at),
          (fd, data, size, at), 0);
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
		if (broken && fault.errnum != 0)                               \
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
		errno = fault.errnum;                                          \
		return -1;                                                     \
	}                                                                      \
	extern int kd_coverage_unused

WRAP_END(close, (int fd), (fd));
WRAP_END(fclose, (FILE * file), (file));

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
		return fault.sqlite;
	return __real_sqlite3_db_config(db, op, on, ret);
}
/* NOLINTEND(...) */
