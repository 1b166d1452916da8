/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * command.h - the subcommands: options in, output out.
 */
#ifndef KD_REPORT_COMMAND_H
#define KD_REPORT_COMMAND_H

#include "report/options.h"
#include "report/view.h"

/* Each writes its output itself, and may leave a line in env->note. */
typedef enum kd_status kd_command_fn(const struct kd_env *env,
                                     const struct kd_options *options,
                                     struct kd_error *err);

/* KD_BUSY also when --advance finds the marker moved by someone else. */
kd_command_fn kd_command_digest;
kd_command_fn kd_command_stats;
kd_command_fn kd_command_mark;
kd_command_fn kd_command_markers;
kd_command_fn kd_command_unmark;
kd_command_fn kd_command_show;
kd_command_fn kd_command_series;
kd_command_fn kd_command_mailmap;
kd_command_fn kd_command_search;
kd_command_fn kd_command_mbox;
kd_command_fn kd_command_export;
kd_command_fn kd_command_backup;

#endif /* KD_REPORT_COMMAND_H */
