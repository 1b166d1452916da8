/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * floor.c - the least that a delivery can cost.
 *
 *   floor          starts, and ends
 *   floor MAILDIR  keeps standard input as a file there, as safely as can
 *                  be: fsync, rename, fsync of the directory
 */
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static int copy(int out)
{
	static char buf[1 << 16];
	ssize_t n;

	while ((n = read(0, buf, sizeof(buf))) > 0) {
		if (write(out, buf, (size_t)n) != n)
			return -1;
	}
	return n == 0 ? 0 : -1;
}

static int keep(const char *maildir)
{
	char from[4096], to[4096];
	struct timespec t;
	int dir, out;

	(void)clock_gettime(CLOCK_REALTIME, &t);
	(void)snprintf(from, sizeof(from), "%s/tmp/%lld.%ld", maildir,
	               (long long)t.tv_sec, t.tv_nsec);
	(void)snprintf(to, sizeof(to), "%s/new/%lld.%ld", maildir,
	               (long long)t.tv_sec, t.tv_nsec);
	out = open(from, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (out < 0 || copy(out) != 0 || fsync(out) != 0 || close(out) != 0 ||
	    rename(from, to) != 0)
		return 1;
	(void)snprintf(to, sizeof(to), "%s/new", maildir);
	dir = open(to, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return dir < 0 || fsync(dir) != 0 || close(dir) != 0;
}

int main(int argc, char **argv)
{
	return argc < 2 ? 0 : keep(argv[1]);
}
