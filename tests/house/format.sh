#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# format.sh - every C file is as clang-format would write it.  Another
# version of it has another opinion, so only version 14 is asked.
. "$(dirname "$0")/lib.sh"
need clang-format
clang-format --version | grep -q 'version 14\.' || {
	echo "skipped: this is not clang-format 14"
	exit 77
}
list=$(sources '\.[ch]$')
[ -n "$list" ] || fault "no C files"
# shellcheck disable=SC2086 # a list of paths without blanks
[ -z "$list" ] || clang-format --dry-run -Werror $list ||
	fault "run clang-format -i on these"
verdict
