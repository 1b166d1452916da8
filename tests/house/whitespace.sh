#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# whitespace.sh - what is written by hand has no blanks that nobody sees.
. "$(dirname "$0")/lib.sh"
tab=$(printf '\t')
cr=$(printf '\r')
# say "what is wrong" PATTERN FILE...: the first place in each of them
say() {
	what=$1 pattern=$2
	shift 2
	for place in $(grep -nE -m 1 -- "$pattern" /dev/null "$@" |
		cut -d: -f1,2); do
		fault "$place: $what"
	done
}
all='' blanks=''
for file in $(sources); do
	case $file in
	*.c | *.h | *.sql | *.cmake | *.md | *CMakeLists.txt | *.sample | *.[1-9]) ;;
	*) is_script "$file" || continue ;;
	esac
	all="$all $file"
	[ -z "$(tail -c 1 "$file")" ] || fault "$file: no newline at the end"
	case $file in
	*.py | *.cmake | *.md | *CMakeLists.txt) blanks="$blanks $file" ;;
	esac
done
[ -n "$all" ] || fault "no files"
# The names have no blanks: house/tree sees to it.
# shellcheck disable=SC2086
{
	say "blanks at the end" "[ $tab]\$" $all
	say "a blank before a tab" "^ +$tab" $all
	say "a carriage return" "$cr" $all
	say "a tab, where blanks indent" "^ *$tab" $blanks
}
verdict
