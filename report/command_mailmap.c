/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * command_mailmap.c - lines to append to a .mailmap, for people who post
 * under several names or addresses that it does not yet know as one.
 */
#include <stdio.h>

#include "report/command.h"
#include "report/point.h"
#include "report/print.h"
#include "report/row.h"
#include "report/suggest.h"

struct link {
	struct kd_person who;
	struct link *next;
};

struct people {
	const struct kd_view *view;
	struct link *first, *last;
	size_t n;
};

static enum kd_status add_person(struct people *all,
                                 const struct kd_person *who,
                                 struct kd_error *err)
{
	struct kd_arena *arena = all->view->arena;
	struct kd_person mapped = kd_view_person(all->view, who);
	struct link *link = kd_arena_alloc(arena, sizeof(*link));

	if (link == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	link->who.name = kd_arena_strdup(arena, mapped.name);
	link->who.email = kd_arena_strdup(arena, mapped.email);
	if (all->last != NULL)
		all->last->next = link;
	else
		all->first = link;
	all->last = link;
	all->n++;
	return KD_OK;
}

/* Robots are nobody, and neither are those who send what is no part of
 * the work. */
static bool takes_part(enum kd_kind kind)
{
	return kind == KD_KIND_PATCH || kind == KD_KIND_COVER ||
	       kind == KD_KIND_REPLY || kind == KD_KIND_PULL ||
	       kind == KD_KIND_APPLIED;
}

static enum kd_status collect(const struct kd_posted *row, void *payload,
                              struct kd_error *err)
{
	enum kd_status st;

	if (!takes_part(row->msg.kind))
		return KD_OK;
	st = add_person(payload, &row->msg.author, err);
	if (st == KD_OK && !kd_person_same(&row->msg.author, &row->msg.sender))
		st = add_person(payload, &row->msg.sender, err);
	return st;
}

static enum kd_status build(const struct kd_view *view, struct kd_range range,
                            struct kd_doc *doc, struct kd_error *err)
{
	struct people all = { .view = view };
	struct kd_suggestion *lines = NULL;
	struct kd_person *people;
	enum kd_status st;
	size_t n = 0;

	st = kd_store_each(view->store, &view->scope, range, collect, &all,
	                   err);
	if (st != KD_OK)
		return st;
	people = kd_arena_array(view->arena, all.n, sizeof(*people));
	if (people == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	for (const struct link *link = all.first; link; link = link->next)
		people[n++] = link->who;
	st = kd_suggest(view->arena, people, n, &lines, &n, err);
	for (size_t i = 0; i < n && st == KD_OK; i++) {
		kd_doc_puts(doc, NULL, KD_NODE_PARA, NULL,
		            kd_arena_printf(doc->arena, "# %s", lines[i].why));
		kd_doc_puts(doc, NULL, KD_NODE_PARA, NULL, lines[i].line);
	}
	return st;
}

enum kd_status kd_command_mailmap(const struct kd_env *env,
                                  const struct kd_options *options,
                                  struct kd_error *err)
{
	const char *range_text =
		options->args[0] ? options->args[0] : "start..";
	struct kd_arena *arena = kd_arena_new();
	struct kd_doc doc = { .arena = arena };
	struct kd_view view = { .store = NULL };
	struct kd_resolved range;
	enum kd_status st;

	if (arena == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	st = kd_view_open(env, options->list, KD_STORE_READ, arena, &view, err);
	if (st == KD_OK)
		st = kd_range_resolve(&view, range_text, &range, err);
	if (st == KD_OK)
		st = build(&view, range.range, &doc, err);
	if (st == KD_OK && doc.first == NULL)
		(void)snprintf(env->note, KD_NOTE_SIZE,
		               "nobody here posts under several names or "
		               "addresses that the mailmap does not join");
	if (st == KD_OK)
		st = kd_print(&doc, &env->look, options->output, err);
	kd_view_close(&view);
	kd_arena_free(arena);
	return st;
}
