/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * glob.h - does a path match, as git's pathspecs with :(glob) do it.
 */
#ifndef KD_REPORT_GLOB_H
#define KD_REPORT_GLOB_H

#include <stdbool.h>

/*
 * '*' and '?' match within a name, "**" across names, [a-z] and [!a-z] one
 * character, '\' takes the next one as it is.  A pattern that matches a
 * directory matches all below it: "arch/x86/kvm", "arch/x86/kvm/" and
 * "arch/x86/kvm/" followed by two stars say the same.  Time is bounded by
 * the product of both sizes.
 */
bool kd_glob_path(const char *pattern, const char *path);

#endif /* KD_REPORT_GLOB_H */
