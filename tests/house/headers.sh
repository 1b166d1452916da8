#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# headers.sh CC FLAG... - each header compiles alone, and twice, and has the
# guard that its path says.
. "$(dirname "$0")/lib.sh"
cc=$1
shift
need "$cc"

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
for header in $(sources '\.h$'); do
	guard=KD_$(echo "$header" | tr 'a-z/.-' 'A-Z___')
	grep -qx "#ifndef $guard" "$header" ||
		fault "$header: its guard is not $guard"
	{
		echo "#include \"$header\""
		echo "#include \"$header\""
		echo 'extern int kd_no_empty_unit;'
	} >"$work/unit.c"
	"$cc" -std=c11 "$@" -I. -fsyntax-only "$work/unit.c" ||
		fault "$header: does not compile alone"
done
[ -n "${header:-}" ] || fault "no headers"
verdict
