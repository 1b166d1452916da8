/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wire.c - the order of the fields stands once, in walk_message(): it is
 * walked to measure, to write and to read.  Numbers are little-endian.
 *
 * Nothing is taken from the wire that was not looked at.  It knows
 * neither pipe nor process.
 */
#include "mda/wire.h"

#include <limits.h>
#include <string.h>

#include "mda/wire_io.h"
#include "mda/wire_list.h"

enum {
	FROM_MAX = 16 << 10, /* bytes of a From line, or of a name in one */
	FIXED_MAX = 1024,    /* more than all that is no string */
};
static const unsigned char magic[4] = { 'K', 'D', 'W', 2 };

/* Each string has a limit, so that all of them fit whatever is in them. */
_Static_assert(FIXED_MAX + (KD_REFERENCES_MAX + 6) * (KD_MESSAGE_ID_MAX + 4) +
                               (KD_PREFIXES_MAX + 3) * (KD_SUBJECT_MAX + 4) +
                               3 * (FROM_MAX + 4) + 3 * (KD_URL_MAX + 4) +
                               KD_COMMIT_HEX_MAX + 4 + KD_WIRE_LISTS_MAX <=
                       KD_WIRE_FIELDS_MAX,
               "the fields fit");

static void walk_person(struct kd_wire *w, struct kd_person *person)
{
	kd_wire_string(w, &person->name, FROM_MAX, 0);
	kd_wire_name(w, &person->email);
}

static void walk_references(struct kd_wire *w, struct kd_message *msg)
{
	const char **ids = NULL;
	size_t n = msg->n_references;
	size_t skip = 0;

	if (w->mode != KD_WIRE_READ && n > KD_REFERENCES_MAX) {
		skip = n - KD_REFERENCES_MAX; /* behind the first one */
		n = KD_REFERENCES_MAX;
		w->cut = true;
	}
	kd_wire_size(w, &n, KD_REFERENCES_MAX);
	if (w->mode == KD_WIRE_READ && n > 0) {
		ids = kd_arena_array(w->arena, n, sizeof(*ids));
		w->nomem = w->nomem || ids == NULL;
	}
	for (size_t i = 0; i < n && !w->bad && !w->nomem; i++) {
		const char *id = NULL;

		if (w->mode != KD_WIRE_READ)
			id = msg->references[i == 0 ? 0 : i + skip];
		kd_wire_string(w, &id, KD_MESSAGE_ID_MAX,
		               KD_WIRE_REQUIRED | KD_WIRE_WHOLE |
		                       KD_WIRE_FILLED);
		if (ids != NULL)
			ids[i] = id;
	}
	if (w->mode == KD_WIRE_READ) {
		msg->references = ids;
		msg->n_references = n;
	}
}

static void walk_subject(struct kd_wire *w, struct kd_subject *subject)
{
	const int max = KD_PATCH_NUMBER_MAX;

	kd_wire_string(w, &subject->full, KD_SUBJECT_MAX, KD_WIRE_REQUIRED);
	kd_wire_string(w, &subject->title, KD_SUBJECT_MAX, KD_WIRE_REQUIRED);
	kd_wire_size(w, &subject->n_prefixes, KD_PREFIXES_MAX);
	for (size_t i = 0; i < subject->n_prefixes; i++)
		kd_wire_string(w, &subject->prefixes[i], KD_SUBJECT_MAX,
		               KD_WIRE_REQUIRED);
	kd_wire_name(w, &subject->project);
	kd_wire_int(w, &subject->version, 0, INT_MAX);
	kd_wire_bool(w, &subject->versioned);
	kd_wire_int(w, &subject->revision, 0, INT_MAX);
	kd_wire_int(w, &subject->number, KD_NUMBER_NONE, max);
	kd_wire_int(w, &subject->total, KD_NUMBER_NONE, max);
	kd_wire_bool(w, &subject->patch);
	kd_wire_bool(w, &subject->rfc);
	kd_wire_bool(w, &subject->resend);
	kd_wire_bool(w, &subject->pull);
	kd_wire_bool(w, &subject->reply);
	kd_wire_bool(w, &subject->forward);
}

