/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * parse.c - one mail, put together from its header fields and its parts.
 *
 * GMime is started here and used in parse_field.c and parse_mime.c; it
 * sees nothing that was not measured before (parse_guard.c).
 */
#include "mda/parse.h"

#include <gmime/gmime.h>

#include "mda/fields.h"
#include "mda/parse_internal.h"

/* GMime and GLib have nothing to say that a delivery agent may hear. */
static void be_silent(const gchar *domain, GLogLevelFlags level,
                      const gchar *message, gpointer data)
{
	(void)domain;
	(void)level;
	(void)message;
	(void)data;
}

#ifdef KD_LATE_CONSTRUCTORS

/*
 * GLib and GObject begin before main() by what they hand the dynamic linker.
 * The build has taken that away (conf/libraries.cmake), for most deliveries
 * end without them; the two ends of it are the linker's.
 */
extern void (*const constructors_begin[])(void) __asm__(
	"__start_kd_constructors");
extern void (*const constructors_end[])(void) __asm__("__stop_kd_constructors");

static void begin_libraries(void)
{
	void (*const *begin)(void) = constructors_begin;

	while (begin < constructors_end)
		(*begin++)();
}

#else

static void begin_libraries(void)
{
}

#endif

void kd_gmime_begin(void)
{
	static const char *charsets[] = { "utf-8", "windows-1252", "iso-8859-1",
		                          NULL };
	static bool begun;

	if (begun)
		return;
	begun = true;
	begin_libraries();
	(void)g_log_set_default_handler(be_silent, NULL);
	g_mime_init();
	/* For headers with raw 8-bit bytes, or with a charset of no name. */
	g_mime_parser_options_set_fallback_charsets(
		g_mime_parser_options_get_default(), charsets);
}

/* The first field of that name; empty when there is none. */
static struct kd_bytes field(const struct kd_headers *headers, const char *name)
{
	struct kd_bytes ret = { NULL, 0 };

	(void)kd_headers_get(headers, name, &ret);
	return ret;
}

/* What stands on the first line of a folded field. */
static bool first_line(struct kd_bytes value, struct kd_bytes *ret)
{
	struct kd_bytes rest = value;

	return kd_next_line(&rest, ret) && rest.size > 0;
}

static void cut_subject(char *subject, bool *limited)
{
	struct kd_bytes b = kd_bytes_of(subject);

	if (b.size <= KD_SUBJECT_MAX)
		return;
	subject[kd_utf8_cut(b, KD_SUBJECT_MAX)] = '\0';
	*limited = true;
}

static void read_subject(const struct kd_headers *headers,
                         struct kd_arena *arena, struct kd_mail *ret)
{
	struct kd_bytes value;
	struct kd_bytes line;

	if (!kd_headers_get(headers, "Subject", &value))
		return;
	ret->subject = kd_field_decode(arena, value);
	cut_subject(ret->subject, &ret->limited);
	if (!first_line(value, &line))
		return;
	ret->subject_line = kd_field_decode(arena, line);
	cut_subject(ret->subject_line, &ret->limited);
}

static void read_fields(const struct kd_headers *headers,
                        struct kd_arena *arena, struct kd_mail *ret)
{
	struct kd_bytes value;

	if (kd_headers_get(headers, "Message-ID", &value))
		ret->message_id = kd_message_id_of(arena, value);
	if (kd_headers_get(headers, "In-Reply-To", &value))
		ret->in_reply_to = kd_field_parent(arena, value);
	if (kd_field_whole(headers, "References", &value) &&
	    kd_field_references(arena, value, &ret->references,
	                        &ret->n_references))
		ret->limited = true;
	if (kd_headers_get(headers, "From", &value) &&
	    kd_field_addresses_ok(value))
		ret->from_line = kd_field_decode(arena, value);
	ret->sender = kd_mail_sender(arena, headers);
	ret->has_date =
		kd_field_any_date(arena, field(headers, "Date"), &ret->date);
	read_subject(headers, arena, ret);
}

/* s with runs of blanks as one blank, in place. */
static struct kd_bytes collapsed(char *s)
{
	size_t n = 0;

	if (s == NULL)
		return (struct kd_bytes){ NULL, 0 };
	for (size_t i = 0; s[i] != '\0'; i++) {
		if (!kd_is_blank(s[i]))
			s[n++] = s[i];
		else if (n > 0 && s[n - 1] != ' ')
			s[n++] = ' ';
	}
	return (struct kd_bytes){ s, n };
}

static void hash_line(const struct kd_headers *headers, struct kd_arena *arena,
                      const char *name, struct kd_identity *id)
{
	kd_identity_field(
		id, collapsed(kd_field_line(arena, field(headers, name))));
}

/* The fields that tell two mails apart; each always hashed, also when it is
 * not there. */
static void hash_fields(const struct kd_headers *headers,
                        struct kd_arena *arena, const struct kd_mail *mail,
                        struct kd_identity *id)
{
	kd_identity_field(id, kd_bytes_of(mail->sender.name));
	kd_identity_field(id, kd_bytes_of(mail->sender.email));
	/* Whoever is not understood is taken by the letter. */
	if (mail->sender.email == NULL)
		hash_line(headers, arena, "From", id);
	hash_line(headers, arena, "Date", id);
	kd_identity_field(id, collapsed(kd_field_decode(
				      arena, field(headers, "Subject"))));
	hash_line(headers, arena, "In-Reply-To", id);
}

/* True when a field is so long that our scan has cut it. */
static bool has_long_field(const struct kd_headers *headers)
{
	struct kd_header header;
	size_t pos = 0;

	while (kd_headers_next(headers, &pos, &header)) {
		if (header.value.size >= KD_HEADER_FIELD_MAX)
			return true;
	}
	return false;
}

enum kd_status kd_parse(struct kd_bytes raw, struct kd_arena *arena,
                        struct kd_mail *ret, struct kd_error *err)
{
	struct kd_headers headers;
	struct kd_identity identity;
	struct kd_texts texts;
	struct kd_mime mime = { .raw = raw,
		                .headers = &headers,
		                .arena = arena,
		                .identity = &identity,
		                .texts = &texts };

	*ret = (struct kd_mail){ .message_id = NULL };
	kd_headers_find(raw, &headers);
	if (!headers.is_mail)
		return kd_fail(err, KD_NOTMAIL, "no header field at its start");

	ret->limited = headers.cut || has_long_field(&headers) ||
	               !kd_guard_addresses(&headers);
	read_fields(&headers, arena, ret);

	kd_identity_begin(&identity);
	hash_fields(&headers, arena, ret, &identity);
	kd_identity_long_fields(&identity, &headers);
	kd_texts_begin(&texts, arena);
	if (!kd_mime_walk(&mime))
		return kd_fail(err, KD_NOTMAIL, "GMime finds no message");
	kd_texts_end(&texts, ret);
	kd_identity_end(&identity, ret->content_sha256);
	ret->limited = ret->limited || mime.limited;
	if (kd_arena_failed(arena))
		return kd_fail(err, KD_NOMEM, "out of memory");
	return KD_OK;
}
