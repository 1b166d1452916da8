/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * source_git.c - public-inbox archives: each message is a commit.
 *
 * Of version 2 an archive is a directory with git/0.git, git/1.git and so
 * on, each commit having its message in the file "m"; of version 1 it is
 * one repository with a file for each message, named after its Message-ID
 * (public-inbox-v1-format(5), public-inbox-v2-format(5)).  A removed
 * message is not handed out by the commit that removes it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mda/source_git.h"

enum { EPOCHS_MAX = 100000 };

/* --- Repositories --------------------------------------------------------- */

/* Where not, errno says why. */
static bool has_dir(const char *path, const char *name)
{
	char full[KD_GIT_PATH_SIZE + 16];
	struct stat meta;

	(void)snprintf(full, sizeof(full), "%s/%s", path, name);
	if (stat(full, &meta) != 0)
		return false;
	errno = ENOTDIR;
	return S_ISDIR(meta.st_mode);
}

static void epoch_path(const struct kd_git_archive *a, int epoch, char *ret,
                       size_t size)
{
	if (epoch < 0)
		(void)snprintf(ret, size, "%s", a->top);
	else
		(void)snprintf(ret, size, "%s/git/%d.git", a->top, epoch);
}

/* The range of commits to read: all, or those behind `from`, if that still
 * leads to the newest. */
static void settle_from(struct kd_git_archive *a)
{
	const char *const args[] = { "merge-base", "--is-ancestor", a->from,
		                     "HEAD", NULL };
	struct kd_error why = KD_ERROR_INIT;
	char line[KD_GIT_LINE_SIZE];

	if (a->from[0] != '\0' &&
	    kd_git_line(a->path, args, line, sizeof(line), &why) != KD_OK)
		a->from[0] = '\0';
}

static void range(const char *from, char *ret, size_t size)
{
	(void)snprintf(ret, size, "%s%sHEAD", from,
	               from[0] == '\0' ? "" : "..");
}

/* Can cat-file be told when to write, instead of after each object?  Since
 * git 2.36; it takes a third of its time less. */
static bool has_commands(const char *path)
{
	const char *const args[] = { "version", NULL };
	struct kd_error why = KD_ERROR_INIT;
	char line[KD_GIT_LINE_SIZE];
	char *dot;
	long major;

	if (kd_git_line(path, args, line, sizeof(line), &why) != KD_OK ||
	    !kd_bytes_starts(kd_bytes_of(line), "git version "))
		return false;
	major = strtol(line + strlen("git version "), &dot, 10);
	if (*dot != '.')
		return false;
	return major > 2 || (major == 2 && strtol(dot + 1, NULL, 10) >= 36);
}

static enum kd_status begin_reading(struct kd_git_archive *a,
                                    struct kd_error *err)
{
	char what[KD_COMMIT_HEX + 8];
	const char *const log[] = { "-c",
		                    "log.showRoot=true",
		                    "-c",
		                    "core.quotePath=false",
		                    "log",
		                    "--reverse",
		                    "--raw",
		                    "--no-abbrev",
		                    "--no-renames",
		                    "--no-color",
		                    "--no-ext-diff",
		                    "--format=%H %ct",
		                    what,
		                    "--",
		                    NULL };
	const char *const cat[] = { "cat-file",
		                    a->commands ? "--batch-command" : "--batch",
		                    a->commands ? "--buffer" : NULL, NULL };
	enum kd_status st;

	settle_from(a);
	range(a->from, what, sizeof(what));
	st = kd_git_begin(a->path, log, 0, &a->log, err);
	if (st == KD_OK)
		st = kd_git_begin(a->path, cat, 1, &a->cat, err);
	a->reading = st == KD_OK;
	a->log_ends = false;
	return st;
}

static enum kd_status end_reading(struct kd_git_archive *a, bool early,
                                  struct kd_error *err)
{
	enum kd_status st = kd_git_end(&a->log, a->path, early, err);
	enum kd_status other =
		kd_git_end(&a->cat, a->path, early, st == KD_OK ? err : NULL);

	a->reading = false;
	a->from[0] = '\0';
	return st == KD_OK ? other : st;
}

/* --- The archive ---------------------------------------------------------- */

/* Go to the next epoch.  *more: there is one. */
static enum kd_status next_epoch(struct kd_git_archive *a, bool *more,
                                 struct kd_error *err)
{
	*more = false;
	if (a->epoch < 0 || a->epoch >= EPOCHS_MAX)
		return KD_OK;
	epoch_path(a, a->epoch + 1, a->path, sizeof(a->path));
	*more = has_dir(a->path, "objects");
	if (!*more)
		return errno == ENOENT || errno == ENOTDIR
		               ? KD_OK
		               : kd_fail_errno(err, kd_status_of_errno(errno),
		                               errno, "%s", a->path);
	a->epoch++;
	return begin_reading(a, err);
}

static enum kd_status next(void *self, struct kd_source_mail *ret, bool *more,
                           struct kd_error *err)
{
	struct kd_git_archive *a = self;
	enum kd_status st = KD_OK;

	*ret = (struct kd_source_mail){ .where = a->where };
	*more = true;
	while (st == KD_OK && *more) {
		st = kd_git_ask_ahead(a, err);
		if (st != KD_OK)
			break;
		if (a->n > 0)
			return kd_git_read_next(a, ret, err);
		st = end_reading(a, false, err);
		if (st == KD_OK)
			st = next_epoch(a, more, err);
	}
	return st;
}

