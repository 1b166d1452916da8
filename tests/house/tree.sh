#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# tree.sh - the shape of the tree: what may lie at the top, how files are
# named, how large they are.
. "$(dirname "$0")/lib.sh"
for entry in $(files | sed 's|/.*||' | sort -u); do
	case $entry in
	CMakeLists.txt | README.md | LICENSE | mda | store | report | conf | tests) ;;
	.*) ;;
	*) fault "$entry: does not belong at the top" ;;
	esac
done
for entry in CMakeLists.txt README.md LICENSE conf/quickstart tests/run .ci/run; do
	[ -f "$entry" ] || fault "$entry: is missing"
done

list=$(mktemp) || exit 1
trap 'rm -f "$list"' EXIT
files >"$list"
while read -r file; do
	case $file in
	*[!A-Za-z0-9._/+@-]*) fault "$file: a name for trouble" ;;
	esac
	size=$(wc -c <"$file")
	[ "$size" -le 100000 ] || fault "$file: $size bytes, at most 100000"
	case $file in
	*.c | *.h) ;;
	*) is_script "$file" || continue ;;
	esac
	lines=$(wc -l <"$file")
	[ "$lines" -le 400 ] || fault "$file: $lines lines, at most 400"
done <"$list"
verdict
