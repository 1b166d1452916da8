/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * main.c - kvmdigest-mda: take the one mail on standard input into the
 * store.  Options, configuration, wiring, one line on standard error, exit
 * code; the only file of the hook that knows the configuration.
 *
 * DIAGNOSTICS: delivery ends with 0 when the message is on stable storage,
 * else with 75, so that whoever runs it offers the message again; other
 * codes make mail bounce.  Nothing but the copy of --tee is written to
 * standard output, and at most one line to standard error,
 * "kvmdigest-mda: ...": Postfix takes a status code at the start of the
 * output for its own.  The management forms end with the codes of
 * <sysexits.h>.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "conf/conf.h"
#include "mda/command.h"
#include "mda/exitcode.h"
#include "mda/input.h"
#include "mda/process.h"

enum { DEADLINE_MS = 9 * 1000 }; /* until the configuration says it */

static const char usage[] =
	"usage: kvmdigest-mda [-qv] [-c FILE] [-d FILE] [-l LIST] [--tee] "
	"< MESSAGE\n"
	"       kvmdigest-mda --dry-run [-c FILE] [-l LIST] < MESSAGE\n"
	"       kvmdigest-mda --drain|--reparse|--check [-v] [-c FILE] "
	"[-d FILE]\n"
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
	"      --drain        move what waits in the spool into the store\n"
	"      --reparse      parse again what was not parsed well, or by an\n"
	"                     older release\n"
	"      --check        is the set-up right?  One line for each finding\n"
	"      --help         show this\n"
	"      --version      show the version\n"
	"\n"
	"Exit codes: 0, the message is kept; 75, it has to be offered again.\n"
	"Of --drain: 0, all is done; 65, a file went to bad/; 75, busy; others\n"
	"as in <sysexits.h>.\n";

/* --- What can be asked for ------------------------------------------ */

enum mode {
	MODE_DELIVER,
	MODE_DRYRUN,
	MODE_DRAIN,
	MODE_REPARSE,
	MODE_CHECK,
};

/* In the order of enum mode; all but the first end with the precise code. */
static const struct {
	const char *option;
	kd_command_fn *run;
	bool reads;  /* a message on standard input */
	bool stores; /* it has to do with a store */
} modes[] = {
	[MODE_DELIVER] = { NULL, kd_command_deliver, true, true },
	[MODE_DRYRUN] = { "--dry-run", kd_command_dryrun, true, false },
	[MODE_DRAIN] = { "--drain", kd_command_drain, false, true },
	[MODE_REPARSE] = { "--reparse", kd_command_reparse, false, true },
	[MODE_CHECK] = { "--check", kd_command_check, false, true },
};

struct options {
	enum mode mode;
	int n_modes;       /* how many were asked for */
	const char *conf;  /* NULL: find it */
	const char *store; /* NULL: the configuration says it */
	const char *list;  /* NULL: the headers say it */
	bool tee;
	bool quiet;
	bool verbose;
	bool help;
	bool version;
};

/* --- The command line ----------------------------------------------- */

/* A mode is an option of its own: OPT_MODE and the number of the mode. */
enum { OPT_HELP = 256, OPT_VERSION, OPT_TEE, OPT_MODE };

static enum kd_status set_file(const char **option, const char *name,
                               struct kd_error *err)
{
	if (optarg[0] == '\0')
		return kd_fail(err, KD_USAGE, "%s: the name is empty", name);
	*option = optarg;
	return KD_OK;
}

static enum kd_status set_mode(struct options *o, enum mode mode,
                               struct kd_error *err)
{
	o->mode = mode;
	if (o->n_modes++ > 0)
		return kd_fail(err, KD_USAGE, "%s: one thing at a time",
		               modes[mode].option);
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

static enum kd_status set_option(struct options *o, int opt, char *const argv[],
                                 struct kd_error *err)
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
	case OPT_MODE + MODE_DRYRUN:
	case OPT_MODE + MODE_DRAIN:
	case OPT_MODE + MODE_REPARSE:
	case OPT_MODE + MODE_CHECK:
		return set_mode(o, (enum mode)(opt - OPT_MODE), err);
	default:
		return wrong_option(argv, err);
	}
}

/* The first fault is told; what comes behind it is looked at all the same,
 * for a message must be passed on where --tee says so. */
static enum kd_status parse_options(int argc, char *argv[], struct options *o,
                                    struct kd_error *err)
{
	static const struct option longs[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "store", required_argument, NULL, 'd' },
		{ "list", required_argument, NULL, 'l' },
		{ "quiet", no_argument, NULL, 'q' },
		{ "verbose", no_argument, NULL, 'v' },
		{ "tee", no_argument, NULL, OPT_TEE },
		{ "dry-run", no_argument, NULL, OPT_MODE + MODE_DRYRUN },
		{ "drain", no_argument, NULL, OPT_MODE + MODE_DRAIN },
		{ "reparse", no_argument, NULL, OPT_MODE + MODE_REPARSE },
		{ "check", no_argument, NULL, OPT_MODE + MODE_CHECK },
		{ "help", no_argument, NULL, OPT_HELP },
		{ "version", no_argument, NULL, OPT_VERSION },
		{ NULL, 0, NULL, 0 },
	};
	enum kd_status st = KD_OK;
	int opt;

	opterr = 0; /* its messages would be lines of their own */
	while ((opt = getopt_long(argc, argv, "c:d:l:qv", longs, NULL)) != -1) {
		if (st == KD_OK)
			st = set_option(o, opt, argv, err);
		else
			(void)set_option(o, opt, argv, NULL);
	}
	if (st == KD_OK && optind < argc)
		st = kd_fail(err, KD_USAGE,
		             "%s: the message is read from standard input, "
		             "there are no arguments; see --help",
		             argv[optind]);
	if (o->tee && o->mode != MODE_DELIVER) {
		if (st == KD_OK)
			st = kd_fail(err, KD_USAGE,
			             "--tee and %s: one at a time",
			             modes[o->mode].option);
		o->mode = MODE_DELIVER; /* there is a message */
	}
	return st;
}

