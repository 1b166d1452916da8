/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hash.c - see hash.h.  The one file of the room but large.c with nettle.
 */
#include "store/hash.h"

#include <stdint.h>

#include <nettle/sha2.h>

void kd_hash(struct kd_bytes b, unsigned char ret[KD_HASH_SIZE])
{
	struct sha256_ctx ctx;

	sha256_init(&ctx);
	sha256_update(&ctx, b.size, (const uint8_t *)b.data);
	sha256_digest(&ctx, SHA256_DIGEST_SIZE, ret);
}

void kd_hash_hex(const unsigned char *bytes, size_t n, char *ret)
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < n; i++) {
		ret[2 * i] = digits[bytes[i] >> 4];
		ret[2 * i + 1] = digits[bytes[i] & 15];
	}
	ret[2 * n] = '\0';
}

int kd_hash_digit(char c)
{
	char low = kd_lower(c);

	if (kd_is_digit(c))
		return c - '0';
	if (low >= 'a' && low <= 'f')
		return low - 'a' + 10;
	return -1;
}
