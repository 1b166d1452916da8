/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * coverage.c - linked into the programs of a coverage build: the linker
 * gives it each call that our code makes of a function named below (--wrap).
 *
 * They are here to fail, one call at a time: see coverage_faults.py.  No line
 * of the product differs for any of this.
 */
#include <dirent.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <iconv.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
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
#include "store/base/error.h"

/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl*,readability-identifier-*,
 * bugprone-macro-parentheses,misc-no-recursion): the linker's names */

/* --- The counters ----------------------------------------------------- */

extern char kd_counters_start[], kd_counters_end[];
extern int kd_coverage; /* so that the linker takes this file */
int kd_coverage;

int __real_open(const char *path, int flags, ...);
int __real_close(int fd);
void __gcov_dump(void);
void __real___gcov_exit(void);
void __wrap___gcov_exit(void);

/* Each object of ours calls it as the program ends, to write its file. */
void __wrap___gcov_exit(void)
{
}

/*
 * From here on the program counts in a file, however it ends.  All counts
 * count (-fprofile-update=atomic): gcov works out from others how often most
 * lines were reached, and where two that ran at the same moment counted as
 * one, it took some that were for not reached.  With KD_COUNTERS_DUMP it is
 * asked for all that was counted till now, in the form of gcov.
 */
static void share_counters(void)
{
	size_t size = (size_t)(kd_counters_end - kd_counters_start);
	bool dump = getenv("KD_COUNTERS_DUMP") != NULL;
	char exe[4096], path[4200];
	ssize_t len = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	int fd;

	if (len < 0 || size == 0)
		return;
	exe[len] = '\0';
	(void)snprintf(path, sizeof(path), KD_COUNTERS "/%s",
	               strrchr(exe, '/') + 1);
	fd = __real_open(path, O_RDWR | O_CLOEXEC | (dump ? 0 : O_CREAT), 0666);
	if (fd < 0) {
		if (dump)
			_exit(0);
		return; /* a user who may not write there */
	}
	if (ftruncate(fd, (off_t)size) != 0 ||
	    mmap(kd_counters_start, size, PROT_READ | PROT_WRITE,
	         (dump ? MAP_PRIVATE : MAP_SHARED) | MAP_FIXED, fd,
	         0) == MAP_FAILED)
		abort();
	(void)__real_close(fd);
	if (!dump)
		return;
	__gcov_dump();
	_exit(0);
}

/* Nothing here is judged by what a power cut leaves, and most of the time
 * would go by in waiting for disks: SQLite, too, calls these. */
int fsync(int fd)
{
	(void)fd;
	return 0;
}

int fdatasync(int fd)
{
	(void)fd;
	return 0;
}

/* --- Faults ----------------------------------------------------------- */

enum {
	FRAMES = 64,
	SITES = 1 << 13, /* places that call; far more than there are */
	WAYS = 1 << 16,  /* ways to get there */
	OFTEN = 3000,    /* what one place calls after that is not listed */
	LIST = 1 << 24,
};

/* In shared memory: the hook's child has no files, and may write none. */
struct list {
	_Atomic(size_t) used;
	char text[LIST - sizeof(size_t)];
};

/* The environment as the program begins; the hook's child has none. */
static struct {
	const char *name; /* KD_FAULT_NAME: the function that fails */
	ptrdiff_t site;   /* KD_FAULT_SITE: the place from where */
	long at;          /* KD_FAULT_AT: which of the calls from there */
	bool on;          /* KD_FAULT_ON: ... and all calls after it; */
	bool same;        /* 2: those of that name alone */
	bool done;
	bool child; /* KD_FAULT_IN=child: calls of a child count */
	int errnum; /* KD_FAULT_ERRNO; 0: it does less than it was told */
	int sqlite; /* KD_FAULT_SQLITE: SQLite's code */
	struct list *list; /* KD_FAULT_LIST: a file for each way to a call */
	long seen;
	pid_t pid;
} fault;

static struct {
	pthread_mutex_t mutex;
	struct site {
		ptrdiff_t site;
		long seen;
	} sites[SITES];
	uint64_t ways[WAYS];
} listed = { .mutex = PTHREAD_MUTEX_INITIALIZER };

extern const char __executable_start, etext;

static long number_of(const char *name, int base, long otherwise)
{
	const char *text = getenv(name);

	return text != NULL ? strtol(text, NULL, base) : otherwise;
}

