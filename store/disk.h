/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * disk.h - the calls by which files beside the store are changed.
 *
 * What must survive a power cut goes through this one table, so that a
 * test can link another in its place and cut the power after any of them.
 * SQLite has a table of its own.
 */
#ifndef KD_STORE_DISK_H
#define KD_STORE_DISK_H

#include <sys/types.h>

/* As the calls of the same names, errno included. */
struct kd_disk {
	int (*mkdirat)(int dir_fd, const char *name, mode_t mode);
	int (*openat)(int dir_fd, const char *name, int flags, mode_t mode);
	ssize_t (*write)(int fd, const void *data, size_t size);
	int (*fsync)(int fd);
	int (*renameat)(int from_fd, const char *from, int to_fd,
	                const char *to);
	int (*unlinkat)(int dir_fd, const char *name, int flags);
};

extern const struct kd_disk kd_disk;

#endif /* KD_STORE_DISK_H */