static void get_text(struct kd_wire *w, struct kd_bytes *text)
{
	text->data = (const char *)kd_wire_get(w, text->size);
	if (text->data == NULL)
		text->size = 0;
	else if (!kd_utf8_valid(*text))
		w->bad = true;
}

static void get_text_in_raw(struct kd_wire *w, const struct kd_span *span)
{
	struct kd_bytes piece;

	if (w->bad || span->size > w->raw.size - span->offset) {
		w->bad = true;
		return;
	}
	piece = (struct kd_bytes){ w->raw.data + span->offset, span->size };
	if (span->size > 0 && !kd_utf8_valid(piece))
		w->bad = true;
}

static void walk_text(struct kd_wire *w, struct kd_message *msg)
{
	bool own = msg->text.data != NULL;

	kd_wire_bool(w, &own);
	if (own) {
		kd_wire_size(w, &msg->text.size, KD_TEXT_MAX);
		if (w->mode == KD_WIRE_READ)
			get_text(w, &msg->text);
		else
			kd_wire_put(w, msg->text.data, msg->text.size);
		return;
	}
	kd_wire_size(w, &msg->text_in_raw.offset, w->raw.size);
	kd_wire_size(w, &msg->text_in_raw.size, KD_TEXT_MAX);
	if (w->mode == KD_WIRE_READ)
		get_text_in_raw(w, &msg->text_in_raw);
}

static bool is_inside_character(struct kd_bytes text, size_t pos)
{
	return pos < text.size &&
	       ((unsigned char)text.data[pos] & 0xc0U) == 0x80;
}

static bool is_piece_of(const struct kd_span *span, struct kd_bytes text)
{
	return span->offset <= text.size &&
	       span->size <= text.size - span->offset &&
	       !is_inside_character(text, span->offset) &&
	       !is_inside_character(text, span->offset + span->size);
}

/* A piece of the text, which was walked before. */
static void walk_span(struct kd_wire *w, const struct kd_message *msg,
                      struct kd_span *span)
{
	struct kd_bytes text = { "", 0 };

	kd_wire_size(w, &span->offset, KD_TEXT_MAX);
	kd_wire_size(w, &span->size, KD_TEXT_MAX);
	if (w->mode != KD_WIRE_READ || w->bad)
		return;
	if (msg->text.data != NULL)
		text = msg->text;
	else if (msg->text_in_raw.size > 0)
		text = (struct kd_bytes){
			w->raw.data + msg->text_in_raw.offset,
			msg->text_in_raw.size,
		};
	w->bad = !is_piece_of(span, text);
}

static void walk_diffstat(struct kd_wire *w, struct kd_diffstat *stat)
{
	kd_wire_i64(w, &stat->files, 0, INT32_MAX);
	kd_wire_i64(w, &stat->insertions, 0, INT32_MAX);
	kd_wire_i64(w, &stat->deletions, 0, INT32_MAX);
}

static void walk_diff(struct kd_wire *w, struct kd_message *msg)
{
	kd_wire_bool(w, &msg->has_diff);
	kd_wire_bool(w, &msg->has_diffstat);
	walk_diffstat(w, &msg->diffstat);
	walk_diffstat(w, &msg->counted);
	kd_wire_bool(w, &msg->has_patch_id);
	kd_wire_raw(w, msg->patch_id, KD_PATCH_ID_SIZE);
}

static void walk_url(struct kd_wire *w, const char **s)
{
	kd_wire_string(w, s, KD_URL_MAX, KD_WIRE_WHOLE | KD_WIRE_FILLED);
}

