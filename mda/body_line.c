/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * body_line.c - lines that part a body, as git and the lists write them.
 */
#include "mda/body_line.h"

#include <string.h>

enum {
	FOOTER_LINES_MAX = 12, /* of a list footer behind a rule */
	FOOTER_RULE_MIN = 30,  /* its underscores; Mailman has 47 */
	SCISSORS_MIN = 8,      /* columns */
};

bool kd_is_line_rule(struct kd_bytes line)
{
	return kd_bytes_starts(line, "---") && kd_trim(line).size == 3;
}

bool kd_is_line_break(struct kd_bytes line)
{
	if (kd_bytes_starts(line, "diff -") ||
	    kd_bytes_starts(line, "Index: ") || kd_is_line_rule(line))
		return true;
	return kd_bytes_starts(line, "--- ") && line.size > 4 &&
	       !kd_is_blank(line.data[4]);
}

/* "8<", ">8", "%<", ">%" */
static bool is_scissors_at(struct kd_bytes line, size_t pos)
{
	static const char *const marks[] = { ">8", "8<", ">%", "%<" };
	struct kd_bytes rest = { line.data + pos, line.size - pos };

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (kd_bytes_starts(rest, marks[i]))
			return true;
	return false;
}

/* What is cut at takes more than a third of the line, and scissors and
 * dashes more than half of that. */
bool kd_is_line_scissors(struct kd_bytes line)
{
	size_t scissors = 0, perforation = 0, gap = 0;
	bool inside = false;

	line = kd_trim(line);
	for (size_t i = 0; i < line.size; i++) {
		char c = line.data[i];

		if (c == ' ' || c == '\t') {
			perforation += inside ? 1 : 0;
			gap += inside ? 1 : 0;
		} else if (c == '-') {
			inside = true;
			perforation++;
		} else if (is_scissors_at(line, i)) {
			inside = true;
			perforation += 2;
			scissors += 2;
			i++;
		} else {
			inside = false;
		}
	}
	return scissors > 0 && line.size >= SCISSORS_MIN &&
	       line.size < perforation * 3 && gap * 2 < perforation;
}

static bool is_vger_footer(struct kd_bytes line)
{
	return kd_bytes_starts(line, "To unsubscribe from this list");
}

/* A line of underscores with a few lines behind it, as Mailman adds. */
static bool is_footer_rule(struct kd_bytes line, struct kd_bytes rest)
{
	struct kd_bytes next;
	size_t n = 0;

	if (line.size < FOOTER_RULE_MIN)
		return false;
	for (size_t i = 0; i < line.size; i++)
		if (line.data[i] != '_')
			return false;
	while (n <= FOOTER_LINES_MAX && kd_next_line(&rest, &next))
		n++;
	return n <= FOOTER_LINES_MAX;
}

/* "--" that has lost its blank, in front of git's version or a footer. */
static bool is_bare_dashes(struct kd_bytes line, struct kd_bytes rest)
{
	struct kd_bytes next;

	if (line.size != 2 || memcmp(line.data, "--", 2) != 0 ||
	    !kd_next_line(&rest, &next))
		return false;
	if (is_vger_footer(next))
		return true;
	next = kd_trim(next);
	for (size_t i = 0; i < next.size; i++)
		if (!kd_is_digit(next.data[i]) && next.data[i] != '.' &&
		    !(i > 0 &&
		      (kd_is_alpha(next.data[i]) || next.data[i] == '-')))
			return false;
	return next.size > 2 && kd_is_digit(next.data[0]) &&
	       memchr(next.data, '.', next.size) != NULL;
}

bool kd_is_line_end_of_text(struct kd_bytes line, struct kd_bytes rest)
{
	return (line.size == 3 && memcmp(line.data, "-- ", 3) == 0) ||
	       is_vger_footer(line) || is_bare_dashes(line, rest) ||
	       is_footer_rule(line, rest);
}
