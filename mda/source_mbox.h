/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * source_mbox.h - the bytes of an mbox, of use to source_mbox*.c only.
 */
#ifndef KD_MDA_SOURCE_MBOX_H
#define KD_MDA_SOURCE_MBOX_H

#include "mda/source_internal.h"

enum {
	KD_FROM_LINE_MAX = 1024, /* bytes; a longer line begins no message */
	KD_MBOX_POSITION_SIZE = 64,
	KD_MBOX_WHERE_SIZE = 512,
};

struct kd_mbox {
	int fd;
	const char *path;
	enum kd_source_format format;
	char *buf; /* the bytes from `begin` to `end` of it are there */
	size_t size, begin, end;
	uint64_t offset; /* in the file, of begin */
	bool at_end;     /* nothing comes behind `end` */
	char *unquoted;  /* the message handed out last, if it was quoted */
	bool dropped;    /* of the message that is read, its first bytes */
	uint64_t n;      /* messages handed out */
	uint64_t total;
	char position[KD_MBOX_POSITION_SIZE];
	char where[KD_MBOX_WHERE_SIZE];
};

/* What is there behind begin + from. */
struct kd_bytes kd_mbox_ahead(const struct kd_mbox *m, size_t from);

/* Have at least that many bytes from begin on, unless the file ends. */
KD_MUST_CHECK
enum kd_status kd_mbox_want(struct kd_mbox *m, size_t size,
                            struct kd_error *err);

void kd_mbox_skip(struct kd_mbox *m, size_t size);

/* The line at `at`, line end included; false: it is not all there, and not
 * because the file ends. */
bool kd_mbox_line_at(const struct kd_mbox *m, size_t at, struct kd_bytes *ret);

/* The length of the blank line that ends at `at`; 0: there is none. */
size_t kd_mbox_blank_before(const struct kd_mbox *m, size_t at);

/* Where the message ends whose header begins at `at`; counted: by its
 * Content-Length. */
KD_MUST_CHECK
enum kd_status kd_mbox_find_end(struct kd_mbox *m, size_t at, bool *counted,
                                size_t *ret, struct kd_error *err);

#endif /* KD_MDA_SOURCE_MBOX_H */
