/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pager.c - a pipe in the place of standard output, with the user's pager
 * behind it.
 */
#include "report/pager.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

const char *kd_pager_command(void)
{
	/* One thread. NOLINTNEXTLINE(concurrency-mt-unsafe) */
	const char *pager = getenv("PAGER");

	if (pager == NULL)
		return "less";
	return pager[0] == '\0' || strcmp(pager, "cat") == 0 ? NULL : pager;
}

/* True when there is something to read, false at the end of what is. */
static bool wait_input(void)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	int size = 0;
	int n;

	do
		n = poll(&input, 1, -1);
	while (n < 0 && errno == EINTR);
	/* Where it cannot be known the pager will find out. */
	return n < 0 || ioctl(STDIN_FILENO, FIONREAD, &size) != 0 || size > 0;
}

/* What was to be shown is lost: that must be said. */
static void give_up(void)
{
	(void)fputs("kvmdigest-report: the pager cannot be started; "
	            "--no-pager does without\n",
	            stderr);
	_exit(EXIT_FAILURE);
}

/* In the child: does not return. */
static void run(const char *command, int input)
{
	if (dup2(input, STDIN_FILENO) < 0)
		give_up();
	(void)close(input);
	/* The report ignores it; a pager counts on it. */
	(void)signal(SIGPIPE, SIG_DFL);
	if (!wait_input())
		_exit(EXIT_SUCCESS);
	if (setenv("LESS", "FRX", 0) != 0 || setenv("LV", "-c", 0) != 0)
		give_up();
	(void)execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	give_up();
}

enum kd_status kd_pager_start(const char *command, pid_t *ret,
                              struct kd_error *err)
{
	int ends[2];
	pid_t pid;

	if (pipe(ends) != 0)
		return kd_fail_errno(err, KD_IO, errno, "no pipe to a pager");
	pid = fork();
	if (pid == 0) {
		(void)close(ends[1]);
		run(command, ends[0]);
	}
	(void)close(ends[0]);
	if (pid < 0 || dup2(ends[1], STDOUT_FILENO) < 0) {
		int errnum = errno;

		(void)close(ends[1]);
		return kd_fail_errno(err, KD_IO, errnum, "no pager '%s'",
		                     command);
	}
	(void)close(ends[1]);
	*ret = pid;
	return KD_OK;
}

void kd_pager_wait(pid_t pager)
{
	(void)close(STDOUT_FILENO);
	/* Ctrl-C is the pager's to deal with, as long as it is there. */
	(void)signal(SIGINT, SIG_IGN);
	while (waitpid(pager, NULL, 0) < 0 && errno == EINTR)
		;
}
