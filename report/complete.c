/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * complete.c - what the word at the cursor may become: which kind of name is
 * meant there, and the names of each kind.
 */
#include "report/complete.h"

#include <stdint.h>
#include <string.h>

#include "report/digest.h"
#include "report/point.h"
#include "report/terminal.h"

enum { WAIT_MS = 100 }; /* for the store: somebody is typing */

/* --- The line ------------------------------------------------------- */

static void take(void *payload, const struct option *option, const char *value)
{
	struct kd_report_typed *line = payload;
	struct kd_command_row row;

	if (option != NULL) {
		if (option->val == 'c')
			line->conf = value;
		else if (option->val == 'd')
			line->store = value;
		return;
	}
	for (size_t i = 0; !line->has_command && line->n_args == 0 &&
	                   kd_options_command(i, &row);
	     i++) {
		if (strcmp(row.name, value) != 0)
			continue;
		line->command = row.command;
		line->has_command = true;
		return;
	}
	line->n_args++;
}

void kd_complete_read(char *const *words, size_t n, struct kd_report_typed *ret)
{
	*ret = (struct kd_report_typed){ .command = KD_COMMAND_DIGEST };
	kd_typed_read(words, n, kd_options_longs(), take, ret, &ret->typed);
}

/* --- What is in the store ------------------------------------------- */

struct words {
	struct kd_offer offer;
	const struct kd_report_typed *line;
	const struct kd_given_names *names;
	struct kd_arena *arena;
};

typedef void words_fn(const struct words *w);

static void put(const struct words *w, const char *name)
{
	kd_offer_name(&w->offer, name);
}

/* NULL: what it has cannot be known now. */
static struct kd_store *open_store(const struct words *w)
{
	struct kd_store_opts opts = {
		.path = w->names->store_path,
		.mode = KD_STORE_READ,
		.journal_delete = w->names->journal_delete,
		.deadline_ms = kd_monotonic_ms() + WAIT_MS,
	};
	struct kd_store_peek peek = { .there = false };
	struct kd_error ignored = KD_ERROR_INIT;
	struct kd_store *store = NULL;

	/* to open one of an older schema would bring it up to date */
	if (opts.path == NULL ||
	    kd_store_peek(opts.path, &peek, &ignored) != KD_OK || !peek.ours ||
	    peek.schema != peek.schema_max ||
	    kd_store_open(&opts, &store, &ignored) != KD_OK)
		return NULL;
	return store;
}

static void put_markers(const struct words *w)
{
	struct kd_store *store = open_store(w);
	struct kd_error ignored = KD_ERROR_INIT;
	struct kd_marker *markers = NULL;
	size_t n = 0;

	if (store != NULL &&
	    kd_store_markers(store, w->arena, &markers, &n, &ignored) != KD_OK)
		n = 0;
	for (size_t i = 0; i < n; i++)
		put(w, markers[i].name);
	kd_store_close(store);
}

/* The configuration has its id, or uses its name for another. */
static bool is_configured(const struct words *w, const struct kd_list *list)
{
	for (size_t i = 0; i < w->names->n_lists; i++) {
		const struct kd_list *own = &w->names->lists[i];

		if (kd_strcmp_nocase(own->id, list->id) == 0 ||
		    kd_strcmp_nocase(own->name, list->name) == 0)
			return true;
	}
	return false;
}

/* Those of the configuration, and what an import has made one. */
static void put_lists(const struct words *w)
{
	struct kd_store *store = open_store(w);
	struct kd_error ignored = KD_ERROR_INIT;
	struct kd_list *lists = NULL;
	size_t n = 0;

	for (size_t i = 0; i < w->names->n_lists; i++)
		put(w, w->names->lists[i].name);
	if (store != NULL &&
	    kd_store_lists(store, w->arena, &lists, &n, &ignored) != KD_OK)
		n = 0;
	for (size_t i = 0; i < n; i++) {
		if (!is_configured(w, &lists[i]))
			put(w, lists[i].name);
	}
	kd_store_close(store);
	put(w, "all");
	put(w, "none");
}

/* --- What is in the program -------------------------------------------- */

static void put_points(const struct words *w)
{
	put_markers(w);
	for (size_t i = 0; kd_point_word(i) != NULL; i++)
		put(w, kd_point_word(i));
}

/* FROM.. as long as there are no dots, and then each TO. */
static void put_ranges(const struct words *w)
{
	const char *dots = strstr(w->offer.begin, "..");
	struct words end = *w;

	if (dots != NULL)
		kd_offer_behind(&end.offer, dots + 2);
	else
		end.offer.behind = "..";
	put_points(&end);
}

static void put_formats(const struct words *w)
{
	if (w->line->command == KD_COMMAND_SERIES) {
		put(w, "text");
		return;
	}
	for (size_t i = 0; kd_format_name(i) != NULL; i++)
		put(w, kd_format_name(i));
}

static void put_messages(const struct words *w)
{
	for (size_t i = 0; kd_messages_name(i) != NULL; i++)
		put(w, kd_messages_name(i));
}

static void put_colors(const struct words *w)
{
	for (size_t i = 0; kd_color_words[i] != NULL; i++)
		put(w, kd_color_words[i]);
}

static void put_views(const struct words *w)
{
	const struct kd_given_names *names = w->names;
	const char *name;

	for (size_t i = 0; names->view != NULL &&
	                   (name = names->view(names->views_of, i)) != NULL;
	     i++)
		put(w, name);
}

