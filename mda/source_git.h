/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * source_git.h - git as a process, and an archive that is read through it;
 * of use to source_git*.c only.
 */
#ifndef KD_MDA_SOURCE_GIT_H
#define KD_MDA_SOURCE_GIT_H

#include <stdio.h>
#include <sys/types.h>

#include "mda/source_internal.h"
#include "store/base/error.h"

struct kd_git {
	pid_t pid; /* 0: it does not run */
	FILE *in;  /* to its standard input; NULL: it has none */
	FILE *out; /* from its standard output */
	int said;  /* a file with its standard error; -1: none */
};

#define KD_GIT_INIT                                                            \
	{                                                                      \
		.pid = 0, .said = -1                                           \
	}

enum { KD_GIT_ARGS_MAX = 16 };

/*
 * Run git on the repository at path: no shell, no configuration of the
 * machine, no prompt, no locks taken, of the environment only PATH and
 * HOME.  args ends with NULL.  On KD_OK the caller ends it with
 * kd_git_end().
 */
KD_MUST_CHECK
enum kd_status kd_git_begin(const char *path, const char *const *args,
                            int with_input, struct kd_git *ret,
                            struct kd_error *err);

/* Close the files and wait.  KD_IO with what git said when it did not end
 * well; stopped early, it does not matter how it ends. */
KD_MUST_CHECK
enum kd_status kd_git_end(struct kd_git *git, const char *path,
                          int stopped_early, struct kd_error *err);

/* The first line of what git on the repository prints, into ret. */
KD_MUST_CHECK
enum kd_status kd_git_line(const char *path, const char *const *args, char *ret,
                           size_t size, struct kd_error *err);

/* --- source_git_pump.c ------------------------------------------------ */

/* What comes from fd, which is read ahead of whoever reads the file.  NULL:
 * there is no thread or memory, and fd is still the caller's; else the file
 * has it. */
FILE *kd_git_pump(int fd);

/* --- source_git_log.c ------------------------------------------------- */

enum {
	KD_COMMIT_HEX = 2 * KD_COMMIT_SIZE,
	KD_GIT_LINE_SIZE = 512,
	/* Objects that git was asked for and has not been heard about: their
	 * names must fit into a pipe. */
	KD_GIT_AHEAD = 1024,
	KD_GIT_PATH_SIZE = 4300,
	KD_GIT_POSITION_SIZE = 80,
};

/* A message that is to come. */
struct kd_git_coming {
	char commit[KD_COMMIT_HEX + 1];
	int64_t time;
};

struct kd_git_archive {
	char path[KD_GIT_PATH_SIZE];  /* of the repository that is read */
	const char *top;              /* of all of the archive */
	int fd;                       /* its directory, to keep it */
	int epoch;                    /* -1: there is one repository */
	char from[KD_COMMIT_HEX + 1]; /* "" or where to go on in it */
	int first_epoch; /* where this run began, and behind what */
	char first_from[KD_COMMIT_HEX + 1];
	struct kd_git log, cat, counting;
	bool commands;                  /* cat is given commands */
	bool reading;                   /* log and cat run */
	bool log_ends;                  /* nothing more comes from log */
	bool any;                       /* it has had a message */
	char commit[KD_COMMIT_HEX + 1]; /* the log is at */
	int64_t time;
	struct kd_git_coming queue[KD_GIT_AHEAD];
	size_t first, n;
	char *data;
	size_t room;
	unsigned char id[KD_COMMIT_SIZE];
	char last[KD_COMMIT_HEX + 1]; /* handed out */
	uint64_t done, total;
	char position[KD_GIT_POSITION_SIZE];
	char where[KD_GIT_PATH_SIZE + KD_COMMIT_HEX + 16];
};

/* Are the first n of s hex digits? */
bool kd_git_is_hex(const char *s, size_t n);

/* Let git look for the messages that come next, while there are any. */
KD_MUST_CHECK
enum kd_status kd_git_ask_ahead(struct kd_git_archive *a, struct kd_error *err);

/* The next of those, of which there is one. */
KD_MUST_CHECK
enum kd_status kd_git_read_next(struct kd_git_archive *a,
                                struct kd_source_mail *ret,
                                struct kd_error *err);

#endif /* KD_MDA_SOURCE_GIT_H */
