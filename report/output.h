/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * output.h - to get finished output out, whole, and to know that it is.
 */
#ifndef KD_REPORT_OUTPUT_H
#define KD_REPORT_OUTPUT_H

#include <stdbool.h>

#include "store/base/error.h"
#include "store/base/text.h"

/*
 * Write data to path; NULL or "-": standard output.  A regular file, or
 * one that is not there yet, is written beside it, made durable and then
 * put in its place: it has all of data, or is as it was.  Anything else (a
 * FIFO, a device) is written to as it is.
 *
 * Standard output is closed: nothing can follow.  taken: when it is a pipe,
 * wait until its reader has taken all of data, or gone away.
 *
 * KD_IO, KD_NOSPACE  not written.  Whatever the cause: what counts for the
 *                    caller is that the output is not there.
 * A reader of standard output who went away is no failure: *ret_gone is
 * true then.
 */
KD_MUST_CHECK
enum kd_status kd_output_write(const char *path, struct kd_bytes data,
                               bool taken, bool *ret_gone,
                               struct kd_error *err);

/*
 * The same for what is written piece by piece: the file is there, whole,
 * when kd_output_close() says so, and not before.
 */
struct kd_output;

/* path is borrowed until the end.  On KD_OK *ret is for kd_output_close()
 * or kd_output_drop(). */
KD_MUST_CHECK
enum kd_status kd_output_open(const char *path, struct kd_output **ret,
                              struct kd_error *err);

/* KD_OK also when the reader of standard output has gone: data goes
 * nowhere then, and kd_output_is_gone() says so. */
KD_MUST_CHECK
enum kd_status kd_output_put(struct kd_output *output, struct kd_bytes data,
                             struct kd_error *err);
bool kd_output_is_gone(const struct kd_output *output);

/* Finish and free it. */
KD_MUST_CHECK
enum kd_status kd_output_close(struct kd_output *output, bool taken,
                               bool *ret_gone, struct kd_error *err);

/* Leave the file as it was, and free. */
void kd_output_drop(struct kd_output *output);

#endif /* KD_REPORT_OUTPUT_H */
