#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# whitespace.sh - what is written by hand has no blanks that nobody sees.
. "$(dirname "$0")/lib.sh"
tab=$(printf '\t')
cr=$(printf '\r')
# say "what is wrong" PATTERN FILE
say() {
	grep -nE "$2" "$3" >/dev/null || return 0
	fault "$3:$(grep -nE "$2" "$3" | head -n 1 | cut -d: -f1): $1"
}
found=0
for file in $(sources); do
	case $file in
	*.c | *.h | *.sql | *.cmake | *.md | *CMakeLists.txt | *.sample | *.[1-9]) ;;
	*) is_script "$file" || continue ;;
	esac
	found=$((found + 1))
	say "blanks at the end" "[ $tab]\$" "$file"
	say "a blank before a tab" "^ +$tab" "$file"
	say "a carriage return" "$cr" "$file"
	[ -z "$(tail -c 1 "$file")" ] || fault "$file: no newline at the end"
	case $file in
	*.py | *.cmake | *.md | *CMakeLists.txt)
		say "a tab, where blanks indent" "^ *$tab" "$file"
		;;
	esac
done
[ $found -gt 0 ] || fault "no files"
verdict
