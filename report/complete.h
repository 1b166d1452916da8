/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * complete.h - what may stand at the end of a command line of the report,
 * for the completion of the shells (conf/kvmdigest.bash, .zsh, .fish).
 *
 * All names come from the tables that the program itself goes by, so that a
 * new option, command, format or section is completed by itself.
 */
#ifndef KD_REPORT_COMPLETE_H
#define KD_REPORT_COMPLETE_H

#include <stdio.h>

#include "report/options.h"
#include "report/view.h"
#include "store/base/typed.h"

/* A command line up to the cursor. */
struct kd_report_typed {
	struct kd_typed typed;
	enum kd_command command;
	bool has_command; /* it was written, and is not the default */
	size_t n_args;    /* before the cursor, without the command */
	const char *conf; /* -c, -d, as written; NULL: not given */
	const char *store;
};

/* words: what stands behind the program's name, n of them. */
void kd_complete_read(char *const *words, size_t n,
                      struct kd_report_typed *ret);

/* The names that the user has given. */
struct kd_given_names {
	const struct kd_list *lists; /* n_lists, of the configuration */
	size_t n_lists;
	/* The i-th view of views_of; NULL behind the last.  NULL: none. */
	const char *(*view)(const void *views_of, size_t i);
	const void *views_of;
	const char *store_path; /* absolute; NULL: unknown */
	bool journal_delete;
};

/*
 * Write to out what the word at the cursor may become, one to a line; behind
 * the name of a command a tab, and what it takes.  The line ":files" says
 * that names of files may stand there.  Names in the store are left out when
 * it is not there, cannot be read at once, or is of another schema: it is
 * never changed, and nothing is said.
 */
void kd_complete_write(const struct kd_report_typed *line,
                       const struct kd_given_names *names,
                       struct kd_arena *arena, FILE *out);

#endif /* KD_REPORT_COMPLETE_H */
