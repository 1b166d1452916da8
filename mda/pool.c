/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pool.c - see pool.h.
 *
 * Batches go to the workers in turn, so that the order in which they are
 * got back is the order in which they were put, and each worker has the
 * next one at hand while the last is waited for.
 */
#include "mda/pool.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mda/pool_internal.h"
#include "store/store.h"

struct worker {
	pid_t pid; /* 0: there is none */
	int fd;
	struct kd_pool_slot *slots[KD_POOL_SLOTS];
	struct kd_pool_batch *batches[KD_POOL_SLOTS]; /* NULL: it is free */
	size_t first[KD_POOL_SLOTS]; /* of the batch, not got back so far */
	unsigned int n_mails;        /* that the process was given */
};

struct kd_pool {
	struct kd_pool_opts opts;
	struct worker workers[KD_POOL_WORKERS_MAX];
	uint64_t n_put, n_got; /* batches */
};

/* --- Processes ------------------------------------------------------ */

static void end_worker(struct worker *w)
{
	if (w->pid == 0)
		return;
	(void)kill(w->pid, SIGKILL);
	(void)close(w->fd);
	while (waitpid(w->pid, NULL, 0) < 0 && errno == EINTR)
		continue;
	w->pid = 0;
	w->n_mails = 0;
}

/* In the child: what other workers see is none of its business. */
static void forget_others(const struct kd_pool *pool, const struct worker *w)
{
	for (size_t i = 0; i < pool->opts.n_workers; i++) {
		for (size_t k = 0; k < KD_POOL_SLOTS; k++) {
			void *slot = pool->workers[i].slots[k];

			if (&pool->workers[i] != w && slot != NULL)
				(void)munmap(slot, sizeof(struct kd_pool_slot));
		}
	}
}

static enum kd_status start_worker(struct kd_pool *pool, struct worker *w,
                                   struct kd_error *err)
{
	pid_t parent = getpid();
	enum kd_status st;
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
		return kd_fail_errno(err, KD_IO, errno, "make a socket");
	w->pid = fork();
	if (w->pid < 0) {
		st = kd_fail_errno(err, KD_IO, errno, "start the parser");
		w->pid = 0;
		(void)close(fds[0]);
		(void)close(fds[1]);
		return st;
	}
	if (w->pid == 0) {
		(void)close(fds[0]);
		forget_others(pool, w);
		kd_pool_worker(&pool->opts, fds[1], w->slots, parent);
	}
	(void)close(fds[1]);
	w->fd = fds[0];
	return KD_OK;
}

