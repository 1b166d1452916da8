/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * render_mail.c - a digest as a mail for `sendmail -t`, composed by GMime:
 * text and HTML as alternatives.  The only file of the report that knows
 * GMime.
 *
 * The same digest gives the same bytes: date, Message-ID and boundary come
 * out of it, not out of the clock.
 */
#include "report/render.h"

#include <gmime/gmime.h>
#include <stdlib.h>
#include <string.h>

#include "store/hash.h"

enum { ID_SIZE = 20 }; /* bytes of the hash, as many as ids have */

/* GLib has nothing to say that a user should hear. */
static void be_silent(const gchar *domain, GLogLevelFlags level,
                      const gchar *message, gpointer data)
{
	(void)domain;
	(void)level;
	(void)message;
	(void)data;
}

/* The doc in another format; the caller frees ret->data. */
static enum kd_status render_to(kd_render_fn *render, const struct kd_doc *doc,
                                struct kd_bytes *ret, struct kd_error *err)
{
	const struct kd_look look = { .width = KD_WIDTH };
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	enum kd_status st;

	if (out == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	st = render(doc, &look, out, err);
	if (fclose(out) != 0 && st == KD_OK)
		st = kd_fail(err, KD_NOMEM, "out of memory");
	*ret = (struct kd_bytes){ text, size };
	return st;
}

/* Quoted-printable can be read where it is not decoded, and has no long
 * lines. */
static GMimeObject *part_of(struct kd_bytes text, const char *subtype)
{
	GMimePart *part = g_mime_part_new_with_type("text", subtype);
	GMimeStream *stream =
		g_mime_stream_mem_new_with_buffer(text.data, text.size);
	GMimeDataWrapper *content = g_mime_data_wrapper_new_with_stream(
		stream, GMIME_CONTENT_ENCODING_DEFAULT);

	g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "charset",
	                                         "utf-8");
	g_mime_part_set_content(part, content);
	g_mime_part_set_content_encoding(
		part, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
	g_object_unref(content);
	g_object_unref(stream);
	return GMIME_OBJECT(part);
}

static void add_part(GMimeMultipart *both, GMimeObject *part)
{
	g_mime_multipart_add(both, part);
	g_object_unref(part);
}

/* What the digest says of itself, the same each time that it is made. */
static const char *identify(const struct kd_doc *doc, struct kd_bytes text)
{
	unsigned char hash[KD_HASH_SIZE];
	char hex[2 * ID_SIZE + 1];

	kd_hash(text, hash);
	kd_hash_hex(hash, ID_SIZE, hex);
	return kd_arena_strdup(doc->arena, hex);
}

/* Behind the @ of an address that the configuration has checked. */
static const char *host_of(const char *address)
{
	const char *at = strrchr(address, '@');

	return at != NULL && at[1] != '\0' ? at + 1 : "localhost";
}

static int64_t figure(const struct kd_doc *doc, const char *key)
{
	for (const struct kd_node *node = doc->first; node; node = node->next) {
		if (node->kind == KD_NODE_FIGURE && strcmp(node->key, key) == 0)
			return node->number;
	}
	return 0;
}

static const char *subject_of(const struct kd_doc *doc)
{
	char *list = kd_sanitized(doc->arena, kd_bytes_of(doc->list), false);

	return kd_arena_printf(doc->arena,
	                       "%s mailing list update: %lld series, %lld "
	                       "patches (%s to %s)",
	                       list, (long long)figure(doc, "series"),
	                       (long long)figure(doc, "patches"), doc->from,
	                       doc->to);
}

/* "KVM" -> "kvm-digest.HOST": the digest's own list, never the one that it
 * is about. */
static const char *list_id_of(const struct kd_doc *doc, const char *host)
{
	char *name = kd_arena_strdup(doc->arena, doc->list);

	for (char *c = name; c != NULL && *c != '\0'; c++) {
		*c = kd_lower(*c);
		if (!kd_is_alpha(*c) && !kd_is_digit(*c))
			*c = '-';
	}
	return kd_arena_printf(doc->arena, "<%s-digest.%s>",
	                       name != NULL ? name : "", host);
}

static void set_header(GMimeMessage *message, const char *name,
                       const char *value)
{
	g_mime_object_set_header(GMIME_OBJECT(message), name, value, "utf-8");
}

/* false: out of memory. */
static bool set_headers(GMimeMessage *message, const struct kd_doc *doc,
                        const struct kd_look *look, const char *id)
{
	const char *from =
		look->mail_from != NULL ? look->mail_from : look->mail_to;
	const char *host = host_of(from);
	const char *message_id =
		kd_arena_printf(doc->arena, "%s.kvmdigest@%s", id, host);
	const char *subject = subject_of(doc);
	const char *list_id = list_id_of(doc, host);
	GDateTime *date = g_date_time_new_from_unix_utc(doc->until);

	if (kd_arena_failed(doc->arena) || date == NULL)
		return false;
	g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_FROM,
	                           "kvmdigest", from);
	g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_TO, NULL,
	                           look->mail_to);
	g_mime_message_set_subject(message, subject, "utf-8");
	g_mime_message_set_date(message, date);
	g_mime_message_set_message_id(message, message_id);
	set_header(message, "List-Id", list_id);
	set_header(message, "X-Kvmdigest", "digest");
	set_header(message, "Auto-Submitted", "auto-generated");
	g_date_time_unref(date);
	return true;
}

