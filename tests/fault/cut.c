/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cut.c - what is on the disk after the power went: all that was synced,
 * and of the rest what chance says.
 */
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/fault/disk_log.h"

enum { SURE = 100 };

/* How this cut treats what was not synced. */
struct chance {
	uint64_t state;
	int keep;    /* of a hundred sectors or names */
	int trash;   /* of a hundred sectors that are not kept */
	size_t torn; /* what comes before it is kept whole */
};

struct content {
	char *data;
	size_t size;
	size_t room;
};

struct after {
	struct content files[DISK_FILES_MAX];
	struct disk_names names;
};

static struct chance choose(size_t steps, uint64_t seed)
{
	static const int keeps[] = { 0, 5, 30, 50, 70, 95, SURE };
	struct chance chance = { .state = seed, .torn = 0 };

	chance.keep = keeps[disk_random(&chance.state) % 7];
	if (disk_random(&chance.state) % 4 == 0)
		chance.trash = 30;
	/* a disk that writes in order, and stops on the way */
	if (disk_random(&chance.state) % 4 == 0)
		chance.torn = disk_random(&chance.state) % (steps + 1);
	return chance;
}

static bool happens(struct chance *chance, int of_hundred)
{
	return (int)(disk_random(&chance->state) % SURE) < of_hundred;
}

/* sure[i]: step i was synced before the cut. */
static bool *find_synced(const struct disk *disk, size_t steps)
{
	bool *sure = calloc(steps + 1, sizeof(*sure));
	bool synced[DISK_FILES_MAX] = { false };
	const struct disk_op *op;
	size_t i;

	disk_check(sure != NULL, "out of memory");
	for (i = steps; i-- > 0;) {
		op = &disk->ops[i];
		if (op->kind == DISK_SYNC)
			synced[op->file] = true;
		else if (op->kind == DISK_WRITE || op->kind == DISK_TRUNCATE)
			sure[i] = synced[op->file];
		else if (op->kind != DISK_ACK)
			sure[i] = synced[op->dir];
	}
	return sure;
}

static void grow(struct content *content, size_t size)
{
	if (size > content->room) {
		content->room = size + size / 2 + 4096;
		content->data = realloc(content->data, content->room);
		disk_check(content->data != NULL, "out of memory");
	}
	if (size > content->size) {
		memset(content->data + content->size, 0, size - content->size);
		content->size = size;
	}
}

static void trash(char *data, size_t size, struct chance *chance)
{
	size_t i;

	for (i = 0; i < size; i++)
		data[i] = (char)disk_random(&chance->state);
}

/* Sector for sector; chance NULL: all of it. */
static void apply_write(const struct disk_op *op, struct content *content,
                        struct chance *chance)
{
	size_t at = (size_t)op->offset;
	size_t end = at + op->size;
	const char *from = op->data;
	size_t n;

	for (; at < end; at += n, from += n) {
		n = DISK_SECTOR - at % DISK_SECTOR;
		if (n > end - at)
			n = end - at;
		if (chance == NULL || happens(chance, chance->keep)) {
			grow(content, at + n);
			memcpy(content->data + at, from, n);
		} else if (happens(chance, chance->trash)) {
			grow(content, at + n);
			trash(content->data + at, n, chance);
		}
	}
}

static void apply(const struct disk_op *op, struct after *after,
                  struct chance *chance)
{
	struct content *content = &after->files[op->file];

	if (op->kind == DISK_WRITE) {
		apply_write(op, content, chance);
		return;
	}
	if (chance != NULL && !happens(chance, chance->keep))
		return;
	switch (op->kind) {
	case DISK_TRUNCATE:
		grow(content, (size_t)op->offset);
		content->size = (size_t)op->offset;
		break;
	case DISK_LINK:
		disk_put(&after->names, op->dir, op->name, op->file);
		break;
	case DISK_RENAME:
		disk_drop(&after->names, op->old_dir, op->old_name);
		disk_put(&after->names, op->dir, op->name, op->file);
		break;
	case DISK_UNLINK:
		disk_drop(&after->names, op->dir, op->name);
		break;
	case DISK_WRITE:
	case DISK_SYNC:
	case DISK_ACK:
		break;
	}
}

static void begin_as(const struct disk *disk, struct after *after)
{
	int i;

	after->names = disk->base;
	for (i = 0; i < disk->n_files; i++) {
		if (disk->files[i].size == 0)
			continue;
		grow(&after->files[i], disk->files[i].size);
		memcpy(after->files[i].data, disk->files[i].data,
		       disk->files[i].size);
	}
}

static int remove_one(const char *path, const struct stat *sb, int type,
                      struct FTW *ftw)
{
	(void)sb;
	(void)type;
	return ftw->level == 0 ? 0 : remove(path);
}

static void put_file(const struct content *content, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	disk_check(fd >= 0, path);
	disk_check(content->size == 0 ||
	                   write(fd, content->data, content->size) ==
	                           (ssize_t)content->size,
	           path);
	(void)close(fd);
}

static void put_dir(const struct disk *disk, const struct after *after, int dir,
                    const char *to)
{
	const struct disk_entry *entry;
	char path[DISK_PATH_SIZE];
	size_t i;

	for (i = 0; i < after->names.n; i++) {
		entry = &after->names.entries[i];
		if (entry->dir != dir)
			continue;
		disk_check(snprintf(path, sizeof(path), "%s/%s", to,
		                    entry->name) < (int)sizeof(path),
		           "a long path");
		if (disk->files[entry->file].is_dir) {
			disk_check(mkdir(path, 0700) == 0, path);
			put_dir(disk, after, entry->file, path);
		} else {
			put_file(&after->files[entry->file], path);
		}
	}
}

void disk_cut(const struct disk *disk, size_t steps, uint64_t seed,
              const char *to)
{
	struct after *after = calloc(1, sizeof(*after));
	bool *sure = find_synced(disk, steps);
	struct chance chance = choose(steps, seed);
	size_t i;

	disk_check(after != NULL, "out of memory");
	begin_as(disk, after);
	for (i = 0; i < steps; i++)
		apply(&disk->ops[i], after,
		      sure[i] || i < chance.torn ? NULL : &chance);
	disk_check(nftw(to, remove_one, 8, FTW_DEPTH | FTW_PHYS) == 0, to);
	put_dir(disk, after, 0, to);
	for (i = 0; i < DISK_FILES_MAX; i++)
		free(after->files[i].data);
	free(after);
	free(sure);
}
