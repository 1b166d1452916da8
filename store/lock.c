/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lock.c - see lock.h.
 *
 * flock(2) has no time-out.  Polling would give up the place in the queue,
 * so the wait is ended by a timer whose signal handler does nothing.
 */
#include "store/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "store/store.h"

enum {
	MS_PER_S = 1000,
	NS_PER_MS = 1000000,
	/* The timer goes on ringing: a signal that comes just before the
	 * call would wake nobody. */
	AGAIN_NS = 5 * NS_PER_MS,
};

int64_t kd_monotonic_ms(void)
{
	struct timespec now = { .tv_sec = 0 };

	/* cannot fail with this clock */
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * MS_PER_S + now.tv_nsec / NS_PER_MS;
}

static void do_nothing(int signo)
{
	(void)signo;
}

struct alarm_clock {
	timer_t timer;
	struct sigaction old_action;
	sigset_t old_mask;
};

/* Let a signal come at deadline_ms, and again and again after it. */
static int set_alarm(struct alarm_clock *ret, int64_t deadline_ms)
{
	struct sigaction action = { .sa_handler = do_nothing };
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL };
	struct itimerspec when = { .it_interval = { .tv_nsec = AGAIN_NS } };
	sigset_t mask;

	event.sigev_signo = SIGRTMIN;
	when.it_value.tv_sec = (time_t)(deadline_ms / MS_PER_S);
	when.it_value.tv_nsec = (long)(deadline_ms % MS_PER_S) * NS_PER_MS + 1;
	(void)sigemptyset(&mask);
	(void)sigaddset(&mask, SIGRTMIN);
	if (timer_create(CLOCK_MONOTONIC, &event, &ret->timer) != 0)
		return -1;
	if (sigaction(SIGRTMIN, &action, &ret->old_action) != 0)
		goto no_action;
	if (sigprocmask(SIG_UNBLOCK, &mask, &ret->old_mask) != 0)
		goto no_mask;
	if (timer_settime(ret->timer, TIMER_ABSTIME, &when, NULL) == 0)
		return 0;
	(void)sigprocmask(SIG_SETMASK, &ret->old_mask, NULL);
no_mask:
	(void)sigaction(SIGRTMIN, &ret->old_action, NULL);
no_action:
	(void)timer_delete(ret->timer);
	return -1;
}

static void unset_alarm(struct alarm_clock *clock)
{
	/* in this order: none may come when the old handler is back */
	(void)timer_delete(clock->timer);
	(void)sigaction(SIGRTMIN, &clock->old_action, NULL);
	(void)sigprocmask(SIG_SETMASK, &clock->old_mask, NULL);
}

static struct flock waiting(int type)
{
	return (struct flock){
		.l_type = (short)type,
		.l_whence = SEEK_SET,
		.l_start = 1,
		.l_len = 1,
	};
}

/* Tell who holds the lock that someone waits, or no longer.  Where that
 * fails, the holder gives way a little later. */
static void announce(int fd, bool wait)
{
	struct flock lock = waiting(wait ? F_RDLCK : F_UNLCK);

	(void)fcntl(fd, F_OFD_SETLK, &lock);
}

bool kd_lock_is_wanted(int fd)
{
	struct flock lock = waiting(F_WRLCK);

	return fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

/* 0 when locked, else -1 and errno; ETIMEDOUT is the deadline's. */
static int lock_until(int fd, bool shared_fs, int64_t deadline_ms)
{
	struct alarm_clock clock;
	int errnum = EINTR;

	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	if (errno != EWOULDBLOCK)
		return -1;
	if (kd_monotonic_ms() >= deadline_ms) {
		errno = ETIMEDOUT;
		return -1;
	}
	if (set_alarm(&clock, deadline_ms) != 0)
		return -1;
	if (!shared_fs)
		announce(fd, true);
	while (errnum == EINTR) {
		errnum = flock(fd, LOCK_EX) == 0 ? 0 : errno;
		if (errnum == EINTR && kd_monotonic_ms() >= deadline_ms)
			errnum = ETIMEDOUT;
	}
	unset_alarm(&clock);
	if (!shared_fs)
		announce(fd, false);
	errno = errnum;
	return errnum == 0 ? 0 : -1;
}

/* Someone may have removed or replaced the file while we waited: a lock on
 * a file without a name keeps nobody out. */
static bool is_current(int fd, const struct kd_place *place, const char *name)
{
	struct stat mine, named;

	return fstat(fd, &mine) == 0 &&
	       fstatat(place->dir_fd, name, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
	       mine.st_dev == named.st_dev && mine.st_ino == named.st_ino;
}

static enum kd_status take(const struct kd_place *place, const char *name,
                           int64_t deadline_ms, int *ret, struct kd_error *err)
{
	int errnum;
	int fd;

	for (;;) {
		fd = openat(place->dir_fd, name,
		            O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (fd < 0)
			return kd_fail_errno(err, kd_status_of_errno(errno),
			                     errno, "open the lock %s-lock",
			                     place->path);
		if (lock_until(fd, place->shared_fs != NULL, deadline_ms) !=
		    0) {
			errnum = errno;
			(void)close(fd);
			if (errnum == ETIMEDOUT)
				return kd_fail(err, KD_BUSY,
				               "the store %s is busy: another "
				               "process holds its lock",
				               place->path);
			return kd_fail_errno(err, kd_status_of_errno(errnum),
			                     errnum, "lock %s-lock",
			                     place->path);
		}
		if (is_current(fd, place, name))
			break;
		(void)close(fd);
	}
	*ret = fd;
	return KD_OK;
}

enum kd_status kd_lock_take(const struct kd_place *place, int64_t deadline_ms,
                            int *ret, struct kd_error *err)
{
	char *name = kd_place_name(place->base, "-lock");
	enum kd_status st;

	if (name == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	st = take(place, name, deadline_ms, ret, err);
	free(name);
	return st;
}

enum kd_status kd_lock_is_marked(int fd, bool *ret, struct kd_error *err)
{
	struct stat sb;

	if (fstat(fd, &sb) != 0)
		return kd_fail_errno(err, KD_IO, errno, "look at the lock");
	*ret = sb.st_size > 0;
	return KD_OK;
}

enum kd_status kd_lock_mark(int fd, const char *id, struct kd_error *err)
{
	char *line = kd_place_name(id, "\n");
	enum kd_status st = KD_OK;
	ssize_t n;

	if (line == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	n = pwrite(fd, line, strlen(line), 0);
	if (n < 0)
		st = kd_fail_errno(err, kd_status_of_errno(errno), errno,
		                   "write the lock");
	else if ((size_t)n != strlen(line))
		st = kd_fail(err, KD_NOSPACE, "write the lock: cut short");
	else if (fsync(fd) != 0)
		st = kd_fail_errno(err, kd_status_of_errno(errno), errno,
		                   "sync the lock");
	free(line);
	return st;
}

/* Behind the id and its line end. */
enum { NOTE_OFFSET = 33 };

bool kd_lock_has_note(int fd, const char *note)
{
	char buffer[KD_LOCK_NOTE_SIZE];
	size_t size = strlen(note);

	return size <= sizeof(buffer) &&
	       pread(fd, buffer, size, NOTE_OFFSET) == (ssize_t)size &&
	       memcmp(buffer, note, size) == 0;
}

void kd_lock_put_note(int fd, const char *note)
{
	ssize_t n = pwrite(fd, note, strlen(note), NOTE_OFFSET);

	(void)n; /* see lock.h */
}
