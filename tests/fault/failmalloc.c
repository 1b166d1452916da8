/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * failmalloc.c - preloaded into a program: its allocation number KD_FAIL_AT
 * fails, once, and the file KD_FAIL_MARK then says that it did.
 *
 * Only the first process counts and fails, not what it forks.  For glibc,
 * whose own names for the real functions need no search.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl*,readability-identifier-*)
 */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t nmemb, size_t size);
void *__libc_realloc(void *ptr, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl*,readability-identifier-*)
 */

static unsigned long fail_at; /* 0: never */
static unsigned long seen;

static void stop_in_child(void)
{
	fail_at = 0;
}

__attribute__((constructor)) static void begin(void)
{
	const char *at = getenv("KD_FAIL_AT");

	if (at == NULL || pthread_atfork(NULL, NULL, stop_in_child) != 0)
		return;
	/* what the loader asked for before is not counted */
	seen = 0;
	fail_at = strtoul(at, NULL, 10);
}

static bool fails(void)
{
	const char *mark;

	if (fail_at == 0 || ++seen != fail_at)
		return false;
	mark = getenv("KD_FAIL_MARK");
	if (mark != NULL)
		(void)close(open(mark, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	errno = ENOMEM;
	return true;
}

void *malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t nmemb, size_t size)
{
	return fails() ? NULL : __libc_calloc(nmemb, size);
}

void *realloc(void *ptr, size_t size)
{
	return fails() ? NULL : __libc_realloc(ptr, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
	return fails() ? NULL : __libc_memalign(alignment, size);
}

int posix_memalign(void **memptr, size_t alignment, size_t size)
{
	void *data = fails() ? NULL : __libc_memalign(alignment, size);

	if (data == NULL)
		return ENOMEM;
	*memptr = data;
	return 0;
}