static struct list *map_list(const char *path)
{
	int fd = __real_open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	void *list;

	if (fd < 0 || ftruncate(fd, LIST) != 0)
		abort();
	list = mmap(NULL, LIST, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (list == MAP_FAILED)
		abort();
	(void)__real_close(fd);
	return list;
}

__attribute__((constructor)) static void begin(void)
{
	const char *in = getenv("KD_FAULT_IN");
	const char *list = getenv("KD_FAULT_LIST");
	void *frame;

	share_counters();
	fault.site = number_of("KD_FAULT_SITE", 16, 0);
	fault.at = number_of("KD_FAULT_AT", 10, 1);
	fault.on = number_of("KD_FAULT_ON", 10, 0) != 0;
	fault.same = number_of("KD_FAULT_ON", 10, 0) == 2;
	fault.name = getenv("KD_FAULT_NAME");
	if (fault.name != NULL)
		fault.name = strdup(fault.name);
	fault.child = in != NULL && strcmp(in, "child") == 0;
	fault.errnum = (int)number_of("KD_FAULT_ERRNO", 10, EIO);
	fault.sqlite = (int)number_of("KD_FAULT_SQLITE", 10, SQLITE_IOERR);
	fault.pid = getpid();
	if (list != NULL) {
		fault.list = map_list(list);
		(void)backtrace(&frame, 1); /* loads what it needs */
	}
}

/* The one of that place, and how often it called till now. */
static struct site *site_of(ptrdiff_t site)
{
	size_t i = (size_t)site % SITES;

