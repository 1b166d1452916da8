#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# spdx.sh - every source and script says its licence in its first lines.
. "$(dirname "$0")/lib.sh"
line='SPDX-License-Identifier: GPL-2.0-or-later'
all=
for file in $(sources); do
	case $file in
	*.c | *.h | *.sql | *.cmake | *CMakeLists.txt | *.[1-9]) ;;
	*) is_script "$file" || continue ;;
	esac
	all="$all $file"
done
[ -n "$all" ] || fault "no sources"
# shellcheck disable=SC2086 # house/tree sees to it that no name has a blank
for file in $(awk -v line="$line" '
	FNR <= 3 && index($0, line) { found[FILENAME] = 1 }
	END {
		for (i = 1; i < ARGC; i++)
			if (!(ARGV[i] in found))
				print ARGV[i]
	}' $all); do
	fault "$file: no $line"
done
verdict
