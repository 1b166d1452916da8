/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * command_search.c - search: a line for each message that answers, newest
 * first.  The index is brought up to date on the way; where that cannot be
 * done, what it has is searched, and the user told so.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/command.h"
#include "report/line.h"
#include "report/output.h"
#include "report/point.h"
#include "report/query.h"
#include "report/row.h"
#include "report/snippet.h"
#include "report/when.h"

enum {
	LIMIT = 50,
	DATE_SIZE = sizeof("2025-03-18"),
	PERSON_WIDTH = 14, /* columns */
	INDENT = 4,
	TOLD_MS = 200, /* between two lines of progress */
};

/* Where progress goes, if to anyone. */
struct told {
	bool is_terminal;
	int64_t next_ms;
	bool any; /* something stands on the line */
};

static void tell(int64_t done, int64_t all, void *payload)
{
	struct told *told = payload;
	int64_t now = kd_monotonic_ms();

	if (!told->is_terminal || done >= all || now < told->next_ms)
		return;
	told->next_ms = now + TOLD_MS;
	told->any = true;
	(void)fprintf(stderr, "\rindexing: %" PRId64 " of %" PRId64 " messages",
	              done, all);
	(void)fflush(stderr);
}

/* May a search go on with the index as it is? */
static bool is_bearable(enum kd_status st)
{
	return st == KD_BUSY || st == KD_PERM || st == KD_NOSPACE ||
	       st == KD_IO;
}

/* Bring the index up to date, between two reads of the store. */
static enum kd_status update(struct kd_view *view, struct kd_search *search,
                             struct kd_error *err)
{
	struct told told = { .is_terminal = isatty(STDERR_FILENO) == 1 };
	struct kd_error why = KD_ERROR_INIT;
	int64_t count = 0;
	enum kd_status st;

	kd_store_end_read(view->store);
	st = kd_search_update(search, tell, &told, &why);
	if (told.any)
		(void)fputs("\r\033[K", stderr);
	if (st != KD_OK &&
	    (!is_bearable(st) ||
	     kd_search_count(search, &count, err) != KD_OK || count == 0)) {
		*err = why;
		return st;
	}
	if (st != KD_OK)
		(void)snprintf(view->env->note, KD_NOTE_SIZE,
		               "only what was indexed before is searched: "
		               "%.200s",
		               why.text);
	return kd_store_begin_read(view->store, err);
}

/* after: and before: are the two ends of a range. */
static enum kd_status set_range(const struct kd_view *view,
                                const struct kd_query *query,
                                struct kd_range *ret, struct kd_error *err)
{
	struct kd_point point;
	enum kd_status st = KD_OK;

	*ret = (struct kd_range){ .after = kd_store_start(),
		                  .upto = INT64_MAX };
	if (query->after != NULL) {
		st = kd_point_resolve(view, query->after, &point, err);
		if (st == KD_OK)
			ret->after = point.seq;
	}
	if (st == KD_OK && query->before != NULL) {
		st = kd_point_resolve(view, query->before, &point, err);
		if (st == KD_OK)
			ret->upto = point.seq;
	}
	return st;
}

/* --- Output ------------------------------------------------------------- */

struct printing {
	const struct kd_view *view;
	const struct kd_query *query;
	struct kd_arena *arena; /* of one line */
	size_t width;
	bool ascii;
	bool whole;    /* titles are not cut */
	bool snippets; /* below each, why it was found */
	FILE *out;
};

static void put_hit(const struct printing *p, const struct kd_search_hit *hit,
                    const char *id, const struct kd_message *msg)
{
	struct kd_person who = kd_view_person(p->view, &msg->sender);
	char when[KD_WHEN_SIZE];
	struct kd_line line = {
		.out = p->out,
		.width = p->whole ? SIZE_MAX : p->width,
		.ascii = p->ascii,
	};

	kd_when_format(hit->received, when);
	when[DATE_SIZE - 1] = '\0';
	kd_line_put(&line, p->arena, kd_bytes_of(when), 0);
	kd_line_put(&line, p->arena, kd_bytes_of(id), 0);
	kd_line_put(&line, p->arena, kd_bytes_of(kd_person_short(&who)),
	            PERSON_WIDTH);
	kd_line_end(&line, p->arena, kd_bytes_of(msg->subject.full));
}

static enum kd_status put_snippet(const struct printing *p,
                                  const struct kd_posted *posted,
                                  struct kd_error *err)
{
	struct kd_line line = { .out = p->out,
		                .width = p->width,
		                .ascii = p->ascii };
	struct kd_bytes text, found;
	enum kd_status st;

	st = kd_store_text(p->view->store, posted->variant, p->arena, &text,
	                   err);
	if (st != KD_OK)
		return st;
	found = kd_snippet(text, p->query);
	if (found.size == 0)
		return KD_OK;
	kd_line_indent(&line, INDENT);
	kd_line_end(&line, p->arena, found);
	return KD_OK;
}

static enum kd_status put_one(struct printing *p,
                              const struct kd_search_hit *hit,
                              struct kd_error *err)
{
	char id[KD_ID_HEX_MAX + 1];
	struct kd_posted posted;
	enum kd_status st;