/* The commits are counted meanwhile. */
static enum kd_status begin_counting(const char *path, const char *from,
                                     struct kd_git *ret, struct kd_error *err)
{
	char what[KD_COMMIT_HEX + 8];
	const char *const args[] = { "rev-list", "--count", what, "--", NULL };

	range(from, what, sizeof(what));
	return kd_git_begin(path, args, 0, ret, err);
}

/* 0: it is not known. */
static uint64_t end_counting(const char *path, struct kd_git *git)
{
	char line[KD_GIT_LINE_SIZE] = "";
	struct kd_error why = KD_ERROR_INIT;

	if (git->pid == 0 || fgets(line, sizeof(line), git->out) == NULL)
		line[0] = '\0';
	if (kd_git_end(git, path, false, &why) != KD_OK)
		return 0;
	return strtoull(line, NULL, 10);
}

/* Nobody asked. */
static enum kd_status stop_counting(struct kd_git_archive *a)
{
	return kd_git_end(&a->counting, a->path, true, NULL);
}

static uint64_t count(const char *path, const char *from)
{
	struct kd_git git = KD_GIT_INIT;
	struct kd_error why = KD_ERROR_INIT;

	if (begin_counting(path, from, &git, &why) != KD_OK)
		return 0;
	return end_counting(path, &git);
}

static uint64_t total(void *self)
{
	struct kd_git_archive *a = self;
	char path[KD_GIT_PATH_SIZE];
	int epoch = a->first_epoch;

	if (a->total > 0)
		return a->total;
	epoch_path(a, epoch, path, sizeof(path));
	a->total = a->counting.pid != 0 ? end_counting(path, &a->counting)
	                                : count(path, a->first_from);
	for (epoch++; a->epoch >= 0 && epoch < EPOCHS_MAX; epoch++) {
		epoch_path(a, epoch, path, sizeof(path));
		if (!has_dir(path, "objects"))
			break;
		a->total += count(path, "");
	}
	return a->total;
}

static const char *position(void *self)
{
	struct kd_git_archive *a = self;

	if (a->last[0] == '\0')
		return NULL;
	(void)snprintf(a->position, sizeof(a->position), "%d %s", a->epoch,
	               a->last);
	return a->position;
}

static void close_archive(void *self)
{
	struct kd_git_archive *a = self;

	if (a->reading)
		(void)end_reading(a, true, NULL);
	(void)stop_counting(a);
	(void)close(a->fd);
	free(a->data);
	free(a);
}

/* Where an earlier run was, if that epoch is still there. */
static void resume(struct kd_git_archive *a, const char *position)
{
	char *end = NULL;
	long epoch = strtol(position, &end, 10);
	char path[KD_GIT_PATH_SIZE];

	if (end == position || *end != ' ' ||
	    strlen(end + 1) != KD_COMMIT_HEX ||
	    !kd_git_is_hex(end + 1, KD_COMMIT_HEX) ||
	    (epoch < 0) != (a->epoch < 0) || epoch > EPOCHS_MAX)
		return;
	epoch_path(a, (int)epoch, path, sizeof(path));
	if (!has_dir(path, "objects"))
		return;
	a->epoch = (int)epoch;
	memcpy(a->from, end + 1, KD_COMMIT_HEX + 1);
	memcpy(a->last, end + 1, KD_COMMIT_HEX + 1);
}

enum kd_status kd_source_open_git(const struct kd_source_opening *opening,
                                  void **ret, struct kd_error *err)
{
	struct kd_git_archive *a = calloc(1, sizeof(*a));
	const char *const head[] = { "rev-parse", "--verify", "HEAD^{commit}",
		                     NULL };
	char line[KD_GIT_LINE_SIZE];
	enum kd_status st;

	if (a == NULL) {
		(void)close(opening->fd);
		return kd_fail(err, KD_NOMEM, "out of memory");
	}
	a->fd = opening->fd;
	a->top = opening->path;
	a->log = (struct kd_git)KD_GIT_INIT;
	a->cat = (struct kd_git)KD_GIT_INIT;
	a->counting = (struct kd_git)KD_GIT_INIT;
	a->epoch = has_dir(a->top, "git/0.git") ? 0 : -1;
	if (opening->resume != NULL)
		resume(a, opening->resume);
	epoch_path(a, a->epoch, a->path, sizeof(a->path));
	a->commands = has_commands(a->path);
	st = kd_git_line(a->path, head, line, sizeof(line), err);
	if (st == KD_OK)
		st = begin_reading(a, err);
	a->first_epoch = a->epoch;
	memcpy(a->first_from, a->from, sizeof(a->from));
	if (st == KD_OK)
		st = begin_counting(a->path, a->from, &a->counting, err);
	if (st == KD_OK)
		st = kd_git_ask_ahead(a, err);
	if (st == KD_OK && a->n == 0 && a->from[0] == '\0' && a->epoch < 0)
		st = kd_fail(err, KD_NOTMAIL,
		             "%s: a git repository, but no archive of "
		             "public-inbox",
		             a->top);
	if (st != KD_OK) {
		close_archive(a);
		return st;
	}
	*ret = a;
	return KD_OK;
}

const struct kd_source_class kd_source_git = {
	.next = next,
	.total = total,
	.most = total,
	.position = position,
	.close = close_archive,
};
