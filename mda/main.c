/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * main.c - kvmdigest-mda: take the one mail on standard input into the
 * store.
 *
 * DIAGNOSTICS: delivery ends with 0 when the message is on stable storage,
 * else with 75, so that whoever runs it offers the message again; other
 * codes make mail bounce.  Nothing is written to standard output, and at
 * most one line to standard error, "kvmdigest-mda: ...": Postfix takes a
 * status code at the start of the output for its own.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "conf/conf.h"
#include "mda/deliver.h"
#include "mda/exitcode.h"
#include "mda/headers.h"
#include "mda/input.h"
#include "mda/process.h"
#include "store/large.h"

enum {
	IDLE_MS = 8 * 1000,        /* reading: without a single byte */
	TOTAL_MS = 15 * 60 * 1000, /* reading: in all */
	/* From the end of the input to the last resort.  What stands before
	 * it stands in proportion: of 9 seconds the parser has 5, and the
	 * store until 6. */
	DEADLINE_MS = 9 * 1000,
	PARSE_NINTHS = 5,
	STORE_NINTHS = 6,
	/* What a row can hold for certain, whatever is configured: SQLite is
	 * given a limit of 64 MiB (reliability 2.3), and a message that it
	 * turns down would be turned down for ever. */
	ROW_MAX = 48 << 20,
	NAME_MAX_SHOWN = 200, /* bytes of a Message-ID */
};

static const char usage[] =
	"usage: kvmdigest-mda [-qv] [-c FILE] [-d FILE] [-l LIST] < MESSAGE\n"
	"\n"
	"Take the one mail message on standard input into the store.\n"
	"\n"
	"  -c, --config FILE  the configuration\n"
	"  -d, --store FILE   the store\n"
	"  -l, --list LIST    the list, whatever the headers say\n"
	"  -q, --quiet        nothing on standard error\n"
	"  -v, --verbose      say what was done\n"
	"      --help         show this\n"
	"      --version      show the version\n"
	"\n"
	"Exit codes: 0, the message is kept; 75, it has to be offered again.\n";

struct options {
	const char *conf;  /* NULL: find it */
	const char *store; /* NULL: the configuration says it */
	const char *list;  /* NULL: the headers say it */
	bool quiet;
	bool verbose;
	bool help;
	bool version;
};

/* --- The command line ---------------------------------------------- */

enum { OPT_HELP = 256, OPT_VERSION };

static enum kd_status set_file(const char **option, const char *name,
                               struct kd_error *err)
{
	if (optarg[0] == '\0')
		return kd_fail(err, KD_USAGE, "%s: the name is empty", name);
	*option = optarg;
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
	default:
		return wrong_option(argv, err);
	}
}

static enum kd_status parse_options(int argc, char *argv[], struct options *o,
                                    struct kd_error *err)
{
	static const struct option longs[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "store", required_argument, NULL, 'd' },
		{ "list", required_argument, NULL, 'l' },
		{ "quiet", no_argument, NULL, 'q' },
		{ "verbose", no_argument, NULL, 'v' },
		{ "help", no_argument, NULL, OPT_HELP },
		{ "version", no_argument, NULL, OPT_VERSION },
		{ NULL, 0, NULL, 0 },
	};
	enum kd_status st = KD_OK;
	int opt;

	opterr = 0; /* its messages would be lines of their own */
	while (st == KD_OK &&
	       (opt = getopt_long(argc, argv, "c:d:l:qv", longs, NULL)) != -1)
		st = set_option(o, opt, argv, err);
	if (st == KD_OK && optind < argc)
		st = kd_fail(err, KD_USAGE,
		             "%s: the message is read from standard input, "
		             "there are no arguments; see --help",
		             argv[optind]);
	return st;
}

/* --- A delivery ---------------------------------------------------- */

/* What is longer than memory should hold goes on to a file. */
struct overflow {
	const char *store_path;
	struct kd_large *large; /* NULL: not needed so far */
};

static enum kd_status write_large(void *payload, struct kd_bytes piece,
                                  struct kd_error *err)
{
	struct overflow *overflow = payload;
	enum kd_status st = KD_OK;

	if (overflow->large == NULL)
		st = kd_large_begin(overflow->store_path, &overflow->large,
		                    err);
	if (st == KD_OK)
		st = kd_large_write(overflow->large, piece, err);
	return st;
}

/* Read the message; a long one is on stable storage then, where it is
 * wanted: how long that takes goes by its length, as reading does. */
static enum kd_status read_mail(const struct kd_conf *conf,
                                const struct kd_deliver_opts *opts,
                                struct kd_input *input,
                                struct kd_deliver_mail *ret,
                                struct kd_error *err)
{
	struct overflow overflow = { .store_path = opts->store_path };
	const struct kd_input_opts input_opts = {
		.max_memory = conf->max_message < ROW_MAX ? conf->max_message
		                                          : ROW_MAX,
		.keep = KD_HEADER_BLOCK_MAX,
		.idle_ms = IDLE_MS,
		.total_ms = TOTAL_MS,
		.overflow = write_large,
		.payload = &overflow,
	};
	enum kd_status st;

