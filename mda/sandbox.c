/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sandbox.c - see sandbox.h.
 */
#include "mda/sandbox.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "store/base/sanitized.h"

enum {
	FILES_MAX = 16,       /* RLIMIT_NOFILE; iconv opens a few */
	OLD_FILES_MAX = 1024, /* closed where close_range(2) is unknown */
};

static bool limit(unsigned int resource, uint64_t soft, uint64_t hard)
{
	struct rlimit old;
	struct rlimit new;

	if (getrlimit(resource, &old) < 0)
		return false;
	/* What stands may be lower already: never ask for more. */
	new.rlim_max = hard < old.rlim_max ? hard : old.rlim_max;
	new.rlim_cur = soft < new.rlim_max ? soft : new.rlim_max;
	return setrlimit(resource, &new) == 0;
}

/* Valgrind lets no process lower the hard limit on files: then the soft one
 * has to do. */
static bool set_limits(const struct kd_sandbox *limits)
{
	/* The sanitizers map terabytes. */
	if (!KD_SANITIZED && limits->memory > 0 &&
	    !limit(RLIMIT_AS, limits->memory, limits->memory))
		return false;
	return limit(RLIMIT_CPU, limits->cpu_seconds,
	             limits->cpu_seconds + 1ULL) &&
	       limit(RLIMIT_CORE, 0, 0) && limit(RLIMIT_FSIZE, 0, 0) &&
	       (limit(RLIMIT_NOFILE, FILES_MAX, FILES_MAX) ||
	        limit(RLIMIT_NOFILE, FILES_MAX, RLIM_INFINITY));
}

/* Those that the parent has other plans for, the one by which the time limit
 * speaks, and those by which a parser dies: one call for each signal there is
 * would take longer than most mails do.  Who ignores others changes nothing,
 * for SIGKILL ends us. */
static void default_signals(void)
{
	const int changed[] = { SIGPIPE, SIGXFSZ, SIGALRM, SIGRTMIN,
		                SIGXCPU, SIGSEGV, SIGBUS,  SIGFPE,
		                SIGILL,  SIGABRT, SIGTRAP, SIGSYS };
	sigset_t none;

	for (size_t i = 0; i < sizeof(changed) / sizeof(changed[0]); i++)
		(void)signal(changed[i], SIG_DFL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/*
 * Standard input, output and error become /dev/null: what a library, or a
 * mail that took it over, says there is read by a delivery agent.  The
 * sanitizers keep the last one, for what they find has to be seen.
 */
static bool let_go_of_standard_files(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int last = KD_SANITIZED ? STDOUT_FILENO : STDERR_FILENO;

	if (null < 0)
		return false;
	for (int fd = STDIN_FILENO; fd <= last; fd++)
		if (dup2(null, fd) < 0)
			return false;
	return null <= STDERR_FILENO || close(null) == 0;
}

/* All but one, which becomes KD_SANDBOX_FD: what an agent has left open
 * is no business of a mail either. */
static bool let_go_of_files(int fd)
{
	if (!let_go_of_standard_files() ||
	    (fd != KD_SANDBOX_FD && dup3(fd, KD_SANDBOX_FD, O_CLOEXEC) < 0))
		return false;
	if (close_range(KD_SANDBOX_FD + 1, ~0U, 0) == 0)
		return true;
	for (int old = KD_SANDBOX_FD + 1; old < OLD_FILES_MAX; old++)
		(void)close(old);
	return true;
}

bool kd_sandbox_enter(const struct kd_sandbox *limits, int fd, pid_t parent)
{
	default_signals();
	/* No child outlives its parent, none is a core file of somebody who
	 * collects them whatever the limit says, and none reads the
	 * environment: GCONV_PATH and the like are no interface of ours. */
	return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent &&
	       prctl(PR_SET_DUMPABLE, 0) == 0 && clearenv() == 0 &&
	       let_go_of_files(fd) && set_limits(limits);
}
