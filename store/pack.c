/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pack.c - zstd for those who pack many messages.  It knows no table.
 */
#include <stdlib.h>
#include <string.h>

#include <zstd.h>

#include "store/arrive.h"
#include "store/import.h"

struct kd_packer {
	ZSTD_CCtx *ctx;
};

static bool set(ZSTD_CCtx *ctx, ZSTD_cParameter parameter, int value)
{
	return ZSTD_isError(ZSTD_CCtx_setParameter(ctx, parameter, value)) == 0;
}

bool kd_pack_settings(void *ctx, int level, int hash_log)
{
	return set(ctx, ZSTD_c_compressionLevel, level) &&
	       set(ctx, ZSTD_c_hashLog, hash_log) &&
	       set(ctx, ZSTD_c_checksumFlag, 1);
}

struct kd_packer *kd_packer_new(void)
{
	struct kd_packer *packer = calloc(1, sizeof(*packer));

	if (packer == NULL)
		return NULL;
	packer->ctx = ZSTD_createCCtx();
	if (packer->ctx == NULL ||
	    !kd_pack_settings(packer->ctx, KD_PACK_LEVEL, KD_PACK_HASH_LOG)) {
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

bool kd_pack_is_of(struct kd_bytes packed, struct kd_bytes bytes)
{
	return packed.size < bytes.size &&
	       ZSTD_getFrameContentSize(packed.data, packed.size) ==
	               bytes.size &&
	       ZSTD_findFrameCompressedSize(packed.data, packed.size) ==
	               packed.size;
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