/* --- The set-up ------------------------------------------------------ */

/* A relative name of a store is one here; the store wants to know where
 * here is. */
static enum kd_status absolute(struct kd_arena *arena, const char *path,
                               const char **ret, struct kd_error *err)
{
	char *here = NULL;

	if (path == NULL)
		return kd_fail(err, KD_CONFIG,
		               "no home directory is known to keep the store "
		               "in: give -d FILE, or store.path in the "
		               "configuration");
	*ret = path;
	if (path[0] == '/')
		return KD_OK;
	here = getcwd(NULL, 0);
	if (here == NULL)
		return kd_fail(err, KD_IO,
		               "%s: the working directory is unknown", path);
	*ret = kd_arena_printf(arena, "%s/%s", here, path);
	free(here);
	if (*ret == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	return KD_OK;
}

static enum kd_status set_up(const struct options *o,
                             const struct kd_conf *conf, struct kd_arena *arena,
                             struct kd_setup *ret, struct kd_error *err)
{
	*ret = (struct kd_setup){
		.conf_file = conf->file,
		.lists = conf->lists,
		.n_lists = conf->n_lists,
		.journal_delete = conf->journal_delete,
		.unlisted_skip = conf->unlisted_skip,
		.spool = !conf->on_db_failure_tempfail,
		.max_message = conf->max_message,
		.deadline_ms = INT64_C(1000) * conf->deadline,
		.quiet = o->quiet,
		.verbose = o->verbose,
	};
	if (o->list != NULL) {
		ret->list = kd_conf_list(conf, o->list);
		if (ret->list == NULL)
			return kd_fail(err, KD_USAGE,
			               "-l %s: the configuration has no list "
			               "of that name",
			               o->list);
	}
	if (!modes[o->mode].stores)
		return KD_OK;
	return absolute(arena, o->store != NULL ? o->store : conf->store_path,
	                &ret->store_path, err);
}

/* *input_left: nobody has read the message, if there is one. */
static enum kd_status run_mode(const struct options *o, struct kd_tee *tee,
                               bool *input_left, struct kd_error *err)
{
	struct kd_arena *arena = kd_arena_new();
	struct kd_conf *conf = NULL;
	struct kd_setup setup;
	enum kd_status st;

	if (arena == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	st = kd_conf_load(o->conf, &conf, err);
	if (st == KD_OK)
		st = set_up(o, conf, arena, &setup, err);
	if (st == KD_OK) {
		setup.tee = tee;
		*input_left = false;
		st = modes[o->mode].run(&setup, err);
	}
	kd_conf_free(conf);
	kd_arena_free(arena);
	return st;
}

/* st: what is wrong already. */
static enum kd_status run(const struct options *o, enum kd_status st,
                          struct kd_error *err)
{
	struct kd_tee tee = { .fd = STDOUT_FILENO, .idle_ms = KD_IDLE_MS };
	bool input_left = true;

	if (o->mode != MODE_DELIVER)
		kd_process_end_after(0); /* a person can */
	if (modes[o->mode].reads && isatty(STDIN_FILENO))
		return st != KD_OK
		               ? st
		               : kd_fail(err, KD_USAGE,
		                         "standard input is a terminal, and no "
		                         "message comes from there; see "
		                         "--help");
	if (o->mode != MODE_DELIVER)
		return st == KD_OK ? run_mode(o, NULL, &input_left, err) : st;
	if (st == KD_OK)
		st = run_mode(o, o->tee ? &tee : NULL, &input_left, err);
	if (input_left)
		kd_input_pass_on(STDIN_FILENO, KD_IDLE_MS, KD_TOTAL_MS,
		                 o->tee ? &tee : NULL);
	return st;
}

static int show(const char *text)
{
	if (fputs(text, stdout) < 0 || fflush(stdout) != 0)
		return EXIT_FAILURE;
	return EXIT_SUCCESS;
}

int main(int argc, char *argv[])
{
	static char line[BUFSIZ];
	struct options o = { .mode = MODE_DELIVER };
	struct kd_error err = KD_ERROR_INIT;
	enum kd_status st, wrong;

	/* one write for one line: others write to the same log */
	(void)setvbuf(stderr, line, _IOLBF, sizeof(line));
	st = kd_process_init(&err);
	kd_process_end_after(KD_TOTAL_MS + DEADLINE_MS);
	wrong = parse_options(argc, argv, &o, st == KD_OK ? &err : NULL);
	if (st == KD_OK)
		st = wrong;
	if (st == KD_OK && o.help)
		return show(usage);
	if (st == KD_OK && o.version)
		return show("kvmdigest-mda " KD_VERSION "\n");
	st = run(&o, st, &err);
	if (st != KD_OK && !o.quiet)
		kd_command_say("", kd_bytes_of(err.text));
	(void)fflush(stderr);
	/* not exit(): the libraries' clean-up helps nobody any more */
	_exit(o.mode == MODE_DELIVER ? kd_exitcode_delivery(st)
	                             : kd_exitcode_terminal(st));
}
