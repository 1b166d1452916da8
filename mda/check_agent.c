/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check_agent.c - --check: maildrop's mailfilter, fetchmailrc, and Postfix'
 * master.cf.
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
		if (where == NULL)
			continue;
		check_verb(c, where, line, text);
		(void)kd_check_timeout(c, where, line);
		kd_check_recipe(c, where, line);
	}
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
	struct kd_bytes line, command;
	const char *where;

	while (kd_next_line(&text, &line)) {
		number++;
		line = kd_trim(line);
		if (line.size == 0 || line.data[0] == '#' ||
		    !find_mda(line, &command))
			continue;
		where = kd_arena_printf(c->arena, "%s:%u", name, number);
		if (where == NULL)
			continue;
		if (!kd_check_timeout(c, where, command))
			kd_check_wrong(
				c, KD_CONFIG,
				"%s: fetchmail waits for its mda for "
				"ever: write mda \"/usr/bin/timeout -k 5 "
				"900 ...\"",
				where);
		if (kd_check_is_hook(command))
			kd_check_recipe(c, where, command);
	}
}

/* The entry of a service of master.cf: a line, and those behind it that begin
 * with a blank. */
static struct kd_bytes next_entry(struct kd_bytes *rest, unsigned int *number)
{
	struct kd_bytes line = { "", 0 };
	struct kd_bytes entry = { rest->data, 0 };

	while (kd_next_line(rest, &line)) {
		++*number;
		entry.size = (size_t)(line.data + line.size - entry.data);
		if (rest->size == 0 || !kd_is_blank(rest->data[0]))
			break;
	}
	return entry;
}

void kd_check_postfix(struct kd_check *c, const char *name,
                      struct kd_bytes text)
{
	unsigned int number = 0;
	struct kd_bytes entry;
	const char *where;

	while (text.size > 0) {
		where = kd_arena_printf(c->arena, "%s:%u", name, number + 1);
		entry = next_entry(&text, &number);
		if (where == NULL || entry.size == 0 || entry.data[0] == '#' ||
		    !kd_check_is_hook(entry))
			continue;
		if (kd_find(entry, "exit 75") == NULL)
			kd_check_wrong(
				c, KD_CONFIG,
				"%s: when the hook is killed, or not "
				"there, mail bounces: write argv=/bin/sh "
				"-c {timeout -s KILL 60 "
				"/usr/local/bin/kvmdigest-mda || exit "
				"75}",
				where);
		else
			kd_check_ok(c,
			            "%s: no mail is lost when the hook fails",
			            where);
		(void)kd_check_timeout(c, where, entry);
		kd_check_recipe(c, where, entry);
	}
}
