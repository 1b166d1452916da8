/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * options.h - the command line of the hook, as it was typed.
 */
#ifndef KD_MDA_OPTIONS_H
#define KD_MDA_OPTIONS_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>

#include "mda/command.h"
#include "store/base/error.h"

enum kd_mode_name {
	KD_MODE_DELIVER,
	KD_MODE_DRYRUN,
	KD_MODE_DRAIN,
	KD_MODE_REPARSE,
	KD_MODE_CHECK,
	KD_MODE_IMPORT,
	KD_MODE_REPACK,
	KD_MODE_COMPLETE,
};

struct kd_mode {
	const char *option;
	kd_command_fn *run;
	bool reads;  /* a message on standard input */
	bool stores; /* it has to do with a store */
};

/* In the order of enum kd_mode_name; all but the first end with the precise
 * code.  run: NULL, complete.h does it, before there is a set-up. */
extern const struct kd_mode kd_modes[];

struct kd_mda_options {
	enum kd_mode_name mode;
	int n_modes;          /* how many were asked for */
	const char *conf;     /* NULL: find it */
	const char *store;    /* NULL: the configuration says it */
	const char *list;     /* NULL: the headers say it */
	const char *format;   /* NULL: to be found out */
	char *const *sources; /* n_sources of them; of --complete, words */
	size_t n_sources;
	size_t n_workers; /* 0: as many as processors */
	bool dry_run;     /* with another mode */
	bool tee;
	bool quiet;
	bool verbose;
	bool help;
	bool version;
};

extern const char kd_usage[];

/* All options, as getopt_long(3) has them. */
extern const struct option kd_mda_longs[];

/* The first fault is told; what comes behind it is looked at all the same,
 * for a message must be passed on where --tee says so. */
KD_MUST_CHECK
enum kd_status kd_mda_options_parse(int argc, char *argv[],
                                    struct kd_mda_options *o,
                                    struct kd_error *err);

#endif /* KD_MDA_OPTIONS_H */
