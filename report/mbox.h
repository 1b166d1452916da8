/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mbox.h - a kept mail as an entry of an mbox that plain `git am` takes,
 * with trailers added where that is safe.  Pure: bytes in, bytes out.
 *
 * What is not touched stays byte for byte: git must read what it would
 * read of the mail itself.  No decoder: what is decoded comes from the
 * store, and is used only where it proves to be all of the body.
 */
#ifndef KD_REPORT_MBOX_H
#define KD_REPORT_MBOX_H

#include <stdbool.h>
#include <stdio.h>

#include "store/base/arena.h"
#include "store/base/text.h"
#include "store/record.h"

struct kd_mbox_mail {
	struct kd_bytes raw;
	size_t header_size; /* as in struct kd_message */
	/* Decoded, and the commit message in it; of no use once raw was
	 * changed. */
	struct kd_bytes text;
	struct kd_span commit;
};

/* Take off the envelope line, and what stands before it, that a mail may
 * have brought along: an entry has one of its own. */
void kd_mbox_open(struct kd_mbox_mail *mail);

/*
 * Where in text new trailers belong: behind those that the commit message
 * ends with, as b4 puts them.  *ret_apart: it ends with none, so that an
 * empty line comes first.  SIZE_MAX: there is no commit message.
 */
size_t kd_mbox_place(struct kd_bytes text, struct kd_span commit,
                     bool *ret_apart);

/*
 * Add the n trailers, lines of UTF-8 without line end, to a mail that
 * kd_mbox_open() was called for.  Where that cannot be done without harm
 * the mail stays as it is and *ret_why says in a few words why; else it is
 * NULL.  KD_NOMEM.
 */
KD_MUST_CHECK
enum kd_status kd_mbox_add(struct kd_arena *arena, struct kd_mbox_mail *mail,
                           const char *const *lines, size_t n,
                           const char **ret_why, struct kd_error *err);

/*
 * Make sure that git mailsplit finds no "From " line within it that begins
 * a mail.  *ret_quoted: that took a ">", which git does not take off again;
 * else the body says the same to git.  KD_NOMEM.
 */
KD_MUST_CHECK
enum kd_status kd_mbox_close(struct kd_arena *arena, struct kd_mbox_mail *mail,
                             bool *ret_quoted, struct kd_error *err);

#endif /* KD_REPORT_MBOX_H */
