/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * deliver_many.c - deliver many mails to a store, in one process and a
 * given order, as the hook would one by one.
 *
 * deliver_many STORE < LIST, where each line of LIST names a file.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mda/parse.h"
#include "mda/record.h"
#include "store/store.h"

/* Mail of any time has a Date before it. */
static const int64_t received = 4102444800;

static char *read_all(const char *name, size_t *ret)
{
	FILE *file = fopen(name, "rb");
	size_t room = 1 << 16;
	char *data = malloc(room);
	char *more;
	size_t n;

	*ret = 0;
	while (file != NULL && data != NULL &&
	       (n = fread(data + *ret, 1, room - *ret, file)) > 0) {
		*ret += n;
		if (*ret < room)
			continue;
		room *= 2;
		more = realloc(data, room);
		if (more == NULL)
			free(data);
		data = more;
	}
	if (file == NULL || fclose(file) != 0) {
		free(data);
		return NULL;
	}
	return data;
}

static enum kd_status deliver(struct kd_store *store, const char *name,
                              struct kd_error *err)
{
	static const struct kd_list list = {
		.name = "test",
		.id = "test.example.org",
	};
	struct kd_arena *arena = kd_arena_new();
	struct kd_message msg;
	struct kd_arriving arriving = { .msg = &msg,
		                        .list = &list,
		                        .received = received };
	enum kd_added added;
	enum kd_status st;
	char *raw;

	raw = read_all(name, &arriving.raw.size);
	arriving.raw.data = raw;
	if (arena == NULL || raw == NULL)
		st = kd_fail(err, KD_IO, "read it");
	else
		st = kd_record_build(arriving.raw, received, arena, &msg, err);
	if (st == KD_OK)
		st = kd_store_add(store, &arriving, &added, err);
	free(raw);
	kd_arena_free(arena);
	return st;
}

int main(int argc, char **argv)
{
	struct kd_store_opts opts = { .mode = KD_STORE_DELIVER };
	struct kd_error err = KD_ERROR_INIT;
	struct kd_store *store = NULL;
	int64_t worst = 0;
	int64_t begin;
	char line[4096];
	enum kd_status st;

	if (argc != 2)
		return 2;
	opts.path = argv[1];
	opts.deadline_ms = kd_monotonic_ms() + 3600000;
	st = kd_store_open(&opts, &store, &err);
	while (st == KD_OK && fgets(line, sizeof(line), stdin) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		begin = kd_monotonic_ms();
		st = deliver(store, line, &err);
		kd_store_trim_log(store);
		if (kd_monotonic_ms() - begin > worst)
			worst = kd_monotonic_ms() - begin;
		if (st != KD_OK)
			(void)fprintf(stderr, "%s: ", line);
	}
	kd_store_close(store);
	if (st != KD_OK) {
		(void)fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	(void)printf("worst: %lld ms\n", (long long)worst);
	return 0;
}
