/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * search_doc.c - one message as the index has it.
 *
 * A document is never changed: the words of an index without contents
 * cannot be taken out again.  A new one takes its place under a new number,
 * and the words of the old one lead nowhere.
 */
#include <string.h>

#include "store/facts.h"
#include "store/search_internal.h"

/* What a document is made of. */
struct doc {
	int64_t id; /* in the index; 0: none */
	int64_t message;
	int64_t variant; /* the preferred one */
	int64_t parser;
	int64_t status;
	unsigned int kinds;
	bool watched; /* it may change though nothing new comes */
	const char *subject;
	const char *people;
};

static enum kd_status find(struct kd_search *search, int64_t message,
                           struct doc *ret, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;
	bool found = false;

	st = kd_stmt_open(&search->index, KD_STMT_INDEX_FIND_DOC, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, message);
	st = kd_stmt_next(&cur, &found, err);
	*ret = (struct doc){ .message = message };
	if (st == KD_OK && found) {
		ret->id = kd_stmt_int(&cur, 0);
		ret->variant = kd_stmt_int(&cur, 2);
		ret->parser = kd_stmt_int(&cur, 3);
		ret->status = kd_stmt_int(&cur, 4);
	}
	kd_stmt_close(&cur);
	return st;
}

static unsigned int kinds_of(const struct kd_cursor *cur)
{
	unsigned int kinds = 1u << KD_KIND_OTHER;
	int64_t kind = kd_stmt_int(cur, 3);

	/* A later release may know more kinds than this one. */
	if (kind >= 0 && kind < KD_KIND_COUNT)
		kinds = 1u << kind;
	switch (kd_store_fate(kd_stmt_int(cur, 9))) { /* NULL reads as 0 */
	case KD_FATE_QUEUED:
	case KD_FATE_APPLIED:
	case KD_FATE_MERGED:
	case KD_FATE_STABLE:
		kinds |= 1u << KD_KIND_APPLIED;
		break;
	case KD_FATE_NONE:
	case KD_FATE_FAILED:
		break;
	}
	return kinds;
}

/* The message as it is in the store; variant 0: it never came. */
static enum kd_status look(struct kd_search *search, struct kd_arena *arena,
                           struct doc *ret, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;
	bool found = false;

	st = kd_stmt_open(search->store, KD_STMT_GET_SEARCHED, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, ret->message);
	st = kd_stmt_next(&cur, &found, err);
	if (st == KD_OK && found) {
		ret->variant = kd_stmt_int(&cur, 0);
		ret->parser = kd_stmt_int(&cur, 1);
		ret->status = kd_stmt_int(&cur, 2);
		ret->kinds = kinds_of(&cur);
		ret->subject = kd_arena_strdup(arena, kd_stmt_text(&cur, 4));
		ret->people = kd_arena_printf(arena, "%s\n%s\n%s\n%s",
		                              kd_stmt_text(&cur, 5),
		                              kd_stmt_text(&cur, 6),
		                              kd_stmt_text(&cur, 7),
		                              kd_stmt_text(&cur, 8));
		ret->watched =
			ret->status != KD_PARSE_OK || kd_stmt_int(&cur, 10);
		if (kd_arena_failed(arena))
			st = kd_fail(err, KD_NOMEM, "out of memory");
	}
	kd_stmt_close(&cur);
	return st;
}

/* Run a statement that takes the number of a document. */
static enum kd_status run(struct kd_search *search, enum kd_stmt which,
                          int64_t doc, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	st = kd_stmt_open(&search->index, which, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, doc);
	return kd_stmt_run(&cur, err);
}

static enum kd_status add_row(struct kd_search *search, struct doc *doc,
                              struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	st = kd_stmt_open(&search->index, KD_STMT_INDEX_ADD_DOC, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, doc->message);
	kd_stmt_bind_int(&cur, doc->variant);
	kd_stmt_bind_int(&cur, doc->parser);
	kd_stmt_bind_int(&cur, doc->status);
	kd_stmt_bind_int(&cur, doc->kinds);
	kd_stmt_bind_int(&cur, doc->watched);
	st = kd_stmt_run(&cur, err);
	doc->id = sqlite3_last_insert_rowid(search->index.db);
	return st;
}

static enum kd_status add_words(struct kd_search *search, const struct doc *doc,
                                struct kd_arena *arena, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	struct kd_bytes text = { .data = NULL };
	enum kd_status st;
	char *copy;

	st = kd_store_text(search->store, doc->variant, arena, &text, err);
	if (st != KD_OK)
		return st;
	copy = kd_arena_strndup(arena, text.size > 0 ? text.data : "",
	                        text.size);
	if (copy == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	st = kd_stmt_open(&search->index, KD_STMT_INDEX_ADD_WORDS, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, doc->id);
	kd_stmt_bind_text(&cur, doc->subject);
	kd_stmt_bind_text(&cur, doc->people);
	kd_stmt_bind_text(&cur, copy);
	return kd_stmt_run(&cur, err);
}

static enum kd_status add_path(struct kd_search *search, int64_t path,
                               int64_t doc, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	st = kd_stmt_open(&search->index, KD_STMT_INDEX_ADD_TOUCHED, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, path);
	kd_stmt_bind_int(&cur, doc);
	return kd_stmt_run(&cur, err);
}

static enum kd_status add_paths(struct kd_search *search, const struct doc *doc,
                                struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;
	bool more = true;

	st = kd_stmt_open(search->store, KD_STMT_LIST_TOUCHED_IDS, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, doc->variant);
	while (st == KD_OK && more) {
		st = kd_stmt_next(&cur, &more, err);
		if (st == KD_OK && more)
			st = add_path(search, kd_stmt_int(&cur, 0), doc->id,
			              err);
	}
	kd_stmt_close(&cur);
	return st;
}

static enum kd_status replace(struct kd_search *search, const struct doc *old,
                              struct doc *doc, struct kd_arena *arena,
                              int64_t *dead, struct kd_error *err)
{
	enum kd_status st = KD_OK;

	if (old->id != 0) {
		st = run(search, KD_STMT_INDEX_DROP_DOC, old->id, err);
		(*dead)++;
	}
	if (st == KD_OK)
		st = add_row(search, doc, err);
	if (st == KD_OK)
		st = add_words(search, doc, arena, err);
	if (st == KD_OK)
		st = add_paths(search, doc, err);
	return st;
}

enum kd_status kd_search_put(struct kd_search *search, int64_t message,
                             int64_t *dead, struct kd_error *err)
{
	struct kd_arena *arena = kd_arena_new();
	struct doc old = { .message = message };
	struct doc doc = { .message = message };
	enum kd_status st;

	if (arena == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	st = look(search, arena, &doc, err);
	if (st == KD_OK)
		st = find(search, message, &old, err);
	if (st != KD_OK || doc.variant == 0)
		goto out;
	if (old.id == 0 || old.variant != doc.variant ||
	    old.parser != doc.parser || old.status != doc.status)
		st = replace(search, &old, &doc, arena, dead, err);
	else if (doc.watched)
		st = run(search, KD_STMT_INDEX_WATCH_DOC, old.id, err);
out:
	kd_arena_free(arena);
	return st;
}