/* Is it among the names, each with a comma behind it, up to end? */
static bool is_among(const char *names, const char *end, const char *name)
{
	size_t size = strlen(name);

	while (names < end) {
		const char *comma = strchr(names, ',');

		if ((size_t)(comma - names) == size &&
		    memcmp(names, name, size) == 0)
			return true;
		names = comma + 1;
	}
	return false;
}

/* NAME,...: none of them twice */
static void put_sections(const struct words *w)
{
	const char *comma = strrchr(w->offer.begin, ',');
	struct words last = *w;

	if (comma != NULL)
		kd_offer_behind(&last.offer, comma + 1);
	for (size_t i = 0; i < kd_n_sections; i++) {
		if (!is_among(w->offer.begin, last.offer.begin,
		              kd_sections[i].name))
			put(&last, kd_sections[i].name);
	}
}

static void put_files(const struct words *w)
{
	kd_offer_files(&w->offer);
}

static void put_kinds(const struct words *w)
{
	for (int kind = 0; kind < KD_KIND_COUNT; kind++)
		put(w, kd_kind_name((enum kd_kind)kind));
	put(w, "waiting");
}

/* The words with a colon that search knows, and what may stand behind it. */
static void put_query(const struct words *w)
{
	static const struct {
		const char *prefix;
		words_fn *put;
	} values[] = {
		{ "from", NULL },         { "subject", NULL },
		{ "path", NULL },         { "is", put_kinds },
		{ "list", put_lists },    { "after", put_points },
		{ "before", put_points },
	};
	const char *colon = strchr(w->offer.begin, ':');
	size_t size = colon != NULL ? (size_t)(colon - w->offer.begin) : 0;
	struct words value = *w;

	if (colon != NULL)
		kd_offer_behind(&value.offer, colon + 1);
	else
		value.offer.behind = ":";
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		if (colon == NULL)
			put(&value, values[i].prefix);
		else if (strlen(values[i].prefix) == size &&
		         memcmp(values[i].prefix, w->offer.begin, size) == 0 &&
		         values[i].put != NULL)
			values[i].put(&value);
	}
}

/* --- Which of them is meant --------------------------------------------- */

/* By the words of a usage, and by the names of options with a value of which
 * more is known than that it is one. */
static const struct kind {
	const char *name;
	words_fn *put;
} args[] = {
	{ "RANGE", put_ranges }, { "POINT", put_points },
	{ "NAME", put_markers }, { "WORDS", put_query },
	{ "FILE", put_files },
}, values[] = {
	{ "format", put_formats },   { "messages", put_messages },
	{ "section", put_sections }, { "advance", put_markers },
	{ "path", put_files },       { "series", put_points },
	{ "view", put_views },       { "color", put_colors },
	{ "output", put_files },     { "list", put_lists },
	{ "config", put_files },     { "store", put_files },
};

static void put_value(const struct words *w)
{
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		if (strcmp(values[i].name, w->line->typed.option->name) == 0)
			values[i].put(w);
	}
}

/* The n-th word of "mark NAME [POINT]", 0 being mark; the last one again
 * where it ends in dots.  NULL: no more may follow. */
static const char *usage_word(const char *usage, size_t n)
{
	const char *word = usage;

	while (n-- > 0) {
		const char *next = strchr(word, ' ');

		if (next == NULL)
			return strstr(word, "...") != NULL ? word : NULL;
		word = next + 1;
	}
	return word[0] == '[' ? word + 1 : word;
}

static void put_arg(const struct words *w)
{
	struct kd_command_row row;
	const char *word = NULL;

	for (size_t i = 0; kd_options_command(i, &row); i++) {
		if (row.command == w->line->command)
			word = usage_word(row.usage, w->line->n_args + 1);
	}
	for (size_t i = 0; word != NULL && i < sizeof(args) / sizeof(args[0]);
	     i++) {
		if (strncmp(word, args[i].name, strlen(args[i].name)) == 0)
			args[i].put(w);
	}
}

/* Not complete itself: that is for shells. */
static void put_commands(const struct words *w)
{
	struct kd_command_row row;

	for (size_t i = 0; kd_options_command(i, &row); i++) {
		const char *takes = strchr(row.usage, ' ');

		if (row.command == KD_COMMAND_COMPLETE ||
		    strncmp(row.name, w->offer.begin, strlen(w->offer.begin)) !=
		            0)
			continue;
		(void)fprintf(w->offer.out, "%s%s%s\n", row.name,
		              takes != NULL ? "\t" : "",
		              takes != NULL ? takes + 1 : "");
	}
}

static void put_options(const struct words *w)
{
	const struct option *longs = kd_options_longs();

	for (size_t i = 0; longs[i].name != NULL; i++) {
		if (kd_options_takes(w->line->command, i))
			kd_offer_option(&w->offer, &longs[i]);
	}
}

void kd_complete_write(const struct kd_report_typed *line,
                       const struct kd_given_names *names,
                       struct kd_arena *arena, FILE *out)
{
	struct words w = {
		.offer = kd_offer_begin(&line->typed, out),
		.line = line,
		.names = names,
		.arena = arena,
	};

	if (line->typed.option != NULL) {
		put_value(&w);
		return;
	}
	if (!line->typed.args_only && w.offer.begin[0] == '-') {
		put_options(&w);
		return;
	}
	if (!line->has_command && line->n_args == 0)
		put_commands(&w);
	put_arg(&w);
}
