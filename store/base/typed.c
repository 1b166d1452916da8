/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * typed.c - see typed.h.
 */
#include "store/base/typed.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* --- The line ------------------------------------------------------- */

/* By its name, or by as much of it as getopt_long(3) takes. */
static const struct option *find_long(const struct option *options,
                                      const char *name, size_t size)
{
	const struct option *found = NULL;
	size_t n_found = 0;

	for (const struct option *o = options; o->name != NULL; o++) {
		if (strncmp(o->name, name, size) != 0)
			continue;
		if (o->name[size] == '\0')
			return o;
		found = o;
		n_found++;
	}
	return n_found == 1 ? found : NULL;
}

static const struct option *find_letter(const struct option *options,
                                        char letter)
{
	for (const struct option *o = options; o->name != NULL; o++)
		if (o->val == letter)
			return o;
	return NULL;
}

/* Who reads the line, and how far it is. */
struct reader {
	const struct option *options;
	kd_typed_fn *fn;
	void *payload;
	const struct option *wants; /* its value is the next word; or NULL */
};

/* "--name", "--name=value" */
static void take_long(struct reader *r, const char *word)
{
	const char *equals = strchr(word, '=');
	size_t size = equals != NULL ? (size_t)(equals - word) : strlen(word);
	const struct option *o = find_long(r->options, word + 2, size - 2);

	if (o == NULL)
		return;
	if (equals == NULL && o->has_arg == required_argument)
		r->wants = o;
	else
		r->fn(r->payload, o, equals != NULL ? equals + 1 : NULL);
}

/* "-v", "-vc", "-cFILE" */
static void take_short(struct reader *r, const char *word)
{
	for (const char *s = word + 1; *s != '\0'; s++) {
		const struct option *o = find_letter(r->options, *s);

		if (o == NULL)
			continue;
		if (o->has_arg == no_argument) {
			r->fn(r->payload, o, NULL);
			continue;
		}
		if (s[1] == '\0')
			r->wants = o;
		else
			r->fn(r->payload, o, s + 1);
		return;
	}
}

static void take_word(struct reader *r, const char *word, bool *args_only)
{
	const struct option *wants = r->wants;

	r->wants = NULL;
	if (wants != NULL)
		r->fn(r->payload, wants, word);
	else if (*args_only || word[0] != '-' || word[1] == '\0')
		r->fn(r->payload, NULL, word);
	else if (strcmp(word, "--") == 0)
		*args_only = true;
	else if (word[1] == '-')
		take_long(r, word);
	else
		take_short(r, word);
}

/* The value behind "=" of the word at the cursor. */
static void take_value(const struct option *options, struct kd_typed *typed)
{
	const char *equals = strchr(typed->word, '=');

	if (typed->option != NULL || typed->args_only || equals == NULL ||
	    strncmp(typed->word, "--", 2) != 0)
		return;
	typed->option = find_long(options, typed->word + 2,
	                          (size_t)(equals - typed->word) - 2);
	if (typed->option != NULL)
		typed->value_at = (size_t)(equals - typed->word) + 1;
}

void kd_typed_read(char *const *words, size_t n, const struct option *options,
                   kd_typed_fn *fn, void *payload, struct kd_typed *ret)
{
	struct reader r = { options, fn, payload, NULL };
	struct kd_typed typed = { .word = "" };

	for (size_t i = 0; i + 1 < n; i++)
		take_word(&r, words[i], &typed.args_only);
	if (n > 0)
		typed.word = words[n - 1];
	typed.option = r.wants;
	take_value(options, &typed);
	*ret = typed;
}

const char *kd_typed_path(const char *path, struct kd_arena *arena)
{
	/* One thread. NOLINTNEXTLINE(concurrency-mt-unsafe) */
	const char *home = getenv("HOME");

	if (path == NULL || path[0] != '~' || path[1] != '/' || home == NULL)
		return path;
	return kd_arena_printf(arena, "%s%s", home, path + 1);
}

/* --- What may follow --------------------------------------------------- */

struct kd_offer kd_offer_begin(const struct kd_typed *typed, FILE *out)
{
	return (struct kd_offer){
		.out = out,
		.before = { typed->word, typed->value_at },
		.begin = typed->word + typed->value_at,
		.behind = "",
	};
}

void kd_offer_behind(struct kd_offer *offer, const char *s)
{
	offer->before.size += (size_t)(s - offer->begin);
	offer->begin = s;
}

void kd_offer_name(const struct kd_offer *offer, const char *name)
{
	if (strncmp(name, offer->begin, strlen(offer->begin)) != 0)
		return;
	for (const char *s = name; *s != '\0'; s++) {
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			return;
	}
	(void)fprintf(offer->out, "%.*s%s%s\n", (int)offer->before.size,
	              offer->before.data, name, offer->behind);
}

void kd_offer_files(const struct kd_offer *offer)
{
	(void)fputs(":files\n", offer->out);
}

void kd_offer_option(const struct kd_offer *offer, const struct option *option)
{
	char letter[] = { '-', (char)option->val, '\0' };
	struct kd_offer named = *offer;

	if (option->val <= CHAR_MAX)
		kd_offer_name(offer, letter);
	if (offer->begin[1] != '\0' && offer->begin[1] != '-')
		return;
	named.before = kd_bytes_of("--");
	named.begin += offer->begin[1] == '-' ? 2 : 1;
	kd_offer_name(&named, option->name);
	named.behind = "=";
	if (option->has_arg == optional_argument)
		kd_offer_name(&named, option->name);
}
