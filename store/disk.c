/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * disk.c - see disk.h.  Nothing else may stand here: a test that brings a
 * table of its own leaves this file out.
 */
#include "store/disk.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_at(int dir_fd, const char *name, int flags, mode_t mode)
{
	return openat(dir_fd, name, flags | O_CLOEXEC, mode);
}

const struct kd_disk kd_disk = {
	.mkdirat = mkdirat,
	.openat = open_at,
	.write = write,
	.fsync = fsync,
	.renameat = renameat,
	.unlinkat = unlinkat,
};
