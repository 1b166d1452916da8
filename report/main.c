/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kvmdigest-report - the digest of a mailing list, out of the store.
 *
 * Options, configuration, wiring, one line on standard error, exit code.  The
 * only file of the report that knows the configuration.
 *
 * Exit codes: 0; 64 usage; 65 ambiguous id, damaged store; 66 no such
 * marker, message or store; 70 a fault of ours; 74 output not written; 75
 * busy; 77 no permission; 78 configuration, newer store.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "conf/conf.h"
#include "report/command.h"
#include "report/complete.h"
#include "report/digest.h"
#include "report/exitcode.h"
#include "report/output.h"
#include "report/pager.h"
#include "report/people.h"
#include "report/terminal.h"
#include "store/spool.h"

/* complete is none of them: it has no store and is quiet. */
static kd_command_fn *const commands[] = {
	[KD_COMMAND_DIGEST] = kd_command_digest,
	[KD_COMMAND_MARK] = kd_command_mark,
	[KD_COMMAND_MARKERS] = kd_command_markers,
	[KD_COMMAND_UNMARK] = kd_command_unmark,
	[KD_COMMAND_SHOW] = kd_command_show,
	[KD_COMMAND_SERIES] = kd_command_series,
	[KD_COMMAND_MAILMAP] = kd_command_mailmap,
	[KD_COMMAND_SEARCH] = kd_command_search,
	[KD_COMMAND_MBOX] = kd_command_mbox,
	[KD_COMMAND_EXPORT] = kd_command_export,
	[KD_COMMAND_STATS] = kd_command_stats,
	[KD_COMMAND_BACKUP] = kd_command_backup,
};

/*
 * Descriptors 0 to 2 that are closed would go to the database: hold their
 * places, with something that cannot be written, so that output to a
 * closed standard output fails as it should.
 */
static void hold_descriptors(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		(void)close(fd);
}

static enum kd_status absolute(const char *path, char *ret, size_t size,
                               struct kd_error *err)
{
	char here[PATH_MAX];
	int n;

	if (path[0] == '/') {
		n = snprintf(ret, size, "%s", path);
	} else {
		if (getcwd(here, sizeof(here)) == NULL)
			return kd_fail_errno(err, KD_IO, errno,
			                     "find the current directory");
		n = snprintf(ret, size, "%s/%s", here, path);
	}
	if (n < 0 || (size_t)n >= size)
		return kd_fail(err, KD_USAGE, "the store's path is too long");
	return KD_OK;
}

/* { "a", "b", NULL } -> "a,b".  The caller frees *ret. */
static enum kd_status join(char *const *words, char **ret, struct kd_error *err)
{
	size_t size = 1;
	char *end;

	for (size_t i = 0; words[i] != NULL; i++)
		size += strlen(words[i]) + 1;
	*ret = calloc(1, size);
	if (*ret == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	end = *ret;
	for (size_t i = 0; words[i] != NULL; i++) {
		if (i > 0)
			*end++ = ',';
		end = stpcpy(end, words[i]);
	}
	return KD_OK;
}

/* What the command line leaves open, the configuration says.  What is
 * wrong there is checked here: it is another fault than a wrong option. */
static enum kd_status fill_in(const struct kd_conf *conf, char **sections,
                              struct kd_options *options, struct kd_error *err)
{
	struct kd_digest digest = { .format = NULL };
	enum kd_status st = KD_OK;

	if (options->format == NULL) {
		options->format = conf->format;
		st = kd_digest_set_format(&digest, conf->format, err);
	}
	if (st == KD_OK && options->messages == NULL) {
		options->messages = conf->messages;
		st = kd_digest_set_messages(&digest, conf->messages, err);
	}
	if (st == KD_OK && options->sections == NULL &&
	    conf->sections != NULL && conf->sections[0] != NULL) {
		st = join(conf->sections, sections, err);
		if (st == KD_OK)
			st = kd_digest_set_sections(&digest, *sections, err);
		options->sections = *sections;
	}
	if (options->top == 0)
		options->top = conf->top;
	options->waiting_days = conf->waiting_days;
	if (st == KD_USAGE) {
		kd_error_prefix(err, "%s",
		                conf->file ? conf->file : "configuration");
		st = KD_CONFIG;
	}
	return st;
}

/* What the user says of who is who; the commands on markers, and a copy, name
 * nobody. */
static enum kd_status know_people(const struct kd_conf *conf,
                                  enum kd_command command,
                                  struct kd_people *people, struct kd_env *env,
                                  struct kd_error *err)
{
	enum kd_status st;

