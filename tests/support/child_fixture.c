/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * child_fixture.c - see child_fixture.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mda/wire.h"
#include "store/store.h"
#include "tests/support/child_fixture.h"

const char child_mail[] = "From: List Sender 1 <sender1@example.org>\n"
			  "Subject: [PATCH 2/3] kvm: a title\n"
			  "Message-ID: <two@example.org>\n"
			  "List-Id: <kvm.vger.kernel.org>\n"
			  "\n"
			  "A body.\n";

const struct kd_child_limits child_quick = {
	.cpu_seconds = 1,
	.memory = 0, /* no limit: valgrind wants more than we would give */
	.wall_ms = 3000,
};

struct kd_arena *child_arena;

int child_setup(void **state)
{
	(void)state;
	child_arena = kd_arena_new();
	return child_arena == NULL ? -1 : 0;
}

int child_teardown(void **state)
{
	(void)state;
	kd_arena_free(child_arena);
	return 0;
}

static struct kd_message answer(void)
{
	return (struct kd_message){
		.message_id = "from-the-child@example.org",
		.subject = { .full = "s",
		             .title = "s",
		             .version = 1,
		             .number = KD_NUMBER_NONE,
		             .total = KD_NUMBER_NONE },
	};
}

bool child_put(int fd, const char *data, size_t size)
{
	while (size > 0) {
		ssize_t n = write(fd, data, size);

		if (n < 0)
			return false;
		data += n;
		size -= (size_t)n;
	}
	return true;
}

/* A correct answer, cut to its first part hundredths. */
int child_put_answer(int fd, size_t hundredths)
{
	struct kd_arena *mine = kd_arena_new();
	struct kd_message msg = answer();
	struct kd_bytes wire;
	bool put_all = mine != NULL &&
	               kd_wire_encode(&msg, mine, &wire, NULL) == KD_OK &&
	               child_put(fd, wire.data, wire.size * hundredths / 100);

	kd_arena_free(mine);
	return put_all ? 0 : 1;
}

int child_well(int fd, struct kd_bytes raw, int64_t received)
{
	(void)raw;
	(void)received;
	return child_put_answer(fd, 100);
}

int child_nothing(int fd, struct kd_bytes raw, int64_t received)
{
	(void)fd;
	(void)raw;
	(void)received;
	return 0;
}

int child_hang(int fd, struct kd_bytes raw, int64_t received)
{
	(void)fd;
	(void)raw;
	(void)received;
	while (kd_monotonic_ms() > 0)
		(void)pause();
	return 0;
}

int child_answer_and_hang(int fd, struct kd_bytes raw, int64_t received)
{
	(void)child_put_answer(fd, 100);
	return child_hang(fd, raw, received);
}

enum kd_status child_run(kd_child_work *work,
                         const struct kd_child_limits *limits,
                         struct kd_message *ret)
{
	const struct kd_child_job job = {
		.work = work,
		.raw = kd_bytes_of(child_mail),
		.received = 1762795004,
	};
	struct kd_error err = KD_ERROR_INIT;
	enum kd_status st = kd_child_run(&job, limits, child_arena, ret, &err);

	if (st == KD_OK) /* left alone on success */
		assert_int_equal(err.status, KD_OK);
	/* no child is left behind */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	return st;
}
