/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * source_git_pump.c - what git has to say is taken from its pipe by a
 * thread, so that git goes on while all others are busy.
 *
 * A pipe holds a mebibyte at most, which is less than the writer takes in at
 * once.  The thread knows its descriptor and its ring, nothing else.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "mda/source_git.h"
#include "mda/thread.h"

enum {
	RING_SIZE = 4 << 20,
	MUCH = 256 << 10, /* of one read: there is more, most likely */
	NAP_NS = 1000000,
	SECOND_NS = 1000000000,
};

struct pump {
	int fd;
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	char *ring;
	size_t first, n; /* what is in it */
	bool wanted;     /* somebody waits for more */
	bool closed;     /* nobody wants the rest */
	bool ended;      /* no more comes */
	int code;        /* errno of why, or 0 */
};

/* --- The thread; all of it under the mutex ------------------------------ */

/* Git writes each message by itself.  To be woken for each costs git and us
 * more than all the rest of it, and where nobody waits there is no hurry. */
static void nap(struct pump *pump)
{
	struct timespec end;

	(void)clock_gettime(CLOCK_REALTIME, &end);
	end.tv_nsec += NAP_NS;
	if (end.tv_nsec >= SECOND_NS) {
		end.tv_nsec -= SECOND_NS;
		end.tv_sec++;
	}
	(void)pthread_cond_timedwait(&pump->changed, &pump->mutex, &end);
}

/* What there is, as much as goes in without a break.  The ring is let go of
 * meanwhile: nobody else puts anything into it. */
static ssize_t take(struct pump *pump)
{
	size_t at = (pump->first + pump->n) % RING_SIZE;
	size_t room = RING_SIZE - pump->n;
	ssize_t got;

	if (room > RING_SIZE - at)
		room = RING_SIZE - at;
	(void)pthread_mutex_unlock(&pump->mutex);
	do
		got = read(pump->fd, pump->ring + at, room);
	while (got < 0 && errno == EINTR);
	(void)pthread_mutex_lock(&pump->mutex);
	if (got > 0)
		pump->n += (size_t)got;
	else
		pump->code = got < 0 ? errno : 0;
	return got;
}

static void *run(void *payload)
{
	struct pump *pump = payload;
	ssize_t got = 1;

	(void)pthread_mutex_lock(&pump->mutex);
	while (!pump->closed && got > 0) {
		if (pump->n == RING_SIZE) {
			(void)pthread_cond_wait(&pump->changed, &pump->mutex);
			continue;
		}
		got = take(pump);
		if (pump->wanted)
			(void)pthread_cond_broadcast(&pump->changed);
		else if (got > 0 && got < MUCH)
			nap(pump);
	}
	pump->ended = true;
	(void)pthread_cond_broadcast(&pump->changed);
	(void)pthread_mutex_unlock(&pump->mutex);
	return NULL;
}

/* --- What reads from it ------------------------------------------------- */

static ssize_t read_pump(void *payload, char *buf, size_t size)
{
	struct pump *pump = payload;
	ssize_t ret = -1;

	(void)pthread_mutex_lock(&pump->mutex);
	while (pump->n == 0 && !pump->ended) {
		pump->wanted = true;
		(void)pthread_cond_broadcast(&pump->changed);
		(void)pthread_cond_wait(&pump->changed, &pump->mutex);
	}
	pump->wanted = false;
	if (size > pump->n)
		size = pump->n;
	if (size > RING_SIZE - pump->first)
		size = RING_SIZE - pump->first;
	memcpy(buf, pump->ring + pump->first, size);
	if (pump->n == RING_SIZE)
		(void)pthread_cond_broadcast(&pump->changed);
	pump->first = (pump->first + size) % RING_SIZE;
	pump->n -= size;
	if (size > 0 || pump->code == 0)
		ret = (ssize_t)size;
	else
		errno = pump->code;
	(void)pthread_mutex_unlock(&pump->mutex);
	return ret;
}

static void destroy(struct pump *pump)
{
	(void)pthread_cond_destroy(&pump->changed);
	(void)pthread_mutex_destroy(&pump->mutex);
	free(pump->ring);
	free(pump);
}

/* Git has no input any more, so that what the thread may wait for comes to
 * its end. */
static void stop(struct pump *pump)
{
	(void)pthread_mutex_lock(&pump->mutex);
	pump->closed = true;
	(void)pthread_cond_broadcast(&pump->changed);
	(void)pthread_mutex_unlock(&pump->mutex);
	(void)pthread_join(pump->thread, NULL);
}

/* Once nobody reads from the pipe git ends, whatever is left to say. */
static int close_pump(void *payload)
{
	struct pump *pump = payload;
	int ret;

	stop(pump);
	ret = close(pump->fd);
	destroy(pump);
	return ret;
}

FILE *kd_git_pump(int fd)
{
	static const cookie_io_functions_t functions = {
		.read = read_pump,
		.close = close_pump,
	};
	struct pump *pump = calloc(1, sizeof(*pump));
	FILE *ret;

	if (pump == NULL)
		return NULL;
	/* neither fails with the default attributes */
	(void)pthread_mutex_init(&pump->mutex, NULL);
	(void)pthread_cond_init(&pump->changed, NULL);
	pump->fd = fd;
	pump->ring = malloc(RING_SIZE);
	if (pump->ring == NULL ||
	    kd_thread_start(&pump->thread, run, pump) != 0) {
		destroy(pump);
		return NULL;
	}
	ret = fopencookie(pump, "r", functions);
	if (ret == NULL) {
		stop(pump);
		destroy(pump);
	}
	return ret;
}
