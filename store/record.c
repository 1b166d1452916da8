/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * record.c - the names of the stored values of record.h.
 */
#include "store/record.h"

const char *kd_kind_name(enum kd_kind kind)
{
	switch (kind) {
	case KD_KIND_OTHER:
		return "other";
	case KD_KIND_PATCH:
		return "patch";
	case KD_KIND_COVER:
		return "cover";
	case KD_KIND_REPLY:
		return "reply";
	case KD_KIND_FORWARD:
		return "forward";
	case KD_KIND_PULL:
		return "pull";
	case KD_KIND_APPLIED:
		return "applied";
	case KD_KIND_BOT:
		return "bot";
	}
	return "other";
}

const char *kd_parse_status_name(enum kd_parse_status status)
{
	switch (status) {
	case KD_PARSE_OK:
		return "ok";
	case KD_PARSE_LIMITED:
		return "limited";
	case KD_PARSE_UNPARSED:
		return "unparsed";
	case KD_PARSE_CRASHED:
		return "crashed";
	}
	return "unparsed";
}
