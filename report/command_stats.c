/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * command_stats.c - the tables of a digest alone, with the trends in front.
 */
#include "report/command.h"

enum kd_status kd_command_stats(const struct kd_env *env,
                                const struct kd_options *options,
                                struct kd_error *err)
{
	struct kd_options digest = *options;

	digest.sections = env->employers != NULL
	                          ? "trends,contributors,domains,employers,"
	                            "reviewers,bots"
	                          : "trends,contributors,domains,reviewers,"
	                            "bots";
	return kd_command_digest(env, &digest, err);
}
