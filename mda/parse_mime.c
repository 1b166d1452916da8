/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * parse_mime.c - the tree of parts, by GMime.
 *
 * GMime gets the body and the four fields that say what the body is,
 * nothing else: all other fields are read by our own scan, so that no
 * trick in them can reach a parser that recurses.  None of GMime's
 * serialisers is called (reliability 3: one of them never returns).
 */
#include "mda/parse_internal.h"

#include <gmime/gmime.h>
#include <string.h>

struct walk {
	struct kd_mime *mime;
	struct kd_bytes buffer; /* what GMime parses */
	size_t body; /* where the body of the raw bytes begins in it */
	unsigned int parts;
	unsigned int leaves;
};

/* The macros of GObject, without their branches. */
static bool is_a(GMimeObject *object, GType type)
{
	return g_type_check_instance_is_a((GTypeInstance *)object, type) != 0;
}

static bool is_type(GMimeObject *object, const char *type, const char *subtype)
{
	GMimeContentType *ct = g_mime_object_get_content_type(object);

	return ct != NULL && g_mime_content_type_is_type(ct, type, subtype);
}

/* "text/plain" in lower case, of the arena. */
static char *type_of(struct kd_arena *arena, GMimeContentType *ct)
{
	const char *type = g_mime_content_type_get_media_type(ct);
	const char *subtype = g_mime_content_type_get_media_subtype(ct);
	char *ret = kd_arena_printf(arena, "%s/%s", type == NULL ? "" : type,
	                            subtype == NULL ? "" : subtype);

	for (char *p = ret; p != NULL && *p != '\0'; p++)
		*p = kd_lower(*p);
	return ret;
}

/* The content type and its parameters, but for the boundary, which a host
 * on the way may choose anew. */
static void add_type(struct kd_mime *mime, GMimeContentType *ct)
{
	GMimeParamList *params = g_mime_content_type_get_parameters(ct);
	int n = params == NULL ? 0 : g_mime_param_list_length(params);

	kd_identity_field(mime->identity,
	                  kd_bytes_of(type_of(mime->arena, ct)));
	for (int i = 0; i < n; i++) {
		GMimeParam *param =
			g_mime_param_list_get_parameter_at(params, i);
		const char *name = g_mime_param_get_name(param);

		if (kd_strcmp_nocase(name, "boundary") == 0)
			continue;
		kd_identity_field(mime->identity, kd_bytes_of(name));
		kd_identity_field(mime->identity,
		                  kd_bytes_of(g_mime_param_get_value(param)));
	}
}

/* Where the content of part stands in the buffer, still encoded. */
static struct kd_bytes content_of(const struct walk *walk, GMimePart *part)
{
	GMimeDataWrapper *wrapper = g_mime_part_get_content(part);
	GMimeStream *stream = NULL;
	struct kd_bytes ret = { NULL, 0 };
	size_t start;
	size_t end;

	if (wrapper != NULL)
		stream = g_mime_data_wrapper_get_stream(wrapper);
	if (stream == NULL || stream->bound_start < 0)
		return ret;
	start = (size_t)stream->bound_start;
	end = stream->bound_end < 0 ? walk->buffer.size
	                            : (size_t)stream->bound_end;
	if (end > walk->buffer.size || start > end)
		return ret;
	ret.data = walk->buffer.data + start;
	ret.size = end - start;
	return ret;
}

/* The first bytes of b that end in padding, or all of b. */
static size_t size_of_base64(struct kd_bytes b)
{
	const char *padding = memchr(b.data, '=', b.size);
	size_t size;

	if (padding == NULL)
		return b.size;
	size = (size_t)(padding - b.data);
	while (size < b.size && b.data[size] == '=')
		size++;
	return size;
}

/*
 * Decode in into out, which is large enough.  Base64 is taken in pieces,
 * each up to its padding: lists put encoded footers below encoded bodies,
 * and GMime before 3.2.14 drops what comes after padding.
 */
static size_t decode_into(GMimeContentEncoding encoding, struct kd_bytes in,
                          char *out)
{
	GMimeEncoding state;
	size_t size = 0;
	size_t piece;

	while (in.size > 0) {
		piece = encoding == GMIME_CONTENT_ENCODING_BASE64
		                ? size_of_base64(in)
		                : in.size;
		g_mime_encoding_init_decode(&state, encoding);
		size += g_mime_encoding_flush(&state, in.data, piece,
		                              out + size);
		in.data += piece;
		in.size -= piece;
	}
	return size;
}

