/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hash.h - SHA-256 and hex digits; the rest of the room needs no nettle.
 */
#ifndef KD_STORE_HASH_H
#define KD_STORE_HASH_H

#include <stddef.h>

#include "store/base/text.h"
#include "store/record.h"

void kd_hash(struct kd_bytes b, unsigned char ret[KD_HASH_SIZE]);

/* n bytes as 2 n hex digits and a NUL. */
void kd_hash_hex(const unsigned char *bytes, size_t n, char *ret);

/* The value of a hex digit of either case, or -1. */
int kd_hash_digit(char c);

#endif /* KD_STORE_HASH_H */
