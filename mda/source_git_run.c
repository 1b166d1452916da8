/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * source_git_run.c - see source_git.h.
 */
#include "mda/source_git.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/base/text.h"

enum {
	PIPE_SIZE = 1 << 20,
	BUFFER_SIZE = 64 << 10,
};

static void close_fd(int fd)
{
	if (fd >= 0)
		(void)close(fd);
}

/* "PATH=..." of this process, or NULL. */
static char *keep(const char *name)
{
	const char *value = secure_getenv(name);
	char *ret = NULL;

	if (value == NULL || asprintf(&ret, "%s=%s", name, value) < 0)
		return NULL;
	return ret;
}

static int spawn(const char *const *argv, int in, int out, int said, pid_t *ret)
{
	static char no_system[] = "GIT_CONFIG_NOSYSTEM=1";
	static char no_prompt[] = "GIT_TERMINAL_PROMPT=0";
	static char no_locks[] = "GIT_OPTIONAL_LOCKS=0";
	static char plain[] = "LC_ALL=C";
	char *path = keep("PATH");
	char *home = keep("HOME");
	char *env[] = {
		no_system, no_prompt, no_locks, plain, NULL, NULL, NULL
	};
	posix_spawn_file_actions_t files;
	size_t n = 4;
	int code;

	if (path != NULL)
		env[n++] = path;
	if (home != NULL)
		env[n] = home;
	code = posix_spawn_file_actions_init(&files);
	if (code == 0) {
		code = posix_spawn_file_actions_adddup2(&files, in, 0);
		if (code == 0)
			code = posix_spawn_file_actions_adddup2(&files, out, 1);
		if (code == 0)
			code = posix_spawn_file_actions_adddup2(&files, said,
			                                        2);
		if (code == 0)
			code = posix_spawnp(ret, "git", &files, NULL,
			                    (char *const *)(uintptr_t)argv,
			                    env);
		(void)posix_spawn_file_actions_destroy(&files);
	}
	free(path);
	free(home);
	return code;
}

/* Pipe ends that the child is not to inherit but by their new numbers. */
static int pair(int with, int fds[2])
{
	fds[0] = -1;
	fds[1] = -1;
	if (!with) {
		fds[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
		return fds[0] < 0 ? errno : 0;
	}
	return pipe2(fds, O_CLOEXEC) != 0 ? errno : 0;
}

/* Close the files, and wait; as waitpid(2) says it. */
static int wait_for_end(const struct kd_git *git)
{
	int status = 0;

	if (git->in != NULL)
		(void)fclose(git->in);
	if (git->out != NULL)
		(void)fclose(git->out);
	while (waitpid(git->pid, &status, 0) < 0 && errno == EINTR)
		continue;
	return status;
}

/* Git goes on while we are busy, and neither of us is woken for each
 * message.  What of it is not granted only makes it slower.  On success the
 * file has fd. */
static FILE *open_out(int fd, int pumped)
{
	FILE *ret;

	(void)fcntl(fd, F_SETPIPE_SZ, PIPE_SIZE);
	ret = pumped ? kd_git_pump(fd) : NULL;
	if (ret == NULL)
		ret = fdopen(fd, "r");
	if (ret != NULL)
		(void)setvbuf(ret, NULL, _IOFBF, BUFFER_SIZE);
	return ret;
}

enum kd_status kd_git_begin(const char *path, const char *const *args,
                            int with_input, struct kd_git *ret,
                            struct kd_error *err)
{
	const char *argv[KD_GIT_ARGS_MAX + 4] = { "git", "--no-replace-objects",
		                                  "-C", path };
	int in[2] = { -1, -1 };
	int out[2] = { -1, -1 };
	int code;

	for (size_t i = 0; i < KD_GIT_ARGS_MAX - 1 && args[i] != NULL; i++)
		argv[4 + i] = args[i];
	*ret = (struct kd_git)KD_GIT_INIT;
	ret->said = memfd_create("git", MFD_CLOEXEC);
	code = ret->said < 0 ? errno : pair(with_input, in);
	if (code == 0)
		code = pair(1, out);
	if (code == 0)
		code = spawn(argv, in[0], out[1], ret->said, &ret->pid);
	close_fd(in[0]);
	close_fd(out[1]);
	if (code == 0) {
		ret->out = open_out(out[0], with_input);
		ret->in = in[1] < 0 ? NULL : fdopen(in[1], "w");
		if (ret->out != NULL && (in[1] < 0 || ret->in != NULL))
			return KD_OK;
		code = ENOMEM;
	}
	if (ret->out == NULL)
		close_fd(out[0]);
	if (ret->in == NULL)
		close_fd(in[1]);
	if (ret->pid != 0)
		(void)wait_for_end(ret);
	close_fd(ret->said);
	*ret = (struct kd_git)KD_GIT_INIT;
	if (code == ENOENT)
		return kd_fail(err, KD_IO, "%s: git is not installed", path);
	return kd_fail_errno(err, kd_status_of_errno(code), code, "run git");
}

/* What git said last that is worth saying. */
static void complaint(const struct kd_git *git, char *ret, size_t size)
{
	ssize_t n = pread(git->said, ret, size - 1, 0);

	if (n < 0)
		n = 0;
	ret[n] = '\0';
	for (char *c = ret; *c != '\0'; c++) {
		if (*c == '\n')
			*c = ' ';
	}
}

enum kd_status kd_git_end(struct kd_git *git, const char *path,
                          int stopped_early, struct kd_error *err)
{
	enum kd_status st = KD_OK;
	char said[KD_ERROR_TEXT_MAX];
	int status;

	if (git->pid == 0)
		return KD_OK;
	status = wait_for_end(git);
	if (status != 0 && !stopped_early) {
		complaint(git, said, sizeof(said));
		st = kd_fail(err, KD_IO, "%s: %s", path,
		             said[0] != '\0' ? said : "git failed");
	}
	close_fd(git->said);
	*git = (struct kd_git)KD_GIT_INIT;
	return st;
}

enum kd_status kd_git_line(const char *path, const char *const *args, char *ret,
                           size_t size, struct kd_error *err)
{
	struct kd_git git = KD_GIT_INIT;
	enum kd_status st;
	int c;

	ret[0] = '\0';
	st = kd_git_begin(path, args, 0, &git, err);
	if (st != KD_OK)
		return st;
	if (fgets(ret, (int)size, git.out) != NULL)
		ret[strcspn(ret, "\n")] = '\0';
	do
		c = fgetc(git.out);
	while (c != EOF);
	return kd_git_end(&git, path, 0, err);
}
