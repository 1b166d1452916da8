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
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf/conf.h"
#include "mda/command.h"
#include "mda/complete.h"
#include "mda/exitcode.h"
#include "mda/input.h"
#include "mda/options.h"
#include "mda/process.h"

enum { DEADLINE_MS = 9 * 1000 }; /* until the configuration says it */

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

/* "NAME", or of an import "NAME=LIST-ID". */
static enum kd_status find_list(const struct kd_mda_options *o,
                                const struct kd_conf *conf,
                                struct kd_arena *arena,
                                const struct kd_list **ret,
                                struct kd_error *err)
{
	const char *id = strchr(o->list, '=');
	struct kd_list *list;

	*ret = kd_conf_list(conf, o->list);
	if (*ret != NULL)
		return KD_OK;
	if (o->mode != KD_MODE_IMPORT || id == NULL || id == o->list ||
	    id[1] == '\0')
		return kd_fail(err, KD_USAGE,
		               "-l %s: the configuration has no list of that "
		               "name%s",
		               o->list,
		               o->mode == KD_MODE_IMPORT
		                       ? "; to make one, say NAME=LIST-ID"
		                       : "");
	list = kd_arena_alloc(arena, sizeof(*list));
	if (list == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	list->name = kd_arena_strndup(arena, o->list, (size_t)(id - o->list));
	list->id = id + 1;
	list->address = "";
	*ret = list;
	if (list->name == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	return KD_OK;
}

static enum kd_status set_up(const struct kd_mda_options *o,
                             const struct kd_conf *conf, struct kd_arena *arena,
                             struct kd_setup *ret, struct kd_error *err)
{
	enum kd_status st;

	*ret = (struct kd_setup){
		.conf_file = conf->file,
		.store_named = o->store != NULL || o->conf != NULL,
		.lists = conf->lists,
		.n_lists = conf->n_lists,
		.journal_delete = conf->journal_delete,
		.unlisted_skip = conf->unlisted_skip,
		.spool = !conf->on_db_failure_tempfail,
		.max_message = conf->max_message,
		.deadline_ms = INT64_C(1000) * conf->deadline,
		.quiet = o->quiet,
		.verbose = o->verbose,
		.dry_run = o->dry_run,
		.format = o->format,
		.sources = (const char *const *)o->sources,
		.n_sources = o->n_sources,
		.n_workers = o->n_workers,
	};
	if (o->list != NULL) {
		st = find_list(o, conf, arena, &ret->list, err);
		if (st != KD_OK)
			return st;
	}
	if (!kd_modes[o->mode].stores || o->dry_run)
		return KD_OK;
	return absolute(arena, o->store != NULL ? o->store : conf->store_path,
	                &ret->store_path, err);
}

/* *input_left: nobody has read the message, if there is one. */
static enum kd_status run_mode(const struct kd_mda_options *o,
                               struct kd_tee *tee, bool *input_left,
                               struct kd_error *err)
{
	struct kd_arena *arena = kd_arena_new();
	struct kd_error wrong = KD_ERROR_INIT;
	struct kd_conf *conf = NULL;
	struct kd_setup setup;
	enum kd_status st;

	if (arena == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	st = kd_conf_load(o->conf, &conf, err);
	if (st != KD_OK && o->mode == KD_MODE_CHECK) {
		wrong = *err;
		st = kd_conf_parse("", 0, NULL, &conf, err);
	}
	if (st == KD_OK)
		st = set_up(o, conf, arena, &setup, err);
	if (st == KD_OK) {
		setup.conf_wrong = wrong;
		setup.tee = tee;
		*input_left = false;
		st = kd_modes[o->mode].run(&setup, err);
	}
	kd_conf_free(conf);
	kd_arena_free(arena);
	return st;
}

/* What may follow on a command line.  Somebody is typing it: what is wrong
 * with the configuration is said when it is run. */
static enum kd_status complete(const struct kd_mda_options *o,
                               struct kd_error *err)
{
	struct kd_arena *arena = kd_arena_new();
	struct kd_error ignored = KD_ERROR_INIT;
	struct kd_conf *conf = NULL;
	struct kd_mda_typed line;

	if (arena == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	kd_mda_complete_read(o->sources, o->n_sources, &line);
	if (kd_conf_load(kd_typed_path(line.conf, arena), &conf, &ignored) !=
	    KD_OK)
		conf = NULL;
	kd_mda_complete_write(&line, conf != NULL ? conf->lists : NULL,
	                      conf != NULL ? conf->n_lists : 0, stdout);
	kd_conf_free(conf);
	kd_arena_free(arena);
	if (fflush(stdout) != 0)
		return kd_fail(err, KD_IO, "standard output cannot be written");
	return KD_OK;
}

/* st: what is wrong already. */
static enum kd_status run(const struct kd_mda_options *o, enum kd_status st,
                          struct kd_error *err)
{
	struct kd_tee tee = { .fd = STDOUT_FILENO, .idle_ms = KD_IDLE_MS };
	bool input_left = true;

	if (o->mode != KD_MODE_DELIVER)
		kd_process_end_after(0); /* a person can */
	if (kd_modes[o->mode].reads && isatty(STDIN_FILENO))
		return st != KD_OK
		               ? st
		               : kd_fail(err, KD_USAGE,
		                         "standard input is a terminal, and no "
		                         "message comes from there; see "
		                         "--help");
	if (o->mode == KD_MODE_COMPLETE)
		return st == KD_OK ? complete(o, err) : st;
	if (o->mode != KD_MODE_DELIVER)
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
	if (fputs(text, stdout) >= 0 && fflush(stdout) == 0)
		return kd_exitcode_terminal(KD_OK);
	kd_command_say("standard output cannot be written", kd_bytes_of(""));
	return kd_exitcode_terminal(KD_IO);
}

int main(int argc, char *argv[])
{
	static char line[BUFSIZ];
	struct kd_mda_options o = { .mode = KD_MODE_DELIVER };
	struct kd_error err = KD_ERROR_INIT;
	enum kd_status st, wrong;

	/* one write for one line: others write to the same log */
	(void)setvbuf(stderr, line, _IOLBF, sizeof(line));
	st = kd_process_init(&err);
	kd_process_end_after(KD_TOTAL_MS + DEADLINE_MS);
	wrong = kd_mda_options_parse(argc, argv, &o, st == KD_OK ? &err : NULL);
	if (st == KD_OK)
		st = wrong;
	if (st == KD_OK && o.help)
		_exit(show(kd_usage));
	if (st == KD_OK && o.version)
		_exit(show("kvmdigest-mda " KD_VERSION "\n"));
	st = run(&o, st, &err);
	if (st != KD_OK && !o.quiet)
		kd_command_say("", kd_bytes_of(err.text));
	(void)fflush(stderr);
	/* not exit(): the libraries' clean-up helps nobody any more */
	_exit(o.mode == KD_MODE_DELIVER ? kd_exitcode_delivery(st)
	                                : kd_exitcode_terminal(st));
}
