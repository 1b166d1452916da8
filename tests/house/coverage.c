/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * coverage.c - linked into the programs of a coverage build: the counters
 * that all runs of a program share, and the one call that is to fail: see
 * coverage_faults.py.  No line of the product differs for any of this.
 */
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/house/coverage.h"

/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl*,readability-identifier-*):
 * the linker's names */

/* --- The counters ----------------------------------------------------- */

extern char kd_counters_start[], kd_counters_end[];
extern int kd_coverage; /* so that the linker takes this file */
int kd_coverage;

int __real_open(const char *path, int flags, ...);
int __real_close(int fd);
void __gcov_dump(void);
void __real___gcov_exit(void);
void __wrap___gcov_exit(void);

/* Each object of ours calls it as the program ends, to write its file. */
void __wrap___gcov_exit(void)
{
}

/*
 * From here on the program counts in a file, however it ends.  All counts
 * count (-fprofile-update=atomic): gcov works out from others how often most
 * lines were reached, and where two that ran at the same moment counted as
 * one, it took some that were for not reached.  With KD_COUNTERS_DUMP it is
 * asked for all that was counted till now, in the form of gcov.
 */
static void share_counters(void)
{
	size_t size = (size_t)(kd_counters_end - kd_counters_start);
	bool dump = getenv("KD_COUNTERS_DUMP") != NULL;
	char exe[4096], path[4200];
	ssize_t len = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	int fd;

	if (len < 0 || size == 0)
		return;
	exe[len] = '\0';
	(void)snprintf(path, sizeof(path), KD_COUNTERS "/%s",
	               strrchr(exe, '/') + 1);
	fd = __real_open(path, O_RDWR | O_CLOEXEC | (dump ? 0 : O_CREAT), 0666);
	if (fd < 0) {
		if (dump)
			_exit(0);
		return; /* a user who may not write there */
	}
	if (ftruncate(fd, (off_t)size) != 0 ||
	    mmap(kd_counters_start, size, PROT_READ | PROT_WRITE,
	         (dump ? MAP_PRIVATE : MAP_SHARED) | MAP_FIXED, fd,
	         0) == MAP_FAILED)
		abort();
	(void)__real_close(fd);
	if (!dump)
		return;
	__gcov_dump();
	_exit(0);
}

/* Nothing here is judged by what a power cut leaves, and most of the time
 * would go by in waiting for disks: SQLite, too, calls these. */
int fsync(int fd)
{
	(void)fd;
	return 0;
}

int fdatasync(int fd)
{
	(void)fd;
	return 0;
}

/* --- Faults ----------------------------------------------------------- */

enum {
	FRAMES = 64,
	SITES = 1 << 13, /* places that call; far more than there are */
	WAYS = 1 << 16,  /* ways to get there */
	OFTEN = 3000,    /* what one place calls after that is not listed */
	LIST = 1 << 24,
};

/* In shared memory: the hook's child has no files, and may write none. */
struct list {
	_Atomic(size_t) used;
	char text[LIST - sizeof(size_t)];
};

/* The environment as the program begins; the hook's child has none. */
static struct {
	const char *name; /* KD_FAULT_NAME: the function that fails */
	ptrdiff_t site;   /* KD_FAULT_SITE: the place from where */
	long at;          /* KD_FAULT_AT: which of the calls from there */
	bool on;          /* KD_FAULT_ON: ... and all calls after it; */
	bool same;        /* 2: those of that name alone */
	bool done;
	bool child;        /* KD_FAULT_IN=child: calls of a child count */
	struct list *list; /* KD_FAULT_LIST: a file for each way to a call */
	long seen;
	pid_t pid;
} fault;

int kd_fault_errno;  /* KD_FAULT_ERRNO */
int kd_fault_sqlite; /* KD_FAULT_SQLITE */

static struct {
	pthread_mutex_t mutex;
	struct site {
		ptrdiff_t site;
		long seen;
	} sites[SITES];
	uint64_t ways[WAYS];
} listed = { .mutex = PTHREAD_MUTEX_INITIALIZER };

extern const char __executable_start, etext;

static long number_of(const char *name, int base, long otherwise)
{
	const char *text = getenv(name);

	return text != NULL ? strtol(text, NULL, base) : otherwise;
}

