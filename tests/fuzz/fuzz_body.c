/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_body.c - the text of a mail: in-body headers, commit message,
 * notes, diffstat and diff.
 */
#include "mda/body.h"

#include "mda/diff.h"
#include "mda/inbody.h"
#include "tests/fuzz/fuzz.h"

static void check_stat(const struct kd_diffstat *stat)
{
	CHECK(stat->files >= 0 && stat->files <= INT32_MAX);
	CHECK(stat->insertions >= 0 && stat->insertions <= INT32_MAX);
	CHECK(stat->deletions >= 0 && stat->deletions <= INT32_MAX);
}

/* Whole lines. */
static size_t check_span(struct kd_span span, struct kd_bytes text, size_t from)
{
	if (span.size == 0)
		return from;
	CHECK(span.offset >= from && span.offset <= text.size);
	CHECK(span.size <= text.size - span.offset);
	CHECK(span.offset == 0 || text.data[span.offset - 1] == '\n');
	from = span.offset + span.size;
	CHECK(from == text.size || text.data[from - 1] == '\n');
	return from;
}

static void check_body(struct kd_bytes text, struct kd_bytes diff, bool reply,
                       struct kd_arena *arena)
{
	struct kd_body body;
	size_t at = 0;

	CHECK(kd_body_parse(text, diff, reply, arena, &body, NULL) == KD_OK);
	at = check_span(body.commit, text, at);
	at = check_span(body.notes, text, at);
	(void)check_span(body.stat, text, at);
	kd_fuzz_line(body.from, text.size);
	kd_fuzz_line(body.subject, text.size);
	kd_fuzz_line(body.date, text.size);
	if (body.has_diffstat)
		check_stat(&body.diffstat);
	if (body.has_summary)
		check_stat(&body.summary);
}

static void check_parts(struct kd_bytes text, struct kd_arena *arena)
{
	struct kd_inbody inbody;
	struct kd_diff diff;
	struct kd_diffstat stat;
	struct kd_span span;

	CHECK(kd_inbody_read(text, arena, &inbody) <= text.size);
	kd_diff_scan(text, arena, &diff);
	CHECK(!diff.found || diff.start < text.size);
	if (diff.found)
		check_stat(&diff.stat);
	if (kd_diffstat_find(text, &span, &stat)) {
		CHECK(span.size > 0);
		(void)check_span(span, text, 0);
		check_stat(&stat);
	}
}

void kd_fuzz_one(struct kd_bytes in)
{
	struct kd_arena *arena = kd_fuzz_arena();
	struct kd_bytes text = kd_fuzz_utf8(arena, in);
	struct kd_bytes none = { NULL, 0 };

	check_body(text, none, false, arena);
	check_body(text, none, true, arena);
	check_body((struct kd_bytes){ NULL, 0 }, text, false, arena);
	check_body(text, text, false, arena);
	check_parts(text, arena);
	CHECK(!kd_arena_failed(arena));
	kd_arena_free(arena);
}
