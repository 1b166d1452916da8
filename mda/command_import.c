/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * command_import.c - --import: what a person sees of it.  All on standard
 * error; on standard output are the lines of --dry-run alone.
 */
#include "mda/command.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "mda/import.h"
#include "mda/json.h"
#include "mda/progress.h"

enum { FAULTS_MAX = 20 }; /* that are named */

struct report {
	struct kd_progress progress;
	uint64_t n_faults;
};

/* --- On standard error ---------------------------------------------- */

static void progress(void *payload, const struct kd_import_counts *counts)
{
	struct report *r = payload;

	kd_progress_show(&r->progress, counts->read, counts->done,
	                 counts->total);
}

static void fault(void *payload, const char *text)
{
	struct report *r = payload;

	if (r->progress.quiet || r->n_faults++ >= FAULTS_MAX)
		return;
	kd_progress_wipe(&r->progress);
	kd_command_say("", kd_bytes_of(text));
}

static void sum_up(struct report *r, const struct kd_import_counts *counts)
{
	char seconds[32];

	kd_progress_wipe(&r->progress);
	if (r->progress.quiet)
		return;
	kd_progress_seconds(&r->progress, seconds, sizeof(seconds));
	(void)fprintf(stderr,
	              "kvmdigest-mda: read %" PRIu64 ", new %" PRIu64
	              ", known %" PRIu64 ", of no list %" PRIu64
	              ", marked %" PRIu64 ", unreadable %" PRIu64 ", %s s\n",
	              counts->read, counts->added, counts->known,
	              counts->unlisted, counts->marked, counts->unreadable,
	              seconds);
}

/* --- On standard output --------------------------------------------- */

static enum kd_status show(void *payload, const struct kd_prepared *mail,
                           struct kd_arena *arena, struct kd_error *err)
{
	const struct kd_list *list = mail->arriving.list;
	struct kd_bytes line;
	enum kd_status st;

	(void)payload;
	st = kd_json_message(&mail->msg, mail->arriving.raw,
	                     list == NULL ? NULL : list->name, arena, &line,
	                     err);
	if (st == KD_OK && fwrite(line.data, 1, line.size, stdout) != line.size)
		st = kd_fail(err, KD_IO, "standard output cannot be written");
	return st;
}

enum kd_status kd_command_import(const struct kd_setup *setup,
                                 struct kd_error *err)
{
	struct report report = { .n_faults = 0 };
	const struct kd_import_opts opts = {
		.store_path = setup->dry_run ? NULL : setup->store_path,
		.journal_delete = setup->journal_delete,
		.lists = setup->lists,
		.n_lists = setup->n_lists,
		.list = setup->list,
		.unlisted_skip = setup->unlisted_skip,
		.format = setup->format,
		.max_message = setup->max_message < KD_ROW_MAX
		                       ? setup->max_message
		                       : KD_ROW_MAX,
		.now = (int64_t)time(NULL),
		.n_workers = setup->n_workers,
		.progress = progress,
		.fault = fault,
		.show = show,
		.payload = &report,
	};
	struct kd_import_counts counts;
	enum kd_status st;

	kd_progress_begin(&report.progress, setup->quiet);
	st = kd_import(&opts, setup->sources, setup->n_sources, &counts, err);
	if (st == KD_OK && fflush(stdout) != 0)
		st = kd_fail(err, KD_IO, "standard output cannot be written");
	sum_up(&report, &counts);
	return st;
}
