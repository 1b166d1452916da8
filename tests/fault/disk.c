/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * disk.c - see disk.h: the log of what was done.  What a cut makes of it is
 * in cut.c.
 */
#include "tests/fault/disk_log.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct disk *on;

void disk_check(bool ok, const char *what)
{
	if (ok)
		return;
	(void)fprintf(stderr, "fault: %s\n", what);
	abort();
}

uint64_t disk_random(uint64_t *state)
{
	uint64_t z;

	*state += 0x9E3779B97F4A7C15;
	z = *state;
	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
	return z ^ (z >> 31);
}

static struct disk_op *add_op(struct disk *disk, enum disk_kind kind, int file)
{
	struct disk_op *op;

	if (disk->n_ops == disk->max_ops) {
		disk->max_ops = disk->max_ops == 0 ? 1024 : 2 * disk->max_ops;
		disk->ops = realloc(disk->ops,
		                    disk->max_ops * sizeof(disk->ops[0]));
		disk_check(disk->ops != NULL, "out of memory");
	}
	op = &disk->ops[disk->n_ops++];
	memset(op, 0, sizeof(*op));
	op->kind = kind;
	op->file = file;
	return op;
}

static int add_file(struct disk *disk, const char *name, bool is_dir)
{
	struct disk_file *file = &disk->files[disk->n_files];

	disk_check(disk->n_files < DISK_FILES_MAX, "too many files");
	(void)snprintf(file->name, sizeof(file->name), "%s", name);
	file->is_dir = is_dir;
	return disk->n_files++;
}

struct disk_entry *disk_find(struct disk_names *names, int dir,
                             const char *name)
{
	size_t i;

	for (i = 0; i < names->n; i++) {
		if (names->entries[i].dir == dir &&
		    strcmp(names->entries[i].name, name) == 0)
			return &names->entries[i];
	}
	return NULL;
}

void disk_put(struct disk_names *names, int dir, const char *name, int file)
{
	struct disk_entry *entry = disk_find(names, dir, name);

	if (entry == NULL) {
		disk_check(names->n < DISK_FILES_MAX, "too many names");
		entry = &names->entries[names->n++];
	}
	entry->dir = dir;
	entry->file = file;
	(void)snprintf(entry->name, sizeof(entry->name), "%s", name);
}

void disk_drop(struct disk_names *names, int dir, const char *name)
{
	struct disk_entry *entry = disk_find(names, dir, name);

	if (entry != NULL)
		*entry = names->entries[--names->n];
}

/* The directory of path and its last part; -1 when it is not below the
 * root.  The root itself is an empty last part. */
static int find_dir(struct disk *disk, const char *path, char ret[])
{
	size_t skip = strlen(disk->root);
	const struct disk_entry *entry;
	const char *slash;
	int dir = 0;

	if (strncmp(path, disk->root, skip) != 0 ||
	    (path[skip] != '\0' && path[skip] != '/'))
		return -1;
	path += path[skip] == '/' ? skip + 1 : skip;
	while ((slash = strchr(path, '/')) != NULL) {
		(void)snprintf(ret, DISK_NAME_SIZE, "%.*s", (int)(slash - path),
		               path);
		entry = disk_find(&disk->names, dir, ret);
		disk_check(entry != NULL, "a path without its directory");
		dir = entry->file;
		path = slash + 1;
	}
	(void)snprintf(ret, DISK_NAME_SIZE, "%s", path);
	return dir;
}

static void note_link(struct disk *disk, int dir, const char *name, int file)
{
	struct disk_op *op = add_op(disk, DISK_LINK, file);

	op->dir = dir;
	(void)snprintf(op->name, sizeof(op->name), "%s", name);
	disk_put(&disk->names, dir, name, file);
}

bool disk_is_on(void)
{
	return on != NULL;
}

int disk_opened(const char *path, bool is_dir)
{
	const struct disk_entry *entry;
	char name[DISK_NAME_SIZE];
	int dir = find_dir(on, path, name);
	int file;

	if (dir <= 0 && (dir < 0 || name[0] == '\0'))
		return dir;
	entry = disk_find(&on->names, dir, name);
	if (entry != NULL)
		return entry->file;
	file = add_file(on, name, is_dir);
	note_link(on, dir, name, file);
	return file;
}

void disk_wrote(int file, int64_t offset, const void *data, size_t size)
{
	struct disk_op *op;

	if (on == NULL || file < 0)
		return;
	op = add_op(on, DISK_WRITE, file);
	op->offset = offset;
	op->size = size;
	op->data = malloc(size);
	disk_check(op->data != NULL, "out of memory");
	memcpy(op->data, data, size);
}

void disk_truncated(int file, int64_t size)
{
	if (on != NULL && file >= 0)
		add_op(on, DISK_TRUNCATE, file)->offset = size;
}

static bool is_log(const char *name)
{
	size_t n = strlen(name);

	return n > 4 && strcmp(name + n - 4, "-wal") == 0;
}

