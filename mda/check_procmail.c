/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check_procmail.c - --check: procmailrc.
 *
 * procmail 3.22: a delivering recipe whose program fails is delivered all
 * the same, to nowhere, unless it says w or W; a filter that prints
 * nothing leaves an empty mail.
 */
#include <string.h>

#include "mda/check_internal.h"

struct procmail {
	struct kd_check *c;
	const char *name;
	unsigned int line; /* of the recipe */
	bool in_recipe;    /* behind ":0", before its action */
	bool waits, copies, filters;
	bool drops; /* DROPPRIVS=yes was said */
	bool runs_hook;
	bool has_timeout;
	unsigned long timeout;
};

static bool has_flag(struct kd_bytes flags, const char *any)
{
	size_t i;

	for (i = 0; i < flags.size; i++)
		if (strchr(any, flags.data[i]) != NULL && flags.data[i] != '\0')
			return true;
	return false;
}

/* ":0 wc: lock" */
static void begin_recipe(struct procmail *p, struct kd_bytes line,
                         unsigned int number)
{
	struct kd_bytes flags = { line.data + 1, line.size - 1 };
	const char *colon = memchr(flags.data, ':', flags.size);
	const char *hash = memchr(flags.data, '#', flags.size);

	if (colon != NULL)
		flags.size = (size_t)(colon - flags.data);
	if (hash != NULL && hash < flags.data + flags.size)
		flags.size = (size_t)(hash - flags.data);
	p->in_recipe = true;
	p->line = number;
	p->waits = has_flag(flags, "wW");
	p->copies = has_flag(flags, "c");
	p->filters = has_flag(flags, "f");
}

static void end_recipe(struct procmail *p, struct kd_bytes action)
{
	struct kd_check *c = p->c;
	const char *where;

	p->in_recipe = false;
	if (action.size == 0 || action.data[0] != '|' ||
	    !kd_check_is_hook(action))
		return;
	p->runs_hook = true;
	if (p->filters)
		kd_check_wrong(c, KD_CONFIG,
		               "%s:%u: the flag f makes the hook a filter, "
		               "which leaves an empty mail in the inbox: "
		               "write \":0 wc\"",
		               p->name, p->line);
	else if (!p->waits && !p->copies)
		kd_check_wrong(c, KD_CONFIG,
		               "%s:%u: without the flag w mail is lost when "
		               "the hook fails: write \":0 wc\"",
		               p->name, p->line);
	else if (!p->waits)
		kd_check_note(c,
		              "%s:%u: without the flag w procmail does not "
		              "see when the hook fails: write \":0 wc\"",
		              p->name, p->line);
	else
		kd_check_ok(c, "%s:%u: no mail is lost when the hook fails",
		            p->name, p->line);
	if (p->has_timeout && p->timeout > 0)
		kd_check_limit(c, p->name, "TIMEOUT", p->timeout);
	where = kd_arena_printf(c->arena, "%s:%u", p->name, p->line);
	if (where == NULL)
		return;
	(void)kd_check_timeout(c, where, action);
	kd_check_recipe(c, where, action);
}

/* NAME=value */
static void assign(struct procmail *p, struct kd_bytes line)
{
	struct kd_bytes value = { NULL, 0 };
	struct kd_bytes name = line;
	const char *equals = memchr(line.data, '=', line.size);

	if (equals == NULL)
		return;
	name.size = (size_t)(equals - line.data);
	name = kd_trim(name);
	value.data = equals + 1;
	value.size = line.size - (size_t)(equals + 1 - line.data);
	value = kd_trim(value);
	if (value.size > 0 && value.data[0] == '"') {
		value.data++;
		value.size--;
	}
	if (kd_bytes_equal_nocase(name, "TIMEOUT"))
		p->has_timeout = kd_check_number(value, &p->timeout);
	if (kd_bytes_equal_nocase(name, "DROPPRIVS"))
		p->drops = kd_bytes_starts_nocase(value, "yes") ||
		           kd_bytes_starts_nocase(value, "on") ||
		           kd_bytes_starts_nocase(value, "y");
}

static void take_line(struct procmail *p, struct kd_bytes line,
                      unsigned int number)
{
	if (line.size == 0 || line.data[0] == '#')
		return;
	if (kd_bytes_starts(line, ":0"))
		begin_recipe(p, line, number);
	else if (!p->in_recipe)
		assign(p, line);
	else if (line.data[0] != '*')
		end_recipe(p, line);
}

/* A line that ends in a backslash goes on in the next one. */
static bool goes_on(struct kd_bytes line)
{
	return line.size > 0 && line.data[line.size - 1] == '\\';
}

/* All lines up to the one that does not go on, as they stand. */
static struct kd_bytes next_logical(struct kd_bytes *rest, unsigned int *number)
{
	struct kd_bytes line = { "", 0 };
	struct kd_bytes all = { "", 0 };

	while (kd_next_line(rest, &line)) {
		++*number;
		if (all.size == 0)
			all.data = line.data;
		all.size = (size_t)(line.data + line.size - all.data);
		if (!goes_on(line))
			break;
	}
	return kd_trim(all);
}

void kd_check_procmail(struct kd_check *c, const char *name,
                       struct kd_bytes text, bool system)
{
	struct procmail p = { .c = c, .name = name };
	unsigned int number = 0;
	unsigned int first;
	struct kd_bytes line;

	while (text.size > 0) {
		first = number + 1;
		line = next_logical(&text, &number);
		take_line(&p, line, first);
	}
	if (system && p.runs_hook && !p.drops)
		kd_check_wrong(c, KD_CONFIG,
		               "%s: without DROPPRIVS=yes the hook runs as "
		               "root, for all users: set it above the recipe",
		               name);
}
