/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * source.h - mail that exists already, one message after the other: mbox
 * files, directories, single messages, public-inbox archives.
 *
 * It knows neither parser nor store.  What it reads is never written to.
 */
#ifndef KD_MDA_SOURCE_H
#define KD_MDA_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/base/error.h"
#include "store/record.h"

enum {
	KD_SOURCE_MAIL_MAX = 48 << 20, /* bytes; a longer one is not handed
	                                * out */
};

enum kd_source_format {
	KD_SOURCE_AUTO,    /* find out; an mbox is read as mboxrd, or by its
	                    * Content-Length fields where they fit */
	KD_SOURCE_MBOXO,   /* ">From " was "From " */
	KD_SOURCE_MBOXRD,  /* one ">" less before any ">From " */
	KD_SOURCE_MBOXCL,  /* Content-Length says where a message ends */
	KD_SOURCE_MAILDIR, /* cur and new */
	KD_SOURCE_MH,      /* a directory of messages, and those below it */
	KD_SOURCE_MESSAGE, /* one message in a file */
	KD_SOURCE_GIT,     /* a public-inbox archive: v1, v2 or an epoch */
};

/* The names of the formats; NULL behind the last. */
const char *kd_source_format_name(size_t i);

/* The format of that name, as --format has it.  KD_USAGE lists them. */
KD_MUST_CHECK
enum kd_status kd_source_format_find(const char *name,
                                     enum kd_source_format *ret,
                                     struct kd_error *err);

/* All of it is valid until the next call. */
struct kd_source_mail {
	struct kd_bytes raw; /* the exact bytes, the quoting of an mbox undone */
	bool has_time;
	int64_t time;      /* when the archive got it */
	int64_t file_time; /* when its file was written; 0: it has none */
	/* KD_COMMIT_SIZE bytes, the commit that brought it; or NULL. */
	const unsigned char *commit;
	const char *where; /* "all.mbox, message 3": for people */
	bool too_long;     /* over KD_SOURCE_MAIL_MAX: raw is empty */
	bool unreadable;   /* why.text says why; raw is empty */
	struct kd_error why;
	uint64_t done; /* of kd_source_total(), this message included */
};

struct kd_source;

/*
 * Open path; "-" is standard input.  resume: what kd_source_position() said
 * in an earlier run, or NULL; a source that has changed in between so that
 * it means nothing any more is read from its beginning.
 *
 * KD_NOTFOUND, KD_PERM, KD_IO: it cannot be read
 * KD_NOTMAIL: it holds no mail of that format
 * On KD_OK the caller closes *ret.
 */
KD_MUST_CHECK
enum kd_status kd_source_open(const char *path, enum kd_source_format format,
                              const char *resume, struct kd_source **ret,
                              struct kd_error *err);
void kd_source_close(struct kd_source *source); /* NULL is allowed */

/*
 * The next message; *more is false at the end.  A message that cannot be
 * had alone is marked as such, and the next one follows; a failure is one
 * of the source.
 */
KD_MUST_CHECK
enum kd_status kd_source_next(struct kd_source *source,
                              struct kd_source_mail *ret, bool *more,
                              struct kd_error *err);

/* What done runs up to; 0: it is not known.  May take a second the first
 * time: for a progress bar. */
uint64_t kd_source_total(struct kd_source *source);

/* How many messages come at most; 0: it is not known.  As above. */
uint64_t kd_source_most(struct kd_source *source);

/* Where to go on behind the message that was handed out last; NULL: there
 * is nothing better than the beginning.  Valid until the next call. */
const char *kd_source_position(struct kd_source *source);

#endif /* KD_MDA_SOURCE_H */
