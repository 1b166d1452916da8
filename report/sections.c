/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sections.c - the table of the sections.  A new one is a file with a
 * kd_build_fn, and a line here.
 */
#include "report/section.h"

#include <string.h>

/* clang-format off */
const struct kd_section kd_sections[] = {
	{ "domains", kd_section_domains, kd_classic_domains, false },
	{ "contributors", kd_section_contributors, kd_classic_contributors,
	  false },
	{ "employers", kd_section_employers, NULL, false },
	{ "patches", kd_section_patches, kd_classic_patches, false },
	{ "messages", kd_section_messages, kd_classic_messages, false },
};
/* clang-format on */

const size_t kd_n_sections = sizeof(kd_sections) / sizeof(kd_sections[0]);

_Static_assert(sizeof(kd_sections) / sizeof(kd_sections[0]) <= KD_SECTIONS_MAX,
               "a digest has room for all of them");

const struct kd_section *kd_section_find(const char *name, size_t size)
{
	for (size_t i = 0; i < kd_n_sections; i++) {
		if (strlen(kd_sections[i].name) == size &&
		    memcmp(kd_sections[i].name, name, size) == 0)
			return &kd_sections[i];
	}
	return NULL;
}
