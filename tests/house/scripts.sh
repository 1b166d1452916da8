#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# scripts.sh - every script is right to the shell that runs it (dash on
# Debian), and to shellcheck where that is installed.
. "$(dirname "$0")/lib.sh"
shell=$(command -v dash || echo sh)
found=0
for file in $(sources); do
	is_script "$file" || continue
	found=$((found + 1))
	case $(head -n 1 "$file"):$file in
	*python* | *.py)
		need python3
		python3 -c 'import sys
compile(open(sys.argv[1]).read(), sys.argv[1], "exec")' "$file" ||
			fault "$file: python3 cannot read it"
		continue
		;;
	*bash*) bash -n "$file" || fault "$file: bash cannot read it" ;;
	*) "$shell" -n "$file" || fault "$file: $shell cannot read it" ;;
	esac
done
[ $found -gt 0 ] || fault "no scripts"

# What a script takes from the file that it sources is not followed, and a
# reader that does not read is what a test may want.
ignore=SC1091,SC2154,SC2217
need shellcheck
for file in $(sources); do
	is_script "$file" || continue
	case $(head -n 1 "$file"):$file in
	*python* | *.py) continue ;;
	*bash*) dialect="bash" ;;
	*) dialect="sh" ;;
	esac
	shellcheck -s $dialect -S warning -e $ignore "$file" ||
		fault "$file: shellcheck has something to say"
done
verdict
