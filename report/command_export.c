/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * command_export.c - the kept mail itself, as an mboxrd: in order of
 * arrival, message by message, each with all contents that its Message-ID
 * came with.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/command.h"
#include "report/mboxrd.h"
#include "report/output.h"
#include "report/point.h"

enum { PAGE = 512, PROGRESS = 1000 };

/* A message that is to be written. */
struct item {
	kd_seq seq;
	int64_t message;
	int64_t variant;
	int n_variants;
	int64_t received;
	const char *email; /* the page's arena's */
};

/* A run of messages of one scope, in order. */
struct page {
	struct kd_arena *arena;
	struct item items[PAGE];
	size_t n;
	bool full; /* there may be more behind it */
};

struct export
{
	const struct kd_view *view;
	struct kd_output *out;
	struct page pages[2];
	uint64_t n_messages;
	uint64_t n_variants; /* beyond the first of each */
	uint64_t n_open;     /* that do not end with a line end */
	bool shows_progress;
};

static enum kd_status collect(const struct kd_posted *row, void *payload,
                              struct kd_error *err)
{
	struct page *page = payload;
	struct item *item;

	if (page->n == PAGE) {
		page->full = true;
		return kd_fail(err, KD_BUSY, "the page is full");
	}
	item = &page->items[page->n++];
	*item = (struct item){
		.seq = row->seq,
		.message = row->message,
		.variant = row->variant,
		.n_variants = row->n_variants,
		.received = row->received,
		.email = kd_arena_strdup(page->arena, row->msg.sender.email),
	};
	return KD_OK;
}

static enum kd_status read_page(const struct export *all,
                                const struct kd_scope *scope,
                                struct kd_range range, struct page *page,
                                struct kd_error *err)
{
	struct kd_error why = KD_ERROR_INIT;
	enum kd_status st;

	page->n = 0;
	page->full = false;
	st = kd_store_each(all->view->store, scope, range, collect, page, &why);
	if (page->full)
		st = KD_OK;
	if (st == KD_OK && kd_arena_failed(page->arena))
		return kd_fail(err, KD_NOMEM, "out of memory");
	return st == KD_OK ? KD_OK : kd_fail(err, st, "%s", why.text);
}

/* Its lines, quoted, and what parts it from the next one. */
static enum kd_status put_raw(struct export *all, struct kd_bytes raw,
                              struct kd_error *err)
{
	bool is_open = raw.size > 0 && raw.data[raw.size - 1] != '\n';
	struct kd_bytes piece;
	bool quote = false;
	enum kd_status st = KD_OK;

	while (st == KD_OK && kd_mboxrd_next(&raw, &piece, &quote)) {
		if (quote)
			st = kd_output_put(all->out, kd_bytes_of(">"), err);
		if (st == KD_OK)
			st = kd_output_put(all->out, piece, err);
	}
	all->n_open += is_open;
	if (st == KD_OK)
		st = kd_output_put(all->out,
		                   kd_bytes_of(is_open ? "\n\n" : "\n"), err);
	return st;
}

