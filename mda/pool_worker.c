/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pool_worker.c - the inside of a worker: GMime and our rules.
 *
 * Nothing here is believed by pool.c.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "mda/parse.h"
#include "mda/pool_internal.h"
#include "mda/record.h"
#include "mda/sandbox.h"
#include "mda/wire.h"

/* Of the process, which SIGPROF ends long before. */
enum { CPU_SECONDS = 3600 };

struct worker {
	const struct kd_pool_opts *opts;
	struct kd_pool_slot *slot;
	size_t used; /* of its answers */
};

static bool parse(struct kd_bytes raw, int64_t received, struct kd_arena *arena,
                  struct kd_bytes *ret)
{
	struct kd_message msg;

	return kd_record_build(raw, received, arena, &msg, NULL) == KD_OK &&
	       kd_wire_encode(&msg, arena, ret, NULL) == KD_OK;
}

/* From here on so much time for one message; its end is that of the
 * process. */
static void wind_up(const struct worker *w)
{
	const struct itimerval timer = {
		.it_value = { .tv_sec = (time_t)w->opts->cpu_seconds },
	};

	(void)setitimer(ITIMER_PROF, &timer, NULL);
}

static void answer(struct worker *w, size_t i)
{
	struct kd_pool_slot *slot = w->slot;
	struct kd_pool_answer *a = &slot->answers[i];
	const struct kd_bytes raw = { slot->raw + slot->mails[i].offset,
		                      slot->mails[i].size };
	kd_pool_work *work = w->opts->work != NULL ? w->opts->work : parse;
	struct kd_arena *arena = kd_arena_new();
	struct kd_bytes wire;

	a->answered = arena != NULL &&
	              work(raw, slot->mails[i].received, arena, &wire) &&
	              wire.size <= sizeof(slot->answer) - w->used;
	if (a->answered) {
		memcpy(slot->answer + w->used, wire.data, wire.size);
		a->wire_offset = w->used;
		a->wire_size = wire.size;
		w->used += wire.size;
	}
	kd_arena_free(arena);
}

static void work_on(struct worker *w, struct kd_pool_slot *slot)
{
	w->slot = slot;
	w->used = 0;
	for (size_t i = slot->first; i < slot->n; i++) {
		wind_up(w);
		answer(w, i);
		atomic_store(&slot->tried, i + 1);
	}
}

/* One byte in or out; false at the end. */
static bool pass(int fd, unsigned char *byte, bool out)
{
	ssize_t n;

	do
		n = out ? write(fd, byte, 1) : read(fd, byte, 1);
	while (n < 0 && errno == EINTR);
	return n == 1;
}

_Noreturn void kd_pool_worker(const struct kd_pool_opts *opts, int fd,
                              struct kd_pool_slot *const *slots, pid_t parent)
{
	const struct kd_sandbox sandbox = {
		.cpu_seconds = CPU_SECONDS,
		.memory = (uint64_t)KD_POOL_MEMORY_MIB << 20,
	};
	struct worker w = { .opts = opts };
	unsigned char number = 0;

	if (!kd_sandbox_enter(&sandbox, fd, parent))
		_exit(EXIT_FAILURE);
	while (pass(KD_SANDBOX_FD, &number, false) && number < KD_POOL_SLOTS) {
		work_on(&w, slots[number]);
		if (!pass(KD_SANDBOX_FD, &number, true))
			break;
	}
	_exit(EXIT_SUCCESS);
}
