/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * body.c - where commit message, notes and diffstat begin and end.
 *
 * Diffs and in-body headers are found by diff.c and inbody.c.
 */
#include "mda/body.h"

#include <string.h>

#include "mda/body_line.h"
#include "mda/diff.h"
#include "mda/inbody.h"
#include "mda/patchid.h"

/* Offsets into a text; each line is told where it ends too. */
struct place {
	bool found;
	size_t start; /* of the line */
	size_t end;   /* behind its line end */
};

static struct kd_bytes part(struct kd_bytes text, size_t from, size_t to)
{
	return (struct kd_bytes){ text.data + from, to - from };
}

/* The lines of text that we look at. */
static struct kd_bytes clip(struct kd_bytes text, bool *ret_limited)
{
	struct kd_bytes rest = text, line;
	size_t n = 0;

	while (n < KD_BODY_LINES_MAX && kd_next_line(&rest, &line))
		n++;
	*ret_limited = rest.size > 0;
	return part(text, 0, text.size - rest.size);
}

/* The first line from start on, before end, that is one. */
static struct place find(struct kd_bytes text, size_t start, size_t end,
                         bool (*is_one)(struct kd_bytes line))
{
	struct kd_bytes rest = part(text, start, end), line;
	struct place ret = { .found = false, .start = end, .end = end };
	size_t pos = start;

	while (kd_next_line(&rest, &line)) {
		if (is_one(line)) {
			ret.found = true;
			ret.start = pos;
			ret.end = end - rest.size;
			break;
		}
		pos = end - rest.size;
	}
	return ret;
}

/* Where the signature or the footer of a list begins, or the end. */
static size_t find_signature(struct kd_bytes text, size_t start)
{
	struct kd_bytes rest = part(text, start, text.size), line;
	size_t pos = start;

	while (kd_next_line(&rest, &line)) {
		if (kd_is_line_end_of_text(line, rest))
			break;
		pos = text.size - rest.size;
	}
	return pos;
}

/* The lines from start to end but for blank ones at the end. */
static struct kd_span span(struct kd_bytes text, size_t start, size_t end)
{
	size_t content = end;

	while (content > start && (kd_is_blank(text.data[content - 1]) ||
	                           text.data[content - 1] == '\n'))
		content--;
	if (content == start)
		return (struct kd_span){ start, 0 };
	while (content < end && text.data[content] != '\n')
		content++;
	if (content < end)
		content++;
	return (struct kd_span){ start, content - start };
}

/* The notes from start to end: no blank or "---" lines around them. */
static struct kd_span notes_span(struct kd_bytes text, size_t start, size_t end)
{
	struct kd_bytes rest = part(text, start, end), line;
	struct kd_span ret;
	const char *last;

	while (kd_next_line(&rest, &line)) {
		if (kd_trim(line).size > 0 && !kd_is_line_rule(line))
			break;
		start = end - rest.size;
	}
	for (;;) {
		ret = span(text, start, end);
		if (ret.size < 2)
			return ret;
		last = memrchr(text.data + start, '\n', ret.size - 1);
		end = last == NULL ? start : (size_t)(last + 1 - text.data);
		if (!kd_is_line_rule(part(text, end, start + ret.size)))
			return ret;
	}
}

/* A body with its parts, while they are found. */
struct work {
	struct kd_bytes text;
	size_t start; /* of the text proper */
	struct kd_arena *arena;
	struct kd_body *ret;
};

/* Look for a diff in text.  Where there is one, fill in what the body says
 * of it. */
static struct kd_diff take_diff(struct work *work, struct kd_bytes text)
{
	struct kd_body *ret = work->ret;
	struct kd_diff diff;

	kd_diff_scan(text, work->arena, &diff);
	if (!diff.found)
		return diff;
	ret->has_diff = true;
	ret->counted = diff.stat;
	ret->paths = diff.paths;
	ret->n_paths = diff.n_paths;
	ret->limited = ret->limited || diff.limited;
	ret->has_patch_id =
		kd_patchid(part(text, diff.start, text.size), ret->patch_id);
	return diff;
}

/* Set stat to the last diffstat between start and end. */
static void find_stat(struct work *work, size_t start, size_t end)
{
	struct kd_body *ret = work->ret;

	ret->has_summary = kd_diffstat_find(part(work->text, start, end),
	                                    &ret->stat, &ret->summary);
	if (ret->has_summary)
		ret->stat.offset += start;
}

/* A patch.  brk is where git cuts, diff where the diff begins. */
static void split_patch(struct work *work, struct place brk, size_t diff)
{
	struct kd_bytes line = part(work->text, brk.start, brk.end);
	size_t start = kd_is_line_rule(line) ? brk.end : brk.start;
	struct kd_body *ret = work->ret;

	ret->commit = span(work->text, work->start, brk.start);
	if (start >= diff)
		return;
	find_stat(work, start, diff);
	ret->notes = notes_span(work->text, start,
	                        ret->has_summary ? ret->stat.offset : diff);
}

