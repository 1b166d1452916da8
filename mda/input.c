/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * input.c - standard input to memory: poll(2), read(2), two deadlines.
 *
 * It knows nothing of mail.  Whatever goes wrong here must not look like
 * the end of a message.
 */
#include "mda/input.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/store.h"

enum { PIECE_SIZE = 64 << 10 };

struct reader {
	int fd;
	int64_t idle_ms;
	int64_t end_ms;     /* on kd_monotonic_ms() */
	bool failed;        /* time ran out, or a read failed */
	struct kd_tee *tee; /* or NULL */
};

static struct reader reader_of(int fd, int64_t idle_ms, int64_t total_ms)
{
	return (struct reader){
		.fd = fd,
		.idle_ms = idle_ms,
		.end_ms = kd_monotonic_ms() + total_ms,
	};
}

/* Wait until a read would not block, for as long as both times allow. */
static enum kd_status wait_readable(const struct reader *reader,
                                    struct kd_error *err)
{
	int64_t idle_end_ms = kd_monotonic_ms() + reader->idle_ms;
	struct pollfd poll_fd = { .fd = reader->fd, .events = POLLIN };

	for (;;) {
		int64_t now_ms = kd_monotonic_ms();
		int64_t end_ms = idle_end_ms < reader->end_ms ? idle_end_ms
		                                              : reader->end_ms;
		int64_t wait_ms = end_ms - now_ms;
		int n;

		if (now_ms >= reader->end_ms)
			return kd_fail(err, KD_IO,
			               "standard input took too long to end");
		if (wait_ms <= 0)
			return kd_fail(err, KD_IO,
			               "standard input stopped before its end");
		if (wait_ms > INT_MAX)
			wait_ms = INT_MAX;
		n = poll(&poll_fd, 1, (int)wait_ms);
		if (n > 0)
			return KD_OK; /* data, end or error: read tells */
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return kd_fail_errno(err, KD_IO, errno,
			                     "wait for standard input");
	}
}

/* Read up to size bytes; *ret is 0 at end of file. */
static enum kd_status read_piece(struct reader *reader, char *data, size_t size,
                                 size_t *ret, struct kd_error *err)
{
	enum kd_status st;
	ssize_t n;

	do {
		n = 0;
		st = wait_readable(reader, err);
		if (st == KD_OK)
			n = read(reader->fd, data, size);
	} while (n < 0 && (errno == EINTR || errno == EAGAIN));
	if (n < 0)
		st = kd_fail_errno(err, KD_IO, errno, "read standard input");
	reader->failed = st != KD_OK;
	*ret = n > 0 ? (size_t)n : 0;
	if (reader->tee != NULL)
		kd_tee_write(reader->tee, (struct kd_bytes){ data, *ret });
	return st;
}

static void drain(struct reader *reader)
{
	char piece[PIECE_SIZE];
	size_t n;

	do {
		if (read_piece(reader, piece, sizeof(piece), &n, NULL) != KD_OK)
			return;
	} while (n > 0);
}

void kd_input_pass_on(int fd, int64_t idle_ms, int64_t total_ms,
                      struct kd_tee *tee)
{
	struct reader reader = reader_of(fd, idle_ms, total_ms);

	reader.tee = tee;
	drain(&reader);
}

void kd_input_drain(int fd, int64_t idle_ms, int64_t total_ms)
{
	kd_input_pass_on(fd, idle_ms, total_ms, NULL);
}

/* Room for one more piece at the end of input->data, but not above max. */
static enum kd_status make_room(struct kd_input *input, size_t *capacity,
                                size_t max, struct kd_error *err)
{
	size_t wanted = *capacity < PIECE_SIZE ? PIECE_SIZE : *capacity;
	char *data;

	if (*capacity > input->size || *capacity == max)
		return KD_OK;
	if (wanted == *capacity)
		wanted = wanted > max / 2 ? max : wanted * 2;
	if (wanted > max)
		wanted = max;
	data = realloc(input->data, wanted);
	if (data == NULL)
		return kd_fail(err, KD_NOMEM,
		               "no memory for %zu bytes of message", wanted);
	input->data = data;
	*capacity = wanted;
	return KD_OK;
}

static enum kd_status read_to_memory(struct reader *reader, size_t max_memory,
                                     struct kd_input *input,
                                     struct kd_error *err)
{
	size_t capacity = 0;
	size_t n = 1;
	enum kd_status st;

	while (n > 0 && input->size < max_memory) {
		st = make_room(input, &capacity, max_memory, err);
		if (st == KD_OK)
			st = read_piece(reader, input->data + input->size,
			                capacity - input->size, &n, err);
		if (st != KD_OK)
			return st;
		input->size += n;
	}
	input->total = input->size;
	return KD_OK;
}

/* Keep some of what overflowed: where max_memory is short, the header
 * block has to be whole all the same. */
static enum kd_status keep_more(const struct kd_input_opts *opts,
                                struct kd_bytes piece, struct kd_input *input,
                                struct kd_error *err)
{
	size_t n = piece.size;
	char *data;

	if (input->size >= opts->keep)
		return KD_OK;
	if (n > opts->keep - input->size)
		n = opts->keep - input->size;
	data = realloc(input->data, input->size + n);
	if (data == NULL)
		return kd_fail(err, KD_NOMEM, "no memory for the message");
	memcpy(data + input->size, piece.data, n);
	input->data = data;
	input->size += n;
	return KD_OK;
}

/* What comes after max_memory bytes. */
static enum kd_status read_overflow(struct reader *reader,
                                    const struct kd_input_opts *opts,
                                    struct kd_input *input,
                                    struct kd_error *err)
{
	const struct kd_bytes head = { input->data, input->size };
	char data[PIECE_SIZE];
	enum kd_status st;

	for (bool begun = false;; begun = true) {
		struct kd_bytes piece = { data, 0 };

		st = read_piece(reader, data, sizeof(data), &piece.size, err);
		if (st != KD_OK || piece.size == 0)
			return st;
		if (opts->overflow == NULL)
			return kd_fail(err, KD_TOOBIG,
			               "the message is over %zu bytes",
			               head.size);
		if (!begun)
			st = opts->overflow(opts->payload, head, err);
		if (st == KD_OK)
			st = opts->overflow(opts->payload, piece, err);
		if (st == KD_OK)
			st = keep_more(opts, piece, input, err);
		if (st != KD_OK)
			return st;
		input->total += piece.size;
	}
}

enum kd_status kd_input_read(int fd, const struct kd_input_opts *opts,
                             struct kd_input *ret, struct kd_error *err)
{
	struct reader reader = reader_of(fd, opts->idle_ms, opts->total_ms);
	struct kd_input input = { .data = NULL };
	size_t max_memory = opts->max_memory > SIZE_MAX / 2
	                            ? SIZE_MAX / 2
	                            : (size_t)opts->max_memory;
	enum kd_status st;

	reader.tee = opts->tee;
	st = read_to_memory(&reader, max_memory, &input, err);
	if (st == KD_OK && input.size == max_memory)
		st = read_overflow(&reader, opts, &input, err);
	if (st == KD_OK && input.size == 0)
		st = kd_fail(err, KD_IO, "standard input is empty");
	if (st != KD_OK) {
		/* Behind a read that failed there is nothing to be had. */
		if (!reader.failed)
			drain(&reader);
		kd_input_clear(&input);
		return st;
	}
	*ret = input;
	return KD_OK;
}

void kd_input_clear(struct kd_input *input)
{
	free(input->data);
	*input = (struct kd_input){ .data = NULL };
}
