/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * command_backup.c - backup: a copy of the store in a file, and what a
 * person sees of it, on standard error.  A job of the night is quiet.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "report/command.h"
#include "store/backup.h"
#include "store/spool.h"

enum {
	WAIT_MS = 60 * 1000, /* for others */
	TOLD_MS = 200,       /* between two lines of progress */
	MEGABYTE = 1000 * 1000,
	PERCENT = 100,
};

/* Where progress goes, if to anyone. */
struct told {
	bool is_terminal;
	int64_t next_ms;
	bool any; /* something stands on the line */
};

static void tell(bool checking, int64_t done, int64_t total, void *payload)
{
	struct told *told = payload;
	int64_t now = kd_monotonic_ms();

	if (!told->is_terminal || now < told->next_ms)
		return;
	told->next_ms = now + TOLD_MS;
	told->any = true;
	if (checking)
		(void)fprintf(stderr,
		              "\r\033[Kchecking the copy: %" PRId64 " MB",
		              total / MEGABYTE);
	else
		(void)fprintf(stderr,
		              "\r\033[Kcopying: %" PRId64 " %% of %" PRId64
		              " MB",
		              total > 0 ? PERCENT * done / total : 0,
		              total / MEGABYTE);
	(void)fflush(stderr);
}

static void note(const struct kd_env *env, const struct told *told,
                 const char *path, const struct kd_backup_counts *counts)
{
	char waiting[KD_ERROR_TEXT_MAX];

	if (kd_spool_warning(env->store_path, waiting, sizeof(waiting)))
		(void)fprintf(stderr, "kvmdigest-report: not in the copy: %s\n",
		              waiting);
	if (told->is_terminal)
		(void)fprintf(stderr,
		              "kvmdigest-report: %s: %" PRId64
		              " messages, %" PRId64
		              " MB, %zu large messages beside it\n",
		              path, counts->messages, counts->bytes / MEGABYTE,
		              counts->large);
}

static enum kd_status copy(const struct kd_env *env,
                           const struct kd_options *options,
                           struct kd_store *store, const char *path,
                           struct kd_error *err)
{
	struct told told = { .is_terminal = isatty(STDERR_FILENO) == 1 };
	const struct kd_backup_opts opts = {
		.path = path,
		.replace = options->force,
		.progress = tell,
		.payload = &told,
	};
	struct kd_backup_counts counts = { .messages = 0 };
	enum kd_status st;

	st = kd_store_backup(store, &opts, &counts, err);
	if (told.any)
		(void)fputs("\r\033[K", stderr);
	if (st != KD_OK)
		return st;
	note(env, &told, options->args[0], &counts);
	if (counts.missing > 0)
		st = kd_fail(err, KD_CORRUPT,
		             "%s was written, but %zu large messages in "
		             "%s-large are damaged or gone, and are not in it",
		             options->args[0], counts.missing, env->store_path);
	return st;
}

enum kd_status kd_command_backup(const struct kd_env *env,
                                 const struct kd_options *options,
                                 struct kd_error *err)
{
	const struct kd_store_opts opts = {
		.path = env->store_path,
		.mode = KD_STORE_READ,
		.journal_delete = env->journal_delete,
		.deadline_ms = kd_monotonic_ms() + WAIT_MS,
	};
	struct kd_arena *arena = kd_arena_new();
	const char *path = options->args[0];
	struct kd_store *store = NULL;
	char *here = get_current_dir_name();
	enum kd_status st = KD_NOMEM;

	if (path[0] != '/' && here != NULL && arena != NULL)
		path = kd_arena_printf(arena, "%s/%s", here, path);
	if (arena == NULL || here == NULL || kd_arena_failed(arena))
		st = kd_fail(err, KD_NOMEM, "out of memory");
	else
		st = kd_store_open(&opts, &store, err);
	if (st == KD_OK)
		st = copy(env, options, store, path, err);
	kd_store_close(store);
	free(here);
	kd_arena_free(arena);
	return st;
}
