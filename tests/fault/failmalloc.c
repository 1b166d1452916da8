/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * failmalloc.c - preloaded into a program: its allocation number KD_FAIL_AT
 * fails, once, and the file KD_FAIL_MARK then says that it did.
 *
 * Only the first process counts and fails, not what it forks, and what it
 * asks for from main() on: what the loader and the constructors of libraries
 * do before is theirs, and GLib ends the process there by itself.  For
 * glibc, whose own names for the real functions need no search.
 */
#include <dlfcn.h>
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

static void begin(void)
{
	const char *at = getenv("KD_FAIL_AT");

	if (at == NULL || pthread_atfork(NULL, NULL, stop_in_child) != 0)
		return;
	seen = 0;
	fail_at = strtoul(at, NULL, 10);
}

typedef int main_fn(int argc, char **argv, char **envp);
typedef int start_fn(main_fn *real, int argc, char **argv, void (*init)(void),
                     void (*fini)(void), void (*rtld_fini)(void), void *stack);

static main_fn *main_of_program;

static int begin_and_run(int argc, char **argv, char **envp)
{
	begin();
	return main_of_program(argc, argv, envp);
}

/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl*,readability-identifier-*,readability-function-size)
 */
start_fn __libc_start_main;

/* As the startup code of every program calls it. */
int __libc_start_main(main_fn *real, int argc, char **argv, void (*init)(void),
                      void (*fini)(void), void (*rtld_fini)(void), void *stack)
{
	start_fn *start;

	*(void **)&start = dlsym(RTLD_NEXT, "__libc_start_main");
	if (start == NULL)
		_exit(EXIT_FAILURE);
	main_of_program = real;
	return start(begin_and_run, argc, argv, init, fini, rtld_fini, stack);
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl*,readability-identifier-*,readability-function-size)
 */

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
