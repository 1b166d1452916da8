/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * parse_internal.h - what the parse*.c files share.
 *
 * No GMime type stands here: parse_field.c and parse_mime.c alone include
 * it, the rest works on bytes.
 */
#ifndef KD_MDA_PARSE_INTERNAL_H
#define KD_MDA_PARSE_INTERNAL_H

#include "mda/headers.h"
#include "mda/identity.h"
#include "mda/parse.h"

enum {
	KD_MIME_DEPTH_MAX = 32,
	KD_MIME_PARTS_MAX = 1000,
	KD_MIME_BOUNDARY_LINES_MAX = 2000,
};

/* ---- parse.c ---- */

/* Before any call of GMime: it is started once, and only where there is mail
 * that needs it. */
void kd_gmime_begin(void);

/* ---- parse_simple.c: what is read without GMime, and for sure ---- */

/* True when line says what it stands for: there is nothing to be decoded. */
bool kd_simple_words(const char *line);

/* "Name <address>" or an address, in their plainest form; strings of the
 * arena.  False: GMime must look. */
bool kd_simple_person(struct kd_arena *arena, const char *line,
                      struct kd_person *ret);

struct kd_mime;

/* As kd_mime_walk(), of a body that is one text, as it stands.  False:
 * nothing was done, and GMime must look. */
bool kd_simple_walk(struct kd_mime *mime);

/* ---- parse_field.c: header values ---- */

/* One line, encoded words decoded, UTF-8.  NULL when out of memory. */
char *kd_field_decode(struct kd_arena *arena, struct kd_bytes value);

/*
 * The addresses of a field, members of groups among them, up to max of
 * them; a field over the limits of fields.h has none.
 */
size_t kd_field_people(struct kd_arena *arena, struct kd_bytes value,
                       struct kd_person *ret, size_t max);

/* fields.h' date, and what else GMime knows to read. */
bool kd_field_any_date(struct kd_arena *arena, struct kd_bytes value,
                       int64_t *ret);

/* ---- parse_sender.c: who wrote it ---- */

/* The first From, DMARC munging undone (mail-rules I4). */
struct kd_person kd_mail_sender(struct kd_arena *arena,
                                const struct kd_headers *headers);

/* ---- parse_guard.c: what GMime may see ---- */

/* False when an address field is over the limits of fields.h. */
bool kd_guard_addresses(const struct kd_headers *headers);

/* False when a multipart body would take GMime too long, or kill it. */
bool kd_guard_body(struct kd_bytes body, struct kd_bytes content_type);

/* ---- parse_out.c: text that grows, up to KD_TEXT_MAX bytes ---- */

struct kd_out {
	struct kd_arena *arena;
	char *data;
	size_t size;
	size_t room;
	bool cut; /* something did not fit */
};

void kd_out_add(struct kd_out *out, struct kd_bytes piece);

/* ---- parse_charset.c ---- */

/* True when content is UTF-8 as it stands, whatever a charset of that name
 * would make of it. */
bool kd_charset_is_utf8(struct kd_bytes content, const char *charset);

/*
 * content as UTF-8: by its declared charset, or when that is unknown or
 * wrong as utf-8, cp1252 or latin-1, whatever fits first.  May hold NULs.
 * *cut is set when it was too long.
 */
struct kd_bytes kd_charset_decode(struct kd_arena *arena,
                                  struct kd_bytes content, const char *charset,
                                  bool *cut);

/* ---- parse_plain.c, parse_html.c: text of one kind to plain text ---- */

/* in without NULs and without CRs before LFs. */
struct kd_bytes kd_plain_clean(struct kd_arena *arena, struct kd_bytes in);

/* Undo format=flowed (RFC 3676). */
void kd_plain_unflow(struct kd_out *out, struct kd_bytes in, bool delsp);

/* What a reader would see of HTML, crudely: no tag, no script, nothing
 * fetched. */
void kd_html_text(struct kd_out *out, struct kd_bytes in);

/* ---- parse_text.c: which part is what ---- */

struct kd_leaf {
	const char *type;    /* lower case, "text/plain" */
	const char *charset; /* or NULL */
	bool flowed;
	bool delsp;
	bool attachment;
	bool only;               /* the whole body is this leaf */
	bool nested;             /* of a message within the message */
	struct kd_bytes content; /* its transfer encoding undone */
	bool in_raw;             /* content stands so in the raw bytes ... */
	size_t raw_offset;       /* ... there */
};

struct kd_texts {
	struct kd_out plain;
	struct kd_out html;
	struct kd_out diff;
	size_t n_plain;
	struct kd_bytes first; /* the first plain part where it is not in */
	struct kd_span first_in_raw; /* plain yet, and lies in the raw bytes */
	bool cut;
};

void kd_texts_begin(struct kd_texts *texts, struct kd_arena *arena);
void kd_texts_add(struct kd_texts *texts, const struct kd_leaf *leaf);
/* Fill in text, text_in_raw and diff, and add to limited. */
void kd_texts_end(struct kd_texts *texts, struct kd_mail *ret);

/* ---- parse_mime.c: the tree of parts ---- */

struct kd_mime {
	struct kd_bytes raw;
	const struct kd_headers *headers;
	struct kd_arena *arena;
	struct kd_identity *identity;
	struct kd_texts *texts;
	bool limited;
};

/* Hand each leaf to texts and identity.  False: GMime finds no message. */
bool kd_mime_walk(struct kd_mime *mime);

#endif /* KD_MDA_PARSE_INTERNAL_H */
