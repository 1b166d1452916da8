/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * json.c - struct kd_message to JSON, by jansson.
 *
 * A value that cannot be made is NULL, which jansson's setters refuse: what
 * is missing is seen at the end, as the line is written.  It knows neither
 * files nor the store.
 */
#include "mda/json.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "store/hash.h"

struct out {
	json_t *object;
	bool failed;
};

static void put(struct out *out, const char *key, json_t *value)
{
	if (json_object_set_new(out->object, key, value) < 0)
		out->failed = true;
}

/* --- Values --------------------------------------------------------- */

static json_t *text_value(struct kd_bytes text)
{
	return json_stringn(text.data == NULL ? "" : text.data, text.size);
}

/* null where there is none. */
static json_t *string_value(const char *s)
{
	return s == NULL ? json_null() : json_string(s);
}

static json_t *number_value(int number)
{
	return number == KD_NUMBER_NONE ? json_null() : json_integer(number);
}

static json_t *strings_value(const char *const *strings, size_t n)
{
	json_t *ret = json_array();

	for (size_t i = 0; i < n && ret != NULL; i++) {
		if (json_array_append_new(ret, json_string(strings[i])) == 0)
			continue;
		json_decref(ret);
		ret = NULL;
	}
	return ret;
}

static json_t *finished(struct out *out)
{
	if (!out->failed)
		return out->object;
	json_decref(out->object);
	return NULL;
}

static json_t *person_value(const char *name, const char *email)
{
	struct out out = { .object = json_object() };

	put(&out, "name", json_string(name == NULL ? "" : name));
	put(&out, "email", json_string(email == NULL ? "" : email));
	return finished(&out);
}

/* git knows no author without a name: the address is it then. */
static json_t *author_value(const struct kd_message *msg)
{
	const char *name = msg->author.name;

	if (name == NULL && msg->has_diff)
		name = msg->author.email;
	return person_value(name, msg->author.email);
}

