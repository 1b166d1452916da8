/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check_agent.c - --check: maildrop's mailfilter and fetchmailrc.
 *
 * maildrop 2.9: the exit code of cc becomes its own behind a delivery that
 * was made.  fetchmail 6.4 waits for its mda for ever.
 */
#include <string.h>

#include "mda/check_internal.h"

enum { LINES_BEHIND = 12 }; /* in which EXITCODE must stand */

/* The first word of a line of mailfilter. */
static bool is_verb(struct kd_bytes line, const char *verb)
{
	size_t len = strlen(verb);

	return kd_bytes_starts_nocase(line, verb) && line.size > len &&
	       !kd_is_alpha(line.data[len]) && line.data[len] != '_';
}

static bool sets_exitcode(struct kd_bytes rest)
{
	struct kd_bytes line;
	int n = 0;

	while (n < LINES_BEHIND && kd_next_line(&rest, &line)) {
		line = kd_trim(line);
		if (line.size == 0 || line.data[0] == '#')
			continue;
		if (kd_find(line, "EXITCODE") != NULL)
			return true;
		if (is_verb(line, "to") || is_verb(line, "cc"))
			return false;
		n++;
	}
	return false;
}

static void check_verb(struct kd_check *c, const char *where,
                       struct kd_bytes line, struct kd_bytes rest)
{
	if (is_verb(line, "xfilter"))
		kd_check_wrong(c, KD_CONFIG,
		               "%s: xfilter puts what the hook prints, which "
		               "is nothing, in place of the mail: use cc, and "
		               "EXITCODE=0 below it",
		               where);
	else if (is_verb(line, "to"))
		kd_check_wrong(c, KD_CONFIG,
		               "%s: to makes mail bounce when the hook is "
		               "killed: use cc, EXITCODE=0 below it, and then "
		               "to \"$DEFAULT\"",
		               where);
	else if (is_verb(line, "cc") && !sets_exitcode(rest))
		kd_check_wrong(c, KD_CONFIG,
		               "%s: the exit code of cc becomes that of "
		               "maildrop, and mail that was delivered comes "
		               "again or bounces: put EXITCODE=0 below it",
		               where);
	else if (is_verb(line, "cc"))
		kd_check_ok(c, "%s: no mail is lost when the hook fails",
		            where);
}

void kd_check_maildrop(struct kd_check *c, const char *name,
                       struct kd_bytes text)
{
	unsigned int number = 0;
	const char *where;
	struct kd_bytes line;

	while (kd_next_line(&text, &line)) {
		number++;
		line = kd_trim(line);
		if (line.size == 0 || line.data[0] == '#' ||
		    !kd_check_is_hook(line))
			continue;
		where = kd_arena_printf(c->arena, "%s:%u", name, number);
		if (where != NULL)
			check_verb(c, where, line, text);
	}
}

/* The number behind "timeout" and its options. */
static bool find_timeout(struct kd_bytes line, unsigned long *ret)
{
	static const char word[] = "timeout ";
	const char *at = kd_find(line, word);
	bool is_argument = false;
	struct kd_bytes b;
	size_t n;

	if (at == NULL)
		return false;
	b.data = at + sizeof(word) - 1;
	b.size = line.size - (size_t)(b.data - line.data);
	while (b.size > 0) {
		if (b.data[0] != '-' && b.data[0] != ' ' && !is_argument)
			return kd_check_number(b, ret);
		/* of -k 5 and -s KILL */
		is_argument = b.size > 2 && b.data[0] == '-' &&
		              (b.data[1] == 'k' || b.data[1] == 's') &&
		              b.data[2] == ' ';
		n = 0;
		while (n < b.size && b.data[n] != ' ')
			n++;
		while (n < b.size && b.data[n] == ' ')
			n++;
		b.data += n;
		b.size -= n;
	}
	return false;
}

/* Where the word mda stands in the line, as a word; what follows it. */
static bool find_mda(struct kd_bytes line, struct kd_bytes *ret)
{
	const char *end = line.data + line.size;
	struct kd_bytes rest = line;
	const char *at;

	while ((at = kd_find(rest, "mda")) != NULL) {
		rest.data = at + 3;
		rest.size = (size_t)(end - rest.data);
		if ((at == line.data || kd_is_blank(at[-1])) && rest.size > 0 &&
		    (kd_is_blank(rest.data[0]) || rest.data[0] == '"' ||
		     rest.data[0] == '=')) {
			*ret = rest;
			return true;
		}
	}
	return false;
}

void kd_check_fetchmail(struct kd_check *c, const char *name,
                        struct kd_bytes text)
{
	unsigned int number = 0;
	unsigned long seconds;
	struct kd_bytes line, command;

	while (kd_next_line(&text, &line)) {
		number++;
		line = kd_trim(line);
		if (line.size == 0 || line.data[0] == '#' ||
		    !find_mda(line, &command))
			continue;
		if (!find_timeout(command, &seconds))
			kd_check_wrong(
				c, KD_CONFIG,
				"%s:%u: fetchmail waits for its mda for "
				"ever: write mda \"/usr/bin/timeout -k 5 "
				"900 ...\"",
				name, number);
		else
			kd_check_limit(c, name, "the time limit of mda",
			               seconds);
	}
}
