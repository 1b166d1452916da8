/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * options.c - see options.h.
 */
#include "mda/options.h"

#include <stdlib.h>

#include "mda/pool.h"

const char kd_usage[] =
	"usage: kvmdigest-mda [-qv] [-c FILE] [-d FILE] [-l LIST] [--tee] "
	"< MESSAGE\n"
	"       kvmdigest-mda --dry-run [-c FILE] [-l LIST] < MESSAGE\n"
	"       kvmdigest-mda --import [--format F] [-c FILE] [-d FILE] "
	"[-l LIST] SOURCE...\n"
	"       kvmdigest-mda --drain|--reparse|--repack|--check [-qv] "
	"[-c FILE]\n"
	"                     [-d FILE]\n"
	"\n"
	"Take the one mail message on standard input into the store.\n"
	"\n"
	"  -c, --config FILE  the configuration\n"
	"  -d, --store FILE   the store\n"
	"  -l, --list LIST    the list, whatever the headers say\n"
	"  -q, --quiet        nothing on standard error\n"
	"  -v, --verbose      say what was done\n"
	"      --tee          copy the message to standard output, unchanged\n"
	"      --dry-run      show as a line of JSON how the message is "
	"understood,\n"
	"                     store nothing\n"
	"      --import       take in mail that exists: mbox, Maildir, "
	"directory, message,\n"
	"                     public-inbox archive, - for standard input; "
	"with --dry-run\n"
	"                     show it only; LIST may be NAME=LIST-ID\n"
	"      --format F     of the sources: auto, mboxo, mboxrd, mboxcl, "
	"maildir, mh,\n"
	"                     message, git\n"
	"      --jobs N       parse in N processes; without it, as many as "
	"there are\n"
	"                     processors\n"
	"      --drain        move what waits in the spool into the store\n"
	"      --reparse      parse again what was not parsed well, or by an\n"
	"                     older release\n"
	"      --repack       pack the kept messages tighter, while mail goes "
	"on arriving\n"
	"      --check        is the set-up right?  One line for each finding\n"
	"      --complete -- WORD...\n"
	"                     what may follow on a command line, for shells\n"
	"      --help         show this\n"
	"      --version      show the version\n"
	"\n"
	"Exit codes: 0, the message is kept; 75, it has to be offered again.\n"
	"Of --drain: 0, all is done; 65, a file went to bad/; 75, busy; others\n"
	"as in <sysexits.h>.\n";

const struct kd_mode kd_modes[] = {
	[KD_MODE_DELIVER] = { NULL, kd_command_deliver, true, true },
	[KD_MODE_DRYRUN] = { "--dry-run", kd_command_dryrun, true, false },
	[KD_MODE_DRAIN] = { "--drain", kd_command_drain, false, true },
	[KD_MODE_REPARSE] = { "--reparse", kd_command_reparse, false, true },
	[KD_MODE_CHECK] = { "--check", kd_command_check, false, true },
	[KD_MODE_IMPORT] = { "--import", kd_command_import, false, true },
	[KD_MODE_REPACK] = { "--repack", kd_command_repack, false, true },
	[KD_MODE_COMPLETE] = { "--complete", NULL, false, false },
};

/* A mode is an option of its own: OPT_MODE and the number of the mode. */
enum { OPT_HELP = 256, OPT_VERSION, OPT_TEE, OPT_FORMAT, OPT_JOBS, OPT_MODE };

const struct option kd_mda_longs[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "store", required_argument, NULL, 'd' },
	{ "list", required_argument, NULL, 'l' },
	{ "quiet", no_argument, NULL, 'q' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "tee", no_argument, NULL, OPT_TEE },
	{ "dry-run", no_argument, NULL, OPT_MODE + KD_MODE_DRYRUN },
	{ "drain", no_argument, NULL, OPT_MODE + KD_MODE_DRAIN },
	{ "reparse", no_argument, NULL, OPT_MODE + KD_MODE_REPARSE },
	{ "check", no_argument, NULL, OPT_MODE + KD_MODE_CHECK },
	{ "repack", no_argument, NULL, OPT_MODE + KD_MODE_REPACK },
	{ "import", no_argument, NULL, OPT_MODE + KD_MODE_IMPORT },
	{ "complete", no_argument, NULL, OPT_MODE + KD_MODE_COMPLETE },
	{ "format", required_argument, NULL, OPT_FORMAT },
	{ "jobs", required_argument, NULL, OPT_JOBS },
	{ "help", no_argument, NULL, OPT_HELP },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ NULL, 0, NULL, 0 },
};

static enum kd_status set_file(const char **option, const char *name,
                               struct kd_error *err)
{
	if (optarg[0] == '\0')
		return kd_fail(err, KD_USAGE, "%s: the name is empty", name);
	*option = optarg;
	return KD_OK;
}

