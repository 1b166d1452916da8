/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sections.c - the table of the sections.  A new one is a file with a
 * kd_build_fn, and a line here.
 */
#include "report/section.h"

#include <string.h>

/* clang-format off */
const struct kd_section kd_sections[] = {
	{ "trends", kd_section_trends, NULL, true },
	{ "patches", kd_section_patches, kd_classic_patches, false },
	{ "revisions", kd_section_revisions, NULL, false },
	{ "applied", kd_section_applied, NULL, true },
	{ "pulls", kd_section_pulls, NULL, true },
	{ "waiting", kd_section_waiting, NULL, true },
	{ "discussions", kd_section_discussions, NULL, true },
	{ "reviewers", kd_section_reviewers, NULL, true },
	{ "contributors", kd_section_contributors, kd_classic_contributors,
	  false },
	{ "domains", kd_section_domains, kd_classic_domains, false },
	{ "employers", kd_section_employers, NULL, false },
	{ "newcomers", kd_section_newcomers, NULL, false },
	{ "bots", kd_section_bots, NULL, true },
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
