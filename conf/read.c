/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * read.c - from the tree of a configuration to a struct kd_conf, along
 * the tables of keys.c; whatever is not in them is an error.
 *
 * Knows neither libconfig nor how the tree was written down.
 */
#include <stdio.h>
#include <string.h>

#include "conf/conf.h"
#include "conf/internal.h"
#include "conf/keys.h"

/* More words than any key has. */
enum { MAX_WORDS = 32 };

#define UNKNOWN "a key that is not known"

/* What all of the reading needs. */
struct reader {
	struct kd_conf *conf;
	struct kd_arena *arena;
	const char *file;
	struct kd_error *err;
};

/* A setting and what messages call it. */
struct setting {
	const struct kd_conf_node *it;
	struct kd_conf_at at;
};

static enum kd_status no_memory(const struct reader *r)
{
	return kd_fail(r->err, KD_NOMEM, "%s: out of memory", r->file);
}

/* What a setting is, for messages: "a group { }", "12". */
static const char *shown(const struct reader *r, const struct kd_conf_node *it)
{
	struct kd_bytes b;
	const char *text = "";

	switch (it->kind) {
	case KD_CONF_NODE_GROUP:
		return "a group { }";
	case KD_CONF_NODE_LIST:
		return it->n == 0 ? "an empty list ( )" : "a list ( )";
	case KD_CONF_NODE_ARRAY:
		return it->n == 0 ? "an empty array [ ]" : "an array [ ]";
	case KD_CONF_NODE_OTHER:
		return it->text;
	case KD_CONF_NODE_INTEGER:
		text = kd_arena_printf(r->arena, "%lld", it->number);
		break;
	case KD_CONF_NODE_STRING:
		b = kd_bytes_of(it->text);
		text = kd_arena_printf(r->arena, "\"%.*s\"",
		                       (int)kd_utf8_cut(b, KD_CONF_SHOWN_MAX),
		                       b.data);
		break;
	}
	return text != NULL ? text : "(out of memory)";
}

static enum kd_status wrong(const struct reader *r, const struct setting *s,
                            const char *expected)
{
	return kd_conf_wrong(r->err, &s->at, expected, "%s", shown(r, s->it));
}

static enum kd_status wrong_value(const struct reader *r,
                                  const struct setting *s,
                                  const struct kd_conf_rule *rule)
{
	char expected[256];

	kd_conf_expected(rule, expected, sizeof(expected));
	return wrong(r, s, expected);
}

static enum kd_status read_integer(const struct reader *r,
                                   const struct setting *s,
                                   const struct kd_conf_rule *rule, void *to)
{
	long long value = s->it->number;

	if (s->it->kind != KD_CONF_NODE_INTEGER || value < rule->min ||
	    value > rule->max)
		return wrong_value(r, s, rule);
	if (rule->type == KD_CONF_SIZE)
		*(uint64_t *)to = (uint64_t)value;
	else
		*(unsigned int *)to = (unsigned int)value;
	return KD_OK;
}

/* The place of a string among words; false when it is none of them. */
static bool find_word(const struct kd_conf_node *it, const char *const *words,
                      size_t *ret)
{
	if (it->kind != KD_CONF_NODE_STRING)
		return false;
	for (*ret = 0; words[*ret] != NULL; (*ret)++) {
		if (strcmp(words[*ret], it->text) == 0)
			return true;
	}
	return false;
}

static enum kd_status store_string(const struct reader *r, const char *value,
                                   void *to)
{
	char *copy = kd_arena_strdup(r->arena, value);

	if (copy == NULL)
		return no_memory(r);
	/* Some members are const char *, some are char *. */
	memcpy(to, &copy, sizeof(copy));
	return KD_OK;
}

static enum kd_status read_word(const struct reader *r, const struct setting *s,
                                const struct kd_conf_rule *rule, void *to)
{
	size_t i;

	if (!find_word(s->it, rule->words, &i))
		return wrong_value(r, s, rule);
	if (rule->type == KD_CONF_WORD)
		return store_string(r, rule->words[i], to);
	*(bool *)to = i == 1;
	return KD_OK;
}

/* Is an element of a list what the rule takes?  Words each once. */
static bool is_element(const struct kd_conf_node *it,
                       const struct kd_conf_rule *rule, bool *used)
{
	size_t word;

	if (rule->type == KD_CONF_TEXTS)
		return it->kind == KD_CONF_NODE_STRING && rule->good(it->text);
	if (!find_word(it, rule->words, &word) || word >= MAX_WORDS ||
	    used[word])
		return false;
	used[word] = true;
	return true;
}