static struct list *map_list(const char *path)
{
	int fd = __real_open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	void *list;

	if (fd < 0 || ftruncate(fd, LIST) != 0)
		abort();
	list = mmap(NULL, LIST, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (list == MAP_FAILED)
		abort();
	(void)__real_close(fd);
	return list;
}

__attribute__((constructor)) static void begin(void)
{
	const char *in = getenv("KD_FAULT_IN");
	const char *list = getenv("KD_FAULT_LIST");
	void *frame;

	share_counters();
	fault.site = number_of("KD_FAULT_SITE", 16, 0);
	fault.at = number_of("KD_FAULT_AT", 10, 1);
	fault.on = number_of("KD_FAULT_ON", 10, 0) != 0;
	fault.same = number_of("KD_FAULT_ON", 10, 0) == 2;
	fault.name = getenv("KD_FAULT_NAME");
	if (fault.name != NULL)
		fault.name = strdup(fault.name);
	fault.child = in != NULL && strcmp(in, "child") == 0;
	kd_fault_errno = (int)number_of("KD_FAULT_ERRNO", 10, EIO);
	kd_fault_sqlite = (int)number_of("KD_FAULT_SQLITE", 10, SQLITE_IOERR);
	fault.pid = getpid();
	if (list != NULL) {
		fault.list = map_list(list);
		(void)backtrace(&frame, 1); /* loads what it needs */
	}
}

/* The one of that place, and how often it called till now. */
static struct site *site_of(ptrdiff_t site)
{
	size_t i = (size_t)site % SITES;

	while (listed.sites[i].site != site && listed.sites[i].site != 0)
		i = (i + 1) % SITES;
	listed.sites[i].site = site;
	return &listed.sites[i];
}

static bool is_new_way(uint64_t way)
{
	size_t i = way % WAYS;

	while (listed.ways[i] != way && listed.ways[i] != 0)
		i = (i + 1) % WAYS;
	if (listed.ways[i] == way)
		return false;
	listed.ways[i] = way;
	return true;
}

/* A line for each way by which the program comes to a call: its name, the
 * place, which call from there it is, and who called that. */
static void list_call(const char *name, ptrdiff_t at)
{
	struct site *site = site_of(at);
	uint64_t way = 14695981039346656037U;
	void *frames[FRAMES];
	char line[1024];
	size_t used, to;
	int n, i = 0;

	if (++site->seen > OFTEN)
		return;
	n = backtrace(frames, FRAMES);
	used = (size_t)snprintf(line, sizeof(line), "%s %tx %ld", name, at,
	                        site->seen);
	while (i < n && frames[i] != &__executable_start + at)
		i++;
	for (i++; i < n && used < sizeof(line) - 20; i++) {
		const char *frame = frames[i];

		if (frame < &__executable_start || frame >= &etext)
			continue;
		used += (size_t)snprintf(line + used, sizeof(line) - used,
		                         " %tx", frame - &__executable_start);
		way = (way ^ (uint64_t)(frame - &__executable_start)) *
		      1099511628211U;
	}
	line[used++] = '\n';
	if (!is_new_way(way ^ (uint64_t)at << 32))
		return;
	to = atomic_fetch_add(&fault.list->used, used);
	if (to + used > sizeof(fault.list->text))
		abort();
	memcpy(fault.list->text + to, line, used);
}

bool kd_fails_from(const char *name, const char *from)
{
	ptrdiff_t site = from - &__executable_start;

	if (fault.name == NULL && fault.list == NULL)
		return false;
	if (fault.child != (getpid() != fault.pid))
		return false;
	if (fault.list != NULL) {
		(void)pthread_mutex_lock(&listed.mutex);
		list_call(name, site);
		(void)pthread_mutex_unlock(&listed.mutex);
		return false;
	}
	if (!fault.done) {
		if (site != fault.site || strcmp(name, fault.name) != 0 ||
		    ++fault.seen != fault.at)
			return false;
		fault.done = true;
	} else if (!fault.on || (fault.same && strcmp(name, fault.name) != 0)) {
		return false;
	}
	errno = kd_fault_errno;
	return true;
}

bool kd_fails_of_memory_from(const char *name, const char *from)
{
	if (!kd_fails_from(name, from))
		return false;
	errno = ENOMEM;
	return true;
}
/* NOLINTEND(...) */