/* A line that begins with "From " would get a '>' in every mbox: both parts
 * are quoted-printable, where the F can be written otherwise. */
static void write_message(GMimeMessage *message, FILE *out)
{
	static const char from[] = "\nFrom ";
	char *text = g_mime_object_to_string(GMIME_OBJECT(message), NULL);
	const char *rest = text;
	const char *found;

	while ((found = strstr(rest, from)) != NULL) {
		(void)fwrite(rest, 1, (size_t)(found - rest), out);
		(void)fputs("\n=46rom ", out);
		rest = found + strlen(from);
	}
	(void)fputs(rest, out);
	g_free(text);
}

static enum kd_status compose(const struct kd_doc *doc,
                              const struct kd_look *look, struct kd_bytes text,
                              struct kd_bytes html, FILE *out,
                              struct kd_error *err)
{
	const char *id = identify(doc, text);
	const char *boundary = kd_arena_printf(doc->arena, "=_%s", id);
	GMimeMultipart *both;
	GMimeMessage *message;
	bool well;

	if (id == NULL || boundary == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory for the digest");
	(void)g_log_set_default_handler(be_silent, NULL);
	g_mime_init();
	both = g_mime_multipart_new_with_subtype("alternative");
	g_mime_multipart_set_boundary(both, boundary);
	/* the richest comes last (RFC 2046, 5.1.4) */
	add_part(both, part_of(text, "plain"));
	add_part(both, part_of(html, "html"));
	message = g_mime_message_new(FALSE);
	well = set_headers(message, doc, look, id);
	g_mime_message_set_mime_part(message, GMIME_OBJECT(both));
	if (well)
		write_message(message, out);
	g_object_unref(both);
	g_object_unref(message);
	g_mime_shutdown();
	if (!well || ferror(out) != 0)
		return kd_fail(err, KD_NOMEM, "out of memory for the digest");
	return KD_OK;
}

enum kd_status kd_render_mail(const struct kd_doc *doc,
                              const struct kd_look *look, FILE *out,
                              struct kd_error *err)
{
	struct kd_bytes text = { .data = NULL };
	struct kd_bytes html = { .data = NULL };
	enum kd_status st;

	if (look->mail_to == NULL)
		return kd_fail(err, KD_CONFIG,
		               "nobody to send the digest to: --to ADDRESS, or "
		               "report.mail_to of the configuration");
	st = render_to(kd_render_text, doc, &text, err);
	if (st == KD_OK)
		st = render_to(kd_render_html, doc, &html, err);
	if (st == KD_OK)
		st = compose(doc, look, text, html, out, err);
	free((char *)(uintptr_t)text.data);
	free((char *)(uintptr_t)html.data);
	return st;
}
