/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * classic.c - the published digest, rule by rule and with its faults; the
 * rules are numbered F1 to F10 as in tests/e2e/classic_oracle.py.  It reads
 * the mail as it is on the wire: what the parser knows better plays no part.
 */
#include "report/section.h"

#include <string.h>

#include "report/tally.h"

/* What the first bracket of a subject says. */
struct bracket {
	bool patch;            /* the word PATCH stands in it (F3) */
	bool listed;           /* number 0 or 1, or plain [PATCH] (F6) */
	struct kd_bytes after; /* what follows it */
};

static bool is_separator(char c)
{
	return kd_is_blank(c) || c == ',';
}

/* The next word of *rest, between blanks and commas. */
static bool next_word(struct kd_bytes *rest, struct kd_bytes *ret)
{
	size_t i = 0;
	size_t start;

	while (i < rest->size && is_separator(rest->data[i]))
		i++;
	start = i;
	while (i < rest->size && !is_separator(rest->data[i]))
		i++;
	*ret = (struct kd_bytes){ rest->data + start, i - start };
	*rest = (struct kd_bytes){ rest->data + i, rest->size - i };
	return ret->size > 0;
}

/* n of "n/m"; KD_NUMBER_NONE when word is no such thing. */
static int counter_of(struct kd_bytes word)
{
	int number = 0;
	size_t i = 0;

	while (i < word.size && kd_is_digit(word.data[i])) {
		if (number <= KD_PATCH_NUMBER_MAX)
			number = number * 10 + (word.data[i] - '0');
		i++;
	}
	if (i == 0 || i + 1 >= word.size || word.data[i] != '/')
		return KD_NUMBER_NONE;
	for (i++; i < word.size; i++) {
		if (!kd_is_digit(word.data[i]))
			return KD_NUMBER_NONE;
	}
	return number;
}

static struct bracket read_bracket(const char *subject)
{
	struct bracket ret = { .patch = false };
	const char *end = strchr(subject, ']');
	struct kd_bytes rest, word;
	int number = KD_NUMBER_NONE;
	size_t n = 0;
	bool first = false;

	ret.after = kd_bytes_of(subject);
	if (subject[0] != '[' || end == NULL)
		return ret;
	rest = (struct kd_bytes){ subject + 1, (size_t)(end - subject) - 1 };
	for (; next_word(&rest, &word); n++) {
		bool patch =
			word.size == 5 && memcmp(word.data, "PATCH", 5) == 0;

		if (patch && n == 0)
			first = true;
		if (patch)
			ret.patch = true;
		if (number == KD_NUMBER_NONE)
			number = counter_of(word);
	}
	ret.listed = first && (number == 0 || number == 1 || n == 1);
	ret.after = kd_trim(kd_bytes_of(end + 1));
	return ret;
}

/* F3: no reply, no pull request, no bot. */
static bool is_counted(const struct kd_posted *row)
{
	const struct kd_subject *subject = &row->msg.subject;

	if (subject->reply || subject->pull || row->msg.kind == KD_KIND_BOT)
		return false;
	return read_bracket(subject->full).patch;
}

/* "Name <address>" taken apart again, quotes off the name. */
static struct kd_person split_from(struct kd_arena *arena, const char *line)
{
	const char *open = strrchr(line, '<');
	const char *close = open != NULL ? strchr(open, '>') : NULL;
	struct kd_person who = { .email = line };
	struct kd_bytes name;

	if (close == NULL)
		return who;
	name = kd_trim((struct kd_bytes){ line, (size_t)(open - line) });
	if (name.size >= 2 && name.data[0] == '"' &&
	    name.data[name.size - 1] == '"')
		name = (struct kd_bytes){ name.data + 1, name.size - 2 };
	who.name = kd_arena_strndup(arena, name.data, name.size);
	who.email =
		kd_arena_strndup(arena, open + 1, (size_t)(close - open) - 1);
	return who;
}

/* The body as it is on the wire. */
static enum kd_status read_body(const struct kd_section_ctx *ctx,
                                const struct kd_posted *row,
                                struct kd_arena *arena, struct kd_bytes *ret,
                                struct kd_error *err)
{
	struct kd_bytes raw;
	size_t header = row->msg.header_size;
	enum kd_status st;

	st = kd_store_raw(ctx->view->store, row->variant, arena, &raw, err);
	if (st != KD_OK)
		return st;
	if (header > raw.size)
		header = raw.size;
	*ret = (struct kd_bytes){ raw.data + header, raw.size - header };
	return KD_OK;
}

/*
 * F4: the From: line that opens the body, else the From header, which is
 * as it came.  The record knows the line where it names someone else than
 * the header; where it undoes what a list did to the header, only the body
 * can tell whether there is one.
 */
static enum kd_status count_as(const struct kd_section_ctx *ctx,
                               const struct kd_posted *row,
                               struct kd_arena *arena, struct kd_person *ret,
                               struct kd_error *err)
{
	const struct kd_message *msg = &row->msg;
	struct kd_arena *scratch = NULL;
	struct kd_bytes body;
	enum kd_status st;

