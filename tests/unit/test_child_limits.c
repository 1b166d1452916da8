/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_child_limits.c - what the kernel says of a child that hangs: its
 * limits, its files, its environment.  The parent has more of everything.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mda/child_internal.h"
#include "store/base/sanitized.h"
#include "store/store.h"

enum { FILES = 256, LIMITS_SIZE = 8192 };

/* What the child finds, in memory of both. */
struct found {
	char limits[LIMITS_SIZE]; /* its /proc/PID/limits */
	bool open[FILES];
	bool null[FILES]; /* it is /dev/null */
	bool pipe_there;
	size_t environment;
	int dumpable;
	bool looked;
};

static struct found *found;
static const char mail[] = "Message-ID: <two@example.org>\n\nA body.\n";

static void look_at_files(int fd)
{
	struct stat null, st;

	found->pipe_there = fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode);
	if (stat("/dev/null", &null) != 0)
		return;
	for (int i = 0; i < FILES; i++) {
		found->open[i] = fstat(i, &st) == 0;
		found->null[i] = found->open[i] && st.st_rdev == null.st_rdev;
	}
	found->open[fd] = false; /* that one has to be */
}

static int look_and_hang(int fd, struct kd_bytes raw, int64_t received)
{
	ssize_t size = 0;
	int limits;

	(void)raw;
	(void)received;
	look_at_files(fd);
	limits = open("/proc/self/limits", O_RDONLY | O_CLOEXEC);
	if (limits >= 0)
		size = read(limits, found->limits, LIMITS_SIZE - 1);
	while (environ != NULL && environ[found->environment] != NULL)
		found->environment++;
	found->dumpable = prctl(PR_GET_DUMPABLE);
	found->looked = size > 0;
	while (kd_monotonic_ms() > 0)
		(void)pause();
	return 0;
}

/* The two numbers behind a name in /proc/PID/limits. */
static void check_limit(const char *name, const char *soft, const char *hard)
{
	char text[LIMITS_SIZE];
	char *save = NULL, *line, *value;

	print_message("%s\n", name);
	memcpy(text, found->limits, sizeof(text));
	line = strstr(text, name);
	assert_non_null(line);
	value = strtok_r(line + strlen(name), " \n", &save);
	assert_non_null(value);
	assert_string_equal(value, soft);
	value = strtok_r(NULL, " \n", &save);
	assert_non_null(value);
	assert_string_equal(value, hard);
}

static void test_child_limits(void **state)
{
	/* those of a delivery, but for the time on the clock */
	const struct kd_child_limits limits = {
		.cpu_seconds = 3,
		.memory = UINT64_C(512) << 20,
		.wall_ms = 1000,
	};
	const struct kd_child_job job = {
		.work = look_and_hang,
		.raw = kd_bytes_of(mail),
	};
	struct kd_arena *arena = kd_arena_new();
	struct kd_error err = KD_ERROR_INIT;
	struct kd_message msg;

	(void)state;
	assert_non_null(arena);
	assert_int_equal(setenv("GCONV_PATH", "/nowhere", 1), 0);
	assert_int_equal(dup2(STDERR_FILENO, 7), 7);
	assert_int_equal(dup2(STDERR_FILENO, FILES - 1), FILES - 1);
	assert_int_equal(kd_child_run(&job, &limits, arena, &msg, &err), KD_OK);
	assert_int_equal(msg.status, KD_PARSE_CRASHED);
	assert_string_equal(msg.message_id, "two@example.org");
	kd_arena_free(arena);

	assert_true(found->looked);
	check_limit("Max cpu time", "3", "4");
	check_limit("Max file size", "0", "0");
	check_limit("Max core file size", "0", "0");
	check_limit("Max open files", "16", "16");
	if (!KD_SANITIZED) /* those map terabytes */
		check_limit("Max address space", "536870912", "536870912");
	assert_int_equal(found->dumpable, 0);
	assert_int_equal(found->environment, 0);
}

static void test_child_files(void **state)
{
	(void)state;
	assert_true(found->looked);
	assert_true(found->pipe_there);
	for (int i = 0; i < FILES; i++) {
		/* the sanitizers say there what they find */
		if (KD_SANITIZED && i == STDERR_FILENO)
			continue;
		if (i <= STDERR_FILENO)
			assert_true(found->null[i]);
		else
			assert_false(found->open[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_child_limits),
		cmocka_unit_test(test_child_files),
	};

	found = mmap(NULL, sizeof(*found), PROT_READ | PROT_WRITE,
	             MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (found == MAP_FAILED)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
