/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * command.h - what the program can be asked to do: one function for each,
 * which knows neither command line nor configuration file.
 */
#ifndef KD_MDA_COMMAND_H
#define KD_MDA_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mda/tee.h"
#include "store/store.h"

enum {
	KD_IDLE_MS = 8 * 1000,        /* reading: without a single byte */
	KD_TOTAL_MS = 15 * 60 * 1000, /* reading: in all */
	/* Bytes of a message that a row can hold for certain, whatever is
	 * configured: SQLite is given a limit of 64 MiB (reliability 2.3), and
	 * a message that it turns down would be turned down for ever. */
	KD_ROW_MAX = 48 << 20,
	/* Of the time to the last resort the parser has 5 ninths. */
	KD_PARSE_NINTHS = 5,
};

/* What command line and configuration say, put together. */
struct kd_setup {
	const char *conf_file; /* NULL: there is none */
	/* Why the defaults stand in its place, for --check; KD_OK: no fault */
	struct kd_error conf_wrong;
	const char *store_path; /* absolute; NULL: none is asked for */
	bool store_named; /* on the command line, or in a file named there */
	const struct kd_list *lists; /* n_lists of them */
	size_t n_lists;
	const struct kd_list *list; /* the list, whatever the headers say; NULL:
	                             * they say it */
	bool journal_delete;
	bool unlisted_skip;
	bool spool;           /* for what the store cannot take */
	uint64_t max_message; /* bytes */
	int64_t deadline_ms;  /* from end of input to the last resort */
	bool quiet;
	bool verbose;
	bool dry_run;               /* of --import: store nothing */
	const char *format;         /* of --import; NULL: to be found out */
	const char *const *sources; /* of --import, n_sources of them */
	size_t n_sources;
	size_t n_workers;   /* of --import; 0: as many as processors */
	struct kd_tee *tee; /* gets a copy of the message; NULL: none */
};

typedef enum kd_status kd_command_fn(const struct kd_setup *setup,
                                     struct kd_error *err);

/* The message on standard input into the store, or into the spool.  All of
 * it is read, whatever happens. */
kd_command_fn kd_command_deliver;

/* The message on standard input as one line of JSON (json.h) on standard
 * output; nothing is stored. */
kd_command_fn kd_command_dryrun;

/* All that waits in the spool into the store.  One line to standard
 * output.  KD_BUSY when nobody gave way; the status of the last one when
 * files failed for their own sake. */
kd_command_fn kd_command_drain;

/* check.h and reparse.h, with the recipes of the user who runs it. */
kd_command_fn kd_command_check;
kd_command_fn kd_command_reparse;

/* import.h, with progress on standard error, and with setup->dry_run the
 * lines of json.h on standard output. */
kd_command_fn kd_command_import;

/* repack.h of the store, with progress and a sum on standard error. */
kd_command_fn kd_command_repack;

/* "kvmdigest-mda: TEXT" and what is in bytes, as one line to standard
 * error that harms no terminal. */
void kd_command_say(const char *text, struct kd_bytes bytes);

#endif /* KD_MDA_COMMAND_H */
