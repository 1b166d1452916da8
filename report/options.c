/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * options.c - the command line, taken apart.
 */
#include "report/options.h"

#include <getopt.h>
#include <string.h>

#include "store/base/text.h"

const char *const kd_options_help =
	"usage: kvmdigest-report [digest] [RANGE]    the digest\n"
	"       kvmdigest-report mark NAME [POINT]   set or move a marker "
	"(to: latest)\n"
	"       kvmdigest-report markers             list the markers\n"
	"       kvmdigest-report unmark NAME         remove a marker\n"
	"       kvmdigest-report show POINT          one message, and its series\n"
	"       kvmdigest-report series [RANGE]      the series, and where they "
	"stand\n"
	"       kvmdigest-report mailmap [RANGE]     lines that the mailmap "
	"lacks\n"
	"\n"
	"RANGE   FROM..TO, FROM.. or ..TO, in order of arrival: FROM is not "
	"in it, TO is.\n"
	"        Without one: what came after the marker `last`, or, where "
	"there is none,\n"
	"        in the last 24 hours; of mailmap, all there is.\n"
	"POINT   a marker; latest, start; <message-id>; an id or 4 and more "
	"digits of it;\n"
	"        2025-03-18 (00:00 of that day), 2025-03-18T06:00 (local; Z "
	"or +01:00 may\n"
	"        follow), now, today, yesterday (00:00), '2 days ago'.\n"
	"\n"
	"digest\n"
	"  --format text|classic        classic: the published layout, "
	"faults and all\n"
	"  --messages cover|first|all   of each series: its cover letter; "
	"that and the\n"
	"                               first patch (default); every patch\n"
	"  --section NAME,...           of domains, contributors, employers, "
	"patches,\n"
	"                               messages\n"
	"  --top N                      lines of the two tables (15)\n"
	"  --advance[=NAME]             then move the marker NAME (last) "
	"to the end\n"
	"show\n"
	"  --raw                        the exact bytes, as they came\n"
	"  --variant N                  the other content of a doubled "
	"Message-ID\n"
	"all\n"
	"  -o FILE                      write to FILE, whole or not at all "
	"(not: markers)\n"
	"  --list NAME                  a list of the configuration, all, "
	"or none\n"
	"  -c FILE, -d FILE             the configuration, the store\n"
	"  -h, --help, --version\n";

enum {
	OPT_FORMAT = 256,
	OPT_LIST,
	OPT_TOP,
	OPT_MESSAGES,
	OPT_SECTION,
	OPT_ADVANCE,
	OPT_RAW,
	OPT_VARIANT,
	OPT_VERSION,
};

static const struct option long_options[] = {
	{ "format", required_argument, NULL, OPT_FORMAT },
	{ "list", required_argument, NULL, OPT_LIST },
	{ "top", required_argument, NULL, OPT_TOP },
	{ "messages", required_argument, NULL, OPT_MESSAGES },
	{ "section", required_argument, NULL, OPT_SECTION },
	{ "advance", optional_argument, NULL, OPT_ADVANCE },
	{ "raw", no_argument, NULL, OPT_RAW },
	{ "variant", required_argument, NULL, OPT_VARIANT },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ NULL, 0, NULL, 0 },
};

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
};

static enum kd_status take_number(const char *name, const char *value, int max,
                                  int *ret, struct kd_error *err)
{
	int n = 0;

	for (const char *s = value; *s != '\0'; s++) {
		if (!kd_is_digit(*s) || n > max)
			n = max + 1;
		else
			n = n * 10 + (*s - '0');
	}
	if (n < 1 || n > max)
		return kd_fail(err, KD_USAGE,
		               "%s %s: a number from 1 to %d was expected",
		               name, value, max);
	*ret = n;
	return KD_OK;
}

static enum kd_status take_option(int opt, struct kd_options *ret,
                                  struct kd_error *err)
{
	enum kd_status st = KD_OK;
	int n = 0;

	switch (opt) {
	case 'c':
		ret->conf = optarg;
		break;
	case 'd':
		ret->store = optarg;
		break;
	case 'o':
		ret->output = optarg;
		break;
	case 'h':
		ret->help = true;
		break;
	case OPT_FORMAT:
		ret->format = optarg;
		break;
	case OPT_LIST:
		ret->list = optarg;
		break;
	case OPT_MESSAGES:
		ret->messages = optarg;
		break;
	case OPT_SECTION:
		ret->sections = optarg;
		break;
	case OPT_ADVANCE:
		ret->advance = optarg != NULL ? optarg : "last";
		break;
	case OPT_RAW:
		ret->raw = true;
		break;
	case OPT_VERSION:
		ret->version = true;
		break;
	case OPT_TOP:
		st = take_number("--top", optarg, KD_TOP_MAX, &n, err);
		ret->top = (unsigned int)n;
		break;
	default: /* OPT_VARIANT */
		st = take_number("--variant", optarg, KD_TOP_MAX, &ret->variant,
		                 err);
		break;
	}
	return st;
}

