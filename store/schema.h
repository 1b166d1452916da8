/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * schema.h - the migrations that the build embeds, and running them.
 */
#ifndef KD_STORE_SCHEMA_H
#define KD_STORE_SCHEMA_H

#include <stdbool.h>

#include "store/base/error.h"

struct kd_store;

/* "KVMD": what file(1) and we know a store by. */
enum { KD_APPLICATION_ID = 0x4B564D44 };

enum { KD_SCHEMA_HEAD_SIZE = 100 }; /* bytes that a database begins with */

/* Is it the head of a database of ours, and of which schema?  What a log
 * beside it has later is not known here. */
bool kd_schema_in_head(const unsigned char head[KD_SCHEMA_HEAD_SIZE],
                       int *ret_version);

/* Number n - 1 leads to schema n; made from sql/ by the build. */
extern const char *const kd_schema_migrations[];
extern const int kd_schema_version;

/*
 * Bring the open database up to kd_schema_version in one transaction; an
 * empty one too.  The version is read inside it: of two that upgrade at
 * once, the second finds nothing to do.  KD_SCHEMA when it is newer.
 */
KD_MUST_CHECK
enum kd_status kd_schema_migrate(struct kd_store *store, struct kd_error *err);

#endif /* KD_STORE_SCHEMA_H */
