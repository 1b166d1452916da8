/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * digest.c - rows of the store -> sections -> document -> a format.  Knows
 * neither options nor where the output goes.
 */
#include "report/digest.h"

#include <stddef.h>

#include "report/gather.h"

static void say_empty(struct kd_doc *doc, size_t n_messages, bool filtered)
{
	const char *text = "No messages in this range.";

	if (n_messages > 0 && filtered)
		text = kd_arena_printf(
			doc->arena,
			"No patch among the %zu messages in this "
			"range is what was asked for.",
			n_messages);
	else if (n_messages == 1)
		text = "1 message in this range, and it is no patch.";
	else if (n_messages > 1)
		text = kd_arena_printf(doc->arena,
		                       "%zu messages in this range, none of "
		                       "them a patch.",
		                       n_messages);
	kd_doc_puts(doc, NULL, KD_NODE_PARA, NULL, text);
}

static void say_how_much(const struct kd_section_ctx *ctx, size_t n_messages,
                         struct kd_doc *doc)
{
	int64_t patches = 0;

	for (size_t i = 0; i < ctx->n_rows; i++)
		patches += ctx->rows[i]->msg.kind == KD_KIND_PATCH;
	kd_doc_number(doc, NULL, KD_NODE_FIGURE, "messages",
	              (int64_t)n_messages);
	kd_doc_number(doc, NULL, KD_NODE_FIGURE, "patches", patches);
	kd_doc_number(doc, NULL, KD_NODE_FIGURE, "series",
	              (int64_t)ctx->n_groups);
}

/* What the digest is to have, in its order: where none was chosen what the
 * format usually has, or else all for which there is what it needs. */
static enum kd_status choose(const struct kd_digest *digest,
                             const struct kd_env *env, struct kd_digest *ret,
                             struct kd_error *err)
{
	*ret = *digest;
	if (digest->n_sections > 0)
		return KD_OK;
	if (digest->format->usual != NULL)
		return kd_digest_set_sections(ret, digest->format->usual, err);
	for (size_t i = 0; i < kd_n_sections; i++) {
		if (kd_sections[i].build != kd_section_employers ||
		    env->employers != NULL)
			ret->sections[ret->n_sections++] = &kd_sections[i];
	}
	return KD_OK;
}

/* Where there is no patch, what looks at patches has nothing to say. */
static enum kd_status build(const struct kd_digest *digest,
                            const struct kd_section_ctx *ctx,
                            struct kd_doc *doc, struct kd_error *err)
{
	bool classic = digest->format->classic;

	for (size_t i = 0; i < digest->n_sections; i++) {
		const struct kd_section *section = digest->sections[i];
		kd_build_fn *fn = classic ? section->classic : section->build;
		enum kd_status st;

		if (fn == NULL ||
		    (!classic && ctx->n_groups == 0 && !section->posted))
			continue;
		st = fn(ctx, doc, err);
		if (st != KD_OK)
			return st;
	}
	return KD_OK;
}

/* When the last message up to seq had arrived; 0: there is none. */
static enum kd_status find_until(const struct kd_view *view, kd_seq seq,
                                 int64_t *ret, struct kd_error *err)
{
	struct kd_error why = KD_ERROR_INIT;
	struct kd_posted posted;
	struct kd_found found;
	enum kd_status st;

	st = kd_store_find_seq(view->store, seq, &view->scope, &found, &why);
	if (st == KD_NOTFOUND)
		return KD_OK;
	if (st == KD_OK)
		st = kd_store_get(view->store, found.message, view->arena,
		                  &posted, &why);
	if (st == KD_OK)
		*ret = posted.received;
	else
		*err = why;
	return st;
}

enum kd_status kd_digest_write(const struct kd_digest *digest,
                               const struct kd_view *view,
                               const struct kd_resolved *range, FILE *out,
                               struct kd_error *err)
{
	struct kd_section_ctx ctx = {
		.view = view,
		.range = range->range,
		.top = digest->top,
		.waiting_days = digest->waiting_days,
		.messages = digest->messages,
		.only = &digest->only,
	};
	struct kd_doc doc = {
		.arena = view->arena,
		.list = view->title,
		.from = range->from,
		.to = range->to,
	};
	struct kd_gather what = {
		.tells = !digest->format->classic,
		.only = &digest->only,
		.watch = digest->format->classic ? NULL : &digest->watch,
	};
	struct kd_digest chosen;
	size_t n_messages = 0;
	enum kd_status st;

	st = choose(digest, view->env, &chosen, err);
	if (st != KD_OK)
		return st;
	for (size_t i = 0; i < chosen.n_sections; i++)
		what.posted = what.posted || chosen.sections[i]->posted;
	st = kd_gather(&what, &ctx, &n_messages, err);
	if (st != KD_OK)
		return st;
	st = find_until(view, range->range.upto, &doc.until, err);
	if (st != KD_OK)
		return st;
	say_how_much(&ctx, n_messages, &doc);
	if (!digest->format->classic && ctx.n_groups == 0)
		say_empty(&doc, n_messages, !kd_rules_empty(&digest->only));
	st = build(&chosen, &ctx, &doc, err);
	if (st != KD_OK)
		return st;
	return digest->format->render(&doc, &digest->look, out, err);
}