/* What the readers of the text have found. */
static void walk_readings(struct kd_wire *w, struct kd_message *msg)
{
	int fate = (int)msg->fate;

	kd_wire_name(w, &msg->change_id);
	kd_wire_hex(w, &msg->base_commit);
	walk_url(w, &msg->pull_url);
	walk_url(w, &msg->pull_ref);
	walk_url(w, &msg->tree);
	kd_wire_int(w, &fate, 0, KD_FATE_COUNT - 1);
	msg->fate = (enum kd_fate)fate;
	kd_wire_lists(w, msg);
}

static void walk_message(struct kd_wire *w, struct kd_message *msg)
{
	int kind = (int)msg->kind;
	int status = (int)msg->status;

	kd_wire_string(w, &msg->message_id, KD_MESSAGE_ID_MAX,
	               KD_WIRE_REQUIRED | KD_WIRE_WHOLE | KD_WIRE_FILLED);
	kd_wire_raw(w, msg->content_sha256, KD_HASH_SIZE);
	kd_wire_name(w, &msg->in_reply_to);
	walk_references(w, msg);
	walk_subject(w, &msg->subject);
	kd_wire_string(w, &msg->subject_line, KD_SUBJECT_MAX, 0);
	kd_wire_string(w, &msg->from_line, FROM_MAX, 0);
	walk_person(w, &msg->sender);
	walk_person(w, &msg->author);
	kd_wire_bool(w, &msg->has_date);
	kd_wire_i64(w, &msg->date, INT64_C(0),
	            INT64_C(253402300799)); /* 9999 */
	kd_wire_int(w, &kind, 0, KD_KIND_COUNT - 1);
	msg->kind = (enum kd_kind)kind;
	kd_wire_int(w, &status, 0, KD_PARSE_COUNT - 1);
	msg->status = (enum kd_parse_status)status;
	kd_wire_size(w, &msg->header_size, w->raw.size);
	walk_text(w, msg);
	walk_span(w, msg, &msg->commit);
	walk_span(w, msg, &msg->notes);
	walk_span(w, msg, &msg->stat);
	walk_diff(w, msg);
	walk_readings(w, msg);
}

enum kd_status kd_wire_encode(const struct kd_message *msg,
                              struct kd_arena *arena, struct kd_bytes *ret,
                              struct kd_error *err)
{
	struct kd_message copy = *msg;
	struct kd_wire w = { .mode = KD_WIRE_MEASURE };

	kd_wire_put(&w, magic, sizeof(magic));
	walk_message(&w, &copy);
	if (w.bad || w.size > KD_WIRE_MAX)
		return kd_fail(err, KD_BUG,
		               "the parsed message has no id, no "
		               "subject or too much text");
	if (w.cut && copy.status == KD_PARSE_OK)
		copy.status = KD_PARSE_LIMITED;
	w.out = kd_arena_room(arena, w.size);
	if (w.out == NULL)
		return kd_fail(err, KD_NOMEM,
		               "no memory for the parsed message");
	w.mode = KD_WIRE_WRITE;
	w.size = 0;
	kd_wire_put(&w, magic, sizeof(magic));
	walk_message(&w, &copy);
	*ret = (struct kd_bytes){ (const char *)w.out, w.size };
	return KD_OK;
}

enum kd_status kd_wire_decode(struct kd_bytes wire, struct kd_bytes raw,
                              struct kd_arena *arena, struct kd_message *ret,
                              struct kd_error *err)
{
	struct kd_wire w = {
		.mode = KD_WIRE_READ,
		.in = (const unsigned char *)wire.data,
		.size = wire.size,
		.raw = raw,
		.arena = arena,
	};
	struct kd_message msg = { .message_id = NULL };
	const unsigned char *start = kd_wire_get(&w, sizeof(magic));

	if (start == NULL || memcmp(start, magic, sizeof(magic)) != 0)
		return kd_fail(err, KD_BUG, "the parser says nothing");
	walk_message(&w, &msg);
	if (w.nomem)
		return kd_fail(err, KD_NOMEM,
		               "no memory for the parsed message");
	if (w.bad || w.size > 0)
		return kd_fail(err, KD_BUG, "the parser says nonsense");
	*ret = msg;
	return KD_OK;
}