static json_t *date_value(const struct kd_message *msg)
{
	char text[sizeof("9999-12-31T23:59:59Z")];
	time_t seconds = (time_t)msg->date;
	struct tm tm;

	if (!msg->has_date || gmtime_r(&seconds, &tm) == NULL ||
	    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		return json_null();
	return json_string(text);
}

static json_t *span_value(struct kd_bytes text, struct kd_span span)
{
	if (span.size == 0)
		return json_string("");
	return text_value(
		(struct kd_bytes){ text.data + span.offset, span.size });
}

static json_t *diff_value(const struct kd_message *msg)
{
	struct out out = { .failed = false };

	if (!msg->has_diff)
		return json_null();
	out.object = json_object();
	put(&out, "files", json_integer(msg->counted.files));
	put(&out, "insertions", json_integer(msg->counted.insertions));
	put(&out, "deletions", json_integer(msg->counted.deletions));
	put(&out, "paths", strings_value(msg->paths, msg->n_paths));
	return finished(&out);
}

static json_t *patch_id_value(const struct kd_message *msg)
{
	char hex[2 * KD_PATCH_ID_SIZE + 1];

	if (!msg->has_patch_id)
		return json_null();
	kd_hash_hex(msg->patch_id, KD_PATCH_ID_SIZE, hex);
	return json_string(hex);
}

static json_t *trailers_value(const struct kd_message *msg)
{
	json_t *ret = json_array();

	for (size_t i = 0; i < msg->n_trailers && ret != NULL; i++) {
		const char *pair[] = { msg->trailers[i].name,
			               msg->trailers[i].value };

		if (json_array_append_new(ret, strings_value(pair, 2)) == 0)
			continue;
		json_decref(ret);
		ret = NULL;
	}
	return ret;
}

static json_t *pull_value(const struct kd_message *msg)
{
	struct out out = { .failed = false };

	if (msg->pull_url == NULL)
		return json_null();
	out.object = json_object();
	put(&out, "url", json_string(msg->pull_url));
	put(&out, "ref", string_value(msg->pull_ref));
	return finished(&out);
}

static json_t *commits_value(const struct kd_message *msg)
{
	json_t *ret = json_array();

	for (size_t i = 0; i < msg->n_taken && ret != NULL; i++) {
		const char *commit = msg->taken[i].commit;

		if (commit == NULL ||
		    json_array_append_new(ret, json_string(commit)) == 0)
			continue;
		json_decref(ret);
		ret = NULL;
	}
	return ret;
}

static json_t *applied_value(const struct kd_message *msg)
{
	struct out out = { .failed = false };

	if (msg->fate == KD_FATE_NONE)
		return json_null();
	out.object = json_object();
	put(&out, "tree", string_value(msg->tree));
	put(&out, "commits", commits_value(msg));
	return finished(&out);
}

/* --- The message ---------------------------------------------------- */

static void put_subject(struct out *out, const struct kd_subject *subject)
{
	put(out, "subject", string_value(subject->full));
	put(out, "prefixes",
	    strings_value(subject->prefixes, subject->n_prefixes));
	put(out, "title", string_value(subject->title));
	put(out, "version", json_integer(subject->version));
	put(out, "revision", json_integer(subject->revision));
	put(out, "number", number_value(subject->number));
	put(out, "total", number_value(subject->total));
	put(out, "rfc", json_boolean(subject->rfc));
	put(out, "resend", json_boolean(subject->resend));
	put(out, "reply", json_boolean(subject->reply));
	put(out, "project", string_value(subject->project));
}

static void put_body(struct out *out, const struct kd_message *msg,
                     struct kd_bytes text)
{
	put(out, "message", span_value(text, msg->commit));
	put(out, "notes", span_value(text, msg->notes));
	put(out, "has_diff", json_boolean(msg->has_diff));
	put(out, "diff", diff_value(msg));
	put(out, "patch_id", patch_id_value(msg));
	put(out, "trailers", trailers_value(msg));
	put(out, "change_id", string_value(msg->change_id));
	put(out, "base_commit", string_value(msg->base_commit));
	put(out, "pull", pull_value(msg));
	put(out, "applied", applied_value(msg));
}

static json_t *message_value(const struct kd_message *msg, struct kd_bytes raw,
                             const char *list)
{
	struct out out = { .object = json_object() };
	struct kd_bytes text = msg->text;

	if (text.data == NULL && msg->text_in_raw.size > 0)
		text = (struct kd_bytes){ raw.data + msg->text_in_raw.offset,
			                  msg->text_in_raw.size };
	put(&out, "message_id", string_value(msg->message_id));
	put(&out, "list", string_value(list));
	put(&out, "kind", string_value(kd_kind_name(msg->kind)));
	put(&out, "status", string_value(kd_parse_status_name(msg->status)));
	put_subject(&out, &msg->subject);
	put(&out, "sender", person_value(msg->sender.name, msg->sender.email));
	put(&out, "author", author_value(msg));
	put(&out, "date", date_value(msg));
	put(&out, "in_reply_to", string_value(msg->in_reply_to));
	put(&out, "references",
	    strings_value(msg->references, msg->n_references));
	put_body(&out, msg, text);
	return finished(&out);
}

/* --- The line ------------------------------------------------------- */

/* Controls and what turns or hides text: no terminal is to obey them.
 * jansson escapes those below U+0020 only. */
static bool must_escape(uint32_t c)
{
	return (c >= 0x7f && c <= 0x9f) || c == 0x61c ||
	       (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       c == 0x2060 || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff ||
	       (c >= 0xe0000 && c <= 0xe007f);
}

static void write_escaped(FILE *out, uint32_t c)
{
	if (c > 0xffff) {
		c -= 0x10000;
		(void)fprintf(out, "\\u%04X", 0xd800U + (c >> 10));
		c = 0xdc00U + (c & 0x3ffU);
	}
	(void)fprintf(out, "\\u%04X", c);
}

/* These characters stand in strings only, so an escape means the same. */
static void write_line(FILE *out, struct kd_bytes json)
{
	size_t from = 0;
	size_t pos = 0;

	while (pos < json.size) {
		size_t start = pos;
		uint32_t c = kd_utf8_next(json, &pos);
		bool tag = c == '/' && start > 0 && json.data[start - 1] == '<';

		if (!tag && !must_escape(c))
			continue;
		(void)fwrite(json.data + from, 1, start - from, out);
		if (tag)
			(void)fputs("\\/", out);
		else
			write_escaped(out, c);
		from = pos;
	}
	(void)fwrite(json.data + from, 1, json.size - from, out);
	(void)fputc('\n', out);
}

static enum kd_status no_memory(struct kd_error *err)
{
	return kd_fail(err, KD_NOMEM, "no memory for the message as JSON");
}

static enum kd_status make_line(struct kd_bytes json, struct kd_arena *arena,
                                struct kd_bytes *ret, struct kd_error *err)
{
	char *line = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&line, &size);
	bool failed;

	if (out == NULL)
		return no_memory(err);
	write_line(out, json);
	failed = ferror(out) != 0;
	failed = fclose(out) != 0 || failed;
	if (!failed)
		ret->data = kd_arena_strndup(arena, line, size);
	free(line);
	if (failed || ret->data == NULL)
		return no_memory(err);
	ret->size = size;
	return KD_OK;
}

enum kd_status kd_json_message(const struct kd_message *msg,
                               struct kd_bytes raw, const char *list,
                               struct kd_arena *arena, struct kd_bytes *ret,
                               struct kd_error *err)
{
	json_t *value = message_value(msg, raw, list);
	enum kd_status st;
	char *json = NULL;

	if (value == NULL)
		return kd_fail(err, KD_BUG,
		               "the message cannot be said in JSON");
	json = json_dumps(value, JSON_COMPACT);
	json_decref(value);
	if (json == NULL)
		return no_memory(err);
	st = make_line(kd_bytes_of(json), arena, ret, err);
	free(json);
	return st;
}