/* content with its transfer encoding undone; false when it has none. */
static bool undo_encoding(struct kd_arena *arena, GMimeContentEncoding encoding,
                          struct kd_bytes *content)
{
	GMimeEncoding state;
	size_t size = 0;
	char *out;

	if (encoding != GMIME_CONTENT_ENCODING_BASE64 &&
	    encoding != GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE &&
	    encoding != GMIME_CONTENT_ENCODING_UUENCODE)
		return false;
	g_mime_encoding_init_decode(&state, encoding);
	out = kd_arena_alloc(arena,
	                     g_mime_encoding_outlen(&state, content->size) + 1);
	if (out != NULL)
		size = decode_into(encoding, *content, out);
	*content = (struct kd_bytes){ out, size };
	return true;
}

static const char *param_of(GMimeContentType *ct, const char *name)
{
	return g_mime_content_type_get_parameter(ct, name);
}

static bool is_param(GMimeContentType *ct, const char *name, const char *value)
{
	const char *is = param_of(ct, name);

	return is != NULL && kd_strcmp_nocase(is, value) == 0;
}

static void take_leaf(struct walk *walk, GMimePart *part, bool only,
                      bool nested)
{
	struct kd_mime *mime = walk->mime;
	GMimeContentType *ct =
		g_mime_object_get_content_type((GMimeObject *)part);
	const char *disposition =
		g_mime_object_get_disposition((GMimeObject *)part);
	struct kd_leaf leaf = { .only = only, .nested = nested };

	walk->leaves++;
	leaf.type = type_of(mime->arena, ct);
	if (leaf.type == NULL)
		return;
	leaf.charset = param_of(ct, "charset");
	leaf.flowed = is_param(ct, "format", "flowed") &&
	              strcmp(leaf.type, "text/plain") == 0;
	leaf.delsp = is_param(ct, "delsp", "yes");
	leaf.attachment = disposition != NULL &&
	                  kd_strcmp_nocase(disposition, "attachment") == 0;
	leaf.content = content_of(walk, part);
	if (leaf.content.size > 0) {
		size_t at = (size_t)(leaf.content.data - walk->buffer.data);

		leaf.raw_offset = at - walk->body + mime->headers->body_offset;
		leaf.in_raw =
			at >= walk->body &&
			!undo_encoding(mime->arena,
		                       g_mime_part_get_content_encoding(part),
		                       &leaf.content);
	}
	kd_identity_part(mime->identity, leaf.content,
	                 strncmp(leaf.type, "text/", 5) == 0);
	kd_texts_add(mime->texts, &leaf);
}

/* What tells one message within the message from another. */
static void take_nested_fields(struct walk *walk, GMimeMessage *message)
{
	static const char *const names[] = { "From", "Date", "Subject",
		                             "Message-ID" };
	GMimeHeaderList *list =
		g_mime_object_get_header_list((GMimeObject *)message);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		GMimeHeader *header =
			g_mime_header_list_get_header(list, names[i]);
		const char *value = NULL;

		if (header != NULL)
			value = g_mime_header_get_raw_value(header);
		kd_identity_field(walk->mime->identity,
		                  kd_trim(kd_bytes_of(value)));
	}
}

static void walk_object(struct walk *walk, GMimeObject *object,
                        unsigned int depth, bool nested);

static void walk_multipart(struct walk *walk, GMimeMultipart *multipart,
                           unsigned int depth, bool nested)
{
	int n = g_mime_multipart_get_count(multipart);

	for (int i = 0; i < n && !walk->mime->limited; i++)
		walk_object(walk, g_mime_multipart_get_part(multipart, i),
		            depth + 1, nested);
}

static void walk_nested(struct walk *walk, GMimeMessagePart *part,
                        unsigned int depth)
{
	GMimeMessage *message = g_mime_message_part_get_message(part);

	if (message == NULL)
		return;
	take_nested_fields(walk, message);
	walk_object(walk, g_mime_message_get_mime_part(message), depth + 1,
	            true);
}

