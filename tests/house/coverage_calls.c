/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * coverage_calls.c - the linker gives these each call that our code makes of
 * a function of that name (--wrap): they are here to fail.
 */
#include <dirent.h>
#include <fcntl.h>
#include <iconv.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <zstd.h>

#include "store/base/arena.h"
#include "tests/house/coverage.h"

/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl*,readability-identifier-*,
 * bugprone-macro-parentheses): the linker's names */

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
WRAP(int, setrlimit, (unsigned int what, const struct rlimit *limit),
     (what, limit), fails, -1);
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
     (thread, attr, f, p), fails, kd_fault_errno);
WRAP(int, posix_spawn_file_actions_init, (posix_spawn_file_actions_t * files),
     (files), fails, kd_fault_errno);
WRAP(int, posix_spawnp,
     (pid_t * pid, const char *file, const posix_spawn_file_actions_t *files,
      const posix_spawnattr_t *attr, char *const argv[], char *const env[]),
     (pid, file, files, attr, argv, env), fails, kd_fault_errno);
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
     (db, name, mode, frames, done), fails, kd_fault_sqlite);
WRAP(int, sqlite3_bind_int64, (sqlite3_stmt * s, int i, sqlite3_int64 v),
     (s, i, v), fails, SQLITE_NOMEM);
WRAP(int, sqlite3_busy_handler, (sqlite3 * db, int (*f)(void *, int), void *p),
     (db, f, p), fails, kd_fault_sqlite);
WRAP(int, sqlite3_exec,
     (sqlite3 * db, const char *sql, int (*f)(void *, int, char **, char **),
      void *p, char **text),
     (db, sql, f, p, text), fails, kd_fault_sqlite);
WRAP(int, sqlite3_file_control,
     (sqlite3 * db, const char *name, int op, void *p), (db, name, op, p),
     fails, kd_fault_sqlite);
WRAP(int, sqlite3_open_v2,
     (const char *path, sqlite3 **db, int flags, const char *vfs),
     (path, db, flags, vfs), fails, kd_fault_sqlite);
WRAP(int, sqlite3_prepare_v2,
     (sqlite3 * db, const char *sql, int size, sqlite3_stmt **ret,
      const char **tail),
     (db, sql, size, ret, tail), fails, kd_fault_sqlite);
WRAP(int, sqlite3_prepare_v3,
     (sqlite3 * db, const char *sql, int size, unsigned int flags,
      sqlite3_stmt **ret, const char **tail),
     (db, sql, size, flags, ret, tail), fails, kd_fault_sqlite);
/* it is, all of a sudden */
WRAP(int, sqlite3_db_readonly, (sqlite3 * db, const char *name), (db, name),
     fails, 1);
WRAP(int, sqlite3_step, (sqlite3_stmt * s), (s), fails, kd_fault_sqlite);
WRAP(int, sqlite3_wal_autocheckpoint, (sqlite3 * db, int n), (db, n), fails,
     kd_fault_sqlite);
WRAP(const unsigned char *, sqlite3_column_text, (sqlite3_stmt * s, int i),
     (s, i), fails, NULL);
WRAP(const void *, sqlite3_column_blob, (sqlite3_stmt * s, int i), (s, i),
     fails, NULL);

WRAP(struct kd_arena *, kd_arena_new, (void), (), fails, NULL);
/* NOLINTEND(...) */