static enum kd_status set_jobs(struct kd_mda_options *o, struct kd_error *err)
{
	char *end = NULL;
	unsigned long n = strtoul(optarg, &end, 10);

	if (end == optarg || *end != '\0' || n < 1 || n > KD_POOL_WORKERS_MAX)
		return kd_fail(err, KD_USAGE, "--jobs: a number from 1 to %d",
		               KD_POOL_WORKERS_MAX);
	o->n_workers = n;
	return KD_OK;
}

static enum kd_status set_mode(struct kd_mda_options *o, enum kd_mode_name mode,
                               struct kd_error *err)
{
	enum kd_mode_name other = o->mode;

	o->mode = mode;
	if (o->n_modes++ == 1 &&
	    ((other == KD_MODE_IMPORT && mode == KD_MODE_DRYRUN) ||
	     (other == KD_MODE_DRYRUN && mode == KD_MODE_IMPORT))) {
		o->mode = KD_MODE_IMPORT;
		o->dry_run = true;
		return KD_OK;
	}
	if (o->n_modes > 1)
		return kd_fail(err, KD_USAGE, "%s: one thing at a time",
		               kd_modes[mode].option);
	return KD_OK;
}

static enum kd_status wrong_option(char *const argv[], struct kd_error *err)
{
	static const char text[] =
		"no such option, or its argument is missing; see --help";

	if (optopt > 0 && optopt < OPT_HELP)
		return kd_fail(err, KD_USAGE, "-%c: %s", optopt, text);
	return kd_fail(err, KD_USAGE, "%s: %s", argv[optind - 1], text);
}

static enum kd_status set_option(struct kd_mda_options *o, int opt,
                                 char *const argv[], struct kd_error *err)
{
	switch (opt) {
	case 'c':
		return set_file(&o->conf, "--config", err);
	case 'd':
		return set_file(&o->store, "--store", err);
	case 'l':
		return set_file(&o->list, "--list", err);
	case 'q':
		o->quiet = true;
		return KD_OK;
	case 'v':
		o->verbose = true;
		return KD_OK;
	case OPT_HELP:
		o->help = true;
		return KD_OK;
	case OPT_VERSION:
		o->version = true;
		return KD_OK;
	case OPT_TEE:
		o->tee = true;
		return KD_OK;
	case OPT_FORMAT:
		return set_file(&o->format, "--format", err);
	case OPT_JOBS:
		return set_jobs(o, err);
	case OPT_MODE + KD_MODE_IMPORT:
	case OPT_MODE + KD_MODE_DRYRUN:
	case OPT_MODE + KD_MODE_DRAIN:
	case OPT_MODE + KD_MODE_REPARSE:
	case OPT_MODE + KD_MODE_CHECK:
	case OPT_MODE + KD_MODE_REPACK:
	case OPT_MODE + KD_MODE_COMPLETE:
		return set_mode(o, (enum kd_mode_name)(opt - OPT_MODE), err);
	default:
		return wrong_option(argv, err);
	}
}

static enum kd_status check_sources(const struct kd_mda_options *o,
                                    struct kd_error *err)
{
	if (o->mode == KD_MODE_IMPORT && o->n_sources == 0 && !o->help)
		return kd_fail(err, KD_USAGE,
		               "--import: of what?  Name a file or directory, "
		               "or - for standard input");
	if (o->mode == KD_MODE_IMPORT || o->mode == KD_MODE_COMPLETE)
		return KD_OK;
	if (o->n_sources > 0)
		return kd_fail(err, KD_USAGE,
		               "%s: the message is read from standard input, "
		               "there are no arguments; see --help",
		               o->sources[0]);
	if (o->format != NULL)
		return kd_fail(err, KD_USAGE, "--format is for --import");
	if (o->n_workers != 0)
		return kd_fail(err, KD_USAGE, "--jobs is for --import");
	return KD_OK;
}

enum kd_status kd_mda_options_parse(int argc, char *argv[],
                                    struct kd_mda_options *o,
                                    struct kd_error *err)
{
	enum kd_status st = KD_OK;
	int opt;

	opterr = 0; /* its messages would be lines of their own */
	while ((opt = getopt_long(argc, argv, "c:d:l:qv", kd_mda_longs,
	                          NULL)) != -1) {
		if (st == KD_OK)
			st = set_option(o, opt, argv, err);
		else
			(void)set_option(o, opt, argv, NULL);
	}
	o->sources = &argv[optind];
	o->n_sources = (size_t)(argc - optind);
	if (st == KD_OK)
		st = check_sources(o, err);
	if (o->tee && o->mode != KD_MODE_DELIVER) {
		if (st == KD_OK)
			st = kd_fail(err, KD_USAGE,
			             "--tee and %s: one at a time",
			             kd_modes[o->mode].option);
		o->mode = KD_MODE_DELIVER; /* there is a message */
	}
	return st;
}
