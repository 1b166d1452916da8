/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * input.h - all of standard input into memory, within limits and time.
 *
 * A message that was not read to its end is never taken for a whole one.
 */
#ifndef KD_MDA_INPUT_H
#define KD_MDA_INPUT_H

#include <stddef.h>
#include <stdint.h>

#include "mda/tee.h"
#include "store/base/error.h"
#include "store/base/text.h"

struct kd_input_opts {
	uint64_t max_memory; /* bytes; what is longer goes to overflow */
	size_t keep;         /* bytes to keep in memory of what overflowed,
	                      * where that is more than max_memory */
	int64_t idle_ms;     /* longest wait for a single byte */
	int64_t total_ms;    /* longest wait for all of it */
	/*
	 * Called with all that was read so far once max_memory is passed and
	 * then with each further piece, in order.  NULL: KD_TOOBIG instead.
	 * What it returns but KD_OK ends the reading after draining.
	 */
	enum kd_status (*overflow)(void *payload, struct kd_bytes piece,
	                           struct kd_error *err);
	void *payload;
	struct kd_tee *tee; /* gets a copy of all that is read; NULL: none */
};

struct kd_input {
	char *data; /* owned; not NUL-terminated, may hold NULs.  Of a message
	             * that overflowed: its first max_memory bytes */
	size_t size;
	uint64_t total; /* all bytes that came; over size: it overflowed */
};

/*
 * Read fd to end of file.
 *
 * KD_IO    a read failed, nothing came at all, or time ran out
 * KD_NOMEM, KD_TOOBIG and what overflow returned: the rest was drained
 * On KD_OK the caller frees ret with kd_input_clear().
 */
KD_MUST_CHECK
enum kd_status kd_input_read(int fd, const struct kd_input_opts *opts,
                             struct kd_input *ret, struct kd_error *err);
void kd_input_clear(struct kd_input *input);

/*
 * Read fd to end of file and forget it, within both times: manners towards
 * a writer whose message is turned down.  An agent whose pipe breaks
 * counts the delivery as failed in its own way (procmail, Pigeonhole), or
 * gives up all the mail behind it, too (fetchmail).
 */
void kd_input_drain(int fd, int64_t idle_ms, int64_t total_ms);

/* The same, and tee, unless it is NULL, gets a copy. */
void kd_input_pass_on(int fd, int64_t idle_ms, int64_t total_ms,
                      struct kd_tee *tee);

#endif /* KD_MDA_INPUT_H */