	if (command == KD_COMMAND_MARK || command == KD_COMMAND_MARKERS ||
	    command == KD_COMMAND_UNMARK || command == KD_COMMAND_BACKUP)
		return KD_OK;
	st = kd_people_read(people, conf->mailmap, conf->employers, stderr,
	                    err);
	env->mailmap = people->mailmap;
	env->employers = people->employers;
	return st;
}

static struct kd_texts texts_of(char *const *texts)
{
	struct kd_texts ret = { (const char *const *)texts, 0 };

	while (texts != NULL && texts[ret.n] != NULL)
		ret.n++;
	return ret;
}

/* What concerns the reader: the view that was asked for, or else watch. */
static enum kd_status know_watch(const struct kd_conf *conf, const char *view,
                                 struct kd_rules *ret, struct kd_error *err)
{
	const struct kd_conf_view *watch = view == NULL ? &conf->watch : NULL;

	for (size_t i = 0; i < conf->n_views && watch == NULL; i++) {
		if (strcmp(conf->views[i].name, view) == 0)
			watch = &conf->views[i];
	}
	if (watch == NULL)
		return kd_fail(err, KD_USAGE,
		               "no view '%s': %s has none of that name under "
		               "views",
		               view,
		               conf->file ? conf->file : "the configuration");
	*ret = (struct kd_rules){
		.paths = texts_of(watch->paths),
		.people = texts_of(watch->people),
		.words = texts_of(watch->words),
	};
	return KD_OK;
}

/* To whom a digest goes that is sent as mail. */
static enum kd_status know_mail(const struct kd_conf *conf,
                                const struct kd_options *options,
                                struct kd_look *look, struct kd_error *err)
{
	const char *to = options->mail_to;

	if (to != NULL &&
	    (strchr(to, '@') == NULL || strpbrk(to, " \t\r\n<>,;\"") != NULL))
		return kd_fail(err, KD_USAGE,
		               "--to %s: an address like user@example.org was "
		               "expected",
		               to);
	look->mail_to = to != NULL ? to : conf->mail_to;
	look->mail_from = conf->mail_from;
	return KD_OK;
}

/* The commands whose output is for reading. */
static bool is_paged(const struct kd_options *options)
{
	static const enum kd_command read[] = {
		KD_COMMAND_DIGEST, KD_COMMAND_STATS,   KD_COMMAND_SHOW,
		KD_COMMAND_SERIES, KD_COMMAND_MAILMAP, KD_COMMAND_SEARCH,
	};

	for (size_t i = 0; i < sizeof(read) / sizeof(read[0]); i++)
		if (options->command == read[i])
			return !options->raw && !options->no_pager;
	return false;
}

/* How the output is to look.  *ret_pager: 0 where none is started. */
static enum kd_status know_look(const struct kd_options *options,
                                struct kd_look *ret, pid_t *ret_pager,
                                struct kd_error *err)
{
	const char *command = kd_pager_command();
	bool terminal = false;
	enum kd_status st;

	st = kd_terminal_look(options->color, options->output != NULL, ret,
	                      &terminal, err);
	if (st != KD_OK || !terminal || command == NULL || !is_paged(options))
		return st;
	return kd_pager_start(command, ret_pager, err);
}

static enum kd_status find_store(const struct kd_options *options,
                                 const struct kd_conf *conf, char *ret,
                                 size_t size, struct kd_error *err)
{
	const char *store =
		options->store != NULL ? options->store : conf->store_path;

	if (store == NULL)
		return kd_fail(err, KD_CONFIG,
		               "no home directory is known to look for the "
		               "store in: name it with -d FILE or store.path");
	return absolute(store, ret, size, err);
}

static void say_after(const struct kd_env *env, enum kd_command command)
{
	/* who asked for one message and got it misses nothing */
	const bool one =
		command == KD_COMMAND_SHOW || command == KD_COMMAND_MBOX;
	const char *note =
		env->empty[0] != '\0' && !one ? env->empty : env->note;
	char warning[KD_ERROR_TEXT_MAX];

	if (note[0] != '\0')
		(void)fprintf(stderr, "kvmdigest-report: %s\n", note);
	if (command == KD_COMMAND_DIGEST &&
	    kd_spool_warning(env->store_path, warning, sizeof(warning)))
		(void)fprintf(stderr, "kvmdigest-report: %s\n", warning);
}

static enum kd_status run(struct kd_options *options, struct kd_error *err)
{
	struct kd_env env = { .now = (int64_t)time(NULL) };
	struct kd_people people = { .arena = kd_arena_new() };
	char note[KD_NOTE_SIZE] = "";
	char empty[KD_NOTE_SIZE] = "";
	char path[PATH_MAX];
	struct kd_conf *conf = NULL;
	char *sections = NULL;
	pid_t pager = 0;
	enum kd_status st;

