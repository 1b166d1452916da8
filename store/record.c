/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * record.c - the names of the stored values of record.h.
 */
#include "store/record.h"

const char *kd_kind_name(enum kd_kind kind)
{
	static const char *const names[KD_KIND_COUNT] = { "other",   "patch",
		                                          "cover",   "reply",
		                                          "forward", "pull",
		                                          "applied", "bot" };

	return names[kind];
}

const char *kd_parse_status_name(enum kd_parse_status status)
{
	static const char *const names[KD_PARSE_COUNT] = { "ok", "limited",
		                                           "unparsed",
		                                           "crashed" };

	return names[status];
}
