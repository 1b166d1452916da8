/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * command_mbox.c - a series as an mbox for git am: the mails as they came,
 * with the trailers that they were given.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/command.h"
#include "report/mbox.h"
#include "report/mbox_series.h"
#include "report/mbox_summary.h"
#include "report/output.h"
#include "report/point.h"
#include "report/rawhead.h"

static const char no_memory[] = "out of memory";

/* Does the text in front of the commit message say who wrote it? */
static bool names_author(struct kd_bytes text, struct kd_span commit)
{
	struct kd_bytes line;

	if (commit.offset < text.size)
		text.size = commit.offset;
	while (kd_next_line(&text, &line))
		if (kd_bytes_starts_nocase(line, "From:"))
			return true;
	return false;
}

/* A list that rewrites From for DMARC stands in the place of the author,
 * for git, where the body names nobody. */
static const char *find_list(struct kd_arena *arena,
                             const struct kd_mbox_mail *mail,
                             const struct kd_message *msg)
{
	enum { ADDRESS_MAX = 320, FROM_MAX = 4096 }; /* what is looked at */
	const char *from = kd_rawhead_get(arena, mail->raw, "From");
	struct kd_bytes rest = kd_bytes_of(from);

	if (from == NULL || rest.size > FROM_MAX || msg->sender.email == NULL ||
	    strlen(msg->sender.email) > ADDRESS_MAX ||
	    names_author(mail->text, mail->commit))
		return NULL;
	for (; rest.size > 0; rest.data++, rest.size--)
		if (kd_bytes_starts_nocase(rest, msg->sender.email))
			return NULL;
	return from;
}

/* An entry: what plain git am reads as it would read the mail. */
static bool put(FILE *out, struct kd_bytes raw)
{
	const char *end =
		raw.size > 0 && raw.data[raw.size - 1] == '\n' ? "\n" : "\n\n";

	return fputs("From git@z Thu Jan  1 00:00:00 1970\n", out) >= 0 &&
	       fwrite(raw.data, 1, raw.size, out) == raw.size &&
	       fputs(end, out) >= 0;
}

static enum kd_status read_mail(const struct kd_view *view,
                                const struct kd_posted *row,
                                struct kd_arena *arena,
                                struct kd_mbox_mail *ret, struct kd_error *err)
{
	enum kd_status st;

	*ret = (struct kd_mbox_mail){ .header_size = row->msg.header_size,
		                      .commit = row->msg.commit };
	st = kd_store_raw(view->store, row->variant, arena, &ret->raw, err);
	if (st == KD_OK)
		st = kd_store_text(view->store, row->variant, arena, &ret->text,
		                   err);
	if (st == KD_OK)
		kd_mbox_open(ret);
	return st;
}

/* patch NULL: row is a cover letter. */
static enum kd_status write_mail(const struct kd_view *view,
                                 const struct kd_posted *row,
                                 struct kd_mbox_patch *patch, FILE *out,
                                 struct kd_error *err)
{
	struct kd_arena *arena = kd_arena_new();
	struct kd_mbox_mail mail;
	const char *from = NULL;
	bool quoted = false;
	enum kd_status st;

	if (arena == NULL)
		return kd_fail(err, KD_NOMEM, no_memory);
	st = read_mail(view, row, arena, &mail, err);
	if (st == KD_OK && patch != NULL) {
		from = find_list(arena, &mail, &row->msg);
		patch->from_list = kd_arena_strdup(view->arena, from);
		patch->shown_id = kd_sanitized(
			view->arena, kd_bytes_of(row->msg.message_id), false);
	}
	if (st == KD_OK && patch != NULL && patch->n_lines > 0)
		st = kd_mbox_add(arena, &mail, patch->lines, patch->n_lines,
		                 &patch->why, err);
	if (st == KD_OK)
		st = kd_mbox_close(arena, &mail, &quoted, err);
	if (st == KD_OK && patch != NULL) {
		patch->quoted = quoted;
		patch->n_lines = patch->why != NULL ? 0 : patch->n_lines;
	}
	if (st == KD_OK &&
	    (kd_arena_failed(arena) || kd_arena_failed(view->arena) ||
	     !put(out, mail.raw)))
		st = kd_fail(err, KD_NOMEM, no_memory);
	kd_arena_free(arena);
	return st;
}

static enum kd_status write_all(const struct kd_view *view,
                                const struct kd_mbox_series *series, bool cover,
                                FILE *out, struct kd_error *err)
{
	enum kd_status st = KD_OK;

	if (cover)
		st = write_mail(view, series->story->cover, NULL, out, err);
	for (size_t i = 0; i < series->n && st == KD_OK; i++) {
		struct kd_mbox_patch *patch = &series->patches[i];

		if (patch->row != NULL)
			st = write_mail(view, patch->row, patch, out, err);
	}
	return st;
}

