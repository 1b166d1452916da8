/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * changes.h - what became of each patch from one version of a series to
 * the next.  Pure: patches in, pairs out; knows neither mail nor store.
 */
#ifndef KD_REPORT_CHANGES_H
#define KD_REPORT_CHANGES_H

#include <stdbool.h>
#include <stddef.h>

#include "store/base/arena.h"
#include "store/record.h"

/* A patch of a version. */
struct kd_patch {
	int number;
	const char *title; /* never NULL */
	bool missing;      /* it did not come: its title was announced */
	bool has_patch_id;
	unsigned char patch_id[KD_PATCH_ID_SIZE];
};

enum kd_change {
	KD_CHANGE_NONE, /* the same patch-id */
	KD_CHANGE_DIFF, /* the same patch, with another diff */
	KD_CHANGE_NEW,
	KD_CHANGE_DROPPED,
	KD_CHANGE_UNKNOWN, /* one of the two did not come */
};

struct kd_change_row {
	enum kd_change kind;
	const struct kd_patch *before; /* NULL: it is new */
	const struct kd_patch *after;  /* NULL: it was dropped */
	bool moved;   /* it stands in another order among those that stayed */
	bool renamed; /* its title is another one */
};

/* The patches of one version, in order of number. */
struct kd_patch_list {
	const struct kd_patch *patches;
	size_t n;
};

struct kd_change_list {
	struct kd_change_row *rows;
	size_t n;
};

/*
 * Match the patches of a version with those of the next, each at most
 * once: by patch-id, by title (without regard to case), by alike titles,
 * and last by place, where exactly one on each side is left over between
 * the same neighbours and their titles have something in common.  *ret has
 * those of the later version in its order, then the dropped ones in theirs;
 * the rows are the arena's.  KD_NOMEM.
 */
KD_MUST_CHECK
enum kd_status kd_changes_find(struct kd_arena *arena,
                               struct kd_patch_list before,
                               struct kd_patch_list after,
                               struct kd_change_list *ret,
                               struct kd_error *err);

#endif /* KD_REPORT_CHANGES_H */
