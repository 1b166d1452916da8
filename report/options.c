/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * options.c - the command line, taken apart by two tables: the commands,
 * and the options with the commands that take them.
 */
#include "report/options.h"

#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "store/base/text.h"

/* What each command takes. */
struct command {
	const char *name;
	enum kd_command command;
	size_t min_args;
	size_t max_args;
	const char *usage;
};

static const struct command commands[] = {
	{ "digest", KD_COMMAND_DIGEST, 0, 1, "digest [RANGE]" },
	{ "mark", KD_COMMAND_MARK, 1, 2, "mark NAME [POINT]" },
	{ "markers", KD_COMMAND_MARKERS, 0, 0, "markers" },
	{ "unmark", KD_COMMAND_UNMARK, 1, 1, "unmark NAME" },
	{ "show", KD_COMMAND_SHOW, 1, 1, "show POINT" },
	{ "series", KD_COMMAND_SERIES, 0, 1, "series [RANGE]" },
	{ "mailmap", KD_COMMAND_MAILMAP, 0, 1, "mailmap [RANGE]" },
	{ "search", KD_COMMAND_SEARCH, 0, SIZE_MAX, "search WORDS..." },
	{ "mbox", KD_COMMAND_MBOX, 1, 1, "mbox POINT" },
	{ "export", KD_COMMAND_EXPORT, 0, 1, "export [RANGE]" },
	{ "stats", KD_COMMAND_STATS, 0, 1, "stats [RANGE]" },
	{ "complete", KD_COMMAND_COMPLETE, 0, SIZE_MAX, "complete -- WORD..." },
	{ "backup", KD_COMMAND_BACKUP, 1, 1, "backup FILE" },
};

enum { N_COMMANDS = sizeof(commands) / sizeof(commands[0]) };

/* Where the value of an option goes, by its offset. */
enum value {
	FLAG,     /* bool */
	TEXT,     /* const char * */
	TEXTS,    /* struct kd_words: may be given again and again */
	OPTIONAL, /* const char *; "last" where none is given */
	COLOR,    /* the same; "always" where none is given */
	NUMBER,   /* unsigned int, from 1 to KD_TOP_MAX */
};

struct rule {
	const char *name;
	int letter; /* or 0: it has only the long name */
	enum value value;
	size_t offset;
	unsigned int takers; /* commands, a bit each */
};

#define BIT(command) (1u << KD_COMMAND_##command)
#define AT(field) offsetof(struct kd_options, field)
#define ANY UINT_MAX

/* An option that would have no effect is a mistake of the caller's. */
static const struct rule rules[] = {
	{ "format", 0, TEXT, AT(format),
	  BIT(DIGEST) | BIT(STATS) | BIT(SERIES) },
	{ "messages", 0, TEXT, AT(messages), BIT(DIGEST) },
	{ "section", 0, TEXT, AT(sections), BIT(DIGEST) },
	{ "top", 0, NUMBER, AT(top), BIT(DIGEST) | BIT(STATS) },
	{ "advance", 0, OPTIONAL, AT(advance), BIT(DIGEST) },
	{ "path", 0, TEXTS, AT(paths), BIT(DIGEST) | BIT(STATS) },
	{ "author", 0, TEXTS, AT(authors), BIT(DIGEST) | BIT(STATS) },
	{ "subject", 0, TEXTS, AT(subjects), BIT(DIGEST) | BIT(STATS) },
	{ "series", 0, TEXT, AT(series), BIT(DIGEST) | BIT(STATS) },
	{ "view", 0, TEXT, AT(view), BIT(DIGEST) | BIT(STATS) },
	{ "to", 0, TEXT, AT(mail_to), BIT(DIGEST) },
	{ "color", 0, COLOR, AT(color), ANY },
	{ "no-pager", 0, FLAG, AT(no_pager), ANY },
	{ "raw", 0, FLAG, AT(raw), BIT(SHOW) },
	{ "variant", 0, NUMBER, AT(variant), BIT(SHOW) },
	{ "limit", 0, NUMBER, AT(limit), BIT(SEARCH) },
	{ "index", 0, FLAG, AT(index), BIT(SEARCH) },
	{ "verbose", 'v', FLAG, AT(verbose), BIT(SEARCH) },
	{ "reroll", 0, TEXT, AT(reroll), BIT(MBOX) },
	{ "cover", 0, FLAG, AT(cover), BIT(MBOX) },
	{ "no-trailers", 0, FLAG, AT(no_trailers), BIT(MBOX) },
	{ "partial", 0, FLAG, AT(partial), BIT(MBOX) },
	{ "force", 0, FLAG, AT(force), BIT(BACKUP) },
	{ "output", 'o', TEXT, AT(output),
	  BIT(DIGEST) | BIT(STATS) | BIT(SHOW) | BIT(SERIES) | BIT(MAILMAP) |
	          BIT(MBOX) | BIT(EXPORT) },
	{ "list", 0, TEXT, AT(list), ANY },
	{ "config", 'c', TEXT, AT(conf), ANY },
	{ "store", 'd', TEXT, AT(store), ANY },
	{ "help", 'h', FLAG, AT(help), ANY },
	{ "version", 0, FLAG, AT(version), ANY },
};

