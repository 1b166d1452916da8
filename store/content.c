/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * content.c - the rows of one variant of a message.
 *
 * Runs inside the transaction of add.c and knows nothing of lists.
 */
#include <string.h>

#include "store/facts.h"
#include "store/hash.h"

enum { IDENT_SIZE = KD_ID_HEX_MAX / 2 };

enum kd_status kd_content_message(struct kd_store *store,
                                  const char *message_id,
                                  struct kd_message_row *ret,
                                  struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;
	bool found = false;

	st = kd_stmt_open(store, KD_STMT_FIND_MESSAGE, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_text(&cur, message_id);
	st = kd_stmt_next(&cur, &found, err);
	if (st == KD_OK && found) {
		ret->message = kd_stmt_int(&cur, 0);
		ret->variant = kd_stmt_int(&cur, 1); /* NULL reads as 0 */
		ret->made = false;
	}
	kd_stmt_close(&cur);
	if (st != KD_OK || found)
		return st;

	st = kd_stmt_open(store, KD_STMT_ADD_MESSAGE, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_text(&cur, message_id);
	st = kd_stmt_run(&cur, err);
	if (st != KD_OK)
		return st;
	ret->message = sqlite3_last_insert_rowid(store->db);
	ret->variant = 0;
	ret->made = true;
	return KD_OK;
}

static enum kd_status open_person(struct kd_store *store, enum kd_stmt which,
                                  const struct kd_person *person,
                                  struct kd_cursor *ret, struct kd_error *err)
{
	enum kd_status st = kd_stmt_open(store, which, ret, err);

	if (st != KD_OK)
		return st;
	kd_stmt_bind_text(ret, person->email == NULL ? "" : person->email);
	kd_stmt_bind_text(ret, person->name == NULL ? "" : person->name);
	return KD_OK;
}

static enum kd_status intern_person(struct kd_store *store,
                                    const struct kd_person *person,
                                    int64_t *ret, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	st = open_person(store, KD_STMT_FIND_PERSON, person, &cur, err);
	if (st == KD_OK)
		st = kd_stmt_number(&cur, 0, ret, err);
	if (st != KD_OK || *ret != 0)
		return st;
	st = open_person(store, KD_STMT_ADD_PERSON, person, &cur, err);
	if (st == KD_OK)
		st = kd_stmt_run(&cur, err);
	*ret = sqlite3_last_insert_rowid(store->db);
	return st;
}

/* The words with one blank between two; those that do not fit are left
 * out. */
static void join_words(const struct kd_subject *subject,
                       char ret[KD_WORDS_MAX + 1])
{
	size_t used = 0;
	size_t i, len;

	for (i = 0; i < subject->n_prefixes && i < KD_PREFIXES_MAX; i++) {
		len = strlen(subject->prefixes[i]);
		if (len == 0 || used + 1 + len > KD_WORDS_MAX)
			continue;
		if (used > 0)
			ret[used++] = ' ';
		memcpy(ret + used, subject->prefixes[i], len);
		used += len;
	}
	ret[used] = '\0';
}

static void bind_number(struct kd_cursor *cur, int number)
{
	if (number == KD_NUMBER_NONE)
		kd_stmt_bind_null(cur);
	else
		kd_stmt_bind_int(cur, number);
}

static void bind_subject(struct kd_cursor *cur,
                         const struct kd_subject *subject, const char *words)
{
	kd_stmt_bind_text(cur, subject->full);
	kd_stmt_bind_text(cur, subject->title);
	kd_stmt_bind_text(cur, words);
	kd_stmt_bind_text(cur, subject->project);
	kd_stmt_bind_int(cur, subject->version);
	kd_stmt_bind_int(cur, subject->revision);
	bind_number(cur, subject->number);
	bind_number(cur, subject->total);
	kd_stmt_bind_int(cur, subject->patch);
	kd_stmt_bind_int(cur, subject->rfc);
	kd_stmt_bind_int(cur, subject->resend);
	kd_stmt_bind_int(cur, subject->pull);
	kd_stmt_bind_int(cur, subject->reply);
	kd_stmt_bind_int(cur, subject->forward);
}

static void bind_span(struct kd_cursor *cur, struct kd_span span)
{
	kd_stmt_bind_int(cur, (int64_t)span.offset);
	kd_stmt_bind_int(cur, (int64_t)span.size);
}

static void bind_text_place(struct kd_cursor *cur, const struct kd_message *msg)
{
	if (msg->text.data == NULL && msg->text_in_raw.size > 0) {
		bind_span(cur, msg->text_in_raw);
		return;
	}
	kd_stmt_bind_null(cur);
	kd_stmt_bind_int(cur,
	                 msg->text.data == NULL ? 0 : (int64_t)msg->text.size);
}

static void bind_diffstat(struct kd_cursor *cur, const struct kd_message *msg)
{
	kd_stmt_bind_int(cur, msg->has_diff);
	if (!msg->has_diffstat) {
		kd_stmt_bind_null(cur);
		kd_stmt_bind_null(cur);
		kd_stmt_bind_null(cur);
		return;
	}
	kd_stmt_bind_int(cur, msg->diffstat.files);
	kd_stmt_bind_int(cur, msg->diffstat.insertions);
	kd_stmt_bind_int(cur, msg->diffstat.deletions);
}

enum kd_status kd_content_put(struct kd_store *store, enum kd_stmt which,
                              const struct kd_incoming *in,
                              struct kd_error *err)
{
	const struct kd_message *msg = in->arriving->msg;
	struct kd_cursor cur = KD_CURSOR_INIT;
	char words[KD_WORDS_MAX + 1];
	int64_t sender = 0;
	int64_t author = 0;
	enum kd_status st;

	join_words(&msg->subject, words);
	st = intern_person(store, &msg->sender, &sender, err);
	if (st == KD_OK)
		st = intern_person(store, &msg->author, &author, err);
	if (st == KD_OK)
		st = kd_stmt_open(store, which, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, in->message);
	kd_stmt_bind_int(&cur, in->arriving->received);
	kd_stmt_bind_int(&cur, in->arriving->through_list);
	kd_stmt_bind_int(&cur, KD_PARSER_VERSION);
	kd_stmt_bind_blob(&cur, msg->content_sha256, KD_HASH_SIZE);
	kd_stmt_bind_int(&cur, msg->kind);
	kd_stmt_bind_int(&cur, msg->status);
	kd_stmt_bind_int(&cur, sender);
	kd_stmt_bind_int(&cur, author);
	if (msg->has_date)
		kd_stmt_bind_int(&cur, msg->date);
	else
		kd_stmt_bind_null(&cur);
	bind_subject(&cur, &msg->subject, words);
	kd_stmt_bind_text(&cur, msg->subject_line);
	kd_stmt_bind_text(&cur, msg->from_line);
	kd_stmt_bind_int(&cur, (int64_t)msg->header_size);
	bind_text_place(&cur, msg);
	bind_span(&cur, msg->commit);
	bind_span(&cur, msg->notes);
	bind_span(&cur, msg->stat);
	bind_diffstat(&cur, msg);
	kd_stmt_bind_text(&cur, msg->change_id);
	kd_stmt_bind_int(&cur, msg->subject.versioned);
	if (msg->has_patch_id)
		kd_stmt_bind_blob(&cur, msg->patch_id, KD_PATCH_ID_SIZE);
	else
		kd_stmt_bind_null(&cur);
	kd_stmt_bind_text(&cur, msg->base_commit);
	if (which == KD_STMT_REPLACE_VARIANT)
		kd_stmt_bind_int(&cur, in->variant);
	return kd_stmt_run(&cur, err);
}

static enum kd_status add_reference(struct kd_store *store, int64_t variant,
                                    int64_t ordinal, const char *message_id,
                                    struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	size_t len = strlen(message_id);
	struct kd_message_row row;
	enum kd_status st;

	/* nothing answers to such a name */
	if (len == 0 || len > KD_MESSAGE_ID_MAX)
		return KD_OK;
	st = kd_content_message(store, message_id, &row, err);
	if (st == KD_OK)
		st = kd_stmt_open(store, KD_STMT_ADD_REFERENCE, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, variant);
	kd_stmt_bind_int(&cur, ordinal);
	kd_stmt_bind_int(&cur, row.message);
	return kd_stmt_run(&cur, err);
}

enum kd_status kd_content_add_references(struct kd_store *store,
                                         const struct kd_incoming *in,
                                         struct kd_error *err)
{
	const struct kd_message *msg = in->arriving->msg;
	size_t n = msg->n_references;
	enum kd_status st = KD_OK;
	size_t i;

	if (msg->in_reply_to != NULL)
		st = add_reference(store, in->variant, 0, msg->in_reply_to,
		                   err);
	if (n > KD_REFERENCES_MAX)
		n = KD_REFERENCES_MAX;
	for (i = 0; i < n && st == KD_OK; i++)
		st = add_reference(store, in->variant, (int64_t)i + 1,
		                   msg->references[i], err);
	return st;
}

enum kd_status kd_content_put_packed(struct kd_store *store, enum kd_stmt which,
                                     int64_t variant,
                                     const struct kd_packed *packed,
                                     struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	st = kd_stmt_open(store, which, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, variant);
	kd_stmt_bind_int(&cur, packed->codec);
	kd_stmt_bind_int(&cur, (int64_t)packed->size);
	kd_stmt_bind_blob(&cur, packed->data.data, packed->data.size);
	if (packed->has_sha256)
		kd_stmt_bind_blob(&cur, packed->sha256, KD_HASH_SIZE);
	else
		kd_stmt_bind_null(&cur);
	return kd_stmt_run(&cur, err);
}

enum kd_status kd_content_add_ident(struct kd_store *store,
                                    const unsigned char *id, int64_t message,
                                    struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st = kd_stmt_open(store, KD_STMT_ADD_IDENT, &cur, err);

	if (st != KD_OK)
		return st;
	kd_stmt_bind_blob(&cur, id, IDENT_SIZE);
	kd_stmt_bind_int(&cur, message);
	return kd_stmt_run(&cur, err);
}

static enum kd_status add_own_ident(struct kd_store *store,
                                    const struct kd_incoming *in,
                                    struct kd_error *err)
{
	unsigned char hash[KD_HASH_SIZE];

	kd_hash(kd_bytes_of(in->arriving->msg->message_id), hash);
	return kd_content_add_ident(store, hash, in->message, err);
}

enum kd_status kd_content_add(struct kd_store *store, struct kd_incoming *in,
                              struct kd_error *err)
{
	enum kd_status st;

	st = kd_content_put(store, KD_STMT_ADD_VARIANT, in, err);
	in->variant = sqlite3_last_insert_rowid(store->db);
	if (st == KD_OK)
		st = kd_content_add_references(store, in, err);
	if (st == KD_OK)
		st = kd_facts_add(store, in->variant, in->arriving->msg, err);
	if (st == KD_OK)
		st = kd_content_put_packed(store, KD_STMT_ADD_RAW, in->variant,
		                           in->raw, err);
	if (st == KD_OK && in->text != NULL)
		st = kd_content_put_packed(store, KD_STMT_ADD_DECODED,
		                           in->variant, in->text, err);
	if (st == KD_OK)
		st = add_own_ident(store, in, err);
	return st;
}