static enum kd_status read_texts(const struct reader *r,
                                 const struct setting *s,
                                 const struct kd_conf_rule *rule, void *to)
{
	size_t n = s->it->n;
	bool used[MAX_WORDS] = { false };
	char **texts;
	enum kd_status st = KD_OK;

	if ((s->it->kind != KD_CONF_NODE_LIST &&
	     s->it->kind != KD_CONF_NODE_ARRAY) ||
	    (n == 0 && rule->type == KD_CONF_WORDS))
		return wrong_value(r, s, rule);
	texts = kd_arena_array(r->arena, n + 1, sizeof(*texts));
	if (texts == NULL)
		return no_memory(r);
	for (size_t i = 0; i < n && st == KD_OK; i++) {
		/* The line stays that of the key: libconfig gives a string
		 * in a list the line of the token behind it. */
		struct setting one = { &s->it->items[i], s->at };

		if (!is_element(one.it, rule, used))
			return wrong_value(r, &one, rule);
		st = store_string(r, one.it->text, &texts[i]);
	}
	*(char ***)to = texts;
	return st;
}

static enum kd_status read_string(const struct reader *r,
                                  const struct setting *s,
                                  const struct kd_conf_rule *rule, void *to)
{
	const char *value;
	char *home = NULL;
	enum kd_status st;

	if (s->it->kind != KD_CONF_NODE_STRING)
		return wrong_value(r, s, rule);
	value = s->it->text;
	if (rule->optional && value[0] == '\0')
		return KD_OK;
	if (!rule->good(value))
		return wrong_value(r, s, rule);
	if (rule->type != KD_CONF_PATH || value[0] != '~')
		return store_string(r, value, to);

	st = kd_conf_home(r->arena, &home, r->err);
	if (st != KD_OK)
		return st;
	if (home == NULL)
		return wrong(r, s, "an absolute path, as there is no home");
	value = kd_arena_printf(r->arena, "%s%s", home, value + 1);
	return value == NULL ? no_memory(r) : store_string(r, value, to);
}

static enum kd_status read_value(const struct reader *r,
                                 const struct setting *s,
                                 const struct kd_conf_rule *rule, void *to)
{
	switch (rule->type) {
	case KD_CONF_SIZE:
	case KD_CONF_COUNT:
		return read_integer(r, s, rule, to);
	case KD_CONF_FLAG:
	case KD_CONF_WORD:
		return read_word(r, s, rule, to);
	case KD_CONF_WORDS:
	case KD_CONF_TEXTS:
		return read_texts(r, s, rule, to);
	case KD_CONF_STRING:
	case KD_CONF_PATH:
		break;
	}
	return read_string(r, s, rule, to);
}

/* A member of s under its name; what messages call it is the arena's. */
static enum kd_status get_member(const struct reader *r,
                                 const struct setting *s, size_t i,
                                 struct setting *ret)
{
	ret->it = &s->it->items[i];
	ret->at = (struct kd_conf_at){ r->file, ret->it->line, ret->it->name };
	if (s->at.key != NULL)
		ret->at.key = kd_arena_printf(r->arena, "%s.%s", s->at.key,
		                              ret->it->name);
	return ret->at.key != NULL ? KD_OK : no_memory(r);
}

/* Read the group s by a table into the struct at base. */
static enum kd_status read_group(const struct reader *r,
                                 const struct setting *s,
                                 const struct kd_conf_key *keys, void *base)
{
	enum kd_status st = KD_OK;

	if (s->it->kind != KD_CONF_NODE_GROUP)
		return wrong(r, s, "a group { }");
	for (size_t i = 0; i < s->it->n && st == KD_OK; i++) {
		const struct kd_conf_key *key = keys;
		struct setting member;
		char names[256];

		st = get_member(r, s, i, &member);
		if (st != KD_OK)
			break;
		while (key->name != NULL &&
		       strcmp(key->name, member.it->name) != 0)
			key++;
		if (key->name != NULL) {
			st = read_value(r, &member, key->rule,
			                (char *)base + key->offset);
			continue;
		}
		kd_conf_names(keys, names, sizeof(names));
		st = kd_conf_wrong(r->err, &member.at, names, UNKNOWN);
	}
	return st;
}

