/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compare.c - from stories to patches that can be compared.
 */
#include "report/compare.h"

#include <string.h>

static enum kd_status list_patches(const struct kd_story *story,
                                   struct kd_patch_list *ret,
                                   struct kd_error *err)
{
	struct kd_patch *patches =
		kd_arena_array(story->arena, story->n, sizeof(*patches));

	if (patches == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	*ret = (struct kd_patch_list){ .patches = patches };
	for (size_t i = 0; i < story->n; i++) {
		const struct kd_posted *row = story->patches[i].row;
		struct kd_patch *patch = &patches[ret->n];

		patch->number = story->patches[i].number;
		patch->missing = row == NULL;
		patch->title = row != NULL ? row->msg.subject.title
		                           : story->patches[i].title;
		if (patch->title != NULL)
			ret->n++;
		if (row == NULL)
			continue;
		patch->has_patch_id = row->msg.has_patch_id;
		memcpy(patch->patch_id, row->msg.patch_id, KD_PATCH_ID_SIZE);
	}
	return KD_OK;
}

enum kd_status kd_story_compare(const struct kd_story *before,
                                const struct kd_story *after,
                                struct kd_change_list *ret,
                                struct kd_error *err)
{
	struct kd_patch_list old = { .n = 0 };
	struct kd_patch_list new = { .n = 0 };
	enum kd_status st;

	st = list_patches(before, &old, err);
	if (st == KD_OK)
		st = list_patches(after, &new, err);
	if (st == KD_OK)
		st = kd_changes_find(after->arena, old, new, ret, err);
	return st;
}
