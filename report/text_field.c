/* SPDX-License-Identifier: GPL-2.0-or-later */
/* text_field.c - the labels of the fields of an entry. */
#include "report/text_field.h"

#include <stddef.h>
#include <string.h>

static const char wide[] = "  ";
static const char state[] = "; ";
static const char person[] = "; ";
static const char place[] = "  ";

static const struct kd_text_field fields[] = {
	{ "subject", "", NULL, false },
	{ "author", "Author: ", NULL, false },
	{ "from", "From: ", NULL, false },
	{ "sent-by", "Sent-by: ", NULL, false },
	{ "date", "Date: ", NULL, false },
	{ "arrived", "Arrived: ", NULL, false },
	{ "list", "List: ", NULL, false },
	{ "link", "Link: ", NULL, false },
	{ "id", "Id: ", NULL, false },
	{ "message-id", "Message-ID: ", NULL, false },
	{ "variants", "Variants: ", NULL, false },
	{ "variant", "Variant: ", NULL, false },
	{ "note", "Note: ", NULL, false },
	{ "series", "Series: ", NULL, false },
	{ "posted-by", "Poster: ", NULL, false },
	{ "state", "State: ", NULL, false },
	{ "series-id", "", wide, false },
	{ "received", "", wide, false },
	{ "posted", "", wide, false },
	{ "poster", "", wide, false },
	{ "after", "", wide, false },
	{ "answer", "", wide, false },
	{ "people", "", wide, true },
	{ "pull-url", "", place, false },
	{ "pull-ref", "", place, false },
	{ "shown", "", wide, false },
	{ "stands", "", state, false },
	{ "tags", "", state, false },
	{ "missing", "missing: ", NULL, false },
	{ "changes", "", NULL, false },
	{ "change", "- ", NULL, false },
	{ "said", "", person, false },
	{ "not-counted", "not counted: ", NULL, false },
	{ "about", "About: ", NULL, false },
	{ "says", "Says: ", NULL, false },
	{ "pull", "Pull: ", NULL, false },
	{ "contents", "Contents: ", NULL, false },
	{ "content", "  ", NULL, false },
};

static const struct kd_text_field plain_field = { "", "", NULL, false };

const struct kd_text_field *kd_text_field(const char *key)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (strcmp(fields[i].key, key) == 0)
			return &fields[i];
	}
	return &plain_field;
}