/* What a list must have, and what it has when that is not said. */
static enum kd_status finish_list(const struct reader *r,
                                  const struct setting *s, struct kd_list *list)
{
	struct kd_conf_at at = s->at;

	if (list->name == NULL) {
		at.key = "lists.name";
		return kd_conf_wrong(r->err, &at, "each list to have one",
		                     "a list without");
	}
	if (list->id == NULL) {
		at.key = "lists.id";
		return kd_conf_wrong(r->err, &at, "each list to have one",
		                     "the list \"%s\" without", list->name);
	}
	if (list->archive == NULL)
		list->archive = kd_conf_archive_of(list->id);
	return KD_OK;
}

/* No two lists of one name, and none of one List-Id. */
static enum kd_status check_unlike(const struct reader *r,
                                   const struct setting *s,
                                   const struct kd_list *list,
                                   const struct kd_list *before)
{
	struct kd_conf_at at = s->at;

	for (; before < list; before++) {
		bool name = kd_strcmp_nocase(before->name, list->name) == 0;

		if (!name && kd_strcmp_nocase(before->id, list->id) != 0)
			continue;
		at.key = name ? "lists.name" : "lists.id";
		return kd_conf_wrong(r->err, &at, "each list to have its own",
		                     "\"%s\" again",
		                     name ? list->name : list->id);
	}
	return KD_OK;
}

static enum kd_status read_lists(const struct reader *r,
                                 const struct setting *s,
                                 const struct kd_conf_key *keys)
{
	struct kd_list *lists;
	size_t n = s->it->n;
	enum kd_status st = KD_OK;

	if (s->it->kind != KD_CONF_NODE_LIST || n == 0)
		return wrong(r, s, "a list ( ) of one or more groups { }");
	lists = kd_arena_array(r->arena, n, sizeof(*lists));
	if (lists == NULL)
		return no_memory(r);
	for (size_t i = 0; i < n && st == KD_OK; i++) {
		struct setting one = { &s->it->items[i], s->at };

		/* Other elements have a wrong line; see read_words(). */
		if (one.it->kind == KD_CONF_NODE_GROUP)
			one.at.line = one.it->line;
		st = read_group(r, &one, keys, &lists[i]);
		if (st == KD_OK)
			st = finish_list(r, &one, &lists[i]);
		if (st == KD_OK)
			st = check_unlike(r, &one, &lists[i], lists);
	}
	r->conf->lists = lists;
	r->conf->n_lists = n;
	return st;
}

/* The names are the user's own. */
static enum kd_status read_views(const struct reader *r,
                                 const struct setting *s,
                                 const struct kd_conf_key *keys)
{
	struct kd_conf_view *views;
	enum kd_status st = KD_OK;

	if (s->it->kind != KD_CONF_NODE_GROUP)
		return wrong(r, s, "a group { } of views, name: { }");
	views = kd_arena_array(r->arena, s->it->n, sizeof(*views));
	if (views == NULL)
		return no_memory(r);
	for (size_t i = 0; i < s->it->n && st == KD_OK; i++) {
		struct setting one;

		views[i].name = s->it->items[i].name;
		st = get_member(r, s, i, &one);
		if (st == KD_OK)
			st = read_group(r, &one, keys, &views[i]);
	}
	r->conf->views = views;
	r->conf->n_views = s->it->n;
	return st;
}

enum kd_status kd_conf_read_tree(const struct kd_conf_node *root,
                                 const char *file, struct kd_arena *arena,
                                 struct kd_conf *conf, struct kd_error *err)
{
	struct reader r = { conf, arena, file, err };
	struct setting top = { root, { file, 0, NULL } };
	enum kd_status st = KD_OK;

	for (size_t i = 0; i < root->n && st == KD_OK; i++) {
		const struct kd_conf_group *group = kd_conf_groups;
		struct setting s;

		st = get_member(&r, &top, i, &s);
		if (st != KD_OK)
			break;
		while (group->name != NULL &&
		       strcmp(group->name, s.it->name) != 0)
			group++;
		if (group->name == NULL)
			st = kd_conf_wrong(err, &s.at, kd_conf_group_names,
			                   UNKNOWN);
		else if (group->shape == KD_CONF_LISTS)
			st = read_lists(&r, &s, group->keys);
		else if (group->shape == KD_CONF_VIEWS)
			st = read_views(&r, &s, group->keys);
		else
			st = read_group(&r, &s, group->keys, conf);
	}
	return st;
}