/* The mails, then the words about them. */
static enum kd_status write_out(const struct kd_view *view,
                                const struct kd_mbox_summary *summary,
                                struct kd_error *err)
{
	struct kd_bytes data = { .data = NULL };
	char *bytes = NULL;
	FILE *out = open_memstream(&bytes, &data.size);
	bool gone = false;
	enum kd_status st;

	if (out == NULL)
		return kd_fail(err, KD_NOMEM, no_memory);
	st = write_all(view, summary->series, summary->cover, out, err);
	if (fclose(out) != 0 && st == KD_OK)
		st = kd_fail(err, KD_NOMEM, no_memory);
	data.data = bytes;
	if (st == KD_OK)
		st = kd_output_write(summary->file, data, false, &gone, err);
	if (st == KD_OK && !gone)
		kd_mbox_summary_print(stderr, summary);
	free(bytes);
	return st;
}

/* The first of the cover letter and the patches that names one. */
static enum kd_status find_base(const struct kd_view *view,
                                const struct kd_mbox_series *series,
                                const char **ret, struct kd_error *err)
{
	const struct kd_posted *row = series->story->cover;
	struct kd_posted posted;
	enum kd_status st = KD_OK;

	*ret = NULL;
	for (size_t i = 0; st == KD_OK && *ret == NULL; i++) {
		if (row != NULL) {
			st = kd_store_get(view->store, row->message,
			                  view->arena, &posted, err);
			if (st == KD_OK)
				*ret = posted.msg.base_commit;
		}
		if (i == series->n)
			break;
		row = series->patches[i].row;
	}
	return st;
}

/* What the summary says of the series beyond its patches. */
static enum kd_status describe(const struct kd_view *view, int64_t asked,
                               const char *reroll,
                               struct kd_mbox_summary *summary,
                               struct kd_error *err)
{
	const struct kd_series *chosen = &summary->series->story->series;
	char id[KD_ID_HEX_MAX + 1];
	struct kd_series other;
	enum kd_status st;

	st = find_base(view, summary->series, &summary->base_commit, err);
	if (st == KD_OK)
		st = kd_store_short_id(view->store, chosen->message_id, id,
		                       err);
	if (st != KD_OK)
		return st;
	summary->id = kd_arena_printf(
		view->arena, "%s%s%s%s%s%s", reroll != NULL ? "--reroll " : "",
		reroll != NULL ? reroll : "", reroll != NULL ? " " : "",
		summary->series->n_came < summary->series->n ? "--partial "
							     : "",
		summary->trailers ? "" : "--no-trailers ", id);
	if (reroll == NULL && asked != chosen->series) {
		st = kd_store_series(view->store, asked, view->arena, &other,
		                     err);
		if (st == KD_OK && other.version != chosen->version)
			summary->asked = kd_arena_printf(view->arena, "v%d",
			                                 other.version);
	}
	if (st == KD_OK && kd_arena_failed(view->arena))
		st = kd_fail(err, KD_NOMEM, no_memory);
	return st;
}

static enum kd_status run(const struct kd_view *view,
                          const struct kd_options *options,
                          struct kd_error *err)
{
	struct kd_mbox_series series = { .arena = view->arena };
	struct kd_mbox_summary summary = {
		.series = &series,
		.file = options->output,
		.trailers = !options->no_trailers,
	};
	int64_t asked = 0;
	enum kd_status st;

	st = kd_point_series(view, options->args[0], &asked, err);
	if (st == KD_OK)
		st = kd_mbox_series_find(view, asked, options->reroll, &series,
		                         err);
	if (st == KD_OK)
		st = kd_mbox_series_check(&series, options->partial, err);
	if (st == KD_OK && !options->no_trailers)
		st = kd_mbox_series_ask(view, &series, err);
	if (st == KD_OK)
		st = describe(view, asked, options->reroll, &summary, err);
	if (st != KD_OK)
		return st;
	summary.cover = options->cover && series.story->cover != NULL;
	return write_out(view, &summary, err);
}

enum kd_status kd_command_mbox(const struct kd_env *env,
                               const struct kd_options *options,
                               struct kd_error *err)
{
	struct kd_arena *arena = kd_arena_new();
	struct kd_view view = { .store = NULL };
	enum kd_status st;

	if (arena == NULL)
		return kd_fail(err, KD_NOMEM, no_memory);
	st = kd_view_open(env, options->list, KD_STORE_READ, arena, &view, err);
	if (st == KD_OK)
		st = run(&view, options, err);
	kd_view_close(&view);
	kd_arena_free(arena);
	return st;
}