enum { N_RULES = sizeof(rules) / sizeof(rules[0]), OPT_FIRST = 256 };

static enum kd_status take_number(const char *name, const char *value,
                                  unsigned int *ret, struct kd_error *err)
{
	unsigned int n = 0;

	for (const char *s = value; *s != '\0'; s++) {
		if (!kd_is_digit(*s) || n > KD_TOP_MAX)
			n = KD_TOP_MAX + 1;
		else
			n = n * 10 + (unsigned int)(*s - '0');
	}
	if (n < 1 || n > KD_TOP_MAX)
		return kd_fail(err, KD_USAGE,
		               "--%s %s: a number from 1 to %d was expected",
		               name, value, KD_TOP_MAX);
	*ret = n;
	return KD_OK;
}

static enum kd_status take_option(const struct rule *rule,
                                  struct kd_options *ret, struct kd_error *err)
{
	void *field = (char *)ret + rule->offset;
	struct kd_words *words;

	switch (rule->value) {
	case FLAG:
		*(bool *)field = true;
		break;
	case TEXT:
		*(const char **)field = optarg;
		break;
	case OPTIONAL:
		*(const char **)field = optarg != NULL ? optarg : "last";
		break;
	case COLOR:
		*(const char **)field = optarg != NULL ? optarg : "always";
		break;
	case TEXTS:
		words = field;
		if (words->n == KD_WORDS_MAX)
			return kd_fail(err, KD_USAGE, "--%s more than %d times",
			               rule->name, KD_WORDS_MAX);
		words->words[words->n++] = optarg;
		break;
	case NUMBER:
		return take_number(rule->name, optarg, field, err);
	}
	return KD_OK;
}

/* "a, b and c" of the names of commands whose bit is set. */
static void name_commands(unsigned int bits, const char *last_joint, char *ret,
                          size_t size)
{
	size_t left = 0;
	size_t used = 0;

	for (size_t i = 0; i < N_COMMANDS; i++)
		left += (bits >> commands[i].command & 1u) != 0;
	ret[0] = '\0';
	for (size_t i = 0; i < N_COMMANDS && used < size; i++) {
		const char *joint = left > 2    ? ", "
		                    : left == 2 ? last_joint
		                                : "";

		if ((bits >> commands[i].command & 1u) == 0)
			continue;
		used += (size_t)snprintf(ret + used, size - used, "%s%s",
		                         commands[i].name, joint);
		left--;
	}
}

/* Which command, and whether it takes what was given. */
static enum kd_status take_args(int argc, char *argv[], struct kd_options *ret,
                                struct kd_error *err)
{
	const struct command *command = &commands[0];
	size_t n = (size_t)(argc - optind);
	char **args = argv + optind;
	char names[KD_ERROR_TEXT_MAX];

	for (size_t i = 0; n > 0 && i < N_COMMANDS; i++) {
		if (strcmp(args[0], commands[i].name) == 0) {
			command = &commands[i];
			args++;
			n--;
			break;
		}
	}
	if (args == argv + optind && n > 0 && strstr(args[0], "..") == NULL) {
		name_commands(ANY, ", ", names, sizeof(names));
		return kd_fail(err, KD_USAGE,
		               "'%s' is neither a command (%s) nor a RANGE "
		               "(FROM..TO)",
		               args[0], names);
	}
	ret->command = command->command;
	if (n < command->min_args || n > command->max_args)
		return kd_fail(err, KD_USAGE,
		               "%s arguments; it is written: "
		               "kvmdigest-report %s",
		               n < command->min_args ? "too few" : "too many",
		               command->usage);
	if (command->max_args == SIZE_MAX) {
		ret->words = args;
		ret->n_words = n;
		return KD_OK;
	}
	for (size_t i = 0; i < n; i++)
		ret->args[i] = args[i];
	ret->n_args = n;
	return KD_OK;
}