	*ret = msg->author;
	if (msg->from_line == NULL ||
	    !kd_person_same(&msg->author, &msg->sender))
		return KD_OK;
	scratch = kd_arena_new();
	if (scratch == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	st = read_body(ctx, row, scratch, &body, err);
	if (st == KD_OK && !kd_bytes_starts_nocase(body, "From:"))
		*ret = split_from(arena, msg->from_line);
	kd_arena_free(scratch);
	return st;
}

static enum kd_status count_posted(const struct kd_section_ctx *ctx,
                                   const struct kd_posted *row, bool domains,
                                   struct kd_arena *arena,
                                   struct kd_tally_item *ret,
                                   struct kd_error *err)
{
	struct kd_person who = { .name = NULL };
	enum kd_status st;
	const char *at;

	if (!is_counted(row))
		return KD_OK;
	st = count_as(ctx, row, arena, &who, err);
	if (st != KD_OK)
		return st;
	ret->label = kd_person_format(arena, &who);
	at = who.email != NULL ? strrchr(who.email, '@') : NULL;
	if (domains)
		ret->label = at != NULL ? at + 1 : "(unknown)";
	if (ret->label == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	ret->key = ret->label;
	ret->count = 1;
	return KD_OK;
}

enum kd_status kd_classic_domains(const struct kd_section_ctx *ctx,
                                  struct kd_doc *doc, struct kd_error *err)
{
	return kd_top_table(ctx, true, count_posted, doc, err);
}

enum kd_status kd_classic_contributors(const struct kd_section_ctx *ctx,
                                       struct kd_doc *doc, struct kd_error *err)
{
	return kd_top_table(ctx, false, count_posted, doc, err);
}

/* F5: there is nothing in it. */
enum kd_status kd_classic_patches(const struct kd_section_ctx *ctx,
                                  struct kd_doc *doc, struct kd_error *err)
{
	(void)ctx;
	(void)err;
	kd_heading_patches(doc);
	return KD_OK;
}

/* " 3 files changed", " 1 file changed, ..." */
static bool is_files_changed(struct kd_bytes line)
{
	struct kd_bytes rest = kd_trim(line);
	size_t digits = 0;

	while (digits < rest.size && kd_is_digit(rest.data[digits]))
		digits++;
	rest.data += digits;
	rest.size -= digits;
	return digits > 0 && (kd_bytes_starts(rest, " file changed") ||
	                      kd_bytes_starts(rest, " files changed"));
}

/* F10: the part of the body that is shown. */
static struct kd_bytes shown_part(struct kd_bytes body)
{
	struct kd_bytes rest = body;
	struct kd_bytes line;
	const char *start = body.data;
	const char *cut = NULL;

	if (kd_bytes_starts_nocase(body, "From:")) {
		(void)kd_next_line(&rest, &line);
		start = rest.data;
	}
	while (kd_next_line(&rest, &line)) {
		if (is_files_changed(line))
			return (struct kd_bytes){ start,
				                  (size_t)(rest.data - start) };
		if (cut == NULL &&
		    (kd_bytes_starts(line, "diff --git") ||
		     (line.size == 3 && kd_bytes_starts(line, "-- "))))
			cut = line.data;
	}
	if (cut == NULL)
		cut = body.data + body.size;
	return (struct kd_bytes){ start, (size_t)(cut - start) };
}

static enum kd_status add_text(const struct kd_section_ctx *ctx,
                               const struct kd_posted *row,
                               struct kd_node *entry, struct kd_doc *doc,
                               struct kd_error *err)
{
	struct kd_arena *arena = kd_arena_new();
	struct kd_bytes body, part;
	enum kd_status st;
	char *copy;

	if (arena == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	st = read_body(ctx, row, arena, &body, err);
	if (st != KD_OK)
		goto out;
	part = shown_part(body);
	copy = kd_arena_strndup(doc->arena, part.data, part.size);
	if (copy == NULL)
		part.size = 0;
	part.data = copy;
	kd_doc_add(doc, entry, KD_NODE_TEXT, NULL, part);
out:
	kd_arena_free(arena);
	return st;
}

static enum kd_status add_entry(const struct kd_section_ctx *ctx,
                                const struct kd_posted *row,
                                struct kd_node *self, struct kd_doc *doc,
                                struct kd_error *err)
{
	const struct kd_message *msg = &row->msg;
	const char *subject =
		msg->subject_line ? msg->subject_line : msg->subject.full;
	const char *from = msg->from_line
	                           ? msg->from_line
	                           : kd_person_format(doc->arena, &msg->sender);
	struct kd_node *entry = kd_doc_add(doc, self, KD_NODE_ENTRY, "New",
	                                   read_bracket(subject).after);

	kd_doc_puts(doc, entry, KD_NODE_FIELD, "subject", subject);
	kd_doc_puts(doc, entry, KD_NODE_FIELD, "author", from);
	return add_text(ctx, row, entry, doc, err);
}

/* F6, F7: each on its own, newest first. */
enum kd_status kd_classic_messages(const struct kd_section_ctx *ctx,
                                   struct kd_doc *doc, struct kd_error *err)
{
	struct kd_node *self = kd_heading_messages(doc);

	for (size_t i = ctx->n_rows; i > 0; i--) {
		const struct kd_posted *row = ctx->rows[i - 1];
		enum kd_status st;

		if (!is_counted(row) ||
		    !read_bracket(row->msg.subject.full).listed)
			continue;
		st = add_entry(ctx, row, self, doc, err);
		if (st != KD_OK)
			return st;
	}
	return KD_OK;
}
