/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_report.c - what the report is told on its command line, and the
 * fields that it reads out of raw mail by itself.
 */
#include <stdlib.h>
#include <string.h>

#include "report/link.h"
#include "report/options.h"
#include "report/point.h"
#include "report/rawhead.h"
#include "report/when.h"
#include "tests/fuzz/fuzz.h"

#define NOW INT64_C(1741100000) /* 2025-03-04 */
enum { WORDS_MAX = 16 };

static void check_when(const char *text)
{
	char shown[KD_WHEN_SIZE];
	int64_t when = 0;
	int64_t again = 0;

	if (kd_when_parse(text, NOW, &when) != KD_WHEN_OK)
		return;
	kd_when_format(when, shown);
	CHECK(memchr(shown, '\0', sizeof(shown)) != NULL);
	if (strcmp(shown, "-") == 0)
		return;
	CHECK(kd_when_parse(shown, NOW, &again) == KD_WHEN_OK);
	CHECK(again == when);
}

static void check_range(struct kd_arena *arena, const char *text)
{
	struct kd_range_text range = { NULL, NULL };
	struct kd_error err = KD_ERROR_INIT;
	enum kd_status st = kd_range_split(text, arena, &range, &err);

	kd_fuzz_error(&err, st);
	CHECK(st == KD_OK || st == KD_USAGE);
	if (st == KD_OK) {
		CHECK(range.from != NULL || range.to != NULL);
		check_when(range.from != NULL ? range.from : range.to);
	}
	err = (struct kd_error)KD_ERROR_INIT;
	st = kd_marker_name_check(text, &err);
	kd_fuzz_error(&err, st);
}

/* Each line is an argument. */
static void check_options(struct kd_arena *arena, struct kd_bytes in)
{
	char name[] = "kvmdigest-report";
	char *argv[WORDS_MAX + 2] = { name };
	struct kd_options options = { .n_args = 0 };
	struct kd_error err = KD_ERROR_INIT;
	struct kd_bytes line;
	enum kd_status st;
	int argc = 1;

	while (argc <= WORDS_MAX && kd_next_line(&in, &line))
		argv[argc++] = kd_fuzz_string(arena, line);
	st = kd_options_parse(argc, argv, &options, &err);
	kd_fuzz_error(&err, st);
	CHECK(st == KD_OK || st == KD_USAGE);
	if (st != KD_OK)
		return;
	CHECK(options.n_args <= KD_ARGS_MAX);
	CHECK(options.top <= KD_TOP_MAX);
	for (size_t i = 0; i < options.n_args; i++)
		CHECK(options.args[i] != NULL);
}

static void check_fields(struct kd_arena *arena, struct kd_bytes in)
{
	static const char *const names[] = { "Subject", "From", "X" };
	const char *value;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		value = kd_rawhead_get(arena, in, names[i]);
		CHECK(value == NULL || strlen(value) <= in.size);
	}
}

static void check_link(struct kd_arena *arena, const char *text)
{
	const char *link =
		kd_link_make(arena, "https://example.org/%s/%s", text);

	if (link == NULL)
		return;
	for (const char *s = link; *s != '\0'; s++)
		CHECK(*s > ' ' && *s != 0x7f && strchr("\"<>\\`", *s) == NULL);
}

void kd_fuzz_one(struct kd_bytes in)
{
	static bool ready;
	struct kd_arena *arena = kd_fuzz_arena();
	const char *text = kd_fuzz_string(arena, in);

	if (!ready && setenv("TZ", "UTC", 1) != 0)
		abort();
	ready = true;
	check_when(text);
	check_range(arena, text);
	check_options(arena, in);
	check_fields(arena, in);
	check_link(arena, text);
	CHECK(!kd_arena_failed(arena));
	kd_arena_free(arena);
}