/* False: the worker is gone. */
static bool tell(const struct worker *w, size_t slot)
{
	unsigned char number = (unsigned char)slot;
	ssize_t n;

	do
		n = send(w->fd, &number, 1, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n == 1;
}

/* --- Opening and closing -------------------------------------------- */

static enum kd_status map_slots(struct kd_pool *pool, struct kd_error *err)
{
	for (size_t i = 0; i < pool->opts.n_workers; i++) {
		for (size_t k = 0; k < KD_POOL_SLOTS; k++) {
			void *slot = mmap(NULL, sizeof(struct kd_pool_slot),
			                  PROT_READ | PROT_WRITE,
			                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);

			if (slot == MAP_FAILED)
				return kd_fail(err, KD_NOMEM,
				               "no memory for the parsers");
			pool->workers[i].slots[k] = slot;
		}
	}
	return KD_OK;
}

enum kd_status kd_pool_open(const struct kd_pool_opts *opts,
                            struct kd_pool **ret, struct kd_error *err)
{
	struct kd_pool *pool = calloc(1, sizeof(*pool));
	enum kd_status st;

	if (pool == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	pool->opts = *opts;
	st = map_slots(pool, err);
	for (size_t i = 0; st == KD_OK && i < opts->n_workers; i++)
		st = start_worker(pool, &pool->workers[i], err);
	if (st == KD_OK)
		*ret = pool;
	else
		kd_pool_close(pool);
	return st;
}

void kd_pool_close(struct kd_pool *pool)
{
	if (pool == NULL)
		return;
	for (size_t i = 0; i < pool->opts.n_workers; i++) {
		struct worker *w = &pool->workers[i];

		end_worker(w);
		for (size_t k = 0; k < KD_POOL_SLOTS; k++) {
			if (w->slots[k] != NULL)
				(void)munmap(w->slots[k],
				             sizeof(struct kd_pool_slot));
		}
	}
	free(pool);
}

/* --- Batches out ---------------------------------------------------- */

static struct worker *worker_of(const struct kd_pool *pool, uint64_t batch,
                                size_t *ret_slot)
{
	size_t n = pool->opts.n_workers;

	*ret_slot = (size_t)(batch / n % KD_POOL_SLOTS);
	return (struct worker *)(uintptr_t)&pool->workers[batch % n];
}

bool kd_pool_has_room(const struct kd_pool *pool)
{
	size_t slot;
	const struct worker *w = worker_of(pool, pool->n_put, &slot);

	/* One that is to be renewed has to be idle first. */
	if (w->n_mails >= pool->opts.renew_after)
		return w->batches[0] == NULL && w->batches[1] == NULL;
	return w->batches[slot] == NULL;
}

static void fill(struct kd_pool_slot *slot, const struct kd_pool_batch *batch)
{
	size_t used = 0;

	for (size_t i = 0; i < batch->n; i++) {
		const struct kd_pool_mail *mail = &batch->mails[i];

		slot->mails[i].offset = used;
		slot->mails[i].size = mail->raw.size;
		slot->mails[i].received = mail->received;
		if (mail->raw.size > 0)
			memcpy(slot->raw + used, mail->raw.data,
			       mail->raw.size);
		used += mail->raw.size;
	}
	slot->n = batch->n;
}

/* Let the worker do the batch of the slot, from first on. */
static bool begin(struct worker *w, size_t slot)
{
	w->slots[slot]->first = w->first[slot];
	atomic_store(&w->slots[slot]->tried, w->first[slot]);
	w->n_mails += (unsigned int)(w->batches[slot]->n - w->first[slot]);
	return tell(w, slot);
}

enum kd_status kd_pool_put(struct kd_pool *pool, struct kd_pool_batch *batch,
                           struct kd_error *err)
{
	enum kd_status st;
	size_t slot;
	struct worker *w = worker_of(pool, pool->n_put, &slot);

	if (w->n_mails >= pool->opts.renew_after) {
		end_worker(w);
		st = start_worker(pool, w, err);
		if (st != KD_OK)
			return st;
	}
	for (size_t i = 0; i < batch->n; i++)
		batch->mails[i].answered = false;
	fill(w->slots[slot], batch);
	w->batches[slot] = batch;
	w->first[slot] = 0;
	pool->n_put++;
	/* One that is gone is seen when its answer is waited for. */
	(void)begin(w, slot);
	return KD_OK;
}

/* --- Batches in ----------------------------------------------------- */

/* A piece of the answers, copied before anyone looks at it. */
static bool copy(const struct kd_pool_slot *slot, size_t offset, size_t size,
                 struct kd_arena *arena, struct kd_bytes *ret)
{
	char *data;

	*ret = (struct kd_bytes){ NULL, 0 };
	if (offset > KD_POOL_ANSWER_MAX || size > KD_POOL_ANSWER_MAX - offset)
		return false;
	if (size == 0)
		return true;
	data = kd_arena_room(arena, size);
	if (data == NULL)
		return false;
	memcpy(data, slot->answer + offset, size);
	*ret = (struct kd_bytes){ data, size };
	return true;
}

/* Take the answers up to the message `to`. */
static void harvest(struct worker *w, size_t slot, size_t to)
{
	struct kd_pool_batch *batch = w->batches[slot];

	for (size_t i = w->first[slot]; i < to; i++) {
		struct kd_pool_answer a = w->slots[slot]->answers[i];
		struct kd_pool_mail *mail = &batch->mails[i];

		mail->answered = a.answered &&
		                 copy(w->slots[slot], a.wire_offset,
		                      a.wire_size, batch->arena, &mail->wire);
	}
	w->first[slot] = to;
}

/* The worker is of no use any more.  The message that it is at goes without
 * an answer, what is behind that to a new one. */
static enum kd_status replace(struct kd_pool *pool, struct worker *w,
                              size_t slot, struct kd_error *err)
{
	size_t n = w->batches[slot]->n;
	size_t tried = atomic_load(&w->slots[slot]->tried);
	enum kd_status st;

	if (tried < w->first[slot])
		tried = w->first[slot];
	end_worker(w);
	harvest(w, slot, tried < n ? tried : n);
	if (tried < n)
		w->first[slot]++;
	st = start_worker(pool, w, err);
	if (st != KD_OK)
		return st;
	if (w->first[slot] < n)
		(void)begin(w, slot);
	slot = (slot + 1) % KD_POOL_SLOTS;
	if (w->batches[slot] != NULL)
		(void)begin(w, slot);
	return KD_OK;
}

/* Wait until the worker says something, or until it is at one message for
 * too long. */
static bool wait_for(const struct kd_pool *pool, const struct worker *w,
                     const struct kd_pool_slot *slot)
{
	struct pollfd poll_fd = { .fd = w->fd, .events = POLLIN };
	size_t tried = atomic_load(&slot->tried);
	int64_t end_ms = kd_monotonic_ms() + pool->opts.wall_ms;
	int64_t left_ms;
	size_t now;
	int n;

	for (;;) {
		left_ms = end_ms - kd_monotonic_ms();
		n = left_ms <= 0
		            ? 0
		            : poll(&poll_fd, 1,
		                   left_ms > INT_MAX ? INT_MAX : (int)left_ms);
		if (n > 0)
			return true;
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return false;
		if (n < 0)
			continue;
		now = atomic_load(&slot->tried);
		/* it only goes up, and not for ever */
		if (now <= tried || now > KD_POOL_MAILS_MAX)
			return false;
		tried = now;
		end_ms = kd_monotonic_ms() + pool->opts.wall_ms;
	}
}

/* Has the worker done the slot?  False: something is wrong with it. */
static bool is_done(const struct worker *w, size_t slot)
{
	unsigned char number = 0;
	ssize_t n;

	do
		n = recv(w->fd, &number, 1, 0);
	while (n < 0 && errno == EINTR);
	return n == 1 && number == slot;
}

enum kd_status kd_pool_get(struct kd_pool *pool, struct kd_pool_batch **ret,
                           struct kd_error *err)
{
	enum kd_status st = KD_OK;
	struct kd_pool_batch *batch;
	struct worker *w;
	size_t slot;

	*ret = NULL;
	if (pool->n_got == pool->n_put)
		return KD_OK;
	w = worker_of(pool, pool->n_got, &slot);
	batch = w->batches[slot];
	while (st == KD_OK && w->first[slot] < batch->n) {
		if (wait_for(pool, w, w->slots[slot]) && is_done(w, slot))
			harvest(w, slot, batch->n);
		else
			st = replace(pool, w, slot, err);
	}
	if (st != KD_OK)
		return st;
	w->batches[slot] = NULL;
	pool->n_got++;
	*ret = batch;
	return KD_OK;
}
