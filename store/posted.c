/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * posted.c - from the columns of the reading statements to a kd_posted.
 */
#include <string.h>

#include "store/facts.h"

/* Goes over the columns in the order of POSTED in statements.c. */
struct reader {
	const struct kd_cursor *cur;
	int column;
	char words[KD_WORDS_MAX + 1]; /* what the prefixes point into */
};

static int64_t next_int(struct reader *r)
{
	return kd_stmt_int(r->cur, r->column++);
}

static bool next_flag(struct reader *r)
{
	return next_int(r) != 0;
}

static size_t next_size(struct reader *r)
{
	return (size_t)next_int(r);
}

static const char *next_text(struct reader *r)
{
	return kd_stmt_text(r->cur, r->column++);
}

static const char *next_given(struct reader *r)
{
	return kd_stmt_given(r->cur, r->column++);
}

static int next_number(struct reader *r)
{
	return kd_stmt_number_or_none(r->cur, r->column++);
}

static struct kd_span next_span(struct reader *r)
{
	struct kd_span span;

	span.offset = next_size(r);
	span.size = next_size(r);
	return span;
}

static void read_prefixes(struct reader *r, struct kd_subject *subject)
{
	const char *joined = next_text(r);
	size_t len = joined == NULL ? 0 : strlen(joined);
	char *word = r->words;
	char *blank;

	if (len == 0 || len > KD_WORDS_MAX)
		return;
	memcpy(r->words, joined, len + 1);
	while (word != NULL && subject->n_prefixes < KD_PREFIXES_MAX) {
		subject->prefixes[subject->n_prefixes++] = word;
		blank = strchr(word, ' ');
		if (blank != NULL)
			*blank++ = '\0';
		word = blank;
	}
}

static void read_subject(struct reader *r, struct kd_subject *subject)
{
	subject->full = next_text(r);
	subject->title = next_text(r);
	read_prefixes(r, subject);
	subject->project = next_text(r);
	subject->version = (int)next_int(r);
	subject->revision = (int)next_int(r);
	subject->number = next_number(r);
	subject->total = next_number(r);
	subject->patch = next_flag(r);
	subject->rfc = next_flag(r);
	subject->resend = next_flag(r);
	subject->pull = next_flag(r);
	subject->reply = next_flag(r);
	subject->forward = next_flag(r);
}

enum kd_kind kd_store_kind(int64_t stored)
{
	if (stored < 0 || stored >= KD_KIND_COUNT)
		return KD_KIND_OTHER;
	return (enum kd_kind)stored;
}

static enum kd_parse_status next_parse_status(struct reader *r)
{
	int64_t status = next_int(r);

	if (status < 0 || status >= KD_PARSE_COUNT)
		return KD_PARSE_LIMITED;
	return (enum kd_parse_status)status;
}

static void read_people(struct reader *r, struct kd_message *msg)
{
	msg->sender.name = next_given(r);
	msg->sender.email = next_given(r);
	msg->author.name = next_given(r);
	msg->author.email = next_given(r);
	msg->has_date = !kd_stmt_is_null(r->cur, r->column);
	msg->date = next_int(r);
}

static void read_body(struct reader *r, struct kd_message *msg)
{
	bool in_raw = !kd_stmt_is_null(r->cur, r->column);

	msg->text_in_raw = next_span(r);
	if (!in_raw)
		msg->text_in_raw.size = 0;
	msg->commit = next_span(r);
	msg->notes = next_span(r);
	msg->stat = next_span(r);
	msg->has_diff = next_flag(r);
	msg->has_diffstat = !kd_stmt_is_null(r->cur, r->column);
	msg->diffstat.files = next_int(r);
	msg->diffstat.insertions = next_int(r);
	msg->diffstat.deletions = next_int(r);
	msg->change_id = next_text(r);
}

static void read_patch(struct reader *r, struct kd_message *msg)
{
	struct kd_bytes id;

	msg->subject.versioned = next_flag(r); /* NULL reads as 0 */
	id = kd_stmt_blob(r->cur, r->column++);
	msg->has_patch_id = id.size == KD_PATCH_ID_SIZE;
	if (msg->has_patch_id)
		memcpy(msg->patch_id, id.data, KD_PATCH_ID_SIZE);
	msg->base_commit = next_text(r);
}

static enum kd_status read_row(struct reader *r, struct kd_posted *row,
                               struct kd_error *err)
{
	struct kd_message *msg = &row->msg;
	struct kd_bytes hash;

	r->column = 0;
	*row = (struct kd_posted){ .message = next_int(r) };
	row->variant = next_int(r);
	row->seq = next_int(r);
	row->received = next_int(r);
	row->n_variants = (int)next_int(r);
	row->series = next_int(r); /* NULL reads as 0 */
	msg->message_id = next_text(r);
	hash = kd_stmt_blob(r->cur, r->column++);
	if (hash.size == KD_HASH_SIZE)
		memcpy(msg->content_sha256, hash.data, KD_HASH_SIZE);
	msg->in_reply_to = next_text(r);
	read_subject(r, &msg->subject);
	msg->subject_line = next_text(r);
	msg->from_line = next_text(r);
	read_people(r, msg);
	msg->kind = kd_store_kind(next_int(r));
	msg->status = next_parse_status(r);
	msg->header_size = next_size(r);
	read_body(r, msg);
	read_patch(r, msg);
	row->about = next_int(r);
	row->answered = next_flag(r);
	/* never NULL in the table */
	if (msg->message_id == NULL || msg->subject.full == NULL ||
	    msg->subject.title == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	return KD_OK;
}

enum kd_status kd_posted_each(struct kd_cursor *cursor, kd_posted_fn *fn,
                              void *payload, struct kd_error *err)
{
	struct reader r = { .cur = cursor };
	struct kd_posted row;
	enum kd_status st = KD_OK;
	bool more = true;

	while (st == KD_OK && more) {
		st = kd_stmt_next(cursor, &more, err);
		if (st == KD_OK && more)
			st = read_row(&r, &row, err);
		if (st == KD_OK && more)
			st = fn(&row, payload, err);
	}
	kd_stmt_close(cursor);
	return st;
}

enum kd_status kd_posted_keep(struct kd_posted *row, struct kd_arena *arena,
                              struct kd_error *err)
{
	struct kd_message *msg = &row->msg;
	struct kd_subject *subject = &msg->subject;
	const char **strings[] = {
		&msg->message_id,  &msg->in_reply_to,  &subject->full,
		&subject->title,   &subject->project,  &msg->subject_line,
		&msg->from_line,   &msg->sender.name,  &msg->sender.email,
		&msg->author.name, &msg->author.email, &msg->change_id,
		&msg->base_commit,
	};
	size_t i;

	for (i = 0; i < sizeof(strings) / sizeof(strings[0]); i++)
		*strings[i] = kd_arena_strdup(arena, *strings[i]);
	for (i = 0; i < subject->n_prefixes; i++)
		subject->prefixes[i] =
			kd_arena_strdup(arena, subject->prefixes[i]);
	if (kd_arena_failed(arena))
		return kd_fail(err, KD_NOMEM, "out of memory");
	return KD_OK;
}
