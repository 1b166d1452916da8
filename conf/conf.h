/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * conf.h - the configuration, read once and never changed afterwards.
 *
 * Plain values with defaults filled in and checked; no libconfig type
 * leaves conf.c.  Only the two main.c see a struct kd_conf: they hand each
 * module the few values that it needs.
 */
#ifndef KD_CONF_CONF_H
#define KD_CONF_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/base/error.h"
#include "store/store.h"

/* What concerns the reader; each array ends with NULL, or is NULL. */
struct kd_conf_view {
	const char *name; /* of views; NULL: watch */
	char **paths;     /* globs */
	char **people;    /* pieces of names and addresses */
	char **words;     /* pieces of subjects */
};

struct kd_conf {
	/* lists: the first is the default of the report. */
	struct kd_list *lists; /* n_lists of them, at least 1 */
	size_t n_lists;
	char *file;           /* what was read, or NULL: built-in defaults */
	char *store_path;     /* store.path, absolute; ~/ expanded.  NULL: it is
	                       * not said, and there is no home for it */
	bool journal_delete;  /* store.journal: "wal" (default) or "delete" */
	bool unlisted_skip;   /* mda.unlisted: "keep" (default) or "skip" */
	uint64_t max_message; /* mda.max_message, bytes; longer ones go to a
	                       * file of their own; default 32 MiB */
	unsigned int deadline; /* mda.deadline, seconds from end of input to the
	                        * last resort; default 9 */
	bool on_db_failure_tempfail; /* mda.on_db_failure: "spool" (default) or
	                              * "tempfail" */
	char *format;                /* report.format; default "text" */
	char **sections;  /* report.sections; NULL-terminated; NULL: default */
	char *messages;   /* report.messages: "cover", "first" or "all" */
	unsigned int top; /* report.top; default 15 */
	unsigned int waiting_days; /* report.waiting_days; default 14 */
	char *mailmap;             /* report.mailmap, or NULL */
	char *employers;           /* report.employers, or NULL */
	char *mail_to;             /* report.mail_to, or NULL */
	char *mail_from;           /* report.mail_from, or NULL */
	struct kd_conf_view watch;
	struct kd_conf_view *views; /* n_views of them */
	size_t n_views;
};

/*
 * Load path, or, when path is NULL, the first that exists of
 * $XDG_CONFIG_HOME/kvmdigest/kvmdigest.conf (default ~/.config) and
 * /etc/kvmdigest.conf; with none of them the defaults stand.  HOME may be
 * unset: then the password database says where home is.  The file must be
 * root's or ours, and nobody else may be able to write it.
 *
 * KD_CONFIG  what it says is wrong: the text is "FILE:LINE: key: expected
 *            ..., found ..."; or path is not there: "FILE: expected ..."
 * KD_PERM    it cannot be read, or owner or mode are wrong
 * KD_IO      it, or the password database, gave an error
 * No file of the search path that exists is passed over because of an
 * error.
 * On KD_OK the caller frees *ret with kd_conf_free().
 */
KD_MUST_CHECK
enum kd_status kd_conf_load(const char *path, struct kd_conf **ret,
                            struct kd_error *err);

/* The same from text, named file in messages: for tests and fuzzing.  file
 * NULL: there is no file, and the defaults stand. */
KD_MUST_CHECK
enum kd_status kd_conf_parse(const char *text, size_t size, const char *file,
                             struct kd_conf **ret, struct kd_error *err);

/* NULL is allowed. */
void kd_conf_free(struct kd_conf *conf);

/* The list of that name (without regard to case), or NULL. */
const struct kd_list *kd_conf_list(const struct kd_conf *conf,
                                   const char *name);

#endif /* KD_CONF_CONF_H */
