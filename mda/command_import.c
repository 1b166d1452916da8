/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * command_import.c - --import: what a person sees of it.  All on standard
 * error; on standard output are the lines of --dry-run alone.
 */
#include "mda/command.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "mda/import.h"
#include "mda/json.h"

enum {
	DRAW_MS = 100,       /* between two states of the bar */
	LINE_MS = 10 * 1000, /* between two lines, where there is no bar */
	BAR_SIZE = 24,       /* columns */
	FAULTS_MAX = 20,     /* that are named */
	TEXT_SIZE = 256,
	MINUTE = 60,
	HOUR = 60 * MINUTE,
};

struct report {
	bool quiet;
	bool terminal;
	bool drawn; /* a bar stands in the line */
	int64_t start_ms, last_ms;
	uint64_t n_faults;
};

/* --- On standard error ---------------------------------------------- */

static void wipe(struct report *r)
{
	if (r->drawn)
		(void)fputs("\r\033[K", stderr);
	r->drawn = false;
}

static void write_left(char *ret, size_t size, int64_t seconds)
{
	if (seconds >= HOUR)
		(void)snprintf(ret, size, "%d:%02d:%02d", (int)(seconds / HOUR),
		               (int)(seconds % HOUR / MINUTE),
		               (int)(seconds % MINUTE));
	else
		(void)snprintf(ret, size, "%d:%02d", (int)(seconds / MINUTE),
		               (int)(seconds % MINUTE));
}

/* "45 %, 2345 messages, 5012/s, 0:12 left" */
static void write_state(const struct kd_import_counts *counts, int64_t ms,
                        char *ret, size_t size)
{
	uint64_t rate = ms > 0 ? counts->read * 1000 / (uint64_t)ms : 0;
	char left[32];
	int64_t rest;

	if (counts->total == 0 || counts->done == 0) {
		(void)snprintf(ret, size, "%" PRIu64 " messages, %" PRIu64 "/s",
		               counts->read, rate);
		return;
	}
	rest = (int64_t)((double)ms / 1000 *
	                 ((double)counts->total / (double)counts->done - 1));
	write_left(left, sizeof(left), rest < 0 ? 0 : rest);
	(void)snprintf(ret, size,
	               "%3d %%, %" PRIu64 " messages, %" PRIu64 "/s, %s left",
	               (int)(100 * counts->done / counts->total), counts->read,
	               rate, left);
}

static void draw(struct report *r, const struct kd_import_counts *counts,
                 const char *state)
{
	char bar[BAR_SIZE + 1];
	uint64_t filled = counts->total == 0
	                          ? 0
	                          : BAR_SIZE * counts->done / counts->total;

	if (filled > BAR_SIZE)
		filled = BAR_SIZE;
	memset(bar, '.', BAR_SIZE);
	memset(bar, '#', filled);
	bar[BAR_SIZE] = '\0';
	wipe(r);
	(void)fprintf(stderr, "[%s] %s", bar, state);
	(void)fflush(stderr);
	r->drawn = true;
}

static void progress(void *payload, const struct kd_import_counts *counts)
{
	struct report *r = payload;
	int64_t now_ms = kd_monotonic_ms();
	char state[TEXT_SIZE];

	if (r->quiet || now_ms - r->last_ms < (r->terminal ? DRAW_MS : LINE_MS))
		return;
	r->last_ms = now_ms;
	write_state(counts, now_ms - r->start_ms, state, sizeof(state));
	if (r->terminal)
		draw(r, counts, state);
	else
		kd_command_say(state, kd_bytes_of(""));
}

static void fault(void *payload, const char *text)
{
	struct report *r = payload;

	if (r->quiet || r->n_faults++ >= FAULTS_MAX)
		return;
	wipe(r);
	kd_command_say("", kd_bytes_of(text));
}

static void sum_up(struct report *r, const struct kd_import_counts *counts)
{
	int64_t ms = kd_monotonic_ms() - r->start_ms;

	wipe(r);
	if (r->quiet)
		return;
	(void)fprintf(stderr,
	              "kvmdigest-mda: read %" PRIu64 ", new %" PRIu64
	              ", known %" PRIu64 ", of no list %" PRIu64
	              ", marked %" PRIu64 ", unreadable %" PRIu64 ", %" PRId64
	              ".%" PRId64 " s\n",
	              counts->read, counts->added, counts->known,
	              counts->unlisted, counts->marked, counts->unreadable,
	              ms / 1000, ms % 1000 / 100);
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
	struct report report = {
		.quiet = setup->quiet,
		.terminal = isatty(STDERR_FILENO) == 1,
		.start_ms = kd_monotonic_ms(),
		.last_ms = kd_monotonic_ms(),
	};
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

	st = kd_import(&opts, setup->sources, setup->n_sources, &counts, err);
	if (st == KD_OK && fflush(stdout) != 0)
		st = kd_fail(err, KD_IO, "standard output cannot be written");
	sum_up(&report, &counts);
	return st;
}
