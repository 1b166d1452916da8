/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * record.c - a whole message: what parser, subject, body and classifier
 * say of it, put together; or what the header scan says alone.
 */
#include "mda/record.h"

#include <string.h>

#include "mda/body.h"
#include "mda/classify.h"
#include "mda/fields.h"
#include "mda/headers.h"
#include "mda/identity.h"
#include "mda/parse.h"
#include "mda/reading.h"
#include "mda/subject.h"

/* 1990-01-01, and how far a sender's clock may be ahead of ours. */
static const int64_t date_min = 631152000;
static const int64_t date_ahead_max = (int64_t)2 * 24 * 60 * 60;

static void set_date(struct kd_message *msg, int64_t date, int64_t received)
{
	msg->has_date = date >= date_min && date <= received + date_ahead_max;
	msg->date = msg->has_date ? date : 0;
}

/* line, unless it is what we would print of that person anyway. */
static const char *from_line_of(struct kd_arena *arena, const char *line,
                                struct kd_person person)
{
	const char *plain = person.email;

	if (line == NULL)
		return NULL;
	if (plain == NULL)
		plain = person.name == NULL ? "" : person.name;
	else if (person.name != NULL)
		plain = kd_arena_printf(arena, "%s <%s>", person.name,
		                        person.email);
	return plain != NULL && strcmp(plain, line) == 0 ? NULL : line;
}

/* The bytes of a message's text, wherever they lie. */
static struct kd_bytes text_of(const struct kd_message *msg,
                               struct kd_bytes raw)
{
	if (msg->text.data != NULL || msg->text_in_raw.size == 0)
		return msg->text;
	return (struct kd_bytes){ raw.data + msg->text_in_raw.offset,
		                  msg->text_in_raw.size };
}

/* Of a From with more people in it than a parser is to see: the first. */
static struct kd_person first_sender(const struct kd_headers *headers,
                                     struct kd_arena *arena)
{
	struct kd_person nobody = { .name = NULL };
	struct kd_bytes value;
	const char *line;

	if (!kd_headers_get(headers, "From", &value) ||
	    kd_field_addresses_ok(value))
		return nobody;
	line = kd_field_line(arena, kd_field_first_address(value));
	return line == NULL ? nobody : kd_parse_person(arena, line);
}

static void take_mail(struct kd_message *msg, const struct kd_mail *mail,
                      struct kd_arena *arena, int64_t received)
{
	msg->message_id = mail->message_id;
	memcpy(msg->content_sha256, mail->content_sha256, KD_HASH_SIZE);
	if (msg->message_id == NULL)
		msg->message_id =
			kd_identity_synthetic(arena, msg->content_sha256);
	msg->in_reply_to = mail->in_reply_to;
	msg->references = mail->references;
	msg->n_references = mail->n_references;
	msg->subject_line = mail->subject_line;
	msg->sender = mail->sender;
	msg->author = mail->sender;
	msg->from_line = from_line_of(arena, mail->from_line, mail->sender);
	if (mail->has_date)
		set_date(msg, mail->date, received);
	msg->text = mail->text;
	msg->text_in_raw = mail->text_in_raw;
	msg->status = mail->limited ? KD_PARSE_LIMITED : KD_PARSE_OK;
}

static void take_body(struct kd_message *msg, const struct kd_body *body)
{
	msg->commit = body->commit;
	msg->notes = body->notes;
	msg->stat = body->stat;
	msg->has_diff = body->has_diff;
	msg->has_diffstat = body->has_diffstat;
	/* Its own, as its readers see it; counted, where it has none. */
	msg->diffstat = body->has_summary ? body->summary : body->diffstat;
	msg->counted = body->counted;
	msg->paths = body->paths;
	msg->n_paths = body->n_paths;
	msg->has_patch_id = body->has_patch_id;
	memcpy(msg->patch_id, body->patch_id, KD_PATCH_ID_SIZE);
	if (body->limited)
		msg->status = KD_PARSE_LIMITED;
}

/* The name in the body is the author's only where git would take it for
 * one: an answer may quote what it likes. */
static void set_author(struct kd_message *msg, const struct kd_body *body,
                       struct kd_arena *arena)
{
	struct kd_person author;

	if (body->from == NULL || msg->subject.reply || msg->subject.forward)
		return;
	author = kd_parse_person(arena, body->from);
	if (author.email != NULL)
		msg->author = author;
}

