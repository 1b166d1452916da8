/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * never_simple.c - in the place of mda/parse_simple.c: all is for GMime.
 */
#include "mda/parse_internal.h"

bool kd_simple_words(const char *line)
{
	(void)line;
	return false;
}

bool kd_simple_person(struct kd_arena *arena, const char *line,
                      struct kd_person *ret)
{
	(void)arena;
	(void)line;
	(void)ret;
	return false;
}

bool kd_simple_walk(struct kd_mime *mime)
{
	(void)mime;
	return false;
}
