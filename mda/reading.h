/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reading.h - what the readers of a mail's text share: the modules behind
 * body and subject that each know one kind of line.
 *
 * Pure: text in, fields out, in linear time.  No MIME, no clock, no store.
 */
#ifndef KD_MDA_READING_H
#define KD_MDA_READING_H

#include "mda/headers.h"
#include "store/base/arena.h"
#include "store/base/error.h"
#include "store/record.h"

struct kd_reading {
	struct kd_bytes text;             /* all of it: UTF-8, LF line ends */
	const struct kd_headers *headers; /* of the mail */
	struct kd_arena *arena;           /* owns what goes into msg */
	/* Filled in before: subject, people, date, kind, the spans, diff.
	 * A reader sets its own fields only, and the status where a limit was
	 * hit. */
	struct kd_message *msg;
};

/* KD_NOMEM is the only failure. */
typedef enum kd_status kd_reader_fn(const struct kd_reading *in,
                                    struct kd_error *err);

/* trailers.c: trailers (mail-rules B9, B10, I3). */
kd_reader_fn kd_trailers_read;

/* links.c: links, base_commit, change_id (B11, T7). */
kd_reader_fn kd_links_read;

/* shortlog.c: titles of a cover letter or pull request (B8, T6). */
kd_reader_fn kd_shortlog_read;

/* pull.c: pull_url and pull_ref of a pull request (B13). */
kd_reader_fn kd_pull_read;

/* notice.c: fate, tree and taken of a notice; links to what it is about are
 * added to links, so it comes behind kd_links_read (T10, I7). */
kd_reader_fn kd_notice_read;

#endif /* KD_MDA_READING_H */