/* Where git takes a Subject line in the body for the subject, so that a
 * commit has it for its title, we do, too. */
static enum kd_status set_title(struct kd_message *msg,
                                const struct kd_body *body,
                                struct kd_arena *arena, struct kd_error *err)
{
	struct kd_subject subject;
	enum kd_status st;
	const char *text;

	if (body->subject == NULL || !body->has_diff || msg->subject.reply ||
	    msg->subject.forward)
		return KD_OK;
	text = kd_parse_words(arena, body->subject);
	st = kd_subject_parse(text == NULL ? "" : text, true, arena, &subject,
	                      err);
	if (st == KD_OK && subject.title[0] != '\0')
		msg->subject.title = subject.title;
	return st;
}

/* True when the subject is at a limit of those in record.h, and may have
 * said more. */
static bool is_limited_subject(const struct kd_subject *subject)
{
	return subject->n_prefixes == KD_PREFIXES_MAX ||
	       subject->number == KD_PATCH_NUMBER_MAX ||
	       subject->total == KD_PATCH_NUMBER_MAX;
}

/* True when an id that is too long to be one has become a hash. */
static bool is_limited_id(const struct kd_headers *headers, const char *id)
{
	struct kd_bytes value;

	return kd_headers_get(headers, "Message-ID", &value) &&
	       value.size > KD_MESSAGE_ID_MAX &&
	       kd_bytes_starts(kd_bytes_of(id), "sha256:");
}

/* Behind all else: what needs to know the kind. */
static enum kd_status run_readers(struct kd_message *msg, struct kd_bytes text,
                                  const struct kd_headers *headers,
                                  struct kd_arena *arena, struct kd_error *err)
{
	static kd_reader_fn *const readers[] = {
		kd_trailers_read, kd_links_read,  kd_shortlog_read,
		kd_pull_read,     kd_notice_read,
	};
	const struct kd_reading reading = {
		.text = text.data == NULL ? kd_bytes_of("") : text,
		.headers = headers,
		.arena = arena,
		.msg = msg,
	};
	enum kd_status st = KD_OK;

	for (size_t i = 0;
	     i < sizeof(readers) / sizeof(readers[0]) && st == KD_OK; i++)
		st = readers[i](&reading, err);
	return st;
}

/* Subject, body and kind of a mail that was parsed. */
static enum kd_status read_text(struct kd_message *msg,
                                const struct kd_mail *mail,
                                const struct kd_headers *headers,
                                struct kd_bytes raw, struct kd_arena *arena,
                                struct kd_error *err)
{
	const char *subject = mail->subject == NULL ? "" : mail->subject;
	struct kd_bytes text = text_of(msg, raw);
	struct kd_body body;
	enum kd_status st;

	/* What the brackets mean depends on the body, and the other way. */
	st = kd_subject_parse(subject, false, arena, &msg->subject, err);
	if (st != KD_OK)
		return st;
	st = kd_body_parse(text, mail->diff,
	                   msg->subject.reply || msg->subject.forward, arena,
	                   &body, err);
	if (st != KD_OK)
		return st;
	if (body.has_diff || body.has_diffstat) {
		st = kd_subject_parse(subject, true, arena, &msg->subject, err);
		if (st != KD_OK)
			return st;
	}
	take_body(msg, &body);
	if (is_limited_subject(&msg->subject) ||
	    is_limited_id(headers, msg->message_id))
		msg->status = KD_PARSE_LIMITED;
	set_author(msg, &body, arena);
	st = set_title(msg, &body, arena, err);
	if (st != KD_OK)
		return st;
	msg->kind = kd_classify(msg, text, headers);
	/* The diff of a cover letter is one between versions. */
	if (msg->kind == KD_KIND_COVER)
		msg->has_diffstat = body.has_summary;
	return run_readers(msg, text, headers, arena, err);
}

enum kd_status kd_record_build(struct kd_bytes raw, int64_t received,
                               struct kd_arena *arena, struct kd_message *ret,
                               struct kd_error *err)
{
	struct kd_headers headers;
	struct kd_mail mail;
	enum kd_status st;

	st = kd_parse(raw, arena, &mail, err);
	if (st == KD_NOTMAIL)
		return kd_record_fallback(raw, received, KD_PARSE_UNPARSED,
		                          arena, ret, err);
	if (st != KD_OK)
		return st;

