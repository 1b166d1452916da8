#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# spdx.sh - every source and script says its licence in its first lines.
. "$(dirname "$0")/lib.sh"
line='SPDX-License-Identifier: GPL-2.0-or-later'
found=0
for file in $(sources); do
	case $file in
	*.c | *.h | *.sql | *.cmake | *CMakeLists.txt | *.[1-9]) ;;
	*) is_script "$file" || continue ;;
	esac
	found=$((found + 1))
	head -n 3 "$file" | grep -qF "$line" || fault "$file: no $line"
done
[ $found -gt 0 ] || fault "no sources"
verdict
