/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * process.c - what can be wrong with a process before main() begins, and
 * the alarm that ends it.  It knows nothing of mail.
 */
#include "mda/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "mda/exitcode.h"

/* A file that is opened while 0, 1 or 2 is free would take its place, and
 * be written to by whoever means standard error. */
static enum kd_status open_standard_files(struct kd_error *err)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF)
			continue;
		if (open("/dev/null", O_RDWR) != fd)
			return kd_fail_errno(err, KD_IO, errno,
			                     "open /dev/null");
	}
	return KD_OK;
}

static void set_signals(void)
{
	sigset_t none;

	(void)signal(SIGPIPE, SIG_IGN); /* write fails instead */
	(void)signal(SIGXFSZ, SIG_IGN);
	(void)signal(SIGCHLD, SIG_DFL); /* ignored, children cannot be waited
	                                 * for */
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* We end by _exit().  A library that calls exit(), as libconfig's scanner
 * does when it is out of memory, has a code of its own: mail bounces. */
static void end_of_library(int code, void *unused)
{
	(void)unused;
	if (code != EXIT_SUCCESS && code != EXIT_FAILURE)
		_exit(kd_exitcode_delivery(KD_NOMEM));
}

enum kd_status kd_process_init(struct kd_error *err)
{
	const struct rlimit no_core = { .rlim_cur = 0, .rlim_max = 0 };
	enum kd_status st = open_standard_files(err);

	if (st != KD_OK)
		return st;
	if (on_exit(end_of_library, NULL) != 0)
		return kd_fail(err, KD_NOMEM, "out of memory");
	(void)umask(077);
	set_signals();
	if (setrlimit(RLIMIT_CORE, &no_core) < 0)
		return kd_fail_errno(err, KD_IO, errno, "limit core files");
	if (geteuid() != getuid() || getegid() != getgid() ||
	    getauxval(AT_SECURE) != 0)
		return kd_fail(err, KD_PERM,
		               "this program must not be setuid or setgid");
	return KD_OK;
}

static volatile sig_atomic_t end_code; /* a handler may call next to nothing */

static void end_now(int sig)
{
	(void)sig;
	_exit(end_code);
}

void kd_process_end_after(int64_t ms)
{
	struct itimerval timer = {
		.it_value = {
			.tv_sec = (time_t)(ms / 1000),
			.tv_usec = (suseconds_t)(ms % 1000 * 1000),
		},
	};

	end_code = kd_exitcode_delivery(KD_BUSY);
	(void)signal(SIGALRM, end_now);
	(void)setitimer(ITIMER_REAL, &timer, NULL);
}

void kd_process_keep(void)
{
	end_code = kd_exitcode_delivery(KD_OK);
}