/* Which command, and whether it takes what was given. */
static enum kd_status take_args(int argc, char *argv[], struct kd_options *ret,
                                struct kd_error *err)
{
	const struct command *command = &commands[0];
	size_t n = (size_t)(argc - optind);
	char **args = argv + optind;

	for (size_t i = 0; n > 0 && i < sizeof(commands) / sizeof(commands[0]);
	     i++) {
		if (strcmp(args[0], commands[i].name) == 0) {
			command = &commands[i];
			args++;
			n--;
			break;
		}
	}
	if (args == argv + optind && n > 0 && strstr(args[0], "..") == NULL)
		return kd_fail(err, KD_USAGE,
		               "'%s' is neither a command (digest, mark, "
		               "markers, unmark, show, series, mailmap) nor a "
		               "RANGE (FROM..TO)",
		               args[0]);
	ret->command = command->command;
	if (n < command->min_args || n > command->max_args)
		return kd_fail(err, KD_USAGE,
		               "%s arguments; it is written: "
		               "kvmdigest-report %s",
		               n < command->min_args ? "too few" : "too many",
		               command->usage);
	for (size_t i = 0; i < n; i++)
		ret->args[i] = args[i];
	ret->n_args = n;
	return KD_OK;
}

static enum kd_status wrong_option(const char *name, const char *takers,
                                   struct kd_error *err)
{
	return kd_fail(err, KD_USAGE, "%s is an option of %s", name, takers);
}

/* Whether a command has a format to choose, or output for -o. */
static bool has_format(enum kd_command command)
{
	return command == KD_COMMAND_DIGEST || command == KD_COMMAND_SERIES;
}

static bool has_output(enum kd_command command)
{
	return has_format(command) || command == KD_COMMAND_SHOW ||
	       command == KD_COMMAND_MAILMAP;
}

/* An option that would have no effect is a mistake of the caller's. */
static enum kd_status check_options(const struct kd_options *options,
                                    struct kd_error *err)
{
	bool digest = options->command == KD_COMMAND_DIGEST;
	bool show = options->command == KD_COMMAND_SHOW;

	if (!has_format(options->command) && options->format != NULL)
		return wrong_option("--format", "digest and series", err);
	if (!digest && options->messages != NULL)
		return wrong_option("--messages", "digest", err);
	if (!digest && options->sections != NULL)
		return wrong_option("--section", "digest", err);
	if (!digest && options->top != 0)
		return wrong_option("--top", "digest", err);
	if (!digest && options->advance != NULL)
		return wrong_option("--advance", "digest", err);
	if (!show && options->raw)
		return wrong_option("--raw", "show", err);
	if (!show && options->variant != 0)
		return wrong_option("--variant", "show", err);
	if (!has_output(options->command) && options->output != NULL)
		return wrong_option("-o", "digest, show, series and mailmap",
		                    err);
	if (!digest && options->format != NULL &&
	    strcmp(options->format, "text") != 0)
		return kd_fail(err, KD_USAGE,
		               "no format '%s' of series; there is: text",
		               options->format);
	return KD_OK;
}

enum kd_status kd_options_parse(int argc, char *argv[], struct kd_options *ret,
                                struct kd_error *err)
{
	struct kd_options options = { .command = KD_COMMAND_DIGEST };
	enum kd_status st = KD_OK;
	int opt;

	optind = 0; /* glibc: start again, for a second call */
	opterr = 0;
	/* No threads in this program. NOLINTNEXTLINE(concurrency-mt-unsafe) */
	while ((opt = getopt_long(argc, argv, ":c:d:o:h", long_options,
	                          NULL)) != -1) {
		if (opt == ':')
			return kd_fail(err, KD_USAGE, "%s wants a value",
			               argv[optind - 1]);
		if (opt == '?')
			return kd_fail(err, KD_USAGE,
			               "no option %s; there are: --format "
			               "--messages --section --top --advance "
			               "--raw --variant --list -o -c -d "
			               "--help --version",
			               argv[optind - 1]);
		st = take_option(opt, &options, err);
		if (st != KD_OK)
			return st;
	}
	if (!options.help && !options.version) {
		st = take_args(argc, argv, &options, err);
		if (st == KD_OK)
			st = check_options(&options, err);
	}
	if (st == KD_OK)
		*ret = options;
	return st;
}