	*ret = (struct kd_message){ .message_id = NULL };
	kd_headers_find(raw, &headers);
	ret->header_size = headers.body_offset;
	if (mail.sender.name == NULL && mail.sender.email == NULL)
		mail.sender = first_sender(&headers, arena);
	take_mail(ret, &mail, arena, received);
	st = read_text(ret, &mail, &headers, raw, arena, err);
	if (st == KD_OK && kd_arena_failed(arena))
		st = kd_fail(err, KD_NOMEM, "out of memory");
	return st;
}

/* A field as one line of UTF-8; NULL when it is not there. */
static char *plain_field(struct kd_arena *arena,
                         const struct kd_headers *headers, const char *name,
                         size_t max)
{
	struct kd_bytes value;
	char *line;
	char *ret;

	if (!kd_headers_get(headers, name, &value))
		return NULL;
	if (value.size > max)
		value.size = max;
	line = kd_field_line(arena, value);
	if (line == NULL)
		return NULL;
	ret = kd_utf8_force(arena, kd_bytes_of(line));
	if (ret != NULL && strlen(ret) > max)
		ret[kd_utf8_cut(kd_bytes_of(ret), max)] = '\0';
	return ret;
}

/* The raw fields and the raw body. */
static void hash_raw(const struct kd_headers *headers, struct kd_bytes raw,
                     unsigned char *ret)
{
	static const char *const names[] = { "From", "Date", "Subject",
		                             "In-Reply-To", "Content-Type" };
	struct kd_identity id;

	kd_identity_begin(&id);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct kd_bytes value = { NULL, 0 };
		struct kd_bytes line;

		(void)kd_headers_get(headers, names[i], &value);
		while (kd_next_line(&value, &line))
			kd_identity_field(&id, kd_trim(line));
		kd_identity_field(&id, kd_bytes_of(NULL));
	}
	kd_identity_long_fields(&id, headers);
	raw.data += headers->body_offset;
	raw.size -= headers->body_offset;
	kd_identity_part(&id, raw, true);
	kd_identity_end(&id, ret);
}

static void take_headers(struct kd_message *msg,
                         const struct kd_headers *headers,
                         struct kd_arena *arena, int64_t received)
{
	struct kd_bytes value;
	int64_t date;

	msg->header_size = headers->body_offset;
	if (kd_headers_get(headers, "Message-ID", &value))
		msg->message_id = kd_message_id_of(arena, value);
	if (msg->message_id == NULL)
		msg->message_id =
			kd_identity_synthetic(arena, msg->content_sha256);
	if (kd_headers_get(headers, "In-Reply-To", &value))
		msg->in_reply_to = kd_field_parent(arena, value);
	if (kd_field_whole(headers, "References", &value)) {
		const char **references;

		(void)kd_field_references(arena, value, &references,
		                          &msg->n_references);
		msg->references = references;
	}
	if (kd_headers_get(headers, "Date", &value) &&
	    kd_field_date(value, &date))
		set_date(msg, date, received);
	if (kd_headers_get(headers, "From", &value)) {
		if (!kd_field_addresses_ok(value))
			value = kd_field_first_address(value);
		msg->sender = kd_field_person(arena, value);
	}
	msg->author = msg->sender;
	msg->from_line = from_line_of(arena,
	                              plain_field(arena, headers, "From",
	                                          KD_ADDRESS_FIELD_MAX),
	                              msg->sender);
}

enum kd_status kd_record_fallback(struct kd_bytes raw, int64_t received,
                                  enum kd_parse_status status,
                                  struct kd_arena *arena,
                                  struct kd_message *ret, struct kd_error *err)
{
	struct kd_headers headers;
	const char *subject;
	enum kd_status st;

	*ret = (struct kd_message){ .status = status };
	kd_headers_find(raw, &headers);
	hash_raw(&headers, raw, ret->content_sha256);
	take_headers(ret, &headers, arena, received);
	subject = plain_field(arena, &headers, "Subject", KD_SUBJECT_MAX);
	st = kd_subject_parse(subject == NULL ? "" : subject, false, arena,
	                      &ret->subject, err);
	if (st != KD_OK)
		return st;
	ret->kind = kd_classify(ret, (struct kd_bytes){ NULL, 0 }, &headers);
	if (kd_arena_failed(arena))
		return kd_fail(err, KD_NOMEM, "out of memory");
	return KD_OK;
}
