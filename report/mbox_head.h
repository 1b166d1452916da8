/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mbox_head.h - what the header of a mail says of its body, and how to say
 * something else.  For mbox.c and mbox_body.c alone.
 */
#ifndef KD_REPORT_MBOX_HEAD_H
#define KD_REPORT_MBOX_HEAD_H

#include <stdbool.h>

#include "report/mbox.h"

enum kd_transfer {
	KD_TRANSFER_PLAIN, /* 7bit, 8bit, binary, nothing */
	KD_TRANSFER_QP,
	KD_TRANSFER_BASE64,
};

enum kd_charset {
	KD_CHARSET_NONE, /* none is named */
	KD_CHARSET_ASCII,
	KD_CHARSET_UTF8,
	KD_CHARSET_BYTE,  /* one byte a character, ASCII among them */
	KD_CHARSET_OTHER, /* several, ASCII among them */
	KD_CHARSET_ODD,   /* ASCII means something else there */
};

struct kd_mbox_head {
	struct kd_bytes head; /* the fields, with their line ends */
	const char *eol;
	enum kd_transfer transfer;
	enum kd_charset charset;
	const char *why; /* the body is no plain text of one part, in a few
	                  * words; NULL: it is */
};

/* ret->head is a piece of the raw bytes.  KD_NOMEM. */
KD_MUST_CHECK
enum kd_status kd_mbox_head_read(struct kd_arena *arena,
                                 const struct kd_mbox_mail *mail,
                                 struct kd_mbox_head *ret,
                                 struct kd_error *err);

/*
 * The fields with another Content-Type and Content-Transfer-Encoding (NULL:
 * as it is), and the empty line behind them; all else stays.  data NULL:
 * out of memory.
 */
struct kd_bytes kd_mbox_head_write(struct kd_arena *arena,
                                   const struct kd_mbox_head *head,
                                   const char *type, const char *transfer);

#endif /* KD_REPORT_MBOX_HEAD_H */
