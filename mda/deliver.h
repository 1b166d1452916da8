/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * deliver.h - a delivery without the process around it: which list, parse,
 * store.
 */
#ifndef KD_MDA_DELIVER_H
#define KD_MDA_DELIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/base/arena.h"
#include "store/base/error.h"
#include "store/base/text.h"
#include "store/record.h"
#include "store/store.h"

struct kd_deliver_opts {
	const char *store_path;      /* absolute */
	const struct kd_list *lists; /* n_lists of them: those that are known */
	size_t n_lists;
	const struct kd_list *list; /* the list, whatever the headers say; NULL:
	                             * they say it */
	bool journal_delete;        /* as in struct kd_store_opts */
	bool unlisted_skip;         /* do not keep what belongs to no list */
	bool short_id;              /* find out the id that a person is shown */
	bool process_ends;  /* right after this: leave the clean-up to that */
	bool spool;         /* what the store cannot take goes to the spool */
	bool drain;         /* then take some from there, while nobody waits */
	void (*kept)(void); /* called when the message is safe, before drain;
	                     * NULL: nobody wants to know */
	/* On kd_monotonic_ms(): until when the parser, then the store, may
	 * take, and until when the spool is begun with. */
	int64_t parse_until_ms;
	int64_t store_until_ms;
	int64_t spool_until_ms;
};

struct kd_deliver_mail {
	struct kd_bytes raw; /* the exact bytes, or those that are in memory */
	int64_t received;    /* wall clock, seconds */
	/* All of it lies in a file beside the store (store/large.h). */
	bool large;
	unsigned char large_sha256[KD_HASH_SIZE];
	uint64_t size; /* of that file, bytes */
};

struct kd_delivered {
	bool skipped; /* of no list; the rest says nothing then */
	bool spooled; /* why.text says why; the rest says nothing then */
	struct kd_error why;
	enum kd_added added;
	const char *message_id;           /* the arena's */
	char short_id[KD_ID_HEX_MAX + 1]; /* "" where not asked for */
};

/* False when the message is of no list and opts say not to keep such. */
bool kd_deliver_wants(const struct kd_deliver_opts *opts, struct kd_bytes raw);

/* Set the list of ret, and whether its List-Id says so. */
void kd_deliver_place(const struct kd_deliver_opts *opts, struct kd_bytes raw,
                      struct kd_arriving *ret);

/* A message that was parsed: what the store is to be told. */
struct kd_prepared {
	struct kd_message msg;
	struct kd_arriving arriving; /* its msg is the one above */
};

/* Find the list of a message that is wanted, and parse it; of opts only
 * the lists and parse_until_ms are looked at.  KD_NOMEM, KD_IO as of
 * kd_child_parse(). */
KD_MUST_CHECK
enum kd_status kd_deliver_prepare(const struct kd_deliver_opts *opts,
                                  const struct kd_deliver_mail *mail,
                                  struct kd_arena *arena,
                                  struct kd_prepared *ret,
                                  struct kd_error *err);

/*
 * Deliver one message.  KD_OK: its exact bytes are on stable storage, in
 * the store or in the spool, were there before, or it was skipped.
 * Anything else: it must be offered again.
 */
KD_MUST_CHECK
enum kd_status kd_deliver(const struct kd_deliver_opts *opts,
                          const struct kd_deliver_mail *mail,
                          struct kd_arena *arena, struct kd_delivered *ret,
                          struct kd_error *err);

#endif /* KD_MDA_DELIVER_H */
