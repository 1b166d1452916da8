/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mbox_missing.c - what of a series has not arrived, and how its patches
 * are called.
 */
#include "report/mbox_series.h"

static const char *place_name(const struct kd_mbox_series *series,
                              const struct kd_mbox_patch *patch)
{
	if (patch->number == KD_NUMBER_NONE)
		return "patch";
	return kd_arena_printf(series->arena, "%d/%zu", patch->number,
	                       series->n);
}

/* "2/7 Title, 3/7" */
static const char *name_missing(const struct kd_mbox_series *series)
{
	enum { SHOWN = 4 };
	const char *names = "";
	size_t n = 0;

	for (size_t i = 0; i < series->n && names != NULL; i++) {
		const struct kd_mbox_patch *patch = &series->patches[i];

		if (patch->row != NULL || n++ >= SHOWN)
			continue;
		names = kd_arena_printf(
			series->arena, "%s%s%s%s%.*s%s", names,
			n > 1 ? ", " : "", place_name(series, patch),
			patch->title != NULL ? " \"" : "",
			(int)kd_utf8_cut(kd_bytes_of(patch->title), 60),
			patch->title != NULL ? patch->title : "",
			patch->title != NULL ? "\"" : "");
	}
	if (n <= SHOWN || names == NULL)
		return names;
	return kd_arena_printf(series->arena, "%s and %zu more", names,
	                       n - SHOWN);
}

enum kd_status kd_mbox_series_check(const struct kd_mbox_series *series,
                                    bool partial, struct kd_error *err)
{
	const char *names;

	if (series->n_came == series->n || (partial && series->n_came > 0))
		return KD_OK;
	if (series->n_came == 0)
		return kd_fail(err, KD_NOTFOUND,
		               "no patch of %s has arrived, only its cover "
		               "letter",
		               series->version);
	names = name_missing(series);
	return kd_fail(err, KD_NOTFOUND,
	               "of the %zu patches of %s are missing: %s; --partial "
	               "writes the others",
	               series->n, series->version, names != NULL ? names : "");
}
