/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check.h - is the set-up right?  One line for each thing that is not, with
 * how to mend it.
 */
#ifndef KD_MDA_CHECK_H
#define KD_MDA_CHECK_H

#include <stdbool.h>
#include <stdio.h>

#include "store/base/error.h"

struct kd_check_opts {
	const char *store_path; /* absolute */
	bool journal_delete;    /* as in struct kd_store_opts */
	unsigned int deadline;  /* of a delivery, seconds */
	const char *conf_file;  /* what was read; NULL: defaults */
	/* Why it could not be, and the defaults stand; or NULL, or KD_OK. */
	const struct kd_error *conf_wrong;
	const char *program; /* this one, absolute; NULL: not known */
	const char *list_id; /* of the first list; NULL: not known */
	bool store_named;    /* commands are to name the store, too */
	const char *home;    /* where recipes are looked for; NULL: nowhere */
	const char *etc;     /* "/etc"; NULL: not looked at */
	bool verbose;        /* say what is right, too */
};

/*
 * Look at everything and write the findings to out: "wrong: ..." for what
 * has to be mended, "note: ..." for what is good to know, "ok: ..." for
 * the rest with verbose.  Changes nothing.
 *
 * KD_OK when nothing is wrong.  Else the status of the worst finding:
 * KD_CORRUPT, KD_SCHEMA, KD_PERM, KD_IO, KD_NOSPACE, KD_CONFIG (recipes and
 * time limits too) or KD_BUSY (something waits in the spool), in this
 * order.  KD_NOMEM, KD_IO (out) when it could not finish.
 */
KD_MUST_CHECK
enum kd_status kd_check_run(const struct kd_check_opts *opts, FILE *out,
                            struct kd_error *err);

#endif /* KD_MDA_CHECK_H */
