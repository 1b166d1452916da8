/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * import.c - see import.h: the sources in turn, and what is in the pool.
 */
#include "mda/import.h"

#include <malloc.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "mda/import_internal.h"

enum {
	OPEN_MS = 60 * 1000, /* for others to give way */
	CLOSE_MS = 1000,     /* the same; it does not matter then */
	KEEP_MEMORY = 32 << 20,
};

/* --- What hangs on no source ---------------------------------------- */

/* What a message becomes hangs on more than its bytes. */
static const char *describe(const struct kd_import_opts *opts,
                            struct kd_arena *arena)
{
	const char *ret =
		kd_arena_printf(arena, "%s%s%s%s",
	                        opts->format == NULL ? "auto" : opts->format,
	                        opts->unlisted_skip ? " skip" : "",
	                        opts->list == NULL ? "" : " all ",
	                        opts->list == NULL ? "" : opts->list->id);

	for (size_t i = 0; opts->list == NULL && i < opts->n_lists; i++) {
		if (ret != NULL)
			ret = kd_arena_printf(arena, "%s %s", ret,
			                      opts->lists[i].id);
	}
	return ret;
}

static size_t processors(void)
{
	cpu_set_t set;
	int n;

	CPU_ZERO(&set);
	if (sched_getaffinity(0, sizeof(set), &set) != 0)
		return 1;
	n = CPU_COUNT(&set);
	if (n > KD_POOL_WORKERS_MAX)
		return KD_POOL_WORKERS_MAX;
	return n < 1 ? 1 : (size_t)n;
}

static enum kd_status open_store(struct kd_importing *im, struct kd_error *err)
{
	const struct kd_import_opts *opts = im->opts;
	struct kd_store_opts store_opts = {
		.path = opts->store_path,
		.mode = KD_STORE_DELIVER, /* it makes one */
		.journal_delete = opts->journal_delete,
		.deadline_ms = kd_monotonic_ms() + OPEN_MS,
	};
	enum kd_status st;

	if (opts->store_path == NULL)
		return KD_OK;
	st = kd_store_open(&store_opts, &im->store, err);
	if (st != KD_OK)
		return st;
	kd_store_close(im->store);
	im->store = NULL;
	store_opts.mode = KD_STORE_WRITE;
	store_opts.bulk = true;
	st = kd_store_open(&store_opts, &im->store, err);
	if (st == KD_OK)
		kd_store_let_go(im->store);
	return st;
}

/* Closing shortens the log: nobody is to write to it then. */
static void close_store(struct kd_importing *im)
{
	struct kd_error why = KD_ERROR_INIT;

	if (im->store == NULL)
		return;
	kd_store_set_deadline(im->store, kd_monotonic_ms() + CLOSE_MS);
	if (kd_store_hold(im->store, &why) != KD_OK)
		kd_store_let_go(im->store);
	kd_store_close(im->store);
}

static enum kd_status open_all(struct kd_importing *im, struct kd_error *err)
{
	struct kd_pool_opts pool_opts = {
		.n_workers = im->opts->n_workers,
		.renew_after = KD_POOL_RENEW_AFTER,
		.wall_ms = KD_POOL_WALL_MS,
		.cpu_seconds = KD_POOL_CPU_SECONDS,
	};
	enum kd_status st = KD_OK;

	/* What was freed is wanted again by the next parcel. */
	(void)mallopt(M_MMAP_THRESHOLD, KEEP_MEMORY);
	(void)mallopt(M_TRIM_THRESHOLD, KEEP_MEMORY);
	if (pool_opts.n_workers == 0)
		pool_opts.n_workers = processors();
	im->arena = kd_arena_new();
	if (im->arena != NULL)
		im->how = describe(im->opts, im->arena);
	if (im->how == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	im->deliver = (struct kd_deliver_opts){
		.lists = im->opts->lists,
		.n_lists = im->opts->n_lists,
		.list = im->opts->list,
	};
	if (im->opts->format != NULL)
		st = kd_source_format_find(im->opts->format, &im->format, err);
	/* the workers first: they need to know nothing of a store */
	if (st == KD_OK)
		st = kd_pool_open(&pool_opts, &im->pool, err);
	if (st == KD_OK)
		st = open_store(im, err);
	if (st == KD_OK && im->store != NULL)
		st = kd_import_packer_open(&im->packer, err);
	return st;
}

/* --- A source ------------------------------------------------------- */

/* How much it is: not before it has to be known, for a source may find that
 * out while it is read. */
static void measure(struct kd_importing *im)
{
	if (im->measured)
		return;
	im->import.most = kd_source_most(im->source);
	im->counts->total = kd_source_total(im->source);
	im->measured = true;
}

/* The oldest parcel on its way comes to its end. */
static enum kd_status finish_one(struct kd_importing *im, struct kd_error *err)
{
	struct kd_import_parcel *parcel = im->parcels[im->first];
	struct kd_pool_batch *batch = NULL;
	enum kd_status st = KD_OK;

