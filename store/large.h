/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * large.h - messages that are too long for memory: files beside the store.
 *
 * They lie in <store>-large/, each under the SHA-256 of its bytes in hex.
 * No database is touched here: the caller adds the row afterwards.  A file
 * without a row costs room and nothing else; the next delivery of the same
 * message puts the same file in its place.
 */
#ifndef KD_STORE_LARGE_H
#define KD_STORE_LARGE_H

#include <stdint.h>

#include "store/base/arena.h"
#include "store/base/error.h"
#include "store/base/text.h"
#include "store/record.h"

enum { KD_LARGE_MAX = 1 << 30 }; /* bytes */

struct kd_large;

/*
 * Begin a file beside the store at store_path, which is absolute; the store
 * need not be there, and its directory is made as kd_store_open() makes
 * it.  On KD_OK the caller ends it with kd_large_commit() or
 * kd_large_abort().  KD_PERM and KD_IO as of kd_store_open().
 */
KD_MUST_CHECK
enum kd_status kd_large_begin(const char *store_path, struct kd_large **ret,
                              struct kd_error *err);

/* The same beside a copy of a store: path is the copy's, and its directory
 * must be there (kd_place_find()). */
KD_MUST_CHECK
enum kd_status kd_large_begin_copy(const char *path, struct kd_large **ret,
                                   struct kd_error *err);

/* Append piece.  KD_TOOBIG past KD_LARGE_MAX, KD_NOSPACE, KD_IO: then only
 * kd_large_abort() is left. */
KD_MUST_CHECK
enum kd_status kd_large_write(struct kd_large *large, struct kd_bytes piece,
                              struct kd_error *err);

/*
 * Put the file on stable storage under its final name.  On KD_OK large is
 * freed; otherwise it still is the caller's to abort.
 */
KD_MUST_CHECK
enum kd_status kd_large_commit(struct kd_large *large,
                               unsigned char ret_sha256[KD_HASH_SIZE],
                               uint64_t *ret_size, struct kd_error *err);

/* Throw the file away and free large.  NULL is allowed. */
void kd_large_abort(struct kd_large *large);

/*
 * All of the file of that hash beside the store at store_path, into the
 * arena.  KD_CORRUPT when it is not there, or is not what it was.
 */
KD_MUST_CHECK
enum kd_status kd_large_read(const char *store_path,
                             const unsigned char sha256[KD_HASH_SIZE],
                             uint64_t size, struct kd_arena *arena,
                             struct kd_bytes *ret, struct kd_error *err);

#endif /* KD_STORE_LARGE_H */
