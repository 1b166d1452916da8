/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_process.c - the start of the hook in bad surroundings, and its end
 * by the alarm; each in a process of its own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "mda/process.h"

/* What became of fn in a child: its exit code, or 1000 + the signal. */
static int outcome(int (*fn)(void))
{
	int status = 0;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(fn());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status)
	                         : 1000 + WTERMSIG(status);
}

static int check_files(void)
{
	struct stat null, st;
	char byte;

	if (stat("/dev/null", &null) != 0)
		return 10;
	for (int fd = 0; fd <= 2; fd++)
		(void)close(fd);
	if (kd_process_init(NULL) != KD_OK)
		return 11;
	for (int fd = 0; fd <= 2; fd++)
		if (fstat(fd, &st) != 0 || st.st_rdev != null.st_rdev)
			return 12 + fd;
	return read(0, &byte, 1) == 0 && write(2, "x", 1) == 1 ? 0 : 20;
}

/* One that is open stays what it is. */
static int check_open_file(void)
{
	int fds[2];
	char byte = 0;

	if (pipe(fds) != 0 || dup2(fds[0], 0) != 0)
		return 10;
	(void)close(1);
	if (kd_process_init(NULL) != KD_OK || write(fds[1], "y", 1) != 1 ||
	    read(0, &byte, 1) != 1)
		return 11;
	return byte == 'y' ? 0 : 12;
}

static int check_signals(void)
{
	struct sigaction action;
	struct rlimit core;
	sigset_t set;
	int fds[2];
	pid_t pid;

	(void)sigfillset(&set);
	(void)sigprocmask(SIG_SETMASK, &set, NULL);
	(void)signal(SIGCHLD, SIG_IGN);
	(void)signal(SIGPIPE, SIG_DFL);
	(void)umask(0);
	if (kd_process_init(NULL) != KD_OK)
		return 10;
	if (umask(0) != 077)
		return 11;
	if (sigprocmask(SIG_BLOCK, NULL, &set) != 0 ||
	    sigismember(&set, SIGALRM) != 0)
		return 12;
	if (getrlimit(RLIMIT_CORE, &core) != 0 || core.rlim_max != 0)
		return 13;
	if (sigaction(SIGXFSZ, NULL, &action) != 0 ||
	    action.sa_handler != SIG_IGN)
		return 14;
	if (pipe(fds) != 0 || close(fds[0]) != 0 ||
	    write(fds[1], "x", 1) != -1) /* and we are alive */
		return 15;
	pid = fork();
	if (pid == 0)
		_exit(0);
	return waitpid(pid, NULL, 0) == pid ? 0 : 16;
}

/* Not in a loop of our own: inside a system call that has no time limit. */
static int wait_for_ever(void)
{
	if (kd_process_init(NULL) != KD_OK)
		return 10;
	kd_process_end_after(60000);
	kd_process_end_after(100); /* the later one counts */
	for (;;)
		if (pause() == 0)
			return 11;
}

static int spin_for_ever(void)
{
	volatile unsigned int n = 1;

	kd_process_end_after(100);
	while (n != 0)
		n = n % 1000 + 1;
	return 11;
}

static int end_before_it(void)
{
	kd_process_end_after(60000);
	return 3;
}

/* A message that is kept must not be offered again. */
static int wait_with_all_kept(void)
{
	kd_process_end_after(100);
	kd_process_keep();
	for (;;)
		if (pause() == 0)
			return 11;
}

static int end_never(void)
{
	const struct timespec nap = { .tv_nsec = 200000000 };

	kd_process_end_after(100);
	kd_process_end_after(0);
	(void)nanosleep(&nap, NULL);
	return 4;
}

/* As libconfig's scanner does. */
static int exit_in_a_library(void)
{
	if (kd_process_init(NULL) != KD_OK)
		return 10;
	exit(2);
}

static void test_process_table(void **state)
{
	static const struct {
		const char *name;
		int (*fn)(void);
		int outcome;
	} table[] = {
		{ "closed files", check_files, 0 },
		{ "an open file", check_open_file, 0 },
		{ "signals and limits", check_signals, 0 },
		{ "alarm in a system call", wait_for_ever, 75 },
		{ "alarm in a loop", spin_for_ever, 75 },
		{ "no alarm yet", end_before_it, 3 },
		{ "alarm behind the end", wait_with_all_kept, 0 },
		{ "no alarm", end_never, 4 },
		{ "the exit of a library", exit_in_a_library, 75 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		print_message("%s\n", table[i].name);
		assert_int_equal(outcome(table[i].fn), table[i].outcome);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_process_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
