#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# cppcheck.sh - the other linter, over the sources but not the tests.  Its
# `style` is left out: it argues about the scope of variables.
. "$(dirname "$0")/lib.sh"
need cppcheck
list=$(sources '^(store|mda|report|conf)/.*\.c$')
[ -n "$list" ] || fault "no sources"
# shellcheck disable=SC2086 # a list of paths without blanks
[ -z "$list" ] || cppcheck --quiet -j 2 --std=c11 --error-exitcode=1 \
	--enable=warning,performance,portability --inline-suppr \
	--suppress=missingIncludeSystem -D_GNU_SOURCE -D__linux__ -I. \
	--template=gcc $list || fault "cppcheck has something to say"
verdict
