/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * progress.c - see progress.h.
 */
#include "mda/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "mda/command.h"

enum {
	DRAW_MS = 100,       /* between two states of the bar */
	LINE_MS = 10 * 1000, /* between two lines, where there is no bar */
	BAR_SIZE = 24,       /* columns */
	TEXT_SIZE = 256,
	MINUTE = 60,
	HOUR = 60 * MINUTE,
};

void kd_progress_begin(struct kd_progress *progress, bool quiet)
{
	int64_t now_ms = kd_monotonic_ms();

	*progress = (struct kd_progress){
		.quiet = quiet,
		.terminal = isatty(STDERR_FILENO) == 1,
		.start_ms = now_ms,
		.last_ms = now_ms,
	};
}

void kd_progress_wipe(struct kd_progress *progress)
{
	if (progress->drawn)
		(void)fputs("\r\033[K", stderr);
	progress->drawn = false;
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
static void write_state(uint64_t messages, double part, int64_t ms, char *ret,
                        size_t size)
{
	uint64_t rate = ms > 0 ? messages * 1000 / (uint64_t)ms : 0;
	char left[32];
	int64_t rest;

	if (part <= 0) {
		(void)snprintf(ret, size, "%" PRIu64 " messages, %" PRIu64 "/s",
		               messages, rate);
		return;
	}
	rest = (int64_t)((double)ms / 1000 * (1 / part - 1));
	write_left(left, sizeof(left), rest < 0 ? 0 : rest);
	(void)snprintf(ret, size,
	               "%3d %%, %" PRIu64 " messages, %" PRIu64 "/s, %s left",
	               (int)(100 * part), messages, rate, left);
}

static void draw(struct kd_progress *progress, double part, const char *state)
{
	char bar[BAR_SIZE + 1];

	memset(bar, '.', BAR_SIZE);
	memset(bar, '#', (size_t)(BAR_SIZE * part));
	bar[BAR_SIZE] = '\0';
	kd_progress_wipe(progress);
	(void)fprintf(stderr, "[%s] %s", bar, state);
	(void)fflush(stderr);
	progress->drawn = true;
}

void kd_progress_show(struct kd_progress *progress, uint64_t messages,
                      uint64_t done, uint64_t total)
{
	int64_t now_ms = kd_monotonic_ms();
	char state[TEXT_SIZE];
	double part = 0;

	if (progress->quiet || now_ms - progress->last_ms <
	                               (progress->terminal ? DRAW_MS : LINE_MS))
		return;
	progress->last_ms = now_ms;
	if (total > 0)
		part = done < total ? (double)done / (double)total : 1;
	write_state(messages, part, now_ms - progress->start_ms, state,
	            sizeof(state));
	if (progress->terminal)
		draw(progress, part, state);
	else
		kd_command_say(state, kd_bytes_of(""));
}

void kd_progress_seconds(const struct kd_progress *progress, char *ret,
                         size_t size)
{
	int64_t ms = kd_monotonic_ms() - progress->start_ms;

	(void)snprintf(ret, size, "%" PRId64 ".%" PRId64, ms / 1000,
	               ms % 1000 / 100);
}
