/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mbox_body.h - the body of a mail on the wire: its lines, how much it is
 * when decoded, quoted-printable out of plain lines.  For mbox.c alone.
 */
#ifndef KD_REPORT_MBOX_BODY_H
#define KD_REPORT_MBOX_BODY_H

#include "report/mbox_head.h"

/* Where the line behind the first n begins, as decoding counts them: lines
 * of quoted-printable that are joined are one.  SIZE_MAX: there are fewer.
 * Not for base64. */
size_t kd_mbox_line_at(struct kd_bytes body, enum kd_transfer transfer,
                       size_t n);

/* How many line ends it has, counted as above. */
size_t kd_mbox_line_ends(struct kd_bytes body, enum kd_transfer transfer);

/* Of how many bytes it is for git, once decoded: CRLF counts as LF where it
 * stands on the wire, but not where it was encoded. */
size_t kd_mbox_decoded_size(struct kd_bytes body, enum kd_transfer transfer);

/* Is it ASCII once decoded?  Not for base64. */
bool kd_mbox_is_ascii(struct kd_bytes body, enum kd_transfer transfer);

/* Append line as quoted-printable at out, which has room for it: 4 bytes
 * for each of its, and the line end.  Returns the end. */
char *kd_mbox_put_qp(char *out, struct kd_bytes line, const char *eol);

/* Does git mailsplit take the line for the first one of a mail? */
bool kd_mbox_is_from(struct kd_bytes line);

/* Take the next line off *rest, its line end to *ret_eol ("" at the end of
 * what has none). */
bool kd_mbox_next(struct kd_bytes *rest, struct kd_bytes *ret,
                  const char **ret_eol);

#endif /* KD_REPORT_MBOX_BODY_H */
