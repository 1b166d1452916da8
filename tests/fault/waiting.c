/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * waiting.c - see waiting.h.
 */
#include "tests/fault/waiting.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/large.h"
#include "store/spool.h"
#include "tests/fault/hookway.h"

enum { PATH_SIZE = 512 };

static bool read_file(const char *path, struct kd_arena *arena,
                      struct kd_bytes *ret)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	off_t size = fd < 0 ? -1 : lseek(fd, 0, SEEK_END);
	char *data = size < 0 ? NULL : kd_arena_alloc(arena, (size_t)size + 1);
	bool ok = data != NULL && pread(fd, data, (size_t)size, 0) == size;

	if (fd >= 0)
		(void)close(fd);
	ret->data = data;
	ret->size = ok ? (size_t)size : 0;
	return ok;
}

/* Is it that letter, with all of its bytes? */
static bool is_letter(const struct kd_spool_mail *mail,
                      const struct letter *letter, const char *path,
                      struct kd_arena *arena)
{
	struct kd_bytes whole = mail->raw;
	struct kd_error err = KD_ERROR_INIT;
	struct kd_bytes mine;
	char *text;
	bool same;

	if (mail->large != letter->large)
		return false;
	if (mail->large && kd_large_read(path, mail->large_sha256, mail->size,
	                                 arena, &whole, &err) != KD_OK)
		return false;
	text = letter_write_out(letter, &mine);
	same = whole.size == mine.size &&
	       memcmp(whole.data, mine.data, mine.size) == 0;
	free(text);
	return same;
}

static void look_at(const struct letter *letters, size_t n, const char *path,
                    const char *file, bool bad, struct waiting *found)
{
	struct kd_arena *arena = kd_arena_new();
	struct kd_error err = KD_ERROR_INIT;
	struct kd_spool_mail mail;
	struct kd_bytes all;
	bool poison = false;
	size_t i;

	if (arena == NULL)
		abort();
	if (!read_file(file, arena, &all) ||
	    kd_spool_parse(all, arena, &mail, &err) != KD_OK) {
		found->half++;
		goto out;
	}
	for (i = 0; i < n; i++) {
		if (!is_letter(&mail, &letters[i], path, arena))
			continue;
		poison = hookway_is_poison(letters[i].id);
		if (bad)
			found->aside[i] = true;
		else
			found->waits[i] = true;
	}
	if (!bad && !poison)
		found->n++;
out:
	kd_arena_free(arena);
}

static void look_into(const struct letter *letters, size_t n, const char *path,
                      bool bad, struct waiting *found)
{
	const struct dirent *entry;
	char dir[PATH_SIZE];
	char file[2 * PATH_SIZE];
	DIR *stream;

	(void)snprintf(dir, sizeof(dir), "%.400s-spool/%s", path,
	               bad ? "bad" : "new");
	stream = opendir(dir);
	if (stream == NULL)
		return;
	while ((entry = readdir(stream)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		(void)snprintf(file, sizeof(file), "%s/%s", dir, entry->d_name);
		look_at(letters, n, path, file, bad, found);
	}
	(void)closedir(stream);
}

struct waiting waiting_look(const struct letter *letters, size_t n,
                            const char *path)
{
	struct waiting found = { .n = 0 };

	found.waits = calloc(n, sizeof(bool));
	found.aside = calloc(n, sizeof(bool));
	if (found.waits == NULL || found.aside == NULL)
		abort();
	look_into(letters, n, path, false, &found);
	look_into(letters, n, path, true, &found);
	return found;
}

void waiting_forget(struct waiting *found)
{
	free(found->waits);
	free(found->aside);
}
