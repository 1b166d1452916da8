/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * parse.h - bytes to mail: MIME, charsets, encoded words, addresses.
 *
 * parse*.c are the only files that know GMime: no GMime or GLib type,
 * pointer or allocation leaves them.  They run in the child only.
 */
#ifndef KD_MDA_PARSE_H
#define KD_MDA_PARSE_H

#include "store/base/arena.h"
#include "store/base/error.h"
#include "store/record.h"

/* A mail with MIME undone, before anything is known of patches. */
struct kd_mail {
	char *message_id; /* normalised, or NULL: there is none */
	char *in_reply_to;
	const char **references;
	size_t n_references;
	char *subject;      /* decoded, unfolded; NULL: no such field */
	char *subject_line; /* first physical line decoded; NULL: not folded */
	char *from_line;    /* From, decoded and unfolded; NULL: none */
	struct kd_person sender; /* DMARC munging undone (mail-rules I4) */
	bool has_date;
	int64_t date;         /* of the Date field, wherever it lies */
	struct kd_bytes text; /* all text/plain parts; data NULL: in the raw */
	struct kd_span text_in_raw;
	struct kd_bytes diff; /* text of patch attachments, or empty */
	unsigned char content_sha256[KD_HASH_SIZE]; /* reliability 3.2 */
	bool limited;                               /* a limit was hit */
};

/*
 * Parse one message.  Total: any input gives KD_OK, KD_NOTMAIL (GMime
 * finds no message in it) or KD_NOMEM, in time linear in size.  ret's
 * pointers are the arena's.
 */
KD_MUST_CHECK
enum kd_status kd_parse(struct kd_bytes raw, struct kd_arena *arena,
                        struct kd_mail *ret, struct kd_error *err);

/*
 * One address as GMime reads it, encoded words decoded: for From lines
 * inside bodies.  Both fields NULL when it is none.
 */
struct kd_person kd_parse_person(struct kd_arena *arena, const char *text);

/* RFC 2047 decoded, for Subject lines inside bodies; NULL when out of
 * memory. */
char *kd_parse_words(struct kd_arena *arena, const char *text);

#endif /* KD_MDA_PARSE_H */