	st = kd_input_read(STDIN_FILENO, &input_opts, input, err);
	if (st != KD_OK)
		goto out;
	ret->raw = (struct kd_bytes){ input->data, input->size };
	ret->received = (int64_t)time(NULL);
	if (overflow.large == NULL || !kd_deliver_wants(opts, ret->raw))
		goto out;
	st = kd_large_commit(overflow.large, ret->large_sha256, &ret->size,
	                     err);
	if (st == KD_OK) {
		overflow.large = NULL;
		ret->large = true;
	}
out:
	kd_large_abort(overflow.large);
	return st;
}

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
                             struct kd_deliver_opts *ret, struct kd_error *err)
{
	*ret = (struct kd_deliver_opts){
		.lists = conf->lists,
		.n_lists = conf->n_lists,
		.journal_delete = conf->journal_delete,
		.unlisted_skip = conf->unlisted_skip,
		.short_id = o->verbose,
		.process_ends = true,
	};
	if (o->list != NULL) {
		ret->list = kd_conf_list(conf, o->list);
		if (ret->list == NULL)
			return kd_fail(err, KD_USAGE,
			               "-l %s: the configuration has no list "
			               "of that name",
			               o->list);
	}
	return absolute(arena, o->store != NULL ? o->store : conf->store_path,
	                &ret->store_path, err);
}

static void report(const struct kd_delivered *done)
{
	static const char *const added[] = {
		[KD_ADDED_NEW] = "stored",
		[KD_ADDED_VARIANT] = "stored as a variant",
		[KD_ADDED_LIST] = "known, added to this list",
		[KD_ADDED_DUPLICATE] = "known",
	};
	struct kd_bytes id = kd_bytes_of(done->message_id);

	if (done->skipped) {
		(void)fputs("kvmdigest-mda: of no list, not kept\n", stderr);
		return;
	}
	(void)fprintf(stderr, "kvmdigest-mda: %s %s: <", added[done->added],
	              done->short_id);
	id.size = kd_utf8_cut(id, NAME_MAX_SHOWN);
	kd_sanitize(stderr, id, false);
	(void)fputs(">\n", stderr);
}

/* One message from the configuration to the store.  *input_left says
 * whether someone may still be writing it. */
static enum kd_status deliver(const struct options *o, bool *input_left,
                              struct kd_error *err)
{
	struct kd_arena *arena = kd_arena_new();
	struct kd_conf *conf = NULL;
	struct kd_input input = { .data = NULL };
	struct kd_deliver_mail mail = { .large = false };
	struct kd_deliver_opts opts;
	struct kd_delivered done;
	int64_t deadline_ms, start_ms;
	enum kd_status st = KD_NOMEM;

	if (arena == NULL) {
		st = kd_fail(err, KD_NOMEM, "out of memory");
		goto out;
	}
	st = kd_conf_load(o->conf, &conf, err);
	if (st == KD_OK)
		st = set_up(o, conf, arena, &opts, err);
	if (st != KD_OK)
		goto out;

	deadline_ms = INT64_C(1000) * conf->deadline;
	kd_process_end_after(TOTAL_MS + deadline_ms);
	*input_left = false;
	st = read_mail(conf, &opts, &input, &mail, err);
	if (st != KD_OK)
		goto out;

	kd_process_end_after(deadline_ms);
	start_ms = kd_monotonic_ms();
	opts.parse_until_ms = start_ms + deadline_ms * PARSE_NINTHS / 9;
	opts.store_until_ms = start_ms + deadline_ms * STORE_NINTHS / 9;
	st = kd_deliver(&opts, &mail, arena, &done, err);
	if (st == KD_OK && o->verbose && !o->quiet)
		report(&done);
out:
	kd_input_clear(&input);
	kd_conf_free(conf);
	kd_arena_free(arena);
	return st;
}

static enum kd_status run(const struct options *o, struct kd_error *err)
{
	bool input_left = true;
	enum kd_status st;

	if (isatty(STDIN_FILENO))
		return kd_fail(err, KD_USAGE,
		               "standard input is a terminal, and no message "
		               "comes from there; see --help");
	st = deliver(o, &input_left, err);
	if (input_left)
		kd_input_drain(STDIN_FILENO, IDLE_MS, TOTAL_MS);
	return st;
}

static int show(const char *text)
{
	if (fputs(text, stdout) < 0 || fflush(stdout) != 0)
		return EXIT_FAILURE;
	return EXIT_SUCCESS;
}

/* Text of an error holds file names and pieces of other people's text. */
static void complain(const struct kd_error *err)
{
	(void)fputs("kvmdigest-mda: ", stderr);
	kd_sanitize(stderr, kd_bytes_of(err->text), false);
	(void)fputc('\n', stderr);
}

int main(int argc, char *argv[])
{
	static char line[BUFSIZ];
	struct options o = { .conf = NULL };
	struct kd_error err = KD_ERROR_INIT;
	enum kd_status st;

	/* one write for one line: others write to the same log */
	(void)setvbuf(stderr, line, _IOLBF, sizeof(line));
	st = kd_process_init(&err);
	kd_process_end_after(TOTAL_MS + DEADLINE_MS);
	if (st == KD_OK)
		st = parse_options(argc, argv, &o, &err);
	if (st == KD_OK && o.help)
		return show(usage);
	if (st == KD_OK && o.version)
		return show("kvmdigest-mda " KD_VERSION "\n");
	if (st == KD_OK)
		st = run(&o, &err);
	else if (!isatty(STDIN_FILENO))
		kd_input_drain(STDIN_FILENO, IDLE_MS, TOTAL_MS);
	if (st != KD_OK && !o.quiet)
		complain(&err);
	(void)fflush(stderr);
	/* not exit(): the libraries' clean-up helps nobody any more */
	_exit(kd_exitcode_delivery(st));
}