static enum kd_status put_variant(struct export *all, const struct item *item,
                                  int64_t variant, struct kd_error *err)
{
	struct kd_arena *arena = kd_arena_new();
	char from[KD_FROM_LINE_SIZE];
	struct kd_bytes raw;
	enum kd_status st;

	if (arena == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	st = kd_store_raw(all->view->store, variant, arena, &raw, err);
	kd_mboxrd_from(item->email, item->received, from);
	if (st == KD_OK)
		st = kd_output_put(all->out, kd_bytes_of(from), err);
	if (st == KD_OK)
		st = put_raw(all, raw, err);
	kd_arena_free(arena);
	return st;
}

static enum kd_status put_item(struct export *all, const struct item *item,
                               struct kd_error *err)
{
	enum kd_status st = put_variant(all, item, item->variant, err);

	for (int n = 2; n <= item->n_variants && st == KD_OK; n++) {
		int64_t variant = 0;

		st = kd_store_variant(all->view->store, item->message, n,
		                      &variant, err);
		if (st == KD_OK)
			st = put_variant(all, item, variant, err);
		all->n_variants++;
	}
	all->n_messages++;
	if (all->shows_progress && all->n_messages % PROGRESS == 0)
		(void)fprintf(stderr, "\r%" PRIu64 " messages",
		              all->n_messages);
	return st;
}

/* The pages of two scopes as one, each message once, up to where both are
 * known; *ret_upto: that is there. */
static enum kd_status put_pages(struct export *all, kd_seq *ret_upto,
                                struct kd_error *err)
{
	const struct page *a = &all->pages[0];
	const struct page *b = &all->pages[1];
	enum kd_status st = KD_OK;
	size_t i = 0;
	size_t k = 0;

	if (a->full)
		*ret_upto = a->items[a->n - 1].seq;
	if (b->full && b->items[b->n - 1].seq < *ret_upto)
		*ret_upto = b->items[b->n - 1].seq;
	while (st == KD_OK && (i < a->n || k < b->n)) {
		const struct item *item = i < a->n ? &a->items[i] : NULL;

		if (item == NULL || (k < b->n && b->items[k].seq < item->seq))
			item = &b->items[k];
		i += i < a->n && a->items[i].seq == item->seq;
		k += k < b->n && b->items[k].seq == item->seq;
		if (item->seq > *ret_upto)
			break;
		st = put_item(all, item, err);
	}
	return st;
}

static enum kd_status put_range(struct export *all,
                                const struct kd_scope *scopes, size_t n,
                                struct kd_range range, struct kd_error *err)
{
	enum kd_status st = KD_OK;
	bool more = true;

	while (st == KD_OK && more && !kd_output_is_gone(all->out)) {
		struct kd_arena *arena = kd_arena_new();
		kd_seq upto = range.upto;

		if (arena == NULL)
			return kd_fail(err, KD_NOMEM, "out of memory");
		for (size_t i = 0; i < n && st == KD_OK; i++) {
			all->pages[i].arena = arena;
			st = read_page(all, &scopes[i], range, &all->pages[i],
			               err);
		}
		if (st == KD_OK)
			st = put_pages(all, &upto, err);
		more = all->pages[0].full || all->pages[1].full;
		range.after = upto;
		kd_arena_free(arena);
	}
	return st;
}

/* Without a list all that is kept: of every list, and of none. */
static enum kd_status find_range(const struct kd_view *view,
                                 const struct kd_options *options,
                                 struct kd_range *ret, struct kd_error *err)
{
	const char *text = options->args[0] ? options->args[0] : "start..";
	struct kd_range_text ends;
	struct kd_resolved range;
	enum kd_status st;

	st = kd_range_split(text, view->arena, &ends, err);
	if (st == KD_OK)
		st = kd_range_resolve(view, text, &range, err);
	if (st != KD_OK)
		return st;
	*ret = range.range;
	if (ends.to == NULL && options->list == NULL)
		ret->upto = INT64_MAX;
	return KD_OK;
}

static void summarize(const struct export *all)
{
	(void)fprintf(stderr, "%s%" PRIu64 " messages",
	              all->shows_progress ? "\r" : "", all->n_messages);
	if (all->n_variants > 0)
		(void)fprintf(stderr,
		              ", and %" PRIu64 " other contents of doubled "
		              "Message-IDs",
		              all->n_variants);
	(void)fputc('\n', stderr);
	if (all->n_open > 0)
		(void)fprintf(stderr,
		              "%" PRIu64 " of them do not end with a line end: "
		              "an mbox gives them one\n",
		              all->n_open);
}

static enum kd_status run(struct export *all, const struct kd_options *options,
                          struct kd_error *err)
{
	const struct kd_scope both[] = {
		{ .kind = KD_SCOPE_ALL },
		{ .kind = KD_SCOPE_NONE },
	};
	bool is_all = options->list == NULL;
	struct kd_range range;
	bool gone = false;
	enum kd_status st;

	st = find_range(all->view, options, &range, err);
	if (st == KD_OK)
		st = kd_output_open(options->output, &all->out, err);
	if (st != KD_OK)
		return st;
	st = put_range(all, is_all ? both : &all->view->scope, is_all ? 2 : 1,
	               range, err);
	if (st != KD_OK) {
		kd_output_drop(all->out);
		return st;
	}
	st = kd_output_close(all->out, false, &gone, err);
	if (st == KD_OK && !gone)
		summarize(all);
	return st;
}

enum kd_status kd_command_export(const struct kd_env *env,
                                 const struct kd_options *options,
                                 struct kd_error *err)
{
	const char *list = options->list != NULL ? options->list : "all";
	struct kd_arena *arena = kd_arena_new();
	struct export *all = calloc(1, sizeof(*all));
	struct kd_view view = { .store = NULL };
	enum kd_status st = KD_NOMEM;

	if (arena == NULL || all == NULL) {
		st = kd_fail(err, KD_NOMEM, "out of memory");
		goto out;
	}
	st = kd_view_open(env, list, KD_STORE_READ, arena, &view, err);
	if (st != KD_OK)
		goto out;
	all->view = &view;
	all->shows_progress =
		isatty(STDERR_FILENO) == 1 && isatty(STDOUT_FILENO) != 1;
	st = run(all, options, err);
out:
	kd_view_close(&view);
	free(all);
	kd_arena_free(arena);
	return st;
}
