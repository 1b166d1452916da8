/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * complete.c - see complete.h.
 */
#include "mda/complete.h"

#include <string.h>

#include "mda/options.h"
#include "mda/source.h"

static void take(void *payload, const struct option *option, const char *value)
{
	struct kd_mda_typed *line = payload;

	if (option == NULL)
		return;
	if (option->val == 'c')
		line->conf = value;
	if (strcmp(option->name, "import") == 0)
		line->imports = true;
}

void kd_mda_complete_read(char *const *words, size_t n,
                          struct kd_mda_typed *ret)
{
	*ret = (struct kd_mda_typed){ .conf = NULL };
	kd_typed_read(words, n, kd_mda_longs, take, ret, &ret->typed);
}

void kd_mda_complete_write(const struct kd_mda_typed *line,
                           const struct kd_list *lists, size_t n_lists,
                           FILE *out)
{
	struct kd_offer offer = kd_offer_begin(&line->typed, out);
	const struct option *option = line->typed.option;

	if (option == NULL && !line->typed.args_only && offer.begin[0] == '-') {
		for (option = kd_mda_longs; option->name != NULL; option++) {
			/* that one is for shells */
			if (strcmp(option->name, "complete") != 0)
				kd_offer_option(&offer, option);
		}
	} else if (option == NULL) {
		if (line->imports)
			kd_offer_files(&offer);
	} else if (option->val == 'c' || option->val == 'd') {
		kd_offer_files(&offer);
	} else if (option->val == 'l') {
		for (size_t i = 0; i < n_lists; i++)
			kd_offer_name(&offer, lists[i].name);
	} else if (strcmp(option->name, "format") == 0) {
		for (size_t i = 0; kd_source_format_name(i) != NULL; i++)
			kd_offer_name(&offer, kd_source_format_name(i));
	}
}
