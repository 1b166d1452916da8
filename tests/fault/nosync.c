/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nosync.c - for LD_PRELOAD: syncs that say that all is well and do
 * nothing, as a disk that lies.  With these loopcut.py must see losses.
 */
#include <sys/types.h>

int fsync(int fd);
int fdatasync(int fd);

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