static void walk_object(struct walk *walk, GMimeObject *object,
                        unsigned int depth, bool nested)
{
	if (object == NULL)
		return;
	if (depth > KD_MIME_DEPTH_MAX || walk->parts == KD_MIME_PARTS_MAX) {
		walk->mime->limited = true;
		return;
	}
	walk->parts++;
	add_type(walk->mime, g_mime_object_get_content_type(object));
	if (is_a(object, GMIME_TYPE_MULTIPART))
		walk_multipart(walk, (GMimeMultipart *)object, depth, nested);
	else if (is_a(object, GMIME_TYPE_MESSAGE_PART))
		walk_nested(walk, (GMimeMessagePart *)object, depth);
	else if (is_a(object, GMIME_TYPE_PART))
		take_leaf(walk, (GMimePart *)object, depth == 0, nested);
}

static struct kd_bytes body_of(const struct kd_mime *mime)
{
	size_t start = mime->headers->body_offset;

	return (struct kd_bytes){ mime->raw.data + start,
		                  mime->raw.size - start };
}

/* The body as one part, where GMime was not asked or found no part in it:
 * as text too, when that may be what it is. */
static void take_body(struct kd_mime *mime, bool as_text)
{
	struct kd_leaf leaf = { .type = "text/plain", .only = true };

	leaf.content = body_of(mime);
	leaf.in_raw = true;
	leaf.raw_offset = mime->headers->body_offset;
	kd_identity_part(mime->identity, leaf.content, true);
	if (as_text)
		kd_texts_add(mime->texts, &leaf);
}

/* Copy the first field of that name, where it is short enough. */
static void add_field(GByteArray *array, struct kd_mime *mime, const char *name)
{
	struct kd_bytes value;

	if (!kd_headers_get(mime->headers, name, &value))
		return;
	if (value.size >= KD_HEADER_FIELD_MAX) {
		mime->limited = true;
		return;
	}
	g_byte_array_append(array, (const guint8 *)name, (guint)strlen(name));
	g_byte_array_append(array, (const guint8 *)": ", 2);
	g_byte_array_append(array, (const guint8 *)value.data,
	                    (guint)value.size);
	g_byte_array_append(array, (const guint8 *)"\n", 1);
}

/* The fields and the body for GMime; *body is where the body begins. */
static GByteArray *copy_for_gmime(struct kd_mime *mime, size_t *body)
{
	static const char version[] = "MIME-Version: 1.0\n";
	struct kd_bytes bytes = body_of(mime);
	GByteArray *array = g_byte_array_sized_new((guint)bytes.size + 1024);

	g_byte_array_append(array, (const guint8 *)version,
	                    sizeof(version) - 1);
	add_field(array, mime, "Content-Type");
	add_field(array, mime, "Content-Transfer-Encoding");
	add_field(array, mime, "Content-Disposition");
	g_byte_array_append(array, (const guint8 *)"\n", 1);
	*body = array->len;
	g_byte_array_append(array, (const guint8 *)bytes.data,
	                    (guint)bytes.size);
	return array;
}

/* Parse array, and walk over what there is in it. */
static bool walk_message(struct walk *walk, GByteArray *array)
{
	GMimeStream *stream = g_mime_stream_mem_new();
	GMimeParser *parser;
	GMimeMessage *message;
	bool found;

	g_mime_stream_mem_set_byte_array((GMimeStreamMem *)stream, array);
	parser = g_mime_parser_new_with_stream(stream);
	message = g_mime_parser_construct_message(parser, NULL);
	found = message != NULL;
	if (found) {
		GMimeObject *top = g_mime_message_get_mime_part(message);

		walk_object(walk, top, 0, false);
		if (walk->leaves == 0 && !walk->mime->limited)
			take_body(walk->mime,
			          top == NULL ||
			                  is_type(top, "multipart", "*"));
		g_object_unref(message);
	}
	g_object_unref(parser);
	g_object_unref(stream);
	return found;
}

bool kd_mime_walk(struct kd_mime *mime)
{
	struct walk walk = { .mime = mime };
	struct kd_bytes type = { NULL, 0 };
	GByteArray *array;
	bool found;

	if (kd_simple_walk(mime))
		return true;
	(void)kd_headers_get(mime->headers, "Content-Type", &type);
	if (body_of(mime).size > G_MAXUINT / 2 ||
	    !kd_guard_body(body_of(mime), type)) {
		mime->limited = true;
		take_body(mime, false);
		return true;
	}
	kd_gmime_begin();
	array = copy_for_gmime(mime, &walk.body);
	walk.buffer =
		(struct kd_bytes){ (const char *)array->data, array->len };
	found = walk_message(&walk, array);
	g_byte_array_unref(array);
	/* What the walk left out must count all the same. */
	if (mime->limited)
		take_body(mime, false);
	return found;
}