	kd_import_packer_wait(im->packer, parcel);
	if (parcel->pool.n > 0)
		st = kd_pool_get(im->pool, &batch, err);
	if (st != KD_OK)
		return st;
	im->first = (im->first + 1) % KD_IMPORT_BATCHES;
	im->n--;
	measure(im);
	st = kd_import_parcel_write(im, parcel, err);
	kd_import_parcel_free(parcel);
	if (st == KD_OK && im->opts->progress != NULL)
		im->opts->progress(im->opts->payload, im->counts);
	return st;
}

static enum kd_status finish_all(struct kd_importing *im, struct kd_error *err)
{
	enum kd_status st = KD_OK;

	while (st == KD_OK && im->n > 0)
		st = finish_one(im, err);
	return st;
}

static enum kd_status send_on(struct kd_importing *im,
                              struct kd_import_parcel *parcel,
                              struct kd_error *err)
{
	enum kd_status st = KD_OK;

	while (st == KD_OK && im->n > 0 &&
	       (im->n == KD_IMPORT_BATCHES || !kd_pool_has_room(im->pool)))
		st = finish_one(im, err);
	if (st == KD_OK && parcel->pool.n > 0)
		st = kd_pool_put(im->pool, &parcel->pool, err);
	if (st != KD_OK) {
		kd_import_parcel_free(parcel);
		return st;
	}
	kd_import_packer_put(im->packer, parcel);
	im->parcels[(im->first + im->n) % KD_IMPORT_BATCHES] = parcel;
	im->n++;
	return parcel->huge ? finish_all(im, err) : KD_OK;
}

/* A source that cannot be read is no reason to leave out the next one. */
static void note_failed(struct kd_importing *im, const struct kd_error *why)
{
	if (im->failed.status == KD_OK)
		im->failed = *why;
	else if (im->opts->fault != NULL)
		im->opts->fault(im->opts->payload, why->text);
}

static enum kd_status run_source(struct kd_importing *im, struct kd_error *err)
{
	struct kd_import_parcel *parcel = NULL;
	struct kd_error why = KD_ERROR_INIT;
	enum kd_status read = KD_OK;
	enum kd_status st = KD_OK;
	bool ends = false;

	while (st == KD_OK && read == KD_OK && !ends) {
		read = kd_import_parcel_read(im, &parcel, &why);
		if (parcel == NULL)
			break;
		ends = parcel->ends;
		st = send_on(im, parcel, err);
	}
	if (st == KD_OK)
		st = finish_all(im, err);
	if (st == KD_OK && read == KD_NOMEM)
		return kd_fail(err, read, "%s", why.text);
	if (read != KD_OK)
		note_failed(im, &why);
	return st;
}

static enum kd_status open_source(struct kd_importing *im, const char *path,
                                  const char *position, struct kd_error *err)
{
	enum kd_status st;

	st = kd_source_open(path, im->format, position, &im->source, err);
	if (st != KD_OK)
		return st;
	im->counts->done = 0;
	im->counts->total = 0;
	im->measured = false;
	return KD_OK;
}

/* *ret is the arena's. */
static enum kd_status name_of(const struct kd_importing *im, const char *path,
                              const char **ret, struct kd_error *err)
{
	char *real = strcmp(path, "-") == 0 ? NULL : realpath(path, NULL);

	/* one that is not there is said to be so when it is opened */
	*ret = kd_arena_strdup(im->arena, real == NULL ? path : real);
	free(real);
	if (*ret == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	return KD_OK;
}

static enum kd_status import_one(struct kd_importing *im, const char *path,
                                 struct kd_error *err)
{
	struct kd_error why = KD_ERROR_INIT;
	const char *position = NULL;
	enum kd_status st;

	im->import = (struct kd_import){ .how = im->how, .now = im->opts->now };
	st = name_of(im, path, &im->import.source, err);
	if (st == KD_OK && im->store != NULL)
		st = kd_store_import_position(im->store, &im->import, im->arena,
		                              &position, err);
	if (st != KD_OK)
		return st;
	if (open_source(im, path, position, &why) != KD_OK) {
		note_failed(im, &why);
		return KD_OK;
	}
	st = run_source(im, err);
	while (im->n > 0) {
		kd_import_packer_wait(im->packer, im->parcels[im->first]);
		kd_import_parcel_free(im->parcels[im->first]);
		im->first = (im->first + 1) % KD_IMPORT_BATCHES;
		im->n--;
	}
	kd_source_close(im->source);
	im->source = NULL;
	return st;
}

enum kd_status kd_import(const struct kd_import_opts *opts,
                         const char *const *sources, size_t n,
                         struct kd_import_counts *ret, struct kd_error *err)
{
	struct kd_importing *im = calloc(1, sizeof(*im));
	enum kd_status st;

	*ret = (struct kd_import_counts){ .read = 0 };
	if (im == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	im->opts = opts;
	im->counts = ret;
	st = open_all(im, err);
	for (size_t i = 0; i < n && st == KD_OK; i++)
		st = import_one(im, sources[i], err);
	kd_import_packer_close(im->packer);
	close_store(im);
	kd_pool_close(im->pool);
	kd_arena_free(im->arena);
	if (st == KD_OK && im->failed.status != KD_OK)
		st = kd_fail(err, im->failed.status, "%s", im->failed.text);
	free(im);
	if (st == KD_OK && ret->unreadable > 0)
		st = kd_fail(err, KD_NOTMAIL,
		             "%llu messages could not be taken in, all others "
		             "were",
		             (unsigned long long)ret->unreadable);
	return st;
}