	while (listed.sites[i].site != site && listed.sites[i].site != 0)
		i = (i + 1) % SITES;
	listed.sites[i].site = site;
	return &listed.sites[i];
}

static bool is_new_way(uint64_t way)
{
	size_t i = way % WAYS;

	while (listed.ways[i] != way && listed.ways[i] != 0)
		i = (i + 1) % WAYS;
	if (listed.ways[i] == way)
		return false;
	listed.ways[i] = way;
	return true;
}

/* A line for each way by which the program comes to a call: its name, the
 * place, which call from there it is, and who called that. */
static void list_call(const char *name, ptrdiff_t at)
{
	struct site *site = site_of(at);
	uint64_t way = 14695981039346656037U;
	void *frames[FRAMES];
	char line[1024];
	size_t used, to;
	int n, i = 0;

	if (++site->seen > OFTEN)
		return;
	n = backtrace(frames, FRAMES);
	used = (size_t)snprintf(line, sizeof(line), "%s %tx %ld", name, at,
	                        site->seen);
	while (i < n && frames[i] != &__executable_start + at)
		i++;
	for (i++; i < n && used < sizeof(line) - 20; i++) {
		const char *frame = frames[i];

		if (frame < &__executable_start || frame >= &etext)
			continue;
		used += (size_t)snprintf(line + used, sizeof(line) - used,
		                         " %tx", frame - &__executable_start);
		way = (way ^ (uint64_t)(frame - &__executable_start)) *
		      1099511628211U;
	}
	line[used++] = '\n';
	if (!is_new_way(way ^ (uint64_t)at << 32))
		return;
	to = atomic_fetch_add(&fault.list->used, used);
	if (to + used > sizeof(fault.list->text))
		abort();
	memcpy(fault.list->text + to, line, used);
}

static bool fails_from(const char *name, const char *from)
{
	ptrdiff_t site = from - &__executable_start;

	if (fault.name == NULL && fault.list == NULL)
		return false;
	if (fault.child != (getpid() != fault.pid))
		return false;
	if (fault.list != NULL) {
		(void)pthread_mutex_lock(&listed.mutex);
		list_call(name, site);
		(void)pthread_mutex_unlock(&listed.mutex);
		return false;
	}
	if (!fault.done) {
		if (site != fault.site || strcmp(name, fault.name) != 0 ||
		    ++fault.seen != fault.at)
			return false;
		fault.done = true;
	} else if (!fault.on || (fault.same && strcmp(name, fault.name) != 0)) {
		return false;
	}
	errno = fault.errnum;
	return true;
}

#define fails(name) fails_from(name, __builtin_return_address(0))
#define fails_of_memory(name)                                                  \
	fails_of_memory_from(name, __builtin_return_address(0))

static bool fails_of_memory_from(const char *name, const char *from)
{
	if (!fails_from(name, from))
		return false;
	errno = ENOMEM;
	return true;
}

int __real_setrlimit(unsigned int what, const struct rlimit *limit);
int __wrap_setrlimit(unsigned int what, const struct rlimit *limit);
int __wrap_setrlimit(unsigned int what, const struct rlimit *limit)
{
	return fails("setrlimit") ? -1 : __real_setrlimit(what, limit);
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
WRAP(int, renameat2,
     (int from_fd, const char *from, int to_fd, const char *to,
      unsigned int flags),
     (from_fd, from, to_fd, to, flags), fails, -1);
WRAP(int, ftruncate, (int fd, off_t size), (fd, size), fails, -1);
WRAP(void *, mmap,
     (void *at, size_t size, int prot, int flags, int fd, off_t offset),
     (at, size, prot, flags, fd, offset), fails, MAP_FAILED);
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
WRAP(int, fflush, (FILE * file), (file), fails, EOF);
WRAP(FILE *, fdopen, (int fd, const char *mode), (fd, mode), fails_of_memory,
     NULL);
WRAP(int, memfd_create, (const char *name, unsigned int flags), (name, flags),
     fails, -1);
WRAP(int, pipe, (int fds[2]), (fds), fails, -1);
WRAP(int, socketpair, (int domain, int type, int protocol, int fds[2]),
     (domain, type, protocol, fds), fails, -1);
WRAP(off_t, lseek, (int fd, off_t to, int whence), (fd, to, whence), fails, -1);
WRAP(int, setenv, (const char *name, const char *value, int over),
     (name, value, over), fails_of_memory, -1);
WRAP(int, sched_getaffinity, (pid_t pid, size_t size, cpu_set_t *set),
     (pid, size, set), fails, -1);
/* these return what errno is else */
WRAP(int, pthread_create,
     (pthread_t * thread, const pthread_attr_t *attr, void *(*f)(void *),
      void *p),
     (thread, attr, f, p), fails, fault.errnum);
WRAP(int, posix_spawn_file_actions_init, (posix_spawn_file_actions_t * files),
     (files), fails, fault.errnum);
WRAP(int, posix_spawnp,
     (pid_t * pid, const char *file, const posix_spawn_file_actions_t *files,
      const posix_spawnattr_t *attr, char *const argv[], char *const env[]),
     (pid, file, files, attr, argv, env), fails, fault.errnum);
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

WRAP(ZSTD_DCtx *, ZSTD_createDCtx, (void), (), fails, NULL);
WRAP(size_t, ZSTD_decompressDCtx,
     (ZSTD_DCtx * d, void *to, size_t room, const void *from, size_t size),
     (d, to, room, from, size), fails, (size_t)-1);

WRAP(int, sqlite3_bind_text,
     (sqlite3_stmt * s, int i, const char *text, int size, void (*f)(void *)),
     (s, i, text, size, f), fails, SQLITE_NOMEM);
WRAP(int, sqlite3_bind_blob64,
     (sqlite3_stmt * s, int i, const void *data, sqlite3_uint64 size,
      void (*f)(void *)),
     (s, i, data, size, f), fails, SQLITE_NOMEM);
WRAP(int, sqlite3_wal_checkpoint_v2,
     (sqlite3 * db, const char *name, int mode, int *frames, int *done),
     (db, name, mode, frames, done), fails, fault.sqlite);
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
/* it is, all of a sudden */
WRAP(int, sqlite3_db_readonly, (sqlite3 * db, const char *name), (db, name),
     fails, 1);
WRAP(int, sqlite3_step, (sqlite3_stmt * s), (s), fails, fault.sqlite);
WRAP(int, sqlite3_wal_autocheckpoint, (sqlite3 * db, int n), (db, n), fails,
     fault.sqlite);
WRAP(const unsigned char *, sqlite3_column_text, (sqlite3_stmt * s, int i),
     (s, i), fails, NULL);
WRAP(const void *, sqlite3_column_blob, (sqlite3_stmt * s, int i), (s, i),
     fails, NULL);

WRAP(struct kd_arena *, kd_arena_new, (void), (), fails, NULL);

/* --- What needs more than a value ------------------------------------ */

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
		return fault.sqlite;
	return __real_sqlite3_db_config(db, op, on, ret);
}
/* NOLINTEND(...) */
