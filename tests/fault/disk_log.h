/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * disk_log.h - the inside of the disk: for disk.c, which writes the log,
 * and cut.c, which reads it.
 */
#ifndef KD_TESTS_FAULT_DISK_LOG_H
#define KD_TESTS_FAULT_DISK_LOG_H

#include "tests/fault/disk.h"

enum {
	DISK_FILES_MAX = 512, /* that there ever were; 0 is the root */
	DISK_NAME_SIZE = 128,
	DISK_PATH_SIZE = 1024,
	DISK_SECTOR = 512,
};

enum disk_kind {
	DISK_WRITE,
	DISK_TRUNCATE, /* to offset; or longer, with zeros */
	DISK_LINK,     /* file gets name in dir */
	DISK_UNLINK,
	DISK_RENAME,
	DISK_SYNC,
	DISK_ACK, /* file is the promise */
};

struct disk_op {
	enum disk_kind kind;
	int file;
	int dir;
	int old_dir;
	char name[DISK_NAME_SIZE];
	char old_name[DISK_NAME_SIZE];
	int64_t offset;
	size_t size;
	char *data;
};

struct disk_file {
	char name[DISK_NAME_SIZE]; /* the first that it had */
	bool is_dir;
	char *data; /* at the beginning */
	size_t size;
};

struct disk_entry {
	int dir;
	int file;
	char name[DISK_NAME_SIZE];
};

struct disk_names {
	struct disk_entry entries[DISK_FILES_MAX];
	size_t n;
};

struct disk {
	char root[DISK_PATH_SIZE];
	enum disk_liar liar;
	struct disk_file files[DISK_FILES_MAX];
	int n_files;
	struct disk_names base;  /* at the beginning */
	struct disk_names names; /* now */
	struct disk_op *ops;
	size_t n_ops;
	size_t max_ops;
};

/* The test itself is wrong: abort. */
void disk_check(bool ok, const char *what);

struct disk_entry *disk_find(struct disk_names *names, int dir,
                             const char *name);
void disk_put(struct disk_names *names, int dir, const char *name, int file);
void disk_drop(struct disk_names *names, int dir, const char *name);

#endif /* KD_TESTS_FAULT_DISK_LOG_H */
