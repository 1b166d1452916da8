/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pack.c - zstd for those who pack many messages, and the look at what
 * others have packed.
 *
 * It knows no table.
 */
#include <stdlib.h>
#include <string.h>

#include <zstd.h>

#include "store/arrive.h"
#include "store/import.h"

struct kd_packer {
	ZSTD_CCtx *ctx;
	ZSTD_DCtx *back;
};

bool kd_pack_settings(void *ctx)
{
	return ZSTD_isError(ZSTD_CCtx_setParameter(ctx, ZSTD_c_compressionLevel,
	                                           KD_PACK_LEVEL)) == 0 &&
	       ZSTD_isError(ZSTD_CCtx_setParameter(ctx, ZSTD_c_checksumFlag,
	                                           1)) == 0;
}

struct kd_packer *kd_packer_new(void)
{
	struct kd_packer *packer = calloc(1, sizeof(*packer));

	if (packer == NULL)
		return NULL;
	packer->ctx = ZSTD_createCCtx();
	packer->back = ZSTD_createDCtx();
	if (packer->ctx == NULL || packer->back == NULL ||
	    !kd_pack_settings(packer->ctx)) {
		kd_packer_free(packer);
		return NULL;
	}
	return packer;
}

void kd_packer_free(struct kd_packer *packer)
{
	if (packer == NULL)
		return;
	(void)ZSTD_freeCCtx(packer->ctx);
	(void)ZSTD_freeDCtx(packer->back);
	free(packer);
}

size_t kd_packer_pack(struct kd_packer *packer, struct kd_bytes bytes,
                      char *out, size_t room)
{
	size_t n;

	if (bytes.size == 0)
		return 0;
	n = ZSTD_compress2(packer->ctx, out,
	                   room < bytes.size ? room : bytes.size, bytes.data,
	                   bytes.size);
	return ZSTD_isError(n) != 0 ? 0 : n;
}

enum kd_status kd_pack(struct kd_packer *packer, struct kd_bytes bytes,
                       struct kd_packed *ret, struct kd_error *err)
{
	char *out = packer == NULL ? NULL : malloc(bytes.size + 1);
	size_t n = 0;

	if (out != NULL)
		n = kd_packer_pack(packer, bytes, out, bytes.size);
	if (n == 0) {
		free(out);
		return kd_raw_pack(bytes, ret, err);
	}
	*ret = (struct kd_packed){ .codec = KD_CODEC_ZSTD,
		                   .size = bytes.size,
		                   .owned = out,
		                   .data = { out, n } };
	return KD_OK;
}

/* Of a frame of zstd (RFC 8878, 3.1.1.1): does it have a checksum? */
static bool has_checksum(struct kd_bytes packed)
{
	enum { DESCRIPTOR = 4, CHECKSUM = 4 };

	return packed.size > DESCRIPTOR &&
	       ((unsigned char)packed.data[DESCRIPTOR] & CHECKSUM) != 0;
}

static size_t unpack(struct kd_packer *packer, struct kd_bytes packed,
                     char *out, size_t size)
{
	if (packer == NULL)
		return ZSTD_decompress(out, size, packed.data, packed.size);
	return ZSTD_decompressDCtx(packer->back, out, size, packed.data,
	                           packed.size);
}

bool kd_pack_is_of(struct kd_packer *packer, struct kd_bytes packed,
                   struct kd_bytes bytes)
{
	bool same;
	char *out;

	if (packed.size == 0 || packed.size > bytes.size ||
	    !has_checksum(packed) ||
	    ZSTD_findFrameCompressedSize(packed.data, packed.size) !=
	            packed.size ||
	    ZSTD_getFrameContentSize(packed.data, packed.size) != bytes.size)
		return false;
	out = malloc(bytes.size);
	same = out != NULL &&
	       unpack(packer, packed, out, bytes.size) == bytes.size &&
	       memcmp(out, bytes.data, bytes.size) == 0;
	free(out);
	return same;
}
