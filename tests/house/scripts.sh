#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# scripts.sh - every script is right to the shell that runs it (dash on
# Debian), and to shellcheck where that is installed.
. "$(dirname "$0")/lib.sh"
shell=$(command -v dash || echo sh)
# The names have no blanks: house/tree sees to it.
in_sh=
in_bash=
in_python=
for file in $(sources); do
	is_script "$file" || continue
	case $(head -n 1 "$file"):$file in
	*python* | *.py) in_python="$in_python $file" ;;
	*bash*)
		in_bash="$in_bash $file"
		bash -n "$file" || fault "$file: bash cannot read it"
		;;
	*)
		in_sh="$in_sh $file"
		"$shell" -n "$file" || fault "$file: $shell cannot read it"
		;;
	esac
done
[ -n "$in_sh$in_bash$in_python" ] || fault "no scripts"

if [ -n "$in_python" ]; then
	need python3
	# shellcheck disable=SC2086 # a list
	python3 - $in_python <<-'END' || fault "python3 cannot read them all"
		import sys
		wrong = 0
		for name in sys.argv[1:]:
		    try:
		        with open(name, "rb") as file:
		            compile(file.read(), name, "exec")
		    except (SyntaxError, ValueError) as error:
		        print(f"{name}: python3 cannot read it: {error}")
		        wrong = 1
		sys.exit(wrong)
	END
fi

# What a script takes from the file that it sources is not followed, and a
# reader that does not read is what a test may want.
ignore=SC1091,SC2154,SC2217
need shellcheck
for dialect in sh bash; do
	list=$in_sh
	[ $dialect = sh ] || list=$in_bash
	# shellcheck disable=SC2086
	[ -z "$list" ] || shellcheck -s $dialect -S warning -e $ignore $list ||
		fault "shellcheck has something to say"
done
verdict