	p->arena = kd_arena_new();
	if (p->arena == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	st = kd_store_get(p->view->store, hit->message, p->arena, &posted, err);
	if (st == KD_OK)
		st = kd_store_short_id(p->view->store, posted.msg.message_id,
		                       id, err);
	if (st == KD_OK) {
		put_hit(p, hit, id, &posted.msg);
		if (p->snippets)
			st = put_snippet(p, &posted, err);
	}
	if (st == KD_OK && kd_arena_failed(p->arena))
		st = kd_fail(err, KD_NOMEM, "out of memory");
	kd_arena_free(p->arena);
	return st;
}

static enum kd_status put_all(struct printing *p,
                              const struct kd_search_hit *hits, size_t n,
                              struct kd_error *err)
{
	struct kd_bytes data = { .data = NULL };
	enum kd_status st = KD_OK;
	char *text = NULL;
	bool gone = false;

	p->out = open_memstream(&text, &data.size);
	if (p->out == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	for (size_t i = 0; i < n && st == KD_OK; i++)
		st = put_one(p, &hits[i], err);
	if (fclose(p->out) != 0 && st == KD_OK)
		st = kd_fail(err, KD_NOMEM, "out of memory");
	data.data = text;
	if (st == KD_OK)
		st = kd_output_write(NULL, data, false, &gone, err);
	free(text);
	return st;
}

/* What was found, in a line for the user, unless there is more to say. */
static void note_count(const struct kd_env *env, size_t n, size_t shown)
{
	if (env->note[0] != '\0')
		return;
	if (n == 0)
		(void)snprintf(env->note, KD_NOTE_SIZE, "nothing found");
	else if (n > shown)
		(void)snprintf(env->note, KD_NOTE_SIZE,
		               "the newest %zu of %zu messages; --limit %zu "
		               "shows %s",
		               shown, n, n < KD_TOP_MAX ? n : KD_TOP_MAX,
		               n < KD_TOP_MAX ? "all" : "more");
}

static enum kd_status answer(const struct kd_view *view,
                             const struct kd_options *options,
                             struct kd_search *search,
                             const struct kd_query *query, struct kd_error *err)
{
	struct kd_search_query asked = {
		.terms = query->terms,
		.n_terms = query->n_terms,
		.waiting = query->waiting,
		.scope = view->scope,
	};
	struct printing printing = {
		.view = view,
		.query = query,
		.width = view->env->look.width,
		.ascii = view->env->look.ascii,
		.whole = options->verbose,
		.snippets = options->verbose || view->env->look.terminal,
	};
	size_t limit = options->limit != 0 ? options->limit : LIMIT;
	struct kd_search_hit *hits = NULL;
	enum kd_status st;
	size_t n = 0;

	st = set_range(view, query, &asked.range, err);
	if (st == KD_OK)
		st = kd_search_find(search, &asked, view->arena, &hits, &n,
		                    err);
	if (st != KD_OK)
		return st;
	note_count(view->env, n, n < limit ? n : limit);
	return put_all(&printing, hits, n < limit ? n : limit, err);
}

static enum kd_status note_index(const struct kd_env *env,
                                 struct kd_search *search, struct kd_error *err)
{
	int64_t count = 0;
	enum kd_status st = kd_search_count(search, &count, err);

	if (st == KD_OK && env->note[0] == '\0')
		(void)snprintf(env->note, KD_NOTE_SIZE,
		               "%" PRId64 " messages are in the index", count);
	return st;
}

/* Damage shows only when that piece is read: then the index is made anew,
 * once. */
static enum kd_status search_in(struct kd_view *view,
                                const struct kd_options *options,
                                struct kd_search *search,
                                const struct kd_query *query,
                                struct kd_error *err)
{
	struct kd_error why = KD_ERROR_INIT;
	enum kd_status st;

	st = update(view, search, err);
	if (st == KD_OK && options->index)
		st = kd_search_check(search, err);
	if (st == KD_OK && options->index)
		st = update(view, search, err);
	if (st == KD_OK && options->n_words == 0)
		return note_index(view->env, search, err);
	if (st != KD_OK)
		return st;
	st = answer(view, options, search, query, &why);
	if (st == KD_CORRUPT) {
		st = kd_search_reset(search, err);
		if (st == KD_OK)
			st = update(view, search, err);
		if (st == KD_OK)
			st = answer(view, options, search, query, err);
		return st;
	}
	if (st != KD_OK)
		*err = why;
	return st;
}

/* list: in the query is what --list is. */
static enum kd_status choose_list(const struct kd_options *options,
                                  const struct kd_query *query,
                                  const char **ret, struct kd_error *err)
{
	*ret = query->list != NULL ? query->list : options->list;
	if (query->list != NULL && options->list != NULL &&
	    kd_strcmp_nocase(query->list, options->list) != 0)
		return kd_fail(err, KD_USAGE,
		               "--list %s and list:%s: one of them",
		               options->list, query->list);
	return KD_OK;
}

enum kd_status kd_command_search(const struct kd_env *env,
                                 const struct kd_options *options,
                                 struct kd_error *err)
{
	struct kd_arena *arena = kd_arena_new();
	struct kd_view view = { .store = NULL };
	struct kd_search *search = NULL;
	struct kd_query query = { .list = NULL };
	const char *list = NULL;
	enum kd_status st = KD_OK;

	if (arena == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	if (options->n_words > 0)
		st = kd_query_parse(options->words, options->n_words, arena,
		                    &query, err);
	if (st == KD_OK)
		st = choose_list(options, &query, &list, err);
	if (st == KD_OK)
		st = kd_view_open(env, list, KD_STORE_READ, arena, &view, err);
	if (st == KD_OK)
		st = kd_search_open(view.store, &search, err);
	if (st == KD_OK)
		st = search_in(&view, options, search, &query, err);
	kd_search_close(search);
	kd_view_close(&view);
	kd_arena_free(arena);
	return st;
}