static enum kd_status check_options(const struct kd_options *options,
                                    const bool *given, struct kd_error *err)
{
	char names[KD_ERROR_TEXT_MAX];

	for (size_t i = 0; i < N_RULES; i++) {
		if (!given[i] || (rules[i].takers >> options->command & 1u))
			continue;
		name_commands(rules[i].takers, " and ", names, sizeof(names));
		return kd_fail(err, KD_USAGE, "%s%s is an option of %s",
		               rules[i].letter != 0 ? "-" : "--",
		               rules[i].letter != 0
		                       ? (char[]){ (char)rules[i].letter, 0 }
		                       : rules[i].name,
		               names);
	}
	if (options->command == KD_COMMAND_SEARCH && options->n_words == 0 &&
	    !options->index)
		return kd_fail(err, KD_USAGE,
		               "too few arguments; it is written: "
		               "kvmdigest-report search WORDS...");
	if (options->command == KD_COMMAND_SERIES && options->format != NULL &&
	    strcmp(options->format, "text") != 0)
		return kd_fail(err, KD_USAGE,
		               "no format '%s' of series; there is: text",
		               options->format);
	return KD_OK;
}

/* Every option, for someone who looks for one. */
static enum kd_status no_such_option(const char *name, struct kd_error *err)
{
	char names[KD_ERROR_TEXT_MAX];
	size_t used = 0;

	names[0] = '\0';
	for (size_t i = 0; i < N_RULES && used < sizeof(names); i++)
		used += (size_t)snprintf(names + used, sizeof(names) - used,
		                         " --%s", rules[i].name);
	/* a word that search is to leave out, perhaps */
	return kd_fail(err, KD_USAGE, "no option %s; there are:%s%s", name,
	               names,
	               name[0] == '-' && name[1] != '-'
	                       ? "; of search: NOT word, or -- -word"
	                       : "");
}

const struct option *kd_options_longs(void)
{
	static struct option longs[N_RULES + 1];

	for (size_t i = 0; i < N_RULES; i++) {
		int arg = required_argument;

		if (rules[i].value == FLAG)
			arg = no_argument;
		else if (rules[i].value == OPTIONAL || rules[i].value == COLOR)
			arg = optional_argument;
		longs[i].name = rules[i].name;
		longs[i].has_arg = arg;
		longs[i].val = rules[i].letter != 0 ? rules[i].letter
		                                    : OPT_FIRST + (int)i;
	}
	return longs;
}

bool kd_options_takes(enum kd_command command, size_t i)
{
	return (rules[i].takers >> command & 1u) != 0;
}

bool kd_options_command(size_t i, struct kd_command_row *ret)
{
	if (i >= N_COMMANDS)
		return false;
	*ret = (struct kd_command_row){ commands[i].name, commands[i].command,
		                        commands[i].usage };
	return true;
}

static enum kd_status take_options(int argc, char *argv[], bool *given,
                                   struct kd_options *ret, struct kd_error *err)
{
	const struct option *longs = kd_options_longs();
	char shorts[2 * N_RULES + 2] = ":";
	size_t used = 1;
	int opt;

	for (size_t i = 0; i < N_RULES; i++) {
		if (rules[i].letter == 0)
			continue;
		shorts[used++] = (char)rules[i].letter;
		if (longs[i].has_arg == required_argument)
			shorts[used++] = ':';
	}
	optind = 0; /* glibc: start again, for a second call */
	opterr = 0;
	/* No threads in this program. NOLINTNEXTLINE(concurrency-mt-unsafe) */
	while ((opt = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		size_t i = 0;
		enum kd_status st;

		if (opt == ':')
			return kd_fail(err, KD_USAGE, "%s wants a value",
			               argv[optind - 1]);
		if (opt == '?')
			return no_such_option(argv[optind - 1], err);
		while (opt != OPT_FIRST + (int)i && opt != rules[i].letter)
			i++;
		given[i] = true;
		st = take_option(&rules[i], ret, err);
		if (st != KD_OK)
			return st;
	}
	return KD_OK;
}

enum kd_status kd_options_parse(int argc, char *argv[], struct kd_options *ret,
                                struct kd_error *err)
{
	struct kd_options options = { .command = KD_COMMAND_DIGEST };
	bool given[N_RULES] = { false };
	enum kd_status st;

	st = take_options(argc, argv, given, &options, err);
	if (st == KD_OK && !options.help && !options.version) {
		st = take_args(argc, argv, &options, err);
		if (st == KD_OK)
			st = check_options(&options, given, err);
	}
	if (st == KD_OK)
		*ret = options;
	return st;
}
