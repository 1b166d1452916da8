/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tee.h - what is read is passed on, whatever becomes of it here.
 */
#ifndef KD_MDA_TEE_H
#define KD_MDA_TEE_H

#include <stdint.h>

#include "store/base/error.h"
#include "store/base/text.h"

struct kd_tee {
	int fd;
	int64_t idle_ms; /* longest wait for the reader to take a byte */
	int errnum;      /* why it ended; 0: it did not */
};

/* Pass on a piece.  Once that has failed, nothing more is. */
void kd_tee_write(struct kd_tee *tee, struct kd_bytes piece);

/* KD_IO when not all was passed on. */
KD_MUST_CHECK
enum kd_status kd_tee_check(const struct kd_tee *tee, struct kd_error *err);

#endif /* KD_MDA_TEE_H */