/* A patch whose diff is an attachment: git finds no end of the message in
 * the text but a line that is one. */
static void split_attached(struct work *work, struct place brk)
{
	size_t end = find_signature(work->text, work->start);

	if (brk.found && brk.start < end)
		split_patch(work, brk, end);
	else
		work->ret->commit = span(work->text, work->start, end);
}

/* What has no diff: a cover letter when there is a diffstat. */
static void split_letter(struct work *work)
{
	struct kd_bytes text = work->text;
	struct kd_body *ret = work->ret;
	struct place rule;

	find_stat(work, work->start, text.size);
	if (!ret->has_summary) {
		ret->commit = span(text, work->start,
		                   find_signature(text, work->start));
		return;
	}
	rule = find(text, work->start, ret->stat.offset, kd_is_line_rule);
	ret->commit = span(text, work->start, rule.start);
	if (rule.found)
		ret->notes = notes_span(text, rule.end, ret->stat.offset);
}

/* git format-patch --interdiff: what follows is a diff against the last
 * version of a series, at the end of its cover letter. */
static bool is_interdiff(struct kd_bytes text, size_t diff)
{
	struct kd_bytes before = kd_trim(part(text, 0, diff));
	const char *last = memrchr(before.data, '\n', before.size);

	if (last != NULL)
		before = part(before, (size_t)(last + 1 - before.data),
		              before.size);
	return kd_bytes_starts_nocase(before, "Interdiff");
}

/* A patch, or a mail that is no answer to another. */
static void split(struct work *work, struct kd_bytes attached)
{
	struct kd_bytes text = work->text;
	struct place brk = find(text, work->start, text.size, kd_is_line_break);
	struct kd_diff diff = take_diff(work, part(text, brk.start, text.size));
	struct kd_body *ret = work->ret;

	if (diff.found && is_interdiff(text, brk.start + diff.start)) {
		split_letter(work);
		diff.found = false;
		ret->has_patch_id = false;
	} else if (diff.found) {
		split_patch(work, brk, brk.start + diff.start);
	} else {
		diff = take_diff(work, attached);
		if (!diff.found)
			split_letter(work);
		else
			split_attached(work, brk);
	}
	ret->diffstat = diff.found ? diff.stat : ret->summary;
	ret->has_diffstat = diff.found || ret->has_summary;
}

/* An answer: all of it is its author's text. */
static void split_reply(struct work *work)
{
	work->ret->commit = span(work->text, work->start,
	                         find_signature(work->text, work->start));
}

static void read_headers(struct work *work, size_t start)
{
	struct kd_bytes text = part(work->text, start, work->text.size);
	struct kd_inbody inbody;

	work->start = start + kd_inbody_read(text, work->arena, &inbody);
	work->ret->from = inbody.from;
	work->ret->subject = inbody.subject;
	work->ret->date = inbody.date;
}

/* Behind the last scissors above the diff, or where the text begins. */
static size_t find_patch(struct kd_bytes text, size_t diff)
{
	struct kd_bytes rest = part(text, 0, diff), line;
	size_t ret = 0;

	while (kd_next_line(&rest, &line))
		if (kd_is_line_scissors(line))
			ret = diff - rest.size;
	return ret;
}

/* Only a diff of its own makes a patch of an answer; without one, "From:"
 * at its start is a quotation (Outlook).  All of it is its author's text,
 * also what scissors would cut off. */
static void read_reply(struct work *work, struct kd_bytes attached)
{
	struct kd_body *ret = work->ret;
	struct kd_diff diff = take_diff(work, work->text);
	size_t patch = 0;

	if (diff.found)
		patch = find_patch(work->text, diff.start);
	else
		diff = take_diff(work, attached);
	ret->has_diffstat = diff.found;
	ret->diffstat = diff.stat;
	if (diff.found)
		read_headers(work, patch);
	if (patch > 0)
		work->start = 0;
	split_reply(work);
}

enum kd_status kd_body_parse(struct kd_bytes text, struct kd_bytes diff,
                             bool reply, struct kd_arena *arena,
                             struct kd_body *ret, struct kd_error *err)
{
	struct work work = { .arena = arena, .ret = ret };
	bool cut_text, cut_diff;

	*ret = (struct kd_body){ .from = NULL };
	if (text.data == NULL)
		text = kd_bytes_of("");
	work.text = clip(text, &cut_text);
	if (diff.data == NULL)
		diff = kd_bytes_of("");
	diff = clip(diff, &cut_diff);
	ret->limited = cut_text || cut_diff;
	if (reply) {
		read_reply(&work, diff);
	} else {
		read_headers(&work, 0);
		split(&work, diff);
	}
	if (kd_arena_failed(arena))
		return kd_fail(err, KD_NOMEM, "read body: out of memory");
	return KD_OK;
}
