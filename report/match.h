/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * match.h - which messages rules speak of: those of --path, --author and
 * --subject, and those of watch and views in the configuration.
 *
 * A series is one thing: where rules speak of one of its patches they speak
 * of all of it, and of what is said about it.
 */
#ifndef KD_REPORT_MATCH_H
#define KD_REPORT_MATCH_H

#include "report/rules.h"
#include "report/view.h"

struct kd_matcher;

/* For messages as they are known at upto.  rules and view are borrowed for
 * as long as the matcher, which is the view's arena's.  KD_NOMEM. */
KD_MUST_CHECK
enum kd_status kd_matcher_new(const struct kd_view *view,
                              const struct kd_rules *rules, kd_seq upto,
                              struct kd_matcher **ret, struct kd_error *err);

/* Do the rules speak of row?  Never where there are none, or matcher is
 * NULL. */
KD_MUST_CHECK
enum kd_status kd_match(struct kd_matcher *matcher, const struct kd_posted *row,
                        bool *ret, struct kd_error *err);

#endif /* KD_REPORT_MATCH_H */