/* A time, a dot: no other names here begin so. */
static bool is_spooled(const char *name)
{
	return strspn(name, "0123456789") == 10 && name[10] == '.';
}

/* Is a sync of that file one that the disk forgets? */
static bool forgets(enum disk_liar liar, const struct disk_file *of)
{
	switch (liar) {
	case DISK_NO_SYNC:
		return true;
	case DISK_NO_LOG_SYNC:
		return is_log(of->name);
	case DISK_NO_DIR_SYNC:
		return of->is_dir;
	case DISK_NO_FILE_SYNC:
		return !of->is_dir;
	case DISK_NO_NEW_SYNC:
		return of->is_dir && strcmp(of->name, "new") == 0;
	case DISK_NO_SPOOLED_SYNC:
		return !of->is_dir && is_spooled(of->name);
	case DISK_HONEST:
		break;
	}
	return false;
}

void disk_synced(int file)
{
	if (on == NULL || file < 0 || forgets(on->liar, &on->files[file]))
		return;
	(void)add_op(on, DISK_SYNC, file);
}

void disk_linked(const char *from, const char *to)
{
	char name[DISK_NAME_SIZE];
	int file = disk_opened(from, false);
	int dir = find_dir(on, to, name);

	if (file >= 0 && dir >= 0)
		note_link(on, dir, name, file);
}

void disk_unlinked(const char *path)
{
	char name[DISK_NAME_SIZE];
	int dir = find_dir(on, path, name);
	struct disk_op *op;

	if (dir < 0)
		return;
	op = add_op(on, DISK_UNLINK, 0);
	op->dir = dir;
	memcpy(op->name, name, sizeof(name));
	disk_drop(&on->names, dir, name);
}

/* One step: a file system never has half of a rename.  It is on the disk
 * when the directory of the new name is. */
void disk_renamed(const char *from, const char *to)
{
	char old[DISK_NAME_SIZE];
	char name[DISK_NAME_SIZE];
	int old_dir = find_dir(on, from, old);
	int dir = find_dir(on, to, name);
	struct disk_op *op;

	if (old_dir < 0 && dir < 0)
		return;
	disk_check(old_dir >= 0 && dir >= 0, "a rename across the root");
	op = add_op(on, DISK_RENAME, disk_opened(from, false));
	op->dir = dir;
	op->old_dir = old_dir;
	memcpy(op->name, name, sizeof(name));
	memcpy(op->old_name, old, sizeof(old));
	disk_drop(&on->names, old_dir, old);
	disk_put(&on->names, dir, name, op->file);
}

void disk_ack(int what)
{
	if (on != NULL)
		(void)add_op(on, DISK_ACK, what);
}

/* Contents of a file that was there before the log began. */
static void take_file(struct disk *disk, const char *path, int file)
{
	struct disk_file *of = &disk->files[file];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat sb;

	disk_check(fd >= 0 && fstat(fd, &sb) == 0, path);
	of->size = (size_t)sb.st_size;
	of->data = malloc(of->size + 1);
	disk_check(of->data != NULL &&
	                   read(fd, of->data, of->size) == (ssize_t)of->size,
	           path);
	(void)close(fd);
}

static void take_dir(struct disk *disk, const char *path, int dir)
{
	DIR *stream = opendir(path);
	const struct dirent *entry;
	char *inner = NULL;
	struct stat sb;
	int file;

	disk_check(stream != NULL, path);
	while ((entry = readdir(stream)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		disk_check(asprintf(&inner, "%s/%s", path, entry->d_name) > 0 &&
		                   lstat(inner, &sb) == 0,
		           path);
		file = add_file(disk, entry->d_name, S_ISDIR(sb.st_mode));
		disk_put(&disk->base, dir, entry->d_name, file);
		if (S_ISDIR(sb.st_mode))
			take_dir(disk, inner, file);
		else
			take_file(disk, inner, file);
		free(inner);
	}
	(void)closedir(stream);
}

struct disk *disk_begin(const char *root, enum disk_liar liar)
{
	struct disk *disk = calloc(1, sizeof(*disk));

	disk_check(disk != NULL && on == NULL, "begin");
	(void)snprintf(disk->root, sizeof(disk->root), "%s", root);
	disk->liar = liar;
	(void)add_file(disk, "", true);
	take_dir(disk, root, 0);
	disk->names = disk->base;
	on = disk;
	return disk;
}

void disk_stop(void)
{
	on = NULL;
}

void disk_free(struct disk *disk)
{
	size_t i;
	int file;

	for (i = 0; i < disk->n_ops; i++)
		free(disk->ops[i].data);
	for (file = 0; file < disk->n_files; file++)
		free(disk->files[file].data);
	free(disk->ops);
	free(disk);
}

size_t disk_steps(const struct disk *disk)
{
	return disk->n_ops;
}

bool disk_acked(const struct disk *disk, size_t steps, int what)
{
	size_t i;

	for (i = 0; i < steps; i++) {
		if (disk->ops[i].kind == DISK_ACK && disk->ops[i].file == what)
			return true;
	}
	return false;
}
