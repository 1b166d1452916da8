/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * import.h - mail that exists already into the store, many messages at a
 * time: a source, a pool of parsers, one writer.
 *
 * It knows no terminal, no configuration and no clock but the monotonic one.
 */
#ifndef KD_MDA_IMPORT_H
#define KD_MDA_IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mda/deliver.h"
#include "store/base/error.h"
#include "store/store.h"

struct kd_import_counts {
	uint64_t read;       /* all but the unreadable */
	uint64_t added;      /* new messages, and new contents of known ones */
	uint64_t known;      /* nothing new, or a list or commit id only */
	uint64_t unlisted;   /* of no list, kept or not */
	uint64_t marked;     /* kept, but not parsed as a whole */
	uint64_t unreadable; /* not had, or over what can be kept */
	/* Of the source that is read: how much of what is done; total 0: it
	 * is not known. */
	uint64_t done, total;
};

struct kd_import_opts {
	const char *store_path; /* absolute; NULL: nothing is stored */
	bool journal_delete;
	const struct kd_list *lists; /* n_lists of them */
	size_t n_lists;
	const struct kd_list *list; /* the list, whatever the headers say; NULL:
	                             * they say it */
	bool unlisted_skip;
	const char *format;   /* of --format; NULL: to be found out */
	uint64_t max_message; /* bytes; what is longer goes to a file */
	int64_t now;          /* wall clock */
	size_t n_workers;     /* 0: as many as there are processors */
	/* Called now and then; NULL: nobody wants to know. */
	void (*progress)(void *payload, const struct kd_import_counts *counts);
	/* A message, or a source, could not be had. */
	void (*fault)(void *payload, const char *text);
	/* Each message, instead of the store. */
	enum kd_status (*show)(void *payload, const struct kd_prepared *mail,
	                       struct kd_arena *arena, struct kd_error *err);
	void *payload;
};

/*
 * Take in all sources, one after the other.  *ret is set in any case.  One
 * that cannot be read does not keep the next one out, and its status is
 * returned in the end; KD_NOTMAIL when single messages could not be had.
 * What was added before a failure stays, and the same call again goes on
 * where that one ended.
 */
KD_MUST_CHECK
enum kd_status kd_import(const struct kd_import_opts *opts,
                         const char *const *sources, size_t n,
                         struct kd_import_counts *ret, struct kd_error *err);

#endif /* KD_MDA_IMPORT_H */
