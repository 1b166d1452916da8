/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tee.c - see tee.h.  A reader that takes nothing must not keep the
 * message from the store, so no write is begun that could wait for ever.
 */
#include "mda/tee.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include "store/store.h"

/* A pipe that says it can be written to takes as much as this at once. */
enum { PIECE_MAX = PIPE_BUF };

/* Wait until a write would not block; 0 or an error number. */
static int wait_writable(const struct kd_tee *tee)
{
	int64_t end_ms = kd_monotonic_ms() + tee->idle_ms;
	struct pollfd poll_fd = { .fd = tee->fd, .events = POLLOUT };

	for (;;) {
		int64_t left_ms = end_ms - kd_monotonic_ms();
		int n;

		if (left_ms <= 0)
			return ETIMEDOUT;
		n = poll(&poll_fd, 1, (int)left_ms);
		if (n > 0)
			return 0; /* room, or an error: write tells */
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return errno;
	}
}

void kd_tee_write(struct kd_tee *tee, struct kd_bytes piece)
{
	ssize_t n;

	while (tee->errnum == 0 && piece.size > 0) {
		tee->errnum = wait_writable(tee);
		if (tee->errnum != 0)
			return;
		n = write(tee->fd, piece.data,
		          piece.size < PIECE_MAX ? piece.size : PIECE_MAX);
		if (n >= 0) {
			piece.data += n;
			piece.size -= (size_t)n;
		} else if (errno != EINTR && errno != EAGAIN) {
			tee->errnum = errno;
		}
	}
}

enum kd_status kd_tee_check(const struct kd_tee *tee, struct kd_error *err)
{
	if (tee->errnum == 0)
		return KD_OK;
	return kd_fail_errno(err, KD_IO, tee->errnum,
	                     "the copy on standard output is not whole");
}