	if (people.arena == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	st = kd_conf_load(options->conf, &conf, err);
	if (st != KD_OK)
		goto out;
	if (options->command == KD_COMMAND_DIGEST ||
	    options->command == KD_COMMAND_STATS)
		st = fill_in(conf, &sections, options, err);
	if (st == KD_OK)
		st = find_store(options, conf, path, sizeof(path), err);
	if (st == KD_OK)
		st = know_people(conf, options->command, &people, &env, err);
	if (st == KD_OK)
		st = know_watch(conf, options->view, &env.watch, err);
	if (st == KD_OK)
		st = know_look(options, &env.look, &pager, err);
	if (st != KD_OK)
		goto out;
	env.note = note;
	env.empty = empty;
	env.store_named = options->store != NULL || options->conf != NULL;
	env.store_path = path;
	env.journal_delete = conf->journal_delete;
	env.lists = conf->lists;
	env.n_lists = conf->n_lists;
	st = know_mail(conf, options, &env.look, err);
	if (st == KD_OK)
		st = commands[options->command](&env, options, err);
	if (pager != 0)
		kd_pager_wait(pager);
	if (st == KD_OK)
		say_after(&env, options->command);
	else if (st == KD_NOTFOUND && empty[0] != '\0')
		st = kd_fail(err, st, "%s", empty);
out:
	free(sections);
	kd_conf_free(conf);
	kd_arena_free(people.arena);
	return st;
}

static const char *view_name(const void *conf, size_t i)
{
	const struct kd_conf *c = conf;

	return i < c->n_views ? c->views[i].name : NULL;
}

/* What may follow on a command line.  Somebody is typing it: what is wrong
 * with configuration or store is said when it is run. */
static enum kd_status complete(const struct kd_options *options,
                               struct kd_error *err)
{
	struct kd_given_names names = { .lists = NULL };
	struct kd_arena *arena = kd_arena_new();
	struct kd_error ignored = KD_ERROR_INIT;
	struct kd_conf *conf = NULL;
	char path[PATH_MAX];
	struct kd_report_typed line;
	enum kd_status st = KD_OK;

	if (arena == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	kd_complete_read(options->words, options->n_words, &line);
	line.store = kd_typed_path(line.store, arena);
	if (kd_conf_load(kd_typed_path(line.conf, arena), &conf, &ignored) ==
	    KD_OK)
		names = (struct kd_given_names){
			.lists = conf->lists,
			.n_lists = conf->n_lists,
			.view = view_name,
			.views_of = conf,
			.store_path = conf->store_path,
			.journal_delete = conf->journal_delete,
		};
	if (line.store != NULL &&
	    absolute(line.store, path, sizeof(path), &ignored) == KD_OK)
		names.store_path = path;
	kd_complete_write(&line, &names, arena, stdout);
	if (fflush(stdout) != 0)
		st = kd_fail(err, KD_IO, "standard output cannot be written");
	kd_conf_free(conf);
	kd_arena_free(arena);
	return st;
}

int main(int argc, char *argv[])
{
	struct kd_error err = KD_ERROR_INIT;
	struct kd_options options;
	bool gone = false;
	enum kd_status st;

	hold_descriptors();
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGXFSZ, SIG_IGN);
	st = kd_options_parse(argc, argv, &options, &err);
	if (st == KD_OK && options.help)
		st = kd_output_write(NULL, kd_bytes_of(kd_options_help), false,
		                     &gone, &err);
	else if (st == KD_OK && options.version)
		st = kd_output_write(
			NULL, kd_bytes_of("kvmdigest-report " KD_VERSION "\n"),
			false, &gone, &err);
	else if (st == KD_OK && options.command == KD_COMMAND_COMPLETE)
		st = complete(&options, &err);
	else if (st == KD_OK)
		st = run(&options, &err);
	if (st != KD_OK)
		(void)fprintf(stderr, "kvmdigest-report: %s\n", err.text);
	return kd_exitcode_report(st);
}
