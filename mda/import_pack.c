/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * import_pack.c - raw bytes are packed by a thread of the writer's process,
 * beside the parsing: what a parser had packed would have to be unpacked
 * and compared before it may take the place of the mail.
 *
 * The thread knows zstd and the arena of the parcel at hand, nothing else.
 */
#include <pthread.h>
#include <stdlib.h>

#include "mda/import_internal.h"
#include "mda/thread.h"

struct kd_import_packer {
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	struct kd_import_parcel *queue[KD_IMPORT_BATCHES]; /* a ring */
	size_t first, n;
	bool ends;
	/* Of the thread alone. */
	struct kd_packer *zstd;
	char *out;
	size_t room;
};

static bool make_room(struct kd_import_packer *packer, size_t size)
{
	char *out;

	if (size <= packer->room)
		return true;
	out = realloc(packer->out, size);
	if (out == NULL)
		return false;
	packer->out = out;
	packer->room = size;
	return true;
}

/* What is not packed here the store packs. */
static void pack(struct kd_import_packer *packer,
                 struct kd_import_parcel *parcel)
{
	for (size_t i = 0; i < parcel->n; i++) {
		struct kd_import_mail *mail = &parcel->mails[i];
		size_t n;

		if (mail->raw.size > KD_IMPORT_HUGE ||
		    !make_room(packer, mail->raw.size))
			continue;
		n = kd_packer_pack(packer->zstd, mail->raw, packer->out,
		                   mail->raw.size);
		if (n == 0)
			continue;
		mail->packed.data =
			kd_arena_strndup(parcel->pool.arena, packer->out, n);
		mail->packed.size = mail->packed.data == NULL ? 0 : n;
	}
}

static void *run(void *payload)
{
	struct kd_import_packer *packer = payload;
	struct kd_import_parcel *parcel;

	(void)pthread_mutex_lock(&packer->mutex);
	for (;;) {
		while (packer->n == 0 && !packer->ends)
			(void)pthread_cond_wait(&packer->changed,
			                        &packer->mutex);
		if (packer->n == 0)
			break;
		parcel = packer->queue[packer->first];
		(void)pthread_mutex_unlock(&packer->mutex);
		pack(packer, parcel);
		(void)pthread_mutex_lock(&packer->mutex);
		packer->first = (packer->first + 1) % KD_IMPORT_BATCHES;
		packer->n--;
		parcel->packed = true;
		(void)pthread_cond_broadcast(&packer->changed);
	}
	(void)pthread_mutex_unlock(&packer->mutex);
	return NULL;
}

static void destroy(struct kd_import_packer *packer)
{
	(void)pthread_cond_destroy(&packer->changed);
	(void)pthread_mutex_destroy(&packer->mutex);
	kd_packer_free(packer->zstd);
	free(packer->out);
	free(packer);
}

enum kd_status kd_import_packer_open(struct kd_import_packer **ret,
                                     struct kd_error *err)
{
	struct kd_import_packer *packer = calloc(1, sizeof(*packer));
	int code;

	if (packer == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	/* neither fails with the default attributes */
	(void)pthread_mutex_init(&packer->mutex, NULL);
	(void)pthread_cond_init(&packer->changed, NULL);
	packer->zstd = kd_packer_new();
	if (packer->zstd == NULL) {
		destroy(packer);
		return kd_fail(err, KD_NOMEM, "out of memory");
	}
	code = kd_thread_start(&packer->thread, run, packer);
	if (code != 0) {
		destroy(packer);
		return kd_fail_errno(err, KD_IO, code, "start a thread");
	}
	*ret = packer;
	return KD_OK;
}

void kd_import_packer_close(struct kd_import_packer *packer)
{
	if (packer == NULL)
		return;
	(void)pthread_mutex_lock(&packer->mutex);
	packer->ends = true;
	(void)pthread_cond_broadcast(&packer->changed);
	(void)pthread_mutex_unlock(&packer->mutex);
	(void)pthread_join(packer->thread, NULL);
	destroy(packer);
}

void kd_import_packer_put(struct kd_import_packer *packer,
                          struct kd_import_parcel *parcel)
{
	size_t last;

	if (packer == NULL)
		return;
	(void)pthread_mutex_lock(&packer->mutex);
	last = (packer->first + packer->n) % KD_IMPORT_BATCHES;
	packer->queue[last] = parcel;
	packer->n++;
	(void)pthread_cond_broadcast(&packer->changed);
	(void)pthread_mutex_unlock(&packer->mutex);
}

void kd_import_packer_wait(struct kd_import_packer *packer,
                           const struct kd_import_parcel *parcel)
{
	if (packer == NULL)
		return;
	(void)pthread_mutex_lock(&packer->mutex);
	while (!parcel->packed)
		(void)pthread_cond_wait(&packer->changed, &packer->mutex);
	(void)pthread_mutex_unlock(&packer->mutex);
}
