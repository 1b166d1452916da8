/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * import_internal.h - what import.c, import_batch.c (source to pool),
 * import_pack.c (packing meanwhile) and import_write.c (pool to store) share.
 */
#ifndef KD_MDA_IMPORT_INTERNAL_H
#define KD_MDA_IMPORT_INTERNAL_H

#include "mda/import.h"
#include "mda/pool.h"
#include "mda/source.h"
#include "store/import.h"

enum {
	KD_IMPORT_BYTES = KD_POOL_BYTES_MAX / 4 * 3, /* a batch is not begun
	                                              * with more */
	KD_IMPORT_HUGE = 4 << 20, /* of a message that nothing waits beside */
	KD_IMPORT_BATCHES = KD_POOL_WORKERS_MAX * 2 + 1,
};

/* A message on its way. */
struct kd_import_mail {
	struct kd_bytes raw;
	int64_t received;
	const char *where;
	const unsigned char *commit; /* or NULL */
	const struct kd_list *list;  /* or NULL: of none */
	bool through_list;
	bool pooled;            /* it is the next one in the pool's */
	struct kd_bytes packed; /* by import_pack.c; size 0: it is not */
};

/* Messages that go through together; freed with its arena. */
struct kd_import_parcel {
	struct kd_pool_batch pool; /* its arena has everything */
	struct kd_import_mail mails[KD_POOL_MAILS_MAX];
	size_t n;
	size_t pool_bytes;
	bool huge;            /* let all others go first */
	bool ends;            /* the source has no more */
	const char *position; /* of the source behind it, or NULL */
	uint64_t done;        /* of the source */
	bool packed;          /* the packer is done with it */
};

struct kd_import_packer;

struct kd_importing {
	const struct kd_import_opts *opts;
	struct kd_import_counts *counts;
	struct kd_deliver_opts deliver; /* the lists */
	enum kd_source_format format;
	const char *how; /* as in struct kd_import */
	struct kd_arena *arena;
	struct kd_pool *pool;
	struct kd_store *store;          /* NULL: nothing is stored */
	struct kd_import_packer *packer; /* the same */
	/* Of the source at hand. */
	struct kd_source *source;
	struct kd_import import;
	bool measured; /* how long it is, is known */
	struct kd_import_parcel *parcels[KD_IMPORT_BATCHES]; /* a ring */
	size_t first, n;
	/* One that could not be read, while others are. */
	struct kd_error failed;
};

/* --- import_batch.c --------------------------------------------------- */

void kd_import_parcel_free(struct kd_import_parcel *parcel);

/* Count and name what could not be had. */
void kd_import_fault(struct kd_importing *im, const char *text);

/* As many messages of the source as go together.  On KD_OK the caller frees
 * *ret; a failure is one of the source, and *ret is what came before it, or
 * NULL. */
KD_MUST_CHECK
enum kd_status kd_import_parcel_read(struct kd_importing *im,
                                     struct kd_import_parcel **ret,
                                     struct kd_error *err);

/* --- import_pack.c ---------------------------------------------------- */

/* KD_NOMEM, KD_IO (no thread).  On KD_OK the caller closes *ret. */
KD_MUST_CHECK
enum kd_status kd_import_packer_open(struct kd_import_packer **ret,
                                     struct kd_error *err);
void kd_import_packer_close(struct kd_import_packer *packer); /* or NULL */

/* Pack the mails of parcel.  Its arena is the packer's until it was waited
 * for; no more than KD_IMPORT_BATCHES at a time.  Without a packer neither
 * does anything. */
void kd_import_packer_put(struct kd_import_packer *packer,
                          struct kd_import_parcel *parcel);
void kd_import_packer_wait(struct kd_import_packer *packer,
                           const struct kd_import_parcel *parcel);

/* --- import_write.c --------------------------------------------------- */

/* A parcel whose pool batch, if it has one, came back: into the store. */
KD_MUST_CHECK
enum kd_status kd_import_parcel_write(struct kd_importing *im,
                                      struct kd_import_parcel *parcel,
                                      struct kd_error *err);

#endif /* KD_MDA_IMPORT_INTERNAL_H */
