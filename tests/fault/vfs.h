/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vfs.h - SQLite's own way to the disk, around the usual one, where a call
 * fails when the test says so.
 *
 * It is what a handle gets that names no other.  Knows no store.
 */
#ifndef KD_TESTS_FAULT_VFS_H
#define KD_TESTS_FAULT_VFS_H

#include <stdbool.h>
#include <stddef.h>

enum vfs_call {
	VFS_WRITE, /* one that fails has done half of it */
	VFS_SYNC,
	VFS_TRUNCATE,
	VFS_DELETE,
	VFS_OPEN,
	VFS_LOCK,
	VFS_SHM_MAP,
	VFS_SHM_LOCK, /* not the giving back */
	VFS_READ,
	VFS_CALLS
};

#define VFS_BIT(call) (1U << (call))
#define VFS_EVERY (VFS_BIT(VFS_CALLS) - 1)

enum vfs_fault {
	VFS_IOERR,
	VFS_FULL,
	VFS_BUSY,
	VFS_LIE /* it does nothing, and says that all is well */
};

enum vfs_span {
	VFS_ONCE,
	VFS_KIND, /* from then on all calls of that kind */
	VFS_ALL   /* from then on all calls that are counted */
};

struct vfs_plan {
	unsigned int calls; /* VFS_BIT()s: these are counted */
	size_t at;          /* so many of them do their work before */
	enum vfs_fault fault;
	enum vfs_span span;
};

/* Once, before the first handle is opened. */
void vfs_register(void);

void vfs_arm(const struct vfs_plan *plan);
/* No more faults.  How many calls failed since it was armed. */
size_t vfs_disarm(void);

#endif /* KD_TESTS_FAULT_VFS_H */
