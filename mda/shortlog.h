/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * shortlog.h - how a list of patch titles begins.
 *
 * Of use to the readers and to classify.c.
 */
#ifndef KD_MDA_SHORTLOG_H
#define KD_MDA_SHORTLOG_H

#include "store/base/text.h"

/* "Name (3):", below which titles stand. */
bool kd_shortlog_is_head(struct kd_bytes line);

#endif /* KD_MDA_SHORTLOG_H */
