/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * options.h - the command line, taken apart.  Pure: no file, no store.
 */
#ifndef KD_REPORT_OPTIONS_H
#define KD_REPORT_OPTIONS_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>

#include "store/base/error.h"
#include "store/store.h"

enum kd_command {
	KD_COMMAND_DIGEST,
	KD_COMMAND_MARK,
	KD_COMMAND_MARKERS,
	KD_COMMAND_UNMARK,
	KD_COMMAND_SHOW,
	KD_COMMAND_SERIES,
	KD_COMMAND_MAILMAP,
	KD_COMMAND_SEARCH,
	KD_COMMAND_MBOX,
	KD_COMMAND_EXPORT,
	KD_COMMAND_STATS,
	KD_COMMAND_COMPLETE,
	KD_COMMAND_BACKUP,
};

enum { KD_ARGS_MAX = 2, KD_WORDS_MAX = 16 };

/* What an option was given, each time that it was. */
struct kd_words {
	const char *words[KD_WORDS_MAX]; /* n of them */
	size_t n;
};

/* All borrowed from argv; NULL, 0: not given. */
struct kd_options {
	enum kd_command command;
	const char *args[KD_ARGS_MAX]; /* n_args, without the command */
	size_t n_args;
	char *const *words; /* n_words, of search and complete */
	size_t n_words;
	const char *conf;
	const char *store;
	const char *list;
	const char *format;
	const char *messages;
	const char *sections;
	const char *output;
	unsigned int top;
	unsigned int waiting_days; /* the configuration's */
	const char *advance;       /* the marker's name */
	struct kd_words paths;     /* these five: what the digest is about */
	struct kd_words authors;
	struct kd_words subjects;
	const char *series;
	const char *view;
	const char *mail_to;
	const char *color; /* as it was written */
	bool no_pager;
	bool raw;
	unsigned int variant;
	const char *reroll; /* these four of mbox */
	bool cover;
	bool no_trailers;
	bool partial;
	bool force; /* of backup */
	unsigned int limit;
	bool index;
	bool verbose;
	bool help;
	bool version;
};

/* KD_USAGE.  Options may stand before and behind the command. */
KD_MUST_CHECK
enum kd_status kd_options_parse(int argc, char *argv[], struct kd_options *ret,
                                struct kd_error *err);

/* What the tables of the command line say, for complete.h. */
struct kd_command_row {
	const char *name;
	enum kd_command command;
	const char *usage; /* "mark NAME [POINT]" */
};

/* The i-th command; false behind the last. */
bool kd_options_command(size_t i, struct kd_command_row *ret);

/* All options, as getopt_long(3) has them; and whether the command takes the
 * i-th. */
const struct option *kd_options_longs(void);
bool kd_options_takes(enum kd_command command, size_t i);

/* What --help prints. */
extern const char *const kd_options_help;

#endif /* KD_REPORT_OPTIONS_H */
