/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * glob.c - patterns of paths.  A star that fails is tried again one
 * character later, the last one first: what stood before it need not be
 * looked at anew, which keeps the time within the product of both sizes.
 */
#include "report/glob.h"

#include <stddef.h>

/* Where to go on when what follows a star does not match. */
struct again {
	const char *pattern; /* behind the star; NULL: there was none */
	const char *path;    /* what it has matched so far ends here */
	bool by_name;        /* and it ends behind a slash */
};

/* [abc], [!a-z]: *pattern is behind the '[' and moves behind the ']'.  A
 * set that is not closed matches nothing. */
static bool in_set(const char **pattern, char c)
{
	const char *p = *pattern;
	bool negated = *p == '!' || *p == '^';
	bool found = false;
	const char *first;

	p += negated;
	first = p;
	while (*p != '\0' && (*p != ']' || p == first)) {
		char low = *p++;
		char high = low;

		if (p[0] == '-' && p[1] != '\0' && p[1] != ']') {
			high = p[1];
			p += 2;
		}
		found = found || (low <= c && c <= high);
	}
	if (*p != ']')
		return false;
	*pattern = p + 1;
	return found != negated && c != '/';
}

/* One character of path against the pattern, which moves behind what it
 * says of it. */
static bool match_one(const char **pattern, char c)
{
	const char *p = *pattern;

	if (*p == '[') {
		p++;
		if (!in_set(&p, c))
			return false;
	} else if (*p == '?') {
		if (c == '/')
			return false;
		p++;
	} else {
		if (*p == '\\' && p[1] != '\0')
			p++;
		if (*p != c)
			return false;
		p++;
	}
	*pattern = p;
	return true;
}

/* "**" takes the slash behind it, so that it may be no directory at all. */
static struct again behind_stars(const char *pattern, const char *path)
{
	struct again again = { pattern, path, false };

	while (*again.pattern == '*')
		again.pattern++;
	if (again.pattern - pattern > 1 && *again.pattern == '/') {
		again.pattern++;
		again.by_name = true;
	}
	return again;
}

/* One character more for "**", or one name; false: there is none. */
static bool take_more(struct again *all)
{
	if (all->pattern == NULL)
		return false;
	while (all->by_name && *all->path != '\0' && *all->path != '/')
		all->path++;
	if (*all->path == '\0')
		return false;
	all->path++;
	return true;
}

/* Nothing more is asked for, and path is at its end or in a directory that
 * was. */
static bool is_done(const char *pattern, const char *start, const char *path)
{
	if (*pattern == '\0')
		return *path == '\0' || *path == '/' ||
		       (path > start && path[-1] == '/');
	return pattern[0] == '/' && pattern[1] == '\0' && *path == '/';
}

/* The star that failed last, one character later; or else what "**" has,
 * and then all behind it anew.  False: nothing is left to try. */
static bool try_again(struct again *name, struct again *all,
                      const char **pattern, const char **path)
{
	const struct again *from = name;

	if (name->pattern != NULL && *name->path != '\0' &&
	    *name->path != '/') {
		name->path++;
	} else if (take_more(all)) {
		name->pattern = NULL;
		from = all;
	} else {
		return false;
	}
	*pattern = from->pattern;
	*path = from->path;
	return true;
}

/* *pattern is at a star, and goes behind it. */
static void take_star(struct again *name, struct again *all,
                      const char **pattern, const char *path)
{
	bool across = (*pattern)[1] == '*';

	*name = behind_stars(*pattern, path);
	*pattern = name->pattern;
	if (across) {
		*all = *name;
		name->pattern = NULL;
	}
}

bool kd_glob_path(const char *pattern, const char *path)
{
	struct again name = { NULL, NULL, false };
	struct again all = { NULL, NULL, false };
	const char *start = path;

	for (;;) {
		if (*pattern == '*')
			take_star(&name, &all, &pattern, path);
		else if (is_done(pattern, start, path) ||
		         (*pattern == '\0' && all.pattern == pattern))
			return true;
		else if (*path != '\0' && *pattern != '\0' &&
		         match_one(&pattern, *path))
			path++;
		else if (!try_again(&name, &all, &pattern, &path))
			return false;
	}
}
