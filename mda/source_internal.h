/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * source_internal.h - what source.c and its formats share.
 */
#ifndef KD_MDA_SOURCE_INTERNAL_H
#define KD_MDA_SOURCE_INTERNAL_H

#include "mda/source.h"

/* One way to keep mail.  Each function but open gets what open made. */
struct kd_source_class {
	enum kd_status (*next)(void *self, struct kd_source_mail *ret,
	                       bool *more, struct kd_error *err);
	uint64_t (*total)(void *self);
	uint64_t (*most)(void *self); /* messages */
	const char *(*position)(void *self);
	void (*close)(void *self);
};

struct kd_source_opening {
	const char *path; /* "-": fd is standard input */
	int fd;           /* open, and the opener's from here on */
	enum kd_source_format format;
	const char *resume; /* or NULL */
};

/* On failure opening->fd is closed. */
typedef enum kd_status kd_source_opener(const struct kd_source_opening *opening,
                                        void **ret, struct kd_error *err);

kd_source_opener kd_source_open_mbox;    /* a file or a pipe */
kd_source_opener kd_source_open_message; /* the same */
kd_source_opener kd_source_open_dir;     /* a directory */
kd_source_opener kd_source_open_git;     /* a directory */

extern const struct kd_source_class kd_source_mbox;
extern const struct kd_source_class kd_source_message;
extern const struct kd_source_class kd_source_dir;
extern const struct kd_source_class kd_source_git;

/* Is line the first of a message in an mbox?  *ret_time: what it says, or
 * 0 where that is no time that an archive could mean.  RFC 4155. */
bool kd_mbox_from_line(struct kd_bytes line, int64_t *ret_time);

/* All of an open file, which is closed in any case; *ret is malloc'ed.
 * KD_TOOBIG over KD_SOURCE_MAIL_MAX, KD_NOTMAIL when it is no regular
 * file. */
KD_MUST_CHECK
enum kd_status kd_source_slurp(int fd, const char *name, char **ret,
                               size_t *ret_size, int64_t *ret_time,
                               struct kd_error *err);

#endif /* KD_MDA_SOURCE_INTERNAL_H */
